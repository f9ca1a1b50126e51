import { recordedNode } from '../support/builtNode.mts';
import { quickTime } from '../support/quickTime.mts';
import { leads, MAKE_CALL } from '../support/callsToMake.mts';
import { contractOperations } from '../support/contract.mts';
import { type ExecuteOptions, startOtherProcess, type ToolResult } from '../support/engine.mts';
import { nodeParameters, valuesOf } from '../support/expectedRequests.mts';
import { type Mishap, MISHAPS, plainServer, type PlainServer } from '../support/plainServer.mts';

quickTime();
const built = recordedNode();

const SEND_EMAIL = {
	resource: 'email',
	operation: 'send',
	to: 'clara@example.org',
	subject: '={{ $json.phone }}',
	body: 'Does Friday at ten suit you?',
};
const CREATE_TASK = {
	resource: 'outreach',
	operation: 'create',
	goal: 'Confirm the visit',
	recipientIdentifier: '={{ $json.phone }}',
};
const TRIES = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

const serve = (...settings: Parameters<typeof plainServer>): PlainServer => {
	const server = plainServer(...settings);
	built.recorder.answer(server.answer);
	return server;
};
const recipients = ({ done }: PlainServer) => done.map(({ body }) => JSON.stringify(body));
const once = (mishap: Mishap, at: number) => (posts: number) => (posts === at ? mishap : undefined);
const records = (results: ToolResult[]) =>
	results.flatMap((result) => ('records' in result ? result.records : []));

const DOES_WORK: Mishap[] = ['500 after', '504 after', 'cut within', 'cut after'];
const creating = contractOperations.filter(
	({ id, method }) =>
		method === 'POST' &&
		!/^(search|bill\.analyze|booking\.search|budget\.estimate|channel\.test)/.test(id),
);

describe.each(creating.map((contract) => [contract.id, contract] as const))(
	'%s with Retry On Fail',
	(id, contract) => {
		// Another position for each, so that all have their turn.
		const positions = MISHAPS.map(
			(mishap, index) => [mishap, (index * 7 + id.length) % 20] as const,
		);

		test.each(positions)(
			'does nothing twice and loses nothing after %s at %i',
			async (mishap, at) => {
				const items = Array.from({ length: 20 }, (_, n) => ({ n }));
				const server = serve(once(mishap, at));
				const parameters = nodeParameters(built.engine.node, contract, valuesOf(contract, true));
				const {
					status,
					error,
					items: out,
				} = await built.engine.execute(parameters, {
					items,
					node: TRIES,
				});
				const isLost = mishap !== 422 && id !== 'call.make';
				expect(server.done).toHaveLength(isLost && !DOES_WORK.includes(mishap) ? 19 : 20);
				expect(status).toBe(isLost ? 'error' : 'success');
				if (isLost) {
					expect(error?.message).toMatch(
						new RegExp(
							`^It is not known whether this went through.*\\[item ${at + 1}\\]. 19 of 20 items`,
						),
					);
				} else {
					expect(out).toHaveLength(20);
				}
			},
		);
	},
);

