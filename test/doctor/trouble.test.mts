import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import axios from 'axios';

import { Stop } from '../../tools/doctor/stop.mts';
import { readOptions } from '../../tools/doctor/options.mts';
import { signIn, tokensFrom } from '../../tools/doctor/signIn.mts';
import { Client } from '../../tools/doctor/client.mts';
import { examine } from '../../tools/doctor/doctor.mts';
import { openapi, follow } from '../support/openapi.mts';
import { examined, quickClock } from './examined.mts';
import { ToldServer, type Heard, type Reply } from './server.mts';

/** The examples of the document, as a service would answer them. */
function documented({ method, url }: Heard): Reply {
	const path = url.split('?')[0] as string;
	for (const [template, item] of Object.entries<any>(openapi['paths'])) {
		const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`);
		const operation = item[method.toLowerCase()];
		if (!operation || !pattern.test(path)) continue;
		const [[status, response]] = Object.entries<any>(operation.responses) as [[string, any]];
		const [media] = Object.values<any>(follow<any>(response).content ?? {});
		return { status: Number(status), body: media?.example ?? {} };
	}
	return { status: 404, body: { error: { code: 'not_found', message: 'Nothing' } } };
}

let server: ToldServer;
afterEach(async () => await server?.close().catch(() => {}));

const served = async (reply: (heard: Heard) => Reply | Promise<Reply>) =>
	(server = await new ToldServer(reply).listen());

const page = (status: number): Reply => ({
	status,
	headers: { 'content-type': 'text/html' },
	body: '<!doctype html><html><body>Access denied</body></html>',
});

test('a service that is not there', async () => {
	await served(documented);
	const { baseUrl } = server;
	await server.close();
	const { report } = await examined({ baseUrl, clock: quickClock() });
	expect(report.stopped).toBe(
		'KallyAI cannot be reached (ECONNREFUSED). Check your network connection and --base-url, then run the doctor again.',
	);
});

test('tokens that are not taken', async () => {
	await served((heard) =>
		heard.url === '/v1/credits/costs'
			? documented(heard)
			: { status: 401, body: { error: { code: 'token_expired', message: 'Old' } } },
	);
	const { report } = await examined({ baseUrl: server.baseUrl, clock: quickClock() });
	expect(report.stopped).toMatch(/does not accept the access token.*copy new ones.*--sign-in/);
	expect(server.heard).toHaveLength(2);
});

test('something in front of the service', async () => {
	await served(() => page(403));
	const { report } = await examined({ baseUrl: server.baseUrl, clock: quickClock() });
	expect(report.stopped).toMatch(/refuses clients by their name.*send the report/);
	expect(report.differences).toMatchObject([{ switch: 'userAgents', readings: ['known ones'] }]);
	expect(server.heard).toHaveLength(1);
	expect(server.heard[0]?.headers['user-agent']).toMatch(/^n8n-nodes-kallyai\//);
});

test.each([
	[{ 'retry-after': '30' }, 'Run it again in 30 seconds'],
	[{}, 'Run it again in an hour'],
])('too many requests: %j', async (headers, advice) => {
	let left = 20;
	await served((heard) =>
		(left -= 1) < 0 ? { status: 429, headers, body: {} } : documented(heard),
	);
	const { report } = await examined({ baseUrl: server.baseUrl, clock: quickClock(), write: true });
	expect(report.stopped).toContain(advice);
	expect(server.heard).toHaveLength(21);
	expect(report.domains.some(({ outcome }) => outcome === 'works')).toBe(true);
});

test('a domain that this sign-in may not read is told, and the others are read', async () => {
	await served((heard) =>
		heard.url.startsWith('/v1/inbound/')
			? { status: 403, body: { error: { code: 'forbidden', message: 'No' } } }
			: documented(heard),
	);
	const { report } = await examined({ baseUrl: server.baseUrl, clock: quickClock() });
	const outcomes = Object.fromEntries(report.domains.map((each) => [each.domain, each.outcome]));
	expect(outcomes).toMatchObject({
		inboundCall: 'not allowed',
		voicemail: 'not allowed',
		call: 'works',
	});
	expect(report.stopped).toBeUndefined();
});

test('answers that nobody thought of end nothing', async () => {
	const odd = [null, 7, 'text', [], [null], { items: [null, 3, {}] }, { error: {} }, {}];
	let turn = 0;
	await served(({ url }) =>
		url === '/v1/credits/balance' ? { body: {} } : { body: odd[(turn += 1) % odd.length] },
	);
	const { report } = await examined({ baseUrl: server.baseUrl, clock: quickClock(), write: true });
	expect(report.stopped).toBeUndefined();
});

test('without --write nothing but GETs is sent, at most two a second, and each question is asked before its step', async () => {
	const clock = quickClock();
	const times: number[] = [];
	await served((heard) => {
		times.push(clock.now());
		return documented(heard);
	});
	await examined({ baseUrl: server.baseUrl, clock });
	expect(new Set(server.heard.map(({ method }) => method))).toEqual(new Set(['GET']));
	expect(times.length).toBeGreaterThan(60);
	expect(times.every((time, index) => index === 0 || time - times[index - 1]! >= 500)).toBe(true);

	const questions: string[] = [];
	const client = new Client({ baseUrl: server.baseUrl, clock });
	const order = { client, ownNumber: '+15550100', say: () => {}, newKey: () => 'key' };
	const report = await examine({
		...order,
		ask: async (question) => {
			questions.push(question);
			return false;
		},
	});
	expect(questions.length).toBeGreaterThan(8);
	expect(questions.join()).toMatch(/Call your own number/);
	expect(report.steps).toEqual([]);
	expect(new Set(server.heard.map(({ method }) => method))).toEqual(new Set(['GET']));
});

test('only the own number is called, and not again after an error that is no refusal', async () => {
	await served((heard) =>
		heard.method === 'POST' && heard.url === '/v1/calls' && heard.body.includes('+15550100')
			? { status: 500, body: { error: { code: 'internal', message: 'timezone, language' } } }
			: documented(heard),
	);
	await examined({ baseUrl: server.baseUrl, clock: quickClock(), write: true });
	const calls = server.heard.filter(({ method, url }) => method === 'POST' && url === '/v1/calls');
	const called = calls.map(({ body }) => JSON.parse(body).submission.respondent_phone);
	expect(called.filter(Boolean)).toEqual(['+15550100']);
	const sent = server.heard.filter(({ method }) => method !== 'GET').map(({ body }) => body);
	expect(
		sent
			.join()
			.match(/\+\d{7,}/g)
			?.every((number) => number === '+15550100'),
	).toBe(true);
});

test('the token is sent to no other server', async () => {
	const other = await new ToldServer(() => ({ body: 'audio' })).listen();
	try {
		await served((heard) =>
			heard.url.endsWith('/recording')
				? { body: { url: `${other.baseUrl}/x.mp3` } }
				: documented(heard),
		);
		await examined({ baseUrl: server.baseUrl, clock: quickClock() });
		expect(other.heard.length).toBeGreaterThan(0);
		expect(other.heard.filter(({ headers }) => headers.authorization)).toEqual([]);
	} finally {
		await other.close();
	}
});

describe('signing in with the browser', () => {
	const back = (url: string, more = '') => {
		const { searchParams } = new URL(url, 'http://127.0.0.1');
		const location = `${searchParams.get('redirect_uri')}/?state=${searchParams.get('state')}${more}`;
		return { status: 302, headers: { location }, body: '' };
	};

	test('brings the tokens, and leaves none in the address of the last page', async () => {
		await served(({ url }) => back(url, '&access_token=at_1&refresh_token=rt_1'));
		let shown = '';
		let visited: Promise<unknown> | undefined;
		const tokens = await signIn(
			server.baseUrl,
			(line) => void (shown += line),
			(address) => {
				visited = axios.get(address, { proxy: false }).then(({ request, data }) => {
					expect(request.path).toBe('/done');
					expect(data).toContain('You are signed in');
				});
			},
		);
		await visited;
		expect(tokens).toEqual({ accessToken: 'at_1', refreshToken: 'rt_1' });
		expect(shown).toContain('/v1/auth/cli?redirect_uri=');
		expect(shown).not.toContain('at_1');
	});

	test('takes the next port where one is taken', async () => {
		const other = createServer();
		await new Promise<void>((resolve) => {
			other.once('error', () => resolve());
			other.listen(8740, '127.0.0.1', resolve);
		});
		try {
			await served(({ url }) => back(url, '&access_token=at_1'));
			const visit = (address: string) => void axios.get(address, { proxy: false });
			const tokens = await signIn(server.baseUrl, () => {}, visit);
			expect(tokens).toEqual({ accessToken: 'at_1' });
			expect(server.heard[0]?.url).not.toContain('8740');
		} finally {
			other.close();
		}
	});

	test('takes no tokens from elsewhere', async () => {
		await served(({ url }) => back(url, '&access_token=at_1'));
		const tokens = await signIn(
			server.baseUrl,
			() => {},
			(address) => {
				const redirect = new URL(address).searchParams.get('redirect_uri') as string;
				void axios
					.get(`${redirect}/?state=guessed&access_token=at_evil`, {
						proxy: false,
						validateStatus: () => true,
					})
					.then(async ({ status }) => {
						expect(status).toBe(404);
						await axios.get(address, { proxy: false });
					});
			},
		);
		expect(tokens).toEqual({ accessToken: 'at_1' });
	});

	test.each([
		['at_1', { accessToken: 'at_1' }],
		[' at_1  rt_1\n', { accessToken: 'at_1', refreshToken: 'rt_1' }],
		[
			'{"access_token":"at_1","refresh_token":"rt_1","expires_in":3600}',
			{ accessToken: 'at_1', refreshToken: 'rt_1' },
		],
		['{"token":1}', undefined],
		['{', undefined],
		['', undefined],
	])('%j as pasted tokens', (text, tokens) => expect(tokensFrom(text)).toEqual(tokens));
});

test.each([
	[['--write'], /--to with your own number/],
	[['--write', '--to', '015550100'], /--to with your own number/],
	[['--to', '+15550100'], /only be used with --write/],
	[['--base-url', 'kally'], /must be a URL/],
	[['--base-url', 'http://example.org'], /clear text/],
	[['--base-url', 'https://ines:secret@api.kallyai.com'], /plain URL/],
	[['--base-url', 'https://api.kallyai.com/?key=secret'], /plain URL/],
	[['--yes'], /answer each question/],
	[['--faster'], /Usage/],
])('%j is refused', (args, message) => {
	expect(() => readOptions(args)).toThrow(Stop);
	expect(() => readOptions(args)).toThrow(message);
});

/** Runs a program of Node, types into it, and does not end its input; gives what it printed and how it ended. */
async function ran(args: string[], typed = ''): Promise<{ printed: string; code: number }> {
	const child = spawn(process.execPath, args, { cwd: join(__dirname, '../..') });
	let printed = '';
	child.stdout.on('data', (data) => void (printed += data));
	child.stderr.on('data', (data) => void (printed += data));
	child.stdin.write(typed);
	const [code] = await once(child, 'close');
	return { printed, code };
}

test('answers that are piped in are taken one for each question, and an open pipe keeps nobody', async () => {
	const program = `
		import { Person } from './tools/doctor/person.mts';
		const person = new Person();
		for (const question of ['One?', 'Two?', 'Three?']) console.log(await person.says(question));
		person.leave();`;
	const { printed } = await ran(['--input-type=module', '-e', program], 'y\nn\nyes\n');
	expect(printed.match(/true|false/g)).toEqual(['true', 'false', 'true']);
});

test('npm run doctor -- --world writes its report', async () => {
	const out = mkdtempSync(join(tmpdir(), 'doctor-'));
	const { printed, code } = await ran(['tools/doctor/main.mts', '--world', 'vendor', '--out', out]);
	expect(code).toBe(0);
	expect(printed).toContain('The package would fail here');
	const report = JSON.parse(readFileSync(join(out, 'doctor-report.json'), 'utf8'));
	const found = report.differences.map((each: { switch: string }) => each.switch);
	expect(found).toEqual(expect.arrayContaining(['callRow', 'errorShape', 'goalOffset']));
	expect(readFileSync(join(out, 'doctor-report.md'), 'utf8')).toContain('| callRow | row 33 |');
});
