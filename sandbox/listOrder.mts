import { createHash } from 'node:crypto';

import { rowId, type Store } from './store.mts';

/** Orders in which lists can be given out; nothing tells which one the service has. */
export const ORDERS = ['newest', 'oldest', 'random', 'none'] as const;
export type ListOrder = (typeof ORDERS)[number];

function sorted<Row>(rows: Row[], placeOf: (row: Row) => string | number): Row[] {
	return rows
		.map((row) => [placeOf(row), row] as const)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([, row]) => row);
}

/** An order that says nothing of when a row came, but stays the same from page to page. */
const unordered = <Row,>(rows: Row[]): Row[] =>
	sorted(rows, (row) =>
		createHash('md5')
			.update(rowId(row) ?? JSON.stringify(row))
			.digest('hex'),
	);

/** The rows of a list without paging, in the order that the scenario asks for. */
export function ordered<Row>({ scenario }: Store, newestFirst: Row[]): Row[] {
	if (scenario.order === 'oldest') return newestFirst.toReversed();
	if (scenario.order === 'none') return unordered(newestFirst);
	return scenario.order === 'newest' ? newestFirst : sorted(newestFirst, Math.random);
}

/**
 * One page of a list, in the order that the scenario asks for. A paged list has no random order: its
 * pages would not fit together.
 */
export function orderedPage<Row>(
	{ scenario }: Store,
	newestFirst: Row[],
	limit: number,
	offset: number,
): Row[] {
	if (scenario.order === 'none') return unordered(newestFirst).slice(offset, offset + limit);
	if (scenario.order !== 'oldest') return newestFirst.slice(offset, offset + limit);
	const end = newestFirst.length - offset;
	return newestFirst.slice(Math.max(end - limit, 0), Math.max(end, 0)).toReversed();
}
