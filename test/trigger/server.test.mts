import fc from '../support/property.mts';
import { play } from './model.mts';
import {
	anyHistory,
	anyServer,
	type History,
	type Minute,
	MINUTE,
	type Server,
} from './serverModel.mts';

/** Other ones: `SEED=7 RUNS=20000 npm run test:unit -- test/trigger/server.test.mts`. */
const RUNS = Number(process.env.RUNS ?? 5000);

/** Set by `npm run test:soak`: goes on for so long, with other servers each time. */
const SOAK = Number(process.env.SOAK_MINUTES ?? 0) * MINUTE;

const LIMITS = SOAK
	? { numRuns: 1e9, interruptAfterTimeLimit: SOAK, markInterruptAsFailure: false }
	: { numRuns: RUNS };

test(
	'on any server each event comes once, or it is said that it cannot',
	async () => {
		await fc.assert(
			fc.asyncProperty(anyServer, anyHistory, async (server, history) => {
				const { lost, repeated, old, said, longest, most } = await play(server, history);
				expect(repeated).toEqual([]);
				if (said.length === 0) expect({ lost, old }).toEqual({ lost: [], old: [] });
				expect(longest).toBeLessThan(2 * MINUTE);
				expect(most).toBeLessThan(400);
			}),
			LIMITS,
		);
	},
	SOAK + 10 * MINUTE,
);

/** An honest server, to be made less so. */
const HONEST: Server = {
	order: 'newest',
	by: 'time',
	ties: 'stay',
	most: 1000,
	limit: 'taken',
	offset: 'taken',
	total: 'none',
	hasMore: 'none',
	time: 'iso',
	id: 'id',
	clock: 'true',
	stale: 0,
	failing: 0,
	takes: 0,
	published: { pageSize: 50, offset: true },
	statuses: false,
};

const NOTHING: Minute = { rows: [], burst: 0, off: 0, restarts: false, room: 1000, deletes: 0 };

const ROW = { late: 0, gone: 0, ends: 0, dated: 0 };

