import type { IDataObject } from 'n8n-workflow';

import { ApiRequestError } from '../../nodes/shared/errors/errors';
import { fetchRows } from '../../nodes/shared/transport/pages';
import fc from '../support/property.mts';

/** A list that grows at its head while it is read, answered in any order. */
interface ListServer {
	rows: IDataObject[];
	requests: IDataObject[];
	/** Rows added before the n-th answer. */
	arrivals: number[];
	says: 'total' | 'hasMore' | 'nothing';
	largestPage: number;
}

function listServer(count: number, says: ListServer['says'], arrivals: number[] = []): ListServer {
	const rows = Array.from({ length: count }, (_, index) => ({ id: `row-${count - index}` }));
	return { rows, requests: [], arrivals, says, largestPage: 200 };
}

async function answer(server: ListServer, query: IDataObject): Promise<unknown> {
	const arrived = server.arrivals[server.requests.length] ?? 0;
	server.requests.push(query);
	for (let index = 0; index < arrived; index++) {
		server.rows.unshift({ id: `late-${server.rows.length}` });
	}
	const offset = Number(query.offset ?? 0);
	const rows = server.rows.slice(
		offset,
		offset + Math.min(Number(query.limit), server.largestPage),
	);
	const total = server.rows.length;
	return {
		calls: rows,
		...(server.says === 'total' ? { total } : {}),
		...(server.says === 'hasMore' ? { has_more: offset + rows.length < total } : {}),
	};
}

const read = async (server: ListServer, limit?: number, query: IDataObject = {}, atOnce = 5) =>
	await fetchRows(
		{ rows: 'calls', pageSize: 20, offset: true },
		async (page) => await answer(server, page),
		{ limit, query, atOnce },
	);

const says = fc.constantFrom<ListServer['says']>('total', 'hasMore', 'nothing');

test('every row comes once, in order', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.nat(400),
			says,
			fc.integer({ min: 1, max: 10 }),
			async (count, kind, atOnce) => {
				const server = listServer(count, kind);
				expect(await read(server, undefined, {}, atOnce)).toEqual(server.rows);
			},
		),
	);
});

test('rows that arrive meanwhile neither hide nor repeat a row', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.nat(300),
			says,
			fc.array(fc.nat(3), { maxLength: 40 }),
			async (count, kind, arrivals) => {
				const server = listServer(count, kind, arrivals);
				const before = server.rows.map(({ id }) => id);
				const ids = (await read(server)).map(({ id }) => id);
				expect(new Set(ids).size).toBe(ids.length);
				expect(ids).toEqual(expect.arrayContaining(before));
			},
		),
	);
});

test('pages that are answered out of order hide no row', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.scheduler(),
			fc.integer({ min: 1, max: 200 }),
			fc.array(fc.nat(2), { maxLength: 20 }),
			async (scheduler, count, arrivals) => {
				const server = listServer(count, 'total', arrivals);
				const before = server.rows.map(({ id }) => id);
				const rows = fetchRows(
					{ rows: 'calls', pageSize: 20, offset: true },
					async (page) => {
						await scheduler.schedule(Promise.resolve());
						return await answer(server, page);
					},
					{ query: {}, atOnce: 5 },
				);
				await scheduler.waitFor(rows);
				const ids = (await rows).map(({ id }) => id);
				expect(ids).toEqual(expect.arrayContaining(before));
			},
		),
		{ numRuns: 100 },
	);
});

test('a limit bounds the rows and the requests', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.nat(200),
			fc.integer({ min: 1, max: 150 }),
			says,
			async (count, limit, kind) => {
				const server = listServer(count, kind);
				const rows = await read(server, limit);
				expect(rows).toEqual(server.rows.slice(0, limit));
				expect(server.requests.length).toBeLessThanOrEqual(Math.max(1, Math.ceil(limit / 20)));
			},
		),
	);
});

