import type { Row } from '../../nodes/KallyAiTrigger/cursor/memory';
import fc from '../support/property.mts';
import { type Answer, List, mixed, range, rows, Watch } from '../support/watchedList.mts';

// A server that limits the bytes of a response: its pages differ in length.

const TELLS: Record<string, Partial<Answer>> = {
	'a total': { total: (given) => given },
	has_more: { hasMore: (isMore) => isMore },
	neither: {},
};

const ORDERS: Record<string, (all: Row[]) => Row[]> = {
	'newest first': (all) => all.toReversed(),
	'oldest first': (all) => all,
	'no order': mixed,
};

interface History {
	/** Rows of a page: the one at an offset has as many as the entry of that number, going round. */
	lengths: number[];
	pageSize: number;
	follows: boolean;
	/** Rows before the first poll. */
	count: number;
	/** Rows that have come before each of the next polls. */
	bursts: number[];
	/** Rows that a poll gives at most. */
	most: number;
}

const HISTORIES = fc.record<History>({
	lengths: fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 1, maxLength: 6 }),
	pageSize: fc.integer({ min: 5, max: 24 }),
	follows: fc.boolean(),
	count: fc.nat({ max: 90 }),
	bursts: fc.array(fc.nat({ max: 70 }), { minLength: 1, maxLength: 6 }),
	most: fc.integer({ min: 10, max: 60 }),
});

/** Polls such a list until everything is given, and tells what was, in the order of the numbers. */
async function play(order: string, tell: string, history: Partial<History>): Promise<number[]> {
	const {
		lengths = [24],
		pageSize = 5,
		follows = false,
		count = 0,
		bursts = [],
		most = 10,
	} = history;
	const before = (_request: number, { answer, asked }: List) => {
		const offset = Number(asked[asked.length - 1].split('@')[1]);
		answer.most = lengths[offset % lengths.length];
	};
	const all = rows(1, 600);
	const list = new List([], { pageSize, follows, answer: { ...TELLS[tell], before } });
	const watch = new Watch(list);
	const given: number[] = [];
	let there = count;
	for (const burst of [0, ...bursts, ...Array<number>(50).fill(0)]) {
		there += burst;
		list.all = ORDERS[order](all.slice(0, there));
		given.push(...(await watch.news(most)));
		// Where nothing tells whether there is more, the pages have to have shown that they differ.
		if (tell === 'neither') fc.pre(watch.state?.learnt.uneven === true);
	}
	return given.sort((one, other) => one - other);
}

const numbersOf = ({ count = 0, bursts = [] }: Partial<History>): number[] => {
	const there = bursts.reduce((sum, burst) => sum + burst, count);
	return there === count ? [] : range(count + 1, there);
};

const SHRUNK: Array<[order: string, tell: string, history: Partial<History>]> = [
	['newest first', 'a total', { lengths: [5, 1, 1], bursts: [6] }],
	['no order', 'has_more', { lengths: [5, 1, 1], bursts: [6] }],
	[
		'no order',
		'neither',
		{ lengths: [5, 1, 2], count: 10, bursts: [20, 10, 21, 54, 17], most: 54 },
	],
	['no order', 'neither', { lengths: [1, 5, 8, 7], pageSize: 8, count: 14, bursts: [3, 22] }],
	['oldest first', 'has_more', { lengths: [2, 1], bursts: [44] }],
	['oldest first', 'a total', { lengths: [8, 1], pageSize: 8, bursts: [45, 0] }],
	[
		'oldest first',
		'a total',
		{ lengths: [16, 2], pageSize: 16, count: 1, bursts: [41, 43, 68, 30] },
	],
	[
		'newest first',
		'neither',
		{ lengths: [20, 3, 11, 7], pageSize: 20, follows: true, count: 90, bursts: [60, 70] },
	],
	[
		'newest first',
		'a total',
		{ lengths: [10, 9, 8, 7, 6, 5, 4], pageSize: 20, count: 60, bursts: [60, 70] },
	],
];

test.each(SHRUNK)('gives each row once: %s, with %s, %j', async (order, tell, history) => {
	expect(await play(order, tell, history)).toEqual(numbersOf(history));
});

const cases = Object.keys(TELLS).flatMap((tell) =>
	Object.keys(ORDERS).map((order) => [order, tell] as const),
);

test.each(cases)('gives each row once, generated: %s, with %s', async (order, tell) => {
	await fc.assert(
		fc.asyncProperty(HISTORIES, async (history) => {
			expect(await play(order, tell, history)).toEqual(numbersOf(history));
		}),
		{ numRuns: 40 },
	);
});
