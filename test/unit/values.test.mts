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
				expect(values.asKey(value)).toMatch(/^[\x20-\x7e]+$/);
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

test.each<[reader: () => unknown, message: string]>([
	[() => values.asText({}), 'must be text (given: an object)'],
	[() => values.asWord('null'), 'must be text (given: "null")'],
	[() => values.asWord(' '), 'must be text (given: " ")'],
	[
		() => values.asPhoneNumber('020 7946 0001'),
		'must be a phone number in E.164 format, such as +15550100: without a plus sign and a country code, its country is unknown. Add both at the source; in a spreadsheet, format the column as plain text (given: "020 7946 0001")',
	],
	[
		() => values.asPhoneNumber('+44 (0)20 7946 0001'),
		'must be a phone number in E.164 format, such as +15550100: leave out the (0), which is dialed only inside some countries (given: "+44 (0)20 7946 0001")',
	],
	[
		() => values.asPhoneNumber('Clara'),
		'must be a phone number in E.164 format: a plus sign, the country code and the number, such as +15550100 (given: "Clara")',
	],
	[
		() => values.asEmail('Clara'),
		'must be one email address, such as name@email.com (given: "Clara")',
	],
	[
		() => values.asRecipient('?', 'telegram'),
		'must be a Telegram name, such as @clara_soto, or a phone number in E.164 format, such as +15550100 (given: "?")',
	],
	[
		() => values.asRecipient('Clara'),
		'must be a phone number in E.164 format, such as +15550100, or one email address, such as name@email.com (given: "Clara")',
	],
	[
		() => values.asRecipient('5550100'),
		'must be a phone number in E.164 format, such as +15550100: without a plus sign and a country code, its country is unknown. Add both at the source; in a spreadsheet, format the column as plain text (given: "5550100")',
	],
	[() => values.asNumber('many'), 'must be a number, such as 1250.5 (given: "many")'],
	[() => values.asInteger(1.5), 'must be a whole number (given: 1.5)'],
	[() => values.asBoolean('maybe'), 'must be true or false (given: "maybe")'],
	[() => values.asChoice('c', { a: 'A', b: 'B' }), 'must be one of a, b (given: "c")'],
	[() => values.asTextList({}), 'must be a list (given: an object)'],
	[() => values.asObject('{'), 'must be valid JSON (given: "{")'],
	[() => values.asObject('[1, 2]'), 'must be a JSON object (given: "[1, 2]")'],
	[
		() => values.asTimezone('here'),
		'must be an IANA time zone such as Europe/London (given: "here")',
	],
	[
		() => values.asDate('tomorrow', settings),
		'must be a date in the form YYYY-MM-DD (given: "tomorrow")',
	],
	[
		() => values.asLocalDateTime('2031-05-16', settings),
		'must be a date with a time in the form YYYY-MM-DDTHH:MM, such as 2031-05-16T20:00 (given: "2031-05-16")',
	],
	[
		() => values.asTime('noon', settings),
		'must be a time in the form HH:MM on the 24-hour clock, such as 19:30 (given: "noon")',
	],
	[() => values.asMoment(' '), 'must be a date or a time (given: " ")'],
	[() => values.asInstant('noon'), 'must be a date with a time (given: "noon")'],
	[() => values.asId('null'), 'must be an ID (given: "null")'],
	[() => values.asPathSegment('..'), "must be an ID; '.' and '..' are paths (given: \"..\")"],
	[
		() => values.asPathSegment('\ud800'),
		'must be an ID; it has characters that cannot be sent (given: "[U+D800]")',
	],
	[() => values.asKey('\n'), 'must be text (given: "[U+000A]")'],
])('a reader says what it takes and what was given: %#', (read, message) => {
	expect(read).toThrow(new values.InvalidValue(message));
});

