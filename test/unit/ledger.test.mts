import { Callers } from '../../nodes/KallyAi/execute/callers';
import { Ledger } from '../../nodes/KallyAi/execute/ledger';
import { type Attempt, once } from '../../nodes/KallyAi/execute/once';
import { contentOfRun, type Work, workKeys } from '../../nodes/KallyAi/execute/workKey';
import fc from '../support/property.mts';

const PLACE = { instanceId: 'i', workflowId: 'w', nodeId: 'n', scope: 'execution 1', round: 0 };
const work = (text: string, input?: unknown): Work => ({
	operation: 'email.send',
	path: '/v1/actions/email/send',
	body: { text },
	input,
});

describe('keys of works', () => {
	const works = fc.array(fc.constantFrom('a', 'b', 'c').map((text) => work(text)));

	test('differ within a run, and follow the items whatever their order', () => {
		fc.assert(
			fc.property(works, fc.infiniteStream(fc.double({ min: 0, max: 1 })), (given, order) => {
				const keys = workKeys(PLACE, given);
				expect(new Set(keys).size).toBe(keys.length);
				const mixed = given
					.map((one) => ({ one, at: order.next().value as number }))
					.sort((a, b) => a.at - b.at)
					.map(({ one }) => one);
				expect(workKeys(PLACE, mixed).sort()).toEqual([...keys].sort());
				expect(contentOfRun(mixed, PLACE)).toBe(contentOfRun(given, PLACE));
			}),
		);
	});

	test('of the items that are left stay what they were', () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.string()), fc.nat(), (texts, gone) => {
				const keys = workKeys(
					PLACE,
					texts.map((text) => work(text)),
				);
				const at = texts.length === 0 ? 0 : gone % texts.length;
				const left = texts.filter((_, index) => index !== at);
				expect(
					workKeys(
						PLACE,
						left.map((text) => work(text)),
					),
				).toEqual(keys.filter((_, index) => index !== at));
			}),
		);
	});

	test.each([
		{ instanceId: 'other' },
		{ workflowId: 'other' },
		{ nodeId: 'other' },
		{ scope: 'execution 2' },
		{ round: 1 },
		{ round: undefined },
	])('differ in another place: %j', (place) => {
		const [key] = workKeys(PLACE, [work('a')]);
		expect(workKeys({ ...PLACE, ...place }, [work('a')])).not.toContain(key);
	});

	test.each([
		{ operation: 'email.reply' },
		{ path: '/v1/other' },
		{ body: { text: 'b' } },
		{ body: undefined },
		{ input: { item: 1 } },
	])('differ for other work: %j', (other) => {
		const [key] = workKeys(PLACE, [work('a')]);
		expect(workKeys(PLACE, [{ ...work('a'), ...other }])).not.toContain(key);
	});

	test('are the same however equal JSON is written', () => {
		const one = work('a', { b: 1, a: [{ d: 1, c: 2 }] });
		const same = work('a', { a: [{ c: 2, d: 1 }], b: 1 });
		expect(workKeys(PLACE, [one])).toEqual(workKeys(PLACE, [same]));
	});
});

const YEAR = 365 * 24 * 3600 * 1000;
const record = (answer?: string, sentAt = Date.now()) => ({ key: 'k', sentAt, sent: 1, answer });

