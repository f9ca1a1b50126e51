import { createHash } from 'node:crypto';

import { idOfContent, readIds, stableText } from '../../nodes/KallyAiTrigger/cursor/ids';
import {
	bucketOf,
	compareRows,
	type Look,
	Memory,
	type Row,
	settle,
} from '../../nodes/KallyAiTrigger/cursor/memory';
import { orderOf, placeRows } from '../../nodes/KallyAiTrigger/cursor/order';
import {
	keyOf,
	keysIn,
	type ListState,
	nothingSeen,
	readLists,
} from '../../nodes/KallyAiTrigger/cursor/state';
import { readTimes } from '../../nodes/KallyAiTrigger/cursor/times';

const QUARTER = 15 * 60_000;
/** A time at which a quarter of an hour begins. */
const T = 1_000 * QUARTER;

/** The first characters of the digest that every stored key begins with: others would make all known events new. */
const digest = (text: string, length: number) =>
	createHash('sha256').update(text).digest('base64url').slice(0, length);

describe('the text of a row', () => {
	test.each<[unknown, string]>([
		[{ b: 1, a: [2, { d: null, c: 'x' }] }, '{"a":[2,{"c":"x","d":null}],"b":1}'],
		[['b', 'a'], '["b","a"]'],
		[[], '[]'],
		[{}, '{}'],
		['a"b', '"a\\"b"'],
		[undefined, ''],
		[{ a: undefined }, '{"a":}'],
		[true, 'true'],
	])('%j is %s', (value, text) => {
		expect(stableText(value)).toBe(text);
	});

	test('does not depend on the order of its fields, and makes the ID of a row that has none', () => {
		expect(idOfContent({ b: 1, a: 2 })).toBe(idOfContent({ a: 2, b: 1 }));
		expect(idOfContent({ a: 2 })).toBe(`#${digest('{"a":2}', 8)}`);
	});
});

describe('the IDs of rows', () => {
	type Rows = Array<Record<string, unknown>>;
	const ids = (rows: Rows, own = ['call_id'], foreign = ['goal_id'], shared = new Set<string>()) =>
		readIds(rows, own, foreign, shared);

	test.each<[string, Rows, string[]]>([
		['its own name before the usual one', [{ id: 'a', call_id: 'b' }], ['b']],
		['its own in another spelling', [{ id: 'a', callId: 'b' }], ['b']],
		['its own with capitals and dashes', [{ id: 'a', 'Call-ID': 'b' }], ['b']],
		['a usual one before one that ends in its own', [{ the_call_id: 'b', id: 'a' }], ['a']],
		['one that ends in its own before that of others', [{ goal_id: 'c', the_call_id: 'b' }], ['b']],
		['that of others where there is no better one', [{ goal_id: 'c', other: 'd' }], ['c']],
		['no name that only ends in the same letters', [{ recall_id: 'b', goal_id: 'c' }], ['c']],
		['a number', [{ id: 7 }], ['7']],
		['0', [{ id: 0 }], ['0']],
		['no empty text', [{ id: '', uuid: 'u' }], ['u']],
		['no null', [{ id: null, uuid: 'u' }], ['u']],
		['no object', [{ id: { a: 1 }, uuid: 'u' }], ['u']],
		['no truth', [{ id: true, uuid: 'u' }], ['u']],
		['what a row says where it has none', [{ name: 'x' }], [`#${digest('{"name":"x"}', 8)}`]],
		[
			'the next one for a row without the first',
			[{ id: 'a', uuid: 'u' }, { uuid: 'v' }],
			['a', 'v'],
		],
		['the same row twice', [{ id: 'a' }, { id: 'a' }], ['a', 'a']],
	])('%s', (_what, rows, expected) => {
		expect(ids(rows)).toEqual(expected);
	});

	test('any of several names of its own may be at the end', () => {
		expect(ids([{ goal_id: 'c', the_call_id: 'b' }], ['ride_id', 'call_id'])).toEqual(['b']);
	});

	test.each(['id', 'uuid', '_id', 'guid', 'uid', 'sid', 'key', 'reference'])(
		'%s is a usual name',
		(name) => {
			expect(ids([{ [name]: 'a', goal_id: 'c' }])).toEqual(['a']);
		},
	);

	test('the usual names in their order', () => {
		const all = { reference: 8, key: 7, sid: 6, uid: 5, guid: 4, _id: 3, uuid: 2, id: 1 };
		const names = Object.keys(all).reverse();
		names.forEach((_name, index) => {
			const rest = Object.fromEntries(
				Object.entries(all).filter(([other]) => names.indexOf(other) >= index),
			);
			expect(ids([rest])).toEqual([String(index + 1)]);
		});
	});

	test('a field that different rows have in common is none, now and later', () => {
		const shared = new Set<string>();
		const rows = [
			{ call_id: 'same', id: 'a', n: 1 },
			{ call_id: 'same', id: 'b', n: 2 },
		];
		expect(readIds(rows, ['call_id'], [], shared)).toEqual(['a', 'b']);
		expect([...shared]).toEqual(['call_id']);
		expect(readIds([{ call_id: 'x', id: 'c' }], ['call_id'], [], shared)).toEqual(['c']);
		expect([...shared]).toEqual(['call_id']);
	});

	test('fields after one that every row has for itself are not looked at', () => {
		const shared = new Set<string>();
		const rows = [
			{ id: 'a', uuid: 'same', n: 1 },
			{ id: 'b', uuid: 'same', n: 2 },
		];
		expect(readIds(rows, [], [], shared)).toEqual(['a', 'b']);
		expect(shared.size).toBe(0);
	});

	test('fields after one that not every row has are looked at', () => {
		const shared = new Set<string>();
		const rows = [{ id: 'a', uuid: 'same' }, { uuid: 'same' }];
		expect(readIds(rows, [], [], shared)).toEqual(['a', idOfContent({ uuid: 'same' })]);
		expect([...shared]).toEqual(['uuid']);
	});
});

