import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpack } from '../tools/lib/pack.mts';
import { CACHE, ROOT } from '../tools/lib/paths.mts';
import { runProgram } from '../tools/lib/runProgram.mts';
import { least } from './measure.mts';

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
		Number((await runProgram(process.execPath, ['-e', script(paths)], { cwd: ROOT })).stdout);
	const taken = { ours: [] as number[], empty: [] as number[] };
	for (let round = 0; round < rounds; round++) {
		taken.ours.push(await time(files));
		taken.empty.push(await time([join(emptyFolder, 'Empty.node.js')]));
	}
	return { ours: least(taken.ours), empty: least(taken.empty) };
}

/** Published community packages of companies, as the registry has them, in fixed versions. */
const NEIGHBOURS = [
	'@mendable/n8n-nodes-firecrawl@2.1.2',
	'@blotato/n8n-nodes-blotato@1.0.10',
	'@crowdin/n8n-nodes-crowdin@0.27.0',
	'@heygenofficial/n8n-nodes-heygen-official@0.1.9',
	'@llamaindex/n8n-nodes-llamacloud@6.7.2',
];

/** What is known of a package that was downloaded to be measured. */
export interface Neighbour {
	name: string;
	/** Bytes of the tarball. */
	size: number;
	files: number;
	/** Milliseconds; undefined where the package does not load without its own dependencies. */
	loadMs?: number;
}

/** Downloads published packages, weighs them and deletes them; those that the registry does not give are left out. */
export async function neighbours(rounds: number): Promise<Neighbour[]> {
	const found: Neighbour[] = [];
	for (const name of NEIGHBOURS) {
		const folder = await mkdtemp(join(CACHE, 'neighbour-'));
		try {
			const packed = await runProgram(
				'npm',
				['pack', '--json', '--pack-destination', folder, name],
				{
					cwd: folder,
				},
			).catch(() => undefined);
			if (packed === undefined) continue;
			const [{ filename, size, entryCount: files }] = Object.values(
				JSON.parse(packed.stdout) as Array<{ filename: string; size: number; entryCount: number }>,
			);
			await unpack(join(folder, filename), join(folder, 'package'));
			const times = await loadTimes(join(folder, 'package'), rounds).catch(() => undefined);
			found.push({ name, size, files, loadMs: times?.ours });
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	}
	return found;
}
