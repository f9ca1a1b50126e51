import type { Row } from '../../nodes/KallyAiTrigger/cursor/memory';
import fc from '../support/property.mts';
import { type Answer, List, mixed, numberOf, rows, Watch } from '../support/watchedList.mts';

describe('pages of different lengths, as where a server limits the bytes of a response', () => {
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
	const cases = Object.keys(TELLS).flatMap((tell) =>
		Object.keys(ORDERS).map((order) => [order, tell] as const),
	);

	test.each(cases)('give each row once: %s, with %s', async (order, tell) => {
		const history = fc.record({
			lengths: fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 1, maxLength: 6 }),
			pageSize: fc.integer({ min: 5, max: 24 }),
			follows: fc.boolean(),
			count: fc.nat({ max: 90 }),
			bursts: fc.array(fc.nat({ max: 70 }), { minLength: 1, maxLength: 6 }),
			most: fc.integer({ min: 10, max: 60 }),
		});
		await fc.assert(
			fc.asyncProperty(history, async ({ lengths, pageSize, follows, count, bursts, most }) => {
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
				expect(given.sort((one, other) => one - other)).toEqual(
					all.slice(count, there).map(numberOf),
				);
			}),
			{ numRuns: 40 },
		);
	});
});
