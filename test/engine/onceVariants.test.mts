import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { recordedNode } from '../support/builtNode.mts';
import { quickTime } from '../support/quickTime.mts';
import { EMAIL_ABOUT_LEAD, leads, MAKE_CALL, REACH_LEAD } from '../support/callsToMake.mts';
import type { ToolResult } from '../support/engine.mts';
import type { Recorded } from '../support/recorder.mts';

quickTime();
const built = recordedNode();

/** Works of several kinds, each of which says whom or what it is for. */
const WORKS: Record<string, INodeParameters> = {
	call: MAKE_CALL,
	email: EMAIL_ABOUT_LEAD,
	task: REACH_LEAD,
	ride: {
		resource: 'errand',
		operation: 'requestRide',
		pickup: '9 High Street',
		destination: '=Station, for {{ $json.phone }}',
	},
	contact: {
		resource: 'inboundContact',
		operation: 'create',
		name: '={{ $json.id }}',
		phoneNumber: '={{ $json.phone }}',
	},
};
const names = Object.keys(WORKS);
const TRIES = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

/** A server that does whatever it is asked for each time, and honours no key but that of a call. */
function recorder(
	fate: (post: Recorded, posts: number) => { status: number; body?: unknown } | undefined = () =>
		undefined,
	read: (request: Recorded, done: IDataObject[]) => unknown = () => ({}),
) {
	const done: IDataObject[] = [];
	const posts: Recorded[] = [];
	const byKey = new Map<unknown, IDataObject>();
	built.recorder.answer((request, response) => {
		if (request.method !== 'POST') return read(request, done);
		posts.push(request);
		const befalls = fate(request, posts.length - 1);
		if (befalls) {
			response.statusCode = befalls.status;
			return befalls.body ?? { error: { code: `http_${befalls.status}` } };
		}
		const key = request.path === '/v1/calls' && request.headers['idempotency-key'];
		const before = key && byKey.get(key);
		if (before) return before;
		const id = `${Math.random()}`.slice(2);
		const record = { ...(request.body as IDataObject), id, call_id: id, status: 'success' };
		done.push(record);
		if (key) byKey.set(key, record);
		return record;
	});
	return { done, posts };
}
const whoOf = (done: IDataObject[]) =>
	done.map((record) => /\+44\d+/.exec(JSON.stringify(record))?.[0]).sort();
const json = (results: ToolResult[]) =>
	results.flatMap((result) => ('records' in result ? result.records : [result]));
let executions = 0;
const newExecution = () => `variant ${++executions}`;

