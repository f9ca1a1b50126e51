import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';

import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { waitFor } from '../../tools/lib/waitFor.mts';
import { type NodeOutcome } from '../support/engine.mts';
import { anyCredentials } from '../support/recorder.mts';
import { sandboxedNode } from '../support/builtNode.mts';
import { leads, MAKE_CALL } from '../support/callsToMake.mts';

const built = sandboxedNode();

const NEW_NAME = 'Renamed';
interface Rule {
	id: string;
	name: string;
}
const rules = async (): Promise<Rule[]> =>
	(await built.sandbox.http.get('/v1/inbound/rules')).data.rules;

/** Three rules of our own, for operations that change them. */
async function ownRules(): Promise<IDataObject[]> {
	const made = [];
	for (const name of ['first', 'second', 'third']) {
		made.push(
			(await built.sandbox.http.post('/v1/inbound/rules', { name, action: 'answer' })).data,
		);
	}
	return made.map(({ id }) => ({ id }));
}

/** One operation: its three items, and what the sandbox's own record says was done for them. */
interface Subject {
	method: string;
	/** As faults name it. */
	path: string;
	parameters: INodeParameters;
	items(): Promise<IDataObject[]>;
	/** One entry for each time that the work was done; reads leave none. */
	done?(items: IDataObject[]): Promise<unknown[]>;
}

const SUBJECTS: Record<string, Subject> = {
	'call.make': {
		method: 'POST',
		path: '/v1/calls',
		parameters: MAKE_CALL,
		items: async () => leads(3),
		done: async () => (await built.sandbox.control('state')).calls,
	},
	'call.get': {
		method: 'GET',
		path: '/v1/calls/{id}',
		parameters: { resource: 'call', operation: 'get', callId: '={{ $json.id }}' },
		items: async () =>
			(await built.sandbox.http.get('/v1/calls?limit=3')).data.calls.map(
				({ call_id: id }: { call_id: string }) => ({ id }),
			),
	},
	'call.getAll': {
		method: 'GET',
		path: '/v1/calls',
		parameters: { resource: 'call', operation: 'getAll', limit: 1 },
		items: async () => [{}, {}, {}],
	},
	'outreach.create': {
		method: 'POST',
		path: '/v1/outreach/tasks',
		parameters: {
			resource: 'outreach',
			operation: 'create',
			goal: 'Confirm the visit',
			recipientIdentifier: '={{ $json.phone }}',
		},
		items: async () => leads(3),
		done: async () => (await built.sandbox.control('state')).outreachTasks,
	},
	'inboundRule.update': {
		method: 'PUT',
		path: '/v1/inbound/rules/{id}',
		parameters: {
			resource: 'inboundRule',
			operation: 'update',
			ruleId: '={{ $json.id }}',
			updateFields: { name: NEW_NAME },
		},
		items: ownRules,
		done: async () => (await rules()).filter(({ name }) => name === NEW_NAME),
	},
	'inboundRule.delete': {
		method: 'DELETE',
		path: '/v1/inbound/rules/{id}',
		parameters: { resource: 'inboundRule', operation: 'delete', ruleId: '={{ $json.id }}' },
		items: ownRules,
		done: async (items) => {
			const left = new Set((await rules()).map(({ id }) => id));
			return items.filter(({ id }) => !left.has(id as string));
		},
	},
};

const ALL = Object.keys(SUBJECTS);
const READS = ['call.get', 'call.getAll'];
const REPEATABLE = [...READS, 'call.make'];

