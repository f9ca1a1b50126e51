import type { IDataObject } from 'n8n-workflow';

import { events as tableOfEvents } from '../../nodes/KallyAiTrigger/events';
import { recordedNode } from '../support/builtNode.mts';
import { startOtherProcess } from '../support/engine.mts';
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

const HOUR = 60 * MINUTE;

/** Rows of one kind, one a minute up to the start. */
const rowsOf = (count: number, idName: string, more: IDataObject = {}): Row[] =>
	Array.from({ length: count }, (_, index) => ({
		[idName]: `old-${index}`,
		created_at: iso(START - (index + 1) * MINUTE),
		...more,
	}));

const idsOf = (events: IDataObject[]): string[] =>
	events.map(({ id, call_id: callId, message_id: messageId }) => String(messageId ?? callId ?? id));

const numbered = (prefix: string, count: number): string[] =>
	Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** Adds rows at the newest end. */
function come(
	rows: Row[],
	host: PollingHost,
	count: number,
	{ prefix = 'new', order = 'newest', idName = 'id', ...more }: IDataObject = {},
): void {
	for (let index = 0; index < count; index++) {
		const row = {
			[idName as string]: `${prefix as string}-${index}`,
			created_at: iso(host.now + 30_000 + (index % 20) * 1000),
			...more,
		};
		if (order === 'newest') rows.unshift(row);
		else rows.push(row);
	}
}

const CALLS = '/v1/calls';
const INBOX = '/v1/messages/inbox';
const GOALS = '/v1/coordination/goals';
const EMAILS = '/v1/email/messages';
const TASKS = '/v1/outreach/tasks';

