import { bucketOf } from '../../nodes/KallyAiTrigger/cursor/memory';
import type { ListState } from '../../nodes/KallyAiTrigger/cursor/state';
import { formerLists } from '../../nodes/KallyAiTrigger/cursor/versionOne';

/** A time at which a quarter of an hour begins. */
const T = 1_000 * 15 * 60_000;

const settingsOf = (event: string) => `now ${event}`;
const stored = (lists: unknown, more: Record<string, unknown> = {}) => ({
	version: 1,
	settings: 'then',
	lists,
	...more,
});
const broughtBy = (value: unknown) => formerLists(value, 'then', settingsOf);
/** What a list brings over: its floor is enough to begin with. */
const brought = (more: Record<string, unknown>): ListState | undefined =>
	broughtBy(stored({ message: { floor: [T, ''], ...more } })).message;

test('a list goes on from its floor, under the settings of today', () => {
	expect(broughtBy(stored({ message: { floor: [T, 'abcdefgh'] } }))).toEqual({
		message: {
			settings: 'now message',
			floor: [T, 'abcdefg'],
			back: T,
			former: true,
			seen: {},
			open: {},
			learnt: {},
		},
	});
});

test('each list has its own settings and memory', () => {
	const lists = broughtBy(
		stored({
			message: { floor: [T, ''], seen: { '-': 'aaaaaaaa' } },
			voicemail: { floor: [0, ''], seen: { '-': 'bbbbbbbb' } },
		}),
	);
	expect(lists).toMatchObject({
		message: { settings: 'now message', floor: [T, ''], seen: { '-': 'aaaaaaa' } },
		voicemail: { settings: 'now voicemail', floor: [0, ''], seen: { '-': 'bbbbbbb' } },
	});
});

test.each<[string, unknown]>([
	['nothing', undefined],
	['null', null],
	['a text', 'then'],
	["today's version", stored({ message: { floor: [T, ''] } }, { version: 2 })],
	['a version as text', stored({ message: { floor: [T, ''] } }, { version: '1' })],
	['other settings', stored({ message: { floor: [T, ''] } }, { settings: 'others' })],
	['no settings', stored({ message: { floor: [T, ''] } }, { settings: undefined })],
	['no lists', stored(undefined)],
	['lists that are none', stored([{ floor: [T, ''] }])],
])('%s brings nothing', (_what, value) => {
	expect(broughtBy(value)).toEqual({});
});

test.each<[string, unknown]>([
	['null', null],
	['a text', 'x'],
	['no floor', { seen: {}, pending: {} }],
	['a floor that is none', { floor: { 0: T, 1: '' } }],
	['a floor without a time', { floor: [null, ''] }],
	['a floor whose time is a text', { floor: [String(T), ''] }],
	['a floor without a key', { floor: [T] }],
	['a floor whose key is a number', { floor: [T, 7] }],
])('%s is left out, the lists around it are not', (_what, broken) => {
	const whole = { floor: [T, ''] };
	const lists = broughtBy(stored({ message: whole, voicemail: broken, goalChanged: whole }));
	expect(Object.keys(lists)).toEqual(['message', 'goalChanged']);
});

describe('known events', () => {
	const at = (time: number) => time.toString(36);

	test.each<[string, unknown, Record<string, string>]>([
		['none', {}, {}],
		['not said', undefined, {}],
		['null', null, {}],
		['one, by the first seven of its eight characters', { [at(T)]: 'abcdefgh' }, { rs: 'abcdefg' }],
		['two of one time', { [at(T)]: 'abcdefghABCDEFGH' }, { rs: 'abcdefgABCDEFG' }],
		[
			'those of one quarter of an hour together',
			{ [at(T)]: 'aaaaaaaa', [at(T + 899_999)]: 'bbbbbbbb', [at(T + 900_000)]: 'cccccccc' },
			{ rs: 'aaaaaaabbbbbbb', rt: 'ccccccc' },
		],
		['those without a time', { '-': 'abcdefghABCDEFGH' }, { '-': 'abcdefgABCDEFG' }],
		['no half key', { [at(T)]: 'abcdefghABCDEFG' }, { rs: 'abcdefg' }],
		['no keys that are no text', { [at(T)]: 7, '-': 'abcdefgh' }, { '-': 'abcdefg' }],
	])('%s', (_what, seen, expected) => {
		expect(bucketOf(T)).toBe('rs');
		expect(brought({ seen })?.seen).toEqual(expected);
	});
});

describe('followed rows', () => {
	test.each<[string, unknown, ListState['open']]>([
		['none', {}, {}],
		['not said', undefined, {}],
		['null', null, {}],
		[
			'one that is looked for, with the statuses that were given out and none that it is in',
			{ abcdefgh: [T, 'stat', 1] },
			{ abcdefg: [T, '', 'stat'] },
		],
		[
			'one that is looked for no longer',
			{ abcdefgh: [T, 'stat', 0] },
			{ abcdefg: [null, '', 'stat'] },
		],
		['one without a time', { abcdefgh: [null, 'stat', 1] }, { abcdefg: [null, '', 'stat'] }],
		['one of which nothing was given out', { abcdefgh: [T, '', 1] }, { abcdefg: [T, '', ''] }],
		[
			'what is no row, the others are taken',
			{ aaaaaaaa: 'stat', bbbbbbbb: [T, 7, 1], cccccccc: null, abcdefgh: [T, 'stat', 1] },
			{ abcdefg: [T, '', 'stat'] },
		],
	])('%s', (_what, pending, expected) => {
		expect(brought({ pending })?.open).toEqual(expected);
	});
});
