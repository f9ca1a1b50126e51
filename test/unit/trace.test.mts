import type { IDataObject } from 'n8n-workflow';

import {
	claim,
	findLost,
	findMade,
	findTried,
	isOfBefore,
	reachedOf,
} from '../../nodes/KallyAi/execute/trace';
import { resources } from '../../nodes/KallyAi/resources';
import type { Trace } from '../../nodes/KallyAi/table/operation';
import { fakeApi } from '../support/fakeApi.mts';

const MINUTE_MS = 60_000;
/** What the server takes for now; this machine's clock is an hour ahead of it. */
const SERVER_NOW = Date.parse('2031-05-16T10:00:00Z');
const HOST_NOW = SERVER_NOW + 60 * MINUTE_MS;
const TOLERANCE_MS = 2000;

beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(HOST_NOW));
afterEach(() => jest.restoreAllMocks());

const { make, getAll } = resources.call!.operations;

/** Records with a recipient, a text and the time they were made at. */
const TRACE: Trace = {
	list: getAll!,
	of: 'to',
	text: 'about',
	recipient: (row) => row.to,
	madeAt: (row) => row.created_at,
};

const BODY = { to: '+15550101', about: 'a table' };

let ids = 0;

/** A record that was made so long before the server's now. */
const made = (ageMs: number, changes: IDataObject = {}): IDataObject => ({
	call_id: `call-${ids++}`,
	...BODY,
	created_at: new Date(SERVER_NOW - ageMs).toISOString(),
	...changes,
});

interface Listing {
	rows: IDataObject[];
	total?: number;
	/** The server's Date header. */
	date?: string;
	/** Whether each page is the first one. */
	isStuck?: boolean;
}

/** An API that lists these records in pages; notes what it is asked. */
function apiOf({
	rows,
	total,
	date = new Date(SERVER_NOW).toUTCString(),
	isStuck = false,
}: Listing) {
	const queries: IDataObject[] = [];
	const api = fakeApi((query) => {
		queries.push(query);
		const from = isStuck ? 0 : Number(query.offset ?? 0);
		const calls = rows.slice(from, from + Number(query.limit));
		return { headers: { date }, body: { calls, total } };
	});
	return { api, queries };
}

/** One whose list cannot be read. */
const brokenApi = () => {
	const { api } = apiOf({ rows: [] });
	api.context.helpers.httpRequestWithAuthentication = async () => {
		throw new Error('no list');
	};
	return api;
};

const found = async (rows: IDataObject[], withinMs = 5 * MINUTE_MS, body: IDataObject = BODY) =>
	await findMade(apiOf({ rows }).api, TRACE, body, Date.now() - withinMs);