describe('additions', () => {
	const ANSWERS: Array<[what: string, answer: 'status' | 'body' | 'file', value: unknown]> = [
		['410', 'status', 410],
		['409', 'status', 409],
		['403', 'status', 403],
		['500', 'status', 500],
		['503', 'status', 503],
		['204', 'status', 204],
		['a link that is null', 'body', { url: null }],
		['no link', 'body', {}],
		['a link that is no URL', 'body', { url: 'http://' }],
		['a private link', 'body', { url: 'http://10.0.0.1/file' }],
		['a file that is refused', 'file', 403],
		['a file that is gone', 'file', 410],
		['a file that is too large', 'file', 157_286_400],
	];
	test.each(ANSWERS)(
		'a recording that cannot be had holds nothing up: %s',
		async (_w, kind, value) => {
			const calls: Row[] = [];
			const messages: Row[] = [];
			const host = new PollingHost(built, ['callFinished', 'message'], {
				options: { includeRecording: true },
			});
			host.routes[CALLS] = (query) => ({ calls: page(calls, query), total: calls.length });
			host.routes[INBOX] = (query) => ({ messages: page(messages, query) });
			host.routes[`${CALLS}/good/recording`] = () => ({ url: `${built.recorder.baseUrl}/file` });
			host.routes['/file'] = (_query, response) => void response.end('audio');
			host.routes['/bad-file'] = (_query, response) => {
				if (Number(value) < 1000) return refused(response, Number(value));
				response.setHeader('content-length', String(value));
				return void response.write('x');
			};
			host.routes[`${CALLS}/bad/recording`] = (_query, response) => {
				if (kind === 'status') return refused(response, Number(value));
				return kind === 'file' ? { url: `${built.recorder.baseUrl}/bad-file` } : value;
			};
			await host.poll();
			for (const id of ['bad', 'good']) {
				calls.unshift({ call_id: id, status: 'success', created_at: iso(host.now) });
			}
			come(messages, host, 1);
			const first = await host.poll();
			expect(idsOf(first.events)).toEqual(expect.arrayContaining(['good', 'new-0']));
			const events = [...first.events, ...(await host.polls(4)).events];
			expect(idsOf(events).sort()).toEqual(['bad', 'good', 'new-0']);
			const bad = events.find(({ call_id: id }) => id === 'bad');
			expect(bad).toMatchObject({ recording: null, recordingError: expect.any(String) });
			const good = first.items.find(({ json }) => json.call_id === 'good');
			expect(good?.json.recording).toEqual({ url: `${built.recorder.baseUrl}/file` });
			expect(good?.binary).toHaveProperty('recording');
		},
	);

	test('what is not there yet is waited for, while all else goes on', async () => {
		const calls: Row[] = [];
		const host = new PollingHost(built, 'callFinished', { options: { includeTranscript: true } });
		let isThere = false;
		host.routes[CALLS] = (query) => ({ calls: page(calls, query), total: calls.length });
		host.routes[`${CALLS}/slow/transcript`] = (_query, response) =>
			isThere ? { entries: [{ speaker: 'A', content: 'Hello' }] } : refused(response, 404);
		host.routes[`${CALLS}/fast/transcript`] = () => ({ entries: [] });
		await host.poll();
		calls.unshift({ call_id: 'slow', status: 'success', created_at: iso(host.now) });
		calls.unshift({ call_id: 'fast', status: 'success', created_at: iso(host.now) });
		expect(idsOf((await host.poll()).events)).toEqual(['fast']);
		isThere = true;
		const { events } = await host.poll();
		expect(events).toMatchObject([{ call_id: 'slow', transcript: { text: 'A: Hello' } }]);
		expect((await host.polls(3)).events).toEqual([]);
	});

	test('it comes without it in the end, and nobody waits for a call that nobody answered', async () => {
		const calls: Row[] = [];
		const host = new PollingHost(built, 'callFinished', { options: { includeTranscript: true } });
		host.routes[CALLS] = (query) => ({ calls: page(calls, query) });
		await host.poll();
		calls.unshift({ call_id: 'never', status: 'success', created_at: iso(host.now) });
		calls.unshift({ call_id: 'busy', status: 'busy', created_at: iso(host.now) });
		expect(idsOf((await host.poll()).events)).toEqual(['busy']);
		const { events, errors } = await host.polls(12);
		expect(events).toMatchObject([{ call_id: 'never', transcript: null }]);
		expect(errors).toEqual([]);
	});

	test.each([
		['callFinished', CALLS, ['no_answer', 'busy', 'cancelled'], ['success', 'voicemail']],
		['inboundCallFinished', '/v1/inbound/calls', ['missed', 'rejected'], ['completed']],
	])('%s: nobody waits for what was said where nobody spoke', async (event, path, at, later) => {
		const calls: Row[] = [];
		const options = { includeTranscript: true, includeRecording: true };
		const host = new PollingHost(built, event, { options });
		host.routes[path] = (query) => ({ calls: page(calls, query) });
		await host.poll();
		for (const status of [...at, ...later])
			calls.unshift({ id: status, call_id: status, status, created_at: iso(host.now) });
		expect(idsOf((await host.poll()).events).sort()).toEqual([...at].sort());
		expect(idsOf((await host.polls(12)).events).sort()).toEqual([...later].sort());
	});

	test('a link on the host of the API that wants the sign-in and redirects', async () => {
		const calls: Row[] = [];
		const { recorder } = built;
		const host = new PollingHost(built, 'callFinished', { options: { includeRecording: true } });
		host.routes[CALLS] = (query) => ({ calls: page(calls, query) });
		host.routes[`${CALLS}/a/recording`] = () => ({ url: `${recorder.baseUrl}/audio/a` });
		host.routes['/audio/a'] = (_query, response, { headers }) => {
			if (!headers.authorization) return refused(response, 401);
			response.setHeader('location', `${recorder.baseUrl}/signed?signature=1`);
			return refused(response, 302);
		};
		host.routes['/signed'] = (_query, response, { headers }) => {
			if (headers.authorization) return refused(response, 400);
			response.setHeader('content-disposition', 'attachment; filename=Call with Anna.mp3');
			return void response.end('audio');
		};
		await host.poll();
		calls.unshift({ call_id: 'a', status: 'success', created_at: iso(host.now) });
		const { items } = await host.poll();
		expect(items[0]?.binary?.recording).toMatchObject({ fileName: 'Call with Anna.mp3' });
	});

	test.each([
		['raw UTF-8', 'attachment; filename="Café Öl.mp3"', 'Café Öl.mp3'],
		['unquoted', 'attachment; filename=Call with Anna.mp3; size=4', 'Call with Anna.mp3'],
		['escaped', 'attachment; filename="The \\"best\\" call.mp3"', 'The "best" call.mp3'],
		['extended', "attachment; filename=x.mp3; filename*=UTF-8''Caf%C3%A9.mp3", 'Café.mp3'],
		['Latin-1', "attachment; filename*=iso-8859-1'en'Caf%E9.mp3", 'Café.mp3'],
	])('a file name that is %s', async (_what, header, expected) => {
		const calls: Row[] = [];
		const host = new PollingHost(built, 'callFinished', { options: { includeRecording: true } });
		host.routes[CALLS] = (query) => ({ calls: page(calls, query) });
		host.routes[`${CALLS}/a/recording`] = () => ({ url: `${built.recorder.baseUrl}/file` });
		host.routes['/file'] = (_query, response) => {
			response.setHeader('content-disposition', Buffer.from(header).toString('latin1'));
			response.end('audio');
		};
		await host.poll();
		calls.unshift({ call_id: 'a', status: 'success', created_at: iso(host.now) });
		expect((await host.poll()).items[0]?.binary?.recording).toMatchObject({ fileName: expected });
	});
});

