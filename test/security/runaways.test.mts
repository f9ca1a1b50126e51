import { once } from 'node:events';
import { gzipSync } from 'node:zlib';

import { MAKE_CALL, SHORT_OF_TIME } from '../support/callsToMake.mts';
import { recordedNode } from '../support/builtNode.mts';

const built = recordedNode();

const LIST = { resource: 'call', operation: 'getAll', returnAll: true, simplify: false };
const GET = { resource: 'call', operation: 'get', callId: { __rl: true, mode: 'id', value: 'c' } };

const MEGABYTE = 1024 * 1024;

/** An endless list: the server has another page each time, whatever it says of the whole. */
function serveEndlessly(about: (sent: number) => object, size?: number): void {
	let sent = 0;
	built.recorder.answer(({ query }) => {
		const length = size ?? Number(query.limit);
		const rows = Array.from({ length }, () => ({ call_id: `c-${sent++}` }));
		return { calls: rows, ...about(sent) };
	});
}

test.each([
	['has_more', (): object => ({ has_more: true })],
	['a total that grows', (sent: number) => ({ total: sent + 1000 })],
	['nothing', () => ({})],
])('a list that never ends by %s ends in an error that says so', async (_tells, about) => {
	serveEndlessly(about);
	const { items, error } = await built.engine.execute(LIST);
	expect(items).toEqual([]);
	expect(error?.message).toMatch(/^The list has not ended after 1\d{5} rows in \d+ requests/);
	expect(error?.description).toContain("'Limit'");
	expect(built.recorder.requests.length).toBeLessThan(2200);
});

test('a list of endless single rows ends as well', async () => {
	serveEndlessly(() => ({ has_more: true }), 1);
	const { error } = await built.engine.execute(LIST);
	expect(error?.message).toMatch(/ rows in 3\d{3} requests/);
});

test('a list that says the truth may have a hundred thousand rows', async () => {
	let sent = 0;
	built.recorder.answer(() => {
		const rows = Array.from({ length: 100 }, () => ({ call_id: `c-${sent++}` }));
		return { calls: rows, total: 100_000, has_more: sent < 100_000 };
	});
	const { items, error } = await built.engine.execute(LIST);
	expect(error).toBeUndefined();
	expect(items).toHaveLength(100_000);
});

/** The members that gzip allows one after the other: compressed once, whatever number of them makes a response. */
const [BEGIN, ONE_MEGABYTE, END] = ['{"text":"', 'x'.repeat(MEGABYTE), '"}'].map((part) =>
	gzipSync(part),
) as [Buffer, Buffer, Buffer];

/** JSON that is small on the wire and `megabytes` large when it is read. */
const swelling = (megabytes: number): Buffer =>
	Buffer.concat([BEGIN, ...Array<Buffer>(megabytes).fill(ONE_MEGABYTE), END]);

function serveSwelling(megabytes: number, status = 200): void {
	const body = swelling(megabytes);
	built.recorder.answer((_request, response) => {
		response.writeHead(status, {
			'content-type': 'application/json',
			'content-encoding': 'gzip',
		});
		return response.end(body);
	});
}

test('an answer that swells is read up to 64 MB, once', async () => {
	serveSwelling(468);
	const before = process.memoryUsage().rss;
	const { error } = await built.engine.execute(GET);
	expect(error?.message).toBe('The response of KallyAI is larger than the limit of 64 MB [item 1]');
	expect(error?.description).toContain("'Max Response Size (MB)'");
	expect(built.recorder.requests).toHaveLength(1);
	expect(process.memoryUsage().rss - before).toBeLessThan(400 * MEGABYTE);
});

test('a call whose answer is too large is not made again', async () => {
	serveSwelling(65);
	const { error } = await built.engine.execute({ ...MAKE_CALL, respondentPhone: '+15550100' });
	expect(error?.message).toMatch(/larger than the limit of 64 MB/);
	expect(built.recorder.requests).toHaveLength(1);
});

test('the option lets more through, or less', async () => {
	serveSwelling(65);
	const more = await built.engine.execute({ ...GET, options: { maxResponseSize: 66 } });
	expect(more.error).toBeUndefined();
	expect(String(more.items[0].json.text)).toHaveLength(65 * MEGABYTE);
	serveSwelling(2);
	const less = await built.engine.execute({ ...GET, options: { maxResponseSize: 1 } });
	expect(less.error?.message).toMatch(/larger than the limit of 1 MB/);
});

test('the pages of a list share the limit', async () => {
	let page = 0;
	built.recorder.answer(() => ({
		calls: [{ call_id: `c-${page++}`, notes: 'x'.repeat(MEGABYTE / 4) }],
		has_more: true,
	}));
	const options = { maxResponseSize: 1 };
	const { error } = await built.engine.execute({ ...LIST, options });
	expect(error?.message).toMatch(/larger than the limit of 1 MB/);
	expect(built.recorder.requests.length).toBeLessThan(10);
});

test('a refusal that swells is still a refusal', async () => {
	serveSwelling(100, 422);
	const { error } = await built.engine.execute(GET);
	expect(error?.message).toBe('KallyAI refused a value [item 1]');
});

test('of a refusal that never ends a megabyte is read', async () => {
	let written = 0;
	built.recorder.answer(async (_request, response) => {
		response.writeHead(422, { 'content-type': 'application/json' });
		response.write('{"text":"');
		const closed = once(response, 'close');
		while (!response.destroyed && written < 200) {
			written++;
			if (!response.write('x'.repeat(MEGABYTE)))
				await Promise.race([once(response, 'drain'), closed]);
		}
		response.destroy();
		return undefined;
	});
	const { error } = await built.engine.execute(GET);
	expect(error?.message).toBe('KallyAI refused a value [item 1]');
	expect(written).toBeLessThan(50);
});

test('an answer that never ends is given up at the timeout', async () => {
	built.recorder.answer((_request, response) => {
		response.writeHead(200, { 'content-type': 'application/json' });
		response.write('{"text":"');
		const drip = setInterval(() => response.write('x'), 100);
		response.once('close', () => clearInterval(drip));
		return undefined;
	});
	const { error } = await built.engine.execute(SHORT_OF_TIME);
	expect(error?.message).toBe('The connection to KallyAI ended without a response [item 1]');
	expect(built.recorder.requests).toHaveLength(1);
});

test('an answer nested deeper than n8n could store is refused', async () => {
	built.recorder.answer((_request, response) => {
		response.setHeader('content-type', 'application/json');
		return response.end(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
	});
	const { error } = await built.engine.execute(GET);
	expect(error?.message).toMatch(/^The response of KallyAI is nested/);
});