describe('keys', () => {
	test('are the beginning of a digest, seven characters long', () => {
		expect(keyOf('a')).toBe(digest('a', 7));
		expect(keyOf('a', 4)).toBe(digest('a', 4));
	});

	test.each<[string, number | undefined, string[]]>([
		['', undefined, []],
		['abcdefg', undefined, ['abcdefg']],
		['abcdefgABCDEFG', undefined, ['abcdefg', 'ABCDEFG']],
		['abcdefgABC', undefined, ['abcdefg']],
		['aabbc', 2, ['aa', 'bb']],
	])('%j taken apart', (keys, length, expected) => {
		expect(keysIn(keys, length)).toEqual(expected);
	});
});

test.each([
	[0, '0'],
	[QUARTER - 1, '0'],
	[QUARTER, '1'],
	[37 * QUARTER + 5, '11'],
])('what happened at %d is kept with its quarter of an hour', (time, bucket) => {
	expect(bucketOf(time)).toBe(bucket);
});

/** A row of a list of new things; `more` says what is otherwise. */
const rowOf = (id: string, more: Partial<Row> = {}): Row => ({
	id: digest(id, 7),
	key: digest(id, 7),
	eventId: id,
	status: '',
	open: false,
	again: false,
	wanted: true,
	at: T,
	time: T,
	content: {},
	...more,
});

describe('the order of events', () => {
	const at = (time: number | undefined, key: string) => rowOf('x', { at: time, key });

	test.each<[Row, Row, number]>([
		[at(1, 'b'), at(2, 'a'), -1],
		[at(2, 'a'), at(1, 'b'), 1],
		[at(1, 'a'), at(1, 'b'), -1],
		[at(1, 'b'), at(1, 'a'), 1],
		[at(1, 'a'), at(1, 'a'), 0],
		[at(undefined, 'a'), at(1, 'b'), 1],
		[at(1, 'b'), at(undefined, 'a'), -1],
		[at(undefined, 'a'), at(undefined, 'b'), -1],
	])('%#', (one, other, expected) => {
		expect(compareRows(one, other)).toBe(expected);
	});
});