describe('lists', () => {
	test.each([100, 320, 700])('%d open tasks that end, first one, then all', async (count) => {
		const tasks = rowsOf(count, 'id', { status: 'pending' });
		const host = new PollingHost(built, 'outreachFinished');
		host.routes[TASKS] = (query) => ({ tasks: page(tasks, query, 100), total: tasks.length });
		await host.poll();
		host.now += HOUR;
		(tasks[count - 1] as Row).status = 'completed';
		expect(idsOf((await host.poll()).events)).toEqual([`old-${count - 1}`]);
		for (const task of tasks) task.status = 'completed';
		const { events } = await host.polls(count / 50 + 2);
		expect(idsOf(events).sort()).toEqual(numbered('old', count - 1).sort());
	});

	test.each([
		[100, 422, true],
		[100, 400, false],
		[50, 422, true],
		[30, 422, true],
	])('a limit above %d is refused with %d', async (most, status, hasOffset) => {
		const messages = rowsOf(20, 'id');
		const host = new PollingHost(built, 'message');
		host.routes[INBOX] = (query, response) => {
			if (Number(query.limit ?? 0) > most) return refused(response, status);
			return { messages: page(messages, hasOffset ? query : { ...query, offset: '0' }) };
		};
		await host.poll();
		come(messages, host, 140);
		const { events, errors } = await host.polls(8);
		if (hasOffset) expect(idsOf(events).sort()).toEqual(numbered('new', 140).sort());
		else expect(errors.join()).toMatch(/Message: The list returns only 100 of its rows/);
		come(messages, host, 3, { prefix: 'later' });
		expect(idsOf((await host.poll()).events).sort()).toEqual(numbered('later', 3));
	});

	test.each([
		['nothing that tells a time', {}],
		['a time that cannot be read', { received_at: 'yesterday' }],
	])('3,000 emails with %s', async (_what, more) => {
		const emails: Row[] = Array.from({ length: 3000 }, (_, index) => ({
			id: `old-${index}`,
			...more,
		}));
		const host = new PollingHost(built, 'emailReceived');
		host.routes[EMAILS] = (query) => ({ messages: page(emails, { ...query, offset: '0' }) });
		expect((await host.poll()).events).toEqual([]);
		emails.unshift({ id: 'new-0', ...more });
		expect(idsOf((await host.poll()).events)).toEqual(['new-0']);
		emails.push({ id: 'new-1', ...more });
		expect(idsOf((await host.polls(3)).events)).toEqual(['new-1']);
	});

	test.each(['newest', 'oldest'] as const)('goals that ignore offset, %s first', async (order) => {
		const goals = rowsOf(33, 'id', { status: 'active' });
		if (order === 'oldest') goals.reverse();
		const host = new PollingHost(built, 'goalChanged');
		host.routes[GOALS] = ({ limit }) => ({ goals: page(goals, { limit: limit ?? '20' }) });
		await host.poll();
		come(goals, host, 60, { order, status: 'active' });
		expect(idsOf((await host.polls(4)).events).sort()).toEqual(numbered('new', 60).sort());
		come(goals, host, 2, { order, prefix: 'later', status: 'active' });
		expect(idsOf((await host.polls(2)).events).sort()).toEqual(numbered('later', 2));
	});

	test('goals that ignore offset, oldest first, of which only a full page can be had', async () => {
		const goals = rowsOf(50, 'id', { status: 'active' }).reverse();
		const host = new PollingHost(built, 'goalChanged');
		host.routes[GOALS] = () => ({ goals: goals.slice(0, 50) });
		const { error, requests } = await host.poll();
		expect(error?.message).toMatch(/^Goal Changed: The list returns only 50 of its rows/);
		expect(requests.length).toBeLessThan(10);
	});

	test.each([true, false])(
		'300 calls of one second in an order of their own, total %s',
		async (hasTotal) => {
			const calls: Row[] = rowsOf(10, 'call_id', { status: 'success' });
			const host = new PollingHost(built, 'callFinished');
			host.routes[CALLS] = (query) => {
				const mixed = calls
					.map((call, index) => ({
						call,
						place: Date.parse(call.created_at as string),
						tie: (index * 7919 + Number(query.offset ?? 0) * 104_729) % 1009,
					}))
					.sort((a, b) => b.place - a.place || a.tie - b.tie)
					.map(({ call }) => call);
				return { calls: page(mixed, query, 200), ...(hasTotal ? { total: calls.length } : {}) };
			};
			await host.poll();
			const created = iso(host.now);
			for (let index = 0; index < 300; index++) {
				calls.push({ call_id: `new-${index}`, status: 'success', created_at: created });
			}
			const { events } = await host.polls(12);
			expect(idsOf(events).sort()).toEqual(numbered('new', 300).sort());
			come(calls, host, 30, { prefix: 'later', idName: 'call_id', status: 'success' });
			expect(idsOf((await host.polls(3)).events).sort()).toEqual(numbered('later', 30).sort());
		},
	);

	test('goals of one second in three pages, in another order each time, without a total', async () => {
		const goals = rowsOf(5, 'id', { status: 'active' });
		const host = new PollingHost(built, 'goalChanged');
		let asked = 0;
		host.routes[GOALS] = (query) => {
			asked++;
			const mixed = goals
				.map((goal, index) => ({
					goal,
					place: Date.parse(goal.created_at as string),
					tie: (index * 7919 + asked * 104_729) % 1009,
				}))
				.sort((a, b) => b.place - a.place || a.tie - b.tie)
				.map(({ goal }) => goal);
			return { goals: page(mixed, query, 50) };
		};
		await host.poll();
		const created = iso(host.now);
		for (let index = 0; index < 150; index++) {
			goals.push({ id: `new-${index}`, status: 'active', created_at: created });
		}
		const { events } = await host.polls(12);
		expect(idsOf(events).sort()).toEqual(numbered('new', 150).sort());
	});

	test.each(['newest', 'oldest'] as const)(
		'rows that are taken away and added between two pages, %s first',
		async (order) => {
			const calls = rowsOf(60, 'id');
			if (order === 'oldest') calls.reverse();
			const host = new PollingHost(built, 'inboundCall');
			let isMoving = false;
			let count = 0;
			host.routes['/v1/inbound/calls'] = (query) => {
				const answer = { calls: page(calls, query, 20) };
				if (isMoving && count < 6) {
					const place = order === 'newest' ? calls.length - 60 : 0;
					calls.splice(count % 2 === 0 ? place : calls.length - 3, 1);
					if (order === 'newest') calls.splice(10, 0);
					count++;
				}
				return answer;
			};
			await host.poll();
			come(calls, host, 90, { order });
			const taken = new Set<string>();
			isMoving = true;
			const before = new Set(idsOf(calls));
			const { events } = await host.polls(6);
			for (const id of idsOf(calls)) before.delete(id);
			for (const id of before) taken.add(id);
			const expected = numbered('new', 90).filter((id) => !taken.has(id));
			expect(idsOf(events)).toEqual(expect.arrayContaining(expected));
			expect(new Set(idsOf(events)).size).toBe(events.length);
		},
	);

	test('pages out of which the server leaves rows', async () => {
		const goals = rowsOf(40, 'id', { status: 'active' });
		const host = new PollingHost(built, 'goalChanged');
		const isShown = ({ id }: Row) => !/[37]$/.test(String(id));
		host.routes[GOALS] = (query) => ({ goals: page(goals, query, 50).filter(isShown) });
		await host.poll();
		come(goals, host, 130, { status: 'active' });
		const { events } = await host.polls(6);
		const expected = numbered('new', 130).filter((id) => isShown({ id }));
		expect(idsOf(events).sort()).toEqual(expected.sort());
	});

	test.each([20, 37])('goals of which %d come though more were asked for', async (most) => {
		const goals = rowsOf(5, 'id', { status: 'active' });
		const host = new PollingHost(built, 'goalChanged');
		host.routes[GOALS] = (query) => ({ goals: page(goals, query, most) });
		await host.poll();
		come(goals, host, 60, { status: 'active' });
		expect(idsOf((await host.polls(5)).events).sort()).toEqual(numbered('new', 60).sort());
	});

	test.each([
		['its page only', (rows: Row[]) => rows.length],
		['nothing', () => 0],
		['less than nothing', () => -1],
		['far too many', () => 100_000],
	])('a total that counts %s', async (_what, totalOf) => {
		const calls = rowsOf(40, 'call_id', { status: 'success' });
		const host = new PollingHost(built, 'callFinished');
		host.routes[CALLS] = (query) => {
			const rows = page(calls, query, 100);
			return { calls: rows, total: totalOf(rows) };
		};
		await host.poll();
		come(calls, host, 130, { idName: 'call_id', status: 'success' });
		expect(idsOf((await host.polls(5)).events).sort()).toEqual(numbered('new', 130).sort());
	});

	test.each([
		['newest', 5000, 1],
		['oldest', 5000, 2],
		['oldest', 101, 2],
		['oldest', 199, 2],
	] as const)('a quiet poll, %s first, %d rows, one without a time', async (order, count, most) => {
		const calls = rowsOf(count, 'id');
		(calls[5] as Row).created_at = null;
		if (order === 'oldest') calls.reverse();
		const host = new PollingHost(built, 'inboundCall');
		host.routes['/v1/inbound/calls'] = (query) => ({ calls: page(calls, query, 100) });
		await host.poll();
		come(calls, host, 2, { order });
		expect((await host.polls(3)).events).toHaveLength(2);
		const { requests, events } = await host.poll();
		expect(events).toEqual([]);
		expect(requests.length).toBeLessThanOrEqual(most);
	});

	test.each([
		['messages', { messages: null }],
		['no messages of none', { messages: null, total: 0 }],
	])('%s that are null are none', async (_what, body) => {
		const host = new PollingHost(built, 'message');
		let answer: unknown = body;
		host.routes[INBOX] = () => answer;
		expect(await host.poll()).toMatchObject({ events: [] });
		answer = { messages: [{ id: 'new-0', received_at: iso(host.now) }] };
		expect(idsOf((await host.poll()).events)).toEqual(['new-0']);
	});

	const NO_LISTS = [{ status: 'ok' }, { detail: 'maintenance' }, {}, null, 'text', 204];
	test.each(NO_LISTS)(
		'%j is no list: not in the first look, not later, not as a test event',
		async (body) => {
			const host = new PollingHost(built, 'message');
			const messages = rowsOf(120, 'id');
			let isList = false;
			host.routes[INBOX] = (query, response) => {
				if (isList) return { messages: page(messages, query) };
				if (typeof body === 'number') return refused(response, body);
				response.setHeader('content-type', 'application/json');
				return void response.end(JSON.stringify(body));
			};
			expect((await host.poll('manual')).error).toBeDefined();
			expect((await host.poll()).error?.message).toMatch(/^Message: /);
			isList = true;
			expect(await host.poll()).toMatchObject({ events: [] });
			isList = false;
			expect((await host.poll()).error?.message).toMatch(/^Message: /);
			isList = true;
			come(messages, host, 1);
			expect(idsOf((await host.poll()).events)).toEqual(['new-0']);
		},
	);

	test.each(['conversation_id', 'goal_id', 'call_id'])(
		'emails that have a %s in common',
		async (field) => {
			const emails: Row[] = [{ message_id: 'old', [field]: 'same', received_at: iso(START) }];
			const host = new PollingHost(built, 'emailReceived');
			host.routes[EMAILS] = (query) => ({ messages: page(emails, query) });
			await host.poll();
			for (const id of ['a', 'b', 'c']) {
				emails.unshift({ message_id: id, [field]: 'same', received_at: iso(host.now) });
				if (id === 'b') await Promise.resolve();
			}
			const { events } = await host.polls(3);
			expect(events.map(({ message_id: id }) => id).sort()).toEqual(['a', 'b', 'c']);
			expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(3);
		},
	);
});

