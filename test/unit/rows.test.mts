import { findRows, recordId } from '../../nodes/shared/transport/rows';
import fc from '../support/property.mts';

const rows = [{ id: 1 }, { id: 2 }];

test.each<[string, unknown]>([
	['the named property', { goals: rows, items: [] }],
	['items', { items: rows }],
	['data', { data: rows }],
	['results', { results: rows }],
	['the body itself', rows],
	['the only array', { total: 2, others: rows }],
])('rows are found in %s', (_where, body) => {
	expect(findRows(body, 'goals')).toEqual(rows);
});

test('an answer without one certain array is the one row', () => {
	const body = { a: [1], b: [2] };
	expect(findRows(body)).toEqual([body]);
});

test('texts in a list become rows', () => {
	expect(findRows({ countries: ['GB', 'US'] }, 'countries')).toEqual([
		{ value: 'GB' },
		{ value: 'US' },
	]);
});

test('nothing gives no rows', () => {
	for (const body of [undefined, null, '', {}, 'text', 7]) expect(findRows(body)).toEqual([]);
});

test('whatever the body, rows are objects', () => {
	fc.assert(
		fc.property(fc.anything(), (body) => {
			for (const row of findRows(body, 'goals')) expect(typeof row).toBe('object');
		}),
	);
});

test.each([
	[{ call_id: 'c', id: 'i' }, 'c'],
	[{ id: 7 }, '7'],
	[{ conversation_id: 'v' }, 'v'],
	[{ name: 'x' }, undefined],
	['text', undefined],
])('the ID of %j', (record, id) => {
	expect(recordId(record)).toBe(id);
});
