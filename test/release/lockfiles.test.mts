import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ROOT = path.resolve(import.meta.dirname, '../..');
const REGISTRY = 'https://registry.npmjs.org/';

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
	if (resolved !== undefined && !resolved.startsWith(REGISTRY))
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
		return await run('npm', args, { cwd: copy }).then(
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