describe('times', () => {
	const SPELLINGS: Array<[string, (time: number) => string | number]> = [
		['with an offset', (time) => new Date(time + 2 * HOUR).toISOString().replace('Z', '+02:00')],
		['without one', (time) => new Date(time).toISOString().slice(0, 19)],
		['in seconds', (time) => time / 1000],
		['in milliseconds as text', (time) => String(time)],
		['in microseconds', (time) => time * 1000],
		['as in HTTP', (time) => new Date(time).toUTCString()],
	];
	test.each(SPELLINGS)('%s', async (_what, spelt) => {
		const calls: Row[] = [{ id: 'old', created_at: spelt(START) }];
		const host = new PollingHost(built, 'inboundCall');
		host.routes['/v1/inbound/calls'] = (query) => ({ calls: page(calls, query) });
		await host.poll();
		const time = START + MINUTE;
		calls.unshift({ id: 'new', created_at: spelt(time) });
		const { events } = await host.poll();
		expect(events).toMatchObject([{ id: 'new', occurredAt: new Date(time).toISOString() }]);
	});

	test.each([
		[2 * 24 * HOUR, true],
		[2 * 24 * HOUR, false],
		[8000 * 365 * 24 * HOUR, true],
		[8000 * 365 * 24 * HOUR, false],
	])('a row dated %d ms ahead silences nothing, with a clock: %s', async (ahead, hasClock) => {
		for (const order of ['newest', 'oldest']) {
			const calls = rowsOf(150, 'id');
			if (order === 'oldest') calls.reverse();
			const host = new PollingHost(built, 'inboundCall');
			host.hasClock = hasClock;
			const time = (row: Row) => Date.parse(row.created_at as string);
			host.routes['/v1/inbound/calls'] = (query) => {
				const sorted = calls.toSorted((a, b) => time(b) - time(a));
				if (order === 'oldest') sorted.reverse();
				return { calls: page(sorted, query, 100) };
			};
			await host.poll();
			calls.push({ id: 'ahead', created_at: new Date(Date.now() + ahead).toISOString() });
			expect(idsOf((await host.poll()).events)).toEqual(['ahead']);
			const ids: string[] = [];
			for (let round = 0; round < 5; round++) {
				come(calls, host, 3, { prefix: `r${round}` });
				ids.push(...idsOf((await host.poll()).events));
			}
			expect(ids).toHaveLength(15);
		}
	});
});

