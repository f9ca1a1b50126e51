import { startEngine, startOtherProcess } from '../support/engine.mts';
import { anyCredentials, startRecorder } from '../support/recorder.mts';
import { sandboxedNode } from '../support/builtNode.mts';
import { leads, MAKE_CALL } from '../support/callsToMake.mts';

const built = sandboxedNode();

const READ = { resource: 'call', operation: 'get', callId: '={{ $json.id }}' };

const POST_CALL = { method: 'POST', path: '/v1/calls' };
/** The outreach that those tests do which need one. */
const OUTREACH = {
	resource: 'outreach',
	operation: 'create',
	goal: 'Confirm the visit',
	recipientIdentifier: '+15550100',
};

/** Orders a failure; a single one unless `times` says otherwise. */
const fault = async (order: object) => await built.sandbox.control('faults', order);

interface State {
	calls: Array<{ call_id: string; submission: { respondent_phone: string } }>;
	tokensIssued: unknown[];
}
const state = async () => await built.sandbox.control<State>('state');
const requests = async () =>
	await built.sandbox.control<
		Array<{ method: string; path: string; status: number; headers: Record<string, string> }>
	>('requests');
const called = async () =>
	(await state()).calls.map(({ submission }) => submission.respondent_phone);

describe('a refused item', () => {
	const refuseFourth = leads(20).map((lead, index) =>
		index === 3 ? { phone: '+19005550100' } : lead,
	);

	test('stops the run; the message names it and what was made before', async () => {
		const { error, status } = await built.engine.execute(MAKE_CALL, { items: refuseFourth });
		const made = (await state()).calls.map(({ call_id }) => call_id);
		expect(status).toBe('error');
		expect(await requests()).toHaveLength(4);
		expect(made).toHaveLength(3);
		expect(error?.message).toContain('[item 4]');
		expect(error?.message).toContain('3 of 20 items were done');
		for (const id of made) expect(error?.description).toContain(id);
		expect(error?.message).not.toContain(made[0]);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '422',
			context: { data: { item: 4, made } },
		});
	});

	test('lets the others pass under continue on fail, in order and paired', async () => {
		const { items } = await built.engine.execute(MAKE_CALL, {
			items: refuseFourth,
			node: { onError: 'continueRegularOutput' },
		});
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
			refuseFourth.map((_, item) => ({ item })),
		);
		expect(items.filter(({ json }) => json.error)).toHaveLength(1);
		expect(items[3].json).toMatchObject({
			status: 'refused',
			recipient: '+19005550100',
			details: { code: 'toll_number', status: 422 },
		});
		expect(await called()).toHaveLength(19);
	});

	test('carries the fields of its input, as the others do, where that is asked for', async () => {
		const { items } = await built.engine.execute(
			{ ...MAKE_CALL, options: { includeInputFields: true } },
			{
				items: [
					{ phone: '+15550100', id: 'a', status: 'new', error: 'of before', replayed: true },
					{ phone: '+19005550100', id: 'b', status: 'new' },
					{ phone: 'nobody', id: 'c', recipient: 'Clara' },
				],
				node: { onError: 'continueRegularOutput' },
			},
		);
		expect(items.map(({ json }) => [json.id, json.phone, json.status, json.recipient])).toEqual([
			['a', '+15550100', 'success', undefined],
			['b', '+19005550100', 'refused', '+19005550100'],
			['c', 'nobody', 'refused', 'nobody'],
		]);
		expect(items[0].json).not.toHaveProperty('error');
		expect(items[0].json).not.toHaveProperty('replayed');
	});

	test('of which nobody knows whether it was done is unknown', async () => {
		await fault({ method: 'POST', path: '/v1/outreach/tasks', drop: 'after' });
		const { items } = await built.engine.execute(OUTREACH, {
			node: { onError: 'continueRegularOutput' },
		});
		expect(items[0].json).toMatchObject({ status: 'unknown', recipient: '+15550100' });
	});

	test('has one number of the item in the editor, which appends its own where it may', async () => {
		const { error } = await built.engine.execute(MAKE_CALL, { items: refuseFourth });
		// What the editor of n8n does where a node has several items.
		const itemIndex = error?.context?.itemIndex;
		const appended = itemIndex === undefined ? '' : ` [item ${String(itemIndex)}]`;
		expect(`${error?.message}${appended}`.match(/\[item \d+\]/g)).toEqual(['[item 4]']);
	});

	test('is sent alone to the error output', async () => {
		const { run } = await built.engine.execute(MAKE_CALL, {
			items: refuseFourth,
			node: { onError: 'continueErrorOutput' },
		});
		const [done, refused] = run.data.resultData.runData.KallyAI[0].data?.main ?? [];
		expect(done).toHaveLength(19);
		expect(refused).toHaveLength(1);
		expect(refused?.[0].json).toMatchObject({ status: 'refused', recipient: '+19005550100' });
	});
});