describe('what a lost request has made', () => {
	test.each<[string, IDataObject, IDataObject]>([
		['the same', {}, {}],
		['a number with spaces and brackets', { to: '+1 (555) 01-01' }, {}],
		['a number with dots', { to: '+1.555.0101' }, {}],
		['a request whose number is written with spaces', {}, { to: ' +1 555 0101 ' }],
		['an address in capitals', { to: ' Clara@Example.org' }, { to: 'clara@example.ORG ' }],
		['a recipient that is no text', { to: 7 }, { to: 7 }],
		['a list that says no text', { about: undefined }, {}],
	])('is found: %s', async (_what, row, body) => {
		const record = made(MINUTE_MS, row);
		expect(await found([record], undefined, { ...BODY, ...body })).toEqual(record);
	});

	test.each<[string, IDataObject]>([
		['for somebody else', { to: '+15550102' }],
		['for a number that is longer', { to: '+155501011' }],
		['about something else', { about: 'two tables' }],
		['without an ID', { call_id: undefined }],
		['without a time', { created_at: undefined }],
		['with a time that cannot be read', { created_at: 'lately' }],
		['to an address that is written with other dots', { to: 'cla.ra@example.org' }],
	])('is no record %s', async (_what, row) => {
		const to = String(row.to ?? '').includes('@') ? { to: 'clara@example.org' } : {};
		expect(await found([made(MINUTE_MS, row)], undefined, { ...BODY, ...to })).toBeUndefined();
	});

	test('is looked for within the time and what whole seconds leave open, by the clock of the server', async () => {
		const [within, behind] = [made(MINUTE_MS + TOLERANCE_MS), made(MINUTE_MS + TOLERANCE_MS + 1)];
		expect(await found([within], MINUTE_MS)).toEqual(within);
		expect(await found([behind], MINUTE_MS)).toBeUndefined();
	});

	test('is looked for by the clock of this machine where the server says none', async () => {
		const of = async (ageMs: number) => {
			const { api } = apiOf({ rows: [made(ageMs)], date: 'soon' });
			return await findMade(api, TRACE, BODY, Date.now() - 70 * MINUTE_MS);
		};
		expect(await of(9 * MINUTE_MS)).toBeDefined();
		expect(await of(11 * MINUTE_MS)).toBeUndefined();
	});

	test('is the newest of several, whatever the order of the list', async () => {
		const rows = [made(2 * MINUTE_MS), made(MINUTE_MS), made(3 * MINUTE_MS)];
		expect(await found(rows)).toEqual(rows[1]);
	});

	test('is one that is wanted', async () => {
		const rows = [made(MINUTE_MS, { status: 'success' }), made(MINUTE_MS, { status: 'calling' })];
		const isOpen = ({ status }: IDataObject) => status === 'calling';
		const { api } = apiOf({ rows });
		expect(await findMade(api, TRACE, BODY, Date.now() - 5 * MINUTE_MS, isOpen)).toEqual(rows[1]);
	});

	test('is looked for among the newest fifty, in one request', async () => {
		const { api, queries } = apiOf({ rows: [made(MINUTE_MS)] });
		await findMade(api, TRACE, BODY, Date.now() - MINUTE_MS);
		expect(queries).toEqual([{ limit: 50 }]);
	});

	test('is not known where the list cannot be read, and where there is none', async () => {
		expect(await findMade(brokenApi(), TRACE, BODY, Date.now() - MINUTE_MS)).toBeUndefined();
		const { api, queries } = apiOf({ rows: [made(MINUTE_MS)] });
		const listless = { ...TRACE, list: make! };
		expect(await findMade(api, listless, BODY, Date.now() - 5 * MINUTE_MS)).toBeUndefined();
		expect(await findLost(api, listless, BODY, Date.now() - 5 * MINUTE_MS)).toBeUndefined();
		await expect(findTried(api, listless, BODY, Date.now() - MINUTE_MS)).rejects.toThrow(
			'It is not known',
		);
		expect(queries).toEqual([]);
	});
});

