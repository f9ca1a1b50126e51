import { gzipSync } from 'node:zlib';

import { recordedNode } from '../support/builtNode.mts';

const built = recordedNode();

const MEGABYTE = 1024 * 1024;
const GET = { resource: 'call', operation: 'get', callId: { __rl: true, mode: 'id', value: 'c' } };
const STOP = { ...GET, operation: 'stop' };

test('an answer that stands still in its middle is given up at the timeout', async () => {
	built.recorder.answer(async (_request, response) => {
		response.setHeader('content-type', 'application/json');
		response.write('{"call_id":');
		await new Promise(() => {});
	});
	const { error } = await built.engine.execute({ ...STOP, options: { timeout: 1 } });
	expect(error?.message).toBe('The connection to KallyAI ended without a response [item 1]');
});

test('a refusal that stands still is a refusal', async () => {
	built.recorder.answer(async (_request, response) => {
		response.writeHead(422, { 'content-type': 'application/json' });
		response.write('{"error":');
		await new Promise(() => {});
	});
	const { error } = await built.engine.execute({ ...STOP, options: { timeout: 1 } });
	expect(error?.message).toBe('KallyAI refused a value [item 1]');
});

test.each([
	['lists', '['],
	['objects', '{"a":'],
])('sixty megabytes of %s within each other are not even parsed', async (_of, opening) => {
	const body = gzipSync(opening.repeat((60 * MEGABYTE) / opening.length));
	built.recorder.answer((_request, response) => {
		response.writeHead(200, {
			'content-type': 'application/json',
			'content-encoding': 'gzip',
		});
		response.end(body);
	});
	const before = process.resourceUsage().maxRSS;
	const { error } = await built.engine.execute(GET);
	expect(error?.message).toMatch(/is nested more than 100 levels deep \[item 1\]$/);
	expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(200);
});

test.each([
	...['{}', '[]', '[[]]', '{"a":{}}', '{"k":1}'].map((row) => [row, () => row] as const),
	['rows of other names each', (row: number) => `{"k${row}":1}`] as const,
])('sixty megabytes of %s are not parsed', async (_rows, rowOf) => {
	const rows: string[] = [];
	for (let size = 0; size < 60 * MEGABYTE; size += (rows.at(-1)?.length ?? 0) + 1)
		rows.push(rowOf(rows.length));
	const body = gzipSync(`{"calls":[${rows.join()}],"total":${rows.length}}`);
	rows.length = 0;
	built.recorder.answer((_request, response) => {
		response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
		response.end(body);
	});
	const LIST = { resource: 'call', operation: 'getAll', returnAll: true };
	const { error } = await built.engine.execute(LIST);
	expect(error?.message).toBe(
		'The response of KallyAI has more than 1048576 lists and objects, which is the limit at 64 MB [item 1]',
	);
	expect(built.recorder.requests).toHaveLength(1);
});

test('the pages of a list share the limit of lists and objects', async () => {
	let page = 0;
	built.recorder.answer(() => ({
		calls: Array.from({ length: 100 }, (_, row) => ({ call_id: `${page++}-${row}`, of: [{}, {}] })),
		has_more: true,
	}));
	const { error } = await built.engine.execute({
		...{ resource: 'call', operation: 'getAll', returnAll: true, simplify: false },
		options: { maxResponseSize: 1 },
	});
	expect(error?.message).toMatch(/more than 16384 lists and objects, .* at 1 MB \[item 1\]$/);
	expect(built.recorder.requests.length).toBeGreaterThan(30);
});

test('brackets in texts are texts', async () => {
	const note = `"\\${'[{'.repeat(5000)}`;
	built.recorder.answer(() => ({ call_id: 'c', note, [note]: [[note]] }));
	const { items } = await built.engine.execute(GET);
	expect(items[0].json).toEqual({ call_id: 'c', note, [note]: [[note]] });
});

test.each(['kallyAiOAuth2Api', 'kallyAiTokenApi'] as const)(
	'tokens of %s that were renewed within the run are masked, the one for the next renewal as well',
	async (credential) => {
		built.recorder.answer(({ path, headers }, response) => {
			if (path.startsWith('/v1/auth/')) {
				return { access_token: 'renewed-access', refresh_token: 'renewed-refresh' };
			}
			response.statusCode = headers.authorization === 'Bearer renewed-access' ? 200 : 401;
			return { call_id: 'c', echo: `${headers.authorization} and renewed-refresh` };
		});
		const { items } = await built.engine.execute(GET, { credential });
		expect(items[0].json.echo).toBe('Bearer *** and ***');
	},
);
