import { delimiter, dirname, join } from 'node:path';
import { ensureInstalled } from '../lib/install.mjs';
import { CACHE, HOST } from '../lib/paths.mts';

/** n8n's command line program. */
export const N8N_BIN = join(HOST, 'node_modules', 'n8n', 'bin', 'n8n');

/** PATH with the Node that runs us first: n8n and its native modules need that one. */
export function pathWithOurNode(): string {
	return [dirname(process.execPath), process.env.PATH].join(delimiter);
}

/** Installs the real n8n in its own folder unless it is there. */
export async function ensureHost(): Promise<void> {
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
