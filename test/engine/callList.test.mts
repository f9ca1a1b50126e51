import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { recordedNode } from '../support/builtNode.mts';

const built = recordedNode();

const GET_MANY = { resource: 'call', operation: 'getAll' };

/** A call a minute back to the start of 2026, every tenth of which nobody answered, in both published shapes. */
const CALLS: IDataObject[] = Array.from({ length: 500 }, (_, index) => {
	const made = new Date(Date.UTC(2026, 0, 1, 0, 499 - index)).toISOString();
	const status = index % 10 === 9 ? 'no_answer' : 'success';
	return index % 2
		? { call_id: `c${index}`, status, created_at: made }
		: { call_id: `c${index}`, status, metadata: { created_at: made } };
});

beforeEach(() => {
	built.recorder.answer(({ query }) => {
		const offset = Number(query.offset ?? 0);
		const calls = CALLS.slice(offset, offset + Number(query.limit ?? 50));
		return { calls, total: CALLS.length };
	});
});

const idsOf = (items: Array<{ json: IDataObject }>) => items.map(({ json }) => json.call_id);

async function run(filters: IDataObject, more: IDataObject = {}) {
	built.recorder.requests.length = 0;
	const parameters = { ...GET_MANY, filters, ...more } as INodeParameters;
	const { items, error } = await built.engine.execute(parameters, {
		timezone: 'America/New_York',
	});
	if (error) throw error;
	return items;
}

test('a limit counts the calls that match, and nothing of the filters is sent', async () => {
	const items = await run({ status: ['no_answer'] }, { limit: 30 });
	const wanted = CALLS.filter(({ status }) => status === 'no_answer').slice(0, 30);
	expect(idsOf(items)).toEqual(wanted.map(({ call_id: id }) => id));
	for (const { query } of built.recorder.requests) {
		expect(Object.keys(query).filter((name) => !['limit', 'offset'].includes(name))).toEqual([]);
	}
	expect(built.recorder.requests.length).toBeGreaterThan(1);
});

test('Return All gives every call that matches', async () => {
	const items = await run({ status: ['no_answer', 'busy'] }, { returnAll: true });
	expect(items).toHaveLength(50);
});

test('a period may have one end or both', async () => {
	const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
	const count = async (filters: IDataObject) => (await run(filters, { returnAll: true })).length;
	expect(await count({ dateFrom: at(490) })).toBe(10);
	expect(await count({ dateTo: at(9) })).toBe(10);
	expect(await count({ dateFrom: at(100), dateTo: at(199), status: ['no_answer'] })).toBe(10);
	expect(await count({ dateFrom: at(600) })).toBe(0);
});

test('a time without an offset, as the date picker gives it, is in the time zone of the workflow', async () => {
	// Midnight in New York is 05:00 UTC, which is the 300th minute.
	const items = await run({ dateFrom: '2026-01-01T00:00:00' }, { returnAll: true });
	expect(items).toHaveLength(200);
});

test('statuses count in any spelling, and a call without its time is in no period', async () => {
	built.recorder.answer(() => ({
		calls: [
			{ call_id: 'a', status: 'No-Answer' },
			{ call_id: 'b', status: 'success', created_at: '2026-01-01T00:00:00Z' },
		],
	}));
	expect(idsOf(await run({ status: ['no_answer'] }))).toEqual(['a']);
	expect(idsOf(await run({ dateFrom: '2025-01-01T00:00:00Z' }))).toEqual(['b']);
	expect(idsOf(await run({}))).toEqual(['a', 'b']);
});

test.each<[string, IDataObject, IDataObject]>([
	['no time', { dateFrom: '2025-01-01T00:00:00Z' }, { called: '2026-01-01T00:00:00Z' }],
	[
		'a time that cannot be read',
		{ dateTo: '2027-01-01T00:00:00Z' },
		{ created_at: '4 minutes ago' },
	],
	['no status', { status: ['success'] }, { status: undefined, outcome: 'success' }],
	['a status that is null', { status: ['success'] }, { status: null, outcome: 'success' }],
])('calls that do not tell are left out, and that is said: %s', async (_what, filters, row) => {
	built.recorder.answer(() => ({
		calls: [
			{ call_id: 'a', status: 'success', ...row },
			{ call_id: 'b', status: 'success', created_at: '2026-01-01T00:00:00Z' },
		],
	}));
	const parameters = { ...GET_MANY, filters } as INodeParameters;
	const { items, hints } = await built.engine.execute(parameters);
	expect(idsOf(items)).toEqual(['b']);
	expect(hints.map((hint) => (hint as { message: string }).message)).toEqual([
		expect.stringContaining('1 calls were left out: their data does not show whether they match'),
	]);
});

test.each([
	[{ dateFrom: 'yesterday' }, /'Date From' must be a date with a time/],
	[{ status: ['lost'] }, /'Status' must be one of/],
])('%j is refused before anything is sent', async (filters, message) => {
	await expect(run(filters)).rejects.toMatchObject({ message: expect.stringMatching(message) });
	expect(built.recorder.requests).toEqual([]);
});

/** The same call in both published shapes, and in one that has the fields of both but values in one only. */
const SHAPES: IDataObject[] = [
	{
		call_id: 'a',
		status: 'success',
		highlights: 'A table at eight',
		next_steps: 'Be there',
		submission: { respondent_phone: '+15550100', business_name: 'Casa Luna', language: 'es' },
		metadata: { created_at: '2026-01-01T08:00:00Z', region: 'eu' },
	},
	{
		id: 'a',
		status: 'success',
		result_summary: 'A table at eight',
		next_steps: 'Be there',
		to: '+15550100',
		business_name: 'Casa Luna',
		created_at: '2026-01-01T08:00:00Z',
		language: 'es',
	},
	{
		call_id: null,
		id: 'a',
		status: 'success',
		highlights: null,
		result_summary: 'A table at eight',
		next_steps: 'Be there',
		submission: { respondent_phone: null },
		to: '+15550100',
		business_name: 'Casa Luna',
		metadata: { created_at: null },
		created_at: '2026-01-01T08:00:00Z',
	},
];

test.each(SHAPES)('simplified, a call has the same fields in any shape: %j', async (shape) => {
	built.recorder.answer(() => ({ calls: [shape], total: 1 }));
	const [item] = await run({}, { simplify: true, limit: 1 });
	expect(item?.json).toEqual({
		call_id: 'a',
		status: 'success',
		highlights: 'A table at eight',
		next_steps: 'Be there',
		respondent_phone: '+15550100',
		business_name: 'Casa Luna',
		created_at: '2026-01-01T08:00:00Z',
	});
});
