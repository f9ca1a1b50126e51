import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { type AddressInfo, connect } from 'node:net';

import type { INodeProperties } from 'n8n-workflow';

import { startSandbox } from '../support/sandbox.mts';
import { recordedNode } from '../support/builtNode.mts';
import { MAKE_CALL } from '../support/callsToMake.mts';

const built = recordedNode();

const id = { __rl: true, mode: 'id', value: 'call-1' };
const RECORDING = { resource: 'call', operation: 'getRecording', callId: id };
const MAKE = { ...MAKE_CALL, respondentPhone: '+15550100' };

const MEGABYTE = Buffer.alloc(1024 * 1024);

/** Answers with a link to a file of this server, and the file as `send` says. */
function serveFileBy(send: (response: ServerResponse) => unknown) {
	built.recorder.answer(({ path }, response) =>
		path === '/file.mp3' ? send(response) : { url: `${built.recorder.baseUrl}/file.mp3` },
	);
}

/** Answers with such a link, and with a file of that size. */
function serveFile(megabytes: number, { saysLength }: { saysLength: boolean }): void {
	serveFileBy((response) => {
		response.setHeader('content-type', 'audio/mpeg');
		if (saysLength) response.setHeader('content-length', megabytes * MEGABYTE.length);
		for (let sent = 0; sent < megabytes; sent++) response.write(MEGABYTE);
		response.end();
		return undefined;
	});
}

/** Expects that a file above 2 MB is refused by that limit. */
async function expectTooLarge(): Promise<void> {
	const options = { download: true, maxDownloadSize: 2 };
	const { error } = await built.engine.execute({ ...RECORDING, options });
	expect(error?.message).toMatch(/larger than the 2 MB of 'Max Download Size \(MB\)' \[item 1\]/);
}

describe.each([
	['that says its length', true],
	['that does not say its length', false],
])('a file %s', (_what, saysLength) => {
	test('is refused above the size allowed', async () => {
		serveFile(3, { saysLength });
		await expectTooLarge();
	});

	test('is taken within it', async () => {
		serveFile(3, { saysLength });
		const options = { download: true, maxDownloadSize: 3 };
		const { items, error } = await built.engine.execute({ ...RECORDING, options });
		expect(error).toBeUndefined();
		expect(items[0].binary?.data).toMatchObject({ fileName: 'file.mp3', mimeType: 'audio/mpeg' });
	});
});

test('a file that says it is too large is refused before it comes', async () => {
	serveFileBy(async (response) => {
		response.setHeader('content-length', 3 * MEGABYTE.length);
		response.write('the beginning');
		return await new Promise(() => {});
	});
	await expectTooLarge();
});

test('a small file that swells is refused above the size allowed', async () => {
	for (const [coding, compress] of Object.entries({
		gzip: gzipSync,
		br: brotliCompressSync,
		deflate: deflateSync,
	})) {
		const body = compress(Buffer.alloc(20 * MEGABYTE.length));
		serveFileBy((response) => {
			response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-encoding': coding });
			return response.end(body);
		});
		await expectTooLarge();
	}
});

test.each(['http://[', 'https://', '//', 'http://a b/', 'ftp://x/', 'http://user@example.com/'])(
	'a file that redirects to %s is not fetched, and that is said',
	async (location) => {
		built.recorder.answer(({ path }, response) => {
			if (path !== '/file.mp3') return { url: `${built.recorder.baseUrl}/file.mp3` };
			response.statusCode = 302;
			response.setHeader('location', location);
			return {};
		});
		const { error } = await built.engine.execute({ ...RECORDING, options: { download: true } });
		expect(error?.message).toMatch(/^The link to the file is not /);
	},
);

test('a file that redirects in circles is left', async () => {
	built.recorder.answer(({ path }, response) => {
		if (!path.startsWith('/file')) return { url: `${built.recorder.baseUrl}/file.mp3` };
		response.statusCode = 307;
		response.setHeader('location', `${path}x`);
		return {};
	});
	const { error } = await built.engine.execute({ ...RECORDING, options: { download: true } });
	expect(error?.message).toMatch(/redirect/);
	expect(built.recorder.requests.length).toBeLessThan(7);
});