describe('before a request is sent once more', () => {
	const lost = async (row: IDataObject) =>
		await findLost(
			apiOf({ rows: [made(MINUTE_MS, row)] }).api,
			TRACE,
			BODY,
			Date.now() - 5 * MINUTE_MS,
		);

	test.each<[string, IDataObject]>([
		['a number without a plus', { to: '15550101' }],
		['00 in place of the plus', { to: '0015550101' }],
		['a number that is no text', { to: 15550101 }],
		['a cut text', { about: 'a ta…' }],
		['a cut text with dots', { about: 'a ta ...' }],
		['a text in other spaces', { about: ' a\n table ' }],
		['an empty text', { about: ' ' }],
	])('it is found with %s', async (_what, row) => {
		expect(await lost(row)).toMatchObject(row);
	});

	test.each<[string, IDataObject]>([
		['without an ID', { call_id: undefined }],
		['without a time', { created_at: undefined }],
		['without a recipient', { to: undefined }],
		['with an empty recipient', { to: ' ' }],
		['with its number hidden', { to: '+1 ***-01 01' }],
		['with its number hidden by letters', { to: '+1xxx0101' }],
		['with a number that begins with a mask', { to: '•••01' }],
		['with a number without its country', { to: '0 555 0101' }],
		['with a number without its area', { to: '550101' }],
	])('it is not known where a record is %s', async (_what, row) => {
		const sentAt = new Date(HOST_NOW - 5 * MINUTE_MS).toISOString();
		await expect(lost(row)).rejects.toThrow(
			`It is not known whether this went through: it was sent at ${sentAt}`,
		);
	});

	test.each<[string, IDataObject]>([
		['for another hidden number', { to: '+1***0102' }],
		['for another number without its country', { to: '5550102' }],
		['for the end of the number', { to: '50101' }],
		['for a hidden number of another country', { to: '+2***0101' }],
		['for a hidden number that begins as this one ends', { to: '+01***01' }],
		['for a number with 00 within', { to: '1500550101' }],
		['for a number with a letter in it', { to: '+1x0101' }],
		['about a text with dots within', { about: 'a… ta' }],
		['about another cut text', { about: 'two…' }],
		['about a short beginning of the text', { about: 'a' }],
		['from before, without a recipient', { to: undefined, created_at: 1e9 }],
	])('it is nothing where a record is %s', async (_what, row) => {
		expect(await lost(row)).toBeUndefined();
	});

	test('a text that may be cut without a sign leaves it open from twenty characters on', async () => {
		const about = 'Ask whether the order has arrived';
		const of = async (characters: number) => {
			const { api } = apiOf({ rows: [made(MINUTE_MS, { about: about.slice(0, characters) })] });
			return await findLost(api, TRACE, { ...BODY, about }, Date.now() - 5 * MINUTE_MS);
		};
		await expect(of(20)).rejects.toThrow('It is not known');
		expect(await of(19)).toBeUndefined();
	});

	test('it is not known where clocks of the service that differ may hide it', async () => {
		const of = async (ageMs: number) =>
			await findLost(apiOf({ rows: [made(ageMs)] }).api, TRACE, BODY, Date.now() - MINUTE_MS);
		await expect(of(MINUTE_MS + TOLERANCE_MS + 1)).rejects.toThrow('It is not known');
		await expect(of(MINUTE_MS + TOLERANCE_MS + 30_000)).rejects.toThrow('It is not known');
		expect(await of(MINUTE_MS + TOLERANCE_MS + 30_001)).toBeUndefined();
	});

	test.each([
		['minutes', MINUTE_MS],
		['days', 24 * 60 * MINUTE_MS],
	])('it is not known where the list says %s only', async (_what, unit) => {
		const sentAt = HOST_NOW - MINUTE_MS;
		const ofRows = async (ageMs: number, other: number) =>
			await findLost(
				apiOf({ rows: [made(ageMs), made(other, { to: '+15550199' })] }).api,
				TRACE,
				BODY,
				sentAt,
			);
		const whole = (ageMs: number) => SERVER_NOW - Math.floor((SERVER_NOW - ageMs) / unit) * unit;
		const age = whole(MINUTE_MS + TOLERANCE_MS + 30_000);
		await expect(ofRows(age, whole(9 * MINUTE_MS))).rejects.toThrow('It is not known');
		expect(await ofRows(age + unit, whole(9 * MINUTE_MS))).toBeUndefined();
		// A list that says seconds means them, also where some of them are whole.
		expect(await ofRows(age + 1000, 5000)).toBeUndefined();
		expect(await ofRows(age + 1000, whole(9 * MINUTE_MS))).toBeUndefined();
	});

	test('it is not known where the list says days only, and not of each record', async () => {
		const undated = made(0, { to: '+15550199', created_at: undefined });
		const { api } = apiOf({ rows: [made(10 * 60 * MINUTE_MS), undated] });
		await expect(findLost(api, TRACE, BODY, HOST_NOW)).rejects.toThrow('It is not known');
	});

	test('it is not one of the same day that this process knows', async () => {
		const midnight = made(10 * 60 * MINUTE_MS);
		claim(midnight, TRACE);
		const { api } = apiOf({ rows: [midnight] });
		expect(await findLost(api, TRACE, BODY, HOST_NOW)).toBeUndefined();
	});

	test('it is not known where one without a time may be that of long before', async () => {
		const record = made(0, { created_at: undefined });
		jest.spyOn(Date, 'now').mockReturnValue(HOST_NOW - 10 * MINUTE_MS);
		claim(record, TRACE);
		jest.spyOn(Date, 'now').mockReturnValue(HOST_NOW);
		const { api } = apiOf({ rows: [record] });
		await expect(findLost(api, TRACE, BODY, HOST_NOW - 5 * MINUTE_MS)).rejects.toThrow(
			'It is not known',
		);
	});

	test('it is not what another item has made shortly before', async () => {
		const rows = [made(2 * MINUTE_MS)];
		claim(rows[0]!, TRACE);
		jest.spyOn(Date, 'now').mockReturnValue(HOST_NOW + 2 * MINUTE_MS - 1);
		const { api } = apiOf({ rows });
		expect(await findLost(api, TRACE, BODY, Date.now() - (2 * MINUTE_MS - 20_000))).toBeUndefined();
	});

	test('it is found beside others that may be it', async () => {
		const rows = [made(1000, { to: undefined }), made(MINUTE_MS)];
		expect(await findLost(apiOf({ rows }).api, TRACE, BODY, Date.now() - 5 * MINUTE_MS)).toEqual(
			rows[1],
		);
	});

	test('it is found however late the list is answered', async () => {
		const late = new Date(SERVER_NOW + MINUTE_MS).toUTCString();
		const { api, queries } = apiOf({ rows: [made(0)], date: late });
		// The clock of this machine goes on with the first look.
		jest
			.spyOn(Date, 'now')
			.mockImplementation(() => HOST_NOW + (queries.length > 0 ? MINUTE_MS : 0));
		expect(await findLost(api, TRACE, BODY, HOST_NOW)).toMatchObject(BODY);
	});

	test('it is nothing where the list cannot be read', async () => {
		expect(await findLost(brokenApi(), TRACE, BODY, Date.now() - MINUTE_MS)).toBeUndefined();
	});
});

