import { existsSync } from 'node:fs';
import path from 'node:path';

import { testSandbox } from '../support/sandbox.mts';
import { anchorsOf, blocksOf, documents, inlineCodeOf, read, targetsOf } from './markdown.mts';

interface Manifest {
	name: string;
	scripts: Record<string, string>;
	devDependencies: Record<string, string>;
	repository: { url: string };
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const SHELLS = ['bash', 'sh'];

/** The commands in a document's blocks for a shell, without comments, those of several lines as one. */
const commandsIn = (file: string): string[] =>
	blocksOf(file)
		.filter(({ language }) => SHELLS.includes(language))
		.flatMap(({ code }) => code.replaceAll('\\\n', ' ').split('\n'))
		.map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
		.filter((line) => line !== '');

/** The words of a command, without their quotes. */
const wordsOf = (command: string): string[] =>
	(command.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/, '$2'));

/** Says what is wrong with a command; undefined for one that can be given. */
function problemOf(command: string): string | undefined {
	const [program, first = '', second = ''] = wordsOf(command);
	switch (program) {
		case 'npm':
			if (first === 'run') return second in manifest.scripts ? undefined : `no script ${second}`;
			if (first === 'install') {
				return ['', manifest.name].includes(second) ? undefined : `installs ${second}`;
			}
			return first === 'ci' || first in manifest.scripts ? undefined : `no script ${first}`;
		case 'npx':
			return first in manifest.devDependencies || existsSync(`node_modules/.bin/${first}`)
				? undefined
				: `${first} is not installed`;
		case 'git':
			return first === 'clone' && second === manifest.repository.url.replace('git+', '')
				? undefined
				: 'clones something else';
		case 'curl':
		case 'mkdir':
		case 'cd':
			return undefined;
		default:
			return 'is not a command that this test knows';
	}
}

/** Where the files of the main branch are for everybody, also for npm's page of the package. */
const RAW = 'https://raw.githubusercontent.com/kallyai-community/n8n-nodes-kallyai/main/';

const isLocal = (target: string) => !/^[a-z]+:/.test(target);

test.each(documents)('the pictures of %s that are on the main branch are there', (file) => {
	const raw = targetsOf(file).filter((target) => target.startsWith(RAW));
	expect(raw.filter((target) => !existsSync(target.slice(RAW.length)))).toEqual([]);
});

test('npm shows the pictures of the README, which has no folder there', () => {
	const pictures = [...read('README.md').matchAll(/!\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, to]) => to);
	expect(pictures.length).toBeGreaterThan(5);
	expect(pictures.filter((to) => !to?.startsWith(RAW))).toEqual([]);
});

test.each(documents)('the links of %s lead somewhere', (file) => {
	const missing = targetsOf(file)
		.filter(isLocal)
		.filter((target) => {
			const [to = '', anchor] = decodeURI(target).split('#');
			const there = to === '' ? file : path.join(path.dirname(file), to);
			if (!existsSync(there)) return true;
			return anchor !== undefined && there.endsWith('.md') && !anchorsOf(there).includes(anchor);
		});
	expect(missing).toEqual([]);
});

const commands = documents.flatMap((file) => {
	const named = inlineCodeOf(file).filter((code) => /^(?:npm|npx) \S/.test(code));
	return [...commandsIn(file), ...named].map((command) => [file, command] as const);
});

test.each(commands)('%s: %s', (_file, command) => {
	expect(problemOf(command)).toBeUndefined();
});

const json = documents.flatMap((file) =>
	blocksOf(file).flatMap(({ language, code }) => (language === 'json' ? [[file, code]] : [])),
);

test.each(json)('%s: JSON that can be read', (_file, code) => {
	expect(() => JSON.parse(code as string)).not.toThrow();
});

describe('requests to the sandbox', () => {
	const sandbox = testSandbox();

	const requests = commands.filter(([, command]) => command.startsWith('curl '));

	test.each(requests)('%s: %s is understood', async (_file, command) => {
		const words = wordsOf(command);
		const after = (flag: string) => words[words.indexOf(flag) + 1] as string;
		const { status, data } = await sandbox.http.request({
			method: after('-X'),
			url: words.find((word) => word.startsWith('localhost'))?.replace(/^[^/]+/, ''),
			data: JSON.parse(after('-d')) as unknown,
		});
		expect({ status, data }).toMatchObject({ status: 200 });
	});
});

test('every test that the promises name is there', () => {
	const rows = read('docs/reliability.md')
		.split('\n')
		.filter((line) => line.startsWith('| ') && line.includes('`test/'));
	expect(rows.length).toBeGreaterThan(10);
	for (const row of rows) {
		for (const [, file, title] of row.matchAll(/`(test\/[\w./-]+)`(?:: "([^"]+)")?/g)) {
			expect(existsSync(file as string)).toBe(true);
			if (title) expect(read(file as string).replace(/\\'/g, "'")).toContain(title);
		}
	}
});
