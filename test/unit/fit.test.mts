import type { IDataObject } from 'n8n-workflow';

import { fitted } from '../../nodes/KallyAi/execute/fit';
import fc from '../support/property.mts';

const shortened = (records: IDataObject[], most: number): IDataObject[] =>
	fitted(
		records.map((json, item) => ({ json, pairedItem: { item } })),
		most,
	).map(({ json }) => json);

const MOST = 1000;
/** Room for the members of a record: 400 characters are for the note. */
const ROOM = MOST - 400;

test('what fits stays as it is', () => {
	const records = [{ id: 'a', text: 'x'.repeat(900) }];
	expect(shortened(records, MOST)).toEqual(records);
});

test.each([
	['the end of a line', `${'word '.repeat(99)}end\n${'more '.repeat(200)}`, /^(?:word ){99}end …$/],
	['the end of a word', 'word '.repeat(400), /^(?:word )+…$/],
	[
		'the end of a word, where the line ended long before',
		`a\n${'word '.repeat(400)}`,
		/^a\n(?:word )+…$/,
	],
	['any character, where there is no word', 'x'.repeat(2000), /^x{500,} …$/],
])('a text is cut at %s', (_where, text, expected) => {
	const [record, ...others] = shortened([{ id: 'a', text }], MOST);
	expect(others).toEqual([]);
	expect(record).toEqual({
		id: 'a',
		text: expect.stringMatching(expected),
		note: expect.any(String),
	});
	const { length } = record?.text as string;
	expect(length).toBeLessThanOrEqual(ROOM);
	expect(length).toBeGreaterThan(ROOM / 2);
});

test('short members are kept before long ones are cut, in their order', () => {
	const [record] = shortened([{ text: 'word '.repeat(400), id: 'a', on: true }], MOST);
	expect(Object.keys(record ?? {})).toEqual(['text', 'id', 'on', 'note']);
	expect(record).toMatchObject({ id: 'a', on: true, text: expect.stringMatching(/^word .* …$/) });
});

test('members for which there is hardly any room are left out, not cut to a few characters', () => {
	const long = Array.from({ length: 24 }, (_, at) => [`m${at}`, 'word '.repeat(20 + at)]);
	const [record] = shortened([Object.fromEntries(long) as IDataObject], MOST);
	const { note, ...members } = record as Record<string, string>;
	expect(note).toMatch(/^Parts are omitted or cut/);
	for (const text of Object.values(members))
		expect(JSON.stringify(text).length).toBeGreaterThan(20);
	expect(Object.keys(members)).toEqual(
		long.slice(0, Object.keys(members).length).map(([name]) => name),
	);
});

test('of many short members as many are kept as fit', () => {
	const members = Array.from({ length: 90 }, (_, at) => [`m${at}`, at]);
	const [record] = shortened([Object.fromEntries(members) as IDataObject, {}], 700);
	const { note, ...kept } = record as IDataObject;
	expect(note).toMatch(/^Only the first 1 of 2 results/);
	expect(JSON.stringify(kept).length).toBeLessThanOrEqual(700 - 400);
	expect(JSON.stringify(kept).length).toBeGreaterThan(700 - 400 - 12);
});

test('of a list as many entries are kept as fit, or the beginning of the first', () => {
	const entries = Array.from({ length: 100 }, (_, at) => `entry ${at}`);
	const [record] = shortened([{ entries }], MOST);
	const kept = record?.entries as string[];
	expect(kept).toEqual(entries.slice(0, kept.length));
	expect(JSON.stringify(kept).length).toBeGreaterThan(ROOM * 0.9);
	const [other] = shortened([{ entries: ['word '.repeat(400), 'next'] }], MOST);
	expect(other?.entries).toEqual([expect.stringMatching(/^(?:word )+…$/)]);
});

test('any records have at most so many characters: the first whole ones, or the beginning of the first', () => {
	const record = fc.dictionary(
		fc.string({ minLength: 1, maxLength: 12 }),
		fc.oneof(
			fc.string({ maxLength: 900 }),
			fc.integer(),
			fc.constant(null),
			fc.array(fc.string({ maxLength: 90 }), { maxLength: 30 }),
			fc.dictionary(fc.string({ maxLength: 9 }), fc.string({ maxLength: 400 })),
		),
		{ maxKeys: 12 },
	);
	fc.assert(
		fc.property(
			fc.array(record, { minLength: 1, maxLength: 8 }),
			fc.integer({ min: 600, max: 5000 }),
			(records, most) => {
				const given = records as IDataObject[];
				const kept = shortened(given, most);
				expect(JSON.stringify(kept).length).toBeLessThanOrEqual(most);
				const isWhole = JSON.stringify(given).length < most;
				expect(kept.at(-1)?.note === undefined || 'note' in (given.at(-1) as object)).toBe(isWhole);
				if (kept.length > 1) {
					const rows = isWhole ? kept : kept.slice(0, -1);
					expect(rows).toEqual(given.slice(0, rows.length));
				}
			},
		),
	);
});
