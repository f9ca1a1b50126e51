import type { IDataObject } from 'n8n-workflow';

import { recordedNode } from '../support/builtNode.mts';
import {
	iso,
	MINUTE,
	page,
	PollingHost,
	refused,
	type Row,
	START,
	watchedBalance,
} from './pollingHost.mts';

const built = recordedNode();

const CALLS = '/v1/calls';
const INBOX = '/v1/messages/inbox';
const PENDING = '/v1/notifications/pending';
const OUTBOX = '/v1/actions/email/outbox';

const oldCalls = (count: number): Row[] =>
	Array.from({ length: count }, (_, index) => ({
		call_id: `old-${index}`,
		status: 'success',
		created_at: iso(START - (index + 1) * MINUTE),
	}));

const idsOf = (events: IDataObject[]): string[] =>
	events.map(({ id, call_id: callId }) => String(callId ?? id)).sort();

describe('an answer', () => {
	test.each<[event: string, path: string, body: unknown]>([
		['message', INBOX, { errors: [{ message: 'maintenance' }] }],
		['message', INBOX, { warnings: ['slow'] }],
		['message', INBOX, { detail: [{ loc: ['query'], msg: 'no' }] }],
		['message', INBOX, { messages: ['maintenance'] }],
		['message', INBOX, ['maintenance']],
		['message', INBOX, [null]],
		['message', INBOX, { tags: [] }],
		['message', INBOX, { supported_channels: ['sms'], status: 'ok' }],
		['message', INBOX, { status: 'maintenance', notices: [{ id: 'n1', text: 'back at 9' }] }],
		['message', INBOX, { success: false, messages: null, error: 'down' }],
		['message', INBOX, { ok: false, messages: [] }],
		['message', INBOX, { messages: [], error: 'down' }],
		['message', INBOX, { messages: [], errors: ['down'] }],
		['message', INBOX, { data: null }],
		['notification', PENDING, { actions: 'none' }],
		['notification', PENDING, { goals: { count: 3 } }],
	])('is no list: %s of %s, %j', async (event, path, body) => {
		const host = new PollingHost(built, event);
		host.routes[path] = () => body;
		for (const mode of ['manual', undefined] as const)
			expect((await host.poll(mode)).error?.message).toMatch(/something that is not a list$/);
		expect((await host.poll()).events).toEqual([]);
	});

	test.each<[event: string, path: string, body: IDataObject]>([
		['emailReceived', '/v1/email/messages', { emails: null }],
		['emailAwaitingApproval', OUTBOX, { outbox: null, count: 0 }],
		['message', INBOX, { items: null, total: 0 }],
		['message', INBOX, { messages: [], error: null, errors: [] }],
		['notification', PENDING, { actions: { count: 0 }, goals: { items: null } }],
	])('is an empty list: %s of %s, %j', async (event, path, body) => {
		const host = new PollingHost(built, event);
		host.routes[path] = () => body;
		expect(await host.polls(2)).toEqual({ events: [], errors: [] });
	});

	test.each<[IDataObject]>([
		[{ threads: [{ id: 'new' }], total: 1 }],
		[{ data: { inbox: [{ id: 'new' }] } }],
		[{ records: [{ id: 'new' }], tags: [] }],
	])('has the list under another name: %j', async (body) => {
		const host = new PollingHost(built, 'message');
		host.routes[INBOX] = () => ({ messages: [] });
		await host.poll();
		host.routes[INBOX] = () => body;
		expect(idsOf((await host.poll()).events)).toEqual(['new']);
	});

	test.each<[IDataObject]>([
		[{ calls: [], total: 120 }],
		[{ calls: null, total: 120 }],
		[{ calls: [], has_more: true }],
	])('contradicts itself at the first look: %j', async (body) => {
		const calls = oldCalls(120);
		const host = new PollingHost(built, 'callFinished');
		host.routes[CALLS] = () => body;
		await host.poll();
		host.routes[CALLS] = (query) => ({ calls: page(calls, query), total: calls.length });
		expect(await host.polls(4)).toEqual({ events: [], errors: [] });
		calls.unshift({ call_id: 'new', status: 'success', created_at: iso(host.now) });
		expect(idsOf((await host.poll()).events)).toEqual(['new']);
	});

	test.each([413, 416])('refuses the limit or the offset with %d', async (status) => {
		const calls = oldCalls(20);
		const host = new PollingHost(built, 'callFinished');
		host.routes[CALLS] = (query, response) =>
			Number(query.limit) > 30 ? refused(response, status) : { calls: page(calls, query) };
		await host.poll();
		for (let index = 0; index < 90; index++) {
			calls.unshift({ call_id: `new-${index}`, status: 'busy', created_at: iso(host.now) });
		}
		expect((await host.polls(4)).events).toHaveLength(90);
	});

	test('has nothing (404) behind the last page', async () => {
		const calls = oldCalls(200);
		const host = new PollingHost(built, 'callFinished');
		host.routes[CALLS] = (query, response) =>
			Number(query.offset ?? 0) + 1 >= calls.length
				? refused(response, 404)
				: { calls: page(calls, query, 200) };
		await host.poll();
		calls.unshift({ call_id: 'new', status: 'busy', created_at: iso(host.now) });
		const { events, errors } = await host.polls(2);
		expect([idsOf(events), errors]).toEqual([['new'], []]);
	});
});

