// npm run lint:package: publint and "Are the types wrong?" on the packed package. No rule of either is switched off: n8n
// loads the nodes by their paths, so there are neither types nor entry points, which the second one says and leaves alone.
import { readFile } from 'node:fs/promises';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { pack } from './lib/pack.mts';
import { binary } from './lib/paths.mts';
import { runProgram } from './lib/runProgram.mts';

const { tarball } = await pack();
const { buffer } = new Uint8Array(await readFile(tarball));
const { messages, pkg } = await publint({ pack: { tarball: buffer } });
for (const message of messages) console.log(formatMessage(message, pkg, { color: false }));

// Without a look for types that somebody else may have published.
const types = await runProgram(binary('attw'), [
	tarball,
	'--no-definitely-typed',
	'--no-color',
]).then(
	({ stdout }) => ({ stdout, passed: true }),
	({ stdout }: { stdout: string }) => ({ stdout, passed: false }),
);
console.log(types.stdout.trim());
process.exitCode = messages.length === 0 && types.passed ? 0 : 1;