test('bad input of any item stops the run before anything is sent', async () => {
	const items = leads(5);
	items[3].phone = '555 0100';
	const { error } = await built.engine.execute(MAKE_CALL, { items });
	expect(error?.message).toMatch(
		/^'Phone Number to Call' must be a phone number in E\.164 form.*\[item 4\]/,
	);
	expect(await requests()).toEqual([]);
});

test('bad input under continue on fail leaves the other items to be done', async () => {
	const items = leads(5);
	items[3].phone = '';
	const run = await built.engine.execute(MAKE_CALL, {
		items,
		node: { onError: 'continueRegularOutput' },
	});
	expect(run.items).toHaveLength(5);
	expect(run.items[3].json.error).toBe("'Phone Number to Call' is required [item 4]");
	expect(await called()).toHaveLength(4);
});

describe('a lost connection', () => {
	test('after a call was placed: the same key brings its result, and no second call', async () => {
		await fault({ ...POST_CALL, drop: 'after' });
		const { items, error } = await built.engine.execute(MAKE_CALL, { items: leads(1) });
		expect(error).toBeUndefined();
		const { calls } = await state();
		expect(calls).toHaveLength(1);
		expect(items[0].json.call_id).toBe(calls[0].call_id);
	});

	test('before the call was placed: it is placed once', async () => {
		await fault({ ...POST_CALL, drop: 'before' });
		const { items } = await built.engine.execute(MAKE_CALL, { items: leads(1) });
		expect(items[0].json.status).toBe('success');
		expect(await called()).toHaveLength(1);
	});

	test('of any other creating request is not tried again, and said to be uncertain', async () => {
		await fault({ method: 'POST', path: '/v1/outreach/tasks', drop: 'after' });
		const { error } = await built.engine.execute(OUTREACH);
		expect(error?.message).toMatch(/ended without a response/);
		expect(error?.description).toMatch(/not known/);
		expect(await requests()).toHaveLength(1);
	});
});

test('Retry On Fail with a failing third item calls nobody twice', async () => {
	// Refused with a status that nothing in the node repeats, so that n8n runs all items again.
	await fault({ ...POST_CALL, times: 2 });
	await fault({ ...POST_CALL, status: 500 });
	const { status, items } = await built.engine.execute(MAKE_CALL, {
		items: leads(5),
		node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 },
	});
	expect(status).toBe('success');
	expect(items).toHaveLength(5);
	expect((await called()).sort()).toEqual(leads(5).map(({ phone }) => phone));
	expect((await requests()).length).toBeGreaterThan(6);
});

