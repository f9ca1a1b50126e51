import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import { anyFreePort } from '../../tools/lib/ports.mts';
import { makeCertificate } from '../../tools/n8n/certificate.mts';
import { type Gate, openGate } from '../../tools/n8n/gate.mts';
import { openRaw, type RawRequest, sendRaw } from '../support/rawRequest.mts';

/** Stands in for n8n: writes down what comes in. */
let inner: Server;
let innerPort: number;
let answer: RequestListener;
const seen: Array<Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { body: string }> = [];

let certificate: string;
let gate: Gate;
let port: number;
let own: string;

beforeAll(async () => {
	const made = await makeCertificate();
	({ certificate } = made);
	inner = createServer({ key: made.key, cert: made.certificate }, async (incoming, response) => {
		const { method, url, headers } = incoming;
		if (headers['x-streamed'] === undefined)
			seen.push({ method, url, headers, body: await text(incoming) });
		answer(incoming, response);
	});
	inner.on('upgrade', ({ method, url, headers }, socket) => {
		seen.push({ method, url, headers, body: '' });
		socket.write(
			'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
		);
		socket.pipe(socket);
	});
	inner.listen(0, '127.0.0.1');
	await once(inner, 'listening');
	innerPort = (inner.address() as AddressInfo).port;
	port = await anyFreePort();
	own = `http://127.0.0.1:${port}`;
	gate = await openGate(port, { port: innerPort, certificate });
});
afterAll(async () => {
	await gate.close();
	inner.closeAllConnections();
	inner.close();
});
beforeEach(() => {
	seen.length = 0;
	answer = (_request, response) => void response.end('n8n');
});

const open = (raw: RawRequest = {}) => openRaw(own, raw);
const send = async (raw: RawRequest = {}) => await sendRaw(own, raw);

/** Opens a raw connection, sends lines and gives everything that comes back until the end or a certain text. */
async function exchange(lines: string[], until = /$^/): Promise<{ said: string; socket: Socket }> {
	const socket = connect(port, '127.0.0.1');
	socket.write(`${lines.join('\r\n')}\r\n\r\n`);
	let said = '';
	for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
		said += String(chunk);
		if (until.test(said)) break;
	}
	return { said, socket };
}

describe('a Host header', () => {
	test.each([
		['evil.example', 'evil.example'],
		['of the port, but another name', 'evil.example:PORT'],
		['without the port', '127.0.0.1'],
		['with another port', '127.0.0.1:1'],
		['that begins like ours', '127.0.0.1:PORT.evil.example'],
		['that ends like ours', 'evil.example@127.0.0.1:PORT'],
		['of the network', '0.0.0.0:PORT'],
		['of another loopback address', '127.0.0.2:PORT'],
		['with a dot at the end', 'localhost.:PORT'],
		['below localhost', 'n8n.localhost:PORT'],
		['that is empty', ''],
	])('%s is refused', async (_what, host) => {
		const { status, said } = await send({ headers: { host: host.replace('PORT', String(port)) } });
		expect([status, said]).toEqual([421, expect.stringContaining(`127.0.0.1:${port}`)]);
		expect(seen).toEqual([]);
	});

	test.each(['127.0.0.1', 'localhost'])('%s is one of ours', async (name) => {
		expect(await send({ headers: { host: `${name}:${port}` } })).toEqual({
			status: 200,
			said: 'n8n',
		});
		expect(seen[0]?.headers.host).toBe(`${name}:${port}`);
	});

	test.each([
		['a second one', [`Host: 127.0.0.1:PORT`, 'Host: evil.example'], 421],
		['none', [], 400],
	])('%s is refused', async (_what, hosts, status) => {
		const lines = ['GET / HTTP/1.1', ...hosts, 'Connection: close'];
		const { said } = await exchange(lines.map((line) => line.replace('PORT', String(port))));
		expect(said).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
		expect(seen).toEqual([]);
	});

	test('none is refused to an old client', async () => {
		const { said } = await exchange(['GET / HTTP/1.0']);
		expect(said).toMatch(/^HTTP\/1\.1 421 /);
		expect(seen).toEqual([]);
	});

	test('does not help a request whose address names another host', async () => {
		for (const path of ['http://evil.example/rest/settings', `${own}/rest/settings`, '*', 'rest'])
			expect([path, (await send({ path })).status]).toEqual([path, 400]);
		expect(seen).toEqual([]);
	});

	test('of another site is refused to a websocket', async () => {
		const { said } = await exchange([
			'GET /rest/push?pushRef=1 HTTP/1.1',
			'Host: evil.example',
			'Connection: Upgrade',
			'Upgrade: websocket',
		]);
		expect(said).toMatch(/^HTTP\/1\.1 421 /);
		expect(seen).toEqual([]);
	});
});

