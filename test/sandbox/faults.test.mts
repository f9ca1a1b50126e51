import { testSandbox } from '../support/sandbox.mts';

const sandbox = testSandbox();

const CALL = {
	timezone: 'Europe/London',
	submission: {
		task_category: 'general',
		task_description: 'Ask for the price',
		respondent_phone: '+15550101',
	},
};
const call = (key?: string, body: unknown = CALL) =>
	sandbox.http.post('/v1/calls', body, { headers: key ? { 'Idempotency-Key': key } : {} });
const balance = () => sandbox.http.get('/v1/credits/balance');
const placed = async () => (await sandbox.control('state')).calls;

describe('idempotency', () => {
	test('the same key brings the first answer again and places one call', async () => {
		const first = await call('lead-1');
		const second = await call('lead-1', { ...CALL, timezone: 'Europe/Madrid' });
		expect([second.status, second.data]).toEqual([201, first.data]);
		expect((await call('lead-2')).data.call_id).not.toBe(first.data.call_id);
		expect((await call()).data.call_id).not.toBe((await call()).data.call_id);
		expect(await placed()).toHaveLength(4);
	});

	test('the first answer stays the same when the call changes', async () => {
		const first = await call('lead-1');
		await sandbox.http.post(`/v1/calls/${first.data.call_id}/cancel`);
		expect((await call('lead-1')).data).toEqual(first.data);
	});

	test('a request that comes while the first is under way shares its answer', async () => {
		await sandbox.control('scenario', { durationMs: 3_600_000 });
		const both = [call('lead-1'), call('lead-1')];
		let seen: any[] = [];
		while (seen.length < 2) {
			const log = await sandbox.control('requests');
			seen = log.filter(({ path, body }: any) => path === '/v1/calls' && body);
		}
		const [open] = await placed();
		await sandbox.http.post(`/v1/calls/${open.call_id}/stop`);
		const [first, second] = await Promise.all(both);
		expect(second!.data).toEqual(first!.data);
		expect(await placed()).toHaveLength(1);
	});

	test('a refusal is not remembered, as it did no work', async () => {
		await sandbox.control('scenario', { credits: 0 });
		expect((await call('lead-1')).status).toBe(402);
		await sandbox.control('scenario', { credits: 10 });
		expect((await call('lead-1')).status).toBe(201);
	});

	test('a key counts for its own endpoint only, and for every creating one', async () => {
		const headers = { 'Idempotency-Key': 'lead-1' };
		await call('lead-1');
		const ask = () =>
			sandbox.http.post('/v1/coordination/message', { message: 'Find a plumber' }, { headers });
		expect((await ask()).data).toEqual((await ask()).data);
		const task = { goal: 'Say hello', recipient_identifier: 'a@example.com' };
		const reach = () => sandbox.http.post('/v1/outreach/tasks', task, { headers });
		expect((await reach()).data).toEqual((await reach()).data);
		expect((await sandbox.control('state')).outreachTasks).toHaveLength(1);
	});
});

