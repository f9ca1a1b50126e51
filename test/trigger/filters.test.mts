import type { IDataObject } from 'n8n-workflow';

import { events } from '../../nodes/KallyAiTrigger/events';
import { recordedNode } from '../support/builtNode.mts';
import { iso, page, PollingHost, type Row } from './pollingHost.mts';

const built = recordedNode();

interface Case {
	event: string;
	filters: IDataObject;
	path: string;
	/** Where the response has its rows. */
	list: string;
	/** What is requested of the API beside the page. */
	query?: Record<string, string>;
	wanted: Row;
	/** Not there where only the API can apply the filter. */
	other?: Row;
}

/** Every filter of every event. */
const CASES: Case[] = [
	{
		event: 'actionLogged',
		filters: { actionType: 'bill' },
		path: '/v1/actions/log',
		list: 'actions',
		query: { type: 'bill' },
		wanted: { type: 'bill' },
		other: { type: 'booking' },
	},
	{
		event: 'callFinished',
		filters: { callOutcomes: ['voicemail', 'failed'] },
		path: '/v1/calls',
		list: 'calls',
		wanted: { status: 'failed' },
		other: { status: 'success' },
	},
	{
		event: 'emailReceived',
		filters: { emailClassification: 'important' },
		path: '/v1/email/messages',
		list: 'messages',
		query: { classification: 'important' },
		wanted: { classification: 'important' },
		other: { classification: 'spam' },
	},
	{
		event: 'goalChanged',
		filters: { goalStatuses: ['completed'] },
		path: '/v1/coordination/goals',
		list: 'goals',
		wanted: { status: 'completed' },
		other: { status: 'cancelled' },
	},
	{
		event: 'inboundCall',
		filters: { inboundCallMoment: 'ended', inboundCallStatuses: ['missed'] },
		path: '/v1/inbound/calls',
		list: 'calls',
		wanted: { status: 'missed' },
		other: { status: 'completed' },
	},
	...['inboundCall', 'inboundCallFinished', 'missedCall'].map((event) => ({
		event,
		filters: { vipOnly: true },
		path: '/v1/inbound/calls',
		list: 'calls',
		query: { vip_only: 'true' },
		wanted: { status: 'missed' },
	})),
	{
		event: 'inboundCallFinished',
		filters: { inboundCallOutcomes: ['rejected'] },
		path: '/v1/inbound/calls',
		list: 'calls',
		wanted: { status: 'rejected' },
		other: { status: 'missed' },
	},
	{
		event: 'message',
		filters: { messageChannel: 'sms' },
		path: '/v1/messages/inbox',
		list: 'messages',
		query: { channel: 'sms' },
		wanted: { channel: 'sms' },
		other: { channel: 'email' },
	},
	{
		event: 'message',
		filters: { unreadOnly: true },
		path: '/v1/messages/inbox',
		list: 'messages',
		query: { unread: 'true' },
		wanted: { unread: true },
		other: { unread: false },
	},
	{
		event: 'outreachFinished',
		filters: { outreachStatuses: ['failed'] },
		path: '/v1/outreach/tasks',
		list: 'tasks',
		wanted: { status: 'failed' },
		other: { status: 'completed' },
	},
];

/** What a poll requests of any list. */
const PAGING = ['limit', 'offset'];

/** A host whose list gets both rows after its first poll; and what the last poll requested. */
async function polled({ event, path, list, wanted, other }: Case, filters: IDataObject) {
	const rows: Row[] = [];
	const host = new PollingHost(built, event, filters);
	let query: Record<string, string> = {};
	host.routes[path] = (asked) => {
		query = asked;
		return { [list]: page(rows, asked) };
	};
	await host.poll();
	rows.push({ id: 'wanted', ...wanted, created_at: iso(host.now) });
	if (other) rows.push({ id: 'other', ...other, created_at: iso(host.now) });
	const found = await host.poll();
	const filtered = Object.entries(query).filter(([name]) => !PAGING.includes(name));
	return { ids: found.events.map(({ id }) => id).sort(), query: Object.fromEntries(filtered) };
}

describe.each(CASES)('$event with $filters', (one) => {
	test('triggers only on what the filter names, and asks the API for that', async () => {
		const { ids, query } = await polled(one, one.filters);
		expect(ids).toEqual(['wanted']);
		expect(query).toEqual(one.query ?? {});
	});
});

test.each(CASES.filter(({ event, other }) => other && event !== 'inboundCall'))(
	'$event without $filters triggers on others, too',
	async (one) => {
		const { ids, query } = await polled(one, {});
		expect(ids).toEqual(['other', 'wanted']);
		expect(query).toEqual({});
	},
);

test('every filter is tried here; that of credits is a limit, which is tried elsewhere', () => {
	const all = Object.entries(events).flatMap(([event, { filters = [] }]: [string, any]) =>
		filters.map(({ property }: any) => `${event} ${property.name}`),
	);
	const tried = CASES.flatMap(({ event, filters }) =>
		Object.keys(filters).map((name) => `${event} ${name}`),
	);
	expect([...tried, 'creditsLow creditsThreshold'].sort()).toEqual(all.sort());
});

test('a notification comes of each kind of what waits', async () => {
	const host = new PollingHost(built, 'notification');
	const waiting: Record<string, Row[]> = { actions: [], goals: [], inbox: [] };
	host.routes['/v1/notifications/pending'] = () => waiting;
	await host.poll();
	waiting.actions.push({ id: 'a' });
	waiting.goals.push({ id: 'a', status: 'needs_input' }, { id: 'b', status: 'active' });
	waiting.inbox.push({ id: 'a' });
	const { events: found } = await host.poll();
	expect(found.map(({ kind, id }) => `${String(kind)} ${String(id)}`).sort()).toEqual([
		'actions a',
		'goals a',
		'inbox a',
	]);
});

describe('the sample of', () => {
	/** The path of each text that is empty. */
	const emptyIn = (value: unknown, place: string): string[] => {
		if (value === '' || value === undefined) return [place];
		if (typeof value !== 'object' || value === null) return [];
		return Object.entries(value).flatMap(([name, member]) => emptyIn(member, `${place}.${name}`));
	};

	test.each(Object.entries(events))(
		'%s has a value for each of its fields',
		(_event, { sample }) => {
			expect(Object.keys(sample).length).toBeGreaterThan(1);
			expect(emptyIn(sample, 'sample')).toEqual([]);
		},
	);
});
