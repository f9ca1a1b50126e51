import type { IDataObject } from 'n8n-workflow';

import { recordedNode } from '../support/builtNode.mts';
import { iso, MINUTE, page, PollingHost, type Row, START } from './pollingHost.mts';

const built = recordedNode();

const HOUR = 60 * MINUTE;
const CALLS = '/v1/calls';
const INBOX = '/v1/messages/inbox';

const utc = (time: number): string => new Date(time).toUTCString();

/** The hour in which clocks are set forward in Berlin. */
const SUMMER_BEGINS = Date.UTC(2026, 2, 29, 0, 30);

describe('times', () => {
	const SPELLINGS: Array<[what: string, spelt: (time: number) => unknown]> = [
		['of a database', (time) => new Date(time).toISOString().replace('T', ' ').slice(0, 19)],
		['without separators', (time) => new Date(time).toISOString().replace(/[-:]|\.000/g, '')],
		[
			'with a zone in brackets',
			(time) => `${new Date(time + HOUR).toISOString().slice(0, 19)}+01:00[Europe/Berlin]`,
		],
		['in Eastern time', (time) => utc(time - 5 * HOUR).replace('GMT', 'EST')],
		['in Central European time', (time) => utc(time + 2 * HOUR).replace('GMT', 'CEST')],
		['of JavaScript', (time) => utc(time).replace('GMT', 'GMT+0000 (Coordinated Universal Time)')],
		['of .NET', (time) => `/Date(${time})/`],
		['of MongoDB', (time) => ({ $date: new Date(time).toISOString() })],
		['of Firestore', (time) => ({ _seconds: time / 1000, _nanoseconds: 0 })],
		['of Protocol Buffers', (time) => ({ seconds: String(time / 1000), nanos: 0 })],
		['as an exponent', (time) => (time / 1000).toExponential()],
	];
	test.each(SPELLINGS)('%s', async (_what, spelt) => {
		const messages = [{ id: 'old', received_at: spelt(SUMMER_BEGINS - HOUR) }] as Row[];
		const host = new PollingHost(built, 'message');
		host.routes[INBOX] = (query) => ({ messages: page(messages, query) });
		host.now = SUMMER_BEGINS;
		await host.poll();
		for (let step = 1; step <= 4; step++) {
			const time = SUMMER_BEGINS + step * 20 * MINUTE;
			host.now = time;
			messages.unshift({ id: `new-${step}`, received_at: spelt(time) } as Row);
			expect((await host.poll()).events).toMatchObject([
				{ id: `new-${step}`, occurredAt: new Date(time).toISOString() },
			]);
		}
	});

	test.each([
		'createdAt',
		'CREATED_AT',
		'dateCreated',
		'timestamp_ms',
		'datetime',
		'date_received',
		'occurred',
		'arrival',
		'startedOn',
	])('under the name %s, beside others', async (name) => {
		const rowOf = (id: string, time: number): Row => ({
			id,
			due_at: iso(time + 50 * HOUR),
			birth_date: '1990-01-01',
			updated_at: iso(time + 9000),
			[name]: iso(time),
		});
		const messages = [rowOf('old', START)];
		const host = new PollingHost(built, 'message');
		host.routes[INBOX] = (query) => ({ messages: page(messages, query) });
		await host.poll();
		messages.unshift(rowOf('new', host.now));
		const occurredAt = new Date(host.now).toISOString();
		expect((await host.poll()).events).toMatchObject([{ id: 'new', occurredAt }]);
	});
});

