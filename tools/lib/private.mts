import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const OWNER_ONLY = 0o077;

/**
 * Makes a folder, with everything in it, for the eyes of its owner only, and likewise everything that this process and
 * those it starts write from now on. Links are left as they are.
 */
export async function makePrivate(folder: string): Promise<void> {
	process.umask(OWNER_ONLY);
	await mkdir(folder, { recursive: true });
	await chmod(folder, 0o700);
	for (const entry of await readdir(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) await makePrivate(path);
		else if (entry.isFile()) await chmod(path, 0o600);
	}
}
