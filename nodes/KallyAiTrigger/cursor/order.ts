import type { Row } from './memory';
import type { Order } from './state';

/** Rows that have a time of their own, in the order of the list. */
function stepsOf(rows: Row[], upTo: number): number[] {
	const times = rows.flatMap(({ time }) => (time === undefined || time > upTo ? [] : time));
	return times.slice(1).map((time, index) => time - times[index]);
}

/** Number of different times in sequence that show an order rather than a coincidence. */
const FEWEST_STEPS = 4;
const CLEAR_STEPS = 8;
const MANY_STEPS = 20;

function orderOfSteps(steps: number[], tolerance: number): Order | undefined {
	const up = steps.filter((step) => step > 0);
	const down = steps.filter((step) => step < 0);
	if (up.length + down.length < FEWEST_STEPS) return undefined;
	const farUp = up.filter((step) => step > tolerance).length;
	const farDown = down.filter((step) => -step > tolerance).length;
	if (farUp > 0 && farDown > 0) return 'none';
	// Late rows are out of place by at most the tolerance, and most rows are in place. In an unordered list, as
	// many steps go up as down.
	const isClear = (right: number, wrong: number) =>
		wrong === 0 ? right >= CLEAR_STEPS : right >= MANY_STEPS && wrong * 3 < right;
	const isOrder = (right: number[], far: number, wrong: number[], wrongFar: number) =>
		wrongFar === 0 && (far >= FEWEST_STEPS || isClear(right.length, wrong.length));
	if (isOrder(down, farDown, up, farUp)) return 'newest';
	return isOrder(up, farUp, down, farDown) ? 'oldest' : undefined;
}

/**
 * The order of rows as far as their times show it; undefined if there are too few. Rows dated after one of the
 * clocks are ignored if only they are out of place.
 */
export function orderOf(rows: Row[], tolerance: number, clocks: number[]): Order | undefined {
	const [order, ...others] = [Infinity, ...clocks].map((clock) =>
		orderOfSteps(stepsOf(rows, clock), tolerance),
	);
	if (order !== 'none' || others.every((other) => other === 'none')) return order;
	return others.find((other) => other !== undefined && other !== 'none');
}

/**
 * Assigns each row its position: rows without a time get that of their neighbors on the page, if those are
 * ordered.
 */
export function placeRows(rows: Row[], isOrdered: boolean): void {
	for (const row of rows) row.at = row.time;
	if (!isOrdered) return;
	let before: number | undefined;
	for (const row of rows) {
		before = row.time ?? before;
		row.at = before;
	}
	let after: number | undefined;
	for (const row of [...rows].reverse()) {
		after = row.time ?? after;
		// The newer of the two: a row that may be new must not count as old.
		if (row.time === undefined && after !== undefined) row.at = Math.max(row.at ?? after, after);
	}
}