describe('IDs', () => {
	test.each([
		['emailReceived', '/v1/email/messages', 'messages', 'uid', ['conversation_id']],
		['message', INBOX, 'messages', 'messageId', ['conversationId', 'conversation_id']],
		['message', INBOX, 'messages', 'guid', ['goal_id', 'account_id']],
		['voicemail', '/v1/inbound/voicemails', 'voicemails', 'voicemailId', ['call_id']],
		['inboundCall', '/v1/inbound/calls', 'calls', 'callID', ['phone_number_id']],
		['goalChanged', '/v1/coordination/goals', 'goals', 'GoalId', ['conversation_id']],
		['outreachFinished', '/v1/outreach/tasks', 'tasks', 'outreach_task_id', ['goal_id']],
		['message', INBOX, 'messages', 'ID', ['account_id']],
		['message', INBOX, 'messages', 'key', ['user_id']],
	])('%s of %s: %s with a %s', async (event, path, list, name, shared) => {
		const rowOf = (id: string, time: number): Row => ({
			...Object.fromEntries(shared.map((field) => [field, 'same'])),
			[name]: id,
			status: 'completed',
			created_at: iso(time),
			unread: true,
		});
		const rows = [rowOf('old', START)];
		const host = new PollingHost(built, event);
		host.routes[path] = (query) => ({ [list]: page(rows, query) });
		await host.poll();
		const events: IDataObject[] = [];
		for (const id of ['a', 'b', 'c']) {
			rows.unshift(rowOf(id, host.now));
			if (id !== 'b') events.push(...(await host.poll()).events);
		}
		// A row that is changed is still the same one.
		for (const row of rows) row.unread = false;
		events.push(...(await host.polls(2)).events);
		expect(events.map((row) => row[name]).sort()).toEqual(['a', 'b', 'c']);
	});
});

describe('statuses and filters', () => {
	const ROWS: Array<[event: string, path: string, list: string, filters: IDataObject, row: Row]> = [
		['callFinished', CALLS, 'calls', { callOutcomes: ['success'] }, { status: 'SUCCESS' }],
		['callFinished', CALLS, 'calls', { callOutcomes: ['no_answer'] }, { status: 'No Answer' }],
		['callFinished', CALLS, 'calls', { callOutcomes: ['no_answer'] }, { status: 'no-answer' }],
		['goalChanged', '/v1/coordination/goals', 'goals', {}, { status: 'Needs Input' }],
		['message', INBOX, 'messages', { messageChannel: 'sms' }, { channel: 'SMS' }],
		['message', INBOX, 'messages', { messageChannel: 'sms' }, { channel: null }],
		[
			'emailAwaitingApproval',
			'/v1/actions/email/outbox',
			'emails',
			{},
			{ status: 'PENDING_APPROVAL' },
		],
	];
	test.each(ROWS)('%s of %s: %s with %j has %j', async (event, path, list, filters, row) => {
		const rows: Row[] = [];
		const host = new PollingHost(built, event, filters);
		host.routes[path] = () => ({ [list]: rows });
		await host.poll();
		rows.unshift({ id: 'a', ...row, created_at: iso(host.now) });
		expect((await host.poll()).events).toMatchObject([{ id: 'a', ...row }]);
	});

	test.each(['false', 0, 'False', false])('a message that is unread: %j', async (unread) => {
		const messages: Row[] = [];
		const host = new PollingHost(built, 'message', { unreadOnly: true });
		host.routes[INBOX] = () => ({ messages });
		await host.poll();
		messages.push({ id: 'read', unread, received_at: iso(host.now) });
		messages.push({ id: 'unread', unread: true, received_at: iso(host.now) });
		expect((await host.poll()).events).toMatchObject([{ id: 'unread' }]);
	});

	test('a status that is spelt otherwise in the next answer is the same', async () => {
		const call: Row = { call_id: 'a', status: 'in_progress', created_at: iso(START) };
		const host = new PollingHost(built, 'callFinished');
		host.routes[CALLS] = () => ({ calls: [call] });
		await host.poll();
		const given: IDataObject[] = [];
		for (const status of ['In Progress', 'Success', 'success', 'SUCCESS']) {
			call.status = status;
			given.push(...(await host.poll()).events);
		}
		expect(given).toMatchObject([{ eventId: 'callFinished:a:success' }]);
	});

	test('a filter that means the same goes on', async () => {
		const calls: Row[] = [];
		const host = new PollingHost(built, 'callFinished', {
			callOutcomes: ['success', 'busy'],
			options: { maxEvents: 1 },
		});
		host.routes[CALLS] = (query) => ({ calls: page(calls, query) });
		await host.poll();
		for (const id of ['a', 'b', 'c']) {
			calls.push({ call_id: id, status: 'success', created_at: iso(host.now) });
		}
		const given: IDataObject[] = [];
		for (const outcomes of [['busy', 'success'], 'success,busy', ['Success', 'Busy']]) {
			host.parameters.callOutcomes = outcomes;
			given.push(...(await host.poll()).events);
		}
		expect(given.map(({ call_id: id }) => id).sort()).toEqual(['a', 'b', 'c']);
	});
});
