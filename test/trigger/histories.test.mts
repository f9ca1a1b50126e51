import fc from 'fast-check';

import { type Row, settle, startState } from '../../nodes/KallyAiTrigger/cursor/advance';
import { scanList, type Source } from '../../nodes/KallyAiTrigger/cursor/scan';
import { keyOf, type ListState, readState } from '../../nodes/KallyAiTrigger/cursor/state';

const MINUTE = 60_000;
const TOLERANCE = 15 * MINUTE;
const START = Date.UTC(2026, 1, 1);

/** What may happen in the minute before a poll. */
interface Step {
	/** Rows that turn up, each with its age in seconds when it does. */
	ages: number[];
	/** Whether a request of the poll fails. */
	fails: boolean;
	/** Rows that can be given out. */
	room: number;
	/** Whether the host forgets what the poll wrote unless it gave something out. */
	forgets: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
	ages: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 14 * 60 })), { maxLength: 40 }),
	fails: fc.boolean(),
	room: fc.integer({ min: 1, max: 50 }),
	forgets: fc.boolean(),
});

interface Shape {
	order: 'newest' | 'oldest';
	pageSize: number;
	total: boolean;
}

const shape: fc.Arbitrary<Shape> = fc.record({
	order: fc.constantFrom('newest' as const, 'oldest' as const),
	pageSize: fc.integer({ min: 12, max: 100 }),
	total: fc.boolean(),
});

class Failed extends Error {}

/** A list in memory, seen through pages of a size. */
class List {
	readonly rows: Array<Row<string>> = [];
	now = START;
	failsAt = Infinity;

	add(ageMs: number): void {
		const id = keyOf(`row-${this.rows.length}`);
		this.rows.push({
			id,
			key: id,
			status: '',
			time: Math.floor((this.now - ageMs) / 1000) * 1000,
			wanted: true,
			standing: 'final',
			rearms: false,
			content: id,
		});
	}

	source({ order, pageSize, total }: Shape): Source<string> {
		const sign = order === 'newest' ? -1 : 1;
		const rows = [...this.rows].sort((a, b) => sign * ((a.time ?? 0) - (b.time ?? 0)));
		let requests = 0;
		return {
			pageSize,
			offset: true,
			follows: false,
			hasTime: () => true,
			warn: () => {},
			fetch: async ({ limit = 50, offset = 0 }) => {
				if (requests++ >= this.failsAt) throw new Failed();
				return {
					rows: rows.slice(offset, offset + limit),
					total: total ? rows.length : undefined,
					serverNow: this.now,
				};
			},
		};
	}
}

test('whatever happens within the tolerance, each row is given out once', async () => {
	await fc.assert(
		fc.asyncProperty(shape, fc.array(step, { maxLength: 12 }), async (list, steps) => {
			const account = new List();
			for (let age = 0; age < 150; age++) account.add(age * MINUTE);
			const known = account.rows.length;
			const first = await scanList(account.source(list), undefined, 50, TOLERANCE);
			let state: ListState = startState(first, TOLERANCE);
			const given: string[] = [];
			const poll = async ({ fails, room, forgets }: Step): Promise<number> => {
				account.failsAt = fails ? 1 : Infinity;
				const before = JSON.stringify(state);
				try {
					const scan = await scanList(account.source(list), state, room, TOLERANCE);
					const rows = scan.harvest.freshRows().slice(0, room);
					const next = settle(state, scan, rows, TOLERANCE);
					expect(JSON.stringify(state)).toBe(before);
					given.push(...rows.map(({ content }) => content));
					if (rows.length > 0 || !forgets) state = JSON.parse(JSON.stringify(next)) as ListState;
					return rows.length;
				} catch (error) {
					if (!(error instanceof Failed)) throw error as Error;
					expect(JSON.stringify(state)).toBe(before);
					return 0;
				}
			};
			for (const { ages, ...rest } of steps) {
				account.now += MINUTE;
				for (const age of ages) account.add(age * 1000);
				await poll({ ages, ...rest });
			}
			const calm = { ages: [], fails: false, room: 50, forgets: true };
			while ((await poll(calm)) > 0);
			const wanted = account.rows.slice(known).map(({ id }) => id);
			expect([...given].sort()).toEqual([...wanted].sort());
		}),
		{ numRuns: 1000 },
	);
});

test('a state that is no state of these settings is none', () => {
	fc.assert(
		fc.property(fc.anything(), (value) => {
			expect(readState(value, 'settings')).toBeUndefined();
			expect(
				readState({ version: 1, settings: 'settings', lists: { any: value } }, 'settings'),
			).toBeUndefined();
		}),
		{ numRuns: 1000 },
	);
});