describe.each([
	['calls', MAKE_CALL],
	['emails', SEND_EMAIL],
	['tasks', CREATE_TASK],
] as const)('%s', (_what, parameters) => {
	const continuing = MISHAPS.flatMap((mishap) =>
		(['continueRegularOutput', 'continueErrorOutput'] as const).map(
			(onError) => [onError, mishap] as const,
		),
	);

	test.each(continuing)('under %s: %s of each position', async (onError, mishap) => {
		for (const at of [0, 1, 4]) {
			const items = leads(5);
			const server = serve(once(mishap, at));
			const { items: out } = await built.engine.execute(parameters, {
				items,
				node: { ...TRIES, onError },
			});
			const texts = recipients(server);
			expect(new Set(texts).size).toBe(texts.length);
			if (onError === 'continueRegularOutput') {
				expect(out.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
			}
			const done = out.filter(({ json }) => !json.error);
			expect(texts.length).toBeGreaterThanOrEqual(done.length);
			expect(done.every(({ json }) => !json.replayed)).toBe(true);
		}
	});

	test('whose texts are made anew at each try are sent once all the same', async () => {
		const server = serve(once(422, 2));
		const { status } = await built.engine.execute(
			{
				...parameters,
				...(parameters === MAKE_CALL
					? { taskDescription: '=Ask {{ Math.random() }}' }
					: parameters === SEND_EMAIL
						? { body: '=Ask {{ Math.random() }}' }
						: { goal: '=Ask {{ Math.random() }}' }),
			},
			{ items: leads(4), node: TRIES },
		);
		expect(status).toBe('success');
		expect(server.done).toHaveLength(4);
	});

	test('of an execution that is run again, in another order and without one, are not done again', async () => {
		const server = serve();
		const items = leads(4);
		const executionId = `again ${parameters.resource}`;
		await built.engine.execute(parameters, { items, executionId });
		const again = await built.engine.execute(parameters, {
			items: [items[3], items[0], items[1]],
			executionId,
		});
		expect(server.done).toHaveLength(4);
		expect(again.items.map(({ json }) => json.id)).toEqual([3, 0, 1].map((n) => server.done[n].id));
	});

	test.each<[string, ExecuteOptions]>([
		['another n8n', { instanceId: 'another' }],
		['another workflow', { workflowId: 'another' }],
		['another node', { node: { id: 'another' } }],
		['another execution', { executionId: 'one more' }],
	])('of %s are new work', async (what, other) => {
		const server = serve();
		const executionId = `${what} ${parameters.resource}`;
		await built.engine.execute(parameters, { items: leads(2), executionId });
		await built.engine.execute(parameters, { items: leads(2), executionId, ...other });
		expect(server.done).toHaveLength(4);
		const keys = server.posts.map(({ headers }) => headers['idempotency-key']);
		expect(new Set(keys).size).toBe(4);
	});

	test('that are equal are as many works', async () => {
		const server = serve();
		const [lead] = leads(1);
		const { items } = await built.engine.execute(parameters, { items: [lead, lead, lead] });
		expect(server.done).toHaveLength(3);
		expect(new Set(items.map(({ json }) => json.id)).size).toBe(3);
	});

	test('without an execution have a new key each time', async () => {
		const server = serve();
		await built.engine.execute(parameters, { items: leads(1), executionId: null });
		await built.engine.execute(parameters, { items: leads(1), executionId: null });
		expect(server.done).toHaveLength(2);
	});

	describe('of an execution that is retried by hand', () => {
		test('are not done again where they were done, also with other texts', async () => {
			const items = leads(5);
			const server = serve(once(422, 2));
			const failed = await built.engine.execute(parameters, { items, mode: 'trigger' });
			expect(failed.status).toBe('error');
			const other =
				parameters === SEND_EMAIL
					? { body: 'Another text' }
					: parameters === MAKE_CALL
						? { taskDescription: 'Ask something else' }
						: { goal: 'Something else' };
			const { status, items: out } = await built.engine.execute(
				{ ...parameters, ...other },
				{ items, retryOf: failed },
			);
			expect(status).toBe('success');
			expect(server.done).toHaveLength(5);
			expect(out.map(({ json }) => json.replayed ?? false)).toEqual([
				true,
				true,
				false,
				false,
				false,
			]);
		});

		test('are not done again by another process either', async () => {
			const items = leads(5);
			const server = serve(once(422, 2));
			const failed = await built.engine.execute(parameters, { items, mode: 'trigger' });
			const other = await startOtherProcess(built.engine.credentials);
			const { status } = await other.execute(parameters, { items, retryOf: failed });
			expect(status).toBe('success');
			expect(server.done).toHaveLength(5);
		});

		test('and retried once more', async () => {
			const items = leads(5);
			const server = serve((posts) => ([2, 4].includes(posts) ? 422 : undefined));
			const first = await built.engine.execute(parameters, { items, mode: 'trigger' });
			const second = await built.engine.execute(parameters, { items, retryOf: first });
			expect(second.status).toBe('error');
			const { status } = await built.engine.execute(parameters, { items, retryOf: second });
			expect(status).toBe('success');
			expect(server.done).toHaveLength(5);
		});

		test('are refused where n8n kept nothing of it', async () => {
			const items = leads(3);
			const server = serve(once('cut before', 1), { listsCalls: true });
			const failed = await built.engine.execute(parameters, { items, mode: 'trigger' });
			const before = server.done.length;
			const { error } = await built.engine.execute(parameters, {
				items,
				retryOf: failed,
				kept: 'begin',
			});
			expect(error?.message).toMatch(/^Nothing was sent: this is a retry/);
			expect(server.done).toHaveLength(before);
			if (parameters === MAKE_CALL) expect(error?.description).toContain(items[0].phone);
		});
	});
});

test('an item whose outcome is not known leaves the others to be done at the next try', async () => {
	const server = serve(once('504 after', 1));
	const { error } = await built.engine.execute(SEND_EMAIL, { items: leads(4), node: TRIES });
	expect(server.done).toHaveLength(4);
	expect(error?.message).toMatch(/3 of 4 items were done$/);
	expect(error?.description).toMatch(/Created before: \d+-made-1, \d+-made-3, \d+-made-4\./);
});

describe('a lost answer of Make', () => {
	test('is made up for by the list, without calling again', async () => {
		const server = serve(once('cut after', 0), { listsCalls: true });
		const { items } = await built.engine.execute(MAKE_CALL, { items: leads(1) });
		expect(server.posts).toHaveLength(1);
		expect(items[0].json.call_id).toBe(server.done[0].id);
	});

	test('is not made up for by the call of another item', async () => {
		const [lead] = leads(1);
		const server = serve(once('cut before', 1), { listsCalls: true });
		const { items } = await built.engine.execute(MAKE_CALL, { items: [lead, lead] });
		expect(server.done).toHaveLength(2);
		expect(items.map(({ json }) => json.call_id)).toEqual(server.done.map(({ id }) => id));
	});

	test('is sent once more at most', async () => {
		const server = serve(() => 'cut before');
		const { error } = await built.engine.execute(MAKE_CALL, { items: leads(1), node: TRIES });
		expect(server.posts).toHaveLength(2);
		expect(error?.message).toMatch(/^It is not known whether this went through/);
	});

	test('whose repetition is told that the key was used for something else stays not known', async () => {
		let posts = 0;
		built.recorder.answer((request, response) => {
			if (request.method !== 'POST') return {};
			if (++posts === 1) {
				response.destroy();
				return new Promise(() => {});
			}
			response.statusCode = 422;
			return { error: { code: 'idempotency_key_reused' } };
		});
		await built.engine.execute(MAKE_CALL, { items: leads(1), node: TRIES });
		expect(posts).toBe(2);
	});

	test('that is answered with 409 while it is on the line is followed by reading', async () => {
		const server = serve();
		let posts = 0;
		built.recorder.answer((request, response) => {
			if (request.method === 'POST' && ++posts > 1) {
				response.statusCode = 409;
				return { error: { code: 'conflict', message: 'already in progress' } };
			}
			if (request.method === 'POST') {
				server.answer(request, response);
				response.destroy();
				return new Promise(() => {});
			}
			const [{ body, id, madeAt }] = server.done;
			const call = { ...(body as object), call_id: id, metadata: { created_at: madeAt } };
			// The list shows it later than the repetition comes.
			if (request.path === '/v1/calls')
				return { calls: posts > 1 ? [{ ...call, status: 'in_progress' }] : [] };
			return { ...call, status: 'success' };
		});
		const { items } = await built.engine.execute(MAKE_CALL, { items: leads(1) });
		expect(items[0].json).toMatchObject({ call_id: server.done[0].id, status: 'success' });
	});
});

describe('keys of the user', () => {
	const own = { options: { idempotencyKey: '=lead-{{ $json.id }}' } };

	test.each([
		['calls', MAKE_CALL],
		['emails', SEND_EMAIL],
	] as const)(
		'hold across executions for %s, and are not counted as spent',
		async (_what, parameters) => {
			const server = serve();
			await built.engine.execute({ ...parameters, ...own }, { items: leads(3) });
			const { items, hints } = await built.engine.execute(
				{ ...parameters, ...own },
				{ items: leads(3) },
			);
			expect(server.done).toHaveLength(3);
			expect(items.map(({ json }) => json.replayed)).toEqual([true, true, true]);
			if (parameters === MAKE_CALL) expect(JSON.stringify(hints)).toContain('0 of 3 calls');
		},
	);

	test('whose expression finds nothing are refused', async () => {
		const server = serve();
		const { error } = await built.engine.execute(
			{ ...MAKE_CALL, options: { idempotencyKey: '={{ $json.missing }}' } },
			{ items: leads(2) },
		);
		expect(error?.message).toMatch(/^'Do Only Once \(Key\)' must /);
		expect(server.posts).toEqual([]);
	});

	test('that the service answers with an outcome of before say so', async () => {
		const server = serve();
		const options = { idempotencyKey: 'kept-by-the-service' };
		built.recorder.answer((request) => {
			server.posts.push(request);
			return {
				call_id: 'old',
				status: 'success',
				metadata: { created_at: '2026-01-01T00:00:00Z' },
			};
		});
		const { items } = await built.engine.execute({ ...MAKE_CALL, options }, { items: leads(1) });
		expect(items[0].json).toMatchObject({ call_id: 'old', replayed: true });
	});
});

describe.each([2, 3] as const)('as a tool of agent %i', (agent) => {
	const parameters = {
		...SEND_EMAIL,
		subject: "={{ $fromAI('subject', '', 'string') }}",
		body: "={{ $fromAI('text', '', 'string') }}",
	};
	const call = { subject: 'Visit', text: 'Does Friday suit?' };

	test('equal arguments are sent once, and marked when they come again', async () => {
		const server = serve();
		const results = await built.engine.useTool(parameters, { agent, calls: [[call, { ...call }]] });
		expect(server.done).toHaveLength(1);
		expect(records(results).map(({ replayed }) => replayed ?? false)).toEqual([false, true]);
	});

	test('other arguments, and equal ones in another execution, are sent', async () => {
		const server = serve();
		await built.engine.useTool(parameters, {
			agent,
			calls: [[call, { ...call, text: 'Or Monday?' }]],
		});
		await built.engine.useTool(parameters, { agent, calls: [[call]] });
		expect(server.done).toHaveLength(3);
	});

	test.each(MISHAPS)('Retry On Fail after %s does nothing twice', async (mishap) => {
		const server = serve(once(mishap, 0));
		await built.engine.useTool(parameters, { agent, calls: [[call, call]], node: TRIES });
		expect(server.done.length).toBeLessThanOrEqual(1);
		if (mishap === 422) expect(server.done).toHaveLength(1);
	});

	test.each(MISHAPS)('Retry On Fail of a call after %s calls once', async (mishap) => {
		const server = serve(once(mishap, 0));
		const make = {
			...MAKE_CALL,
			respondentPhone: '+15550100',
			taskDescription: "={{ $fromAI('task', '', 'string') }}",
		};
		const results = await built.engine.useTool(make, {
			agent,
			calls: [[{ task: 'Ask them' }]],
			node: TRIES,
		});
		expect(server.done).toHaveLength(1);
		expect(records(results)).toHaveLength(1);
	});
});

test('items of an agent whose tool takes them from its input are works of their own', async () => {
	const server = serve();
	const items = leads(3);
	await built.engine.useTool(CREATE_TASK, { agent: 3, items, calls: items.map(() => [{}]) });
	expect(
		server.done.map(({ body }) => (body as Record<string, unknown>).recipient_identifier),
	).toEqual(items.map(({ phone }) => phone));
});

describe('over MCP', () => {
	const parameters = { ...SEND_EMAIL, subject: "={{ $fromAI('subject', '', 'string') }}" };

	test('the same arguments later are new work', async () => {
		const server = serve();
		await built.engine.callOverMcp(parameters, { subject: 'later' });
		await built.engine.callOverMcp(parameters, { subject: 'later' });
		expect(server.done).toHaveLength(2);
		expect(new Set(server.posts.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
	});

	test('the same arguments while the first are under way are the same work', async () => {
		const server = serve();
		const slow: Array<() => void> = [];
		built.recorder.answer(async (request, response) => {
			await new Promise<void>((resolve) => slow.push(resolve));
			return await server.answer(request, response);
		});
		const both = [1, 2].map(
			async () => await built.engine.callOverMcp(parameters, { subject: 'now' }),
		);
		while (slow.length === 0) await new Promise(setImmediate);
		slow[0]();
		const results = await Promise.all(both);
		expect(server.done).toHaveLength(1);
		const [{ id }] = server.done;
		expect(records(results).map((record) => record.id)).toEqual([id, id]);
	});

	test.each(MISHAPS.filter((mishap) => mishap !== 422))(
		'after %s nothing is sent again',
		async (mishap) => {
			const server = serve(once(mishap, 0));
			const args = { subject: String(mishap) };
			await built.engine.callOverMcp(parameters, args, TRIES);
			const result = await built.engine.callOverMcp(parameters, args);
			expect(server.posts).toHaveLength(1);
			expect(result).toMatchObject({ error: expect.stringContaining('is not known') });
		},
	);
});

describe('limits', () => {
	const tool = {
		...CREATE_TASK,
		recipientIdentifier: "={{ $fromAI('to', '', 'string') }}",
	};
	const numbers = leads(6).map(({ phone }) => ({ to: phone }));

	test.each([2, 3] as const)('Max per Execution holds for agent %i', async (agent) => {
		const server = serve();
		const results = await built.engine.useTool(
			{ ...tool, options: { maxPerExecution: 2 } },
			{ agent, calls: [[numbers[0], numbers[0], numbers[1], numbers[2]]] },
		);
		expect(server.done).toHaveLength(2);
		expect(JSON.stringify(results)).toContain("'Max per Execution' is 2");
	});

	test('Allowed Recipients and Minutes Between Contacts are checked before anything is sent', async () => {
		const server = serve();
		const allowed = { options: { allowedRecipients: ['+15550100', '+1556*'] } };
		const refused = await built.engine.execute(
			{ ...CREATE_TASK, ...allowed },
			{ items: [{ phone: '+15560100' }, { phone: '+15550101' }] },
		);
		expect(refused.error?.message).toMatch(
			/^'Allowed Recipients' does not include \+15550101 \[item 2\]/,
		);
		const minutes = { options: { minutesBetween: 30 } };
		const first = { phone: '+15570100' };
		expect(
			(await built.engine.execute({ ...CREATE_TASK, ...minutes }, { items: [first] })).status,
		).toBe('success');
		const again = await built.engine.execute({ ...CREATE_TASK, ...minutes }, { items: [first] });
		expect(again.error?.message).toMatch(
			/^'Minutes Between Contacts' has not passed for \+15570100/,
		);
		expect(server.done).toHaveLength(1);
	});
});

test('answers that n8n would trip over are given out once', async () => {
	const server = serve();
	const odd = { id: 'odd', status: { toString: 1 }, $error: 'x', $json: {} };
	built.recorder.answer((request) => {
		server.posts.push(request);
		return odd;
	});
	const { status, items } = await built.engine.execute(MAKE_CALL, { items: leads(2), node: TRIES });
	expect(status).toBe('success');
	expect(server.posts).toHaveLength(2);
	expect(items[0].json).toMatchObject({ id: 'odd', call$Error: 'x' });
});
