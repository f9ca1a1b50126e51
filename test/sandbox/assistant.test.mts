import { testSandbox } from '../support/sandbox.mts';

const sandbox = testSandbox();

const seed = (number: number) => `3d6a1c52-${number}-4f0e-8a11-5b9d7c2e4a01`;
const [ACTIVE, CHILD, GRANDCHILD, COMPLETED, CANCELLED] = [1001, 1002, 1003, 1004, 1005].map(
	seed,
) as [string, string, string, string, string];
const goalPath = (id: string, rest = '') => `/v1/coordination/goals/${id}${rest}`;
const statusOf = async (id: string) => (await sandbox.http.get(goalPath(id))).data.status;
const ask = (message: string, conversation_id?: string) =>
	sandbox.http.post('/v1/coordination/message', { message, conversation_id });

test('asking opens a goal and a conversation, and costs', async () => {
	const before = (await sandbox.http.get('/v1/credits/balance')).data.credits_remaining;
	const { data } = await ask('Find a plumber for Thursday');
	expect((await sandbox.http.get(goalPath(data.goal_id))).data).toMatchObject({
		description: 'Find a plumber for Thursday',
		status: 'active',
		credits_used: data.credits_used,
	});
	expect(
		(await sandbox.http.get('/v1/coordination/goals', { params: { limit: 1 } })).data.goals[0].id,
	).toBe(data.goal_id);
	expect((await sandbox.http.get('/v1/credits/balance')).data.credits_remaining).toBe(
		before - data.credits_used,
	);

	const again = await ask('In the morning, please', data.conversation_id);
	expect(again.data.conversation_id).toBe(data.conversation_id);
	const history = await sandbox.http.get('/v1/coordination/history', {
		params: { conversation_id: data.conversation_id },
	});
	expect(history.data.messages.map(({ role }: any) => role)).toEqual([
		'user',
		'assistant',
		'user',
		'assistant',
	]);
	const last = await sandbox.http.get('/v1/coordination/history', { params: { limit: 1 } });
	expect(last.data.messages).toEqual(history.data.messages.slice(-1));
	const list = await sandbox.http.get('/v1/coordination/conversations');
	expect(list.data.conversations[0]).toMatchObject({ id: data.conversation_id, message_count: 4 });
});

test('asking in an unknown conversation is refused and costs nothing', async () => {
	const before = await sandbox.control('state');
	expect((await ask('Go on', 'nobody')).status).toBe(404);
	const after = await sandbox.control('state');
	expect([after.credits, after.goals.length]).toEqual([before.credits, before.goals.length]);
});

test('a new conversation is empty and listed', async () => {
	const { data } = await sandbox.http.post('/v1/coordination/conversations');
	const list = await sandbox.http.get('/v1/coordination/conversations');
	expect(list.data.conversations[0]).toMatchObject({ id: data.conversation_id, message_count: 0 });
});

test.each(['active', 'completed', 'cancelled', 'pending', 'archived'])(
	'goals are filtered by %s',
	async (status) => {
		const { data } = await sandbox.http.get('/v1/coordination/goals', { params: { status } });
		expect(new Set(data.goals.map((goal: any) => goal.status))).toEqual(new Set([status]));
	},
);

test('goals are paged', async () => {
	const page = async (params: object) =>
		(await sandbox.http.get('/v1/coordination/goals', { params })).data.goals;
	const all = await page({});
	expect([...(await page({ limit: 3 })), ...(await page({ limit: 100, offset: 3 }))]).toEqual(all);
});

test('cancelling leaves sub-goals alone, cascading does not', async () => {
	await sandbox.http.post(goalPath(CHILD, '/cancel'));
	expect([await statusOf(CHILD), await statusOf(GRANDCHILD)]).toEqual(['cancelled', 'pending']);
	const { data } = await sandbox.http.post(goalPath(ACTIVE, '/cascade-cancel'));
	expect(data.cancelled_goal_ids.toSorted()).toEqual([ACTIVE, GRANDCHILD]);
	expect(await statusOf(GRANDCHILD)).toBe('cancelled');
});

test.each([
	'cancel',
	'cascade-cancel',
	'escalate',
	'approve-step',
	'accept-outcome',
	'continue-negotiating',
])('%s of a goal that is over is a conflict', async (action) => {
	const codes = [COMPLETED, CANCELLED].map(async (id) => {
		const { status, data } = await sandbox.http.post(goalPath(id, `/${action}`));
		return [status, data.error.code];
	});
	expect(await Promise.all(codes)).toEqual([
		[409, 'goal_already_completed'],
		[409, 'goal_already_cancelled'],
	]);
});

