import type { AxiosResponse } from 'axios';

import {
	SWITCHES,
	WITHOUT_SWITCH,
	worldNamed,
	type Readings,
	type SwitchName,
} from '../../sandbox/worlds.mts';
import { CLIENT_ID, CLIENT_SECRET } from '../../sandbox/oauth/readyCredentials.mts';
import { requestsTo, testSandbox } from '../support/sandbox.mts';
import { documentedOperations, urlOf } from './documentedOperations.mts';

const sandbox = testSandbox();
const { get, post } = requestsTo(sandbox);

const SEED = (kind: string) => `3d6a1c52-${kind}-4f0e-8a11-5b9d7c2e4a01`;
const [PAST_CALL, SCHEDULED_CALL] = [SEED('4004'), SEED('4009')];
const SUBMISSION = {
	task_category: 'general',
	task_description: 'Ask for the opening hours',
	respondent_phone: '+15550101',
};
const CALL = {
	submission: { ...SUBMISSION, language: 'en', call_language: 'en' },
	timezone: 'Europe/London',
};
const REFERENCE_TASK = { goal: 'Say hello', recipient_identifier: '+15550120' };
const COMMAND_LINE_TASK = { channel: 'call', target: '+15550120', description: 'Say hello' };

const world = async (switches: object) => await sandbox.control('world', switches);
const advance = async (minutes: number) =>
	await sandbox.control('clock', { advanceMs: minutes * 60_000 });

/** Status of an answer, and behind it the words of a refusal. */
const told = ({ status, data }: AxiosResponse) =>
	status < 300 ? status : `${status} ${data.error?.message}`;
const statusOf = async (path: string, params?: object) =>
	(await sandbox.http.get(path, { params })).status;
const put = async (path: string, body: unknown) => await sandbox.http.put(path, body);
const make = async (submission: object = {}, more: object = {}, headers: object = {}) =>
	await sandbox.http.post(
		'/v1/calls',
		{ ...CALL, ...more, submission: { ...CALL.submission, ...submission } },
		{ headers },
	);
const made = async () => (await make()).data;

/** The first call, as soon as it was begun. */
async function onTheLine(): Promise<any> {
	for (;;) {
		const [call] = (await sandbox.control('state')).calls;
		if (call) return call;
	}
}

/** Media type of an answer. */
const typeOf = ({ headers }: AxiosResponse) => String(headers['content-type']).split(';')[0];

/** What an object has of some names. */
const having = (value: object, ...names: string[]) => names.filter((name) => name in value);

const form = async (fields: object, headers: object = {}) =>
	await sandbox.http.post('/v1/auth/gpt/token', new URLSearchParams({ ...fields }), {
		headers: { Authorization: null, ...headers },
	});
const CLIENT = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET };

/** Signs in with a scope; the tokens, or why there are none. */
async function signIn(scope?: string): Promise<any> {
	const redirect_uri = 'http://127.0.0.1:1/back';
	const { status, headers } = await sandbox.http.get('/v1/auth/authorize', {
		params: { response_type: 'code', client_id: CLIENT_ID, redirect_uri, scope, approve: '1' },
	});
	if (status !== 302) return { scope: 'none' };
	const code = new URL(headers['location']).searchParams.get('code');
	const grant = { grant_type: 'authorization_code', code, redirect_uri, ...CLIENT };
	return (await form(grant)).data;
}

const withToken = async (token: string, path: string) =>
	(await sandbox.http.get(path, { headers: { Authorization: `Bearer ${token}` } })).status;

const renew = async (refresh_token = 'sandbox-refresh') =>
	await sandbox.http.post('/v1/auth/refresh', { refresh_token });

const twice = async (path: string, body: object) => {
	const headers = { 'Idempotency-Key': 'same' };
	const answers = [];
	for (let turn = 0; turn < 2; turn += 1) {
		answers.push((await sandbox.http.post(path, body, { headers })).data);
	}
	return answers[0].call_id === answers[1].call_id && answers[0].id === answers[1].id;
};

const CREATED = '2031-05-16T08:30:20Z';
const aMessage = async (data: object = {}) =>
	(await sandbox.control('events', { type: 'message', data, at: CREATED })).ids[0];

/** What is asked to see a switch at work, and what is seen by each of its readings. */
interface Probe {
	ask: () => Promise<unknown>;
	shows: Record<string, unknown>;
}

const refusal = (message: string) => `422 ${message}`;
const unknown = (name: string) => refusal(`${name} is no known field`);
const missing = (...names: string[]) =>
	refusal(`${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} missing`);

