import { recordedNode } from '../support/builtNode.mts';
import type { Recorded } from '../support/recorder.mts';

const built = recordedNode();

const rowsOf = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `${index}` }));

/** A server of so many rows; what it refuses, what it gives at most, and what it says of the total. */
interface Server {
	name?: string;
	rows: number;
	page: number;
	refuses?: Array<'limit' | 'offset'>;
	refusesAbove?: number;
	ignoresOffset?: true;
	total?: (page: number, all: number) => number | undefined;
}

function serve({ name = 'goals', rows, page, refuses = [], ...server }: Server) {
	built.recorder.answer(({ query }: Recorded, response) => {
		const refuse = (parameter: string, text: string) => {
			response.statusCode = 422;
			return { detail: [{ loc: ['query', parameter], msg: text }] };
		};
		const unknown = refuses.find((parameter) => query[parameter] !== undefined);
		if (unknown) return refuse(unknown, 'Extra inputs are not permitted');
		if (Number(query.limit) > (server.refusesAbove ?? Infinity)) {
			return refuse('limit', `Input should be less than or equal to ${server.refusesAbove}`);
		}
		const start = server.ignoresOffset ? 0 : Number(query.offset ?? 0);
		const size = Math.min(page, Number(query.limit ?? page));
		const given = rowsOf(rows).slice(start, start + size);
		return { [name]: given, total: server.total?.(given.length, rows) };
	});
}

async function list(resource: string, parameters: object) {
	const { items, error, hints } = await built.engine.execute({
		resource,
		operation: 'getAll',
		...parameters,
	} as never);
	expect(error).toBeUndefined();
	const said = JSON.stringify(hints);
	return { count: items.length, said, requests: built.recorder.requests.length };
}

const NOT_WHOLE = /the list may be incomplete/;
const ALL = { returnAll: true };

test.each<[string, Server, object, number]>([
	['refuses the limit', { rows: 45, page: 20, refusesAbove: 20 }, ALL, 45],
	['knows no limit', { rows: 45, page: 20, refuses: ['limit'] }, ALL, 45],
	['refuses the limit that is wanted', { rows: 45, page: 20, refusesAbove: 20 }, { limit: 30 }, 30],
	['gives a total of 0', { rows: 95, page: 50, total: () => 0 }, ALL, 95],
	['gives a total of -1', { rows: 95, page: 25, total: () => -1 }, ALL, 95],
	['counts the page', { rows: 95, page: 50, total: (page) => page }, ALL, 95],
	['counts all', { rows: 95, page: 50, total: (_page, all) => all }, ALL, 95],
])('a server that %s is read whole', async (_, server, parameters, count) => {
	serve(server);
	const read = await list('goal', parameters);
	expect(read).toMatchObject({ count, said: expect.not.stringMatching(NOT_WHOLE) });
});

test.each<[string, Server, object, number]>([
	['refuses the offset', { rows: 95, page: 50, refuses: ['offset'] }, ALL, 50],
	['ignores the offset', { rows: 95, page: 50, ignoresOffset: true }, ALL, 50],
	[
		'ignores the offset and counts nothing',
		{ rows: 95, page: 50, ignoresOffset: true, total: () => 0 },
		ALL,
		50,
	],
	[
		'refuses the offset and the limit',
		{ rows: 95, page: 20, refusesAbove: 20, refuses: ['offset'] },
		{ limit: 50 },
		20,
	],
])('a server that %s is said to have more', async (_, server, parameters, count) => {
	serve(server);
	const read = await list('goal', parameters);
	expect(read).toMatchObject({ count, said: expect.stringMatching(NOT_WHOLE) });
});

test('a list without pages whose limit is refused says that there may be more', async () => {
	serve({ name: 'messages', rows: 95, page: 20, refusesAbove: 20 });
	const read = await list('message', { limit: 50 });
	expect(read).toMatchObject({ count: 20, said: expect.stringMatching(NOT_WHOLE) });
});

test('an offset that the user has set is refused as it is', async () => {
	serve({ rows: 95, page: 50, refuses: ['offset'] });
	const { error } = await built.engine.execute({
		resource: 'goal',
		operation: 'getAll',
		filters: { offset: 10 },
		limit: 5,
	} as never);
	expect(error?.message).toMatch(/offset: Extra inputs are not permitted/);
});

test.each([
	['call', 'getTranscript', /no transcript/],
	['call', 'getRecording', /no recording/],
	['inboundCall', 'getTranscript', /no transcript/],
	['inboundCall', 'getRecording', /no recording/],
])('a bare 404 of %s.%s says what is not there', async (resource, operation, message) => {
	built.recorder.answer((_request, response) => {
		response.statusCode = 404;
		return { detail: 'Not Found' };
	});
	const callId = { __rl: true, mode: 'id', value: 'c-1' };
	const { error } = await built.engine.execute({ resource, operation, callId } as never);
	expect(error?.message).toMatch(message);
	expect(error?.description).toMatch(/available later/);
});