describe('statuses', () => {
	test('a stale answer between two finals is no second event', async () => {
		const call: Row = { call_id: 'a', status: 'in_progress', created_at: iso(START) };
		const host = new PollingHost(built, 'callFinished');
		host.routes[CALLS] = () => ({ calls: [call] });
		await host.poll();
		host.now += HOUR;
		const given: IDataObject[] = [];
		for (const status of ['in_progress', 'success', 'in_progress', 'success', 'success']) {
			call.status = status;
			given.push(...(await host.poll()).events);
		}
		expect(given).toMatchObject([{ call_id: 'a', status: 'success' }]);
	});

	test('each return into a status that waits for somebody is an event of its own', async () => {
		const goal: Row = { id: 'g', status: 'active', created_at: iso(START) };
		const host = new PollingHost(built, ['goalChanged', 'notification'], {
			goalStatuses: ['needs_input'],
		});
		host.routes[GOALS] = () => ({ goals: [goal] });
		host.routes['/v1/notifications/pending'] = () => ({
			goals: { count: 1, items: goal.status === 'needs_input' ? [goal] : [] },
		});
		await host.poll();
		const given: IDataObject[] = [];
		for (let round = 0; round < 3; round++) {
			goal.status = 'needs_input';
			given.push(...(await host.polls(2)).events);
			goal.status = 'in_progress';
			given.push(...(await host.polls(2)).events);
		}
		for (const event of ['goalChanged', 'notification']) {
			const ids = given.filter((one) => one.event === event).map(({ eventId }) => eventId);
			expect(ids).toHaveLength(3);
			expect(new Set(ids).size).toBe(3);
		}
	});

	test('a status that nobody listed has ended, and its rows are not followed for good', async () => {
		const calls = rowsOf(3000, 'call_id', { status: 'terminated' });
		const host = new PollingHost(built, 'callFinished');
		host.routes[CALLS] = (query) => ({ calls: page(calls, query, 200), total: calls.length });
		await host.poll();
		come(calls, host, 1, { idName: 'call_id', status: 'terminated' });
		come(calls, host, 1, { prefix: 'odd', idName: 'call_id', status: 'hung_up' });
		come(calls, host, 1, { prefix: 'open', idName: 'call_id', status: 'ringing' });
		expect(idsOf((await host.poll()).events).sort()).toEqual(['new-0', 'odd-0']);
		expect((await host.poll()).requests).toHaveLength(1);
		host.parameters.callOutcomes = ['terminated'];
		expect((await host.poll()).error).toBeUndefined();
	});

	test.each([null, '', 'many'])('%j credits are not few', async (credits) => {
		const { host, balance } = await watchedBalance(built);
		balance.credits_remaining = credits;
		expect((await host.polls(2)).events).toEqual([]);
		balance.credits_remaining = '12';
		expect((await host.poll()).events).toHaveLength(1);
		balance.credits_remaining = 90;
		expect((await host.polls(2)).events).toHaveLength(0);
		balance.credits_remaining = 3;
		const { events } = await host.poll();
		expect(events).toMatchObject([{ eventId: expect.stringMatching(/:2$/) }]);
	});
});