const NAVIGATION = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const OPAQUE = { origin: 'null', 'sec-fetch-site': 'cross-site' };

describe('a request from a page of another site', () => {
	const pages: Array<[string, Record<string, string>]> = [
		['that says its origin', { origin: 'https://evil.example' }],
		['on another port of this machine', { origin: 'http://127.0.0.1:1' }],
		['under the other name of this machine', { origin: 'http://localhost:PORT' }],
		['over another scheme', { origin: 'https://127.0.0.1:PORT' }],
		['whose origin begins like ours', { origin: 'http://127.0.0.1:PORT.evil.example' }],
		['without an origin', { origin: 'null' }],
		['without an origin, as the browser says too', OPAQUE],
		[
			'without an origin, with the address of a form',
			{ ...OPAQUE, referer: 'http://127.0.0.1:PORT/form/x' },
		],
		['that the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
		['that the browser calls same-site', { 'sec-fetch-site': 'same-site' }],
		['that the browser calls something new', { 'sec-fetch-site': 'near-by' }],
		['twice over', { 'sec-fetch-site': 'same-origin, cross-site' }],
		['in a frame', { 'sec-fetch-site': 'cross-site', ...NAVIGATION, 'sec-fetch-dest': 'iframe' }],
		[
			'as our origin, which the browser denies',
			{ origin: 'http://127.0.0.1:PORT', 'sec-fetch-site': 'cross-site' },
		],
		[
			'as same-origin, which the origin denies',
			{ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
		],
	];
	const filled = (headers: Record<string, string>) =>
		Object.fromEntries(
			Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(port))]),
		);

	test.each(pages)('%s is refused', async (_what, headers) => {
		for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
			for (const path of ['/', '/rest/login', '/webhook/x', '/form/x']) {
				const { status } = await send({ method, path, headers: filled(headers) });
				expect([method, path, status]).toEqual([method, path, 403]);
			}
		}
		expect(seen).toEqual([]);
	});

	test.each(pages)('%s gets no websocket', async (_what, headers) => {
		const { said } = await exchange([
			'GET /rest/push?pushRef=1 HTTP/1.1',
			`Host: 127.0.0.1:${port}`,
			'Connection: Upgrade',
			'Upgrade: websocket',
			...Object.entries(filled(headers)).map(([name, value]) => `${name}: ${value}`),
		]);
		expect(said).toMatch(/^HTTP\/1\.1 403 /);
		expect(seen).toEqual([]);
	});

	const link = { ...NAVIGATION, 'sec-fetch-site': 'cross-site' };

	test.each([
		'/rest/oauth2-credential/auth?id=1',
		'/rest/oauth2-credential/callback/x',
		'/rest/settings',
		'/webhook/x',
		'/webhook-test/x',
		'/mcp/x',
		'/api/v1/workflows',
		'/%72est/settings',
		'//rest/settings',
		'/REST/settings',
		'/form/%2e%2e/rest/settings',
		'/form\\..\\rest',
	])('does not follow a link to %s', async (path) => {
		expect((await send({ path, headers: link })).status).toBe(403);
		expect(seen).toEqual([]);
	});

	test.each([
		'/',
		'/?a=b',
		'/workflow/abc',
		'/home/workflows',
		'/form-waiting/12?signature=1',
		'/webhook-waiting/12?approved=true&signature=1',
		'/rest/oauth2-credential/callback?code=1&state=2',
		'/rest/oauth1-credential/callback?oauth_token=1',
	])('follows a link to %s, but does not post there', async (path) => {
		expect((await send({ path, headers: link })).status).toBe(200);
		expect(seen).toHaveLength(1);
		expect((await send({ method: 'POST', path, headers: link })).status).toBe(403);
		expect(seen).toHaveLength(1);
	});
});