describe('faults', () => {
	test('a status is answered once, with body and headers, and nothing is done', async () => {
		await sandbox.control('faults', {
			method: 'post',
			path: '/v1/calls',
			status: 429,
			headers: { 'retry-after': '2' },
			body: { error: { code: 'rate_limited', message: 'Slow down' } },
		});
		expect((await balance()).status).toBe(200);
		const refused = await call();
		expect([refused.status, refused.headers['retry-after'], refused.data.error.code]).toEqual([
			429,
			'2',
			'rate_limited',
		]);
		expect(await placed()).toEqual([]);
		expect((await call()).status).toBe(201);
	});

	test('a text goes out as it is', async () => {
		await sandbox.control('faults', {
			status: 502,
			body: '<h1>Bad gateway</h1>',
			headers: { 'content-type': 'text/html' },
		});
		const { status, data, headers } = await balance();
		expect([status, data, headers['content-type']]).toEqual([
			502,
			'<h1>Bad gateway</h1>',
			'text/html',
		]);
	});

	test('an order lasts for its number of times, in the order given', async () => {
		await sandbox.control('faults', { path: '/v1/credits/balance', status: 503, times: 2 });
		await sandbox.control('faults', { path: '/v1/credits/balance', status: 500 });
		const statuses = [];
		for (let turn = 0; turn < 4; turn += 1) statuses.push((await balance()).status);
		expect(statuses).toEqual([503, 503, 500, 200]);
	});

	test('braces in the path fit one segment', async () => {
		await sandbox.control('faults', { path: '/v1/calls/{id}', status: 500, times: 9 });
		expect((await sandbox.http.get('/v1/calls/a')).status).toBe(500);
		expect((await sandbox.http.get('/v1/calls/a/transcript')).status).toBe(404);
		expect((await sandbox.http.get('/v1/calls')).status).toBe(200);
	});

	test('a delay alone changes nothing', async () => {
		await sandbox.control('faults', { delayMs: 1 });
		expect((await call()).status).toBe(201);
	});

	test('drop before cuts the connection with nothing done', async () => {
		await sandbox.control('faults', { path: '/v1/calls', drop: 'before' });
		await expect(call('lead-1')).rejects.toThrow(/socket hang up|ECONNRESET/);
		expect(await placed()).toEqual([]);
		const [logged] = await sandbox.control('requests');
		expect(logged).toMatchObject({
			method: 'POST',
			path: '/v1/calls',
			status: null,
			dropped: 'before',
			body: CALL,
		});
	});

	test('drop after does the work first; the same key brings its answer', async () => {
		await sandbox.control('faults', { path: '/v1/calls', drop: 'after' });
		await expect(call('lead-1')).rejects.toThrow(/socket hang up|ECONNRESET/);
		const calls = await placed();
		expect(calls).toHaveLength(1);
		expect((await call('lead-1')).data.call_id).toBe(calls[0].call_id);
		expect(await placed()).toHaveLength(1);
		const [logged] = await sandbox.control('requests');
		expect(logged).toMatchObject({ status: 201, dropped: 'after' });
	});

	test('drop within does the work and sends half of its answer', async () => {
		await sandbox.control('faults', { path: '/v1/calls', drop: 'within' });
		await expect(call('lead-1')).rejects.toThrow(/aborted|ECONNRESET/);
		expect(await placed()).toHaveLength(1);
		const [logged] = await sandbox.control('requests');
		expect(logged).toMatchObject({ status: 201, dropped: 'within' });
	});

	test('an answer can end in its middle, or be compressed', async () => {
		const whole = (await balance()).data;
		await sandbox.control('faults', { truncate: true });
		const { status, data } = await balance();
		expect(status).toBe(200);
		expect(JSON.stringify(whole).startsWith(data)).toBe(true);
		expect(data.length).toBeLessThan(JSON.stringify(whole).length);
		await sandbox.control('faults', { gzip: true });
		const compressed = await sandbox.http.get('/v1/credits/balance', { decompress: false });
		expect(compressed.headers['content-encoding']).toBe('gzip');
		await sandbox.control('faults', { gzip: true });
		expect((await balance()).data).toEqual(whole);
	});

	test('an order for a time strikes every request from the first one until then', async () => {
		await sandbox.control('faults', { status: 503, forMs: 60 * 60_000 });
		await sandbox.control('clock', { advanceMs: 2 * 60 * 60_000 });
		expect((await balance()).status).toBe(503);
		expect((await balance()).status).toBe(503);
		await sandbox.control('clock', { advanceMs: 60 * 60_000 });
		expect((await balance()).status).toBe(200);
		expect(await sandbox.control('faults')).toEqual([]);
	});

	test('the token endpoint can fail too', async () => {
		await sandbox.control('faults', { path: '/v1/auth/refresh', status: 503 });
		const renew = () => sandbox.http.post('/v1/auth/refresh', { refresh_token: 'sandbox-refresh' });
		expect((await renew()).status).toBe(503);
		expect((await renew()).status).toBe(200);
	});

	test('orders are listed and taken back', async () => {
		await sandbox.control('faults', { status: 500, times: 3 });
		await balance();
		expect(await sandbox.control('faults')).toEqual([{ status: 500, times: 3, remaining: 2 }]);
		await sandbox.http.delete('/__sandbox/faults');
		expect((await balance()).status).toBe(200);
		await sandbox.control('faults', { status: 500 });
		await sandbox.control('reset');
		expect(await sandbox.control('faults')).toEqual([]);
	});
});
