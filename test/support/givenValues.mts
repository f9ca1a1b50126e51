import { DateTime, type Zone } from 'luxon';

import fc from './property.mts';

/** Kinds of values by what they mean, which is what the OpenAPI document says of a field. */
export type Kind =
	| 'boolean'
	| 'choice'
	| 'choices'
	| 'country'
	| 'date'
	| 'dateTime'
	| 'decimal'
	| 'email'
	| 'id'
	| 'idList'
	| 'integer'
	| 'json'
	| 'moment'
	| 'phone'
	| 'recipient'
	| 'text'
	| 'textList'
	| 'time'
	| 'timezone'
	| 'word';

/** The time zone of the workflow for which `GIVEN` says what is sent. */
export const WORKFLOW_ZONE = 'America/New_York';

/** What the rows about choices choose from: stored value -> name in the editor. */
export const CHOICES = { in_progress: 'In Progress', pending: 'Pending', completed: 'Completed' };

/** A value as somebody gives it: what is sent for it, or how the message says what was given. */
export type Given = { value: unknown; sent: unknown } | { value: unknown; refused: string };

const sent = (wire: unknown, ...values: unknown[]): Given[] =>
	values.map((value) => ({ value, sent: wire }));
const asGiven = (...values: unknown[]): Given[] => values.map((value) => ({ value, sent: value }));
const refused = (value: unknown, shown = JSON.stringify(value)): Given => ({
	value,
	refused: shown.replace(/</g, '&lt;').replace(/>/g, '&gt;'),
});

/** Left out where the field may be left out, refused as "required" where not. */
export const NOTHING: unknown[] = [
	undefined,
	null,
	'',
	' ',
	'\u00a0',
	'\u200b',
	'\ufeff',
	[],
	[null],
	[undefined],
	[''],
	['\u200b', null],
];

/** Words for nothing, which are left out where a field may be left out and is no free text. */
export const WORDS_FOR_NOTHING = ['null', 'undefined', 'None', 'N/A', 'n/a', ' null\n', ['null']];

const BUFFER = { type: 'Buffer', data: [43, 49] };
const at = (text: string, zone?: string | Zone) => DateTime.fromISO(text, { zone });

const PHONES: Given[] = [
	...asGiven('+15550100', '+442079460123', '+12'),
	...sent(
		'+15550100',
		' +15550100 ',
		"'+15550100",
		"'+15550100'",
		'"+15550100"',
		'`+15550100`',
		'\u00a0+15550100\u00a0',
		'\ufeff+15550100',
		'\u202a+15550100\u202c',
		'\u202d+15550100\u202c',
		'\u2068+15550100\u2069',
		'+15550100\u200b\r\n',
		'+15550\u00ad100',
		'+1\ufe0d-555-0100',
		'+1 555 0100',
		'+1-555-0100',
		'+1\u2011555\u20110100',
		'+1.555.0100',
		'+1\u202f555\u202f0100',
		'(+1) 555-0100',
		'+1 (555) 0100',
		'\uff0b\uff11\uff15\uff15\uff15\uff10\uff11\uff10\uff10',
		'+\u0661\u0665\u0665\u0665\u0660\u0661\u0660\u0660',
		'+\u06f1\u06f5\u06f5\u06f5\u06f0\u06f1\u06f0\u06f0',
		'tel:+15550100',
		'TEL:+1-555-0100',
		'sms:+15550100',
		'whatsapp:+15550100',
		'[+1 555 0100](tel:+15550100)',
		'[Call us](tel:+15550100)',
		'Ines Soto <+15550100>',
		['+15550100'],
		['+1 555 0100'],
		['', '+15550100', null],
	),
	...sent('+15550100000', '+1 (555) 010-0000', '+1 555\u2013010\u20130000'),
	refused(15551234567, '15551234567'),
	refused(15551234567n, '15551234567'),
	refused('15551234567'),
	refused('15551234567.0'),
	refused('1.5551234567E+10'),
	refused('(555) 010-0000'),
	refused('0015550100'),
	refused('011 44 20 7946 0123'),
	refused('+15551234567.0'),
	refused('+44 (0)20 7946 0123'),
	refused('+1 555 0100 ext. 5'),
	refused('+1 555 0100x5'),
	refused('tel:+15550100;ext=5'),
	refused('+1 555 0100/01'),
	refused('+15550100, +15550101'),
	refused('+15550100 / +15550101'),
	refused('+15550100\n+15550101', '"+15550100[U+000A]+15550101"'),
	refused('+1555\n0100', '"+1555[U+000A]0100"'),
	refused('[+15550101](tel:+15550100)'),
	refused('+15550101 <+15550100>'),
	refused('+1555010012345678'),
	refused('+05550100'),
	refused('+'),
	refused('911'),
	refused('+1 800 FLOWERS'),
	refused('not a contact'),
	refused('#ERROR!'),
	refused('[object Object]'),
	refused('x'.repeat(10_000), `"${'x'.repeat(40)}…"`),
	refused({}, 'an object'),
	refused(BUFFER, 'binary data'),
	refused(['+15550100', '+15550101'], 'a list of 2 entries'),
	refused(true, 'true'),
	refused(NaN, 'NaN'),
];