describe('idempotency keys', () => {
	const keys = async () => (await requests()).map(({ headers }) => headers['idempotency-key']);

	test('differ for items and executions, and are the same when another process runs an execution again', async () => {
		await built.engine.execute(MAKE_CALL, { items: leads(2), executionId: '7' });
		await built.engine.execute(MAKE_CALL, { items: leads(2), executionId: '8' });
		const other = await startOtherProcess(built.engine.credentials);
		await other.execute(MAKE_CALL, { items: leads(2), executionId: '7' });
		const [a, b, c, d, again, againToo] = await keys();
		expect(new Set([a, b, c, d]).size).toBe(4);
		expect([again, againToo]).toEqual([a, b]);
		expect(await called()).toHaveLength(4);
	});

	test('can be given by the user', async () => {
		const parameters = { ...MAKE_CALL, options: { idempotencyKey: '=lead-{{ $json.phone }}' } };
		await built.engine.execute(parameters, { items: leads(2), executionId: '7' });
		await built.engine.execute(parameters, { items: leads(2), executionId: '8' });
		expect((await keys()).slice(0, 2)).toEqual(['lead-+442079460000', 'lead-+442079460001']);
		expect(await called()).toHaveLength(2);
	});

	test('that stand for two different works are refused', async () => {
		const parameters = { ...MAKE_CALL, options: { idempotencyKey: 'the-same' } };
		const { error } = await built.engine.execute(parameters, { items: leads(2) });
		expect(error?.message).toMatch(
			/'Do Only Once \(Key\)' is the same as that of item 1.*\[item 2\]/,
		);
		expect(await requests()).toEqual([]);
	});

	test('cannot start another header', async () => {
		const parameters = { ...MAKE_CALL, options: { idempotencyKey: 'a\r\nx-evil: 1' } };
		await built.engine.execute(parameters, { items: leads(1) });
		expect(await keys()).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
		expect((await requests())[0].headers).not.toHaveProperty('x-evil');
	});
});

describe('an expired token', () => {
	const fifty = Array.from({ length: 50 }, () => ({}));
	const placed = async () => {
		await built.engine.execute(MAKE_CALL, { items: leads(1) });
		const [{ call_id: id }] = (await state()).calls;
		return fifty.map(() => ({ id }));
	};

	test.each(['kallyAiOAuth2Api', 'kallyAiTokenApi'] as const)(
		'is renewed once for a run of 50 items (%s)',
		async (credential) => {
			const items = await placed();
			await built.sandbox.control('tokens/expire');
			const { items: out, error } = await built.engine.execute(READ, { items, credential });
			expect(error).toBeUndefined();
			expect(out).toHaveLength(50);
			expect((await state()).tokensIssued).toHaveLength(1);
			const stored = built.engine.credentials[credential];
			const { refresh_token } = (stored.oauthTokenData ?? {}) as { refresh_token?: string };
			expect(refresh_token ?? stored.refreshToken).not.toBe('sandbox-refresh');
			await built.sandbox.control('tokens/expire');
			expect((await built.engine.execute(READ, { items, credential })).items).toHaveLength(50);
			expect((await state()).tokensIssued).toHaveLength(2);
		},
	);

	test('that cannot be renewed asks to reconnect and shows no token', async () => {
		await built.sandbox.control('tokens/revoke');
		const { error } = await built.engine.execute(READ, { items: [{ id: 'x' }] });
		expect(error?.message).toMatch(/needs to be reconnected/);
		expect(JSON.stringify(error)).not.toMatch(/sandbox-(?:token|refresh|secret)/);
	});
});

describe('a server that asks to slow down', () => {
	test('is obeyed twice, then answers', async () => {
		await fault({
			path: '/v1/calls',
			status: 429,
			headers: { 'retry-after': '1' },
			body: { error: { code: 'rate_limited' } },
			times: 2,
		});
		const { items } = await built.engine.execute(MAKE_CALL, { items: leads(1) });
		expect(items).toHaveLength(1);
		expect((await requests()).map(({ status }) => status)).toEqual([429, 429, 201]);
	});

	test('for too long is taken at its word', async () => {
		await fault({
			path: '/v1/calls',
			status: 429,
			headers: { 'retry-after': '7200' },
		});
		const { error } = await built.engine.execute(MAKE_CALL, { items: leads(1) });
		expect(error?.description).toContain('asks to wait 7200 seconds');
		expect(await requests()).toHaveLength(1);
	});
});

test('a passing fault of a read is sat out', async () => {
	const [id] = await built.sandbox
		.control('calls', { count: 1 })
		.then(async () => (await built.sandbox.http.get('/v1/calls')).data.calls)
		.then((calls: Array<{ call_id: string }>) => calls.map(({ call_id }) => call_id));
	await fault({ path: '/v1/calls/{id}', status: 503, times: 2 });
	const { items } = await built.engine.execute(READ, { items: [{ id }] });
	expect(items[0].json.call_id).toBe(id);
});