describe('what is remembered', () => {
	const stateOf = (more: Partial<ListState>): ListState => ({ ...nothingSeen('s'), ...more });
	const remembering = (...ids: string[]) => ({ 0: ids.map((id) => digest(id, 7)).join('') });
	const numberIn = (more: Partial<ListState>, row: Row) => Memory.of(stateOf(more)).numberOf(row);

	test.each<[string, Partial<ListState>, Row, number]>([
		['a new row', {}, rowOf('a'), 1],
		['a row that is known', { seen: remembering('b', 'a') }, rowOf('a'), 0],
		['a row that is not asked for', {}, rowOf('a', { wanted: false }), 0],
		['a row from before all that is known', { floor: [T + 1, ''] }, rowOf('a'), 0],
		['one of the time of the floor', { floor: [T, ''] }, rowOf('a'), 1],
		['one of that time with a lower key', { floor: [T, '~'] }, rowOf('a'), 0],
		['one of a later time with a lower key', { floor: [T - 1, '~'] }, rowOf('a'), 1],
		['one of that time with the same key', { floor: [T, digest('a', 7)] }, rowOf('a'), 1],
		['one without a place', { floor: [T, ''] }, rowOf('a', { at: undefined }), 1],
		[
			'one that was known by another key',
			{ seen: remembering('old') },
			rowOf('a', { former: digest('old', 7) }),
			0,
		],
		[
			'the former key counts at the floor',
			{ floor: [T, 'm'] },
			rowOf('a', { key: 'a', former: 'z' }),
			1,
		],
		[
			'an old one that was known in another status',
			{ floor: [T + 1, ''], seen: remembering('b') },
			rowOf('a', { others: () => [digest('b', 7)] }),
			1,
		],
		[
			'an old one that was not',
			{ floor: [T + 1, ''], seen: remembering('b') },
			rowOf('a', { others: () => [digest('c', 7)] }),
			0,
		],
		[
			'one that is back in a status of before',
			{ seen: remembering('a') },
			rowOf('a', { status: 'done', open: true, again: true }),
			2,
		],
		[
			'one that is back for the third time',
			{ seen: { 0: digest('a', 7) + digest('a:2', 7) } },
			rowOf('a', { status: 'done', open: true, again: true }),
			3,
		],
		[
			'but not where its return is no event',
			{ seen: remembering('a') },
			rowOf('a', { status: 'done', open: true }),
			0,
		],
		[
			'nor where the status stays',
			{ seen: remembering('a') },
			rowOf('a', { status: 'done', again: true }),
			0,
		],
		[
			'nor without a status',
			{ seen: remembering('a') },
			rowOf('a', { open: true, again: true }),
			0,
		],
		[
			'nor for what an older version left',
			{ former: true, seen: remembering('a') },
			rowOf('a', { status: 'done', open: true, again: true }),
			0,
		],
		[
			'a followed row in its status',
			{ open: { [digest('a', 7)]: [T, 'stat'] } },
			rowOf('a', { status: 'stat' }),
			0,
		],
		[
			'a followed row in another one',
			{ open: { [digest('a', 7)]: [T, 'stat'] } },
			rowOf('a', { status: 'othr' }),
			1,
		],
		[
			'one whose status was given out by an older version',
			{ open: { [digest('a', 7)]: [T, '', 'statothr'] } },
			rowOf('a', { status: 'othr' }),
			0,
		],
		[
			'one whose status was not',
			{ open: { [digest('a', 7)]: [T, '', 'stat'] } },
			rowOf('a', { status: 'othr' }),
			1,
		],
		[
			'one that is back in a status which was given out',
			{ open: { [digest('a', 7)]: [T, 'last', 'stat'] } },
			rowOf('a', { status: 'stat', again: true }),
			2,
		],
		[
			'one that is back where this is no event',
			{ open: { [digest('a', 7)]: [T, 'last', 'stat'] } },
			rowOf('a', { status: 'stat' }),
			0,
		],
		[
			'one that was known by another key and is back',
			{ seen: remembering('old') },
			rowOf('a', { former: digest('old', 7), status: 'done', open: true, again: true }),
			2,
		],
		[
			'an old one that was known in one of several statuses',
			{ floor: [T + 1, ''], seen: remembering('b') },
			rowOf('a', { others: () => [digest('c', 7), digest('b', 7)] }),
			1,
		],
		[
			'one without a status is not followed',
			{ open: { [digest('a', 7)]: [T, ''] } },
			rowOf('a'),
			1,
		],
		[
			'one whose status an older version gave out is not back',
			{ open: { [digest('a', 7)]: [T, '', 'othr'] } },
			rowOf('a', { status: 'othr', again: true }),
			0,
		],
		['what only looks like a followed row', {}, rowOf('a', { id: 'constructor', status: 'x' }), 1],
	])('%s', (_what, state, row, expected) => {
		expect(numberIn(state, row)).toBe(expected);
	});

	test.each<[string, Partial<ListState>, Row, boolean]>([
		['a new row', {}, rowOf('a'), false],
		['a known one', { seen: remembering('a') }, rowOf('a'), true],
		['a new one that is not asked for', {}, rowOf('a', { wanted: false }), false],
		[
			'a known one that is not asked for',
			{ seen: remembering('a') },
			rowOf('a', { wanted: false }),
			true,
		],
		[
			'an old one that is not asked for',
			{ floor: [T + 1, ''] },
			rowOf('a', { wanted: false }),
			true,
		],
		[
			'a followed one in its status',
			{ open: { [digest('a', 7)]: [T, 'x'] } },
			rowOf('a', { status: 'x' }),
			true,
		],
		[
			'a followed one in its status that is not asked for',
			{ open: { [digest('a', 7)]: [T, 'x'] } },
			rowOf('a', { status: 'x', wanted: false }),
			true,
		],
		[
			'one in another status that is not asked for',
			{ open: { [digest('a', 7)]: [T, 'x'] } },
			rowOf('a', { status: 'y', wanted: false }),
			false,
		],
		[
			'one whose status is not known that is not asked for',
			{ open: { [digest('a', 7)]: [T, ''] } },
			rowOf('a', { status: 'y', wanted: false }),
			true,
		],
		[
			'one in another status whose return is no event',
			{ open: { [digest('a', 7)]: [T, 'x'] }, seen: remembering('a') },
			rowOf('a', { status: 'y' }),
			false,
		],
		[
			'an old one that was in another status',
			{ floor: [T + 1, ''], seen: remembering('b') },
			rowOf('a', { others: () => [digest('b', 7)] }),
			false,
		],
		[
			'one whose status an older version gave out',
			{ open: { [digest('a', 7)]: [T, '', 'othr'] } },
			rowOf('a', { status: 'othr' }),
			true,
		],
	])('whether it knows %s', (_what, state, row, expected) => {
		expect(Memory.of(stateOf(state)).knows(row)).toBe(expected);
	});

	test('looks for rows that were not missed twice', () => {
		const state = stateOf({ open: { a: [5, 'x'], b: [-7, 'x'], c: [null, 'x'] } });
		expect(Memory.of(state).sought()).toEqual(
			new Map([
				['a', 5],
				['b', 7],
			]),
		);
	});

	test('an event that happens again has its number in its key', () => {
		const memory = Memory.of(stateOf({}));
		expect(memory.keyOf(rowOf('a', { key: 'k' }), 1)).toBe('k');
		expect(memory.keyOf(rowOf('a', { key: 'k' }), 2)).toBe(digest('a:2', 7));
	});
});