describe('UTC from a language model, where the clocks say otherwise', () => {
	const item = { timezone: 'America/New_York', forModel: true };
	const local = 'must be local time without Z, such as 2031-05-16T10:00: with Z it would be';

	test.each<[() => unknown, string]>([
		[
			() => values.asLocalDateTime('2031-05-16T10:00Z', item),
			`${local} 2031-05-16T06:00:00 in America/New_York (given: "2031-05-16T10:00Z")`,
		],
		[
			() => values.asTime('2031-05-16T10:00Z', item),
			`${local} 06:00 in America/New_York (given: "2031-05-16T10:00Z")`,
		],
		[
			() => values.asDate('2031-05-16T01:00Z', item),
			`${local} 2031-05-15 in America/New_York (given: "2031-05-16T01:00Z")`,
		],
	])('is refused', (read, message) => {
		expect(read).toThrow(new values.InvalidValue(message));
	});

	test('is taken where both say the same, with another offset, and from people', () => {
		const read = (value: string, changes: object = {}) =>
			values.asLocalDateTime(value, { ...item, ...changes });
		expect(read('2031-01-16T10:00Z', { timezone: 'Europe/London' })).toBe('2031-01-16T10:00:00');
		expect(read('2031-05-16T10:00+02:00')).toBe('2031-05-16T04:00:00');
		expect(read('2031-05-16T10:00Z', { forModel: false })).toBe('2031-05-16T06:00:00');
		expect(values.asDate('2031-05-16T10:00Z', item)).toBe('2031-05-16');
		expect(values.asDate('2031-05-16T00:00+02:00', item)).toBe('2031-05-15');
	});
});

test.each<[value: unknown, text: string]>([
	['x'.repeat(40), `"${'x'.repeat(40)}"`],
	['x'.repeat(41), `"${'x'.repeat(40)}…"`],
	[['a'], 'a list with "a"'],
	[[['a']], 'a list with a list'],
	[['a', 'b'], 'a list of 2 entries'],
	[null, 'null'],
	[undefined, 'undefined'],
	[() => 1, 'a function'],
	[Symbol('s'), 'a symbol'],
	[{}, 'an object'],
	[new Date(NaN), 'an invalid date'],
	[Buffer.from('a'), 'binary data'],
	[{ type: 'Buffer', data: [97] }, 'binary data'],
])('what was given is shown: %#', (value, text) => {
	expect(values.shown(value)).toBe(text);
});

const GUESS = 'its country is unknown';

test.each([
	...['5', '55', '5550100', '555-0100', '555\u20130100', '(555) 0100', '555.0100', '555/0100'],
	...['1e10', '15550100E5', '1.55e+10', '1.5e10'],
])('%j might be a number of any country', (value) => {
	expect(() => values.asPhoneNumber(value)).toThrow(GUESS);
});

test.each([
	...['5550100a', 'a5550100', '( ) -', '5_5', '+1555-0100-0100-0100-0100'],
	...['ae5', '1.ae5', '1ex', '1e10x', 'x1e10', '1e', '1e-5', '1.e5', 'e5'],
])('%j is no number of any country', (value) => {
	expect(() => values.asPhoneNumber(value)).toThrow('a plus sign, the country code and the number');
});

const local = (length: number) => `${'a'.repeat(32)}.${'b'.repeat(length - 33)}@example.org`;

test.each([
	local(64),
	'clara@ex-ample.org',
	'clara@a.1b.org',
	'clara@1.23example.org',
	'mailto:clara@example.org?subject=a',
])('%s is an address', (address) => {
	const plain = address.replace(/^mailto:|\?.*$/g, '');
	expect(values.asEmail(address)).toBe(plain);
	expect(values.asRecipient(address)).toBe(plain);
	expect(values.asRecipient(address, 'email')).toBe(plain);
});

test.each([
	local(65),
	'clara@example-.org',
	'clara@ex.ample-.org',
	'clara@example.12',
	'abcdefgclara@example.org?mailto:',
	'mailto:%zz@example.org',
])('%s is no address', (address) => {
	expect(() => values.asEmail(address)).toThrow(values.InvalidValue);
});

test.each([
	['@clara_soto', '@clara_soto'],
	['clara_soto', '@clara_soto'],
	['Clara Soto <@clara_soto>', '@clara_soto'],
	['+1 555 0101', '+15550101'],
])('%j is somebody on Telegram', (value, recipient) => {
	expect(values.asRecipient(value, 'telegram')).toBe(recipient);
});

test.each(['call', 'whatsapp'])('a recipient by %s is a phone number', (channel) => {
	expect(values.asRecipient('+1 555 0101', channel)).toBe('+15550101');
	expect(() => values.asRecipient('clara@example.org', channel)).toThrow('phone number in E.164');
	expect(() => values.asRecipient('+15550101', 'email')).toThrow('one email address');
});

test('eight layers of marks are taken off, and no more', () => {
	const marked = (layers: number) => `${'"'.repeat(layers)}a${'"'.repeat(layers)}`;
	expect(values.asWord(marked(8))).toBe('a');
	expect(values.asWord(marked(9))).toBe('"a"');
});

