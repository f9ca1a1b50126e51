import type { Row } from './memory';
import type { Order } from './state';

/** Rows that have a time of their own, in the order of the list. */
function stepsOf(rows: Row[], upTo: number): number[] {
	const times = rows.flatMap(({ time }) => (time === undefined || time > upTo ? [] : time));
	return times.slice(1).map((time, index) => time - times[index]);
}

/** Different times, one after the other, that are an order and no accident. */
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
	// Late rows stand out of place by no more than the tolerance, and most do not. In no order there are as many
	// steps up as down.
	const isClear = (right: number, wrong: number) =>
		wrong === 0 ? right >= CLEAR_STEPS : right >= MANY_STEPS && wrong * 3 < right;
	const isOrder = (right: number[], far: number, wrong: number[], wrongFar: number) =>
		wrongFar === 0 && (far >= FEWEST_STEPS || isClear(right.length, wrong.length));
	if (isOrder(down, farDown, up, farUp)) return 'newest';
	return isOrder(up, farUp, down, farDown) ? 'oldest' : undefined;
}

/**
 * The order of rows, as far as their times show it: undefined where there are too few of them. Rows that
 * are dated after one of the clocks are left out where they alone are out of place.
 */
export function orderOf(rows: Row[], tolerance: number, clocks: number[]): Order | undefined {
	const [order, ...others] = [Infinity, ...clocks].map((clock) =>
		orderOfSteps(stepsOf(rows, clock), tolerance),
	);
	if (order !== 'none' || others.every((other) => other === 'none')) return order;
	return others.find((other) => other !== undefined && other !== 'none');
}

/** Gives each row its place: rows without a time that of their neighbours on the page, where those have an order. */
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
		// The newer of the two: what might be new must not count as old.
		if (row.time === undefined && after !== undefined) row.at = Math.max(row.at ?? after, after);
	}
}
