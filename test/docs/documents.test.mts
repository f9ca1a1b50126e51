import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

const documents = ['.', 'docs', 'sandbox']
	.flatMap((folder) => readdirSync(path.join(ROOT, folder)).map((name) => path.join(folder, name)))
	.filter((file) => file.endsWith('.md'));

test.each(documents)('%s leads to files that are there', (file) => {
	const links = [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
		([, to]) => to,
	);
	const missing = links.filter(
		(to) => !existsSync(path.join(ROOT, path.dirname(file), to as string)),
	);
	expect(missing).toEqual([]);
});

test.each(documents)('%s names scripts that are there', (file) => {
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
	const named = [...read(file).matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name as string);
	expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test.each(documents)('the JSON in %s can be read', (file) => {
	const blocks = [...read(file).matchAll(/```json\n([\s\S]*?)```|-d '(\{.*\})'/g)];
	for (const [, block, given] of blocks)
		expect(() => JSON.parse(block ?? given ?? '')).not.toThrow();
});

test('every test that the promises name is there', () => {
	const rows = read('docs/reliability.md')
		.split('\n')
		.filter((line) => line.startsWith('| ') && line.includes('`test/'));
	expect(rows.length).toBeGreaterThan(10);
	for (const row of rows) {
		for (const [, file, title] of row.matchAll(/`(test\/[\w./-]+)`(?:: "([^"]+)")?/g)) {
			expect(existsSync(path.join(ROOT, file as string))).toBe(true);
			if (title) expect(read(file as string).replace(/\\'/g, "'")).toContain(title);
		}
	}
});