test('a number is never -0, and may be bounded from above alone', () => {
	expect(values.asNumber('-0')).toBe(0);
	expect(values.asNumberWithin(-3, { max: 5 })).toBe(-3);
	expect(() => values.asNumberWithin(6, { max: 5 })).toThrow(values.InvalidValue);
	expect(() => values.asNumber(true)).toThrow(values.InvalidValue);
});

test('a choice is read whatever stands between its words, the stored value first', () => {
	const statuses = { in_progress: 'In Progress', done: 'All Done' };
	for (const given of ['in_progress', 'In  Progress', 'IN - PROGRESS', 'in_ progress'])
		expect(values.asChoice(given, statuses)).toBe('in_progress');
	expect(values.asChoice('all-done', statuses)).toBe('done');
	expect(() => values.asChoice('inprogress', statuses)).toThrow(values.InvalidValue);
	expect(values.asChoice('a_b', { a_b: 'X', 'a b': 'Y' })).toBe('a_b');
	expect(() => values.asChoice('A b', { a_b: 'X', 'a b': 'Y' })).toThrow(values.InvalidValue);
});

test.each<[unknown, string[]]>([
	['a, b;c\n d ', ['a', 'b', 'c', 'd']],
	['[a, b]', ['a', 'b']],
	['[a], b', ['[a]', 'b']],
	['a, [b]', ['a', '[b]']],
	['["a,b", "c"]', ['a,b', 'c']],
	["['a', 'b']", ['a', 'b']],
	[
		[' a ', '', 7],
		['a', '7'],
	],
])('%j has entries', (value, entries) => {
	expect(values.asEntries(value)).toEqual(entries);
});

test('JSON may be written twice, and not three times', () => {
	const written = (times: number): string =>
		times === 0 ? '{"a":1}' : JSON.stringify(written(times - 1));
	expect([0, 1].map((times) => values.asObject(written(times)))).toEqual([{ a: 1 }, { a: 1 }]);
	expect(() => values.asObject(written(2))).toThrow('must be a JSON object');
});

test('a time zone keeps the name that was given, in the letters of the host', () => {
	expect(values.asTimezone('america/NEW_york')).toBe('America/New_York');
	expect(values.asTimezone('Asia/Kolkata')).toBe('Asia/Kolkata');
	expect(values.asTimezone('Asia/Calcutta')).toBe('Asia/Calcutta');
	for (const name of ['UTC', 'GMT', 'CET', 'EET', 'EST5EDT', 'Japan', 'Etc/GMT+5'])
		expect(values.asTimezone(name)).toBe(name);
});

// Hosts read BST as Dhaka, IST as Calcutta, and EST without summer time.
test.each(['EST', 'bst', 'IST', 'PST', 'MST', 'AST', 'ACT', 'EDT', 'UTC+2', '+02:00', 'local'])(
	'the abbreviation or offset %s is no time zone',
	(value) => {
		expect(() => values.asTimezone(value)).toThrow('must be an IANA time zone');
	},
);

describe('on the clocks of New York', () => {
	const item = { timezone: 'America/New_York' };

	test.each([
		['2031-5-16', '2031-05-16'],
		['2031-05-6', '2031-05-06'],
		['2031-05-16T00:00Z', '2031-05-16'],
		['2031-05-16T00:00:00Z', '2031-05-16'],
		['2031-05-16T00:00:00.000Z', '2031-05-16'],
		['2031-05-16T00:00:01Z', '2031-05-15'],
		['2031-05-16T00:00+00:30', '2031-05-15'],
		['2031-05-16T00:00-00:00', '2031-05-16'],
		['2031-05-16T00:00+01:00', '2031-05-15'],
		['2031-05-16T10:00:00', '2031-05-16'],
	])('%s is the day %s', (value, day) => {
		expect(values.asDate(value, item)).toBe(day);
	});

	test.each([
		'2031-05-16T25:00',
		'2031-05-16T10:60',
		'2031-05-16T19',
		'2031-02-30',
		'9999-06-01T10:00Z',
	])('%s is no day', (value) => {
		expect(() => values.asDate(value, item)).toThrow(values.InvalidValue);
	});

	test.each([
		['2031-05-16T19:30:59', '2031-05-16T19:30:59'],
		['2031-05-16 7:05 pm', '2031-05-16T19:05'],
		['2031-05-16T10:00+02:00', '2031-05-16T04:00:00'],
	])('%s is %s', (value, time) => {
		expect(values.asLocalDateTime(value, item)).toBe(time);
	});

	test('a year has four digits', () => {
		expect(values.asLocalDateTime('0999-05-16T12:00Z', item)).toMatch(/^0999-05-16T0/);
	});

	test.each([
		['1 pm', '13:00'],
		['12 am', '00:00'],
		['12:30 p.m.', '12:30'],
		['19:30:59', '19:30'],
		['2031-05-16T10:00+02:00', '04:00'],
		['2031-05-16T10:00Z', '06:00'],
		['1899-12-30T10:00Z', '10:00'],
		['2031-05-16T10:00', '10:00'],
	])('%s is %s o’clock', (value, time) => {
		expect(values.asTime(value, item)).toBe(time);
	});

	test.each([
		'19',
		'7:30',
		'0 am',
		'00:30 am',
		'13 pm',
		'24:00',
		'19:60',
		'19:30:60',
		'2031-05-16',
	])('%s is no time', (value) => {
		expect(() => values.asTime(value, item)).toThrow(values.InvalidValue);
	});

	test('a model may say another offset than that of UTC', () => {
		expect(values.asTime('2031-05-16T10:00+02:00', { ...item, forModel: true })).toBe('04:00');
	});
});