describe('the ledger', () => {
	test('stays within its bytes and keeps the newest', () => {
		const ledger = new Ledger({ bytes: 100_000, age: YEAR });
		for (let index = 0; index < 1000; index++) {
			ledger.keep(`key ${index}`, record(JSON.stringify({ text: 'x'.repeat(index) })));
		}
		expect(ledger.find('key 999')?.answer).toContain('x'.repeat(999));
		expect(ledger.find('key 0')).toBeUndefined();
		const kept = Array.from({ length: 1000 }, (_, index) => ledger.find(`key ${index}`));
		expect(JSON.stringify(kept.filter(Boolean)).length).toBeLessThan(100_000);
	});

	test('forgets what is too old', () => {
		let now = 0;
		const ledger = new Ledger({ bytes: 100_000, age: 1000 }, () => now);
		ledger.keep('key', record('{}', 0));
		now = 1000;
		expect(ledger.find('key')).toBeDefined();
		now = 1001;
		expect(ledger.find('key')).toBeUndefined();
	});

	test('remembers a work for a day', () => {
		const HOUR = 3_600_000;
		let now = 0;
		const ledger = new Ledger(undefined, () => now);
		ledger.keep('work', record('{}', 0));
		now = 24 * HOUR;
		expect(ledger.find('work')).toBeDefined();
		now += 1;
		expect(ledger.find('work')).toBeUndefined();
	});

	test('keeps of a huge answer what is short, such as its ID', () => {
		const ledger = new Ledger();
		const answer = { id: 'made', text: 'x'.repeat(10_000_000) };
		ledger.keep('key', record(JSON.stringify(answer)));
		expect(JSON.parse(ledger.find('key')?.answer ?? '')).toEqual({ id: 'made', shortened: true });
	});

	describe('of a long answer', () => {
		const kept = (answer: object) => {
			const ledger = new Ledger();
			ledger.keep('key', record(JSON.stringify(answer)));
			return JSON.parse(ledger.find('key')?.answer ?? '') as object;
		};
		/** An object of so many characters as JSON. */
		const ofLength = (length: number) => ({ text: 'x'.repeat(length - '{"text":""}'.length) });

		test('keeps 100,000 characters whole, and no more', () => {
			expect(kept(ofLength(100_000))).toEqual(ofLength(100_000));
			expect(kept(ofLength(100_001))).toEqual({ shortened: true });
		});

		test('keeps parts of 1000 characters, and no longer ones', () => {
			const long = { text: 'x'.repeat(100_000) };
			expect(kept({ ...long, part: 'x'.repeat(998) })).toEqual({
				part: 'x'.repeat(998),
				shortened: true,
			});
			expect(kept({ ...long, part: 'x'.repeat(999) })).toEqual({ shortened: true });
		});

		test('says only that it was shortened where its short parts are too much together', () => {
			const parts = (count: number) =>
				Object.fromEntries(
					Array.from({ length: count }, (_, index) => [`part${index}`, 'x'.repeat(900)]),
				);
			expect(kept({ ...parts(90), long: 'x'.repeat(20_000) })).toEqual({
				...parts(90),
				shortened: true,
			});
			expect(kept(parts(200))).toEqual({ shortened: true });
		});

		test('keeps short parts of 100,000 characters together', () => {
			const parts = Object.fromEntries(
				Array.from({ length: 109 }, (_, index) => [`part${index}`, 'x'.repeat(900)]),
			);
			const fill = (length: number) => ({ ...parts, last: 'x'.repeat(length) });
			const most = 100_000 - JSON.stringify({ ...fill(0), shortened: true }).length;
			expect(most).toBeGreaterThan(0);
			const long = { long: 'x'.repeat(5000) };
			expect(kept({ ...fill(most), ...long })).toEqual({ ...fill(most), shortened: true });
			expect(kept({ ...fill(most + 1), ...long })).toEqual({ shortened: true });
		});
	});

	describe('of two halves', () => {
		const SIZE = 400;
		/** Keeps so many works without an answer; which of them are known afterwards. */
		const known = (ledger: Ledger, count: number) => {
			for (let index = 0; index < count; index++) ledger.keep(`key ${index}`, record());
			return Array.from({ length: count }, (_, index) => ledger.find(`key ${index}`)).filter(
				Boolean,
			).length;
		};

		test('is full when each holds half of the bytes', () => {
			const limits = { bytes: 20 * SIZE, age: YEAR };
			expect(known(new Ledger(limits), 11)).toBe(11);
			expect(known(new Ledger(limits), 21)).toBe(21);
			// The third half begins, and the first one goes.
			expect(known(new Ledger(limits), 22)).toBe(11);
		});

		test('counts a work once that is kept again, and none that was forgotten', () => {
			const limits = { bytes: 20 * SIZE, age: YEAR };
			for (const repeat of [
				(ledger: Ledger) => ledger.keep('same', record()),
				(ledger: Ledger) => {
					ledger.keep('same', record());
					ledger.forget('same');
				},
				(ledger: Ledger) => ledger.forget('never known'),
			]) {
				const ledger = new Ledger(limits);
				ledger.keep('first', record());
				for (let index = 0; index < 100; index++) repeat(ledger);
				expect(ledger.find('first')).toBeDefined();
				// Nine more make ten: had others been counted, the half were full, and were they taken off, it held more.
				const space = ledger.find('same') ? 8 : 9;
				for (let index = 0; index < space + 1; index++) ledger.keep(`new ${index}`, record());
				for (let index = 0; index < 11; index++) ledger.keep(`newer ${index}`, record());
				expect(ledger.find('first')).toBeUndefined();
			}
		});

		test('counts two bytes for each character of an answer', () => {
			const ledger = new Ledger({ bytes: 2 * (SIZE + 2 * 100), age: YEAR });
			ledger.keep('first', record('x'.repeat(100)));
			ledger.keep('second', record());
			ledger.keep('third', record('x'.repeat(101)));
			expect(ledger.find('first')).toBeUndefined();
			expect(ledger.find('third')).toBeDefined();
		});
	});

	test('forgets a work in either half', () => {
		const ledger = new Ledger({ bytes: 800, age: YEAR });
		ledger.keep('old', record('x'));
		expect(ledger.find('old')).toBeDefined();
		ledger.forget('old');
		expect(ledger.find('old')).toBeUndefined();
		ledger.keep('new', record());
		ledger.forget('new');
		expect(ledger.find('new')).toBeUndefined();
	});

	test('tells those who wait how a work has ended, also where that cannot be said', async () => {
		const ledger = new Ledger();
		const refused = { refused: new Error('no') };
		const ends = async (work: () => Promise<string>, endOf: (result: object) => never | object) => {
			const done = ledger
				.follow('key', work, endOf as never)
				.catch((error: Error) => error.message);
			const told = ledger.ending('key');
			await done;
			expect(ledger.ending('key')).toBeUndefined();
			return [await done, await told];
		};
		const fails = async () => await Promise.reject<string>(new Error('failed'));
		const results: object[] = [];
		const note = (result: object) => {
			results.push(result);
			return refused;
		};
		expect(await ends(async () => 'made', note)).toEqual(['made', refused]);
		expect(await ends(fails, note)).toEqual(['failed', refused]);
		expect(results).toEqual([{ value: 'made' }, { error: new Error('failed') }]);
		const cannot = () => {
			throw new Error('cannot say');
		};
		expect(await ends(fails, cannot)).toEqual(['cannot say', { unknown: true }]);
	});

	test('takes less than 10 MB after 100,000 works', () => {
		const answer = JSON.stringify({ call_id: 'c', highlights: 'x'.repeat(500) });
		const before = process.memoryUsage().heapUsed;
		const ledger = new Ledger();
		for (let index = 0; index < 100_000; index++) {
			ledger.keep(`${index}`.padStart(40, '0'), { ...record(` ${answer}`.slice(1)), sent: 1 });
		}
		expect(ledger.find('99999'.padStart(40, '0'))).toBeDefined();
		global.gc?.();
		if (global.gc) expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000);
	});
});