/** What a request with fields of two sources brings, the reference's first. */
const bothDialects =
	(path: string, ...bodies: object[]) =>
	async () => {
		const answers = [];
		for (const body of bodies) answers.push(told(await post(path, body)));
		return answers;
	};

const PROBES: Record<SwitchName, Probe> = {
	outreachRequest: {
		ask: bothDialects('/v1/outreach/tasks', REFERENCE_TASK, COMMAND_LINE_TASK),
		shows: {
			both: [201, 201],
			reference: [201, missing('goal', 'recipient_identifier')],
			'command line': [missing('channel', 'target', 'description'), 201],
		},
	},
	planRequest: {
		ask: bothDialects(
			'/v1/subscriptions/change-plan',
			{ new_plan: 'power' },
			{ target_plan: 'power' },
		),
		shows: {
			both: [200, 200],
			reference: [200, missing('new_plan')],
			'command line': [missing('target_plan'), 200],
		},
	},
	contactEmailRequest: {
		ask: bothDialects(
			'/v1/channels/email/add',
			{ email_address: 'a@example.org', label: 'A' },
			{ email_address: 'b@example.org', display_name: 'B' },
		),
		shows: {
			both: [201, 201],
			reference: [201, unknown('display_name')],
			'command line': [unknown('label'), 201],
		},
	},
	channelAccess: {
		ask: bothDialects('/v1/channels/webhook/telegram/connect', { bot_token: '1:abc' }, {}),
		shows: {
			'fields or nothing': [200, 200],
			fields: [200, missing('bot_token')],
			nothing: [unknown('bot_token'), 200],
		},
	},
	emailDisconnect: {
		ask: async () => (await post('/v1/channels/disconnect/email')).status,
		shows: { taken: 200, refused: 422 },
	},
	callLanguage: {
		ask: async () => {
			const answer = await make({ language: undefined, call_language: undefined });
			return answer.data.submission?.call_language ?? told(answer);
		},
		shows: {
			'en unless given': 201,
			'es unless given': 'es',
			required: missing('language', 'call_language'),
		},
	},
	callTimezone: {
		ask: async () => {
			const answer = await make({}, { timezone: undefined });
			return answer.data.timezone ?? told(answer);
		},
		shows: {
			required: missing('timezone'),
			'Europe/Madrid unless given': 'Europe/Madrid',
			'America/New_York unless given': 'America/New_York',
		},
	},
	callLimits: {
		ask: async () => told(await make({ task_description: 'Ask' })),
		shows: {
			none: 201,
			'of the MCP server': refusal('task_description has to have 10 to 1000 characters'),
		},
	},
	callExtras: {
		ask: async () => [
			told(await make({ is_urgent: true })),
			told(await make({}, { session_id: 'x' })),
		],
		shows: {
			'the four of the references': [201, unknown('session_id')],
			'session_id as well': [201, 201],
			none: [unknown('is_urgent'), unknown('session_id')],
		},
	},
	rescheduleRequest: {
		ask: bothDialects(
			`/v1/calls/${SCHEDULED_CALL}/reschedule`,
			{ date: '2099-01-01' },
			{},
			{ appointment_date: '2099-01-01' },
		),
		shows: {
			'date, time or both': [
				200,
				refusal('The body must NOT have fewer than 1 properties'),
				unknown('appointment_date'),
			],
			both: [missing('time'), missing('date', 'time'), missing('date', 'time')],
			'nothing needed': [200, 200, unknown('appointment_date')],
			'names as when a call is made': [
				unknown('date'),
				missing('appointment_date', 'appointment_time'),
				200,
			],
		},
	},
	goalOffset: {
		ask: async () => {
			const { status, data } = await sandbox.http.get('/v1/coordination/goals?offset=5');
			return data.goals?.length ?? status;
		},
		shows: { taken: 2, ignored: 7, refused: 422 },
	},
	eventPeriod: {
		ask: async () => [
			await statusOf('/v1/inbound/events', { from: '2030-01-01' }),
			await statusOf('/v1/inbound/events', { date_from: '2030-01-01' }),
		],
		shows: {
			'from and to': [200, 422],
			'date_from and date_to': [422, 200],
			neither: [422, 422],
		},
	},
	importSource: {
		ask: async () => told(await post('/v1/inbound/contacts/import', { source: 'csv' })),
		shows: { any: 200, 'google only': refusal('source must be google') },
	},
	ruleConfig: {
		ask: async () =>
			told(await post('/v1/inbound/rules', { name: 'A', action: 'answer', action_config: {} })),
		shows: { taken: 201, refused: unknown('action_config') },
	},
	rulePriority: {
		ask: async () =>
			(await post('/v1/inbound/rules', { name: 'A', action: 'answer' })).data.priority,
		shows: { '100 unless given': 100, '10 unless given': 10 },
	},
	numberPath: {
		ask: async () => {
			const [{ id }] = (await get('/v1/phone-numbers')).phone_numbers;
			return [
				await statusOf(`/v1/phone-numbers/${id}`),
				await statusOf(`/v1/phone-numbers/${id}/details`),
				await statusOf('/v1/phone-numbers/available?country=US'),
			];
		},
		shows: { '/details': [404, 200, 200], both: [200, 200, 200] },
	},
	outreachFilters: {
		ask: async () => [
			await statusOf('/v1/outreach/tasks', { status: 'failed,completed' }),
			await statusOf('/v1/outreach/tasks', { limit: 5 }),
			await statusOf('/v1/outreach/tasks', { status: 'failed' }),
		],
		shows: { 'several statuses and pages': [200, 200, 200], 'one status': [422, 422, 200] },
	},
	choices: {
		ask: bothDialects(
			'/v1/goals/estimate',
			{ type: 'call', description: 'Call' },
			{ type: 'toString', description: 'Call' },
		),
		shows: {
			'of the command line': [200, expect.stringContaining('422 type must be one of')],
			'any text': [200, 200],
		},
	},
	emailRespond: {
		ask: async () => (await post(`/v1/email/messages/${SEED('f001')}/respond`, {})).data.status,
		shows: { sent: 'sent', 'waits for approval': 'pending_approval' },
	},
	unknownFields: {
		ask: async () => [
			told(await make({ shoe_size: 40 })),
			await statusOf('/v1/calls', { sort: 'newest' }),
			told(await post('/v1/outreach/tasks', { ...COMMAND_LINE_TASK, goal: 'Other' })),
			told(await post(`/v1/calls/${PAST_CALL}/stop`, { force: true })),
		],
		shows: {
			refused: [
				unknown('submission.shoe_size'),
				422,
				expect.stringContaining('422'),
				refusal('This endpoint takes no body'),
			],
			ignored: [201, 200, 201, 200],
		},
	},
	urgency: {
		ask: async () =>
			(await post('/v1/outreach/tasks', { ...REFERENCE_TASK, urgency: 'asap' })).status,
		shows: { 'any text': 201, 'low, normal or high': 422 },
	},
	putRequests: {
		ask: async () => {
			const path = `/v1/inbound/contacts/${SEED('c001')}`;
			const partial = told(await put(path, { notes: 'New' }));
			const named = { name: 'Clara Soto', phone_number: '+15550160' };
			return [partial, (await put(path, named)).data.is_vip];
		},
		shows: { merge: [200, true], replace: [missing('name', 'phone_number'), false] },
	},
	periodBounds: {
		ask: async () => {
			const at = '2031-05-16T08:30:00Z';
			await sandbox.control('events', { type: 'inboundCall', at });
			const found = async (date_to: string) => {
				const params = {
					date_from: date_to.includes('T') ? '2031-05-16T00:00:00Z' : '2031-05-16',
					date_to,
				};
				const { data, status } = await sandbox.http.get('/v1/inbound/calls', { params });
				return data.total ?? status;
			};
			return [await found('2031-05-16'), await found(at)];
		},
		shows: {
			'dates or times': [1, 1],
			'dates only': [1, 422],
			'times only': [422, 1],
			'end left out': [0, 0],
		},
	},
	actionItemIndex: {
		ask: async () => {
			const rows = (await get('/v1/inbound/calls')).calls;
			const { id } = rows.find(({ action_items }: any) => action_items.length > 0);
			const path = `/v1/inbound/calls/${id}/action-items`;
			return (await sandbox.http.patch(`${path}/0`, { status: 'completed' })).status;
		},
		shows: { 'from 0': 200, 'from 1': 404 },
	},
	scopeSpelling: {
		ask: async () => (await signIn('calls:read')).scope,
		shows: { colon: 'calls:read', dot: 'calls.read' },
	},
	knownScopes: {
		ask: async () => [
			(await signIn('calls:read sessions:read')).scope,
			(await signIn('calls:read email:read')).scope,
		],
		shows: {
			any: ['calls:read sessions:read', 'calls:read email:read'],
			'newest list, others left out': ['calls:read', 'calls:read email:read'],
			'newest list, others refused': ['none', 'calls:read email:read'],
			'older list': ['calls:read sessions:read', 'calls:read'],
		},
	},
	withoutScope: {
		ask: async () => (await signIn()).scope,
		shows: {
			'all but billing:manage': expect.stringMatching(
				/^calls:read calls:write .*subscription:read$/,
			),
			'calls:read': 'calls:read',
			refused: 'none',
		},
	},
	scopes: {
		ask: async () => {
			const { access_token } = await signIn('calls:read');
			return [
				await withToken(access_token, '/v1/calls'),
				await withToken(access_token, '/v1/credits/balance'),
				await withToken(access_token, '/v1/inbound/calls'),
				await withToken(access_token, '/v1/credits/costs'),
			];
		},
		shows: {
			'asked for': [200, 403, 200, 200],
			'not looked at': [200, 200, 200, 200],
			'asked for, closed where none is known': [200, 403, 403, 200],
		},
	},
	clientSecret: {
		ask: async () => {
			const { refresh_token } = await signIn();
			const grant = { grant_type: 'refresh_token', refresh_token };
			const basic = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64');
			return (await form(grant, { Authorization: `Basic ${basic}` })).status;
		},
		shows: { 'in the form or a header': 200, 'in the form': 400 },
	},
	renewal: {
		ask: async () => {
			const { refresh_token } = await signIn();
			return [
				(await form({ grant_type: 'refresh_token', refresh_token, ...CLIENT })).status,
				(await renew()).status,
			];
		},
		shows: {
			'both addresses': [200, 200],
			'/v1/auth/refresh': [400, 200],
			'/v1/auth/gpt/token': [200, 404],
		},
	},
	refreshTokens: {
		ask: async () => {
			const { data } = await renew();
			return [
				data.refresh_token === 'sandbox-refresh',
				'refresh_token' in data,
				(await renew()).status,
			];
		},
		shows: {
			'new, the old one ends': [false, true, 401],
			'new, the old one lasts': [false, true, 200],
			'the same again': [true, true, 200],
			'left out': [false, false, 200],
		},
	},
	userAgents: {
		ask: async () => {
			const call = await make({}, {}, { 'User-Agent': 'n8n-nodes-kallyai/1.0.0' });
			const agent = { 'User-Agent': 'n8n-nodes-kallyai/1.0.0' };
			const read = await sandbox.http.get('/v1/calls', { headers: agent });
			const known = await make({}, {}, { 'User-Agent': 'KallyAI-CLI/2.0' });
			return [call.status, read.status, known.status, typeOf(call)];
		},
		shows: {
			any: [201, 200, 201, 'application/json'],
			'known ones for calls': [403, 200, 201, 'text/html'],
			'known ones': [403, 403, 201, 'text/html'],
		},
	},
	idempotencyKeys: {
		ask: async () => [
			await twice('/v1/calls', CALL),
			await twice('/v1/outreach/tasks', REFERENCE_TASK),
		],
		shows: { everywhere: [true, true], calls: [true, false], nowhere: [false, false] },
	},
	keyLifetime: {
		ask: async () => {
			const headers = { 'Idempotency-Key': 'same' };
			const first = await make({}, {}, headers);
			await advance(11);
			return (await make({}, {}, headers)).data.call_id === first.data.call_id;
		},
		shows: { 'for ever': true, 'ten minutes': false },
	},
	documentedLimits: {
		ask: async () => {
			const statuses = [];
			for (let turn = 0; turn < 4; turn += 1) {
				statuses.push((await post('/v1/subscriptions/change-plan', { new_plan: 'pro' })).status);
			}
			await advance(61);
			return [
				...statuses,
				(await post('/v1/subscriptions/change-plan', { new_plan: 'pro' })).status,
			];
		},
		shows: { 'not kept': [200, 200, 200, 200, 200], kept: [200, 200, 200, 429, 200] },
	},
	rateLimit: {
		ask: async () => {
			const answers = await Promise.all(
				Array.from({ length: 30 }, () => sandbox.http.get('/v1/credits/balance')),
			);
			const late = answers.find(({ status }) => status === 429);
			return late ? [late.data.error.code, late.headers['retry-after']] : 'none';
		},
		shows: {
			none: 'none',
			'with Retry-After': ['rate_limited', '1'],
			'without Retry-After': ['rate_limited', undefined],
		},
	},
	callRows: {
		ask: async () => having(await get('/v1/calls'), 'calls', 'items'),
		shows: { 'calls and items': ['calls', 'items'], calls: ['calls'], items: ['items'] },
	},
	callRow: {
		ask: async () =>
			having((await get('/v1/calls')).calls[0], 'submission', 'highlights', 'to', 'created_at'),
		shows: {
			nested: ['submission', 'highlights'],
			flat: ['to', 'created_at'],
			both: ['submission', 'highlights', 'to', 'created_at'],
		},
	},
	callId: {
		ask: async () => [
			having(await made(), 'call_id', 'id'),
			having((await get('/v1/calls')).calls[0], 'call_id', 'id'),
		],
		shows: { call_id: [['call_id'], ['call_id']], id: [['id'], ['id']] },
	},
	goalAndInboxRows: {
		ask: async () => [
			...having(await get('/v1/coordination/goals'), 'goals', 'items'),
			...having(await get('/v1/messages/inbox'), 'messages', 'items'),
		],
		shows: { 'goals and messages': ['goals', 'messages'], items: ['items', 'items'] },
	},
	unstatedRows: {
		ask: async () => {
			const body = await get('/v1/inbound/voicemails');
			return Array.isArray(body) ? 'array' : Object.keys(body).find((name) => name !== 'total');
		},
		shows: {
			'likely names': 'voicemails',
			items: 'items',
			data: 'data',
			results: 'results',
			'a bare array': 'array',
			'another name': 'records',
		},
	},
	unstatedIds: {
		ask: async () => {
			const { voicemails } = await get('/v1/inbound/voicemails');
			const { calls } = await get('/v1/inbound/calls');
			return [
				having(voicemails[0], 'id', 'voicemail_id'),
				having(calls[0], 'id', 'call_id'),
				having(await get(`/v1/inbound/calls/${SEED('a001')}`), 'id', 'call_id'),
			];
		},
		shows: {
			id: [['id'], ['id'], ['id']],
			named: [['voicemail_id'], ['call_id'], ['call_id']],
		},
	},
	statedLimits: {
		ask: async () => {
			await sandbox.control('calls', { count: 300 });
			const { status, data } = await sandbox.http.get('/v1/calls', { params: { limit: 250 } });
			return data.calls?.length ?? status;
		},
		shows: { refused: 422, capped: 200, 'capped at 50': 50 },
	},
	unstatedLimits: {
		ask: async () => {
			await sandbox.control('events', { type: 'message', count: 40 });
			const rows = async (limit?: number) => {
				const { status, data } = await sandbox.http.get('/v1/messages/inbox', {
					params: { limit },
				});
				return data.messages?.length ?? status;
			};
			return [await rows(), await rows(30), await rows(10)];
		},
		shows: { none: [45, 30, 10], '20, capped': [20, 20, 10], '20, refused': [20, 422, 10] },
	},
	offset: {
		ask: async () => (await get('/v1/calls', { offset: 3 })).calls.length,
		shows: { taken: 2, ignored: 5 },
	},
	totals: {
		ask: async () =>
			(await get('/v1/outreach/tasks', { status: 'failed,completed', limit: 1 })).total,
		shows: { right: 2, 'left out': undefined, 'of the page': 1, '0': 0, 'before filtering': 4 },
	},
	hasMore: {
		ask: async () => having(await get('/v1/outreach/tasks'), 'has_more'),
		shows: { right: ['has_more'], 'left out': [] },
	},
	order: {
		ask: async () => {
			const rows = (await get('/v1/calls')).calls;
			const paged = (await get('/v1/calls', { limit: 2, offset: 2 })).calls;
			expect(paged).toEqual(rows.slice(2, 4));
			const times = rows.map(({ metadata }: any) => metadata.created_at);
			const sorted = times.toSorted();
			if (JSON.stringify(times) === JSON.stringify(sorted)) return 'oldest first';
			return JSON.stringify(times) === JSON.stringify(sorted.reverse()) ? 'newest first' : 'none';
		},
		shows: { newest: 'newest first', oldest: 'oldest first', none: 'none' },
	},
	archivedGoals: {
		ask: async () => [
			(await get('/v1/coordination/goals')).goals.length,
			(await get('/v1/coordination/goals', { status: 'archived' })).goals.length,
		],
		shows: { listed: [7, 1], 'left out': [6, 1] },
	},
	assistantReply: {
		ask: async () => {
			const { data } = await post('/v1/coordination/message', { message: 'Find a gym' });
			return having(data, 'response', 'message', 'conversation_id');
		},
		shows: {
			newest: ['response', 'conversation_id'],
			'short reference': ['message', 'conversation_id'],
		},
	},
	newConversation: {
		ask: async () => Object.keys((await post('/v1/coordination/conversations')).data),
		shows: { conversation_id: ['conversation_id'], id: ['id'] },
	},
	transcript: {
		ask: async () => {
			const body = await get(`/v1/calls/${PAST_CALL}/transcript`);
			if (Array.isArray(body)) return 'array';
			const [[name, entries]] = Object.entries<any>(body) as [[string, any[]]];
			return [name, ...having(entries[0], 'speaker', 'content', 'role', 'text')];
		},
		shows: {
			entries: ['entries', 'speaker', 'content'],
			transcript: ['transcript', 'speaker', 'content'],
			'a bare array': 'array',
			'role and text': ['entries', 'role', 'text'],
		},
	},
	calendarFile: {
		ask: async () => {
			const answer = await sandbox.http.get(`/v1/calls/${PAST_CALL}/calendar.ics`);
			expect(answer.data).toContain('BEGIN:VCALENDAR');
			return typeOf(answer);
		},
		shows: {
			'text/calendar': 'text/calendar',
			'application/octet-stream': 'application/octet-stream',
		},
	},
	billingPortal: {
		ask: async () => Object.keys(await get('/v1/stripe/billing-portal')),
		shows: { url: ['url'], portal_url: ['portal_url'] },
	},
	subscription: {
		ask: async () => [
			await statusOf('/v1/subscriptions/status'),
			await statusOf('/v1/users/me/subscription'),
		],
		shows: { both: [200, 200], newest: [200, 404], older: [404, 200] },
	},
	statistics: {
		ask: async () => await statusOf('/v1/users/me/statistics'),
		shows: { there: 200, gone: 404 },
	},
	amounts: {
		ask: async () => typeof (await get('/v1/credits/balance')).credits_used,
		shows: { numbers: 'number', texts: 'string' },
	},
	planNames: {
		ask: async () => [
			Object.keys((await get('/v1/credits/plans')).plans),
			(await get('/v1/subscriptions/status')).plan_type,
			(await post('/v1/subscriptions/change-plan', { new_plan: 'business' })).data.new_plan,
			(await post('/v1/subscriptions/change-plan', { new_plan: 'power' })).status,
		],
		shows: {
			'starter, pro, power, business': [
				['starter', 'pro', 'power', 'business'],
				'pro',
				'business',
				200,
			],
			'trial, personal, business': [['trial', 'personal', 'business'], 'personal', 'business', 422],
		},
	},
	channelNames: {
		ask: async () => (await get('/v1/channels/status')).channels.length,
		shows: { 'connectable ones': 2, all: 5 },
	},
	times: {
		ask: async () => (await get(`/v1/messages/inbox/${await aMessage()}`)).received_at,
		shows: {
			Z: '2031-05-16T08:30:20Z',
			'other offset': '2031-05-16T14:00:20+05:30',
			'no offset': '2031-05-16T08:30:20',
			seconds: Date.parse(CREATED) / 1000,
			milliseconds: Date.parse(CREATED),
		},
	},
	precision: {
		ask: async () => (await get(`/v1/messages/inbox/${await aMessage()}`)).received_at,
		shows: {
			seconds: '2031-05-16T08:30:20Z',
			minutes: '2031-05-16T08:30:00Z',
			milliseconds: '2031-05-16T08:30:20.250Z',
			microseconds: '2031-05-16T08:30:20.250125Z',
		},
	},
	actionAnswers: {
		ask: async () => Object.keys((await post(`/v1/calls/${SCHEDULED_CALL}/cancel`)).data)[0],
		shows: { 'the thing': 'call_id', 'success only': 'success' },
	},
	inboxConversation: {
		ask: async () => having((await get('/v1/messages/inbox')).messages[0], 'conversation_id'),
		shows: { named: ['conversation_id'], 'left out': [] },
	},
	errorShape: {
		ask: async () => {
			const answer = await sandbox.http.get('/v1/calls/nobody');
			return [answer.status, typeOf(answer), shapeOf(answer.data)];
		},
		shows: {
			newest: [
				404,
				'application/json',
				{ error: ['code', 'message', 'details', 'correlation_id'] },
			],
			older: [404, 'application/json', { error: ['code', 'details', 'correlation_id'] }],
			'code as text': [404, 'application/json', { error: 'string', message: 'string' }],
			detail: [404, 'application/json', { detail: 'string' }],
			text: [404, 'text/plain', 'string'],
			page: [404, 'text/html', 'string'],
		},
	},
	quotaError: {
		ask: async () => {
			await sandbox.control('scenario', { credits: 0 });
			const { status, data } = await make();
			return [status, Object.keys(data)];
		},
		shows: {
			'as the others': [402, ['error']],
			minutes: [402, ['plan_type', 'minutes_allocated', 'minutes_used', 'upgrade_url']],
		},
	},
	errorStatus: {
		ask: async () => {
			const { status, data } = await sandbox.http.get('/v1/calls/nobody');
			return [status, data.error.code, await withToken('nonsense', '/v1/calls')];
		},
		shows: { own: [404, 'call_not_found', 401], '200': [200, 'call_not_found', 401] },
	},
	callTime: {
		ask: async () => {
			const answer = made();
			const before = (await onTheLine()).status;
			await advance(3);
			const { metadata } = await answer;
			return [before, Date.parse(metadata.ended_at) - Date.parse(metadata.created_at) >= 60_000];
		},
		shows: { none: ['success', false], minutes: ['in_progress', true] },
	},
	callAnswer: {
		ask: async () => {
			const { call_id, status } = await made();
			return [status, (await get(`/v1/calls/${call_id}`)).status];
		},
		shows: { 'the outcome': ['success', 'success'], 'at once': ['in_progress', 'success'] },
	},
	callEnds: {
		ask: async () => {
			await sandbox.control('scenario', { outcome: 'failed' });
			return (await made()).status;
		},
		shows: { six: 'failed', 'terminated as well': 'terminated' },
	},
	openCalls: {
		ask: async () => {
			await sandbox.control('scenario', { durationMs: 3_600_000 });
			const open = made();
			await onTheLine();
			const { calls } = await get('/v1/calls');
			const statuses = calls
				.filter(({ metadata }: any) => !metadata.ended_at)
				.map(({ status }: any) => status);
			await post(`/v1/calls/${calls[0].call_id}/stop`);
			await open;
			return statuses;
		},
		shows: {
			'scheduled and in_progress': ['in_progress', 'scheduled'],
			queued: ['queued', 'scheduled'],
			pending: ['pending', 'pending'],
		},
	},
	goalStates: {
		ask: async () => {
			const { goals } = await get('/v1/coordination/goals');
			return [...new Set(goals.map(({ status }: any) => status))].sort();
		},
		shows: {
			five: ['active', 'archived', 'cancelled', 'completed', 'pending'],
			'needs_input and in_progress as well': [
				'archived',
				'cancelled',
				'completed',
				'in_progress',
				'needs_input',
			],
		},
	},
	goals: {
		ask: async () => {
			const { data } = await post('/v1/coordination/message', { message: 'Find a gym' });
			const path = `/v1/coordination/goals/${data.goal_id}`;
			const states = [(await get(path)).status];
			await advance(1);
			states.push((await get(path)).steps[1].status);
			await advance(1);
			return [...states, (await get(path)).status];
		},
		shows: {
			'stand still': ['active', 'in_progress', 'active'],
			'go on': ['active', 'completed', 'completed'],
		},
	},
	outreachStates: {
		ask: async () => [
			(await get(`/v1/outreach/tasks/${SEED('5004')}`)).status,
			(await post('/v1/outreach/tasks', REFERENCE_TASK)).data.status,
		],
		shows: { five: ['pending', 'pending'], 'awaiting as well': ['awaiting', 'pending'] },
	},
	transcripts: {
		ask: async () => {
			const { call_id } = await made();
			const path = `/v1/calls/${call_id}/transcript`;
			const first = await statusOf(path);
			await advance(2);
			return [first, await statusOf(path), await statusOf(`/v1/calls/${PAST_CALL}/transcript`)];
		},
		shows: { 'at once': [200, 200, 200], late: [404, 200, 200] },
	},
	recordings: {
		ask: async () => {
			const { url } = await get(`/v1/calls/${PAST_CALL}/recording`);
			const follow = async (headers: object) => (await sandbox.http.get(url, { headers })).status;
			const statuses = [await follow({}), await follow({ Authorization: null })];
			await advance(2);
			return [...statuses, await follow({})];
		},
		shows: {
			last: [200, 200, 200],
			expire: [200, 200, 403],
			redirect: [302, 302, 302],
			'need the token': [200, 401, 200],
		},
	},
	reading: {
		ask: async () => {
			const id = await aMessage();
			await get(`/v1/messages/inbox/${id}`);
			return (await get(`/v1/messages/inbox/${id}`)).unread;
		},
		shows: { 'changes nothing': true, 'marks as read': false },
	},
	unreadFalse: {
		ask: async () => (await get('/v1/messages/inbox', { unread: false })).messages.length,
		shows: { all: 5, 'read ones': 2 },
	},
};