/** What befalls the second of three requests, and what becomes of its item. */
interface Fault {
	order: () => IDataObject;
	/** Whether the request that suffers it does its work. */
	works: boolean;
	/** The operations whose item is done all the same. */
	survivedBy: string[];
	/** Whether those send it once more. */
	again: boolean;
	/** What the item of the others says. */
	says?: RegExp;
	/** Whether they cannot know what became of the work, and so have to say it. */
	unknown?: boolean;
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const LOST = /ended without a response/;
const SAID_UNKNOWN = /check whether it already went through|not known whether/i;

/** What becomes of an item whose answer did not come. */
const CUT_OFF = { survivedBy: REPEATABLE, again: true, says: LOST, unknown: true };

const FAULTS: Record<string, Fault> = {
	'a connection cut before the work': {
		...CUT_OFF,
		order: () => ({ drop: 'before' }),
		works: false,
	},
	'a connection cut after the work': { ...CUT_OFF, order: () => ({ drop: 'after' }), works: true },
	'a connection cut within the answer': {
		...CUT_OFF,
		order: () => ({ drop: 'within' }),
		works: true,
	},
	'an answer after the timeout': { ...CUT_OFF, order: () => ({ delayMs: 1400 }), works: true },
	'JSON that ends in its middle': {
		order: () => ({ truncate: true }),
		works: true,
		survivedBy: [],
		again: false,
		says: /not readable JSON/,
		unknown: true,
	},
	'a page of a proxy with status 200': {
		order: () => ({ status: 200, body: '<html><b>Sign in</b></html>', headers: HTML }),
		works: false,
		survivedBy: [],
		again: false,
		says: /not readable JSON/,
		unknown: true,
	},
	'a page of a proxy with status 502': {
		order: () => ({ status: 502, body: '<html><b>Bad gateway</b></html>', headers: HTML }),
		works: false,
		survivedBy: READS,
		again: true,
		says: /by its gateway/,
		unknown: true,
	},
	'nothing at all (204)': {
		order: () => ({ status: 204 }),
		works: false,
		survivedBy: ALL,
		again: false,
	},
	'an error with status 200': {
		order: () => ({
			status: 200,
			body: { error: { code: 'blocked_number', message: 'Bearer abc.def is no good' } },
		}),
		works: false,
		survivedBy: [],
		again: false,
		says: /blocked.*Bearer \*\*\* is no good/,
	},
	'an answer in gzip': {
		order: () => ({ gzip: true }),
		works: true,
		survivedBy: ALL,
		again: false,
	},
	'a redirect to another host': {
		order: () => ({
			status: 307,
			headers: { location: `${built.recorder.baseUrl}/v1/calls?token=1` },
		}),
		works: false,
		survivedBy: [],
		again: false,
		says: /redirect to .*\/v1\/calls, which is not followed/,
	},
	'too many requests (429)': {
		order: () => ({ status: 429, headers: { 'retry-after': '1' } }),
		works: false,
		survivedBy: ALL,
		again: true,
	},
	'a service that is away (503)': {
		order: () => ({ status: 503, headers: { 'retry-after': '1' } }),
		works: false,
		survivedBy: READS,
		again: true,
		says: /temporarily unavailable/,
	},
};

/** Everything that n8n stores or shows of a run. */
const everythingOf = ({ run }: NodeOutcome): string =>
	JSON.stringify(run) + inspect(run, { depth: 12, showHidden: false });

const SECRETS = /sandbox-(?:token|refresh|secret)/;

/** Runs an operation over three items; the second request suffers the fault. */
async function suffer(subject: Subject, fault: Fault, node = {}) {
	const { method, path, parameters } = subject;
	const items = await subject.items();
	const order = fault.order();
	const own = [
		{ method, path },
		{ method, path, ...order },
	];
	for (const one of own) await built.sandbox.control('faults', one);
	const sent = async () =>
		(await built.sandbox.control<Array<{ method: string }>>('requests')).filter(
			(request) => request.method === method,
		).length;
	const before = await sent();
	const result = await built.engine.execute(
		// Only what is to run into its timeout has a short one, whatever the machine is busy with.
		{ ...parameters, options: { timeout: 'delayMs' in order ? 1 : 60, concurrency: 1 } },
		{ items, node },
	);
	const requests = (await sent()) - before;
	expect(await built.sandbox.control('faults')).toEqual([]);
	await waitFor(async () => ((await underWay()) ? undefined : true), {
		what: 'the work of a request that was given up',
	});
	return { result, requests, done: await subject.done?.(items) };
}

/** Whether the sandbox still works at a request. */
const underWay = async () =>
	(
		await built.sandbox.control<Array<{ status: number | null; dropped?: string }>>('requests')
	).some(({ status, dropped }) => status === null && !dropped);

describe.each(Object.entries(FAULTS))('%s', (_name, fault) => {
	const { works, survivedBy, again, says, unknown } = fault;

	test.each(ALL)('%s: every item is done once, or says what is known of it', async (key) => {
		const survived = survivedBy.includes(key);
		const { result, requests, done } = await suffer(SUBJECTS[key], fault, {
			onError: 'continueRegularOutput',
		});
		const outcomes = [0, 1, 2].map((item) =>
			result.items.filter(({ pairedItem }) => (pairedItem as { item: number }).item === item),
		);
		// A list without an answer is one without rows.
		const rows = key === 'call.getAll' && !works && survived && !again ? 0 : 1;
		expect(outcomes.map(({ length }) => length)).toEqual([1, rows, 1]);
		const errors = outcomes.map(([item]) => item?.json.error);
		expect([errors[0], errors[2]]).toEqual([undefined, undefined]);
		if (survived) expect(errors[1]).toBeUndefined();
		else {
			expect(errors[1]).toMatch(says as RegExp);
			expect(errors[1]).toMatch(/ \[item 2\]$/);
			if (unknown) expect(outcomes[1][0].json.message).toMatch(SAID_UNKNOWN);
		}
		// A call whose answer was lost is found in the list where it was made before its answer.
		const found = key === 'call.make' && works;
		expect(requests).toBe(survived && again && !found ? 4 : 3);
		if (done) expect(done).toHaveLength(works || (survived && again) ? 3 : 2);
		expect(everythingOf(result)).not.toMatch(SECRETS);
		expect(built.recorder.requests).toEqual([]);
	});

	const refused = ALL.filter((key) => !survivedBy.includes(key));
	if (refused.length === 0) return;
	test.each(refused)('%s: stops a run that does not continue on fail', async (key) => {
		const { result, requests, done } = await suffer(SUBJECTS[key], fault);
		expect(result.error?.message).toMatch(says as RegExp);
		expect(result.error?.message).toMatch(/ \[item 2\]\. 1 of 3 items were done/);
		expect(result.error?.description).toMatch(unknown ? SAID_UNKNOWN : /./);
		expect(requests).toBe(2);
		if (done) expect(done).toHaveLength(works ? 2 : 1);
		expect(everythingOf(result)).not.toMatch(SECRETS);
		expect(built.recorder.requests).toEqual([]);
	});
});

describe('ten megabytes of JSON', () => {
	const long = 'ten megabytes '.repeat(750_000);

	test.each(['identity', 'gzip'])('come through whole (%s)', async (encoding) => {
		Object.assign(built.engine.credentials, anyCredentials(built.recorder.baseUrl));
		const record = JSON.stringify({ call_id: 'c-1', status: 'success', highlights: long });
		built.recorder.answer(({ method, path }, response) => {
			const text = method === 'GET' && path === '/v1/calls' ? `{"calls":[${record}]}` : record;
			response.setHeader('content-type', 'application/json');
			response.setHeader('content-encoding', encoding);
			response.end(encoding === 'gzip' ? gzipSync(text) : text);
		});
		for (const key of ['call.make', ...READS]) {
			const { items, error } = await built.engine.execute(SUBJECTS[key].parameters, {
				items: [{ ...leads(1)[0], id: 'c-1' }],
			});
			expect(error).toBeUndefined();
			expect((items[0].json.highlights as string).length).toBe(long.length);
		}
		expect(built.recorder.requests).toHaveLength(3);
	});
});

describe('a storm of 429', () => {
	const phoneOf = (body: unknown) =>
		(body as { submission: { respondent_phone: string } }).submission.respondent_phone;

	/** A service of its own kind: `refuse` says who has to come again, everybody else is called. */
	function serve(refuse: (phone: string) => boolean): string[] {
		const called: string[] = [];
		Object.assign(built.engine.credentials, anyCredentials(built.recorder.baseUrl));
		built.recorder.answer(({ body }, response) => {
			const phone = phoneOf(body);
			if (!refuse(phone)) {
				called.push(phone);
				return { call_id: `call-${phone}`, status: 'success' };
			}
			response.writeHead(429, { 'retry-after': '1', 'content-type': 'application/json' });
			response.end('{"error":{"code":"rate_limited","message":"Slow down"}}');
			return undefined;
		});
		return called;
	}

	async function callAll(people: IDataObject[], called: string[], concurrency: number) {
		const { items, error } = await built.engine.execute(
			{ ...MAKE_CALL, options: { concurrency } },
			{ items: people },
		);
		expect(error).toBeUndefined();
		const phones = people.map(({ phone }) => phone as string);
		expect(items.map(({ json }) => json.call_id)).toEqual(phones.map((phone) => `call-${phone}`));
		expect([...called].sort()).toEqual(phones);
	}

	test('that meets each of 200 leads at first ends with each of them called once', async () => {
		const seen = new Set<string>();
		const called = serve((phone) => !seen.has(phone) && Boolean(seen.add(phone)));
		await callAll(leads(200), called, 50);
		expect(built.recorder.requests).toHaveLength(400);
	});

	test('of a service that takes 5 a second ends with each of 60 leads called once', async () => {
		let second = 0;
		let taken = 0;
		const called = serve(() => {
			const now = Math.floor(Date.now() / 1000);
			if (now !== second) [second, taken] = [now, 0];
			taken += 1;
			return taken > 5;
		});
		await callAll(leads(60), called, 50);
	});
});

describe('a service that is away for a while (503)', () => {
	const away = { status: 503, headers: { 'retry-after': '1' } };

	test('is waited for by reads', async () => {
		const items = await SUBJECTS['call.get'].items();
		await built.sandbox.control('faults', { ...away, forMs: 3000 });
		const run = await built.engine.execute(SUBJECTS['call.get'].parameters, { items });
		expect(run.error).toBeUndefined();
		expect(run.items.map(({ json }) => json.call_id)).toEqual(items.map(({ id }) => id));
	});

	test('calls nobody twice, and each lead that was not called says so', async () => {
		const people = leads(60);
		await built.sandbox.control('faults', { path: '/v1/calls', times: 10 });
		await built.sandbox.control('faults', { ...away, path: '/v1/calls', times: 20 });
		const { items } = await built.engine.execute(
			{ ...MAKE_CALL, options: { concurrency: 1 } },
			{ items: people, node: { onError: 'continueRegularOutput' } },
		);
		const called = (await built.sandbox.control('state')).calls.map(
			({ submission }: { submission: IDataObject }) => submission.respondent_phone,
		);
		const told = items.map(({ json }) => !json.error);
		expect(people.filter((_, index) => told[index]).map(({ phone }) => phone)).toEqual(called);
		expect(called.length).toBeGreaterThanOrEqual(10);
		expect(called.length).toBeLessThan(60);
		for (const { json } of items.filter(({ json: { error } }) => error)) {
			expect(json.error).toMatch(/^KallyAI is temporarily unavailable \[item \d+\]$/);
			expect(json.details).toMatchObject({ status: 503 });
		}
	});
});

describe('Retry-After', () => {
	const at = (ms: number) => new Date(Date.now() + ms).toUTCString();
	const refuseOnce = async (key: string, status: number, retryAfter: string) => {
		const { path, parameters, items } = SUBJECTS[key];
		const [item] = await items();
		const headers = { 'retry-after': retryAfter };
		await built.sandbox.control('faults', { path, status, headers });
		const before = (await built.sandbox.control('requests')).length;
		const run = await built.engine.execute(parameters, { items: [item] });
		return { ...run, requests: (await built.sandbox.control('requests')).length - before };
	};
	const CASES = [
		['call.make', 429],
		['inboundRule.delete', 429],
		['call.get', 503],
	] as const;

	describe.each(CASES)('of %s with status %i', (key, status) => {
		test.each([
			['none', () => ''],
			['in the past', () => at(-86_400_000)],
			['now', () => '0'],
			['as a date', () => at(1500)],
			['as something else', () => 'soon'],
			['with a fraction', () => '0.5'],
		])('%s: the request is sent again', async (_what, retryAfter) => {
			const { error, requests } = await refuseOnce(key, status, retryAfter());
			expect(error).toBeUndefined();
			expect(requests).toBe(2);
		});

		test.each([
			['two hours', () => '7200', /asks to wait 7200 seconds/],
			['two hours and a bit', () => '7200.5', /asks to wait 7201 seconds/],
			['absurdly long', () => '9'.repeat(30), /asks to wait more than a year/],
			['a date far ahead', () => 'Fri, 31 Dec 9999 23:59:59 GMT', /asks to wait more than a year/],
		])('%s: nobody waits, and the message says so', async (_what, retryAfter, says) => {
			const { error, requests } = await refuseOnce(key, status, retryAfter());
			expect(error?.description).toMatch(says);
			expect(error).toMatchObject({ httpCode: String(status), context: { itemIndex: 0 } });
			expect(requests).toBe(1);
		});
	});

	test('nothing is sent before the date it names, for whatever item', async () => {
		// From the refusal on: a run that begins slowly must not outlast the wait.
		let until = Infinity;
		const arrivals: number[] = [];
		Object.assign(built.engine.credentials, anyCredentials(built.recorder.baseUrl));
		built.recorder.answer((_request, response) => {
			arrivals.push(Date.now());
			if (arrivals.length !== 2) return { call_id: 'c-1' };
			until = Math.ceil(Date.now() / 1000) * 1000 + 1000;
			response.writeHead(429, { 'retry-after': new Date(until).toUTCString() }).end();
			return undefined;
		});
		const parameters = { ...MAKE_CALL, options: { concurrency: 2 } };
		expect((await built.engine.execute(parameters, { items: leads(10) })).items).toHaveLength(10);
		expect(arrivals).toHaveLength(11);
		// Two were sent before; one beside the refused one may have been, and one more while its answer came.
		expect(arrivals.filter((arrival) => arrival < until).length).toBeLessThanOrEqual(4);
	});
});

describe('a file', () => {
	test('whose download is cut off is not returned, and that is said', async () => {
		Object.assign(built.engine.credentials, anyCredentials(built.recorder.baseUrl));
		built.recorder.answer(({ path }, response) => {
			if (path.endsWith('/recording')) return { url: `${built.recorder.baseUrl}/a.mp3` };
			response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': '1000' });
			response.write('half', () => response.destroy());
			return undefined;
		});
		const { error, items } = await built.engine.execute(
			{
				resource: 'call',
				operation: 'getRecording',
				callId: 'c-1',
				options: { download: true },
			},
			{ items: [{}] },
		);
		expect(items).toEqual([]);
		expect(error?.message).toBe('The connection ended before the file was complete [item 1]');
	});
});
