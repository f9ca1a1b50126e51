import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { ensureInstalled } from '../lib/install.mjs';
import { CACHE, HOST, HOST_MANIFEST } from '../lib/paths.mts';
import { runProgram } from '../lib/runProgram.mts';

/** One version of n8n, with what it needs. */
export interface Host {
	version: string;
	/** The folder of its manifest and lockfile. */
	manifest: string;
	/** Where it is installed. */
	folder: string;
	/** The Node program that runs it. */
	node: string;
	/** What the user should know before waiting for its installation. */
	hint: string;
	/** Further environment variables of its processes. */
	env?: Record<string, string>;
}

/** The n8n that everything runs on unless said otherwise. */
export const CURRENT_HOST: Host = {
	version: '2.41.1',
	manifest: HOST_MANIFEST,
	folder: HOST,
	node: process.execPath,
	hint: 'first time only: 2.9 GB, about 5 minutes',
};

/** These refuse to start with names of modules that they do not know. */
const OLDER_MODULES = 'breaking-changes,chat-hub,external-secrets,insights,mcp';

const NODE_20 = join('node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

function olderHost(version: string, env?: Record<string, string>): Host {
	const folder = `${HOST}-${version}`;
	return {
		version,
		manifest: join(HOST_MANIFEST, version),
		folder,
		node: join(folder, 'node_modules', NODE_20),
		hint: 'first time only: 2.3 GB, about 3 minutes',
		env: { N8N_DISABLED_MODULES: OLDER_MODULES, ...env },
	};
}

/** Older n8n that the package has to work on, each with the Node 20 of its time. */
export const OLDER_HOSTS: Host[] = [
	olderHost('2.8.4'),
	olderHost('1.123.81', { N8N_EXPRESSION_ENGINE: 'legacy' }),
];

/** The version of n8n to which a tag of the registry leads now; rejects where there is no such tag. */
export async function versionOf(tag: string): Promise<string> {
	const { stdout } = await runProgram('npm', ['view', `n8n@${tag}`, 'version'], {
		env: process.env,
	});
	const version = stdout.trim();
	if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
		throw new Error(`The registry has no n8n with the tag ${tag}`);
	return version;
}

/** A version of n8n, locked as of today; rejects with npm's words where the registry lacks a part of it. */
export async function hostOf(version: string): Promise<Host> {
	if (version === CURRENT_HOST.version) return CURRENT_HOST;
	const manifest = join(CACHE, 'manifests', version);
	await mkdir(manifest, { recursive: true });
	const ours = JSON.parse(await readFile(join(HOST_MANIFEST, 'package.json'), 'utf8')) as object;
	const text = JSON.stringify({ ...ours, dependencies: { n8n: version } }, null, 2);
	await writeFile(join(manifest, 'package.json'), text);
	await copyFile(join(HOST_MANIFEST, '.npmrc'), join(manifest, '.npmrc'));
	await runProgram('npm', ['install', '--package-lock-only', '--loglevel=error'], {
		cwd: manifest,
		env: process.env,
	});
	return { ...CURRENT_HOST, version, manifest, folder: `${HOST}-${version}` };
}

/** n8n's command line program. */
export const n8nProgram = ({ folder }: Host): string =>
	join(folder, 'node_modules', 'n8n', 'bin', 'n8n');

/** PATH with a Node first, ours by default: n8n and its native modules need the one they were built for. */
export function pathWithNode(node: string = process.execPath): string {
	return [dirname(node), process.env.PATH].join(delimiter);
}

/** What npm needs to install something as it was locked. */
const MANIFEST_FILES = ['package.json', 'package-lock.json', '.npmrc'];

/** What npm takes for the registry that it is set to, whichever that is (npm's documentation of package-lock.json). */
export const ANY_REGISTRY = 'https://registry.npmjs.org/';

/** What is read of a lockfile. */
interface Lockfile {
	packages: Record<string, { name?: string; version?: string; resolved?: string }>;
}

/**
 * A lockfile that says where each package's file is. Where it does not, npm asks the registry for all versions of each
 * package first, which is as much to download as the packages themselves.
 */
function withAddresses(lockfile: string): string {
	const { packages, ...rest } = JSON.parse(lockfile) as Lockfile;
	const addressed = Object.entries(packages).map(([place, locked]) => {
		const name = locked.name ?? place.split('node_modules/').at(-1)!;
		const file = `${name.split('/').at(-1)}-${locked.version}.tgz`;
		const resolved = locked.resolved ?? `${ANY_REGISTRY}${name}/-/${file}`;
		return [place, place === '' ? locked : { ...locked, resolved }] as const;
	});
	return JSON.stringify({ ...rest, packages: Object.fromEntries(addressed) }, null, 2);
}

/** Whether npm finds files in its registry by their usual address: npm 11.3 to 11.6 loses a path (npm issues 8720, 8736). */
async function hasUsualAddresses(): Promise<boolean> {
	const { stdout } = await runProgram('npm', ['config', 'get', 'registry'], { env: process.env });
	return URL.canParse(stdout.trim()) && new URL(stdout.trim()).pathname === '/';
}

/** Puts a manifest and its lockfile into the folder where they are to be installed. */
export async function layManifest(manifest: string, folder: string): Promise<void> {
	await mkdir(folder, { recursive: true });
	for (const name of MANIFEST_FILES) {
		const text = await readFile(join(manifest, name), 'utf8');
		const addressed = name === 'package-lock.json' ? withAddresses(text) : text;
		const present = await readFile(join(folder, name), 'utf8').catch(() => undefined);
		// Left alone when it is the same: its time says whether the installation is older.
		if (present === text || present === addressed) continue;
		const isAddressed = addressed !== text && (await hasUsualAddresses());
		await writeFile(join(folder, name), isAddressed ? addressed : text);
	}
}

/** Installs an n8n in its own folder unless it is there. */
export async function ensureHost(host = CURRENT_HOST): Promise<void> {
	const { version, manifest, folder, node, hint } = host;
	await layManifest(manifest, folder);
	await ensureInstalled({
		folder,
		name: `n8n ${version}`,
		hint,
		builds: {
			...(node === process.execPath ? {} : { node: NODE_20 }),
			sqlite3: join('sqlite3', 'build', 'Release', 'node_sqlite3.node'),
		},
		env: { ...process.env, PATH: pathWithNode() },
		logs: join(CACHE, 'logs'),
	});
}
