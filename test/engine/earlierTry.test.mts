import { recordedNode } from '../support/builtNode.mts';
import { leads, MAKE_CALL } from '../support/callsToMake.mts';
import { contractOperations } from '../support/contract.mts';
import { startOtherProcess } from '../support/engine.mts';
import { nodeParameters, valuesOf } from '../support/expectedRequests.mts';
import { anyCredentials } from '../support/recorder.mts';
import { plainServer } from '../support/plainServer.mts';

const built = recordedNode();

const MINUTE_MS = 60_000;
const [lead] = leads(1);

/** A call that an earlier execution has made for the lead, so many minutes ago. */
const earlierCall = (minutesAgo: number, changes: Record<string, unknown> = {}) => ({
	call_id: 'earlier',
	status: 'success',
	submission: {
		respondent_phone: lead.phone,
		task_description: MAKE_CALL.taskDescription,
	},
	metadata: { created_at: new Date(Date.now() - minutesAgo * MINUTE_MS).toISOString() },
	...changes,
});

/** A server that lists these calls, in pages of ten, and makes another one when it is asked to. */
function answerWith(calls: Array<Record<string, unknown>>): void {
	built.recorder.answer(({ method, path, query }) => {
		if (method === 'POST') return earlierCall(0, { call_id: 'new' });
		if (path !== '/v1/calls') return calls.find(({ call_id: id }) => path.endsWith(String(id)));
		const from = Number(query.offset ?? 0);
		return { calls: calls.slice(from, from + 10), total: calls.length };
	});
}

const posts = () => built.recorder.requests.filter(({ method }) => method === 'POST');

/** The earlier call came out, and nothing was sent. */
function expectEarlier(items: Array<{ json: object }>): void {
	expect(items[0].json).toMatchObject({ call_id: 'earlier' });
	expect(posts()).toHaveLength(0);
}

/** Another call was made. */
function expectNew(items: Array<{ json: object }>): void {
	expect(items[0].json).toMatchObject({ call_id: 'new' });
	expect(posts()).toHaveLength(1);
}

async function call(minutesAgo: number | undefined, options: object = {}) {
	const firstTriedAt =
		minutesAgo === undefined ? '' : new Date(Date.now() - minutesAgo * MINUTE_MS).toISOString();
	return await built.engine.execute(
		{ ...MAKE_CALL, options: { idempotencyKey: `k-${Math.random()}`, firstTriedAt, ...options } },
		{ items: [lead] },
	);
}

test('a call that the earlier try has made is returned and not made again', async () => {
	answerWith([earlierCall(4)]);
	const { items } = await call(5);
	expect(items[0].json).toMatchObject({ call_id: 'earlier', replayed: true });
	expect(posts()).toHaveLength(0);
});

test('nothing is sent where the list does not reach back to the try: its oldest calls come first', async () => {
	const older = Array.from({ length: 1500 }, (_, index) =>
		earlierCall(5000 - index, {
			call_id: `old-${index}`,
			submission: { respondent_phone: '+15550100' },
		}),
	);
	built.recorder.answer(({ method, query }) => {
		if (method === 'POST') return earlierCall(0, { call_id: 'new' });
		const from = Number(query.offset ?? 0);
		return { calls: [...older, earlierCall(4)].slice(from, from + Number(query.limit)) };
	});
	const { error } = await call(5);
	expect(error?.message).toMatch(/^It is not known whether this went through/);
	expect(posts()).toHaveLength(0);
});

test.each([
	[
		'a number as people write it',
		{
			submission: {
				respondent_phone: `${lead.phone.slice(0, 3)} (20) ${lead.phone.slice(5)}`,
				task_description: MAKE_CALL.taskDescription,
			},
		},
	],
	[
		'flat fields',
		{
			submission: undefined,
			to: lead.phone,
			metadata: undefined,
			created_at: new Date(Date.now() - 4 * MINUTE_MS).toISOString().replace('Z', ''),
		},
	],
	[
		'a time as a count',
		{ metadata: { created_at: Math.floor((Date.now() - 4 * MINUTE_MS) / 1000) } },
	],
])('it is found with %s', async (_what, changes) => {
	answerWith([earlierCall(4, changes)]);
	const { items } = await call(5);
	expectEarlier(items);
});

test.each([
	['its text cut', { task_description: `${MAKE_CALL.taskDescription.slice(0, 20)}…` }],
	['its text in other spaces', { task_description: MAKE_CALL.taskDescription.replace(' ', '\n ') }],
	['no text', { task_description: null }],
])('it is found with %s', async (_what, changes) => {
	answerWith([earlierCall(4, { submission: { respondent_phone: lead.phone, ...changes } })]);
	const { items } = await call(5);
	expectEarlier(items);
});