test.each([
	['a program that is no browser', {}],
	['the address bar', { 'sec-fetch-site': 'none', ...NAVIGATION }],
	['the editor', { origin: 'http://127.0.0.1:PORT', 'sec-fetch-site': 'same-origin' }],
	['the editor, for something to read', { 'sec-fetch-site': 'same-origin' }],
	[
		'a form of the editor that hides its address',
		{ origin: 'null', 'sec-fetch-site': 'same-origin' },
	],
	['the editor in an older browser', { origin: 'http://127.0.0.1:PORT' }],
])('%s gets through', async (_what, headers) => {
	const sent = Object.entries(headers).map(([name, value]) => [
		name,
		value.replace('PORT', String(port)),
	]);
	for (const method of ['GET', 'POST']) {
		const answered = await send({
			method,
			headers: Object.fromEntries(sent) as RawRequest['headers'],
		});
		expect(answered).toEqual({ status: 200, said: 'n8n' });
	}
	expect(seen).toHaveLength(2);
});

describe('a form of n8n', () => {
	const opening = { ...NAVIGATION, 'sec-fetch-site': 'none' };

	/** Where the gate leads somebody who opens a form. */
	async function opened(path: string, headers: Record<string, string> = opening): Promise<string> {
		const [response] = (await once(open({ path, headers }), 'response')) as [IncomingMessage];
		response.resume();
		expect([response.statusCode, response.headers['cache-control']]).toEqual([302, 'no-store']);
		return response.headers.location ?? '';
	}

	test.each(['/form/3f6c', '/form-test/3f6c', '/form/my/own-form?name=Robin&name=Kim'])(
		'at %s sends what is filled in, because it was opened here',
		async (path) => {
			const address = await opened(path);
			expect(address.startsWith(path)).toBe(true);
			expect(seen).toEqual([]);
			expect((await send({ path: address, headers: opening })).status).toBe(200);
			const posted = { method: 'POST', path: address, headers: OPAQUE, body: 'a=b' };
			expect((await send(posted)).status).toBe(200);
			expect(seen).toMatchObject([
				{ method: 'GET', url: path },
				{ method: 'POST', url: path, body: 'a=b' },
			]);
		},
	);

	test('may ask first what it may send, as it does for a form with a password', async () => {
		const path = await opened('/form/3f6c');
		const headers = { ...OPAQUE, 'access-control-request-headers': 'x-auth-token' };
		expect((await send({ method: 'OPTIONS', path, headers })).status).toBe(200);
	});

	test('opened by a link of another site is opened here as well', async () => {
		const link = { ...NAVIGATION, 'sec-fetch-site': 'cross-site' };
		const address = await opened('/form/3f6c', link);
		expect((await send({ path: address, headers: link })).status).toBe(200);
	});

	test('has a pass that lasts as long as the gate and is of no use elsewhere', async () => {
		const [, pass = ''] = (await opened('/form/3f6c')).split('?');
		expect(await opened('/form/4a7d')).toBe(`/form/4a7d?${pass}`);
		for (const path of ['/rest/login', '/webhook/x', '/', '/formx/3f6c', '/rest/form/3f6c'])
			expect(
				(await send({ method: 'POST', path: `${path}?${pass}`, headers: OPAQUE })).status,
			).toBe(403);
		const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
		expect((await send({ method: 'POST', path: `/form/3f6c?${pass}`, headers })).status).toBe(403);
		expect(seen).toEqual([]);
	});

	test('with the pass of another gate gets a new one', async () => {
		const old = '/form/3f6c?gate-pass=0b0f0a7e-0000-4000-8000-000000000000&a=b';
		expect((await send({ method: 'POST', path: old, headers: OPAQUE })).status).toBe(403);
		expect(await opened(old)).toMatch(/^\/form\/3f6c\?a=b&gate-pass=(?!0b0f)/);
	});

	test('needs no pass where the address is secret: n8n checks that', async () => {
		for (const path of [
			'/form-waiting/12?signature=x',
			'/form-waiting/12/n8n-execution-status?signature=x',
		])
			expect((await send({ method: 'POST', path, headers: OPAQUE })).status).toBe(200);
		for (const path of [
			'/form-waiting/../rest/login',
			'/form-waiting/%2e%2e/rest',
			'/form-waiting',
		])
			expect([path, (await send({ method: 'POST', path, headers: OPAQUE })).status]).toEqual([
				path,
				403,
			]);
	});

	test('is filled in by programs without all this', async () => {
		expect((await send({ method: 'POST', path: '/form/3f6c', body: 'a=b' })).status).toBe(200);
		expect((await send({ path: '/form/3f6c' })).status).toBe(200);
		expect(seen.map(({ url }) => url)).toEqual(['/form/3f6c', '/form/3f6c']);
	});
});

