import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runProgram } from '../../tools/lib/runProgram.mts';
import { ANY_REGISTRY, layManifest } from '../../tools/n8n/host.mts';

const ROOT = path.resolve(import.meta.dirname, '../..');

interface Locked {
	version?: string;
	integrity?: string;
	resolved?: string;
	link?: boolean;
	optionalDependencies?: Record<string, string>;
}

interface Lockfile {
	lockfileVersion: number;
	packages: Record<string, Locked>;
}

/** Every lockfile of the repository. */
const lockfiles = globSync('{.,host,host/*,test/release/registry}/package-lock.json', {
	cwd: ROOT,
	exclude: (name) => name === 'node_modules',
}).sort();

/** What is wrong with an entry of a lockfile. */
function problemOf(name: string, { integrity, resolved, link }: Locked): string | undefined {
	if (link) return `${name} is a folder`;
	if (!/^sha512-[\w+/]{86}==$/.test(integrity ?? '')) return `${name} has no SHA-512`;
	if (resolved !== undefined && !resolved.startsWith(ANY_REGISTRY))
		return `${name} is from ${resolved}`;
	return undefined;
}

const problemsOf = ({ packages }: Lockfile): string[] =>
	Object.entries(packages).flatMap(([name, entry]) =>
		name === '' ? [] : (problemOf(name, entry) ?? []),
	);

/** Whether a package finds another one from its own folder upwards, as Node looks for it. */
function finds({ packages }: Lockfile, from: string, name: string): boolean {
	for (let place = from; ; place = place.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
		if (path.posix.join(place, 'node_modules', name) in packages) return true;
		if (place === '') return false;
	}
}

/** Optional packages, mostly for other platforms, that npm left out: "npm ci" refuses a lockfile without them. */
const missingFrom = (lockfile: Lockfile): string[] =>
	Object.entries(lockfile.packages).flatMap(([place, { optionalDependencies = {} }]) =>
		Object.keys(optionalDependencies).filter((name) => !finds(lockfile, place, name)),
	);

const readLockfile = async (file: string) =>
	JSON.parse(await readFile(path.join(ROOT, file), 'utf8')) as Lockfile;

/** What "npm ci" says to a lockfile beside its manifest; it installs nothing and asks no registry. */
async function refusal(folder: string, lockfile: Lockfile): Promise<string | undefined> {
	const copy = await mkdtemp(path.join(tmpdir(), 'lockfile-'));
	try {
		for (const name of ['package.json', '.npmrc'])
			await copyFile(path.join(folder, name), path.join(copy, name));
		await writeFile(path.join(copy, 'package-lock.json'), JSON.stringify(lockfile));
		const args = ['ci', '--dry-run', '--offline', '--cache', path.join(copy, 'cache')];
		return await runProgram('npm', args, { cwd: copy }).then(
			() => undefined,
			(error: { stderr: string }) => error.stderr,
		);
	} finally {
		await rm(copy, { recursive: true, force: true });
	}
}

test('the lockfiles are those of the tools, of every n8n and of the registry for releases', () => {
	expect(lockfiles).toEqual(
		expect.arrayContaining(
			[
				'package-lock.json',
				'host/package-lock.json',
				'test/release/registry/package-lock.json',
			].map(path.normalize),
		),
	);
	expect(lockfiles.length).toBeGreaterThan(4);
});

describe.each(lockfiles)('%s', (file) => {
	const folder = path.dirname(path.join(ROOT, file));

	test('says of every package what it has to be, and names no other registry', async () => {
		const lockfile = await readLockfile(file);
		expect(lockfile.lockfileVersion).toBe(3);
		expect(Object.keys(lockfile.packages).length).toBeGreaterThan(200);
		expect(problemsOf(lockfile)).toEqual([]);
	});

	test('is complete', async () => {
		expect(missingFrom(await readLockfile(file))).toEqual([]);
	});

	test('is written without the addresses of somebody else’s registry', async () => {
		const settings = await readFile(path.join(folder, '.npmrc'), 'utf8');
		expect(settings).toMatch(/^omit-lockfile-registry-resolved=true$/m);
	});
});

test('npm ci takes the lockfile', async () => {
	expect(await refusal(ROOT, await readLockfile('package-lock.json'))).toBeUndefined();
});

describe('a lockfile is refused', () => {
	const entry = { version: '1.0.0', integrity: `sha512-${'A'.repeat(86)}==` };
	const of = (changes: Locked) =>
		problemsOf({
			lockfileVersion: 3,
			packages: { '': {}, 'node_modules/a': { ...entry, ...changes } },
		});

	test.each<[string, Locked]>([
		['without integrity', { integrity: undefined }],
		['with a weak hash', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }],
		['with a package from another host', { resolved: 'https://mirror.example/a/-/a-1.0.0.tgz' }],
		['with a package over http', { resolved: 'http://registry.npmjs.org/a/-/a-1.0.0.tgz' }],
		['with a package from git', { resolved: 'git+ssh://git@github.com/a/a.git#0123456' }],
		['with a link to a folder', { link: true }],
	])('%s', (_what, changes) => {
		expect(of({})).toEqual([]);
		expect(of(changes)).toHaveLength(1);
	});

	test('without an optional package of another platform', async () => {
		const lockfile = await readLockfile('package-lock.json');
		delete lockfile.packages['node_modules/@swc/core-darwin-arm64'];
		expect(missingFrom(lockfile)).toEqual(['@swc/core-darwin-arm64']);
		expect(await refusal(ROOT, lockfile)).toMatch(/Missing: @swc\/core-darwin-arm64/);
	});
});

