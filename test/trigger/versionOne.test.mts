import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import { stableText } from '../../nodes/KallyAiTrigger/cursor/ids';
import { recordedNode } from '../support/builtNode.mts';
import { iso, MINUTE, page, PollingHost, type Row, START } from './pollingHost.mts';

const built = recordedNode();

/** Keys as version 0.1.0 made them. */
const keyOf = (text: string, length = 8): string =>
	createHash('sha256').update(text).digest('base64url').slice(0, length);

/** What version 0.1.0 stored for a node with these events and filters. */
const storedBy = (chosen: string[], filters: IDataObject, lists: IDataObject): IDataObject => ({
	version: 1,
	settings: keyOf(stableText({ chosen, filters, url: built.recorder.baseUrl }), 16),
	lists,
});

const rows = (count: number, idName: string, more: IDataObject = {}): Row[] =>
	Array.from({ length: count }, (_, index) => ({
		[idName]: `row-${index}`,
		created_at: iso(START - index * MINUTE),
		...more,
	}));

const seenOf = (event: string, list: Row[], idOf: (row: Row) => string): IDataObject => {
	const seen: Record<string, string> = {};
	for (const row of list) {
		const bucket = Date.parse(row.created_at as string).toString(36);
		seen[bucket] = (seen[bucket] ?? '') + keyOf(`${event}:${idOf(row)}`);
	}
	return seen;
};

const filters = { inboundCallMoment: 'new', vipOnly: false };

/** n8n gives null for a parameter that is not shown. */
const stored = { ...filters, inboundCallStatuses: null };

/** Takes a state over and polls: what is there already must not come again, what came meanwhile must come. */
async function takeOver(host: PollingHost, stored: IDataObject): Promise<IDataObject[]> {
	host.data = { 'node:Trigger': { kallyAi: stored } };
	return (await host.polls(3)).events;
}

test('new rows: what was given out, what is below the floor, and what has come meanwhile', async () => {
	const calls = rows(60, 'id');
	const host = new PollingHost(built, 'inboundCall', filters);
	host.routes['/v1/inbound/calls'] = (query) => ({ calls: page(calls, query) });
	const floor = START - 15 * MINUTE;
	const recent = calls.filter((row) => Date.parse(row.created_at as string) >= floor);
	const lists = {
		inboundCall: {
			floor: [floor, ''],
			seen: seenOf('inboundCall', recent, ({ id }) => String(id)),
			pending: {},
		},
	};
	calls.unshift({ id: 'new', created_at: iso(START + 1000) });
	calls.splice(8, 0, { id: 'late', created_at: iso(START - 7 * MINUTE) });
	const events = await takeOver(host, storedBy(['inboundCall'], stored, lists));
	expect(events.map(({ eventId }) => eventId)).toEqual(['inboundCall:late', 'inboundCall:new']);
	calls.unshift({ id: 'next', created_at: iso(host.now) });
	expect((await host.polls(2)).events).toMatchObject([{ id: 'next' }]);
});

test('a floor between rows of one time', async () => {
	const calls: Row[] = Array.from({ length: 20 }, (_, index) => ({
		id: `row-${index}`,
		created_at: iso(START),
	}));
	const host = new PollingHost(built, 'inboundCall', filters);
	host.routes['/v1/inbound/calls'] = (query) => ({ calls: page(calls, query) });
	const keys = calls.map(({ id }) => ({ id, key: keyOf(`inboundCall:${String(id)}`) }));
	keys.sort((a, b) => (a.key < b.key ? -1 : 1));
	const lists = { inboundCall: { floor: [START, keys[12]?.key], seen: {}, pending: {} } };
	const events = await takeOver(host, storedBy(['inboundCall'], stored, lists));
	expect(events.map(({ id }) => id).sort()).toEqual(
		keys
			.slice(12)
			.map(({ id }) => id)
			.sort(),
	);
});

test('statuses: followed rows go on, and what was given out of them does not come again', async () => {
	const goals: Row[] = [
		{ id: 'given', status: 'needs_input', created_at: iso(START - 60 * MINUTE) },
		{ id: 'ended', status: 'completed', created_at: iso(START - 70 * MINUTE) },
		{ id: 'fresh', status: 'needs_input', created_at: iso(START - 80 * MINUTE) },
		{ id: 'old', status: 'archived', created_at: iso(START - 900 * MINUTE) },
	];
	const host = new PollingHost(built, 'goalChanged', { goalStatuses: [] });
	host.routes['/v1/coordination/goals'] = (query) => ({ goals: page(goals, query) });
	const pendingOf = (given: string[]) => [
		START - 60 * MINUTE,
		given.map((status) => keyOf(status, 4)).join(''),
		1,
	];
	const lists = {
		goalChanged: {
			floor: [START - 15 * MINUTE, ''],
			seen: {},
			pending: {
				[keyOf('goalChanged:given')]: pendingOf(['active', 'needs_input']),
				[keyOf('goalChanged:ended')]: pendingOf(['active', 'completed']),
				[keyOf('goalChanged:fresh')]: pendingOf(['active']),
			},
		},
	};
	const events = await takeOver(host, storedBy(['goalChanged'], { goalStatuses: [] }, lists));
	expect(events.map(({ eventId }) => eventId)).toEqual(['goalChanged:fresh:needs_input']);
	(goals[0] as Row).status = 'in_progress';
	await host.poll();
	(goals[0] as Row).status = 'needs_input';
	(goals[1] as Row).status = 'archived';
	const more = (await host.polls(2)).events.map(({ eventId }) => eventId);
	expect(more.sort()).toEqual(['goalChanged:ended:archived', 'goalChanged:given:needs_input:2']);
});

test('rows without a time, and credits that are low already', async () => {
	const emails: Row[] = rows(30, 'id').map(({ id }) => ({ id }));
	const parameters = { creditsThreshold: 50, emailClassification: '' };
	const host = new PollingHost(built, ['creditsLow', 'emailReceived'], parameters);
	const balance: Row = { credits_remaining: 5, period_end: iso(START) };
	host.routes['/v1/email/messages'] = (query) => ({ messages: page(emails, query) });
	host.routes['/v1/credits/balance'] = () => balance;
	const lists = {
		emailReceived: {
			floor: [0, ''],
			seen: { '-': emails.map(({ id }) => keyOf(`emailReceived:${String(id)}`)).join('') },
			pending: {},
		},
		creditsLow: {
			floor: [0, ''],
			seen: { '-': keyOf(`creditsLow:low until ${iso(START)}`) },
			pending: {},
		},
	};
	emails.unshift({ id: 'new' });
	const stored = storedBy(['creditsLow', 'emailReceived'], parameters, lists);
	const events = await takeOver(host, stored);
	expect(events.map(({ eventId }) => eventId)).toEqual(['emailReceived:new']);
});

test('with other settings, or broken, it starts from now', async () => {
	const calls = rows(5, 'id');
	for (const stored of [
		storedBy(['message'], {}, {}),
		{ version: 1, settings: 7, lists: 'gone' },
	]) {
		const host = new PollingHost(built, 'inboundCall');
		host.routes['/v1/inbound/calls'] = (query) => ({ calls: page(calls, query) });
		expect(await takeOver(host, stored)).toEqual([]);
		calls.unshift({ id: `new-${calls.length}`, created_at: iso(host.now) });
		expect((await host.poll()).events).toHaveLength(1);
	}
});
