import type { Target } from './report.mts';

/** How much worse than in the document a ratio may be, as a share. */
const TOLERANCE = 0.1;

/** What the document says of a target. */
export type Documented = Pick<Target, 'wanted' | 'found'>;

const RATIO = /^\d+(?:\.\d+)?$/;

/**
 * Reads the targets of docs/benchmarks.md by their names.
 *
 * @throws Error if the document has none
 */
export function documentedTargets(markdown: string): Map<string, Documented> {
	const [, section = ''] = /^## Targets\n([\s\S]*?)(?:^## |$(?![\s\S]))/m.exec(markdown) ?? [];
	const rows = section
		.split('\n')
		.filter((line) => line.startsWith('| '))
		.slice(2)
		.map((line) => line.split('|').map((cell) => cell.trim()));
	if (rows.length === 0) throw new Error('docs/benchmarks.md has no targets');
	return new Map(rows.map(([, what, wanted, found]) => [what, { wanted, found }] as const));
}

/** How much worse `now` is than `before`, as a share; below zero if it is better. */
function worsening(wanted: string, before: number, now: number): number {
	if (now === before) return 0;
	if (wanted.startsWith('≥')) return before / now - 1;
	if (!wanted.includes('–')) return now / before - 1;
	const [least, most] = wanted.split('–').map(Number);
	const middle = (least + most) / 2;
	return Math.abs(now - middle) - Math.abs(before - middle);
}

/**
 * The measured targets that are worse than in the document by more than a tenth. Only ratios are compared, since sizes
 * and times differ between machines; a target that the document does not have is no regression.
 */
export function regressions(
	documented: ReadonlyMap<string, Documented>,
	measured: readonly Target[],
): Target[] {
	return measured.filter(({ what, wanted, found }) => {
		const before = documented.get(what)?.found;
		if (before === undefined || !RATIO.test(before) || !RATIO.test(found)) return false;
		return worsening(wanted, Number(before), Number(found)) > TOLERANCE;
	});
}