describe('several events', () => {
	test('one list that fails takes nothing from the others, and is named', async () => {
		const calls: Row[] = [];
		const host = new PollingHost(built, ['callFinished', 'voicemail']);
		host.routes[CALLS] = (query) => ({ calls: page(calls, query) });
		host.routes['/v1/inbound/voicemails'] = (_query, response) =>
			refused(response, 403, { error: { code: 'forbidden', message: 'no' } });
		expect((await host.poll()).error?.message).toMatch(/^Voicemail: /);
		const warn = jest.spyOn(built.engine.logger, 'warn');
		// The editor would show a failed poll; what a poll with events cannot show is in the log, once.
		for (const prefix of ['new', 'next']) {
			come(calls, host, 1, { prefix, idName: 'call_id', status: 'success' });
			expect(idsOf((await host.poll()).events)).toEqual([`${prefix}-0`]);
			expect(warn.mock.calls).toEqual([
				[expect.stringMatching(/^KallyAI Trigger, Voicemail: The sign-in lacks /)],
			]);
		}
		warn.mockRestore();
		expect((await host.poll()).error?.message).toMatch(/^Voicemail: /);
		expect(idsOf((await host.poll('manual')).events)).toEqual(['next-0']);
	});

	test('an outage of a list is in the log each time it begins, each list in its own words', async () => {
		const calls: Row[] = [];
		const host = new PollingHost(built, ['callFinished', 'voicemail', 'message']);
		host.routes[CALLS] = (query) => ({ calls: page(calls, query) });
		const warn = jest.spyOn(built.engine.logger, 'warn');
		/** What is logged by polls that have an event each. */
		const logged = async (polls: number, isDown: boolean) => {
			warn.mockClear();
			host.routes['/v1/inbound/voicemails'] = (_query, response) =>
				isDown ? refused(response, 403, { detail: 'closed' }) : { voicemails: [] };
			host.routes[INBOX] = (_query, response) =>
				isDown ? void response.end('<html><body>Maintenance</body></html>') : { messages: [] };
			for (let poll = 0; poll < polls; poll++) {
				come(calls, host, 1, { prefix: `c${calls.length}`, idName: 'call_id', status: 'success' });
				expect((await host.poll()).events).toHaveLength(1);
			}
			return warn.mock.calls.map(([line]) => line);
		};
		const outage = [
			'KallyAI Trigger, Voicemail: KallyAI does not allow this: closed',
			'KallyAI Trigger, Message: KallyAI responded with something that is not readable JSON',
		];
		await host.poll();
		expect(await logged(3, true)).toEqual(outage);
		expect(await logged(2, false)).toEqual([]);
		expect(await logged(3, true)).toEqual(outage);
		warn.mockRestore();
	});

	test('events that may have been missed fail one poll that has nothing else to tell', async () => {
		const messages = rowsOf(10, 'id');
		const host = new PollingHost(built, 'message');
		host.routes[INBOX] = () => ({ messages: messages.slice(0, 10) });
		await host.poll();
		come(messages, host, 30);
		expect((await host.poll()).events).toHaveLength(10);
		const { error, events } = await host.poll();
		expect(events).toEqual([]);
		expect(error?.message).toMatch(/^Message: .* that some may be missed$/);
		expect(error?.description).toMatch(/Check KallyAI for what arrived/);
		expect(await host.polls(3)).toEqual({ events: [], errors: [] });
		come(messages, host, 1, { prefix: 'later' });
		expect(idsOf((await host.poll()).events)).toEqual(['later-0']);

		// What was told is not told again after a restart.
		const engine = await startOtherProcess(built.engine.credentials);
		const restarted = new PollingHost({ ...built, engine }, 'message');
		const { now, data } = host;
		Object.assign(restarted, { now, data });
		Object.assign(restarted.routes, host.routes);
		expect(await restarted.polls(2)).toEqual({ events: [], errors: [] });
	});

	test('what waits survives a change of the other events', async () => {
		const calls: Row[] = [];
		const messages: Row[] = rowsOf(3, 'id');
		const host = new PollingHost(built, ['callFinished', 'message']);
		host.routes[CALLS] = (query) => ({ calls: page(calls, query) });
		host.routes[INBOX] = (query) => ({ messages: page(messages, query) });
		host.routes['/v1/inbound/voicemails'] = () => ({ voicemails: [] });
		await host.poll();
		const given: string[] = [];
		const changes: IDataObject[] = [
			{ event: ['callFinished', 'message', 'voicemail'] },
			{ event: ['callFinished', 'message'] },
			{ messageChannel: 'sms' },
		];
		for (const [index, change] of changes.entries()) {
			come(calls, host, 1, { prefix: `c${index}`, idName: 'call_id', status: 'success' });
			Object.assign(host.parameters, change);
			given.push(...idsOf((await host.poll()).events));
		}
		expect(given).toEqual(['c0-0', 'c1-0', 'c2-0']);
	});

	test('the rows of another account are old', async () => {
		const host = new PollingHost(built, 'message');
		let messages = rowsOf(3, 'id');
		host.routes[INBOX] = (query) => ({ messages: page(messages, query) });
		await host.poll();
		host.credential = 'two';
		const { credentials } = built.engine;
		Object.assign(credentials, { two: credentials.kallyAiOAuth2Api });
		messages = rowsOf(5, 'id').map((row) => ({ ...row, id: `other-${String(row.id)}` }));
		expect((await host.poll()).events).toEqual([]);
		come(messages, host, 1);
		expect(idsOf((await host.poll()).events)).toEqual(['new-0']);
	});

	test.each([[[]], [['calls']], ['calls'], [''], [null], [['callFinished', 'nothing']]])(
		'%j is no choice of events',
		async (event) => {
			const host = new PollingHost(built, 'message');
			host.parameters.event = event as IDataObject[string];
			expect((await host.poll()).error?.message).toMatch(/'Trigger On' must/);
			expect((await host.poll('manual')).error?.message).toMatch(/'Trigger On' must/);
		},
	);

	test('all lists are read side by side', async () => {
		const names = Object.keys(tableOfEvents);
		const host = new PollingHost(built, names);
		let count = 0;
		let allAreThere = () => {};
		const together = new Promise<void>((resolve) => (allAreThere = resolve));
		for (const { list } of Object.values(tableOfEvents)) {
			host.routes[list.request.path] = async () => {
				// The first one goes ahead; the others are answered when all of them have come.
				if (++count === names.length) allAreThere();
				if (count > 1) await together;
				return { items: [], goals: null, credits_remaining: 100 };
			};
		}
		const { error, requests } = await host.poll();
		expect(error).toBeUndefined();
		expect(requests).toHaveLength(names.length);
	});
});