describe('after a look', () => {
	const TOLERANCE = 60_000;
	const lookAt = (rows: Row[], more: Partial<Look> = {}): Look => ({
		rows,
		old: new Set(),
		newest: T,
		whole: true,
		passed: () => true,
		learnt: {},
		now: T + 1000,
		urgent: false,
		incomplete: false,
		...more,
	});
	const after = (
		before: ListState | undefined,
		look: Look,
		given = new Set(look.rows),
		vanishes = false,
	) => settle(before, 's', look, given, { tolerance: TOLERANCE, vanishes });
	const known: ListState = { ...nothingSeen('s'), back: T - 10 * QUARTER, since: T - QUARTER };

	test('the first one takes what is there as known', () => {
		const state = after(undefined, lookAt([rowOf('a')]), new Set());
		expect(state).toEqual({
			settings: 's',
			floor: [0, ''],
			back: T - TOLERANCE,
			since: T + 1000,
			seen: { [bucketOf(T)]: digest('a', 7) },
			open: {},
			learnt: {},
		});
		expect(Memory.of(state).numberOf(rowOf('a'))).toBe(0);
	});

	test('the first one that was not given all has its floor after the oldest row', () => {
		expect(after(undefined, lookAt([rowOf('a')], { whole: false, oldest: T - 5 })).floor).toEqual([
			T - 4,
			'',
		]);
		expect(after(undefined, lookAt([rowOf('a')], { since: T - 9 })).floor).toEqual([T - 9, '']);
		expect(after(undefined, lookAt([rowOf('a')], { whole: true, oldest: T - 5 })).floor).toEqual([
			0,
			'',
		]);
		expect(after(known, lookAt([], { whole: false, oldest: T - 5 })).floor).toEqual([0, '']);
	});

	test('what was not given out stays new, and is read again', () => {
		const late = rowOf('late', { at: T - 3 * QUARTER });
		const look = lookAt([rowOf('a'), late], { learnt: { total: 9 } });
		const state = after(known, look, new Set([look.rows[0]]));
		expect(state.back).toBe(T - 3 * QUARTER);
		expect(state.learnt.total).toBe(8);
		expect(Memory.of(state).numberOf(rowOf('a'))).toBe(0);
		expect(Memory.of(state).numberOf(late)).toBe(1);
	});

	test('what has no place and was not given out leaves the reading where it was', () => {
		const state = after(known, lookAt([rowOf('a', { at: undefined })]), new Set());
		expect(state.back).toBe(known.back);
	});

	test('a look that has not found all reads as far back again', () => {
		expect(after(known, lookAt([], { incomplete: true })).back).toBe(known.back);
		expect(after(known, lookAt([])).back).toBe(T - TOLERANCE);
		expect(after(known, lookAt([], { newest: undefined })).back).toBe(known.back);
		expect(after(undefined, lookAt([], { newest: 5 })).back).toBe(0);
	});

	test('is quiet where nothing new came, and calm after twice the tolerance', () => {
		const quiet = after(known, lookAt([], { now: T - QUARTER + 2 * TOLERANCE }));
		expect([quiet.since, quiet.isCalm]).toEqual([T - QUARTER, undefined]);
		const calm = after(known, lookAt([], { now: T - QUARTER + 2 * TOLERANCE + 1 }));
		expect([calm.since, calm.isCalm]).toEqual([T - QUARTER, true]);
		const busy = after(known, lookAt([rowOf('a')]));
		expect([busy.since, busy.isCalm]).toEqual([T + 1000, undefined]);
		const unsure = after(known, lookAt([], { incomplete: true }));
		expect([unsure.since, unsure.isCalm]).toEqual([T + 1000, undefined]);
		const first = after({ ...known, since: undefined }, lookAt([]));
		expect([first.since, first.isCalm]).toEqual([T + 1000, undefined]);
	});

	test('rows ahead of time are kept with the newest, those without a place apart', () => {
		const { seen } = after(
			known,
			lookAt([rowOf('ahead', { at: T + 9 * QUARTER }), rowOf('none', { at: undefined })]),
		);
		expect(seen).toEqual({ [bucketOf(T)]: digest('ahead', 7), '-': digest('none', 7) });
		expect(after(known, lookAt([rowOf('a')], { newest: undefined })).seen).toEqual({
			[bucketOf(T)]: digest('a', 7),
		});
	});

	test('a row is kept once', () => {
		const twice = { ...known, seen: { [bucketOf(T)]: digest('a', 7) } };
		expect(after(twice, lookAt([rowOf('a')])).seen).toEqual(twice.seen);
		expect(after(known, lookAt([rowOf('a'), rowOf('a')])).seen).toEqual(twice.seen);
	});

	test('rows that may change are followed, as long as they are found', () => {
		const row = rowOf('a', { status: 'x', open: true });
		const first = after(known, lookAt([row]));
		expect(first.open).toEqual({ [row.id]: [T, 'x'] });
		const missed = after(first, lookAt([]));
		expect(missed.open).toEqual({ [row.id]: [-T, 'x'] });
		const twice = after(missed, lookAt([]));
		expect(twice.open).toEqual({ [row.id]: [null, 'x'] });
		expect(after(twice, lookAt([])).open).toEqual({ [row.id]: [null, 'x'] });
		expect(after(missed, lookAt([row])).open).toEqual({ [row.id]: [T, 'x'] });
		expect(after(first, lookAt([], { passed: () => false })).open).toEqual(first.open);
		expect(after(first, lookAt([]), new Set(), true).open).toEqual({});
		expect(after(first, lookAt([], { whole: false }), new Set(), true).open).toEqual(missed.open);
		expect(after(first, lookAt([rowOf('a', { status: 'y' })])).open).toEqual({});
		expect(after(known, lookAt([rowOf('a', { open: true })])).open).toEqual({});
	});

	test('a followed row that was not given out stays in its status', () => {
		const before = { ...known, open: { [digest('a', 7)]: [T - 5, 'x', 'stat'] as never } };
		const row = rowOf('a', { status: 'y', open: true });
		expect(after(before, lookAt([row]), new Set()).open).toEqual(before.open);
		expect(after(before, lookAt([row])).open).toEqual({ [row.id]: [T, 'y', 'stat'] });
	});

	test('a followed row has its place, at most that of the newest', () => {
		const placed = (at: number | undefined, more: Partial<Look> = {}) =>
			Object.values(after(known, lookAt([rowOf('a', { status: 'x', open: true, at })], more)).open);
		expect(placed(T - 5)).toEqual([[T - 5, 'x']]);
		expect(placed(T + 9 * QUARTER)).toEqual([[T, 'x']]);
		expect(placed(T + 5, { newest: undefined })).toEqual([[T + 5, 'x']]);
		expect(placed(undefined)).toEqual([[null, 'x']]);
	});

	test('a followed row of the time 0, as empty dates have it, is given up like any other', () => {
		const row = rowOf('a', { status: 'x', open: true, at: 0 });
		const first = after(known, lookAt([row]));
		expect(first.open).toEqual({ [row.id]: [1, 'x'] });
		const missed = after(first, lookAt([]));
		expect(missed.open).toEqual({ [row.id]: [-1, 'x'] });
		expect(after(missed, lookAt([])).open).toEqual({ [row.id]: [null, 'x'] });
		const stored = { ...known, open: { [row.id]: [0, 'x'] as [number, string] } };
		expect(after(stored, lookAt([])).open).toEqual({ [row.id]: [null, 'x'] });
	});

	test('what changes late is kept with the newest, or apart where it has no place', () => {
		const id = digest('a', 7);
		const followed = {
			...known,
			floor: [T + 1, ''] as [number, string],
			open: { [id]: [5, 'x'] as never },
		};
		const kept = (more: Partial<Row>, before: ListState = followed) =>
			after(before, lookAt([rowOf('a', more)])).seen;
		expect(kept({ status: 'y', at: T - 9 * QUARTER })).toEqual({ [bucketOf(T)]: id });
		expect(kept({ status: 'x', at: T - 9 * QUARTER })).toEqual({ [bucketOf(T)]: id });
		expect(kept({ status: 'y', at: undefined })).toEqual({ '-': id });
		const clockless = lookAt([rowOf('a', { status: 'y', at: 7 })], { newest: undefined });
		expect(after(followed, clockless).seen).toEqual({ '-': id });
		const back = { ...followed, open: {}, seen: { 1: digest('b', 7) } };
		expect(kept({ at: T - 9 * QUARTER, others: () => [digest('b', 7)] }, back)).toEqual({
			...back.seen,
			[bucketOf(T)]: id,
		});
	});

	test('an old row is not kept', () => {
		const id = digest('a', 7);
		const before = { ...known, floor: [T + 1, ''] as [number, string] };
		expect(after(before, lookAt([rowOf('a')])).seen).toEqual({});
		expect(
			after({ ...before, open: { [id]: [5, ''] as never } }, lookAt([rowOf('a')])).seen,
		).toEqual({});
	});

	test('an event that happens again is kept with its number', () => {
		const before = { ...known, seen: { 1: digest('a', 7) } };
		const row = rowOf('a', { status: 'x', open: true, again: true });
		expect(after(before, lookAt([row])).seen).toEqual({
			...before.seen,
			[bucketOf(T)]: digest('a:2', 7),
		});
	});

	test('is quiet where every row is known', () => {
		const before = { ...known, seen: { [bucketOf(T)]: digest('a', 7) } };
		expect(after(before, lookAt([rowOf('a')])).since).toBe(known.since);
	});

	test('a row that was not given out and not followed is not followed then', () => {
		const state = after(known, lookAt([rowOf('a', { status: 'x', open: true })]), new Set());
		expect(Object.keys(state.open)).toEqual([]);
	});

	test('what was said and missed is kept only where there is something', () => {
		const state = after(known, lookAt([], { warning: 'w', missed: 'm' }));
		expect([state.said, state.missed]).toEqual(['w', 'm']);
		expect(after(known, lookAt([]))).not.toHaveProperty('said');
		expect(after(known, lookAt([]))).not.toHaveProperty('missed');
	});

	test('old quarters of an hour are forgotten where more than 2,000 rows are known', () => {
		const keys = (count: number, from: string) =>
			Array.from({ length: count }, (_, index) => digest(`${from}${index}`, 7)).join('');
		const [oldest, middle, newest] = [10, 11, 12].map((quarter) => quarter.toString(36));
		const full = {
			...known,
			seen: {
				'-': '',
				[middle]: keys(5, 'm'),
				[newest]: keys(2000, 'n'),
				[oldest]: keys(3, 'o'),
			},
		};
		const state = after(full, lookAt([]));
		expect(Object.keys(state.seen).sort()).toEqual(['-', newest]);
		expect(state.floor).toEqual([12 * QUARTER, '']);
		const fewer = { ...known, seen: { ...full.seen, [newest]: keys(1995, 'n') } };
		const kept = after(fewer, lookAt([]));
		expect(Object.keys(kept.seen).sort()).toEqual(['-', middle, newest]);
		expect(kept.floor).toEqual([11 * QUARTER, '']);
		const late = after(full, lookAt([], { newest: 11 * QUARTER + TOLERANCE - 1 }));
		expect(Object.keys(late.seen).sort()).toEqual(['-', oldest, middle, newest]);
		const just = after(full, lookAt([], { newest: 11 * QUARTER + TOLERANCE }));
		expect(Object.keys(just.seen).sort()).toEqual(['-', middle, newest]);
		const higher = after({ ...full, floor: [20 * QUARTER, 'k'] }, lookAt([]));
		expect(higher.floor).toEqual([20 * QUARTER, 'k']);
		const same = after({ ...full, floor: [12 * QUARTER, 'k'] }, lookAt([]));
		expect(same.floor).toEqual([12 * QUARTER, 'k']);
	});

	test('rows without a time are forgotten beyond 2,000, those that are still there never', () => {
		const all = Array.from({ length: 2003 }, (_, index) => digest(`t${index}`, 7));
		const there = rowOf('t0', { at: undefined });
		const state = after({ ...known, seen: { '-': all.join('') } }, lookAt([there]));
		const kept = keysIn(state.seen['-']);
		expect(kept).toEqual([...all.slice(3), all[0]]);
		const last = after(
			{ ...known, seen: { '-': all.join('') } },
			lookAt([rowOf('t2002', { at: undefined })]),
		);
		expect(keysIn(last.seen['-'])).toEqual(all.slice(2));
		const few = { ...known, seen: { '-': all.slice(0, 2000).join('') } };
		expect(after(few, lookAt([there])).seen).toEqual(few.seen);
	});
});

