import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../tools/lib/paths.mts';
import { median } from './measure.mts';

const run = promisify(execFile);

/** Milliseconds that a host which has n8n-workflow already takes to load the package's files, and an empty package's. */
export async function loadTimes(
	packageFolder: string,
	rounds: number,
): Promise<{ ours: number; empty: number }> {
	const { n8n } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as {
		n8n: { nodes: string[]; credentials: string[] };
	};
	const files = [...n8n.nodes, ...n8n.credentials].map((file) => join(packageFolder, file));
	const emptyFolder = join(packageFolder, 'empty');
	await mkdir(emptyFolder, { recursive: true });
	await writeFile(
		join(emptyFolder, 'Empty.node.js'),
		'exports.Empty = class { description = {} };\n',
	);
	const script = (paths: string[]) => `
		require('n8n-workflow');
		const started = performance.now();
		for (const file of ${JSON.stringify(paths)}) for (const Type of Object.values(require(file))) new Type();
		console.log(performance.now() - started);`;
	const time = async (paths: string[]) =>
		Number((await run(process.execPath, ['-e', script(paths)], { cwd: ROOT })).stdout);
	const taken = { ours: [] as number[], empty: [] as number[] };
	for (let round = 0; round < rounds; round++) {
		taken.ours.push(await time(files));
		taken.empty.push(await time([join(emptyFolder, 'Empty.node.js')]));
	}
	return { ours: median(taken.ours), empty: median(taken.empty) };
}