/** Lists that have a call which may be that of the earlier try, and do not tell. */
test.each<[string, Record<string, unknown>]>([
	['no time', { metadata: {} }],
	['a time that cannot be read', { metadata: { created_at: '4 minutes ago' } }],
	['no number', { submission: { task_description: MAKE_CALL.taskDescription } }],
	['a number that is null', { submission: { respondent_phone: null } }],
	[
		'a masked number',
		{ submission: { respondent_phone: `${lead.phone.slice(0, 4)}****${lead.phone.slice(-2)}` } },
	],
	['a number without its country', { submission: { respondent_phone: `0${lead.phone.slice(3)}` } }],
	['no ID', { call_id: undefined }],
	[
		'a text that may be cut',
		{
			submission: {
				respondent_phone: lead.phone,
				task_description: MAKE_CALL.taskDescription.slice(0, 20),
			},
		},
	],
])(
	'nothing is sent where a listed call may be that of the try: it has %s',
	async (_what, changes) => {
		answerWith([earlierCall(4, changes)]);
		const { error } = await call(5);
		expect(error?.message).toMatch(/^It is not known whether this went through/);
		expect(posts()).toHaveLength(0);
	},
);

test.each<[string, Record<string, unknown>]>([
	['a masked number of somebody else', { submission: { respondent_phone: '+1****9999' } }],
	[
		'a number of somebody else without its country',
		{ submission: { respondent_phone: '5550100' } },
	],
	['no number, and was made before the try', { submission: {}, metadata: { created_at: 1e9 } }],
])('a call is made where the listed one has %s', async (_what, changes) => {
	answerWith([earlierCall(4, changes)]);
	const { items } = await call(5);
	expectNew(items);
});

test('a call whose connection was lost is not sent once more where a listed one may be it', async () => {
	let listed: Array<Record<string, unknown>> = [];
	built.recorder.answer(({ method, path }, response) => {
		if (path !== '/v1/calls') return listed[0];
		if (method !== 'POST') return { calls: listed };
		if (posts().length === 1) response.destroy();
		return earlierCall(0, { call_id: 'new' });
	});
	listed = [earlierCall(0, { submission: { respondent_phone: '********' } })];
	const { error } = await call(undefined);
	expect(error?.message).toMatch(/^It is not known whether this went through/);
	expect(posts()).toHaveLength(1);
	built.recorder.requests.length = 0;
	listed = [earlierCall(0, { submission: { respondent_phone: '+15550100' } })];
	const { items } = await call(undefined);
	expect(items[0].json).toMatchObject({ call_id: 'new' });
	expect(posts()).toHaveLength(2);
});

test('a call whose connection was lost is not sent once more where the clock that dates calls is behind', async () => {
	const BEHIND_MS = 8_000;
	const calls: object[] = [];
	built.recorder.answer(({ method }, response) => {
		if (method !== 'POST') return { calls };
		calls.push(earlierCall(BEHIND_MS / MINUTE_MS, { call_id: `made-${calls.length}` }));
		if (calls.length === 1) response.destroy();
		return calls.at(-1);
	});
	const { error } = await call(undefined);
	expect(error?.message).toMatch(/^It is not known whether this went through/);
	expect(calls).toHaveLength(1);
});

test.each([
	['minutes', 'YYYY-MM-DDTHH:MM'.length, ''],
	['minutes, with zeros', 'YYYY-MM-DDTHH:MM'.length, ':00.000Z'],
	['days', 'YYYY-MM-DD'.length, ''],
])(
	'a call whose connection was lost is not sent once more where the list says %s',
	async (what, characters, end) => {
		const calls: object[] = [];
		built.recorder.answer(({ method, path }, response) => {
			if (method !== 'POST') return path === '/v1/calls' ? { calls } : calls[0];
			const now = new Date().toISOString().slice(0, characters) + end;
			calls.push(
				earlierCall(0, { call_id: `${what}-${calls.length}`, metadata: { created_at: now } }),
			);
			if (calls.length === 1) response.destroy();
			return calls.at(-1);
		});
		await call(undefined);
		expect(calls).toHaveLength(1);
	},
);

test('a call whose connection was lost is found in a list that is away for a while', async () => {
	const calls: object[] = [];
	const began = Date.now();
	built.recorder.answer(({ method }, response) => {
		if (method === 'POST') {
			calls.push(earlierCall(0, { call_id: `away-${calls.length}` }));
			response.destroy();
		} else if (Date.now() - began < 3000) {
			response.statusCode = 503;
			response.setHeader('retry-after', '1');
			return { error: { code: 'unavailable' } };
		}
		return method === 'POST' ? calls.at(-1) : { calls };
	});
	const { items } = await call(undefined);
	expect(items[0].json).toMatchObject({ call_id: 'away-0' });
	expect(calls).toHaveLength(1);
});