test('rows that the list cannot be asked for are read up to the limit, however far behind they stand', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.nat(300),
			fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
			fc.array(fc.boolean(), { minLength: 1, maxLength: 50 }),
			says,
			fc.constantFrom(7, 20, 200),
			async (count, limit, pattern, kind, largestPage) => {
				// Nothing but a page that is not full ends a list that tells nothing: pages are as asked for, or all rows are read.
				const server = { ...listServer(count, kind), largestPage };
				const wanted = new Set(
					server.rows.filter((_, index) => pattern[index % pattern.length]).map(({ id }) => id),
				);
				const rows = await fetchRows(
					{ rows: 'calls', pageSize: 20, offset: true },
					async (page) => await answer(server, page),
					{ limit, query: {}, atOnce: 5, matches: ({ id }) => wanted.has(id) },
				);
				expect(rows.map(({ id }) => id)).toEqual([...wanted].slice(0, limit));
			},
		),
	);
});

test('enough rows that match end the reading', async () => {
	const server = listServer(1000, 'hasMore');
	const matches = ({ id }: IDataObject) => /0$/.test(String(id));
	const options = { limit: 3, query: {}, atOnce: 5, matches };
	const list = { rows: 'calls', pageSize: 20, offset: true };
	await fetchRows(list, async (page) => await answer(server, page), options);
	expect(server.requests).toHaveLength(2);
	expect(server.requests[0]).toEqual({ limit: 20, offset: undefined });
});

test('a list without end of which nothing matches is read to a bound, and that is said', async () => {
	let row = 0;
	const unchecked: number[] = [];
	const endless = async (limit?: number) =>
		await fetchRows(
			{ rows: 'calls', pageSize: 200, offset: true },
			async () => ({
				calls: Array.from({ length: 200 }, () => ({ id: `row-${row++}` })),
				has_more: true,
			}),
			{
				limit,
				query: {},
				atOnce: 5,
				matches: ({ id }) => id === 'row-7',
				onUnchecked: (rows) => unchecked.push(rows),
			},
		);
	expect(await endless(2)).toEqual([{ id: 'row-7' }]);
	expect(unchecked).toEqual([row]);
	expect(row).toBeLessThan(110_000);
	await expect(endless()).rejects.toThrow(/has not ended after/);
});

test('a list without offset is not cut before its rows are picked', async () => {
	const server = listServer(30, 'nothing');
	const rows = await fetchRows(
		{ rows: 'calls', pageSize: 20 },
		async (query) => await answer(server, { limit: 100, ...query }),
		{
			limit: 2,
			query: {},
			atOnce: 5,
			matches: ({ id }) => ['row-1', 'row-2'].includes(String(id)),
		},
	);
	expect(rows).toEqual([{ id: 'row-2' }, { id: 'row-1' }]);
	expect(server.requests).toHaveLength(1);
});

test('a server that gives smaller pages than asked for is read to its end', async () => {
	for (const kind of ['total', 'hasMore'] as const) {
		const server = { ...listServer(100, kind), largestPage: 7 };
		expect(await read(server)).toHaveLength(100);
	}
});

test('a server that always says there is more does not keep the node for ever', async () => {
	let requests = 0;
	const rows = await fetchRows(
		{ rows: 'calls', pageSize: 2, offset: true },
		async () => {
			if (++requests > 10) throw new Error('It is asked for ever more');
			return { calls: [{ id: 1 }, { id: 2 }], has_more: true };
		},
		{ query: {}, atOnce: 5 },
	);
	expect(rows).toHaveLength(2);
});

test('an offset of the user is where reading starts', async () => {
	const server = listServer(100, 'total');
	expect(await read(server, undefined, { offset: 30, status: 'x' })).toEqual(server.rows.slice(30));
	expect(server.requests[0]).toEqual({ limit: 20, offset: 30, status: 'x' });
});

test('a list without offset takes one request', async () => {
	const server = listServer(100, 'nothing');
	const one = async (list: object, limit?: number) =>
		await fetchRows(list, async (query) => await answer(server, query), {
			limit,
			query: {},
			atOnce: 5,
		});
	await one({ rows: 'calls' }, 10);
	await one({ rows: 'calls', pageSize: 0 }, 10);
	await one({ rows: 'calls', pageSize: 0 });
	expect(server.requests).toEqual([{}, { limit: 10 }, {}]);
});

