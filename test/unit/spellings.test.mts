import * as values from '../../nodes/shared/fields/values';

const NEW_YORK = { timezone: 'America/New_York' };

describe('a number', () => {
	test.each<[text: string, number: number]>([
		['.55', 0.55],
		['-.55', -0.55],
		['0,25', 0.25],
		['-3,25', -3.25],
		['+3,2', 3.2],
		['1,2345', 1.2345],
		['12 500', 12_500],
		['-12 500,75', -12_500.75],
		["+123'456.25", 123_456.25],
		['1’250’000', 1_250_000],
		['12,500.25', 12_500.25],
		['-123,456.5', -123_456.5],
		['1,250,000', 1_250_000],
		['12.500,25', 12_500.25],
		['+123.456,5', 123_456.5],
		['1.250.000', 1_250_000],
	])('may be %s', (text, number) => {
		expect(values.asNumber(text)).toBe(number);
	});

	test.each([
		'1,500',
		'12,500',
		'-1,500',
		'+123,500',
		'1 500e3',
		'1,500.5e3',
		'1.500,5e3',
		'0x1 500',
		'0x1,500.5',
		'0x1.500,5',
		'0x1.500',
		'0x1,500',
		'1 500;5',
		'1 500 kg',
		'12 50',
		'1,50,000',
		'. 5',
		'.',
	])('is not %s', (text) => {
		expect(() => values.asNumber(text)).toThrow(values.InvalidValue);
	});
});

describe('what a failed expression leaves', () => {
	test.each(['undefined', 'null', 'NaN', 'Invalid DateTime', '[object Object]', 'NULL'])(
		'is no word: %s',
		(text) => {
			expect(() => values.asWord(text)).toThrow(values.InvalidValue);
		},
	);

	test.each(['nullable', 'nonnull', 'Undefined Ltd', 'is null'])(
		'is not every text with such a word: %s',
		(text) => {
			expect(values.asWord(text)).toBe(text);
		},
	);

	test.each(['x-none', 'none-1', 'annull', 'not n/a'])('is no part of an ID: %s', (text) => {
		expect(values.saysNothing(text)).toBe(false);
		expect(values.asId(text)).toBe(text);
	});
});

test.each(['', '-', '---', '[]', '[ ]', '{}', '{ }', 'nil', 'Not given', '"none"', 'unspecified'])(
	'a model says nothing with %j',
	(text) => {
		expect(values.modelSaysNothing(text)).toBe(true);
	},
);

test.each(['--x', 'x-', '[a]', '{a}', '[  ]', 'nil return', 'it is not given'])(
	'a model says something with %j',
	(text) => {
		expect(values.modelSaysNothing(text)).toBe(false);
	},
);

test.each([
	['say "no"', 'say "no"'],
	['"no" twice', '"no" twice'],
	['"no"', 'no'],
	["'tis", 'tis'],
])('of the quotes in %s are taken off only those around it', (text, rest) => {
	expect(values.cleaned(text)).toBe(rest);
});

describe('one address', () => {
	test.each([
		'Ines <ines@example.org> or <dana@example.org>',
		'Ines <ines@example.org> (work)',
		'<ines@example.org> <dana@example.org>',
		'see [Ines](ines@example.org)',
		'[Ines](ines@example.org) or Kim',
		`${'a'.repeat(64)}@${`${'b'.repeat(62)}.`.repeat(3)}example`,
	])('is not %s', (text) => {
		expect(() => values.asEmail(text)).toThrow(values.InvalidValue);
	});

	test.each([
		'Ines <ines@example.org>',
		'<ines@example.org>',
		'[Ines](ines@example.org)',
		'[Ines](mailto:ines@example.org)',
	])('is %s', (text) => {
		expect(values.asEmail(text)).toBe('ines@example.org');
	});

	test.each([
		'+1 tel:5550100',
		'+15550100.0',
		'+15550100.00',
		'+15550100,000',
		'+44 (0)20 7946 0100',
		'+44 ( 0)20 7946 0100',
		'+44 (0 )20 7946 0100',
	])('is not %s', (text) => {
		expect(() => values.asPhoneNumber(text)).toThrow(values.InvalidValue);
	});

	test.each(['+1 (555) 0100', '+1 (5550) 100', 'tel:+1.555.0100', 'WhatsApp:+15550100'])(
		'is %s',
		(text) => {
			expect(values.asPhoneNumber(text)).toBe('+15550100');
		},
	);
});

test('marks before the entries of a list are taken off, and nothing else', () => {
	const text =
		'- Ines\n* Kim\n•  Dana\n   - Lee\n1. Ana\n\t12) Bo\n345. Flo\nInes - Kim\nDr. Noor\n-3\n1.5\n6789. Ola';
	expect(values.asEntries(text)).toEqual([
		'Ines',
		'Kim',
		'Dana',
		'Lee',
		'Ana',
		'Bo',
		'Flo',
		'Ines - Kim',
		'Dr. Noor',
		'-3',
		'1.5',
		'6789. Ola',
	]);
});

test.each(['see ```json\n{"a":1}\n```', '```json\n{"a":1}\n``` and more'])(
	'JSON is not part of a text: %j',
	(text) => {
		expect(() => values.asObject(text)).toThrow(values.InvalidValue);
	},
);

test.each(['```json\n{"a":1}\n```', '```\n{"a":1}\n```', '{"a":1}'])('JSON is %j', (text) => {
	expect(values.asObject(text)).toEqual({ a: 1 });
});

test.each(['1899-12-30', '1899-12-31', '1900-01-01', '1970-01-01', '0001-01-01'])(
	'%s before a time stands for no day',
	(day) => {
		expect(values.asTime(`${day}T09:00:00.000Z`, NEW_YORK)).toBe('09:00');
	},
);

test('a time after another day is converted', () => {
	expect(values.asTime('1971-01-01T09:00:00Z', NEW_YORK)).toBe('04:00');
});

test.each<[text: string, utc: string]>([
	['2031-05-16', '2031-05-16T04:00:00.000Z'],
	['2031-05-16 20:00', '2031-05-17T00:00:00.000Z'],
	['2031-05-16T20:00:15', '2031-05-17T00:00:15.000Z'],
	['2031-05-16T20:00:15.125', '2031-05-17T00:00:15.125Z'],
	['2031-05-16T20:00:15,5', '2031-05-17T00:00:15.500Z'],
	['2031-05-16T20:00:15.125Z', '2031-05-16T20:00:15.125Z'],
	['2031-05-16T20:00:15+02:00', '2031-05-16T18:00:15.000Z'],
])('%s on the clocks of New York is %s', (text, utc) => {
	expect(new Date(values.asLocalInstant(text, NEW_YORK)).toISOString()).toBe(utc);
});
