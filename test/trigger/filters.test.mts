import type { IDataObject } from 'n8n-workflow';

import { events } from '../../nodes/KallyAiTrigger/events';
import { recordedNode } from '../support/builtNode.mts';
import { EVENT_LISTS } from '../support/eventLists.mts';
import { iso, page, PollingHost, type Row } from './pollingHost.mts';

const built = recordedNode();

type Case = [
	event: string,
	filters: IDataObject,
	wanted: Row,
	/** Undefined where only the API can apply the filter. */
	other: Row | undefined,
	/** What is requested of the API beside the page. */
	query: Record<string, string>,
];

/** Every filter of every event. */
const CASES: Case[] = [
	['actionLogged', { actionType: 'bill' }, { type: 'bill' }, { type: 'booking' }, { type: 'bill' }],
	[
		'callFinished',
		{ callOutcomes: ['voicemail', 'failed'] },
		{ status: 'failed' },
		{ status: 'success' },
		{},
	],
	[
		'emailReceived',
		{ emailClassification: 'important' },
		{ classification: 'important' },
		{ classification: 'spam' },
		{ classification: 'important' },
	],
	[
		'goalChanged',
		{ goalStatuses: ['completed'] },
		{ status: 'completed' },
		{ status: 'cancelled' },
		{},
	],
	[
		'inboundCall',
		{ inboundCallMoment: 'ended', inboundCallStatuses: ['missed'] },
		{ status: 'missed' },
		{ status: 'completed' },
		{},
	],
	...['inboundCall', 'inboundCallFinished', 'missedCall'].map(
		(event): Case => [
			event,
			{ vipOnly: true },
			{ status: 'missed' },
			undefined,
			{ vip_only: 'true' },
		],
	),
	[
		'inboundCallFinished',
		{ inboundCallOutcomes: ['rejected'] },
		{ status: 'rejected' },
		{ status: 'missed' },
		{},
	],
	[
		'message',
		{ messageChannel: 'sms' },
		{ channel: 'sms' },
		{ channel: 'email' },
		{ channel: 'sms' },
	],
	['message', { unreadOnly: true }, { unread: true }, { unread: false }, { unread: 'true' }],
	[
		'outreachFinished',
		{ outreachStatuses: ['failed'] },
		{ status: 'failed' },
		{ status: 'completed' },
		{},
	],
];

/** What a poll requests of any list. */
const PAGING = ['limit', 'offset'];

/** A host whose list gets both rows after its first poll; and what the last poll requested. */
async function polled([event, , wanted, other]: Case, filters: IDataObject) {
	const [path, list] = EVENT_LISTS[event];
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

test.each(CASES)(
	'%s with %j triggers only on what the filter names, and asks the API for that',
	async (...one) => {
		const [, filters, , , asked] = one;
		const { ids, query } = await polled(one, filters);
		expect(ids).toEqual(['wanted']);
		expect(query).toEqual(asked);
	},
);

test.each(CASES.filter(([event, , , other]) => other && event !== 'inboundCall'))(
	'%s without %j triggers on others, too',
	async (...one) => {
		const { ids, query } = await polled(one, {});
		expect(ids).toEqual(['other', 'wanted']);
		expect(query).toEqual({});
	},
);

test('every filter is tried here; that of credits is a limit, which is tried elsewhere', () => {
	const all = Object.entries(events).flatMap(([event, { filters = [] }]: [string, any]) =>
		filters.map(({ property }: any) => `${event} ${property.name}`),
	);
	const tried = CASES.flatMap(([event, filters]) =>
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