test.each([
	['may not be all where the page is full', 20, 20, [[20, undefined]]],
	['is all where it is not', 19, 20, []],
	['is all where no size is published', 20, undefined, []],
])(
	'what a list without offset, total and has_more gives %s',
	async (_what, count, pageSize, expected) => {
		const told: unknown[] = [];
		await fetchRows(
			{ rows: 'calls', ...(pageSize === undefined ? {} : { pageSize }) },
			async () => ({ calls: listServer(count, 'nothing').rows }),
			{ query: {}, atOnce: 5, onIncomplete: (...what) => told.push(what) },
		);
		expect(told).toEqual(expected);
	},
);

test('pages of any length are read to the end of the list, each row once and in order', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.nat(150),
			fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 12 }),
			says,
			fc.integer({ min: 1, max: 5 }),
			async (count, lengths, kind, atOnce) => {
				const { rows } = listServer(count, 'nothing');
				const read = await fetchRows(
					{ rows: 'calls', pageSize: 20, offset: true },
					async (query) => {
						const offset = Number(query.offset ?? 0);
						// As many as fit into the bytes of a response: the same ones whenever they are asked for.
						const end = offset + lengths[offset % lengths.length];
						const more = {
							total: { total: count },
							hasMore: { has_more: end < count },
							nothing: {},
						};
						return { calls: rows.slice(offset, end), ...more[kind] };
					},
					{ query: {}, atOnce },
				);
				expect(read).toEqual(rows);
			},
		),
	);
});

/** Rows of a server that refuses to start within a page of 20, and what is said about the others. */
async function readByPages(pageAt: (offset: number) => IDataObject) {
	const told: unknown[] = [];
	const read = await fetchRows(
		{ rows: 'calls', pageSize: 20, offset: true },
		async (query) => {
			const offset = Number(query.offset ?? 0);
			if (offset % 20 > 0)
				throw new ApiRequestError({
					code: 'http_422',
					status: 422,
					detail: 'offset must be a multiple of limit',
					connectionLost: false,
				});
			return pageAt(offset);
		},
		{ query: {}, atOnce: 1, onIncomplete: (...what) => told.push(what) },
	);
	return { read, told };
}

/** Reads the rows of a server that has pages of 20 and responds with a status behind its last row. */
async function readToStatus(count: number, status: number, more: IDataObject, takesOffset = true) {
	const { rows } = listServer(count, 'nothing');
	const told: unknown[] = [];
	const read = await fetchRows(
		{ rows: 'calls', pageSize: 20, offset: true },
		async (query) => {
			const offset = Number(query.offset ?? 0);
			if (offset >= count)
				throw new ApiRequestError({ code: `http_${status}`, status, connectionLost: false });
			return { calls: rows.slice(takesOffset ? offset : 0).slice(0, 20), ...more };
		},
		{ query: {}, atOnce: 5, onIncomplete: (...what) => told.push(what) },
	);
	return { read, told };
}

test.each([400, 404, 416, 422, 500])(
	'a list without a total ends where its server responds with %d behind its last row',
	async (status) => {
		for (const count of [1, 10, 20, 40, 50]) {
			const { rows } = listServer(count, 'nothing');
			expect(await readToStatus(count, status, {})).toEqual({ read: rows, told: [] });
		}
	},
);

test.each([400, 404, 416, 422, 500])(
	'a list ends where its total says so and its server responds with %d behind its last row',
	async (status) => {
		const { rows } = listServer(20, 'nothing');
		const { read, told } = await readToStatus(20, status, { total: 20 });
		expect([read, told]).toEqual([rows, []]);
	},
);

test('a failure is an error where the server ignores offsets: the row before does not come alone', async () => {
	await expect(readToStatus(20, 500, {}, false)).rejects.toMatchObject({
		failure: { status: 500 },
	});
});