/** An error by the types of its members. */
function shapeOf(body: any): unknown {
	if (typeof body !== 'object') return typeof body;
	return Object.fromEntries(
		Object.entries(body).map(([name, member]) => [
			name,
			typeof member === 'object' ? Object.keys(member as object) : typeof member,
		]),
	);
}

const names = Object.keys(SWITCHES) as SwitchName[];
const cases = names.flatMap((name) =>
	SWITCHES[name].readings.map((reading) => [name, reading] as const),
);

test.each(cases)('%s: %s', async (name, reading) => {
	await world({ [name]: reading });
	const { ask, shows } = PROBES[name];
	expect(await ask()).toEqual(shows[reading]);
	expect((await sandbox.control('state')).invalidAnswers).toEqual([]);
});

test.each(names)('every other reading of %s differs from kind', (name) => {
	const [first, ...others] = SWITCHES[name].readings;
	const { shows } = PROBES[name];
	expect(Object.keys(shows).sort()).toEqual([first, ...others].sort());
	for (const reading of others) expect(shows[reading]).not.toEqual(shows[first]);
});

test('every row and question of docs/api.md has a switch, or a reason to have none', () => {
	const about = names.map((name) => SWITCHES[name].about).join(', ');
	const cited = new Set<string>(Object.keys(WITHOUT_SWITCH));
	for (const [, rows] of about.matchAll(/rows? (\d+(?: and \d+)*)/g)) {
		for (const row of rows!.split(' and ')) cited.add(`row ${row}`);
	}
	for (const [question] of about.matchAll(/U\d+/g)) cited.add(question);
	const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
	const all = [...upTo(51).map((row) => `row ${row}`), ...upTo(25).map((row) => `U${row}`)];
	expect(all.filter((point) => !cited.has(point))).toEqual([]);
});

