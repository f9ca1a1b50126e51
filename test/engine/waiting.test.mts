import type { ServerResponse } from 'node:http';

import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { recordedNode } from '../support/builtNode.mts';
import { MAKE_CALL } from '../support/callsToMake.mts';
import { quickTime } from '../support/quickTime.mts';

quickTime();
const built = recordedNode();

/** Operations whose work can be followed: how the work is asked for, and how its response names it. */
const FOLLOWED: Array<
	[name: string, parameters: INodeParameters, started: IDataObject, id: string]
> = [
	[
		'call.make',
		{ ...MAKE_CALL, respondentPhone: '+15550100' },
		{ call_id: 'made-1', status: 'queued' },
		'made-1',
	],
	[
		'call.make, named by id',
		{ ...MAKE_CALL, respondentPhone: '+15550100' },
		{ id: 'made-2', status: 'scheduled' },
		'made-2',
	],
	[
		'outreach.create',
		{
			resource: 'outreach',
			operation: 'create',
			goal: 'Find out whether Friday suits',
			recipientIdentifier: '+15550101',
		},
		{ id: 'made-3', status: 'pending' },
		'made-3',
	],
	[
		'assistant.ask',
		{ resource: 'assistant', operation: 'ask', message: 'Book a table' },
		{ goal_id: 'made-4', response: 'I am on it' },
		'made-4',
	],
];

type Look = (response: ServerResponse, looks: number) => unknown;

/** Starts the work and answers each look at it as the test says. */
async function follow(
	[, parameters, started]: (typeof FOLLOWED)[number],
	look: Look,
	{ maxWait = 60, onError }: { maxWait?: number; onError?: 'continueRegularOutput' } = {},
) {
	let looks = 0;
	built.recorder.answer(({ method }, response) =>
		method === 'POST' ? started : look(response, ++looks),
	);
	return await built.engine.execute(
		{ ...parameters, options: { waitForCompletion: true, maxWait } },
		{ node: { onError } },
	);
}

const posts = () => built.recorder.requests.filter(({ method }) => method === 'POST');
const failing =
	(status: number, headers: Record<string, string> = {}) =>
	(response: ServerResponse) => {
		response.statusCode = status;
		for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
		return { error: { code: 'some_trouble' } };
	};

describe.each(FOLLOWED)('%s', (...followed) => {
	const id = followed[3];
	const outcomeOf = (json: IDataObject) => (json.goal ?? json) as IDataObject;

	test.each([
		['terminated', {}],
		['a status that nobody has listed', {}],
		['in_progress', { ended_at: '2031-05-16T10:00:00Z' }],
	])('ends with %s', async (status, more) => {
		const { items } = await follow(followed, () => ({ id, call_id: id, status, ...more }));
		expect(outcomeOf(items[0].json)).toMatchObject({ status });
		expect(items[0].json).not.toHaveProperty('timedOut');
		expect(posts()).toHaveLength(1);
	});

	test.each([500, 502, 503, 429])('waits out a look that fails with %i', async (status) => {
		const { items, error } = await follow(followed, (response, looks) =>
			looks === 1 ? failing(status)(response) : { id, call_id: id, status: 'completed' },
		);
		expect(error).toBeUndefined();
		expect(outcomeOf(items[0].json)).toMatchObject({ status: 'completed' });
		expect(posts()).toHaveLength(1);
	});

	test('waits out a response that cannot be read', async () => {
		const { items } = await follow(followed, (response, looks) =>
			looks === 1 ? void response.end('<!') : { id, call_id: id, status: 'completed' },
		);
		expect(outcomeOf(items[0].json)).toMatchObject({ status: 'completed' });
		expect(posts()).toHaveLength(1);
	});

	test('waits out a connection that is lost', async () => {
		const { items } = await follow(followed, (response, looks) => {
			if (looks === 1) return void response.destroy();
			return { id, call_id: id, status: 'completed' };
		});
		expect(outcomeOf(items[0].json)).toMatchObject({ status: 'completed' });
	});

	test.each([400, 403, 404, 422])(
		'names what was made when a look is refused with %i',
		async (status) => {
			const { error } = await follow(followed, failing(status));
			expect(error?.description).toContain(id);
			expect(error?.context?.data).toMatchObject({ made: [id] });
			const { items } = await follow(followed, failing(status), {
				onError: 'continueRegularOutput',
			});
			expect(items[0].json).toMatchObject({ status: 'unknown', details: { status, made: id } });
		},
	);

	test('gives out the latest record when the time is over, however long the server asks to wait', async () => {
		const { items, error } = await follow(followed, failing(429, { 'retry-after': '50' }), {
			maxWait: 1,
		});
		expect(error).toBeUndefined();
		expect(items[0].json).toMatchObject({ timedOut: true });
		expect(JSON.stringify(items[0].json)).toContain(id);
		expect(built.recorder.requests.length).toBeLessThanOrEqual(3);
	});
});

