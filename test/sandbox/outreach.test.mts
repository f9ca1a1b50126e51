import { testSandbox } from '../support/sandbox.mts';

const sandbox = testSandbox();

const PATH = '/v1/outreach/tasks';
const HOUR = 3_600_000;

function reach(recipient: string, extra: object = {}) {
	return sandbox.http.post(PATH, {
		goal: 'Ask whether the samples arrived',
		recipient_identifier: recipient,
		...extra,
	});
}

test('a task begins as pending and ends as the scenario says', async () => {
	await sandbox.control('scenario', { durationMs: 0 });
	const { status, data } = await reach('+15550120', {
		recipient_name: 'Dana Whitfield',
		urgency: 'high',
	});
	expect([status, data.status, data.selected_channel]).toEqual([201, 'pending', 'call']);
	const read = await sandbox.http.get(`${PATH}/${data.id}`);
	expect(read.data).toMatchObject({
		status: 'completed',
		urgency: 'high',
		completed_via_channel: 'call',
		completion_summary: expect.stringContaining('Dana Whitfield'),
		attempts: [{ channel: 'call', status: 'success' }],
	});
	expect((await sandbox.control('state')).outreachTasks).toMatchObject([
		{ id: data.id, status: 'completed' },
	]);
});

test('while its time is not over a task waits and can be cancelled, once', async () => {
	await sandbox.control('scenario', { durationMs: HOUR });
	const { data } = await reach('dana@example.com');
	expect(data.selected_channel).toBe('email');
	expect((await sandbox.http.get(`${PATH}/${data.id}`)).data.status).toBe('pending');
	expect((await sandbox.http.post(`${PATH}/${data.id}/retry`)).status).toBe(409);
	expect((await sandbox.http.post(`${PATH}/${data.id}/cancel`)).data.status).toBe('cancelled');
	expect((await sandbox.http.post(`${PATH}/${data.id}/cancel`)).status).toBe(409);
});

test('a failed task can be tried again', async () => {
	await sandbox.control('scenario', { outcome: ['no_answer', 'success'], durationMs: 0 });
	const { data } = await reach('+15550120');
	const path = `${PATH}/${data.id}`;
	expect((await sandbox.http.get(path)).data).toMatchObject({
		status: 'failed',
		attempts: [{ status: 'no_answer' }],
	});
	expect((await sandbox.http.post(`${path}/retry`)).data).toMatchObject({ status: 'pending' });
	expect((await sandbox.http.get(path)).data).toMatchObject({
		status: 'completed',
		attempts: [{ status: 'no_answer' }, { status: 'success' }],
	});
});

test('the ending can be stated, in turn', async () => {
	await sandbox.control('scenario', { outreachOutcome: ['failed', 'completed'], durationMs: 0 });
	const ids = [];
	for (const number of [120, 121]) ids.push((await reach(`+15550${number}`)).data.id);
	const states = [];
	for (const id of ids) states.push((await sandbox.http.get(`${PATH}/${id}`)).data.status);
	expect(states).toEqual(['failed', 'completed']);
});

test('a task that is not to run waits for a retry', async () => {
	await sandbox.control('scenario', { durationMs: 0 });
	const { data } = await reach('+15550120', { auto_execute: false });
	expect((await sandbox.http.get(`${PATH}/${data.id}`)).data).toMatchObject({
		status: 'pending',
		attempts: [],
	});
	await sandbox.http.post(`${PATH}/${data.id}/retry`);
	expect((await sandbox.http.get(`${PATH}/${data.id}`)).data.status).toBe('completed');
});

test('lists are filtered by one state or several, and paged', async () => {
	const page = async (params: object) => (await sandbox.http.get(PATH, { params })).data;
	expect((await page({ status: 'failed' })).tasks).toMatchObject([{ status: 'failed' }]);
	const both = await page({ status: 'failed,cancelled' });
	expect(new Set(both.tasks.map((task: any) => task.status))).toEqual(
		new Set(['failed', 'cancelled']),
	);
	const all = await page({});
	expect([all.total, all.has_more]).toEqual([all.tasks.length, false]);
	const first = await page({ limit: 1 });
	expect([first.total, first.has_more]).toEqual([all.total, true]);
	const rest = await page({ limit: 100, offset: 1 });
	expect([...first.tasks, ...rest.tasks]).toEqual(all.tasks);
	expect((await sandbox.http.get(PATH, { params: { status: 'asleep' } })).status).toBe(422);
});

test.each([
	['911', 'emergency_number'],
	['+15550199', 'suppression_violation'],
	['somebody', 'missing_phone_number'],
])('%s is not reached', async (recipient, code) => {
	expect((await reach(recipient)).data.error.code).toBe(code);
	expect((await sandbox.control('state')).outreachTasks).toEqual([]);
});

test('reaching out costs, and without credits nobody is reached', async () => {
	await sandbox.control('scenario', { credits: 0.5 });
	expect((await reach('a@example.com')).status).toBe(201);
	expect((await sandbox.control('state')).credits).toBe(0);
	expect((await reach('b@example.com')).data.error.code).toBe('quota_exceeded');
	expect((await sandbox.control('state')).outreachTasks).toHaveLength(1);
});

test('the dialect of the command line is understood, but not mixed with the other', async () => {
	const dialect = { channel: 'call', target: '+15550120', description: 'Hello' };
	const { status, data } = await sandbox.http.post(PATH, dialect);
	expect([status, data.goal, data.recipient_identifier, data.selected_channel]).toEqual([
		201,
		'Hello',
		'+15550120',
		'call',
	]);
	const mixed = await sandbox.http.post(PATH, { ...dialect, goal: 'Hello' });
	expect(mixed.status).toBe(422);
});
