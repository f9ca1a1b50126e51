import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpack } from '../lib/pack.mts';
import { runProgram } from '../lib/runProgram.mts';
import { CURRENT_HOST, pathWithNode } from './host.mts';

/** The arguments n8n's own installer of community packages uses. */
const NPM_INSTALL = [
	'install',
	'--audit=false',
	'--fund=false',
	'--bin-links=false',
	'--install-strategy=shallow',
	'--ignore-scripts=true',
	'--package-lock=false',
];

/** What the package takes from the n8n it runs in. */
const PEER = 'n8n-workflow';

interface Manifest {
	name: string;
	version: string;
	[key: string]: unknown;
}

/**
 * Puts a packed package into a user folder the way n8n's installer of community packages does, so that its node types
 * get the package's name in front. n8n must not be running there, or be started again.
 */
export async function installPackage(
	tarball: string,
	name: string,
	userFolder: string,
	host = CURRENT_HOST,
): Promise<void> {
	const nodes = join(userFolder, '.n8n', 'nodes');
	const folder = join(nodes, 'node_modules', name);
	await rm(folder, { recursive: true, force: true });
	await unpack(tarball, folder);

	const manifestFile = join(folder, 'package.json');
	const { devDependencies, peerDependencies, optionalDependencies, ...manifest } = JSON.parse(
		await readFile(manifestFile, 'utf8'),
	) as Manifest;
	await writeFile(manifestFile, JSON.stringify(manifest, null, 2));
	await runProgram('npm', NPM_INSTALL, {
		cwd: folder,
		env: { ...process.env, PATH: pathWithNode() },
	});
	await noteInLedger(join(nodes, 'package.json'), manifest);
	await linkPeer(userFolder, host);
}

/** The user folder lies below this repository, whose own copy would be found before that of n8n itself. */
export async function linkPeer(userFolder: string, host = CURRENT_HOST): Promise<void> {
	const modules = join(userFolder, '.n8n', 'nodes', 'node_modules');
	await mkdir(modules, { recursive: true });
	const link = join(modules, PEER);
	await rm(link, { recursive: true, force: true });
	await symlink(join(host.folder, 'node_modules', PEER), link, 'junction');
}

async function noteInLedger(file: string, { name, version }: Manifest): Promise<void> {
	const ledger = await readFile(file, 'utf8').then(
		(text) => JSON.parse(text) as { dependencies: Record<string, string> },
		() => ({ name: 'installed-nodes', private: true, dependencies: {} as Record<string, string> }),
	);
	ledger.dependencies[name] = version;
	await mkdir(join(file, '..'), { recursive: true });
	await writeFile(file, JSON.stringify(ledger, null, 2));
}