describe('a call whose response is lost', () => {
	const phone = '+442079460000';
	const madeAt = (made: string | number): IDataObject => ({
		status: 'success',
		to: phone,
		created_at: made,
	});

	test.each<[string, (now: Date) => IDataObject]>([
		['flat', (now) => madeAt(now.toISOString())],
		['without a zone', (now) => madeAt(now.toISOString().replace('Z', ''))],
		['seconds since 1970', (now) => madeAt(now.getTime() / 1000)],
		['milliseconds since 1970', (now) => madeAt(now.getTime())],
		['another spelling', (now) => ({ ...madeAt(now.toISOString()), to: '+44 (20) 7946-0000' })],
	])('is found in the list and not made again: %s', async (how, rowOf) => {
		const row = { id: `found ${how}`, ...rowOf(new Date()) };
		built.recorder.answer(({ method, path }, response) => {
			if (method === 'POST') return void response.destroy();
			return path === '/v1/calls' ? { calls: [row] } : row;
		});
		const { items, error } = await built.engine.execute({ ...MAKE_CALL, respondentPhone: phone });
		expect(error).toBeUndefined();
		expect(items[0].json).toMatchObject({ id: row.id, status: 'success' });
		expect(posts()).toHaveLength(1);
	});
});

test('a record with an error of its own was made, and is not made again', async () => {
	const record = { call_id: 'with-error', status: 'failed', error: { code: 'busy' }, $error: 'x' };
	built.recorder.answer(() => record);
	const { items, error } = await built.engine.execute(
		{ ...MAKE_CALL, respondentPhone: '+15550102' },
		{ node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 } },
	);
	expect(error).toBeUndefined();
	expect(items[0].json).toMatchObject({ call_id: 'with-error', callError: { code: 'busy' } });
	expect(posts()).toHaveLength(1);
});

describe('an item that failed', () => {
	const refused = async (parameters: INodeParameters) =>
		await built.engine.execute(parameters, { node: { onError: 'continueRegularOutput' } });

	test.each([
		['by the node', { ...MAKE_CALL, respondentPhone: 'nobody' }],
		['by the API', { ...MAKE_CALL, respondentPhone: '+15550100' }],
	])('%s has a text in each of the keys by which every host knows it', async (_by, parameters) => {
		built.recorder.answer((_request, response) => failing(422)(response));
		const { items } = await refused(parameters);
		expect(Object.keys(items[0].json)).toEqual([
			'status',
			'recipient',
			'error',
			'message',
			'details',
		]);
		for (const name of ['error', 'message']) expect(items[0].json[name]).toMatch(/\w/);
	});

	test('has plain text, while the editor gets no markup', async () => {
		built.recorder.answer((_request, response) => {
			response.statusCode = 422;
			return { error: { code: 'x', message: 'Use <b>another</b> number' } };
		});
		const parameters = { ...MAKE_CALL, respondentPhone: '+15550100' };
		const { items } = await refused(parameters);
		expect(items[0].json.error).toContain('Use <b>another</b> number');
		const { error } = await built.engine.execute(parameters);
		expect(error?.message).toContain('Use &lt;b&gt;another&lt;/b&gt; number');
	});
});

test.each([
	[
		'waits [23]\\.\\d s before it is sent again \\(HTTP 429\\)',
		(response: ServerResponse) => void response.writeHead(429, { 'retry-after': '2' }).end(),
	],
	[
		'waits [01]\\.\\d s before it is sent again \\(ECONNRESET\\)',
		(response: ServerResponse) => void response.destroy(),
	],
])('a wait before a request is sent again is in the log of n8n: %s', async (line, fail) => {
	let requests = 0;
	built.recorder.answer((_request, response) => {
		if (++requests > 1) return { call_id: 'c-1', status: 'success' };
		fail(response);
		return undefined;
	});
	const info = jest.spyOn(built.engine.logger, 'info');
	const { error } = await built.engine.execute(
		{ resource: 'call', operation: 'get', callId: { __rl: true, mode: 'id', value: 'c-1' } },
		{ items: [{}] },
	);
	expect(error).toBeUndefined();
	const lines = info.mock.calls.map(([each]) => each);
	info.mockRestore();
	expect(lines).toContainEqual(expect.stringMatching(`^KallyAI: item 1 ${line}$`));
});