describe('what is installed beside the tools', () => {
	/** Address below the registry, folder of the installation, and what the lockfile says beside that. */
	const PARTS = [
		['/plain/-/plain-1.0.0.tgz', 'plain', { version: '1.0.0' }],
		['/@of/it/-/it-2.0.0-rc.1.tgz', '@of/it', { version: '2.0.0-rc.1' }],
		['/plain/-/plain-3.0.0.tgz', 'alias', { version: '3.0.0', name: 'plain' }],
		['/plain/-/plain-4.0.0.tgz', 'alias/node_modules/plain', { version: '4.0.0' }],
	] as const;
	let folder: string;
	beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'installation-'))));
	afterAll(async () => await rm(folder, { recursive: true, force: true }));
	const { npm_config_registry: usual } = process.env;
	afterEach(() => {
		if (usual === undefined) delete process.env.npm_config_registry;
		else process.env.npm_config_registry = usual;
	});

	/** The packed package. */
	async function packed(name: string, version: string, dependencies = {}): Promise<Buffer> {
		const place = path.join(folder, `${name}-${version}`);
		await mkdir(path.join(place, 'package'), { recursive: true });
		const manifest = JSON.stringify({ name, version, dependencies });
		await writeFile(path.join(place, 'package', 'package.json'), manifest);
		await runProgram('tar', ['-czf', 'packed.tgz', 'package'], { cwd: place });
		return await readFile(path.join(place, 'packed.tgz'));
	}

	test('asks a registry for the files of its packages and for nothing else', async () => {
		const dependencies = { plain: '1.0.0', '@of/it': '2.0.0-rc.1', alias: 'npm:plain@3.0.0' };
		const needs = { 'plain-3.0.0': { plain: '4.0.0' } } as Record<string, object>;
		const packages: Record<string, object> = { '': { dependencies } };
		const files = new Map<string, Buffer>();
		for (const [address, place, locked] of PARTS) {
			const name = 'name' in locked ? locked.name : place.replace(/^.*node_modules\//, '');
			const wanted = needs[`${name}-${locked.version}`];
			const file = await packed(name, locked.version, wanted);
			const integrity = `sha512-${createHash('sha512').update(file).digest('base64')}`;
			packages[`node_modules/${place}`] = { ...locked, integrity, dependencies: wanted };
			files.set(address, file);
		}
		const manifest = path.join(folder, 'manifest');
		await mkdir(manifest);
		await writeFile(path.join(manifest, 'package.json'), JSON.stringify({ dependencies }));
		const lockfile = { lockfileVersion: 3, packages };
		await writeFile(path.join(manifest, 'package-lock.json'), JSON.stringify(lockfile));
		await writeFile(path.join(manifest, '.npmrc'), 'ignore-scripts=true\n');
		const asked: Array<string | undefined> = [];
		const registry = createServer(({ url }, response) => {
			asked.push(url);
			const file = files.get(url ?? '');
			response.writeHead(file ? 200 : 404).end(file);
		});
		registry.listen(0, '127.0.0.1');
		await once(registry, 'listening');
		try {
			const { port } = registry.address() as AddressInfo;
			const place = path.join(folder, 'installed');
			process.env.npm_config_registry = `http://127.0.0.1:${port}/`;
			await layManifest(manifest, place);
			const env = {
				...process.env,
				npm_config_cache: path.join(folder, 'cache'),
				NO_PROXY: '127.0.0.1',
			};
			await runProgram('npm', ['ci', '--no-audit', '--fetch-retries=0'], { cwd: place, env });
			for (const [, installed, { version }] of PARTS) {
				const its = path.join(place, 'node_modules', installed, 'package.json');
				expect(JSON.parse(await readFile(its, 'utf8'))).toMatchObject({ version });
			}
		} finally {
			registry.close();
		}
		expect(asked.sort()).toEqual(PARTS.map(([address]) => address).sort());
	});

	test('has no addresses where the registry has a path, which some npm lose', async () => {
		process.env.npm_config_registry = 'http://127.0.0.1:9/of-a-company/';
		const place = path.join(folder, 'with-path');
		await layManifest(path.join(ROOT, 'host'), place);
		const laid = async () => await readFile(path.join(place, 'package-lock.json'), 'utf8');
		const ours = await readFile(path.join(ROOT, 'host', 'package-lock.json'), 'utf8');
		expect(await laid()).toBe(ours);
		// Nor is it installed again when the registry changes.
		process.env.npm_config_registry = 'http://127.0.0.1:9/';
		await layManifest(path.join(ROOT, 'host'), place);
		expect(await laid()).toBe(ours);
	});

	test('is not installed again when the same is laid down again', async () => {
		const place = path.join(folder, 'again');
		const written = async () => (await stat(path.join(place, 'package-lock.json'))).mtimeMs;
		await layManifest(path.join(ROOT, 'host'), place);
		const before = await written();
		await layManifest(path.join(ROOT, 'host'), place);
		expect(await written()).toBe(before);
	});
});