const EMAILS: Given[] = [
	...asGiven('ines@example.com', 'ines.soto+sheet@mail.example.org', "o'hara@example.com"),
	...asGiven('INES@Example.com'),
	...sent(
		'ines@example.com',
		' ines@example.com\n',
		"'ines@example.com",
		'"ines@example.com"',
		'\u200bines@example.com\u200b',
		'\u202aines@example.com\u202c',
		'\ufeffines@example.com',
		'mailto:ines@example.com',
		'MAILTO:ines@example.com?subject=Hi%20there',
		'mailto:ines%40example.com',
		'<ines@example.com>',
		'Ines <ines@example.com>',
		'"Soto, Ines" <ines@example.com>',
		'ines@example.com <ines@example.com>',
		'[ines@example.com](mailto:ines@example.com)',
		'[Write to Ines](mailto:ines@example.com)',
		'ines\uff20example.com',
		['ines@example.com'],
		['ines@example.com', ''],
	),
	refused('not a contact'),
	refused('ines@'),
	refused('@example.com'),
	refused('ines@example'),
	refused('ines@@example.com'),
	refused('ines@example..com'),
	refused('ines..soto@example.com'),
	refused('ines@example.com.'),
	refused('ines@-example.com'),
	refused('ines @example.com'),
	refused('ines@example.com, bo@example.com'),
	refused('ines@example.com; bo@example.com'),
	refused('ines@example.com bo@example.com'),
	refused('bo@example.com <ines@example.com>'),
	refused('[bo@example.com](mailto:ines@a.example)'),
	refused('mailto:%ff@example.com'),
	refused('ines\u200b@example.com', '"ines[U+200B]@example.com"'),
	refused('ines@exam\u00adple.com', '"ines@exam[U+00AD]ple.com"'),
	refused({}, 'an object'),
	refused(5, '5'),
	refused(['ines@example.com', 'bo@example.com'], 'a list of 2 entries'),
];

const isContact = (given: Given): boolean => 'sent' in given;