describe('the order of a list', () => {
	const rows = (...times: Array<number | undefined>) =>
		times.map((time, index) => rowOf(String(index), { time, at: undefined }));
	const steps = (count: number, step: number) =>
		Array.from({ length: count + 1 }, (_, index) => T + index * step);

	test.each<[string, Array<number | undefined>, number[], string | undefined]>([
		['four far steps down', steps(4, -2000), [], 'newest'],
		['four far steps up', steps(4, 2000), [], 'oldest'],
		['three', steps(3, -2000), [], undefined],
		['seven near steps down', steps(7, -1000), [], undefined],
		['eight near steps down', steps(8, -1000), [], 'newest'],
		['eight near steps up', steps(8, 1000), [], 'oldest'],
		['far steps both ways', [T, T + 2000, T, T + 2000, T], [], 'none'],
		['a near step the wrong way among far ones', [...steps(4, -2000), T - 7500], [], 'newest'],
		['a far step the wrong way', [...steps(4, -2000), T - 5000], [], 'none'],
		['one near step the wrong way among ten', [...steps(10, -500), T - 4900], [], undefined],
		['one among twenty', [...steps(20, -500), T - 9900], [], 'newest'],
		['the same time over and over', [T, T, T, T, T, T, T, T, T], [], undefined],
		[
			'rows without a time between',
			[T, undefined, T - 2000, undefined, T - 4000, T - 6000, T - 8000],
			[],
			'newest',
		],
		[
			'one that is dated ahead',
			[T, T + 9e9, ...steps(4, -2000).map((time) => time - 1)],
			[T + 1],
			'newest',
		],
		[
			'one that is ahead of the second clock only',
			[T, T + 9e9, ...steps(4, -2000).map((time) => time - 1)],
			[T + 9e10, T + 1],
			'newest',
		],
		['a row of exactly the time of the clock counts', [...steps(4, -2000), T + 9e9], [T], 'newest'],
		['two steps both ways', [T, T + 2000, T], [], undefined],
		['seven near steps up', steps(7, 1000), [], undefined],
		[
			'seven of twenty-one the wrong way',
			[
				...steps(21, -500),
				...Array.from({ length: 7 }, (_, index) => T - 10_500 + 500 * (index + 1)),
			],
			[],
			undefined,
		],
		['one far step the wrong way among near ones', [...steps(20, -500), T - 5000], [], undefined],
		['none of the rows before the clock', steps(4, -2000), [0], 'newest'],
		['no order by any clock', [T, T + 2000, T, T + 2000, T], [T + 9e9], 'none'],
		[
			'too few rows before the first clock',
			[T, T + 9e9, ...steps(4, -2000).map((time) => time - 1)],
			[0, T + 1],
			'newest',
		],
		['no order by either clock', [T, T + 2000, T, T + 2000, T], [T + 1000], undefined],
	])('%s', (_what, times, clocks, expected) => {
		expect(orderOf(rows(...times), 1000, clocks)).toBe(expected);
	});

	test.each<[string, Array<number | undefined>, boolean, Array<number | undefined>]>([
		['their own times', [3, 2, 1], true, [3, 2, 1]],
		['the newer neighbour, newest first', [3, undefined, 1], true, [3, 3, 1]],
		['the newer neighbour, oldest first', [1, undefined, 3], true, [1, 3, 3]],
		['the only neighbour', [undefined, 2, undefined], true, [2, 2, 2]],
		['nothing where there is no order', [3, undefined, 1], false, [3, undefined, 1]],
		['nothing where nobody has a time', [undefined, undefined], true, [undefined, undefined]],
	])('rows have %s', (_what, times, isOrdered, places) => {
		const placed = rows(...times);
		placeRows(placed, isOrdered);
		expect(placed.map(({ at }) => at)).toEqual(places);
	});
});