test.each([
	['has_more', { has_more: true }, 40, [[40, undefined]]],
	['total', { total: 90 }, 70, [[70, 90]]],
])(
	'a page without rows that, by its %s, is not the end is said to miss some',
	async (_what, more, count, missed) => {
		const { rows } = listServer(90, 'nothing');
		const told: unknown[] = [];
		const read = await fetchRows(
			{ rows: 'calls', pageSize: 20, offset: true },
			async ({ offset = 0 }) => {
				const at = Number(offset);
				return { calls: at === 40 ? [] : rows.slice(at, at + 20), ...more };
			},
			{ query: {}, atOnce: 5, onIncomplete: (...what) => told.push(what) },
		);
		expect([read.length, told]).toEqual([count, missed]);
	},
);

test('a server that fails within the list is an error', async () => {
	const { rows } = listServer(50, 'nothing');
	const failed = new ApiRequestError({ code: 'http_500', status: 500, connectionLost: false });
	let isDown = false;
	const reading = fetchRows(
		{ rows: 'calls', pageSize: 20, offset: true },
		async ({ offset = 0 }) => {
			if (isDown) throw failed;
			isDown = Number(offset) === 40;
			return { calls: rows.slice(Number(offset), Number(offset) + 20) };
		},
		{ query: {}, atOnce: 5 },
	);
	await expect(reading).rejects.toBe(failed);
});

test('a server that refuses to start within a page, after a short one, is not said to have more if it tells nothing', async () => {
	const { rows } = listServer(50, 'nothing');
	const pageAt = (offset: number) => ({ calls: rows.slice(offset, offset + 20) });
	expect(await readByPages(pageAt)).toEqual({ read: rows, told: [] });
});

test('a server that refuses to start within a page is said to have more', async () => {
	const { rows } = listServer(100, 'nothing');
	const { read, told } = await readByPages((offset) => ({
		calls: rows.slice(offset, offset + (offset === 40 ? 10 : 20)),
		total: 100,
	}));
	expect(read).toEqual(rows.filter((_, index) => index < 50 || index >= 60));
	expect(told).toEqual([[90, 100]]);
});

test('a page that comes again instead of the next one ends the list, which is not what its total says', async () => {
	const told: unknown[] = [];
	const { rows } = listServer(20, 'nothing');
	const read = await fetchRows(
		{ rows: 'calls', pageSize: 20, offset: true },
		async () => ({ calls: rows, total: 100 }),
		{ query: {}, atOnce: 1, onIncomplete: (...what) => told.push(what) },
	);
	expect(read).toEqual(rows);
	expect(told).toEqual([[20, 100]]);
});

describe('a next page that is refused', () => {
	const refusal = (status: number, detail?: string) =>
		new ApiRequestError({ code: `http_${status}`, status, detail, connectionLost: false });
	const readWith = async (error: Error, query: IDataObject = {}) => {
		const incomplete: number[] = [];
		const server = listServer(100, 'hasMore');
		const rows = await fetchRows(
			{ rows: 'calls', pageSize: 20, offset: true },
			async (page) => {
				if (server.requests.length > 0) throw error;
				return await answer(server, page);
			},
			{ query, atOnce: 5, onIncomplete: (count) => incomplete.push(count) },
		);
		return { rows: rows.length, incomplete };
	};

	test.each(['offset: extra inputs are not permitted', undefined])(
		'because of its offset, or nobody knows why, ends the list, which may be incomplete: %s',
		async (detail) => {
			expect(await readWith(refusal(422, detail))).toEqual({ rows: 20, incomplete: [20] });
		},
	);

	test.each([
		['for another reason', refusal(422, 'status: unknown'), {}],
		['by a failing server', refusal(500, 'offset'), {}],
		['because of the offset of the user', refusal(422, 'offset'), { offset: 20 }],
		['by a mistake of ours', new Error('offset'), {}],
	])('%s is an error', async (_why, error, query) => {
		await expect(readWith(error, query)).rejects.toBe(error);
	});
});