/** Values of each kind that a field of it may be given, with nothing left out. */
export const GIVEN: Record<Kind, Given[]> = {
	phone: PHONES,
	email: EMAILS,
	recipient: [
		...PHONES.filter(isContact),
		...EMAILS.filter(isContact),
		refused('not a contact'),
		refused(15551234567, '15551234567'),
		refused('+1 555 0100 or ines@example.com'),
		refused('ines\u200b@example.com', '"ines[U+200B]@example.com"'),
		refused('ines@example.com <+15550100>'),
		refused({}, 'an object'),
	],
	text: [
		...asGiven('some text', ' kept as it is ', "'twas", 'line\nline', '[VIP] hello', 'ünï ☎️'),
		...asGiven('null', 'N/A', '-', '0', '<b>bold</b>'),
		...sent('5', 5, 5n, ['5']),
		...sent('true', true),
		...sent('2031-05-16T20:00:00.000Z', new Date('2031-05-16T20:00:00Z')),
		...sent('2031-05-16T20:00:00.000+02:00', at('2031-05-16T20:00:00+02:00', 'Europe/Berlin')),
		refused({}, 'an object'),
		refused(BUFFER, 'binary data'),
		refused(['a', 'b'], 'a list of 2 entries'),
		refused(NaN, 'NaN'),
		refused(DateTime.invalid('no date'), 'an invalid date'),
		refused(new Date(NaN), 'an invalid date'),
	],
	word: [
		...asGiven('042917', 'A-17'),
		...sent(
			'042917',
			' 042917 ',
			"'042917",
			'\u200b042917',
			'042917\r\n',
			'\uff10\uff14\uff12\uff19\uff11\uff17',
		),
		...sent('42917', 42917),
		refused({}, 'an object'),
		refused(['1', '2'], 'a list of 2 entries'),
	],
	integer: [
		...sent(7, 7, '7', ' 7 ', '7.0', 7n, "'7", '\uff17', '\u200b7', ['7'], '+7', '7,0'),
		...sent(7, '\u0667'),
		refused('seven'),
		refused('7 people'),
		refused(1.5, '1.5'),
		refused('1,5'),
		refused('1,000'),
		refused('0x7'),
		refused(true, 'true'),
		refused(NaN, 'NaN'),
		refused(Infinity, 'Infinity'),
		refused('1e400'),
		refused(1e300, '1e+300'),
		refused({}, 'an object'),
		refused([1, 2], 'a list of 2 entries'),
		refused(new Date('2031-05-16T20:00:00Z'), '2031-05-16T20:00:00.000Z'),
	],
	decimal: [
		...sent(12.5, 12.5, '12.5', ' 12.50 ', '12,5', "'12.5", '12.500', '1.25e1'),
		...sent(1250, '1 250', '1\u00a0250', '1\u202f250', "1'250", '1’250', '1,250.00', '1.250,00'),
		...sent(1250000, '1,250,000', '1.250.000', '1 250 000'),
		...sent(-3, '-3', '\u22123'),
		refused('1,250'),
		refused('12.5 €'),
		refused('1 2 3'),
		refused('a lot'),
		refused(Infinity, 'Infinity'),
		refused({}, 'an object'),
	],
	boolean: [
		...sent(true, true, 'true', 'TRUE', 'True', ' true ', "'TRUE", 1, '1', '1.0', 1n, ['true']),
		...sent(false, false, 'false', 'FALSE', 'False', '\u200bfalse', 0, '0', 0n, [false], '0.0'),
		refused('yes'),
		refused('no'),
		refused('on'),
		refused('x'),
		refused(2, '2'),
		refused(-1, '-1'),
		refused({}, 'an object'),
		refused([true, false], 'a list of 2 entries'),
	],
	choice: [
		...asGiven('in_progress', 'pending', 'completed'),
		...sent('in_progress', 'In Progress', 'IN_PROGRESS', 'in-progress', ' in progress\u200b'),
		...sent('pending', 'Pending', 'PENDING', '"pending"', ['pending']),
		refused('other'),
		refused('pending, completed'),
		refused('constructor'),
		refused('__proto__'),
		refused(1, '1'),
		refused({}, 'an object'),
	],
	choices: [
		...sent('pending', 'pending', ['pending'], 'Pending', '["pending"]', ['pending', null, '']),
		...sent(
			'pending,completed',
			['pending', 'completed'],
			'pending,completed',
			'Pending; completed',
			'pending\ncompleted',
			"['pending', 'completed']",
			'[pending, completed]',
			[' pending', 'COMPLETED'],
		),
		refused('pending,other', '"other"'),
		refused(['pending', 'undefined'], '"undefined"'),
		refused({}, 'an object'),
		refused([{}], 'an object'),
	],
	date: [
		...asGiven('2031-05-16', '2028-02-29'),
		...sent(
			'2031-05-16',
			'2031-05-16T00:00:00',
			'2031-05-16 00:00:00',
			'2031-05-16T00:00:00.000Z',
			'2031-05-16T00:00:00+00:00',
			'2031-05-16 00:00:00+00',
			'2031-05-16 00:00:00 UTC',
			'2031-05-16T00:00:00-00:00',
			'2031-05-16T12:00:00Z',
			'2031-05-16T20:00',
			'2031-05-16T23:30:00-04:00',
			'2031-05-16T20:00:00-04:00[America/New_York]',
			'2031-05-16 8:00 PM',
			'2031-05-16 00:00:00.000000',
			' 2031-05-16\u00a0',
			"'2031-05-16",
			'2031/05/16',
			'2031-5-16',
			'\uff12\uff10\uff13\uff11-05-16',
			new Date('2031-05-16T00:00:00Z'),
			new Date('2031-05-16T12:00:00Z'),
			at('2031-05-16T00:00:00', 'utc'),
			at('2031-05-16T12:00:00', 'America/New_York'),
			at('2031-05-16T00:00:00', 'America/New_York'),
			['2031-05-16'],
		),
		...sent(
			'2031-05-15',
			'2031-05-16T02:00:00.000Z',
			'2031-05-16T02:00:00+02:00',
			'2031-05-16T00:00:01Z',
			new Date('2031-05-16T02:00:00Z'),
		),
		refused('2031-02-29'),
		refused('2031-13-01'),
		refused('0000-00-00'),
		refused('16.05.2031'),
		refused('05/06/2031'),
		refused('May 16, 2031'),
		refused('tomorrow'),
		refused('2031-05-16Tnoon'),
		refused('2031-05-16T25:00:00Z'),
		refused('2031-05-16T20:00:00+30:00'),
		refused('20310516'),
		refused(20310516, '20310516'),
		refused(47984, '47984'),
		refused(1936742400000, '1936742400000'),
		refused('Invalid DateTime'),
		refused(new Date(NaN), 'an invalid date'),
		refused(DateTime.invalid('no date'), 'an invalid date'),
		refused({ toISO: 'no function' }, 'an object'),
		refused(['2031-05-16', '2031-05-17'], 'a list of 2 entries'),
	],
	dateTime: [
		...asGiven('2031-05-16T20:00', '2031-05-16T20:00:00'),
		...sent(
			'2031-05-16T20:00',
			'2031-05-16 20:00',
			'2031/05/16 20:00',
			' 2031-05-16T20:00\u200b',
			"'2031-05-16 20:00",
			'2031-05-16 8:00 PM',
			'2031-05-16 8:00\u202fpm',
		),
		...sent(
			'2031-05-16T20:00:00',
			'2031-05-16 20:00:00',
			'2031-05-16T20:00:00.000',
			'2031-05-17T00:00:00Z',
			'2031-05-17T00:00:00.000+00:00',
			'2031-05-17 00:00:00+00',
			'2031-05-17T02:00:00+02:00',
			'2031-05-17T02:00:00+0200',
			'2031-05-16T20:00:00-04:00[America/New_York]',
			new Date('2031-05-17T00:00:00Z'),
			at('2031-05-16T20:00:00', 'America/New_York'),
		),
		refused('2031-05-16'),
		refused('2031-05-16T24:00'),
		refused('2031-05-16T9:05'),
		refused('2031-02-30T20:00'),
		refused('16.05.2031 20:00'),
		refused('tomorrow at eight'),
		refused(1936742400000, '1936742400000'),
		refused(DateTime.invalid('no date'), 'an invalid date'),
		refused({}, 'an object'),
	],
	moment: [
		...asGiven('2031-05-16', '2031-05-16T20:00:00+02:00'),
		...sent('2031-05-16', ' 2031-05-16 ', '\ufeff2031-05-16', ['2031-05-16']),
		...sent('2031-05-16T20:00:00.000Z', new Date('2031-05-16T20:00:00Z')),
		refused({}, 'an object'),
		refused(DateTime.invalid('no date'), 'an invalid date'),
	],
	time: [
		...asGiven('19:30', '00:00', '23:59'),
		...sent(
			'19:30',
			'19:30:00',
			'19:30:00.000',
			'19:30:00.0000000',
			' 19:30 ',
			"'19:30",
			'\uff11\uff19:30',
			'7:30 PM',
			'7:30:00 PM',
			'7:30\u202fPM',
			'07:30pm',
			'7:30 p.m.',
			'2031-05-16T19:30:00',
			'2031-05-16T23:30:00Z',
			'1899-12-30T19:30:00.000Z',
			'1970-01-01T19:30:00.000Z',
			new Date('1970-01-01T19:30:00Z'),
			at('2031-05-16T19:30:00', 'America/New_York'),
			['19:30'],
		),
		...sent('19:00', '7 pm', '7PM'),
		...sent('00:05', '12:05 AM'),
		refused('24:00'),
		refused('9:05'),
		refused('19:60'),
		refused('19:30:61'),
		refused('19:30 PM'),
		refused('19:30+02:00'),
		refused('1930'),
		refused('19.30'),
		refused('half past seven'),
		refused(0.8125, '0.8125'),
		refused('2031-05-16'),
		refused({}, 'an object'),
	],
	timezone: [
		...asGiven('Europe/London', 'America/New_York', 'UTC', 'CET'),
		...sent('Europe/London', ' Europe/London ', 'europe/london', "'Europe/London", [
			'Europe/London',
		]),
		...sent('America/New_York', 'America/New York', 'AMERICA/NEW_YORK'),
		refused('Eastern Standard Time'),
		refused('London'),
		refused('+02:00'),
		refused(2, '2'),
		refused({}, 'an object'),
	],
	country: [
		...asGiven('ES', 'US'),
		...sent('ES', 'es', ' ES ', "'es", ['ES']),
		...asGiven('Spain'),
		refused({}, 'an object'),
	],
	id: [
		...asGiven('7c1f0e9a-0001-4b6d-9a51-2f4e6d8c0b01', 'a/b c'),
		...sent('7c1f0e9a', ' 7c1f0e9a ', '7c1f0e9a\u200b\n', '\ufeff7c1f0e9a', ['7c1f0e9a']),
		...sent('17', 17, 17n),
		refused('7c1f\u200b0e9a', '"7c1f[U+200B]0e9a"'),
		refused('[object Object]'),
		refused('NaN'),
		refused({}, 'an object'),
		refused(['a', 'b'], 'a list of 2 entries'),
	],
	idList: [
		...sent(['a'], 'a', ['a'], ' a ', '["a"]', ['a', null, ''], 'a,,'),
		...sent(
			['a', 'b'],
			['a', 'b'],
			['a', null, 'b'],
			['a', undefined, 'b'],
			[' a', 'b\u200b'],
			'a, b',
			'a; b',
			'a\r\nb',
			'["a", "b"]',
			"['a', 'b']",
			'[a, b]',
			'"a", "b"',
		),
		...sent(['1', '2'], [1, 2], '1,2', '[1, 2]'),
		...sent(['5'], 5),
		refused(['a', {}], 'an object'),
		refused(['a', 'undefined'], '"undefined"'),
		refused({}, 'an object'),
	],
	textList: [
		...sent(['Be polite'], ['Be polite'], 'Be polite', [' Be polite '], '["Be polite"]'),
		...sent(
			['Be polite', 'Be brief'],
			['Be polite', 'Be brief'],
			['Be polite', undefined, '', null, 'Be brief'],
			'Be polite\nBe brief',
			'Be polite\r\n\r\nBe brief',
			'["Be polite", "Be brief"]',
			'["Be polite", null, "Be brief"]',
			"['Be polite', 'Be brief']",
		),
		...sent(['[VIP] ask for the manager'], '[VIP] ask for the manager'),
		...sent(['[VIP] ask', '[quiet] table'], '[VIP] ask\n[quiet] table'),
		...sent(['One, two'], 'One, two'),
		...sent(['5'], 5, [5]),
		refused({}, 'an object'),
		refused(['Be polite', { text: 'Be brief' }], 'an object'),
		refused([['a', 'b']], 'a list of 2 entries'),
	],
	json: [
		...sent(
			{ vip: true },
			{ vip: true },
			'{"vip": true}',
			' {"vip":true}\u200b',
			'```json\n{"vip": true}\n```',
			'"{\\"vip\\": true}"',
			[{ vip: true }],
			'[{"vip": true}]',
		),
		...sent({}, '{}', {}),
		refused('{vip: true}'),
		refused('vip'),
		refused('[1, 2]'),
		refused('1'),
		refused(5, '5'),
		refused([{}, {}], 'a list of 2 entries'),
		refused(new Date('2031-05-16T00:00:00Z'), '2031-05-16T00:00:00.000Z'),
	],
};