describe('the times of rows', () => {
	const ISO = '2026-03-01T08:00:00Z';
	const AT = Date.parse(ISO);

	test.each([
		'created_at',
		'received_at',
		'timestamp',
		'started_at',
		'date',
		'created',
		'received',
		'sent_at',
		'occurred_at',
		'start_time',
		'time',
		'ts',
	])('%s is one, also in metadata', (name) => {
		const other = { updated_at: '2026-05-05T05:05:05Z' };
		expect(readTimes([{ ...other, [name]: ISO }])).toEqual([AT]);
		expect(readTimes([{ ...other, metadata: { [name]: ISO } }])).toEqual([AT]);
	});

	test.each<[string, Record<string, unknown>, number | undefined]>([
		['metadata before the row', { created_at: '2026-05-05T05:05:05Z', metadata: { ts: ISO } }, AT],
		['the row where metadata has none', { created_at: ISO, metadata: {} }, AT],
		['a beginning before another time', { call_at: '2026-05-05T05:05:05Z', inserted: ISO }, AT],
		['another time before a change', { updated_at: '2026-05-05T05:05:05Z', call_at: ISO }, AT],
		['a change where there is no other', { updated_at: ISO }, AT],
		['a beginning in any tense', { call_at: '2026-05-05T05:05:05Z', begun: ISO }, AT],
		['a name that begins with a word of time', { when_called: ISO }, AT],
		['a name that ends in one', { calltime: ISO }, AT],
		['no name that only begins with its letters', { attitude: ISO }, undefined],
		['no appointment', { appointment_time: ISO }, undefined],
		['no due date', { due_date: ISO }, undefined],
		['no schedule', { scheduled_at: ISO }, undefined],
		['no name that says nothing of time', { value: ISO }, undefined],
		['no text that is no time', { created_at: 'soon' }, undefined],
		['another spelling', { 'Call-At': ISO }, AT],
	])('%s', (_what, row, expected) => {
		expect(readTimes([row])).toEqual([expected]);
	});

	test('a field is taken where half of the rows have a time in it', () => {
		const [row, empty] = [{ inserted: ISO }, {}];
		expect(readTimes([row, empty])).toEqual([AT, undefined]);
		expect(readTimes([row, empty, empty])).toEqual([undefined, undefined, undefined]);
	});

	test('other fields are left alone where half of the rows say it under a usual name', () => {
		const usual = { inserted: '2026-05-05T05:05:05Z', created_at: ISO };
		const other = { inserted: ISO };
		expect(readTimes([usual, other])).toEqual([AT, undefined]);
		expect(readTimes([usual, other, other])).toEqual([AT, AT, AT]);
	});
});

