import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, utimes } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';

import { pack, type Packed } from '../../tools/lib/pack.mts';
import { runProgram } from '../../tools/lib/runProgram.mts';
import { releaseScript } from './workflows.mts';

/** What npm sends to publish. */
interface Publication {
	name: string;
	_attachments: Record<string, { data: string }>;
}

/** Gives every job an identity, changes that for a token, takes every package and writes down what came. */
let registry: Server;
let baseUrl: string;
const received: Array<{ request: string; authorization?: string; body?: Publication }> = [];

const IDENTITY = [{ alg: 'none' }, { repository_visibility: 'private' }, 'signature']
	.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
	.join('.');
const ANSWERS: Array<[request: RegExp, status: number, answer: object]> = [
	[/^GET \/identity\?audience=npm%3A127\.0\.0\.1$/, 200, { value: IDENTITY }],
	[/^POST \/-\/npm\/v1\/oidc\/token\/exchange\/package\//, 201, { token: 'exchanged' }],
	[/^PUT /, 201, {}],
	[/./, 404, {}],
];

const PACKAGE = path.resolve(import.meta.dirname, '../..');

let folder: string;
let packed: Packed & { tarball: string };
let sha256: string;

const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

beforeAll(async () => {
	registry = createServer(async (incoming, response) => {
		const request = `${incoming.method} ${incoming.url}`;
		const { authorization } = incoming.headers;
		const body = incoming.method === 'PUT' ? ((await json(incoming)) as Publication) : undefined;
		received.push({ request, authorization, body });
		const [, status, answer] = ANSWERS.find(([asked]) => asked.test(request)) ?? [];
		response.writeHead(status ?? 500, { 'content-type': 'application/json' });
		response.end(JSON.stringify(answer));
	});
	registry.listen(0, '127.0.0.1');
	await once(registry, 'listening');
	baseUrl = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
});
afterAll(() => registry.close());
beforeEach(async () => {
	received.length = 0;
	folder = await mkdtemp(path.join(tmpdir(), 'publishing-'));
	packed = await pack(folder);
	sha256 = digestOf(await readFile(packed.tarball));
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

/** Does what the job that publishes does. */
async function publish(): Promise<void> {
	const env = {
		PATH: process.env.PATH,
		HOME: folder,
		NO_PROXY: '127.0.0.1',
		npm_config_registry: `${baseUrl}/`,
		GITHUB_ACTIONS: 'true',
		ACTIONS_ID_TOKEN_REQUEST_URL: `${baseUrl}/identity`,
		ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'token',
		TARBALL: packed.filename,
		SHA256: sha256,
	};
	await runProgram('bash', ['-c', releaseScript('publish')], { cwd: folder, env });
}

test('the job that publishes sends the tarball as it was packed', async () => {
	await publish();
	const sent = received.flatMap(({ body }) => (body ? [body] : []));
	expect(sent).toHaveLength(1);
	const attached = sent[0]?._attachments[packed.filename]?.data ?? '';
	expect([sent[0]?.name, digestOf(Buffer.from(attached, 'base64'))]).toEqual([packed.name, sha256]);
});

test('it needs no token but the one for which npm takes its identity', async () => {
	await publish();
	const [exchanged] = received.filter(({ request }) => request.startsWith('POST '));
	expect(exchanged?.authorization).toBe(`Bearer ${IDENTITY}`);
	const [published] = received.filter(({ body }) => body !== undefined);
	expect(published?.authorization).toBe('Bearer exchanged');
});

test('it asks for nothing but what is said of the package', async () => {
	await publish();
	const asked = received
		.map(({ request }) => request)
		.filter((request) => /^GET \/(?!identity)/.test(request));
	for (const request of asked) expect(request).toMatch(new RegExp(`^GET /${packed.name}(\\?|$)`));
});

test('it publishes nothing when the tarball is another one', async () => {
	await appendFile(packed.tarball, 'x');
	await expect(publish()).rejects.toThrow('did NOT match');
	expect(received).toEqual([]);
});

test('packing again, of files that are written anew, gives the same bytes', async () => {
	const { files } = packed;
	const later = new Date();
	for (const { path: file } of files) await utimes(path.join(PACKAGE, file), later, later);
	const again = await pack(path.join(folder, 'again'));
	expect(digestOf(await readFile(again.tarball))).toBe(sha256);
});