test('steps are approved one after the other, then the outcome is accepted', async () => {
	const states = ({ data }: any) => data.steps.map(({ status }: any) => status);
	const approve = () => sandbox.http.post(goalPath(ACTIVE, '/approve-step'));
	expect(states(await approve())).toEqual(['completed', 'completed', 'in_progress']);
	expect(states(await approve())).toEqual(['completed', 'completed', 'completed']);
	expect(states(await approve())).toEqual(['completed', 'completed', 'completed']);
	expect(
		(await sandbox.http.post(goalPath(ACTIVE, '/continue-negotiating'))).data.steps,
	).toHaveLength(4);
	expect((await sandbox.http.post(goalPath(ACTIVE, '/escalate'))).data.steps).toHaveLength(5);
	const accepted = await sandbox.http.post(goalPath(ACTIVE, '/accept-outcome'));
	expect([accepted.data.status, new Set(states(accepted))]).toEqual([
		'completed',
		new Set(['completed']),
	]);
});

test('goals are archived all or none', async () => {
	const archive = (goal_ids: string[]) =>
		sandbox.http.post('/v1/coordination/goals/batch-archive', { goal_ids });
	expect((await archive([ACTIVE, 'nobody'])).data.error.code).toBe('goal_not_found');
	expect(await statusOf(ACTIVE)).toBe('active');
	expect((await archive([ACTIVE, COMPLETED])).data.archived_count).toBe(2);
	expect(await statusOf(ACTIVE)).toBe('archived');
	expect((await archive([])).status).toBe(422);
	expect((await sandbox.http.post(goalPath(CHILD, '/archive'))).data.status).toBe('archived');
});

test('budget, approval and breakdown tell the same story', async () => {
	const { data } = await sandbox.http.get(goalPath(ACTIVE, '/budget'));
	expect(data).toMatchObject({
		credits_remaining: data.credits_estimated - data.credits_used,
		budget_approved: false,
	});
	const approved = await sandbox.http.post(`/v1/goals/${ACTIVE}/approve-budget`);
	expect(approved.data.budget_approved).toBe(true);
	const capped = await sandbox.http.post(`/v1/goals/${ACTIVE}/acknowledge-soft-cap`);
	expect(capped.data).toEqual({ ...approved.data, soft_cap_acknowledged: true });
	const breakdown = await sandbox.http.get(`/v1/goals/${ACTIVE}/cost-breakdown`);
	expect(breakdown.data.total_credits).toBe(data.credits_used);
});

test.each(['call', 'email', 'search', 'booking', 'ride', 'food', 'errand'])(
	'a %s is estimated',
	async (type) => {
		const { data } = await sandbox.http.post('/v1/goals/estimate', {
			type,
			description: 'Anything',
		});
		expect(data.estimated_credits).toBeGreaterThan(0);
		expect(data.breakdown).toEqual({ [type]: data.estimated_credits });
	},
);

test('the estimate of a call is what a call costs', async () => {
	const { data } = await sandbox.http.post('/v1/goals/estimate', {
		type: 'call',
		description: 'Anything',
	});
	const made = await sandbox.http.post('/v1/calls', {
		timezone: 'UTC',
		submission: {
			task_category: 'general',
			task_description: 'Ask for the price',
			respondent_phone: '+15550101',
		},
	});
	expect(made.data.credits_used).toBe(data.estimated_credits);
});

test('the books balance', async () => {
	await ask('Find a plumber');
	const balance = (await sandbox.http.get('/v1/credits/balance')).data;
	const breakdown = (await sandbox.http.get('/v1/credits/breakdown')).data;
	const history = (await sandbox.http.get('/v1/credits/history')).data;
	const sum = (rows: any[], field: string) => rows.reduce((total, row) => total + row[field], 0);
	expect(balance.credits_used + balance.credits_remaining).toBe(balance.credits_allocated);
	expect(sum(breakdown.items, 'credits_total')).toBe(balance.credits_used);
	expect(sum(history.entries, 'credits')).toBe(balance.credits_used);
	expect(breakdown.total_spent).toBe(balance.credits_used);
});
