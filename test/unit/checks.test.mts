import fc from 'fast-check';
import { DateTime } from 'luxon';

import * as checks from '../../nodes/shared/fields/values';

const settings = { timezone: 'America/New_York' };

describe('phone numbers', () => {
	test.each(['+15550100', '+442079460123', ' +15550100 ', '+12'])('%j passes', (value) => {
		expect(checks.asPhoneNumber(value)).toBe(value.trim());
	});
	test.each([
		'15550100',
		'+1 555 0100',
		'+05550100',
		'911',
		'+',
		'+1555010012345678',
		'tel:+15550100',
		'＋15550100',
		'+1555\n0100',
		{},
		[],
	])('%j is refused', (value) => {
		expect(() => checks.asPhoneNumber(value)).toThrow(checks.InvalidValue);
	});
});

describe('dates', () => {
	test.each<[unknown, string]>([
		['2031-05-16', '2031-05-16'],
		['2031-05-16T00:00:00', '2031-05-16'],
		['2031-05-16 00:00:00', '2031-05-16'],
		['2031-05-16T02:00:00.000Z', '2031-05-15'],
		['2031-05-16T02:00:00+02:00', '2031-05-15'],
		[new Date('2031-05-16T12:00:00Z'), '2031-05-16'],
		[DateTime.fromISO('2031-05-16T12:00:00', { zone: 'America/New_York' }), '2031-05-16'],
		['2028-02-29', '2028-02-29'],
	])('%s', (value, expected) => {
		expect(checks.asDate(value, settings)).toBe(expected);
	});
	test.each([
		'2031-02-29',
		'2031-13-01',
		'16.05.2031',
		'tomorrow',
		'2031-5-6',
		'2031-05-16Tnoon',
		20310516,
		{},
		new Date(NaN),
		{ toISO: 'no function' },
	])('%s is refused', (value) => {
		expect(() => checks.asDate(value, settings)).toThrow(checks.InvalidValue);
	});
});

describe('times', () => {
	test.each(['00:00', '09:05', '23:59'])('%j passes', (value) => {
		expect(checks.asTime(value)).toBe(value);
	});
	test.each(['24:00', '9:05', '19:60', '7 pm', '19:30:00', '', {}])('%j is refused', (value) => {
		expect(() => checks.asTime(value)).toThrow(checks.InvalidValue);
	});
});

describe('numbers', () => {
	test.each<[unknown, number]>([
		[1, 1],
		['50', 50],
		[' 7 ', 7],
	])('%j is a party size', (value, expected) => {
		expect(checks.asInteger(value, { min: 1, max: 50 })).toBe(expected);
	});
	test.each([0, 51, 1.5, 'two', '', NaN, Infinity, true, null])('%j is none', (value) => {
		expect(() => checks.asInteger(value, { min: 1, max: 50 })).toThrow(checks.InvalidValue);
	});
});

describe('lists of texts', () => {
	test.each<[unknown, string[]]>([
		['a, b ,c', ['a', 'b', 'c']],
		[
			['a', ' b '],
			['a', 'b'],
		],
		['["a","b"]', ['a', 'b']],
		[
			[1, 2],
			['1', '2'],
		],
	])('%j', (value, expected) => {
		expect(checks.asTextList(value, /,/)).toEqual(expected);
	});
	test.each([',', '[', {}, [{}], '[{}]'])('%j is refused', (value) => {
		expect(() => checks.asTextList(value, /,/)).toThrow(checks.InvalidValue);
	});
});

test('a segment of a path never leads elsewhere', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (id) => {
			let segment: string;
			try {
				segment = checks.asPathSegment(id);
			} catch (error) {
				expect(error).toBeInstanceOf(checks.InvalidValue);
				return;
			}
			const url = new URL(`https://example.org/v1/calls/${segment}`);
			expect(url.pathname.split('/')).toHaveLength(4);
			expect(url.search + url.hash).toBe('');
			expect(decodeURIComponent(url.pathname.split('/')[3])).toBe(id.trim());
		}),
		{ numRuns: 2000 },
	);
});

test('a header value never starts another header', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (value) => {
			try {
				expect(checks.asHeaderValue(value)).toMatch(/^[\x20-\x7e]+$/);
			} catch (error) {
				expect(error).toBeInstanceOf(checks.InvalidValue);
			}
		}),
	);
});

test('JSON objects keep no way to the prototype', () => {
	expect(checks.asObject('{"a":1}')).toEqual({ a: 1 });
	for (const value of ['[1]', '1', 'x', null, new Date()]) {
		expect(() => checks.asObject(value)).toThrow(checks.InvalidValue);
	}
});

test('every check answers any value with a value or InvalidValue', () => {
	const all = [
		checks.asText,
		checks.asPhoneNumber,
		checks.asEmail,
		checks.asInteger,
		checks.asNumber,
		checks.asBoolean,
		checks.asObject,
		checks.asTimezone,
		checks.asTime,
		checks.asPathSegment,
		checks.asHeaderValue,
		(value: unknown) => checks.asDate(value, settings),
		(value: unknown) => checks.asTextList(value, /,/),
		(value: unknown) => checks.asChoice(value, ['a']),
	];
	fc.assert(
		fc.property(fc.anything(), (value) => {
			for (const check of all) {
				try {
					check(value as never);
				} catch (error) {
					expect(error).toBeInstanceOf(checks.InvalidValue);
				}
			}
		}),
		{ numRuns: 2000 },
	);
});