describe('answers that are no answers', () => {
	test.each([
		[
			'a page of a proxy',
			{ body: '<html>Sign in to the network</html>', headers: { 'content-type': 'text/html' } },
		],
		[
			'JSON that is cut off',
			{ body: '{"call_id": "abc', headers: { 'content-type': 'application/json' } },
		],
	])('%s is not taken for a result', async (_what, answer) => {
		await fault({ path: '/v1/calls', status: 200, times: 1, ...answer });
		const { error } = await built.engine.execute(MAKE_CALL, { items: leads(1) });
		expect(error?.message).toMatch(/not readable JSON \[item 1\]/);
	});

	test('an error envelope with status 200 is a refusal', async () => {
		const body = { error: { code: 'toll_number', message: 'Not this one', correlation_id: 'c-9' } };
		await fault({ path: '/v1/calls', status: 200, body });
		const { error } = await built.engine.execute(MAKE_CALL, { items: leads(1) });
		expect(error?.message).toBe('KallyAI never calls premium-rate numbers: Not this one [item 1]');
		expect(error?.description).toContain('c-9');
	});

	test('a redirect is not followed', async () => {
		await fault({
			path: '/v1/calls',
			status: 302,
			headers: { location: `${built.sandbox.baseUrl}/elsewhere?secret=1` },
		});
		const { error } = await built.engine.execute(MAKE_CALL, { items: leads(1) });
		expect(error?.message).toMatch(/redirect to .*\/elsewhere, which is not followed/);
		expect(await requests()).toHaveLength(1);
	});
});

test('a record with an error text of its own is a success, also under Retry On Fail', async () => {
	const body = { call_id: 'c-1', status: 'no_answer', error: 'nobody picked up' };
	await fault({ path: '/v1/calls', status: 201, body, times: 1 });
	const { items } = await built.engine.execute(MAKE_CALL, {
		items: leads(1),
		node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 },
	});
	expect(items[0].json).toEqual({
		call_id: 'c-1',
		status: 'no_answer',
		callError: 'nobody picked up',
	});
	expect(await requests()).toHaveLength(1);
});

describe('IDs', () => {
	test.each(['.', '..', ' .. ', ''])('%j is refused before anything is sent', async (id) => {
		const { error } = await built.engine.execute(READ, { items: [{ id }] });
		expect(error?.message).toMatch(/^'Call' (?:must be an ID|is required)/);
		expect(await requests()).toEqual([]);
	});

	test.each(['a/b?c=1', '%2e%2e', '../goals', 'x#y', 'x y', '\u0000', 'ü'])(
		'%j stays within its place in the path',
		async (id) => {
			await built.engine.execute(READ, { items: [{ id }] });
			const [{ path }] = await requests();
			expect(path).toBe(`/v1/calls/${encodeURIComponent(id)}`);
		},
	);
});