test.each(['vendor', 'harsh'] as const)('the readings of %s are readings', (name) => {
	const readings = worldNamed(name) as Readings;
	for (const each of names) expect(SWITCHES[each].readings).toContain(readings[each]);
});

test('a named world is told by its differences; single switches change it', async () => {
	expect((await sandbox.http.get('/__sandbox/world')).data.differences).toEqual({});
	const harsh = await world({ world: 'harsh' });
	expect(harsh.readings).toEqual(worldNamed('harsh'));
	expect(harsh.differences).toMatchObject({ callRow: 'flat', order: 'none' });
	expect((await world({ callRow: 'both' })).differences).toMatchObject({
		callRow: 'both',
		order: 'none',
	});
	await sandbox.control('reset');
	expect((await sandbox.http.get('/__sandbox/world')).data.differences).toEqual({});
});

test.each([
	[{ world: 'cruel' }, 'world'],
	[{ world: 'random:' }, 'world'],
	[{ callRow: 'square' }, 'callRow'],
	[{ callRows: ['items'] }, 'callRows'],
	[{ weather: 'fine' }, 'weather'],
])('%j is no world', async (body, field) => {
	const { status, data } = await sandbox.http.post('/__sandbox/world', body);
	expect([status, data.error.code]).toEqual([400, 'bad_request']);
	expect(data.error.message).toContain(field);
});