test('a file that redirects into another private place is not fetched', async () => {
	const inside: string[] = [];
	const server = createServer(({ url }, response) => {
		inside.push(String(url));
		response.end();
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	built.recorder.answer(({ path }, response) => {
		if (path !== '/file.mp3') return { url: `${built.recorder.baseUrl}/file.mp3` };
		response.statusCode = 302;
		response.setHeader('location', `http://127.0.0.1:${port}/inside`);
		return {};
	});
	const { error } = await built.engine.execute({ ...RECORDING, options: { download: true } });
	server.closeAllConnections();
	server.close();
	expect(error?.message).toMatch(/private network/);
	expect(inside).toEqual([]);
});

test('names of fields do not reach prototypes', async () => {
	built.recorder.answer(() => JSON.parse('{"id": "r", "__proto__": {"polluted": 1}}') as unknown);
	const { error } = await built.engine.execute({
		resource: 'inboundRule',
		operation: 'create',
		name: 'Rule',
		action: 'answer',
		additionalFields: { conditions: '{"__proto__": {"polluted": 1}, "constructor": {"a": 1}}' },
	});
	expect(error).toBeUndefined();
	expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

const HOSTILE = [
	'0'.repeat(10_000),
	'+'.repeat(10_000),
	`a@${'a.'.repeat(5000)}`,
	' '.repeat(10_000) + 'x',
];

test.each(HOSTILE.map((text, index) => [index, text] as const))(
	'ten thousand characters of kind %d are refused or sent, not brooded over',
	async (_kind, text) => {
		built.recorder.answer(() => ({}));
		const additionalFields = { appointmentDate: text, appointmentTime: text, userPhone: text };
		for (const [name, value] of Object.entries(additionalFields)) {
			const { error } = await built.engine.execute({
				...MAKE,
				additionalFields: { [name]: value },
			});
			expect(error?.message).toMatch(/must be .* \[item 1\]$/s);
		}
		expect(built.recorder.requests).toEqual([]);
	},
);

test('markup in texts of the API is shown, not rendered', async () => {
	built.recorder.answer((_request, response) => {
		response.statusCode = 422;
		const markup = '<img src=x onerror=alert(1)>';
		return {
			error: {
				code: 'x',
				message: `${markup} Bearer abc.def`,
				correlation_id: markup,
				details: { upgrade_url: markup },
			},
		};
	});
	const { error } = await built.engine.execute(MAKE);
	expect(error?.message).toContain('&lt;img');
	expect(error?.description?.match(/&lt;img/g)).toHaveLength(2);
	expect(error?.description).not.toContain('<img');
	expect(JSON.stringify(error)).not.toContain('abc.def');
});

test('a refusal carries no token', async () => {
	built.recorder.answer((_request, response) => {
		response.statusCode = 500;
		return {};
	});
	const { error } = await built.engine.execute(MAKE);
	expect(error).toBeDefined();
	expect(JSON.stringify([error, error?.stack, error?.cause])).not.toContain('sandbox-token');
});

test('secrets are hidden in the editor', () => {
	const flat = (properties: INodeProperties[]): INodeProperties[] =>
		properties.flatMap((property) =>
			property.type === 'collection' ? flat(property.options as INodeProperties[]) : [property],
		);
	const secrets = flat(built.engine.node.description.properties).filter(({ name }) =>
		/^(botToken|accessToken|token)$/.test(name),
	);
	expect(secrets.length).toBeGreaterThan(1);
	for (const { name, typeOptions } of secrets)
		expect([name, typeOptions?.password]).toEqual([name, true]);
});

test('the sandbox answers to its own names only', async () => {
	const sandbox = await startSandbox();
	const socket = connect(Number(new URL(sandbox.baseUrl).port), '127.0.0.1');
	socket.write(
		'GET /v1/credits/balance HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
	);
	const [answer] = (await once(socket, 'data')) as [Buffer];
	expect(answer.toString()).toMatch(/^HTTP\/1\.1 421 /);
	socket.destroy();
	await sandbox.stop();
});