describe.each(names)('%s', (name) => {
	const parameters = WORKS[name];

	test.each<[string, number[], number]>([
		['in reverse', [3, 2, 1, 0], 4],
		['without the first', [1, 2, 3], 4],
		['without the last, the rest mixed', [2, 0, 1], 4],
		['with one more of them', [0, 1, 1, 2, 3], 5],
		['with none of them', [5, 6], 6],
	])('items of one execution again, %s', async (_how, order, expected) => {
		const server = recorder();
		const people = leads(7);
		const executionId = newExecution();
		await built.engine.execute(parameters, { items: people.slice(0, 4), executionId });
		const { items } = await built.engine.execute(parameters, {
			items: order.map((index) => people[index]),
			executionId,
		});
		expect(server.done).toHaveLength(expected);
		expect(items).toHaveLength(order.length);
	});

	test('duplicates again, one of them gone', async () => {
		const server = recorder();
		const [a, b] = leads(2);
		const executionId = newExecution();
		await built.engine.execute(parameters, { items: [a, a, b, a], executionId });
		await built.engine.execute(parameters, { items: [b, a, a], executionId });
		expect(server.done).toHaveLength(4);
	});

	test('duplicates of which one is refused once', async () => {
		const server = recorder((_, posts) => (posts === 1 ? { status: 422 } : undefined));
		const [a, b] = leads(2);
		const { items } = await built.engine.execute(parameters, {
			items: [a, a, b, a],
			node: TRIES,
		});
		expect(items).toHaveLength(4);
		expect(whoOf(server.done)).toEqual([a.phone, a.phone, a.phone, b.phone]);
	});

	test('side by side, with two refused of which one is refused again', async () => {
		const refused = new Map<string, number>([
			['+442079460003', 1],
			['+442079460007', 2],
		]);
		const server = recorder(({ body }) => {
			const [phone] = /\+44\d+/.exec(JSON.stringify(body)) ?? [''];
			const left = refused.get(phone) ?? 0;
			refused.set(phone, left - 1);
			return left > 0 ? { status: 503 } : undefined;
		});
		const people = leads(10);
		const { status } = await built.engine.execute(
			{ ...parameters, options: { concurrency: 4 } },
			{ items: people, node: { ...TRIES, maxTries: 5 } },
		);
		expect(status).toBe('success');
		expect(whoOf(server.done)).toEqual(people.map(({ phone }) => phone));
	});

	test.each([302, 303, 408, 500, 502, 504, 520, 524])(
		'done, and answered with %i: not done again',
		async (status) => {
			let fails = 1;
			const server = recorder();
			const { done, posts } = server;
			built.recorder.answer((request, response) => {
				if (request.method !== 'POST') return {};
				posts.push(request);
				const key = request.headers['idempotency-key'];
				if (request.path === '/v1/calls' && done.some((record) => record.key === key)) {
					return done.find((record) => record.key === key);
				}
				done.push({ ...(request.body as IDataObject), key, call_id: `c${done.length}` });
				if (fails-- > 0) {
					response.statusCode = status;
					return { error: { code: 'x' } };
				}
				return done.at(-1);
			});
			await built.engine.execute(parameters, { items: leads(3), node: TRIES });
			expect(done).toHaveLength(3);
		},
	);

	test('keys of the user that are given again are not counted, nor limited', async () => {
		const server = recorder();
		const options = { idempotencyKey: `=${name}-again-{{ $json.id }}` };
		const limited = name === 'contact' ? options : { ...options, maxPerExecution: 2 };
		const run = async () =>
			await built.engine.execute({ ...parameters, options: limited }, { items: leads(2) });
		await run();
		const { status, items, hints } = await run();
		expect(status).toBe('success');
		expect(items.map(({ json: { replayed } }) => replayed)).toEqual([true, true]);
		expect(server.done).toHaveLength(2);
		expect(JSON.stringify(hints)).not.toMatch(/[12] of 2 (?:calls|tasks)|credits spent/);
	});

	test('a key of the user in two executions at once is one work', async () => {
		const server = recorder();
		const options = { idempotencyKey: `=${name}-at-once-{{ $json.id }}` };
		await Promise.all(
			[1, 2, 3].map(
				async () => await built.engine.execute({ ...parameters, options }, { items: leads(2) }),
			),
		);
		expect(server.done).toHaveLength(2);
	});

	test('a key of the user that was refused is free again', async () => {
		const server = recorder((_, posts) => (posts === 0 ? { status: 402 } : undefined));
		const options = { idempotencyKey: `${name}-refused` };
		const run = async () =>
			await built.engine.execute({ ...parameters, options }, { items: leads(1) });
		expect((await run()).status).toBe('error');
		expect((await run()).status).toBe('success');
		expect(server.done).toHaveLength(1);
	});

	test.each([
		['finds nothing', '={{ $json.nothing }}'],
		['is null', '={{ null }}'],
		['is empty', ''],
		['is a space', ' '],
		['finds nothing in a text', '=lead-{{ $json.nothing }}'],
	])('a key of the user that %s', async (_how, idempotencyKey) => {
		const server = recorder();
		const { error, status } = await built.engine.execute(
			{ ...parameters, options: { idempotencyKey } },
			{ items: leads(2), node: TRIES },
		);
		expect([status, error?.message]).toEqual([
			'error',
			expect.stringMatching(/Do Only Once \(Key\)/),
		]);
		expect(server.posts).toHaveLength(0);
	});

	describe.each([2, 3] as const)('agent %i', (agent) => {
		test('the same three times over, with another between', async () => {
			const server = recorder();
			const tool = { ...parameters, options: {} } as INodeParameters;
			const [a, b] = leads(2);
			const results = await built.engine.useTool(tool, {
				agent,
				items: [{ ...a }, { ...b }],
				calls:
					agent === 3
						? [
								[{ q: 1 }, { q: 1 }, { q: 1 }],
								[{ q: 1 }, { q: 1 }],
							]
						: [[{ q: 1 }, { q: 1 }, { q: 1 }]],
			});
			expect(json(results).filter(({ error }) => error)).toEqual([]);
			expect(whoOf(server.done)).toEqual(agent === 3 ? [a.phone, b.phone] : [a.phone]);
		});
	});
});

