import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documentedTargets, regressions } from '../../bench/regressions.mts';
import { ROOT } from '../../tools/lib/paths.mts';

const target = (found: string, wanted = '≤ 0.70') => ({ what: 'one', wanted, found, met: true });
const documented = (found: string, wanted = '≤ 0.70') => new Map([['one', { wanted, found }]]);

describe('a benchmark beside the document', () => {
	test.each([
		['≤ 0.70', '0.50', '0.54', false],
		['≤ 0.70', '0.50', '0.56', true],
		['≤ 0.70', '0.90', '0.80', false],
		['≥ 20', '2.2', '2.1', false],
		['≥ 20', '2.2', '1.9', true],
		['≥ 0.90', '0.68', '0.95', false],
		['0.90–1.10', '0.99', '1.05', false],
		['0.90–1.10', '0.99', '1.15', true],
		['0.90–1.10', '0.99', '0.80', true],
		['0.90–1.10', '1.36', '1.20', false],
		['0', '0', '0', false],
		['0', '0', '1', true],
		['≤ 200 kB', '77 kB', '190 kB', false],
	])('%s, %s before and %s now', (wanted, before, now, isWorse) => {
		const worse = regressions(documented(before, wanted), [target(now, wanted)]);
		expect(worse.length > 0).toBe(isWorse);
	});

	test('is no regression where the document does not have the target', () => {
		expect(regressions(new Map(), [target('9')])).toEqual([]);
	});

	test('is compared with every target of the document', async () => {
		const text = await readFile(join(ROOT, 'docs', 'benchmarks.md'), 'utf8');
		const all = documentedTargets(text);
		expect(all.size).toBe(text.match(/\| (?:yes|no) \|$/gm)?.length);
		const measured = [...all].map(([what, { wanted, found }]) => ({
			what,
			wanted,
			found: found.replace(/^\d+\.\d+$/, (before) =>
				String(wanted.startsWith('≥') ? Number(before) * 0.8 : Number(before) * 1.5),
			),
			met: true,
		}));
		const ratios = [...all.values()].filter(({ found }) => /^\d+\.\d+$/.test(found));
		expect(ratios.length).toBeGreaterThan(20);
		expect(regressions(all, measured)).toHaveLength(ratios.length);
	});

	test('needs a document with targets', () => {
		expect(() => documentedTargets('# Benchmarks\n')).toThrow('no targets');
	});
});