test('it is found behind many newer ones', async () => {
	const newer = Array.from({ length: 97 }, (_, index) =>
		earlierCall(1, { call_id: `other-${index}`, submission: { respondent_phone: '+15550100' } }),
	);
	answerWith([...newer, earlierCall(4)]);
	const { items } = await call(5);
	expectEarlier(items);
});

test.each([
	['older than the try', earlierCall(10)],
	['to somebody else', earlierCall(4, { submission: { respondent_phone: '+15550100' } })],
	[
		'about something else',
		earlierCall(4, {
			submission: { respondent_phone: lead.phone, task_description: 'Ask for the bill' },
		}),
	],
])('a call %s is no outcome of it', async (_what, other) => {
	answerWith([other]);
	const { items } = await call(5);
	expectNew(items);
});

test('outside of the contact hours it is looked for all the same, and nothing is sent', async () => {
	const tomorrow = new Date(Date.now() + 24 * 60 * MINUTE_MS);
	const day = tomorrow.toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' });
	const closed = { callingHours: `${day} 12:00-13:00`, recipientTimezone: 'UTC' };
	answerWith([earlierCall(4)]);
	const { items } = await call(5, closed);
	expect(items[0].json).toMatchObject({ call_id: 'earlier' });
	answerWith([]);
	const { error } = await call(5, closed);
	expect(error?.message).toMatch(/^'Contact Hours' do not allow this before/);
	expect(posts()).toHaveLength(0);
});

test('a cap below the estimate stands against a new call, not against an earlier one', async () => {
	const estimating = (calls: Array<Record<string, unknown>>) =>
		built.recorder.answer(({ method, path }) => {
			if (path.endsWith('/estimate')) return { estimated_credits: 7 };
			if (method === 'POST') return earlierCall(0, { call_id: 'new' });
			return path === '/v1/calls' ? { calls } : calls[0];
		});
	const sent = () => posts().filter(({ path }) => path === '/v1/calls');
	estimating([earlierCall(4)]);
	const { items } = await call(5, { maxCreditsPerCall: 6 });
	expectEarlier(items);
	estimating([]);
	const { error } = await call(5, { maxCreditsPerCall: 6 });
	expect(error?.message).toMatch(/^'Max Credits per Item' is 6, but KallyAI estimates 7 credits/);
	expect(sent()).toHaveLength(0);
	const within = await call(5, { maxCreditsPerCall: 8 });
	expect(within.items[0].json).toMatchObject({ call_id: 'new' });
	expect(sent()).toHaveLength(1);
});

test('nothing is sent where KallyAI cannot be asked', async () => {
	built.recorder.answer(({ method }, response) => {
		if (method === 'POST') return earlierCall(0, { call_id: 'new' });
		response.statusCode = 500;
		return { error: { code: 'internal' } };
	});
	const { error } = await call(5);
	expect(error?.message).toBeDefined();
	expect(posts()).toHaveLength(0);
});

test('empty, it is a first attempt: no list is read', async () => {
	answerWith([earlierCall(4)]);
	const { items } = await call(undefined);
	expect(items[0].json).toMatchObject({ call_id: 'new' });
	expect(built.recorder.requests.map(({ method }) => method)).toEqual(['POST']);
});

test.each(['yesterday', '12', true])('%j is no time', async (firstTriedAt) => {
	answerWith([]);
	const { error } = await call(5, { firstTriedAt });
	expect(error?.message).toMatch(/^'First Tried At' must be a date/);
	expect(built.recorder.requests).toHaveLength(0);
});

test('another process that takes the work up after a crash makes no second call, whatever keys are worth', async () => {
	const server = plainServer(() => undefined, { listsCalls: true });
	const forgetful: typeof server.answer = (request, response) =>
		server.answer({ ...request, headers: { 'idempotency-key': String(Math.random()) } }, response);
	built.recorder.answer(forgetful);
	const before = new Date().toISOString();
	const parameters = {
		...MAKE_CALL,
		options: { idempotencyKey: 'lead-1-1', firstTriedAt: before },
	};
	await built.engine.execute(parameters, { items: [lead] });
	const other = await startOtherProcess(anyCredentials(built.recorder.baseUrl));
	const { items } = await other.execute(parameters, { items: [lead] });
	expect(items[0].json).toMatchObject({ replayed: true });
	expect(server.done).toHaveLength(1);
});

test('exactly the operations whose work can be found again have the option', () => {
	const withOption = contractOperations.filter((contract) => {
		const { resource, operation } = nodeParameters(
			built.engine.node,
			contract,
			valuesOf(contract, false),
		) as Record<string, string>;
		return built.engine.node.description.properties.some(
			({ name, displayOptions, options }) =>
				name === 'options' &&
				displayOptions?.show?.resource?.includes(resource) &&
				displayOptions.show.operation?.includes(operation) &&
				JSON.stringify(options).includes('firstTriedAt'),
		);
	});
	expect(withOption.map(({ id }) => id)).toEqual(['call.make']);
});