describe('MCP', () => {
	const make = {
		...MAKE_CALL,
		respondentPhone: '+442079460111',
		taskDescription: "={{ $fromAI('task', '', 'string') }}",
	};

	test.each([
		['call', make],
		['ride', { ...WORKS.ride, destination: "={{ $fromAI('task', '', 'string') }}" }],
	] as Array<[string, INodeParameters]>)(
		'the same arguments an hour later: %s',
		async (name, parameters) => {
			const server = recorder(undefined, (_, done) => ({
				calls: done.map((record) => ({ ...record, metadata: { created_at: new Date() } })),
			}));
			const args = { task: `Ask ${name} an hour later` };
			await built.engine.callOverMcp(parameters, args);
			const { now } = Date;
			const later = jest.spyOn(Date, 'now').mockImplementation(() => now() + 3_600_000);
			const result = await built.engine.callOverMcp(parameters, args);
			later.mockRestore();
			expect(server.done).toHaveLength(2);
			expect(json([result])[0]).not.toHaveProperty('replayed');
		},
	);

	test.each<[string, INodeParameters, number]>([
		['call', make, 1],
		['ride', { ...WORKS.ride, destination: "={{ $fromAI('task', '', 'string') }}" }, 1],
		['email', { ...WORKS.email, subject: "={{ $fromAI('task', '', 'string') }}" }, 2],
	])(
		'the same arguments after the outcome, as by a client that gave up before: %s',
		async (name, parameters, done) => {
			const server = recorder();
			const args = { task: `Ask ${name} when all is over` };
			const ask = async (others = {}) =>
				await built.engine.callOverMcp(parameters, { ...args, ...others });
			const [first, again] = json([await ask(), await ask()]);
			expect(server.done).toHaveLength(done);
			const outcome = { ...first, replayed: true };
			if (done === 1) expect(again).toMatchObject(outcome);
			else expect(again).not.toHaveProperty('replayed');
			await ask({ task: `Ask ${name} something else` });
			expect(server.done).toHaveLength(done + 1);
			const { now } = Date;
			const later = jest.spyOn(Date, 'now').mockImplementation(() => now() + 10 * 60_000);
			expect(json([await ask()])[0]).not.toHaveProperty('replayed');
			later.mockRestore();
			expect(server.done).toHaveLength(done + 2);
		},
	);

	test('Max per Execution holds within an hour', async () => {
		const server = recorder((_, posts) => (posts === 1 ? { status: 422 } : undefined));
		const limited = {
			resource: 'errand',
			operation: 'orderFood',
			description: "={{ $fromAI('task', '', 'string') }}",
			options: { maxPerExecution: 2 },
		};
		const ask = async (task: string) => await built.engine.callOverMcp(limited, { task });
		const results = [];
		for (const task of ['Ask one', 'Ask two', 'Ask three', 'Ask four'])
			results.push(await ask(`${task} of many`));
		expect(server.done).toHaveLength(2);
		expect(JSON.stringify(results[3])).toContain("'Max per Execution' is 2");
		const { now } = Date;
		const later = jest.spyOn(Date, 'now').mockImplementation(() => now() + 3_600_000);
		await ask('Ask five of many');
		later.mockRestore();
		expect(server.done).toHaveLength(3);
	});

	test('a client that gives up and asks again, twice, while the first call is on the line', async () => {
		const server = recorder();
		const { done, posts } = server;
		let answer: () => void = () => {};
		built.recorder.answer(async (request) => {
			if (request.method !== 'POST') return { calls: [] };
			posts.push(request);
			await new Promise<void>((resolve) => (answer = resolve));
			done.push({ call_id: 'on-the-line', status: 'success' });
			return done[0];
		});
		const args = { task: 'Ask while it rings' };
		const first = built.engine.callOverMcp(make, args);
		while (posts.length === 0) await new Promise(setImmediate);
		const others = [1, 2].map(async () => await built.engine.callOverMcp(make, { ...args }));
		await new Promise((resolve) => setTimeout(resolve, 50));
		answer();
		const results = await Promise.all([first, ...others]);
		expect(posts).toHaveLength(1);
		expect(json(results).map((record) => record.call_id)).toEqual(
			Array.from({ length: 3 }, () => 'on-the-line'),
		);
	});
});

