import { randomUUID } from 'node:crypto';

import { ok, type Exchange, type Operations } from '../operation.mts';
import { ordered } from '../listOrder.mts';
import { COSTS } from '../prices.mts';
import { seedId, seededTable } from '../seed.mts';
import { isoSeconds } from '../time.mts';

/** A search that was run. */
export interface Search {
	id: string;
	query: string;
	location: string | null;
	mode: 'deep' | 'quick';
	result_count: number;
	credits_used: number;
	created_at: string;
}

/** Businesses that turn up whatever is looked for. */
const BUSINESSES = [
	['Harbour Services', '+15550131', '4 Quay Street', 4.6, '$$', 'harbour'],
	['Hill & Daughters', '+15550132', '71 Church Lane', 4.4, '$', 'hill'],
	['Northgate Company', '+442079460131', '9 High Street', 4.1, '$$$', 'northgate'],
	['Old Mill Partners', '+442079460132', '2 Mill Road', 3.9, '$', 'mill'],
] as const;

const SOURCES = [
	{ id: 'maps', name: 'Map of businesses', modes: ['deep', 'quick'] },
	{ id: 'web', name: 'Web pages', modes: ['deep', 'quick'] },
	{ id: 'reviews', name: 'Reviews', modes: ['deep'] },
];

const RESULTS = { deep: BUSINESSES.length, quick: 2 };

type Given = Pick<Search, 'query' | 'location' | 'mode'> & Partial<Search>;

function newSearch(data: Given, createdMs: number): Search {
	return {
		id: randomUUID(),
		result_count: RESULTS[data.mode],
		credits_used: COSTS.search.per_query,
		created_at: isoSeconds(createdMs),
		...data,
	};
}

const { rows: searches, add: addSearch } = seededTable<Search, Given>(newSearch, () => [
	[
		2,
		{
			id: seedId(8, 1),
			query: 'Plumber who comes on Thursdays',
			location: 'Bristol',
			mode: 'deep',
		},
	],
]);

function run({ store, body }: Exchange, mode: Search['mode']) {
	const { query, location = null } = body;
	const credits = COSTS.search.per_query;
	store.spend({ type: 'search', description: query, credits });
	const results = BUSINESSES.slice(0, RESULTS[mode]).map(
		([title, phone, address, rating, price_range, host]) => ({
			title,
			description: `Found for: ${query}`,
			phone,
			address: location ? `${address}, ${location}` : address,
			rating,
			price_range,
			url: `https://${host}.example.com`,
		}),
	);
	const { id } = addSearch(store, { query, location, mode });
	return ok({ search_id: id, results, credits_used: credits });
}

export const searchOperations: Operations = {
	'search.run': (exchange) => run(exchange, 'deep'),
	'search.runQuick': (exchange) => run(exchange, 'quick'),
	'search.getHistory': ({ store }) =>
		ok({ searches: ordered(store, searches(store).newestFirst()) }),
	'search.getSources': () => ok({ sources: SOURCES }),
};