test('a point in time is read in UTC where it says no offset', () => {
	const noon = Date.parse('2031-05-16T12:00:00Z');
	expect(values.asInstant('2031-05-16T12:00:00')).toBe(noon);
	expect(values.asInstant('2031-05-16T14:00:00+02:00')).toBe(noon);
});

test('a point in time without an offset is one of the clocks of the time zone, on both sides of their changes', () => {
	const local = (value: string, timezone = 'America/New_York') =>
		new Date(values.asLocalInstant(value, { timezone })).toISOString();
	expect(local('2031-01-16T12:00:00')).toBe('2031-01-16T17:00:00.000Z');
	expect(local('2031-07-16T12:00')).toBe('2031-07-16T16:00:00.000Z');
	// The clocks go forward at two on 9 March 2031, which is at seven in UTC.
	expect(local('2031-03-09T01:30:00')).toBe('2031-03-09T06:30:00.000Z');
	expect(local('2031-03-09T03:30:00')).toBe('2031-03-09T07:30:00.000Z');
	expect(local('2031-07-16T12:00:00.5')).toBe('2031-07-16T16:00:00.500Z');
	expect(local('2031-07-16T12:00:00Z')).toBe('2031-07-16T12:00:00.000Z');
	expect(local('2031-07-16T12:00:00+02:00')).toBe('2031-07-16T10:00:00.000Z');
	expect(local('2031-07-16T12:00:00', 'Asia/Kolkata')).toBe('2031-07-16T06:30:00.000Z');
	expect(() => local('soon')).toThrow(values.InvalidValue);
});

test('a suggestion is the stored value of what is meant, or another word as it is', () => {
	const urgencies = { high: 'High', very_high: 'Very High' };
	expect(values.asSuggestion('Very high', urgencies)).toBe('very_high');
	expect(values.asSuggestion(' whenever ', urgencies)).toBe('whenever');
	for (const value of ['', {}, null])
		expect(() => values.asSuggestion(value, urgencies)).toThrow(values.InvalidValue);
});

test('a value of a query has at most 2000 characters', () => {
	expect(values.asQueryValue('x'.repeat(2000))).toHaveLength(2000);
	expect(values.asQueryValue(7)).toBe(7);
	expect(() => values.asQueryValue('x'.repeat(2001))).toThrow('must have at most 2000 characters');
});

test('an ID has at most 1000 characters, and is no step to another path', () => {
	expect(values.asId('x'.repeat(1000))).toHaveLength(1000);
	expect(() => values.asId('x'.repeat(1001))).toThrow(values.InvalidValue);
	for (const path of ['.', '..'])
		expect(() => values.asPathSegment(path)).toThrow("'.' and '..' are paths");
	expect(values.asPathSegment('a/b ?')).toBe('a%2Fb%20%3F');
});

test('a key is the text itself where a header can have it, and otherwise a digest of it', () => {
	expect(values.asKey(' lead 1 ')).toBe('lead 1');
	expect(values.asKey('x'.repeat(255))).toHaveLength(255);
	const others = [
		'Campaña',
		'Campana\u0303',
		'x'.repeat(256),
		'x'.repeat(257),
		'a\nb',
		'\ud800',
		'\ud801',
	];
	const keys = others.map(values.asKey);
	expect(new Set(keys).size).toBe(others.length);
	for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
	expect(values.asKey(' Campaña ')).toBe(keys[0]);
	for (const value of ['', ' ', {}, null])
		expect(() => values.asKey(value)).toThrow(values.InvalidValue);
});