/** What the property has found, made small. */
const FOUND: Array<[what: string, server: Partial<Server>, history: Partial<History>]> = [
	[
		'a backlog that is as long as the page the server cuts to',
		{ most: 20, limit: 'capped' },
		{ backlog: 20, apart: 0, minutes: [{ ...NOTHING, burst: 30 }] },
	],
	[
		'one row, whose next page is rounded to the first',
		{ most: 20, limit: 'capped', offset: 'rounded' },
		{
			backlog: 0,
			minutes: [
				{ ...NOTHING, rows: [ROW] },
				{ ...NOTHING, burst: 30 },
			],
		},
	],
	[
		'a list that is said to come whole and comes in pages of twenty',
		{ limit: 'taken', published: { offset: false }, total: 'page' },
		{ backlog: 0, minutes: [{ ...NOTHING, burst: 150 }] },
	],
	[
		'a year 9999 in microseconds',
		{ time: 'us', most: 20 },
		{ backlog: 130, apart: 30, minutes: [{ ...NOTHING, rows: [{ ...ROW, dated: 3e14 }] }] },
	],
	[
		'answers from before that are shorter than the page',
		{ most: 20, stale: 0.2, published: { offset: false } },
		{
			seed: 454_544,
			backlog: 0,
			minutes: [NOTHING, { ...NOTHING, rows: [ROW], burst: 150, room: 5 }],
		},
	],
	[
		'oldest first, all of one time, as long as a page',
		{ order: 'oldest', most: 10, limit: 'ignored' },
		{ backlog: 10, apart: 0, minutes: [{ ...NOTHING, rows: [ROW] }] },
	],
	[
		'a new page that is not seen for an answer from before, and five hours without a look',
		{
			most: 10,
			total: 'true',
			hasMore: 'true',
			stale: 0.2,
			published: { pageSize: 20, offset: true },
		},
		{
			seed: 3,
			backlog: 0,
			minutes: [
				{ ...NOTHING, burst: 70 },
				{ ...NOTHING, rows: [ROW], off: 300, room: 5 },
			],
		},
	],
	[
		'oldest first, with an answer from before that is shorter than the known end',
		{ order: 'oldest', most: 10, total: 'true', hasMore: 'true', stale: 0.2 },
		{ seed: 937_096, backlog: 7, apart: 30, minutes: [{ ...NOTHING, burst: 70 }, NOTHING] },
	],
	[
		'rows without a time between old ones, in no order, with a total that is too large',
		{ order: 'id', most: 10, total: 'toomany', hasMore: 'true', time: 'some' },
		{ backlog: 90, apart: 0, minutes: [{ ...NOTHING, burst: 35, room: 5 }] },
	],
	[
		'rows without a time that are left for the next poll',
		{ most: 10, limit: 'capped', total: 'true', hasMore: 'true', time: 'some', statuses: true },
		{
			backlog: 1,
			minutes: [
				{ ...NOTHING, burst: 70, room: 50 },
				{ ...NOTHING, rows: [{ ...ROW, dated: 3e14 }, ROW], off: 20, room: 50 },
				{ ...NOTHING, burst: 70, off: 300, room: 5 },
			],
		},
	],
	[
		'a list that was as long as the limit it was once asked for',
		{ most: 10, offset: 'ignored', total: 'true', published: { pageSize: 20, offset: false } },
		{
			backlog: 40,
			apart: 30,
			minutes: [
				{ ...NOTHING, rows: [ROW], burst: 35, room: 5 },
				{ ...NOTHING, rows: [ROW, ROW, ROW, ROW], room: 5 },
				{ ...NOTHING, burst: 70, room: 5 },
			],
		},
	],
	[
		'oldest first, read from its end back to its beginning',
		{ order: 'oldest', most: 10, total: 'true', hasMore: 'true', statuses: true },
		{
			backlog: 10,
			apart: 600,
			minutes: [
				{ ...NOTHING, rows: [ROW, ROW, ROW], burst: 70, room: 5, deletes: 25 },
				{ ...NOTHING, rows: [ROW, ROW, ROW, ROW], burst: 70, room: 5, deletes: 3 },
				{ ...NOTHING, off: 300, room: 5 },
				{ ...NOTHING, rows: [{ ...ROW, ends: 4 }], burst: 35, room: 5, deletes: 25 },
			],
		},
	],
	[
		'oldest first, read back through answers of different times',
		{ order: 'oldest', most: 10, limit: 'capped', hasMore: 'true', takes: 50, stale: 0.2 },
		{
			seed: 171_621,
			backlog: 0,
			apart: 0,
			minutes: [
				{ ...NOTHING, rows: [ROW], room: 5 },
				{ ...NOTHING, burst: 70, off: 20, room: 5 },
				{
					...NOTHING,
					rows: [
						{ ...ROW, late: 1 },
						{ ...ROW, late: 1 },
						{ ...ROW, late: 1, dated: 3e14 },
					],
					off: 300,
					room: 5,
					deletes: 25,
				},
				{ ...NOTHING, rows: [{ ...ROW, dated: 172_800_000 }, ROW], room: 5 },
				{ ...NOTHING, room: 50 },
			],
		},
	],
	[
		'an open row that is dated ahead, in a list by arrival',
		{ by: 'arrival', most: 10, total: 'true', statuses: true },
		{
			backlog: 90,
			apart: 0,
			minutes: [NOTHING, { ...NOTHING, rows: [{ ...ROW, ends: 4, dated: 3e14 }, ROW], burst: 70 }],
		},
	],
];

test.each(FOUND)('%s', async (_what, server, history) => {
	const outcome = await play(
		{ ...HONEST, ...server },
		{ seed: 1, backlog: 0, apart: 60, minutes: [], ...history },
	);
	expect(outcome).toMatchObject({ lost: [], repeated: [], old: [] });
	expect(outcome.most).toBeLessThan(100);
});

test('of ten rows that are all new, with a larger page from before, it is said that some may be missed', async () => {
	const { repeated, old, said } = await play(
		{
			...HONEST,
			most: 10,
			limit: 'capped',
			offset: 'refused',
			hasMore: 'true',
			takes: 50,
			stale: 0.2,
		},
		{
			seed: 1,
			backlog: 21,
			apart: 1,
			minutes: [0, 0, 1, 14, 0].map((burst) => ({
				...NOTHING,
				rows: burst === 1 ? [ROW] : [],
				burst: burst === 1 ? 0 : burst,
				room: 5,
			})),
		},
	);
	expect([repeated, old]).toEqual([[], []]);
	expect(said.join()).toMatch(/so many have arrived that some may be missed/);
});
