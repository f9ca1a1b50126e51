import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { ensureInstalled } from '../lib/install.mjs';
import { CACHE, HOST, HOST_MANIFEST } from '../lib/paths.mts';

/** n8n's command line program. */
export const N8N_BIN = join(HOST, 'node_modules', 'n8n', 'bin', 'n8n');

/** PATH with the Node that runs us first: n8n and its native modules need that one. */
export function pathWithOurNode(): string {
	return [dirname(process.execPath), process.env.PATH].join(delimiter);
}

/** What npm needs to install n8n as it was locked. */
const MANIFEST_FILES = ['package.json', 'package-lock.json', '.npmrc'];

/** Installs the real n8n in its own folder unless it is there. */
export async function ensureHost(): Promise<void> {
	await mkdir(HOST, { recursive: true });
	for (const name of MANIFEST_FILES) {
		const wanted = await readFile(join(HOST_MANIFEST, name), 'utf8');
		const present = await readFile(join(HOST, name), 'utf8').catch(() => undefined);
		// Left alone when it is the same: its time says whether the installation is older.
		if (present !== wanted) await writeFile(join(HOST, name), wanted);
	}
	await ensureInstalled({
		folder: HOST,
		name: 'n8n 2.41.1',
		hint: 'first time only: 2.9 GB, about 5 minutes',
		build: 'sqlite3',
		built: join('sqlite3', 'build', 'Release', 'node_sqlite3.node'),
		env: { ...process.env, PATH: pathWithOurNode() },
		logs: join(CACHE, 'logs'),
	});
}