describe('the outcome of one item', () => {
	test('is not that of another one', async () => {
		const rows = [made(MINUTE_MS), made(2 * MINUTE_MS)];
		claim(rows[0]!, TRACE);
		expect(await found(rows)).toEqual(rows[1]);
		claim(rows[1]!, TRACE);
		expect(await found(rows)).toBeUndefined();
	});

	test('says nothing of a later record with the same ID', async () => {
		const record = made(MINUTE_MS);
		claim({ ...record, created_at: new Date(SERVER_NOW - 9 * MINUTE_MS).toISOString() }, TRACE);
		expect(await found([record])).toEqual(record);
	});

	test('is known by its ID alone where the answer said no time', async () => {
		const record = made(MINUTE_MS);
		claim({ ...record, created_at: undefined }, TRACE);
		expect(await found([record])).toBeUndefined();
	});

	test('says nothing of what is looked for later', async () => {
		const record = made(MINUTE_MS);
		claim(record, TRACE);
		const later = (ms: number) => jest.spyOn(Date, 'now').mockReturnValue(HOST_NOW + ms);
		later(5 * MINUTE_MS + TOLERANCE_MS);
		expect(await found([record])).toBeUndefined();
		later(5 * MINUTE_MS + TOLERANCE_MS + 1);
		expect(await found([record])).toEqual(record);
	});

	test('may be without an ID', () => {
		expect(() => claim({ to: '+15550101' }, TRACE)).not.toThrow();
	});
});

