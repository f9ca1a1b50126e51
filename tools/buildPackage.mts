import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runLogged } from './lib/install.mjs';
import { binary, CACHE, logFile, ROOT } from './lib/paths.mts';
import { pathWithNode } from './n8n/host.mts';

/** What the package is built from, and what is published of it. */
const SOURCES = [
	'credentials',
	'icons',
	'nodes',
	'package.json',
	'package-lock.json',
	'tsconfig.json',
];
const BUILT = ['dist/credentials', 'dist/icons', 'dist/nodes'];

const STAMP = join(CACHE, 'built.sha256');

async function filesOf(path: string): Promise<string[]> {
	const found = await stat(join(ROOT, path)).catch(() => undefined);
	if (!found?.isDirectory()) return found ? [path] : [];
	const names = (await readdir(join(ROOT, path))).sort();
	return (await Promise.all(names.map(async (name) => await filesOf(`${path}/${name}`)))).flat();
}

/** One digest of all that is in the sources and in what was built. */
async function digestOfAll(): Promise<string> {
	const hash = createHash('sha256');
	for (const path of (await Promise.all([...SOURCES, ...BUILT].map(filesOf))).flat()) {
		const content = await readFile(join(ROOT, path));
		hash.update(`${path} ${content.length}\n`).update(content);
	}
	return hash.digest('hex');
}

/** Builds the package into dist, unless what is there was built from the very same sources: others may be reading it. */
export async function buildPackage(): Promise<void> {
	const stamp = await readFile(STAMP, 'utf8').catch(() => undefined);
	if (stamp === (await digestOfAll())) return;
	await runLogged({
		title: 'Building the package',
		command: binary('n8n-node'),
		args: ['build'],
		cwd: ROOT,
		env: { ...process.env, PATH: pathWithNode() },
		log: logFile('build'),
	});
	await writeFile(STAMP, await digestOfAll());
}
