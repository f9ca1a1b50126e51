import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { ACCESS_TOKEN } from '../../sandbox/oauth/readyCredentials.mts';
import { contractOperations, sample } from '../support/contract.mts';
import { HostileAnswers } from '../support/hostileAnswers.mts';
import { randomOf } from '../support/random.mts';
import { type RunningSandbox, startSandbox } from '../support/sandbox.mts';

const REQUESTS = 10_000;
const AT_ONCE = 50;
const SEED = Number(process.env.SEED ?? 1);

const PATHS = [
	'/',
	'*',
	'//',
	'/v1/%',
	'/v1/%00',
	'/v1/calls/%ff%fe',
	'/v1/calls/..%2f..%2f',
	'/v1/../__sandbox/state',
	'/__proto__',
	'/v1/calls/__proto__',
	'/v1/calls/constructor',
	'http://127.0.0.1/v1/calls',
	'/v1/calls?limit=__proto__&offset=-1&limit=1&limit=2',
	`/v1/calls?${'a[b]=c&'.repeat(200)}`,
	`/${'x'.repeat(9000)}`,
	'/v1/auth/authorize?client_id=%00&redirect_uri=x',
	'/v1/auth/gpt/token',
	'/v1/auth/refresh',
	'/__sandbox/faults',
	'/__sandbox/clock',
];
const METHODS = [
	'GET',
	'POST',
	'PUT',
	'PATCH',
	'DELETE',
	'HEAD',
	'OPTIONS',
	'TRACE',
	'BREW',
	'',
	'g et',
];
const TYPES = [
	'application/json',
	'application/json; charset=utf-16',
	'application/x-www-form-urlencoded',
	'multipart/form-data',
	'text/plain',
	'__proto__',
	'',
];
const HEADERS = [
	'Content-Length: -1',
	'Content-Length: 5\r\nContent-Length: 6',
	'Content-Length: 99999999999999999999',
	'Transfer-Encoding: chunked',
	'Transfer-Encoding: gzip, chunked\r\nContent-Length: 3',
	'Expect: 100-continue',
	'Upgrade: websocket\r\nConnection: Upgrade',
	'Host: evil.example',
	'Authorization: Bearer',
	'Authorization: Basic %%%',
	`Authorization: Bearer ${'x'.repeat(5000)}`,
	'Idempotency-Key: __proto__',
	'Idempotency-Key: \u00ff\u0001',
	'Content-Encoding: gzip',
	'Range: bytes=-1,5-2',
	'Cookie: =;=;;',
	'X-Broken',
	': empty',
	`X-Long: ${'x'.repeat(20_000)}`,
];

/** Requests to the operations of the document and to what is none, broken in some place or in none. */
class Malformed {
	private readonly random: () => number;

	private readonly values: HostileAnswers;

	constructor(seed: number) {
		this.random = randomOf(seed);
		this.values = new HostileAnswers(seed);
	}

	next(host: string): Buffer {
		const contract = this.values.one(contractOperations);
		const value = () => this.values.refusal('token');
		const known = contract.path.replace(/\{[^}]+\}/g, () =>
			this.random() < 0.5 ? 'x' : encodeURIComponent(value().slice(0, 100).toWellFormed()),
		);
		const query = contract.parameters
			.filter((parameter) => parameter.in === 'query' && this.random() < 0.5)
			.map(({ wire }) => `${wire}=${encodeURIComponent(value().slice(0, 60).toWellFormed())}`);
		const path = this.random() < 0.7 ? `${known}?${query.join('&')}` : this.values.one(PATHS);
		const method = this.random() < 0.8 ? contract.method : this.values.one(METHODS);
		const body = this.random() < 0.5 ? this.fields(contract.parameters) : value();
		const type = this.random() < 0.7 ? 'application/json' : this.values.one(TYPES);
		const extra = this.random() < 0.3 ? [this.values.one(HEADERS)] : [];
		const version = this.random() < 0.97 ? 'HTTP/1.1' : this.values.one(['HTTP/9.9', 'HTTP', '']);
		const head = [
			`${method} ${path} ${version}`,
			`Host: ${host}`,
			'Connection: close',
			...(this.random() < 0.9 ? [`Authorization: Bearer ${ACCESS_TOKEN}`] : []),
			`Content-Type: ${type}`,
			...(this.random() < 0.95 ? [`Content-Length: ${Buffer.byteLength(body)}`] : []),
			...extra,
		];
		const whole = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'utf8');
		return this.random() < 0.95
			? whole
			: whole.subarray(0, Math.floor(this.random() * whole.length));
	}

	/** A body with the fields of an operation, some of them hostile. */
	private fields(parameters: (typeof contractOperations)[number]['parameters']): string {
		const members: Record<string, string[]> = {};
		for (const parameter of parameters) {
			if (parameter.in !== 'body') continue;
			const [outer, inner] = parameter.wire.split('.');
			const hostile = this.random() < 0.3;
			const text = hostile ? this.values.refusal('token') : JSON.stringify(sample(parameter));
			(members[outer] ??= []).push(inner ? `"${inner}":${text}` : text);
		}
		const text = Object.entries(members).map(([name, parts]) =>
			parts[0].startsWith('"') && parts[0].includes('":')
				? `"${name}":{${parts.join()}}`
				: `"${name}":${parts[0]}`,
		);
		return `{${text.join()}}`;
	}
}

/** Sends bytes on a connection of their own, closes this side, and gives what comes back. */
async function answerTo(
	port: number,
	sent: Buffer,
): Promise<{ status: number | undefined; text: string }> {
	const socket = connect({ port, host: '127.0.0.1' });
	socket.on('error', () => undefined);
	socket.end(sent);
	const closed = once(socket, 'close');
	let said = Buffer.alloc(0);
	try {
		said = await buffer(socket);
	} catch {
		// The sandbox has closed the connection.
	}
	await closed;
	const text = said.toString('latin1');
	const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
	return { status: status === undefined ? undefined : Number(status), text };
}

let sandbox: RunningSandbox;
beforeAll(async () => void (sandbox = await startSandbox()));
afterAll(async () => await sandbox.stop());

test('10,000 malformed requests bring about no 500 and no crash', async () => {
	const { port, host } = new URL(sandbox.baseUrl);
	const malformed = new Malformed(SEED);
	const statuses = new Map<number | undefined, number>();
	const faults: string[] = [];
	const one = async () => {
		const sent = malformed.next(host);
		const { status, text } = await answerTo(Number(port), sent);
		statuses.set(status, (statuses.get(status) ?? 0) + 1);
		if (status === 500) {
			const [, said] = text.split('\r\n\r\n');
			faults.push(`${sent.toString().slice(0, 1000)}\n${said}`);
		}
	};
	for (let done = 0; done < REQUESTS; done += AT_ONCE) {
		await Promise.all(Array.from({ length: AT_ONCE }, one));
	}
	expect(faults.slice(0, 5)).toEqual([]);
	const { status } = await sandbox.http.get('/v1/credits/balance');
	expect(status).toBe(200);
	// They are not all refused at the door.
	expect([...statuses.keys()].length).toBeGreaterThan(5);
	expect(statuses.get(200)).toBeGreaterThan(100);
}, 300_000);