/** What attackers and accidents put into any field. */
const HOSTILE = [
	'.',
	'..',
	'../../v1/credits/balance',
	'a/b?c=d#e',
	'%2e%2e%2f',
	'__proto__',
	'constructor',
	'{"__proto__": {"polluted": true}}',
	'line\r\nX-Injected: 1',
	'<img src=x onerror=alert(1)>',
	'\u0000\u202e\ud800',
	'x'.repeat(10_000),
	'='.repeat(200),
];

const everyValue = [
	...Object.values(GIVEN).flatMap((rows) => rows.map(({ value }) => value)),
	...NOTHING,
	...WORDS_FOR_NOTHING,
	...HOSTILE,
];

/** Marks and characters that sheets, word processors, messengers and models leave around a value. */
const WRAPPINGS: Array<(text: string) => string> = [
	(text) => text,
	(text) => ` ${text}`,
	(text) => `${text}\r\n`,
	(text) => `'${text}`,
	(text) => `"${text}"`,
	(text) => `\`${text}\``,
	(text) => `\u00a0${text}\u00a0`,
	(text) => `\ufeff${text}`,
	(text) => `\u202a${text}\u202c`,
	(text) => `\u2068${text}\u2069`,
	(text) => `${text}\u200b`,
	(text) => text.toUpperCase(),
	(text) => text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
	(text) => text.split('').join('\u200b'),
	(text) => `[${text}](mailto:${text})`,
	(text) => `${text}.0`,
	(text) => `${text}, ${text}`,
];

/** Such a value that is text, in a wrapping. */
export const anyGivenText: fc.Arbitrary<string> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc
			.tuple(
				fc.constantFrom(...everyValue.filter((value) => typeof value === 'string')),
				fc.constantFrom(...WRAPPINGS),
			)
			.map(([text, wrap]) => wrap(text)),
	},
	{ weight: 1, arbitrary: fc.string({ maxLength: 40, unit: 'binary' }) },
);

/**
 * Any value as spreadsheets, databases, forms, other nodes and language models give it: one of the table,
 * in a wrapping, in a list, or as text where it was none.
 */
export const anyGiven: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 4, arbitrary: fc.constantFrom(...everyValue) },
	{ weight: 4, arbitrary: anyGivenText },
	{ weight: 1, arbitrary: fc.array(fc.constantFrom(...everyValue), { maxLength: 4 }) },
	{ weight: 1, arbitrary: fc.oneof(fc.integer(), fc.double(), fc.bigInt(), fc.boolean()) },
	{ weight: 1, arbitrary: fc.date({ noInvalidDate: false }) },
	{
		weight: 1,
		arbitrary: fc.dictionary(
			fc.constantFrom('a', '__proto__', 'toISO', '__rl', 'value'),
			fc.string(),
		),
	},
);
