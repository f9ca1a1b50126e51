import type { Row } from './memory';
import type { Order } from './state';

/** Rows that have a time of their own, in the order of the list. */
function stepsOf(rows: Row[], upTo: number): number[] {
	const times = rows.flatMap(({ time }) => (time === undefined || time > upTo ? [] : time));
	return times.slice(1).map((time, index) => time - times[index]);
}

/** Different times, one after the other, that are an order and no accident. */
const FEWEST_STEPS = 4;

function orderOfSteps(steps: number[], tolerance: number): Order | undefined {
	const up = steps.filter((step) => step > 0);
	const down = steps.filter((step) => step < 0);
	if (up.length + down.length < FEWEST_STEPS) return undefined;
	// Late rows may stand a little out of place; in no order there are as many steps up as down.
	const isOrdered = (wrong: number[], right: number[]) =>
		wrong.length * 2 < right.length + 1 && wrong.every((step) => Math.abs(step) <= tolerance);
	if (isOrdered(up, down)) return 'newest';
	if (isOrdered(down, up)) return 'oldest';
	return 'none';
}

/**
 * The order of rows, as far as their times show it: undefined where there are too few of them. Rows that
 * are dated after `now` are left out where they alone are out of place.
 */
export function orderOf(rows: Row[], tolerance: number, now: number): Order | undefined {
	const order = orderOfSteps(stepsOf(rows, Infinity), tolerance);
	if (order !== 'none') return order;
	return orderOfSteps(stepsOf(rows, now), tolerance) ?? 'none';
}

/** Gives rows without a time the place of their neighbours on the page. */
export function placeRows(rows: Row[]): void {
	let before: number | undefined;
	for (const row of rows) {
		before = row.time ?? before;
		row.at = before;
	}
	let after: number | undefined;
	for (const row of [...rows].reverse()) {
		after = row.time ?? after;
		// The newer of the two: what might be new must not count as old.
		if (row.time === undefined && after !== undefined) row.at = Math.max(row.at ?? after, after);
	}
}
