import { Ledger, type WorkRecord } from '../../nodes/KallyAi/execute/ledger';
import { type Attempt, isKnown, once, type OnceWork } from '../../nodes/KallyAi/execute/once';
import { contentOfRun, fingerprint, workKeys } from '../../nodes/KallyAi/execute/workKey';
import { OwnKeys } from '../../nodes/KallyAi/execute/works';

const NOW = Date.parse('2031-05-16T10:00:00Z');
let now = NOW;

beforeEach(() => {
	now = NOW;
	jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

/** What an execution keeps of one work, and how often it was asked to. */
class Note {
	record?: WorkRecord;

	kept = 0;

	find = () => this.record;

	keep(record: WorkRecord): void {
		this.record = record;
		this.kept++;
	}

	forget(): void {
		this.record = undefined;
	}
}

const workOf = (changes: Partial<OnceWork> = {}): OnceWork => ({
	ledgerKey: 'work',
	key: 'key',
	lasting: true,
	place: 'item 1',
	...changes,
});

type Settings = Parameters<typeof once>[2];

const doing = (send: Settings['send'], changes: Partial<Settings> = {}): Settings => ({
	send,
	isRefusal: (error) => (error as Error).message === 'refused',
	wait: async (promise) => await promise,
	...changes,
});

/** Sends once and gets this. */
const answering = (answer: object) =>
	doing(async ({ sending }) => {
		sending();
		return { ...answer };
	});

const failing = (message: string) =>
	doing(async ({ sending }) => {
		sending();
		throw new Error(message);
	});

const never = doing(async () => {
	throw new Error('sent');
});

describe('what is kept of a work', () => {
	test('says with which key, when first, by whom and how often it was sent, and the answer', async () => {
		const ledger = new Ledger();
		const note = new Note();
		const settings = doing(async ({ key, before, sent, sending }: Attempt) => {
			expect([key, before, sent()]).toEqual(['key', undefined, 0]);
			sending();
			const first = { key: 'key', place: 'item 1', sentAt: NOW, sent: 1 };
			expect([note.record, ledger.find('work'), sent()]).toEqual([first, first, 1]);
			now += 5000;
			sending();
			expect([note.record, ledger.find('work'), sent()]).toEqual([
				{ ...first, sent: 2 },
				{ ...first, sent: 2 },
				2,
			]);
			return { id: 'made' };
		});
		const done = await once(ledger, workOf({ note }), settings);
		expect(done).toMatchObject({ answer: { id: 'made' }, replayed: false, ended: false });
		const record = { key: 'key', place: 'item 1', sentAt: NOW, sent: 2, answer: '{"id":"made"}' };
		expect([note.record, ledger.find('work')]).toEqual([record, record]);
	});

	test('goes on from an earlier request whose outcome is not known', async () => {
		const ledger = new Ledger();
		const before = { key: 'former key', place: 'item 9', sentAt: NOW - 7, sent: 2 };
		ledger.keep('work', before);
		const settings = doing(async (attempt: Attempt) => {
			expect([attempt.key, attempt.before, attempt.sent()]).toEqual(['former key', before, 2]);
			attempt.sending();
			return { id: 'made' };
		});
		const note = new Note();
		await once(ledger, workOf({ note }), settings);
		expect(note.record).toEqual({ ...before, sent: 3, answer: '{"id":"made"}' });
	});

	test('is first what the execution itself has kept', async () => {
		const ledger = new Ledger();
		const note = new Note();
		ledger.keep('work', { key: 'k', sentAt: NOW - 1, sent: 1, answer: '{"id":"of the process"}' });
		note.record = { key: 'k', sentAt: NOW - 1, sent: 1, answer: '{"id":"of the execution"}' };
		const { answer } = await once(ledger, workOf({ note }), never);
		expect(answer).toEqual({ id: 'of the execution' });
		note.record = undefined;
		expect((await once(ledger, workOf({ note }), never)).answer).toEqual({ id: 'of the process' });
		expect(note.record).toEqual(ledger.find('work'));
	});

	test('may be the end of the work, and that n8n has it', async () => {
		const ledger = new Ledger();
		const note = new Note();
		const work = workOf({ note, lasting: false });
		const done = await once(ledger, work, answering({ id: 'made' }));
		done.keepEnd({ id: 'made', status: 'success' });
		done.giveOut();
		const { kept } = note;
		done.giveOut();
		expect(note.kept).toBe(kept);
		const record = {
			key: 'key',
			place: 'item 1',
			sentAt: NOW,
			sent: 1,
			answer: '{"id":"made","status":"success"}',
			ended: true,
			givenOut: NOW,
		};
		expect([note.record, ledger.find('work')]).toEqual([record, record]);
	});

	test('does not become given out where the same key goes on standing for the work', async () => {
		const note = new Note();
		const done = await once(new Ledger(), workOf({ note }), answering({ id: 'made' }));
		done.giveOut();
		expect(note.record).not.toHaveProperty('givenOut');
	});

	test('tells the next one that the work has come to its end', async () => {
		const ledger = new Ledger();
		const first = await once(ledger, workOf(), answering({ id: 'made' }));
		expect((await once(ledger, workOf(), never)).ended).toBe(false);
		first.keepEnd({ id: 'made', status: 'success' });
		expect(await once(ledger, workOf(), never)).toMatchObject({
			ended: true,
			answer: { id: 'made', status: 'success' },
		});
	});
});

describe('an answer from before', () => {
	test.each<[string | undefined, boolean]>([
		['item 1', false],
		['item 2', true],
		[undefined, true],
	])(
		'is marked as such for all but the item that sent the request: %s',
		async (place, replayed) => {
			const ledger = new Ledger();
			await once(ledger, workOf(), answering({ id: 'made' }));
			expect(await once(ledger, workOf({ place }), never)).toMatchObject({ replayed });
		},
	);

	test('of a tool is marked as such for every other call of it', async () => {
		const ledger = new Ledger();
		const tool = workOf({ place: undefined });
		expect(await once(ledger, tool, answering({ id: 'made' }))).toMatchObject({ replayed: false });
		expect(await once(ledger, tool, never)).toMatchObject({ replayed: true });
	});
});

describe('a work is known', () => {
	const known = (record: Partial<WorkRecord>, lasting: boolean) => {
		const ledger = new Ledger();
		ledger.keep('work', { key: 'k', sentAt: NOW, sent: 1, ...record });
		return isKnown(ledger, workOf({ lasting }));
	};

	test('once it was sent, until its answer was given out where nothing holds the works together', () => {
		expect(isKnown(new Ledger(), workOf())).toBe(false);
		expect([known({}, true), known({}, false)]).toEqual([true, true]);
		expect(known({ answer: '{}' }, false)).toBe(true);
		expect(known({ answer: '{}', givenOut: NOW }, true)).toBe(true);
		expect(known({ answer: '{}', givenOut: NOW }, false)).toBe(false);
	});

	test('after its answer was given out as long as it may be asked for again', () => {
		const ledger = new Ledger();
		ledger.keep('work', { key: 'k', sentAt: NOW, sent: 1, answer: '{}', givenOut: NOW });
		const isStillKnown = () => isKnown(ledger, workOf({ lasting: false, repeatedWithinMs: 5000 }));
		now = NOW + 4999;
		expect(isStillKnown()).toBe(true);
		now++;
		expect(isStillKnown()).toBe(false);
	});

	test('while it is under way', async () => {
		const ledger = new Ledger();
		const send = doing(async () => {
			expect(isKnown(ledger, workOf())).toBe(true);
			return { id: 'made' };
		});
		await once(ledger, workOf(), send);
	});
});

describe('an error', () => {
	test('before anything was sent leaves nothing behind, whatever it says', async () => {
		const ledger = new Ledger();
		const note = new Note();
		const isRefusal = jest.fn(() => false);
		const settings = doing(async () => await Promise.reject(new Error('lost')), { isRefusal });
		await expect(once(ledger, workOf({ note }), settings)).rejects.toThrow('lost');
		expect([ledger.find('work'), note.record]).toEqual([undefined, undefined]);
		expect(isRefusal).not.toHaveBeenCalled();
	});

	test('that says that nothing was done lets the work be sent anew', async () => {
		const ledger = new Ledger();
		const note = new Note();
		await expect(once(ledger, workOf({ note }), failing('refused'))).rejects.toThrow('refused');
		expect([ledger.find('work'), note.record]).toEqual([undefined, undefined]);
		await expect(once(ledger, workOf(), failing('refused'))).rejects.toThrow('refused');
	});

	test('that leaves it open is remembered', async () => {
		const ledger = new Ledger();
		const note = new Note();
		await expect(once(ledger, workOf({ note }), failing('lost'))).rejects.toThrow('lost');
		expect(ledger.find('work')).toEqual({ key: 'key', place: 'item 1', sentAt: NOW, sent: 1 });
		expect(note.record).toEqual(ledger.find('work'));
	});

	test('is judged by whether the work was sent more than once', async () => {
		const judged: boolean[] = [];
		const settings = (times: number) =>
			doing(
				async ({ sending }) => {
					for (let time = 0; time < times; time++) sending();
					throw new Error('refused');
				},
				{
					isRefusal(_error, { repeated }) {
						judged.push(repeated);
						return false;
					},
				},
			);
		const judgedFor = async (ledger: Ledger, times: number) => {
			judged.length = 0;
			await expect(once(ledger, workOf(), settings(times))).rejects.toThrow('refused');
			return new Set(judged);
		};
		expect(await judgedFor(new Ledger(), 1)).toEqual(new Set([false]));
		expect(await judgedFor(new Ledger(), 2)).toEqual(new Set([true]));
		const ledger = new Ledger();
		ledger.keep('work', { key: 'k', sentAt: NOW - 1, sent: 1 });
		expect(await judgedFor(ledger, 0)).toEqual(new Set([true]));
	});
});

describe('who waits for a work that is under way', () => {
	/** Starts the work and, before it ends, once more; gives what comes of both. */
	async function both(first: Settings, second: Settings, note?: Note) {
		const ledger = new Ledger();
		const settle = async (done: ReturnType<typeof once>) =>
			await done.then(
				(value) => value,
				(error: Error) => error,
			);
		return await Promise.all([
			settle(once(ledger, workOf(), first)),
			settle(once(ledger, workOf({ note, place: 'item 2' }), second)),
		]);
	}

	test('gets a copy of its answer, and keeps it', async () => {
		const note = new Note();
		const [one, other] = await both(answering({ id: 'made' }), never, note);
		expect(other).toMatchObject({ answer: { id: 'made' }, replayed: true, ended: false });
		expect((other as { answer: object }).answer).not.toBe((one as { answer: object }).answer);
		expect(note.record).toEqual({
			key: 'key',
			place: 'item 1',
			sentAt: NOW,
			sent: 1,
			answer: '{"id":"made"}',
		});
	});

	test('gets the whole answer, though a long one is not kept whole', async () => {
		const long = { id: 'made', transcript: 'Hello. '.repeat(20_000) };
		const [, other] = await both(answering(long), never);
		expect(other).toMatchObject({ answer: long });
	});

	test('gets the very error that refused it', async () => {
		const [one, other] = await both(failing('refused'), never);
		expect(other).toBe(one);
		expect((other as Error).message).toBe('refused');
	});

	test('goes on by itself where nobody knows what became of it', async () => {
		const before: unknown[] = [];
		const second = doing(async (attempt) => {
			before.push(attempt.before);
			return { id: 'found' };
		});
		const [one, other] = await both(failing('lost'), second);
		expect((one as Error).message).toBe('lost');
		expect(other).toMatchObject({ answer: { id: 'found' } });
		expect(before).toEqual([{ key: 'key', place: 'item 1', sentAt: NOW, sent: 1 }]);
	});

	test('waits as it is told to', async () => {
		const wait = async () => await Promise.reject<never>(new Error('cancelled'));
		const [, other] = await both(answering({}), { ...never, wait });
		expect((other as Error).message).toBe('cancelled');
	});
});

describe('a key', () => {
	const PLACE = { instanceId: 'i', workflowId: 'w', nodeId: 'n', scope: 's', round: 0 };
	const work = { operation: 'call.make', path: '/calls', body: { b: [1, null], a: 'x' } };

	test('is what it was, so that executions that an earlier version began go on', () => {
		expect(fingerprint('a', 1, undefined)).toBe('0ae764bffd3a17b6454c8d9ebf712311d9b92efc');
		expect(workKeys(PLACE, [work, work, { operation: 'email.send', path: '/e' }])).toEqual([
			'3aebe76b692ba12b955c60b9ff2759e52c080171',
			'49c901e233c6f52bef99bb75991c55929b890daa',
			'57d9b322a361f1e6613502e55833b29aeb7c723c',
		]);
		expect(workKeys({ ...PLACE, round: undefined }, [{ ...work, input: { c: 1 } }])).toEqual([
			'46b313c6a91fc0af7cb1e93bd0de29df56dc6244',
		]);
		expect(contentOfRun([{ operation: 'email.send', path: '/e' }, work], PLACE)).toBe(
			contentOfRun([work, { operation: 'email.send', path: '/e' }], PLACE),
		);
		expect(contentOfRun([work, { operation: 'email.send', path: '/e' }], PLACE)).toBe(
			'559139387895edd3ff447b1d104988bfe4cbe84f',
		);
	});

	test('does not depend on the order of members, also within lists', () => {
		const keyOf = (item: object) => workKeys(PLACE, [{ ...work, body: { list: [item] } }]);
		expect(keyOf({ a: 1, b: 2 })).toEqual(keyOf({ b: 2, a: 1 }));
		expect(keyOf({ a: 1, b: 2 })).not.toEqual(keyOf({ a: 2, b: 1 }));
	});

	test('of the user that stands for two different works is refused', () => {
		const plan = (itemIndex: number, changes: object = {}) =>
			({
				work: 'call.make',
				path: '/calls',
				body: { to: '+15550101' },
				itemIndex,
				options: { idempotencyKey: 'lead-1' },
				...changes,
			}) as unknown as Parameters<OwnKeys['check']>[0];
		const keys = new OwnKeys();
		keys.check(plan(2));
		keys.check(plan(3));
		keys.check(plan(4, { options: {}, body: {} }));
		keys.check(plan(5, { options: { idempotencyKey: 'lead-2' }, body: {} }));
		keys.check(plan(5, { options: {}, body: { to: '+15550102' } }));
		for (const other of [{ work: 'email.send' }, { path: '/other' }, { body: {} }]) {
			const check = () => keys.check(plan(6, other));
			expect(check).toThrow(
				"'Do Only Once (Key)' is the same as that of item 3, which requests something else: this item would be skipped",
			);
			expect(check).toThrow(
				expect.objectContaining({
					advice: 'Use an expression that gives each lead its own key, such as its ID.',
				}),
			);
		}
	});
});
