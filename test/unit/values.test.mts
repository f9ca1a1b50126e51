import * as values from '../../nodes/shared/fields/values';
import {
	anyGiven,
	CHOICES,
	GIVEN,
	type Kind,
	NOTHING,
	WORDS_FOR_NOTHING,
	WORKFLOW_ZONE,
} from '../support/givenValues.mts';
import fc from '../support/property.mts';

const settings = { timezone: WORKFLOW_ZONE };

const READERS: Record<Kind, (value: unknown) => unknown> = {
	boolean: values.asBoolean,
	choice: (value) => values.asChoice(value, CHOICES),
	choices: (value) => values.asChoices(value, CHOICES).join(','),
	country: values.asCountry,
	date: (value) => values.asDate(value, settings),
	dateTime: (value) => values.asLocalDateTime(value, settings),
	decimal: values.asNumber,
	email: values.asEmail,
	id: values.asId,
	idList: values.asIdList,
	integer: values.asInteger,
	json: values.asObject,
	moment: values.asMoment,
	phone: values.asPhoneNumber,
	recipient: values.asRecipient,
	text: values.asText,
	textList: values.asTextList,
	time: (value) => values.asTime(value, settings),
	timezone: values.asTimezone,
	word: values.asWord,
};

/** What became of a value: what is sent, or the end of the message. */
function outcome(kind: Kind, value: unknown): unknown {
	try {
		return READERS[kind](value);
	} catch (error) {
		expect(error).toBeInstanceOf(values.InvalidValue);
		return String((error as Error).message.match(/\(given: (.*)\)$/s)?.[1]);
	}
}

describe.each(Object.keys(GIVEN) as Kind[])('%s', (kind) => {
	test.each(GIVEN[kind].map((given) => [values.shown(given.value), given] as const))(
		'%s',
		(_shown, given) => {
			expect(outcome(kind, given.value)).toEqual('sent' in given ? given.sent : given.refused);
		},
	);
});

test.each(NOTHING)('%j is nothing', (value) => {
	expect(values.isEmpty(value)).toBe(true);
});

test.each([0, false, 'a', '0', {}, [0], [['a']], { __rl: true, value: 'a' }])(
	'%j is something',
	(value) => {
		expect(values.isEmpty(value)).toBe(false);
	},
);

test.each([undefined, null, '', ' '])('a locator with %j is empty', (value) => {
	expect(values.isEmpty({ __rl: true, mode: 'id', value })).toBe(true);
});

test.each(WORDS_FOR_NOTHING)('%j is a word for nothing', (value) => {
	expect(values.saysNothing(value)).toBe(true);
	expect(values.saysNothing(`${value} at all`)).toBe(false);
});

describe('numbers with bounds', () => {
	test.each<[unknown, number]>([
		[1, 1],
		['50', 50],
		[' 7 ', 7],
	])('%j is a party size', (value, expected) => {
		expect(values.asInteger(value, { min: 1, max: 50 })).toBe(expected);
	});
	test.each([0, 51, 1.5, 'two', '', NaN, Infinity, true, null])('%j is none', (value) => {
		expect(() => values.asInteger(value, { min: 1, max: 50 })).toThrow(values.InvalidValue);
	});
	test.each([
		[{ min: 1 }, 0, 'must be a number of at least 1 (given: 0)'],
		[{ min: 1, max: 50 }, '51', 'must be a number between 1 and 50 (given: "51")'],
		[{ min: 1, max: 50 }, 'many', 'must be a number between 1 and 50 (given: "many")'],
	])('%j', (bounds, value, message) => {
		expect(() => values.asNumberWithin(value, bounds)).toThrow(message);
	});
});

test('a segment of a path never leads elsewhere', () => {
	fc.assert(
		fc.property(fc.oneof(fc.string({ unit: 'binary' }), anyGiven), (id) => {
			let segment: string;
			try {
				segment = values.asPathSegment(id);
			} catch (error) {
				expect(error).toBeInstanceOf(values.InvalidValue);
				return;
			}
			const url = new URL(`https://example.org/v1/calls/${segment}`);
			expect(url.pathname.split('/')).toHaveLength(4);
			expect(url.search + url.hash).toBe('');
			expect(decodeURIComponent(url.pathname.split('/')[3])).toBe(values.asId(id));
		}),
		{ numRuns: 2000 },
	);
});

test('a header value never starts another header', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (value) => {
			try {
				expect(values.asHeaderValue(value)).toMatch(/^[\x20-\x7e]+$/);
			} catch (error) {
				expect(error).toBeInstanceOf(values.InvalidValue);
			}
		}),
	);
});

test('every reader answers any value with a value or InvalidValue', () => {
	fc.assert(
		fc.property(fc.oneof(fc.anything(), anyGiven), (value) => {
			values.isEmpty(value);
			values.saysNothing(value);
			for (const kind of Object.keys(READERS) as Kind[]) outcome(kind, value);
		}),
		{ numRuns: 3000 },
	);
});

test('what was given is shown short, on one line and without markup', () => {
	fc.assert(
		fc.property(fc.oneof(fc.string({ unit: 'binary' }), anyGiven), (value) => {
			const text = values.shown(value);
			expect(text.length).toBeLessThan(500);
			expect(text).not.toMatch(/[<>]|[\p{Cc}\p{Cf}]/u);
		}),
		{ numRuns: 2000 },
	);
});

test('what a reader gives reads the same once more', () => {
	fc.assert(
		fc.property(anyGiven, (value) => {
			for (const kind of Object.keys(READERS) as Kind[]) {
				let once: unknown;
				try {
					once = READERS[kind](value);
				} catch {
					continue;
				}
				if (!values.isEmpty(once)) expect([kind, outcome(kind, once)]).toEqual([kind, once]);
			}
		}),
		{ numRuns: 3000 },
	);
});
