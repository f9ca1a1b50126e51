import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, ROOT } from './paths.mts';
import { runProgram } from './runProgram.mts';

/** What npm says about a packed package. */
export interface Packed {
	name: string;
	version: string;
	/** Bytes of the tarball. */
	size: number;
	filename: string;
	files: Array<{ path: string; size: number }>;
}

/** Packs the built package as publishing would, into a folder, and tells where the tarball is. */
export async function pack(folder = join(CACHE, 'pack')): Promise<Packed & { tarball: string }> {
	await mkdir(folder, { recursive: true });
	const own = await mkdtemp(join(folder, 'packing-'));
	try {
		const packed = await npmPack(['--pack-destination', own]);
		const tarball = join(folder, packed.filename);
		// In one step: somebody else may be reading the one that is there.
		await rename(join(own, packed.filename), tarball);
		return { ...packed, tarball };
	} finally {
		await rm(own, { recursive: true, force: true });
	}
}

/** What publishing would put into the tarball, without making one. */
export async function packContents(): Promise<Packed> {
	return await npmPack(['--dry-run']);
}

async function npmPack(args: string[]): Promise<Packed> {
	const { stdout } = await runProgram('npm', ['pack', '--json', '--ignore-scripts', ...args], {
		cwd: ROOT,
	});
	return Object.values(JSON.parse(stdout) as Packed[] | Record<string, Packed>)[0];
}

/** Unpacks a tarball of npm's into a folder. */
export async function unpack(tarball: string, folder: string): Promise<void> {
	await mkdir(folder, { recursive: true });
	// Root would get the permissions of the tarball, whatever the umask says.
	const options = ['--no-same-permissions', '--strip-components=1'];
	await runProgram('tar', ['-xzf', tarball, '-C', folder, ...options]);
}
