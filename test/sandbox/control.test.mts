import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { worldNamed } from '../../sandbox/worlds.mts';
import { startServer } from '../../tools/lib/processes.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { CALL_BODY, testSandbox } from '../support/sandbox.mts';

const sandbox = testSandbox();

const post = (path: string, data?: unknown) => sandbox.http.post(`/__sandbox/${path}`, data);

test('a fresh state has a seed but nothing done', async () => {
	const state = await sandbox.control('state');
	expect(state).toMatchObject({
		calls: [],
		outreachTasks: [],
		tokensIssued: [],
		invalidAnswers: [],
		faults: [],
	});
	expect(state.seedCalls.length).toBeGreaterThan(3);
	expect(state.seedOutreachTasks.length).toBeGreaterThan(3);
	expect(state.goals.length).toBeGreaterThan(3);
	expect(state.conversations.length).toBeGreaterThan(0);
	expect(typeof state.credits).toBe('number');
});

test('requests are logged in order with query, body and status, without the token', async () => {
	await sandbox.http.get('/v1/calls', { params: { limit: 2 } });
	await sandbox.http.post('/v1/coordination/message', { message: 'Find a plumber' });
	await sandbox.http.get('/v1/nothing');
	await post('scenario', { outcome: 'busy' });
	const log = await sandbox.control('requests');
	expect(log).toMatchObject([
		{ method: 'GET', path: '/v1/calls', query: { limit: '2' }, body: null, status: 200 },
		{
			method: 'POST',
			path: '/v1/coordination/message',
			query: {},
			body: { message: 'Find a plumber' },
			status: 200,
		},
		{ method: 'GET', path: '/v1/nothing', status: 404 },
	]);
	expect(log[0].headers.authorization).toBe('Bearer ***');
	expect(JSON.stringify(log)).not.toContain('sandbox-token');
});

test.each([
	['faults', { statsu: 500 }, 'statsu'],
	['faults', { times: 0 }, 'times'],
	['faults', { drop: 'during' }, 'drop'],
	['faults', { drop: 'after', status: 500 }, 'drop'],
	['faults', { path: 'v1/calls' }, 'path'],
	['scenario', { outcomes: 'busy' }, 'outcomes'],
	['scenario', { outcome: 'asleep' }, 'outcome'],
	['scenario', { outcome: [] }, 'outcome'],
	['scenario', { outcome: { says: '' } }, 'outcome'],
	['scenario', { byNumber: { '555 0101': 'busy' } }, 'byNumber'],
	['scenario', { byNumber: { '+15550101': [] } }, 'byNumber'],
	['scenario', { byNumber: { '+15550101': 'asleep' } }, 'byNumber'],
	['scenario', { durationMs: -1 }, 'durationMs'],
	['calls', { count: 0 }, 'count'],
	['reset', { hard: true }, 'hard'],
])('%s refuses %j and names the field', async (path, body, field) => {
	const { status, data } = await post(path, body);
	expect(status).toBe(400);
	expect(data.error.message).toContain(field);
});

test('a scenario changes only what it names', async () => {
	await post('scenario', { outcome: 'busy' });
	const { data } = await post('scenario', { durationMs: 7 });
	expect(data).toMatchObject({ outcome: ['busy'], durationMs: 7, outreachDurationMs: 7 });
});

test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1'])(
	'the host name %s is refused',
	async (host) => {
		const { status } = await sandbox.http.get('/v1/credits/costs', { headers: { Host: host } });
		expect(status).toBe(421);
	},
);

test('localhost is a fine name', async () => {
	const url = sandbox.baseUrl.replace('127.0.0.1', 'localhost');
	const { status } = await sandbox.http.get('/v1/credits/costs', {
		headers: { Host: new URL(url).host },
	});
	expect(status).toBe(200);
});

test.each(['/__sandbox/reset', '/%5f_sandbox/reset', '/_%5Fsandbox/world'])(
	'a page of another site cannot pull the levers at %s',
	async (path) => {
		const headers = { Origin: 'https://evil.example' };
		const { status, data } = await sandbox.http.post(path, {}, { headers });
		expect([status, data.error.details.reason]).toEqual([403, 'foreign_origin']);
	},
);

describe('the command', () => {
	const run = (...args: string[]) =>
		spawnSync(process.execPath, [resolve('sandbox/main.mts'), ...args], { encoding: 'utf8' });

	test('says so when the port is taken', () => {
		const { port } = new URL(sandbox.baseUrl);
		expect(run('--port', port)).toMatchObject({
			status: 1,
			stderr: expect.stringContaining(`Port ${port} is taken`),
		});
	});

	test.each([[['--port', 'x']], [['--port', '70000']], [['--prot', '1']]])('refuses %j', (args) => {
		const { status, stderr } = run(...args);
		expect([status, stderr.includes('--p')]).toEqual([1, true]);
	});

	test('knows its worlds', () => {
		const { status, stderr } = run('--world', 'cruel');
		expect([status, stderr]).toEqual([1, expect.stringContaining('kind, vendor, harsh')]);
	});
});

test('a sandbox starts in a world, to which a reset goes back', async () => {
	const log = join(tmpdir(), `kallyai-sandbox-${randomUUID()}.log`);
	const { server, readiness } = await startServer({
		name: 'a harsh sandbox',
		command: process.execPath,
		args: [resolve('sandbox/main.mts'), '--port', '0', '--world', 'harsh'],
		cwd: resolve('.'),
		env: process.env,
		log,
		ready: async (printed) => /listening on (\S+)/.exec(printed)?.[1],
	});
	const harsh = (path: string) => `${readiness}/__sandbox/${path}`;
	await sandbox.http.post(harsh('world'), { world: 'kind' });
	await sandbox.http.post(harsh('reset'));
	const { data } = await sandbox.http.get(harsh('world'));
	await server.stop();
	await rm(log, { force: true });
	expect(data.readings).toEqual(worldNamed('harsh'));
});

test('a restart cuts connections, refuses new ones for a while and forgets nothing', async () => {
	await sandbox.control('scenario', { durationMs: 60_000 });
	const headers = { 'Idempotency-Key': 'one' };
	const call = () => sandbox.http.post('/v1/calls', CALL_BODY, { headers });
	const cut = call().catch((error: { code: string }) => error.code);
	await once(async () => (await sandbox.control('state')).calls.length === 1);
	await post('restart', { downMs: 2000 });
	expect(await cut).toBe('ECONNRESET');
	expect(await call().catch((error: { code: string }) => error.code)).toMatch(
		// A connection that the system took just before the end is cut instead.
		/^ECONN(REFUSED|RESET)$/,
	);
	await once(async () => (await sandbox.http.get('/v1/calls').catch(() => false)) !== false);
	await sandbox.control('clock', { advanceMs: 60_000 });
	const { status, data } = await call();
	expect([status, data.status]).toEqual([201, 'success']);
	expect((await sandbox.control('state')).calls).toHaveLength(1);
});

/** Waits until something has become true. */
async function once(is: () => Promise<boolean>): Promise<void> {
	await waitFor(async () => (await is()) || undefined, { what: 'a change', everyMs: 20 });
}