/** What clients that keep their connections say. */
const KEPT = { connection: 'keep-alive' };

describe('what gets through', () => {
	test.each([
		'/',
		'/a?b=c&b=d',
		'//a//b',
		'/a/../b/./c',
		'/%2e%2e/%5f',
		'/a%2Fb?c=%20+d?e',
		'/a;b=c\'"',
		'/webhook/x?url=http://127.0.0.1:1/',
	])('keeps its address: %s', async (path) => {
		await send({ path });
		expect(seen[0]?.url).toBe(path);
	});

	test('keeps its method, headers and body, but not what claims another host', async () => {
		const body = 'ü'.repeat(100_000);
		const headers = { authorization: 'Basic x', cookie: 'n8n-auth=1; b=2', 'browser-id': '3' };
		const forwarded = {
			forwarded: 'host=evil.example',
			'x-forwarded-host': 'evil.example',
			'x-forwarded-proto': 'https',
			'x-forwarded-for': '192.0.2.1',
		};
		await send({ method: 'PATCH', path: '/rest/x', headers: { ...headers, ...forwarded }, body });
		expect(seen).toMatchObject([{ method: 'PATCH', body, headers }]);
		expect(JSON.stringify(seen[0]?.headers)).not.toMatch(/evil|192\.0\.2\.1/);
		expect(seen[0]?.headers['x-forwarded-proto']).toBe('http');
	});

	test('is answered with status, headers and cookies as they are', async () => {
		answer = (_request, response) => {
			response.writeHead(302, { location: '/x', 'set-cookie': ['a=1; HttpOnly', 'b=2'] }).end();
		};
		const [response] = (await once(open({}), 'response')) as [IncomingMessage];
		response.resume();
		expect(response.statusCode).toBe(302);
		expect(response.headers).toMatchObject({
			location: '/x',
			'set-cookie': ['a=1; HttpOnly', 'b=2'],
		});
	});

	test('gets events one by one, not when all are there', async () => {
		let end = () => {};
		answer = (_request, response) => {
			response.writeHead(200, { 'content-type': 'text/event-stream' });
			response.write('data: 1\n\n');
			end = () => void response.end('data: 2\n\n');
		};
		const [response] = (await once(open({ path: '/rest/push?pushRef=1' }), 'response')) as [
			IncomingMessage,
		];
		const [first] = (await once(response, 'data')) as [Buffer];
		expect(first.toString()).toBe('data: 1\n\n');
		end();
		expect(await text(response)).toBe('data: 2\n\n');
	});

	test('talks both ways over a websocket until the gate is closed', async () => {
		const { said, socket } = await exchange(
			[
				'GET /rest/push?pushRef=1 HTTP/1.1',
				`Host: 127.0.0.1:${port}`,
				`Origin: ${own}`,
				'Connection: Upgrade',
				'Upgrade: websocket',
			],
			/\r\n\r\n/,
		);
		expect(said).toMatch(/^HTTP\/1\.1 101 /);
		socket.write('hello');
		const [echo] = (await once(socket, 'data')) as [Buffer];
		expect(echo.toString()).toBe('hello');
		const closed = once(socket, 'close');
		await gate.close();
		await closed;
		gate = await openGate(port, { port: innerPort, certificate });
	});

	test('shares a connection to n8n where it reads, and has its own where it writes', async () => {
		const ports: Array<number | undefined> = [];
		answer = ({ socket }, response) => {
			ports.push(socket.remotePort);
			response.end();
		};
		for (const method of ['GET', 'GET', 'POST', 'GET', 'POST', 'PUT', 'DELETE'])
			await send({ method, path: '/rest/workflows', headers: KEPT });
		const shared = [0, 1, 3].map((index) => ports[index]);
		expect(new Set(shared).size).toBe(1);
		expect(new Set(ports).size).toBe(5);
	});

	test('reads on where n8n has closed the connection', async () => {
		for (let round = 0; round < 20; round++) {
			let closed: Promise<unknown> | undefined;
			answer = ({ socket }, response) => {
				closed = once(socket, 'close');
				response.end('n8n', () => socket.destroy());
			};
			expect(await send({ path: '/rest/workflows', headers: KEPT })).toEqual({
				status: 200,
				said: 'n8n',
			});
			await closed;
		}
	});

	test.each(['/', '/rest/workflows', '/rest/executions/30', '/assets/index.js?v=1'])(
		'reads %s again where n8n closes the connection just then',
		async (path) => {
			const used = new WeakSet<Socket>();
			answer = ({ socket }, response) => {
				if (used.has(socket)) return void socket.destroy();
				used.add(socket);
				response.end('n8n');
			};
			for (let round = 0; round < 4; round++)
				expect(await send({ path, headers: KEPT })).toEqual({ status: 200, said: 'n8n' });
			expect(new Set(seen.map(({ method, url }) => `${method} ${url}`))).toEqual(
				new Set([`GET ${path}`]),
			);
			expect(seen.length).toBeGreaterThan(4);
		},
	);

	test.each([
		['GET', '/webhook/x'],
		['GET', '/webhook-test/x'],
		['GET', '/webhook-waiting/12?approved=true&signature=1'],
		['GET', '/form/x'],
		['GET', '/mcp/x'],
		['GET', '/assets'],
		['GET', '/rest/oauth2-credential/callback?code=1&state=2'],
		['GET', '/rest/oauth1-credential/callback?oauth_token=1'],
		['GET', '/REST/OAuth2-credential/callback?code=1&state=2'],
		['HEAD', '/rest/workflows'],
		['POST', '/rest/workflows'],
		['DELETE', '/rest/workflows/1'],
	])('sends %s %s once, on a connection of its own', async (method, path) => {
		const used = new WeakSet<Socket>();
		let isReused = false;
		answer = ({ socket }, response) => {
			isReused ||= used.has(socket);
			used.add(socket);
			response.end();
		};
		for (let round = 0; round < 3; round++) {
			await send({ path: '/rest/workflows', headers: KEPT });
			isReused = false;
			await send({ method, path, headers: KEPT });
			expect(isReused).toBe(false);
		}
		answer = ({ socket }) => void socket.destroy();
		seen.length = 0;
		expect((await send({ method, path, headers: KEPT })).status).toBe(502);
		expect(seen).toHaveLength(1);
	});

	test.each(['', 'HTTP/1.1 200 OK\r\ncontent-le', 'no HTTP\r\n\r\n'])(
		'reads twice, and no more, where n8n answers %j and closes',
		async (said) => {
			answer = ({ socket }) => void socket.end(said);
			expect((await send({ path: '/rest/workflows', headers: KEPT })).status).toBe(502);
			expect(seen).toHaveLength(2);
		},
	);

	test('does not read again for a client that went away', async () => {
		let closed: Promise<unknown> = Promise.resolve();
		const came = new Promise<void>((resolve) => {
			answer = ({ socket }) => {
				closed = once(socket, 'close');
				resolve();
			};
		});
		const left = open({ path: '/rest/workflows', headers: KEPT });
		left.on('error', () => {});
		await came;
		left.destroy();
		await closed;
		answer = (_request, response) => void response.end('n8n');
		await send({ path: '/rest/settings', headers: KEPT });
		expect(seen.map(({ url }) => url)).toEqual(['/rest/workflows', '/rest/settings']);
	});

	test('sends a read with a body once', async () => {
		answer = ({ socket }) => void socket.destroy();
		const headers = { ...KEPT, 'content-length': '3' };
		const { status } = await send({ path: '/rest/workflows', headers, body: 'a=b' });
		expect([status, seen.map(({ body }) => body)]).toEqual([502, ['a=b']]);
	});

	test('gives each of many at once its own answer, also beside those who go away in the middle', async () => {
		answer = ({ url }, response) => {
			response.write(`${url} `);
			setImmediate(() => response.end(url));
		};
		const read = async (index: number) => {
			const path = `/rest/workflows/${index}`;
			if (index % 5 > 0) return await send({ path, headers: KEPT });
			const left = open({ path, headers: KEPT });
			left.on('error', () => {});
			const [response] = (await once(left, 'response')) as [IncomingMessage];
			response.on('error', () => {});
			left.destroy();
			return { status: 200, said: `${path} ${path}` };
		};
		for (let round = 0; round < 5; round++) {
			const indexes = Array.from({ length: 50 }, (_, index) => 50 * round + index);
			const answers = await Promise.all(indexes.map(read));
			expect(answers).toEqual(
				indexes.map((index) => ({
					status: 200,
					said: `/rest/workflows/${index} /rest/workflows/${index}`,
				})),
			);
		}
	});

	test('is told when n8n breaks off', async () => {
		answer = (_request, response) => {
			response.writeHead(200);
			response.write('half');
			setImmediate(() => response.destroy());
		};
		await expect(send({})).rejects.toThrow('aborted');
	});

	test('is told when n8n is not there', async () => {
		const elsewhere = await anyFreePort();
		const other = await openGate(elsewhere, { port: await anyFreePort(), certificate });
		const response = await fetch(`http://127.0.0.1:${elsewhere}/`);
		await other.close();
		expect([response.status, await response.text()]).toEqual([502, 'n8n does not respond.']);
	});

	test('is ended at n8n as well when the client goes away', async () => {
		const gone = new Promise<void>((resolve) => {
			answer = (incoming, response) => {
				response.writeHead(200);
				response.write('half');
				incoming.socket.once('close', () => resolve());
			};
		});
		const sent = open({});
		await once(sent, 'response');
		sent.destroy();
		await gone;
	});
});

describe('n8n’s own port', () => {
	test('takes nothing from a client that does not know its certificate', async () => {
		await expect(fetch(`http://127.0.0.1:${innerPort}/`)).rejects.toThrow();
		await expect(fetch(`https://127.0.0.1:${innerPort}/`)).rejects.toMatchObject({
			cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
		});
		expect(seen).toEqual([]);
	});

	test('is believed by the gate only with the certificate it was given', async () => {
		const elsewhere = await anyFreePort();
		const other = await openGate(elsewhere, {
			port: innerPort,
			certificate: (await makeCertificate()).certificate,
		});
		const { status } = await fetch(`http://127.0.0.1:${elsewhere}/`);
		await other.close();
		expect([status, seen]).toEqual([502, []]);
	});
});
