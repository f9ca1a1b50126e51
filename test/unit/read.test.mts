import { InputError } from '../../nodes/shared/errors/errors';
import type { Field } from '../../nodes/shared/fields/field';
import {
	checked,
	failedExpressionIn,
	readCollection,
	readField,
} from '../../nodes/shared/fields/read';
import { invalid } from '../../nodes/shared/fields/values';

/** A field whose value is "bad" or is taken as it is; texts lose their ends. */
const field = (changes: Partial<Field> = {}): Field => ({
	property: { displayName: 'Some Name', name: 'someName', type: 'string', default: '' },
	wire: 'some_name',
	required: false,
	parse(value) {
		if (/bad|null/.test(JSON.stringify(value))) throw invalid('must be good', value);
		return typeof value === 'string' ? value.trim() : value;
	},
	...changes,
});

const PERSON = { timezone: 'Europe/London' };
const MODEL = { ...PERSON, forModel: true };

const locator = (value: unknown) => ({ __rl: true, mode: 'id', value });

describe('a check', () => {
	test('names the parameter in what it finds', () => {
		const check = () => checked('Some Name', () => field().parse('bad', PERSON));
		expect(check).toThrow(new InputError(`'Some Name' must be good (given: "bad")`));
		expect(check).toThrow(InputError);
	});

	test('gives what it read, and leaves other errors as they are', () => {
		const broken = new TypeError('broken');
		const fail = () => {
			throw broken;
		};
		expect(checked('Some Name', () => 7)).toBe(7);
		expect(() => checked('Some Name', fail)).toThrow(broken);
	});
});

describe('a field', () => {
	test.each([undefined, null, '', ' ', [], locator('')])('is left empty by %j', (value) => {
		const parse = jest.fn();
		expect(readField(field({ parse }), value, PERSON)).toBeUndefined();
		expect(readField(field({ parse, required: true }), value, PERSON)).toBeUndefined();
		expect(parse).not.toHaveBeenCalled();
	});

	test('is read as its kind says, by what is known of the item', () => {
		const parse = jest.fn(() => 'read');
		expect(readField(field({ parse }), 'given', MODEL)).toBe('read');
		expect(parse).toHaveBeenCalledWith('given', MODEL);
	});

	test('that must not turn out empty says so', () => {
		const strict = field({ refusesEmpty: true });
		expect(() => readField(strict, ' ', PERSON)).toThrow(
			`'Some Name' must have at least one entry (given: " ")`,
		);
		expect(() => readField(strict, [], MODEL)).toThrow('must have at least one entry');
		expect(readField(strict, 'a', PERSON)).toBe('a');
		expect(readField(field({ parse: () => '' }), 'a', PERSON)).toBe('');
	});

	test.each<[string, Partial<Field>]>([
		['may be left out', {}],
		['fills itself', { required: true, fallback: () => 'x' }],
	])('that %s takes a word for nothing that cannot be read for none', (_what, changes) => {
		expect(readField(field(changes), 'null', PERSON)).toBeUndefined();
		expect(readField(field(changes), locator(' null '), PERSON)).toBeUndefined();
		expect(() => readField(field(changes), 'bad', PERSON)).toThrow('must be good');
	});

	test.each<[string, Partial<Field>]>([
		['has to be filled in', { required: true }],
		['is prose', { prose: true }],
		['must not turn out empty', { refusesEmpty: true }],
	])('that %s says what was given', (_what, changes) => {
		expect(() => readField(field(changes), 'null', PERSON)).toThrow(`(given: "null")`);
	});
});

/** Fields whose value is no text. */
const json = field({ property: { displayName: '', name: '', type: 'json', default: '' } });
const atLeast = (minValue: number) =>
	field({
		property: { displayName: '', name: '', type: 'number', default: 0, typeOptions: { minValue } },
	});