describe('inbound calls', () => {
	const INBOUND = '/v1/inbound/calls';

	test('a missed call, an ended one and a live one are a choice each', async () => {
		const host = new PollingHost(built, ['missedCall', 'inboundCallFinished', 'inboundCall'], {
			inboundCallOutcomes: ['completed'],
		});
		const calls: Row[] = [];
		host.routes[INBOUND] = (query) => ({ calls: page(calls, query) });
		await host.poll();
		for (const status of ['active', 'Missed', 'completed', 'rejected']) {
			calls.unshift({ id: status, status, created_at: iso(host.now) });
		}
		const { events } = await host.poll();
		const found = events.map(({ event, id }) => `${String(event)} ${String(id)}`);
		expect(found.sort()).toEqual([
			'inboundCall Missed',
			'inboundCall active',
			'inboundCall completed',
			'inboundCall rejected',
			'inboundCallFinished completed',
			'missedCall Missed',
		]);
		calls[3].status = 'missed';
		const later = (await host.poll()).events.map(({ event }) => event);
		expect(later).toEqual(['missedCall']);
	});

	test('one test event comes of each choice', async () => {
		const host = new PollingHost(built, ['missedCall', 'inboundCallFinished', 'inboundCall']);
		const calls = ['active', 'completed', 'missed'].map((status, index) => ({
			id: status,
			status,
			created_at: iso(START - index * MINUTE),
		}));
		host.routes[INBOUND] = (query) => ({ calls: page(calls, query) });
		const { events } = await host.poll('manual');
		expect(events.map(({ event, status }) => [event, status])).toEqual([
			['missedCall', 'missed'],
			['inboundCallFinished', 'completed'],
			['inboundCall', 'active'],
		]);
	});

	test.each([
		['new', []],
		['ended', ['missed']],
	])('workflows that say when (%s) go on as they are', async (inboundCallMoment, statuses) => {
		const host = new PollingHost(built, 'inboundCall', {
			inboundCallMoment,
			inboundCallStatuses: statuses,
		});
		const calls: Row[] = [];
		host.routes[INBOUND] = (query) => ({ calls: page(calls, query) });
		await host.poll();
		calls.unshift({ id: 'completed', status: 'completed', created_at: iso(host.now) });
		calls.unshift({ id: 'missed', status: 'missed', created_at: iso(host.now) });
		// The editor leaves out what it does not show: nothing starts anew.
		if (inboundCallMoment === 'new') {
			delete host.parameters.inboundCallMoment;
			delete host.parameters.inboundCallStatuses;
		}
		const wanted = inboundCallMoment === 'new' ? ['completed', 'missed'] : ['missed'];
		expect(idsOf((await host.poll()).events).sort()).toEqual(wanted);
	});
});

