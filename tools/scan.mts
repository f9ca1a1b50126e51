// npm run scan: n8n's verification scanner on the sources and on what would be published, as n8n runs it after publishing.
import { pack } from './lib/pack.mts';
import { scanSources, scanTarball } from './lib/scanner.mts';

const { tarball } = await pack();
const passed = [await scanSources(), await scanTarball(tarball)];
process.exitCode = passed.every(Boolean) ? 0 : 1;
