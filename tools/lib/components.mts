import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpack } from './pack.mts';
import { ROOT } from './paths.mts';
import { runProgram } from './runProgram.mts';

const LARGEST_LIST = 64 * 1024 * 1024;

/** A list of components in the format CycloneDX, as far as it matters here. */
export interface ComponentList {
	bomFormat: string;
	specVersion: string;
	metadata: {
		component: {
			name: string;
			version: string;
			purl: string;
			hashes?: Array<{ alg: string; content: string }>;
		};
	};
	components: Array<{ name: string; purl: string; hashes?: Array<{ alg: string }> }>;
}

/** The SHA-256 of a file, in hexadecimal digits. */
export async function sha256Of(file: string): Promise<string> {
	return createHash('sha256')
		.update(await readFile(file))
		.digest('hex');
}

/** What a packed package consists of, or what it was built with: npm's list for its manifest and our lockfile. */
export async function listComponents(
	tarball: string,
	{ name, of }: { name: string; of: 'package' | 'build' },
): Promise<ComponentList> {
	const folder = await mkdtemp(join(tmpdir(), 'components-'));
	try {
		// npm calls the component by the name of its folder.
		const unpacked = join(folder, name);
		await unpack(tarball, unpacked);
		await copyFile(join(ROOT, 'package-lock.json'), join(unpacked, 'package-lock.json'));
		const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'library'];
		const omitted = of === 'package' ? ['--omit', 'dev'] : [];
		const { stdout } = await runProgram('npm', [...args, '--package-lock-only', ...omitted], {
			cwd: unpacked,
			maxBuffer: LARGEST_LIST,
		});
		const list = JSON.parse(stdout) as ComponentList;
		list.metadata.component.hashes = [{ alg: 'SHA-256', content: await sha256Of(tarball) }];
		return list;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