describe('409', () => {
	const phone = '+442079460222';
	const call = async (node: object = {}) =>
		await built.engine.execute({ ...MAKE_CALL, respondentPhone: phone }, { node });

	test.each<[string, IDataObject]>([
		['in its details', { error: { code: 'conflict', details: { call_id: 'c-9' } } }],
		['beside its error', { error: { code: 'in_progress' }, call_id: 'c-9' }],
		['as a record', { id: 'c-9', status: 'in_progress' }],
	])('that names the call %s is followed by reading it', async (_where, body) => {
		const server = recorder(
			() => ({ status: 409, body }),
			({ path }) => (path === '/v1/calls/c-9' ? { call_id: 'c-9', status: 'voicemail' } : {}),
		);
		const { items } = await call(TRIES);
		expect(items[0].json).toMatchObject({ call_id: 'c-9', status: 'voicemail' });
		expect(server.posts).toHaveLength(1);
	});

	test.each<[string, IDataObject]>([
		['a problem of its own', { type: 'about:blank', id: 'err-1', status: '409' }],
		['an error', { error: { id: 'err-1', status: 'error', code: 'conflict' } }],
	])('that names %s, and no call, is the conflict that it is', async (_what, body) => {
		built.recorder.answer(({ method, path }, response) => {
			response.statusCode = method === 'POST' ? 409 : path === '/v1/calls' ? 200 : 404;
			return method === 'POST' ? body : { calls: [] };
		});
		const { error } = await call();
		expect(error?.message).toMatch(/^This conflicts with the current status of the record/);
		expect(error?.description).not.toMatch(/Created before/);
	});

	test('that names nothing is looked up until it is in the list', async () => {
		let looks = 0;
		const row = { call_id: 'c-10', to: phone, created_at: new Date().toISOString() };
		const server = recorder(
			() => ({ status: 409, body: { error: { code: 'already_in_progress' } } }),
			({ path }) =>
				path === '/v1/calls'
					? { calls: ++looks > 1 ? [{ ...row, status: 'ringing' }] : [] }
					: { ...row, status: 'busy' },
		);
		const { items } = await call();
		expect(items[0].json).toMatchObject({ call_id: 'c-10', status: 'busy' });
		expect(server.posts).toHaveLength(1);
	});
});

test.each([
	['call_id', 'call'],
	['id', 'call'],
	['id', 'task'],
] as const)('an item names the %s of a %s whose record leaves it out', async (idName, name) => {
	built.recorder.answer(({ method }) =>
		method === 'POST' ? { [idName]: 'only-here', status: 'pending' } : { status: 'completed' },
	);
	const { items } = await built.engine.execute(
		{ ...WORKS[name], options: { waitForCompletion: true } },
		{ items: leads(1) },
	);
	expect(items[0].json).toEqual({ [idName]: 'only-here', status: 'completed' });
});

test('a call that is given up is asked for twice at most, and the second time under its key', async () => {
	const { posts } = recorder();
	built.recorder.answer((request, response) => {
		if (request.method !== 'POST') return { calls: [] };
		posts.push(request);
		return new Promise((resolve) => response.once('close', () => resolve(undefined)));
	});
	const { error } = await built.engine.execute(
		{ ...MAKE_CALL, options: { timeout: 1 } },
		{ items: leads(1), node: TRIES },
	);
	expect(posts).toHaveLength(2);
	expect(new Set(posts.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
	expect(error?.message).toMatch(/is not known/);
});

test('equal arguments for two equal items of an agent are one work', async () => {
	const server = recorder();
	const [lead] = leads(1);
	await built.engine.useTool(WORKS.task, {
		agent: 3,
		items: [lead, { ...lead }],
		calls: [[{}], [{}]],
	});
	expect(server.done).toHaveLength(1);
});