describe('the end of a list', () => {
	const LENGTHS = [
		[20, 3, 11, 7],
		[100, 5, 40],
		[50, 50, 9],
	];
	const TELLS: Array<[what: string, tell: (end: number, all: number) => IDataObject]> = [
		['a total', (_end, all) => ({ total: all })],
		['has_more', (end, all) => ({ has_more: end < all })],
		['neither', () => ({})],
	];
	const cases = TELLS.flatMap(([what, tell]) =>
		LENGTHS.map((lengths) => [lengths.join(', '), what, lengths, tell] as const),
	);
	test.each(cases)(
		'is behind pages of different lengths, as where a server limits the bytes: %s, with %s',
		async (_lengths, _what, lengths, tell) => {
			const calls = rowsOf(300, 'call_id', { status: 'success' });
			const host = new PollingHost(built, 'callFinished');
			host.routes[CALLS] = ({ limit = '20', offset = '0' }) => {
				const at = Number(offset);
				const end = at + Math.min(Number(limit), lengths[at % lengths.length]);
				return { calls: calls.slice(at, end), ...tell(end, calls.length) };
			};
			const given = await host.polls(2);
			const bursts = [5, 60, 0, 130, 1];
			for (const [index, count] of bursts.entries()) {
				come(calls, host, count, { prefix: `new-${index}`, idName: 'call_id', status: 'success' });
				const { events, errors } = await host.polls(1);
				given.events.push(...events);
				given.errors.push(...errors);
			}
			given.events.push(...(await host.polls(6)).events);
			expect(given.errors).toEqual([]);
			expect(idsOf(given.events).sort()).toEqual(
				bursts.flatMap((count, index) => numbered(`new-${index}`, count)).sort(),
			);
		},
	);

	const ends = TELLS.flatMap(([what, tell]) =>
		[404, 500].flatMap((status) => [50, 230].map((count) => [status, count, what, tell] as const)),
	);
	test.each(ends)(
		'may be a %d behind the last of %d rows, with %s',
		async (status, count, _what, tell) => {
			const calls = rowsOf(count, 'call_id', { status: 'success' });
			const host = new PollingHost(built, 'callFinished');
			host.routes[CALLS] = ({ limit = '50', offset = '0' }, response) => {
				const at = Number(offset);
				if (at >= calls.length) return refused(response, status);
				const end = at + Math.min(Number(limit), 50);
				return { calls: calls.slice(at, end), ...tell(end, calls.length) };
			};
			const before = await host.polls(2);
			come(calls, host, 60, { idName: 'call_id', status: 'success' });
			const { events, errors } = await host.polls(4);
			expect([before.events, before.errors, errors]).toEqual([[], [], []]);
			expect(idsOf(events).sort()).toEqual(numbered('new', 60).sort());
		},
	);
});
