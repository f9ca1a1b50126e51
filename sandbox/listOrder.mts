import type { Store } from './store.mts';

/** Orders in which lists can be given out; nothing tells which one the service has. */
export const ORDERS = ['newest', 'oldest', 'random'] as const;
export type ListOrder = (typeof ORDERS)[number];

/** The rows of a list without paging, in the order that the scenario asks for. */
export function ordered<Row>({ scenario }: Store, newestFirst: Row[]): Row[] {
	if (scenario.order === 'oldest') return newestFirst.toReversed();
	if (scenario.order === 'newest') return newestFirst;
	return newestFirst
		.map((row) => [Math.random(), row] as const)
		.sort(([a], [b]) => a - b)
		.map(([, row]) => row);
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
	if (scenario.order !== 'oldest') return newestFirst.slice(offset, offset + limit);
	const end = newestFirst.length - offset;
	return newestFirst.slice(Math.max(end - limit, 0), Math.max(end, 0)).toReversed();
}