describe('what an execution that was given up has made', () => {
	const others = (count: number, ageMs: (index: number) => number) =>
		Array.from({ length: count }, (_, index) => made(ageMs(index), { to: '+15550199' }));
	const tried = async (listing: Listing, withinMs = 1000 * MINUTE_MS) =>
		await findTried(apiOf(listing).api, TRACE, BODY, Date.now() - withinMs);
	const notKnown = `It is not known whether this went through: it was sent at ${new Date(HOST_NOW - 1000 * MINUTE_MS).toISOString()}`;

	test('is looked for among a thousand records', async () => {
		const rows = [...others(999, () => MINUTE_MS), made(2 * MINUTE_MS)];
		expect(await tried({ rows })).toEqual(rows[999]);
		await expect(
			tried({ rows: [...others(1000, () => MINUTE_MS), made(2 * MINUTE_MS)] }),
		).rejects.toThrow(notKnown);
	});

	test('is nothing where the whole list has nothing', async () => {
		expect(await tried({ rows: [] })).toBeUndefined();
		expect(await tried({ rows: others(999, () => MINUTE_MS) })).toBeUndefined();
	});

	test('is nothing where the newest thousand reach back behind the try, and not known where they do not', async () => {
		const newestFirst = (oldestMs: number) =>
			others(1000, (index) => oldestMs - (999 - index) * 1000);
		expect(await tried({ rows: newestFirst(1000 * MINUTE_MS + 1000) })).toBeUndefined();
		await expect(tried({ rows: newestFirst(1000 * MINUTE_MS) })).rejects.toThrow(notKnown);
	});

	test('is not known where the list begins with its oldest, or shows no order', async () => {
		const oldestFirst = others(1000, (index) => 5000 * MINUTE_MS - index * 1000);
		await expect(tried({ rows: oldestFirst })).rejects.toThrow(notKnown);
		const ofOneTime = others(1000, () => 5000 * MINUTE_MS);
		await expect(tried({ rows: ofOneTime })).rejects.toThrow(notKnown);
	});

	test('is not known where the list says that it has more than it gives', async () => {
		await expect(tried({ rows: [], total: 3 })).rejects.toThrow(notKnown);
		await expect(tried({ rows: others(2, () => MINUTE_MS), total: 3 })).rejects.toThrow(notKnown);
	});

	test('is not known where the list goes on giving the same page', async () => {
		const rows = others(200, () => MINUTE_MS);
		await expect(tried({ rows, isStuck: true })).rejects.toThrow(notKnown);
	});

	test('is nothing where the newest thousand reach back, but for some without a time', async () => {
		const rows = others(1000, (index) => (index + 2) * MINUTE_MS);
		for (const at of [0, 999]) rows[at]!.created_at = undefined;
		expect(await tried({ rows }, 999 * MINUTE_MS)).toBeUndefined();
	});

	test('is given wherever it stands', async () => {
		const rows = [...others(3, (index) => 9 * MINUTE_MS - index), made(MINUTE_MS)];
		expect(await tried({ rows, total: 10 })).toEqual(rows[3]);
	});

	test('is not known where the list cannot be read', async () => {
		await expect(findTried(brokenApi(), TRACE, BODY, Date.now() - MINUTE_MS)).rejects.toThrow(
			'no list',
		);
	});
});

describe('who was reached', () => {
	const wanted = new Set<unknown>(['+15550101', '+15550102', 'clara@example.org']);
	const reached = async (rows: IDataObject[]) =>
		await reachedOf(apiOf({ rows }).api, TRACE, wanted, Date.now() - 10 * MINUTE_MS);

	test('is said once each, as the list has it', async () => {
		const rows = [
			made(MINUTE_MS, { to: '+1 555 0101' }),
			made(2 * MINUTE_MS, { to: '+1 555 0101' }),
			made(3 * MINUTE_MS, { to: '+15550199' }),
			made(4 * MINUTE_MS, { to: 'Clara@example.org' }),
		];
		expect(await reached(rows)).toEqual(['+1 555 0101', 'Clara@example.org']);
	});

	test('is said of the time that is asked for', async () => {
		expect(await reached([made(10 * MINUTE_MS)])).toEqual(['+15550101']);
		expect(await reached([made(10 * MINUTE_MS + 1)])).toEqual([]);
	});

	test('is nobody of whom the list or the request says nothing', async () => {
		expect(await reached([made(0, { created_at: undefined })])).toEqual([]);
		const nobody = new Set<unknown>([undefined, '']);
		const { api } = apiOf({ rows: [made(0, { to: undefined }), made(0, { to: ' ' })] });
		expect(await reachedOf(api, TRACE, nobody, Date.now() - MINUTE_MS)).toEqual([]);
	});

	test('is nobody where the list cannot be read', async () => {
		expect(await reachedOf(brokenApi(), TRACE, wanted, Date.now() - MINUTE_MS)).toEqual([]);
	});
});

describe('an answer to an earlier request', () => {
	const date = new Date(SERVER_NOW).toUTCString();
	const isOld = (ageMs: number, elapsedMs: number, headers: IDataObject = { date }) =>
		isOfBefore(made(ageMs), TRACE, headers, elapsedMs);

	test('was made before the request was sent', () => {
		expect(isOld(5000 + TOLERANCE_MS, 5000)).toBe(false);
		expect(isOld(5000 + TOLERANCE_MS + 1, 5000)).toBe(true);
	});

	test('cannot be told without the clock of the server', () => {
		expect(isOld(1e9, 5000, {})).toBe(false);
		expect(isOfBefore(made(0, { created_at: undefined }), TRACE, { date }, 0)).toBe(false);
	});
});