test.each([{}, { advanceMs: -1 }, { advanceMs: 1e15 }, { forwardMs: 1 }])(
	'the clock is not put forward by %j',
	async (body) => {
		expect((await sandbox.http.post('/__sandbox/clock', body)).status).toBe(400);
	},
);

const seeds = Array.from({ length: 30 }, (_, index) => `random:${index + 1}`);

test('a random world follows from its seed, and seeds differ', () => {
	const worlds = seeds.map((seed) => JSON.stringify(worldNamed(seed)));
	expect(worlds).toEqual(seeds.map((seed) => JSON.stringify(worldNamed(seed))));
	expect(new Set(worlds).size).toBe(seeds.length);
});

test('every reading that is not seldom comes up in random worlds', () => {
	const many = Array.from({ length: 200 }, (_, seed) => worldNamed(`random:${seed}`) as Readings);
	const seen = new Set(many.flatMap((readings) => Object.entries(readings).map(String)));
	const often = cases.filter(([name]) => !SWITCHES[name].seldom);
	expect(often.filter((each) => !seen.has(String(each)))).toEqual([]);
});

test.each(['kind', 'vendor', 'harsh', ...seeds])(
	'in %s every documented GET is answered, none with a failure',
	async (name) => {
		await world({ world: name });
		const failures = [];
		for (const operation of documentedOperations) {
			if (operation.method !== 'GET') continue;
			const { status } = await sandbox.http.get(urlOf(operation));
			if (status >= 500) failures.push(operation.id);
		}
		expect(failures).toEqual([]);
		expect((await sandbox.control('state')).invalidAnswers).toEqual([]);
	},
);