/** What a server that knows no keys has done, and an outcome to come for each request. */
type Outcome = 'done' | 'refused' | 'lost before' | 'lost after';

const settings = (send: (attempt: Attempt) => Promise<{ id: string }>) => ({
	send,
	isRefusal: (error: unknown) => (error as Error).message === 'refused',
	wait: async <T,>(promise: Promise<T>) => await promise,
});

function server(outcomes: Outcome[]) {
	const done: string[] = [];
	const send =
		(name: string) =>
		async ({ before, sending }: Attempt) => {
			if (before) throw new Error('not known');
			sending();
			await Promise.resolve();
			const outcome = outcomes.shift() ?? 'done';
			if (outcome === 'refused') throw new Error('refused');
			if (outcome === 'lost before') throw new Error('lost');
			done.push(name);
			if (outcome === 'lost after') throw new Error('lost');
			return { id: name };
		};
	return { done, send };
}

describe('a work', () => {
	const at = (key: string, lasting = true) => ({ ledgerKey: key, key, lasting });

	test('is never done twice, and not lost where it was refused (2,000 histories)', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.constantFrom<Outcome>('done', 'refused', 'lost before', 'lost after')),
				fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.boolean()), { maxLength: 12 }),
				async (outcomes, tries) => {
					const { done, send } = server([...outcomes]);
					const ledger = new Ledger();
					const ends = new Map<string, string[]>();
					const pending: Array<Promise<void>> = [];
					for (const [name, sideBySide] of tries) {
						const attempt = once(ledger, at(name), settings(send(name))).then(
							({ answer }) => String(answer.id),
							(error: Error) => error.message,
						);
						const noted = attempt.then((end) => {
							ends.set(name, [...(ends.get(name) ?? []), end]);
						});
						pending.push(noted);
						if (!sideBySide) await noted;
					}
					await Promise.all(pending);
					for (const [name, list] of ends) {
						const times = done.filter((one) => one === name).length;
						expect(times).toBeLessThanOrEqual(1);
						if (list.includes(name)) {
							expect(times).toBe(1);
							expect(list.at(-1)).toBe(name);
						}
						// What was refused last may be tried again; what is lost stays said to be unknown.
						if (list.includes('lost')) expect(['lost', 'not known']).toContain(list.at(-1));
					}
				},
			),
			{ numRuns: 2000 },
		);
	});

	test('gives each who asks a copy of its own', async () => {
		const ledger = new Ledger();
		const { send } = server([]);
		const first = await once(ledger, at('a'), settings(send('a')));
		(first.answer as { id: string }).id = 'changed';
		const second = await once(ledger, at('a'), settings(send('a')));
		expect(second).toMatchObject({ replayed: true, answer: { id: 'a' } });
	});

	test('is joined while it is under way', async () => {
		const ledger = new Ledger();
		const { done, send } = server([]);
		const both = await Promise.all([
			once(ledger, at('a'), settings(send('a'))),
			once(ledger, at('a'), settings(send('a'))),
		]);
		expect(done).toEqual(['a']);
		expect(both.map(({ replayed }) => replayed)).toEqual([false, true]);
	});

	test('that no execution holds together is new once its answer was given out', async () => {
		const ledger = new Ledger();
		const { done, send } = server([]);
		const first = await once(ledger, at('a', false), settings(send('a')));
		expect((await once(ledger, at('a', false), settings(send('a')))).replayed).toBe(true);
		first.giveOut();
		expect((await once(ledger, at('a', false), settings(send('a')))).replayed).toBe(false);
		expect(done).toEqual(['a', 'a']);
	});
});

describe('sub-executions of one caller', () => {
	const run = (executionId: string, content = 'c') => ({ caller: '1', executionId, content });
	const none = async () => false;

	test('are new work each while all goes well', async () => {
		const callers = new Callers();
		const scopes = [await callers.scopeOf(run('2'), none), await callers.scopeOf(run('3'), none)];
		expect(new Set(scopes).size).toBe(2);
		expect(await callers.scopeOf(run('2'), none)).toBe(scopes[0]);
	});

	test('repeat what was done once one of them has failed', async () => {
		const callers = new Callers();
		const first = await callers.scopeOf(run('2', 'a'), none);
		await callers.scopeOf(run('3', 'b'), none);
		const failed = async (id: string) => id === '3';
		expect(await callers.scopeOf(run('4', 'a'), failed)).toBe(first);
		expect(await callers.scopeOf(run('5', 'b'), failed)).toContain('b 0');
		expect(await callers.scopeOf(run('6', 'a'), none)).not.toBe(first);
	});

	test('of another caller are other work', async () => {
		const callers = new Callers();
		const first = await callers.scopeOf(run('2'), none);
		expect(await callers.scopeOf({ ...run('3'), caller: '9' }, none)).not.toBe(first);
	});
});
