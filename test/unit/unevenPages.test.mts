import fc from '../support/property.mts';
import { type History, numbersOf, ORDERS, play, TELLS } from '../support/unevenList.mts';

const HISTORIES = fc.record<History>({
	lengths: fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 1, maxLength: 6 }),
	pageSize: fc.integer({ min: 5, max: 24 }),
	follows: fc.boolean(),
	behind: fc.constantFrom('nothing', 'refuses', 'fails'),
	count: fc.nat({ max: 90 }),
	bursts: fc.array(fc.nat({ max: 70 }), { minLength: 1, maxLength: 6 }),
	most: fc.integer({ min: 10, max: 60 }),
});

const cases = Object.keys(TELLS).flatMap((tell) =>
	Object.keys(ORDERS).map((order) => [order, tell] as const),
);

test.each(cases)('gives each row once, generated: %s, with %s', async (order, tell) => {
	await fc.assert(
		fc.asyncProperty(HISTORIES, async (history) => {
			expect(await play(order, tell, history)).toEqual(numbersOf(history));
		}),
		{ numRuns: 30 },
	);
});
