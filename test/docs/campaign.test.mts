import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { read } from './markdown.mts';

const ROOT = join(import.meta.dirname, '..', '..');

const scenarios = ['test/e2e', 'test/browser'].flatMap((folder) =>
	readdirSync(join(ROOT, folder)).map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
);

test('what is said to be shown of campaigns has a scenario of that name', () => {
	const [, table = ''] = read('docs/recipes/campaign.md').split('| Shown | Test');
	const told = [...table.matchAll(/`([^`]+)`/g)]
		.map(([, name]) => String(name))
		.filter((name) => !name.startsWith('npm run '));
	expect(told.length).toBeGreaterThan(10);
	const missing = told.filter((name) => !scenarios.some((text) => text.includes(`'${name}`)));
	expect(missing).toEqual([]);
});
