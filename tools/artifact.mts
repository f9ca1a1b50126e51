// npm run artifact: everything that a release consists of, in release/. The package is packed once; what is scanned,
// listed and digested here is the file that is published.
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildPackage } from './buildPackage.mts';
import { listComponents, sha256Of } from './lib/components.mts';
import { pack } from './lib/pack.mts';
import { RELEASE } from './lib/paths.mts';
import { scanTarball } from './lib/scanner.mts';

await buildPackage();
await rm(RELEASE, { recursive: true, force: true });
const { tarball, filename, name, version } = await pack(RELEASE);
if (!(await scanTarball(tarball))) process.exit(1);

const files = [filename];
for (const what of ['package', 'build'] as const) {
	const file = `${name}-${version}.${what}.cdx.json`;
	const list = await listComponents(tarball, { name, of: what });
	await writeFile(join(RELEASE, file), JSON.stringify(list, null, 2));
	files.push(file);
}

const sums: string[] = [];
for (const file of files) sums.push(`${await sha256Of(join(RELEASE, file))}  ${file}`);
await writeFile(join(RELEASE, 'SHA256SUMS'), `${sums.join('\n')}\n`);
console.log(sums.join('\n'));

const { GITHUB_OUTPUT } = process.env;
if (GITHUB_OUTPUT) {
	const outputs = [`tarball=${filename}`, `sha256=${await sha256Of(tarball)}`];
	await appendFile(GITHUB_OUTPUT, `${outputs.join('\n')}\n`);
}