test.each([null, 'NaN', '—', {}, [5], true])(
	'a balance that is %j in between tells nothing',
	async (credits) => {
		const { host, balance } = await watchedBalance(built);
		const given: IDataObject[] = [];
		for (const remaining of [credits, 19, credits, credits, 12]) {
			balance.credits_remaining = remaining;
			given.push(...(await host.poll()).events);
		}
		expect(given.map(({ credits_remaining: left }) => left)).toEqual([19]);
	},
);

test('many that came at once make the quiet polls of a list no dearer, oldest first', async () => {
	const calls = oldCalls(130).reverse();
	const host = new PollingHost(built, 'callFinished');
	host.routes[CALLS] = (query) => ({ calls: page(calls, query, 50) });
	await host.poll();
	for (let index = 0; index < 160; index++) {
		calls.push({ call_id: `new-${index}`, status: 'busy', created_at: iso(host.now) });
	}
	expect((await host.polls(5)).events).toHaveLength(160);
	await host.polls(35);
	expect((await host.poll()).requests).toHaveLength(2);
	calls.push({ call_id: 'later', status: 'busy', created_at: iso(host.now) });
	expect(idsOf((await host.poll()).events)).toEqual(['later']);
});

describe('what is waited for', () => {
	/** A host with calls, of which `routes` say what there is of each. */
	const hostWith = async (options: IDataObject) => {
		const calls: Row[] = [];
		const host = new PollingHost(built, 'callFinished', { options });
		host.routes[CALLS] = (query) => ({ calls: page(calls, query) });
		host.routes['/file'] = (_query, response) => void response.end('audio');
		await host.poll();
		const add = (id: string) =>
			calls.unshift({
				call_id: id,
				status: 'success',
				created_at: iso(host.now + calls.length * 1000),
			});
		return { host, add };
	};
	const file = () => ({ url: `${built.recorder.baseUrl}/file` });

	test('takes no room from what is there', async () => {
		const { host, add } = await hostWith({ includeRecording: true, maxEvents: 2 });
		for (let index = 0; index < 12; index++) add(`waiting-${index}`);
		add('there');
		host.routes[`${CALLS}/there/recording`] = file;
		const early = await host.polls(7);
		expect(idsOf(early.events)).toEqual(['there']);
		const events = [...early.events];
		for (let poll = 0; poll < 20; poll++) {
			const polled = await host.poll();
			expect(polled.events.length).toBeLessThanOrEqual(2);
			events.push(...polled.events);
		}
		expect(new Set(idsOf(events)).size).toBe(13);
		expect(events).toHaveLength(13);
	});

	test.each<[what: string, path: string, answer: unknown]>([
		['a transcript without entries', 'transcript', { entries: null }],
		['a transcript that is being made', 'transcript', { status: 'processing' }],
		['a recording that is being made', 'recording', { url: null, status: 'processing' }],
		['a recording with an empty link', 'recording', { url: '', status: 'Pending' }],
	])('%s', async (_what, path, answer) => {
		const { host, add } = await hostWith({ includeRecording: true, includeTranscript: true });
		host.routes[`${CALLS}/a/recording`] = file;
		host.routes[`${CALLS}/a/transcript`] = () => ({ entries: [] });
		const there = host.routes[`${CALLS}/a/${path}`] as () => unknown;
		host.routes[`${CALLS}/a/${path}`] = () => answer;
		add('a');
		expect((await host.poll()).events).toEqual([]);
		host.routes[`${CALLS}/a/${path}`] = there;
		const { events } = await host.poll();
		expect(events).toMatchObject([{ call_id: 'a', [path]: expect.any(Object) }]);
	});
});
