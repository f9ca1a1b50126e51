import { EVENT_TYPES } from '../../sandbox/events.mts';
import { EVENT_LISTS } from '../support/eventLists.mts';
import { testSandbox } from '../support/sandbox.mts';

const sandbox = testSandbox();

const kinds = Object.keys(EVENT_LISTS);

async function make(order: object): Promise<string[]> {
	const { status, data } = await sandbox.http.post('/__sandbox/events', order);
	expect(status).toBe(200);
	return data.ids;
}

async function listed(type: string): Promise<any[]> {
	const [path, name] = EVENT_LISTS[type] as [string, string];
	const { data } = await sandbox.http.get(path);
	return Array.isArray(data[name]) ? data[name] : data[name].items;
}

const idOf = (row: any): string => row.call_id ?? row.id;

test('there is a list for every kind but the balance', () => {
	expect([...kinds, 'creditsLow'].sort()).toEqual(EVENT_TYPES);
});

test.each(kinds)('%s shows in its list, once for each row, and breaks no schema', async (type) => {
	const ids = await make({ type, count: 3 });
	expect(new Set(ids).size).toBe(3);
	const rows = (await listed(type)).map(idOf);
	expect(rows.filter((id) => ids.includes(id)).sort()).toEqual([...ids].sort());
	expect((await sandbox.control('state')).invalidAnswers).toEqual([]);
});

test.each(kinds)('a late %s is not there at first', async (type) => {
	const before = (await listed(type)).length;
	await make({ type, visibleAfterMs: 3_600_000 });
	expect(await listed(type)).toHaveLength(before);
});

test.each(['newest', 'oldest'])('rows stand by their time, %s first', async (order) => {
	await sandbox.control('scenario', { order });
	const [late] = await make({ type: 'callFinished', at: '2040-01-01T00:00:00Z' });
	const [early] = await make({ type: 'callFinished', at: '2020-01-01T00:00:00Z' });
	const rows = (await listed('callFinished')).map(idOf);
	expect([rows[0], rows.at(-1)]).toEqual(order === 'newest' ? [late, early] : [early, late]);
});

test.each([
	['goalChanged', 'completed'],
	['outreachFinished', 'failed'],
	['inboundCall', 'missed'],
	['callFinished', 'busy'],
])('%s changes the row that is named', async (type, status) => {
	const [id] = await make({ type });
	expect(await make({ type, data: { id, status } })).toEqual([id]);
	const row = (await listed(type)).find((candidate) => idOf(candidate) === id);
	expect(row.status).toBe(status);
});

test.each(['callFinished', 'goalChanged', 'inboundCall', 'emailAwaitingApproval'])(
	'%s takes a status that nobody knows',
	async (type) => {
		for (const status of ['terminated', 'toString']) {
			const [id] = await make({ type, data: { status } });
			const row = (await listed(type)).find((candidate) => idOf(candidate) === id);
			expect(row.status).toBe(status);
		}
		expect((await sandbox.control('state')).invalidAnswers).toEqual([]);
	},
);

test('the balance falls', async () => {
	expect(await make({ type: 'creditsLow', data: { credits_remaining: 7 } })).toEqual([]);
	const { data } = await sandbox.http.get('/v1/credits/balance');
	expect(data.credits_remaining).toBe(7);
});

test.each([
	{ type: 'nothing' },
	{ count: 1 },
	{ type: 'message', at: 'soon' },
	{ type: 'outreachFinished', data: { status: 'asleep' } },
	{ type: 'callFinished', data: { status: 5 } },
	{ type: 'message', data: { id: 5 } },
	{ type: 'creditsLow', data: { credits_remaining: 'few' } },
])('%j is refused', async (order) => {
	const { status } = await sandbox.http.post('/__sandbox/events', order);
	expect(status).toBe(400);
});