describe('files', () => {
	let id: string;
	beforeEach(async () => {
		await built.engine.execute(MAKE_CALL, { items: leads(1) });
		[{ call_id: id }] = (await state()).calls;
	});
	const file = (operation: string, options = {}) =>
		built.engine.execute({ resource: 'call', operation, callId: id, options });

	test('a recording is a link, or binary data with the name and type of the server', async () => {
		const { items: links } = await file('getRecording');
		expect(links[0].json.url).toMatch(/^http/);
		const { items, error } = await file('getRecording', {
			download: true,
			binaryPropertyName: 'audio',
		});
		expect(error).toBeUndefined();
		expect(items[0].binary?.audio).toMatchObject({ mimeType: 'audio/mpeg', fileExtension: 'mp3' });
		expect(items[0].json.url).toBe(links[0].json.url);
		const fetched = (await requests()).filter(({ path }) => path.startsWith('/__files/'));
		for (const { headers } of fetched) expect(headers.authorization).toBeUndefined();
	});

	test('a calendar event is text, or binary data', async () => {
		const { items: texts } = await file('getCalendarEvent');
		expect(texts[0].json.content).toMatch(/^BEGIN:VCALENDAR/);
		const { items } = await file('getCalendarEvent', { download: true });
		expect(items[0].binary?.data).toMatchObject({ mimeType: 'text/calendar' });
	});

	test('a link into this API gets the token only once KallyAI asks for it', async () => {
		const api = await startRecorder();
		try {
			api.answer(({ path, headers }, response) => {
				if (path.startsWith('/v1/')) return { link: `${api.baseUrl}/a.mp3` };
				if (headers.authorization === undefined) response.statusCode = 401;
				return {};
			});
			const own = await startEngine(anyCredentials(api.baseUrl));
			const { error } = await own.execute({
				resource: 'call',
				operation: 'getRecording',
				callId: 'call-1',
				options: { download: true },
			});
			expect(error).toBeUndefined();
			const files = api.requests.filter(({ path }) => path === '/a.mp3');
			const tokens = files.map(({ headers }) => headers.authorization?.split(' ')[0]);
			expect(tokens).toEqual([undefined, 'Bearer']);
		} finally {
			await api.stop();
		}
	});

	test.each([
		['file:///etc/passwd', /not http or https/],
		['http://169.254.169.254/latest', /private network/],
		['http://[::1]:80/x', /private network/],
		['http://2130706433/x', /private network/],
		['http://user:pass@example.org/x', /user name/],
	])('a recording at %s is not fetched', async (url, message) => {
		await fault({
			path: '/v1/calls/{id}/recording',
			status: 200,
			body: { url },
		});
		const { error } = await file('getRecording', { download: true });
		expect(error?.message).toMatch(message);
	});
});

describe('waiting for the outcome', () => {
	test('of an outreach task gives the task as it ended', async () => {
		await built.sandbox.control('scenario', { durationMs: 1500 });
		const { items } = await built.engine.execute({
			...OUTREACH,
			options: { waitForCompletion: true },
		});
		expect(items[0].json).toMatchObject({ status: 'completed' });
		expect(items[0].json).not.toHaveProperty('timedOut');
	});

	test('gives the last state when the time is over', async () => {
		await built.sandbox.control('scenario', { durationMs: 600_000 });
		const { items, status } = await built.engine.execute({
			...OUTREACH,
			options: { waitForCompletion: true, maxWait: 1 },
		});
		expect(status).toBe('success');
		expect(items[0].json).toMatchObject({ timedOut: true });
	});
});

describe('lists', () => {
	const many = { resource: 'call', operation: 'getAll' };

	test('Return All pages to the end, each row once', async () => {
		await built.sandbox.control('calls', { count: 950 });
		const { items } = await built.engine.execute({ ...many, returnAll: true });
		const ids = new Set(items.map(({ json }) => json.call_id));
		expect(items.length).toBeGreaterThanOrEqual(950);
		expect(ids.size).toBe(items.length);
	});

	test('Limit bounds what comes out and what is asked for', async () => {
		await built.sandbox.control('calls', { count: 300 });
		const { items } = await built.engine.execute({ ...many, limit: 250, filters: { offset: 10 } });
		expect(items).toHaveLength(250);
		expect(await requests()).toHaveLength(2);
	});
});

describe('From List', () => {
	test('pages through calls', async () => {
		await built.sandbox.control('calls', { count: 60 });
		const first = await built.engine.search('call');
		expect(first.results).toHaveLength(50);
		const second = await built.engine.search('call', '', first.paginationToken as string);
		const values = [...first.results, ...second.results].map(({ value }) => value);
		expect(new Set(values).size).toBe(values.length);
	});

	test.each(['goal', 'conversation', 'outreach', 'call'])(
		'finds a %s by its name',
		async (resource) => {
			const { results } = await built.engine.search(resource);
			const [{ name, value }] = results;
			const found = await built.engine.search(resource, String(name).toUpperCase());
			expect(found.results.map((entry) => entry.value)).toContain(value);
			expect((await built.engine.search(resource, 'no such name')).results).toEqual([]);
		},
	);
});