describe('a language model', () => {
	const isNothing = (given: Field, value: unknown) =>
		readField({ ...given, parse: () => 'read' }, value, MODEL) === undefined;

	test.each<[string, Field, unknown]>([
		['a word for nothing', field(), 'n/a'],
		['one in a locator', field(), locator('null')],
		['an empty text in a locator', field(), locator(' ')],
		['one for prose that may be left out', field({ prose: true }), 'none'],
		['an object without members', field(), {}],
		['an empty JSON object', json, '{}'],
		['one where no JSON is meant', field(), '{}'],
		['0 where it is too little', atLeast(1), 0],
		['0 as text where it is too little', atLeast(0.5), '0'],
	])('leaves a field out by %s', (_what, given, value) => {
		expect(isNothing(given, value)).toBe(true);
	});

	test.each<[string, Field, unknown]>([
		['a text', field(), 'none of them'],
		['a text in a locator', field(), locator('a')],
		['an object with a member', json, { a: 1 }],
		['JSON with a member', json, '{"a":1}'],
		['0 where it may be meant', atLeast(0), 0],
		['0 without a bound', field(), 0],
		['1', atLeast(1), 1],
		['text in a field of numbers', atLeast(1), 'zero'],
	])('fills a field in by %s', (_what, given, value) => {
		expect(isNothing(given, value)).toBe(false);
	});

	test('has to fill in what is required', () => {
		const required = field({ required: true });
		expect(readField(required, {}, MODEL)).toEqual({});
		expect(() => readField(required, 'null', MODEL)).toThrow('must be good');
		expect(() => readField(field({ refusesEmpty: true }), '{}null', MODEL)).toThrow('must be good');
		expect(() => readField(field({ refusesEmpty: true }), 'null', MODEL)).toThrow('must be good');
	});

	test('may say that a required prose is the word', () => {
		const prose = field({ prose: true, required: true, parse: (value) => value });
		expect(readField(prose, 'none', MODEL)).toBe('none');
		expect(readField({ ...prose, emptyFromModel: 'empty' }, 'none', MODEL)).toBe('none');
		expect(readField({ ...prose, required: false, emptyFromModel: 'empty' }, 'none', MODEL)).toBe(
			'empty',
		);
	});

	test('gives what an empty value stands for', () => {
		const meant = field({ required: true, refusesEmpty: true, emptyFromModel: 0 });
		expect(readField(meant, '', MODEL)).toBe(0);
		expect(readField(meant, 'none', MODEL)).toBe(0);
		expect(readField(meant, 'some', MODEL)).toBe('some');
		expect(() => readField(meant, '', PERSON)).toThrow('must have at least one entry');
	});

	test('is not what people are: their words are read', () => {
		expect(readField(field({ parse: (value) => value }), 'none', PERSON)).toBe('none');
		expect(readField(field({ parse: (value) => value }), {}, PERSON)).toEqual({});
	});
});

describe('a collection', () => {
	const named = (name: string, changes: Partial<Field> = {}) =>
		field({ ...changes, property: { displayName: name, name, type: 'string', default: '' } });
	const fields = [named('a'), named('b', { clearable: true }), named('c')];

	test('gives the fields that were added, and no others', () => {
		const given = { a: ' 1 ', c: '', d: 'x' };
		expect(readCollection(fields, given, PERSON)).toEqual({ a: '1' });
		const strict = [named('a', { refusesEmpty: true })];
		expect(readCollection(strict, { b: 'x' }, PERSON)).toEqual({});
		expect(readCollection(fields, Object.create({ a: '1' }) as object, PERSON)).toEqual({});
	});

	test.each([undefined, null, 'a', ['a'], 7])('is empty where it is %j', (collection) => {
		expect(readCollection(fields, collection, PERSON)).toEqual({});
	});

	test('clears what an emptied text stands for, where that is asked for', () => {
		const given = { a: '', b: ' ', c: null };
		expect(readCollection(fields, given, PERSON, true)).toEqual({ b: '' });
		expect(readCollection(fields, given, PERSON)).toEqual({});
		expect(readCollection(fields, given, MODEL, true)).toEqual({});
	});

	test('clears nothing by what an expression did not find, and nothing that was read', () => {
		for (const b of [null, undefined, []])
			expect(readCollection(fields, { b }, PERSON, true)).toEqual({});
		const unread = [named('b', { clearable: true, parse: () => undefined })];
		expect(readCollection(unread, { b: 'text' }, PERSON, true)).toEqual({});
	});

	test('says which field is wrong', () => {
		expect(() => readCollection(fields, { a: 'good', c: 'bad' }, PERSON)).toThrow(
			`'c' must be good (given: "bad")`,
		);
	});
});

describe('a failed expression', () => {
	const expression = () => '=Hello {{ $json.name }}';

	test.each(['undefined', 'NaN', 'Invalid DateTime', '[object Object]'])(
		'is seen by %s',
		(trace) => {
			expect(failedExpressionIn(`Hello ${trace}!`, expression)).toBe(trace);
			expect(failedExpressionIn([`Hello ${trace}`], () => [expression()])).toBe(trace);
		},
	);

	test.each(['Hello', 'undefinedness', 'a NaNny', 'object Object', undefined])(
		'is not seen in %j',
		(value) => {
			const typed = jest.fn(expression);
			const isTrace = value === undefined;
			expect(failedExpressionIn(value, typed)).toBe(isTrace ? 'undefined' : undefined);
			expect(typed).toHaveBeenCalledTimes(isTrace ? 1 : 0);
		},
	);

	test('is none where the text was typed so, or without any expression', () => {
		const says = 'It is undefined here';
		expect(failedExpressionIn(says, () => '=It is undefined {{ $json.place }}')).toBeUndefined();
		expect(failedExpressionIn(says, () => says)).toBeUndefined();
		expect(failedExpressionIn(says, () => undefined)).toBeUndefined();
		expect(failedExpressionIn(says, () => ({ text: '=It is {{ 1 }}' }))).toBeUndefined();
		expect(failedExpressionIn(says, () => ['It is', '={{ 1 }}'])).toBeUndefined();
	});
});