describe('stored lists', () => {
	const list = nothingSeen('s');

	test('are read where they are whole', () => {
		expect(readLists({ version: 2, lists: { a: list } })).toEqual({ a: list });
	});

	test('are read with keys and followed rows', () => {
		const full = { ...list, seen: { 1: 'abcdefg' }, open: { a: [null, 'stat'] } };
		expect(readLists({ version: 2, lists: { full } })).toEqual({ full });
	});

	test.each<[string, unknown]>([
		['no object', null],
		['another version', { version: 1, lists: { a: list } }],
		['no lists', { version: 2 }],
	])('%s', (_what, stored) => {
		expect(readLists(stored)).toEqual({});
	});

	test.each<[string, unknown]>([
		['nothing', null],
		['a text', 'x'],
		['no settings', { ...list, settings: 1 }],
		['no floor', { ...list, floor: 5 }],
		['a floor without a time', { ...list, floor: ['0', ''] }],
		['a floor without a key', { ...list, floor: [0] }],
		['no end of reading', { ...list, back: null }],
		['keys that are no object', { ...list, seen: [] }],
		['keys that are no text', { ...list, seen: { 0: 'ok', 1: 5 } }],
		['followed rows that are no object', { ...list, open: 'x' }],
		['a followed row that is no list', { ...list, open: { a: 'xx' } }],
		['a followed row without a status', { ...list, open: { a: [1, 2] } }],
		['nothing learnt', { ...list, learnt: null }],
	])('%s is left out, the others are read', (_what, broken) => {
		expect(readLists({ version: 2, lists: { broken, a: list } })).toEqual({ a: list });
	});
});
