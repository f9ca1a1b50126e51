import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';

import type { IDataObject } from 'n8n-workflow';

import { recordedNode } from '../support/builtNode.mts';
import { MAKE_CALL } from '../support/callsToMake.mts';
import type { ExecuteOptions } from '../support/engine.mts';

const built = recordedNode();

const ACCESS = 'kx7Qm.access/9+z=';
const REFRESH = 'rf~31.refresh/8';
const RENEWED = 'nw55.access/7+y=';
const RENEWED_REFRESH = 'nw66.refresh/6';
const SECRETS = [ACCESS, REFRESH, RENEWED, RENEWED_REFRESH];
const TYPES = ['kallyAiOAuth2Api', 'kallyAiTokenApi'] as const;
type CredentialType = (typeof TYPES)[number];

const GET = { resource: 'call', operation: 'get', callId: { __rl: true, mode: 'id', value: 'c' } };
const LIST = { resource: 'call', operation: 'getAll', returnAll: true, simplify: false };
/** Neither read nor repeatable: it is sent once, whatever comes. */
const APPROVE = { resource: 'budget', operation: 'approve', goalId: 'g-1' };

/** Puts the tokens back that a run may have renewed. */
function signIn(): void {
	const { baseUrl } = built.recorder;
	Object.assign(built.engine.credentials, {
		kallyAiOAuth2Api: {
			...built.engine.credentials.kallyAiOAuth2Api,
			oauthTokenData: { access_token: ACCESS, refresh_token: REFRESH, token_type: 'bearer' },
		},
		kallyAiTokenApi: {
			baseUrl,
			accessToken: ACCESS,
			refreshToken: REFRESH,
			sessionToken: '',
		},
	});
}

beforeEach(signIn);

/** Runs the node, and gives everything that n8n keeps of the run. */
async function kept(parameters: IDataObject, settings: ExecuteOptions): Promise<string> {
	const outcome = await built.engine.execute(parameters as never, settings);
	const { error } = outcome;
	return inspect([outcome.run, error, error?.stack, error?.cause], {
		depth: 30,
		maxStringLength: 1e5,
	});
}

/** A text with everything undone that `SPELLINGS` do, but for Base64. */
const readable = (text: string): string =>
	text
		.replace(/\\+u(\w{4})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
		.replace(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
		.replace(/&#x(\w+);/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
		.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
		.replace(/\\+\//g, '/')
		.toLowerCase();

function expectNoSecret(text: string): void {
	const texts = [text, readable(text)];
	for (const [encoded] of text.matchAll(/[\w+/%-]{12,}/g))
		texts.push(readable(Buffer.from(decodeURIComponent(encoded), 'base64').toString()));
	for (const secret of SECRETS) {
		for (const told of texts) expect(told).not.toContain(secret.toLowerCase());
	}
}

/** Answers the renewal of a sign-in; undefined for any other request. */
function renewal(path: string) {
	return /\/auth\/(?:gpt\/token|refresh)$/.test(path)
		? { access_token: RENEWED, refresh_token: RENEWED_REFRESH, token_type: 'bearer' }
		: undefined;
}

/** Refuses as `answer` says; with `renews` only after the sign-in was renewed. */
function refuse(
	status: number,
	answer: (token: string) => unknown,
	{ renews = false, headers = {} as Record<string, string> } = {},
): void {
	built.recorder.answer(({ path, headers: sent }, response: ServerResponse) => {
		const token = String(sent.authorization).replace('Bearer ', '');
		const renewed = renewal(path);
		if (renewed) return renewed;
		if (renews && token === ACCESS) {
			response.statusCode = 401;
			return { error: { code: 'token_expired' } };
		}
		response.writeHead(status, { 'content-type': 'application/json', ...headers });
		return response.end(JSON.stringify(answer(token)));
	});
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const percent = (text: string): string =>
	Array.from(Buffer.from(text), (byte) => `%${byte.toString(16)}`).join('');
const escaped = (text: string, escape: (code: number) => string): string =>
	text.replace(/[^\w]/g, (character) => escape(character.charCodeAt(0)));
const hex = (code: number): string => code.toString(16).padStart(4, '0');

/** How a token may be written in a text, by programs or to get past a search for it. */
const SPELLINGS: Record<string, (token: string) => string> = {
	'in small hexadecimal digits': (token) => escaped(token, (code) => `%${code.toString(16)}`),
	'with every letter escaped': percent,
	'as JSON in JSON': (token) => token.replaceAll('/', '\\/'),
	'as JSON of other languages': (token) =>
		escaped(token, (code) => `\\u${hex(code).toUpperCase()}`),
	'as HTML': (token) => escaped(token, (code) => `&#${code};`),
	'as HTML in hexadecimal': (token) => escaped(token, (code) => `&#x${code.toString(16)};`),
	'in Base64': base64,
	'in Base64 after one letter': (token) => base64(`:${token}:`),
	'in Base64 after two letters': (token) => base64(`a:${token}`),
	'in Base64 for addresses': (token) => Buffer.from(`Bearer ${token}`).toString('base64url'),
	'in Base64 in an address': (token) => encodeURIComponent(base64(`Bearer ${token}`)),
};

const ECHOES: Array<[string, (token: string) => unknown]> = [
	['message', (token) => ({ error: { code: 'x', message: `You sent ${token} to us` } })],
	['message, cut where texts are cut', (token) => ({ detail: `${'x'.repeat(495)}${token}` })],
	[
		'message, as an address has it',
		(token) => ({ detail: `at /x?t=${encodeURIComponent(token)}` }),
	],
	...Object.entries(SPELLINGS).map(([how, spell]): [string, (token: string) => unknown] => [
		`message, ${how}`,
		(token) => ({ detail: `You sent "${spell(token)}" to us` }),
	]),
	['code', (token) => ({ error: { code: token } })],
	['flat code', (token) => ({ error: token })],
	['reason', (token) => ({ error: { code: 'x', details: { reason: token } } })],
	['correlation ID', (token) => ({ error: { code: 'x', correlation_id: token } })],
	['address for upgrades', (token) => ({ upgrade_url: `https://example.com/${token}` })],
	['list of details', (token) => ({ detail: [{ loc: ['body', token], msg: token }] })],
];

describe.each(TYPES)('with %s', (credential: CredentialType) => {
	describe.each([false, true])('renewed within the request: %s', (renews) => {
		test.each(ECHOES)('a refusal that echoes the token as its %s', async (_place, answer) => {
			for (const onError of ['stopWorkflow', 'continueRegularOutput'] as const) {
				refuse(409, answer, { renews });
				const text = await kept(APPROVE, { credential, node: { onError } });
				expect(text).toContain('***');
				expectNoSecret(text);
			}
		});

		test('an answer that echoes it in values, names and lists', async () => {
			refuse(200, (token) => ({ status: 'completed', [token]: 1, deep: [{ of: `<${token}>` }] }), {
				renews,
			});
			const text = await kept(GET, { credential });
			expect(text).toContain('***');
			expectNoSecret(text);
		});
	});

	test('a redirect that carries it', async () => {
		const headers = { location: `https://elsewhere.example/${ACCESS}?t=${ACCESS}` };
		refuse(302, () => ({}), { headers });
		expectNoSecret(await kept(APPROVE, { credential }));
	});

	test('the refresh token, echoed as well', async () => {
		refuse(409, () => ({ detail: `Your other one is ${REFRESH}` }));
		expectNoSecret(await kept(APPROVE, { credential }));
	});

	test('a renewal that fails and echoes it', async () => {
		for (const status of [400, 401, 422, 500]) {
			signIn();
			built.recorder.answer((request, response) => {
				response.statusCode = /\/auth\//.test(request.path) ? status : 401;
				return { error: 'invalid_request', message: `No: ${REFRESH}`, detail: REFRESH };
			});
			expectNoSecret(await kept(APPROVE, { credential }));
		}
	});

	test('rows that carry it', async () => {
		refuse(200, (token) => ({ calls: [{ call_id: token, status: token }], has_more: false }));
		expectNoSecret(await kept(LIST, { credential }));
	});
});

test.each(Object.entries({ 'as it is': (token: string) => token, ...SPELLINGS }))(
	'a token of ten thousand characters is masked %s',
	async (_how, spell) => {
		const long = `eyJhbGciOiJSUzI1NiIs.${'aB3-_.+/='.repeat(1100)}`;
		built.engine.credentials.kallyAiTokenApi.accessToken = long;
		built.recorder.answer(() => ({ call_id: 'c', echo: `before "${spell(long)}" after` }));
		const { items } = await built.engine.execute(GET, { credential: 'kallyAiTokenApi' });
		expect(items[0].json.echo).toMatch(/^before "\S{0,12}\*\*\*\S{0,12}" after$/);
	},
);

describe('a file of the API', () => {
	const DOWNLOAD = {
		resource: 'call',
		operation: 'getRecording',
		callId: GET.callId,
		options: { download: true },
	};
	const quoted = Array.from(ACCESS, (letter) => `\\${letter}`).join('');

	/** The file behind a link, which the API gives only to whoever is signed in; or to anybody. */
	const serveFile = (isOpen: boolean, path: string, headers: Record<string, string>) =>
		built.recorder.answer((request, response) => {
			if (request.path.startsWith('/v1/')) return { url: `${built.recorder.baseUrl}${path}` };
			if (!isOpen && request.headers.authorization === undefined) response.statusCode = 401;
			else response.writeHead(200, { 'content-type': 'audio/mpeg', ...headers });
			return response.end('sound');
		});

	test.each([
		['as it is', `attachment; filename="${ACCESS}.mp3"`],
		['escaped', `attachment; filename="${quoted}.mp3"`],
		['percent-encoded', `attachment; filename*=UTF-8''${percent(ACCESS)}.mp3`],
		['in Base64', `attachment; filename="${base64(ACCESS)}.mp3"`],
		['in an address', undefined],
	])('has no token in its name: %s', async (_how, disposition) => {
		for (const isOpen of [true, false]) {
			const path = `/${disposition ? 'file' : percent(ACCESS)}.mp3`;
			serveFile(isOpen, path, disposition ? { 'content-disposition': disposition } : {});
			const text = await kept(DOWNLOAD, {});
			expect(text).toContain('audio/mpeg');
			expectNoSecret(text);
			// Slashes are replaced in names.
			expect(text).not.toContain(ACCESS.split('/')[0]);
		}
	});

	test('has none in its type', async () => {
		serveFile(true, '/file.mp3', { 'content-type': `audio/${ACCESS}` });
		expectNoSecret(await kept(DOWNLOAD, {}));
	});
});

test('the token of a bot that is connected is masked where the API sends it back', async () => {
	const botToken = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
	refuse(422, () => ({ detail: `Not a bot: ${botToken}` }));
	const { error } = await built.engine.execute({
		resource: 'channel',
		operation: 'connect',
		channel: 'telegram',
		botToken,
		additionalFields: { botToken },
	});
	expect(error?.message).toMatch(/Not a bot: \*\*\* \[item 1\]$/);
});

test('IDs of what was made are shown without tokens and markup, and cut', async () => {
	const ids = [`call-${ACCESS}`, '<img src=x onerror=alert(1)>', 'x'.repeat(10_000)];
	let sent = 0;
	built.recorder.answer((_request, response) => {
		const call_id = ids[sent++];
		if (call_id !== undefined) return { call_id, status: 'completed' };
		response.statusCode = 422;
		return {};
	});
	const items = ['00', '01', '02', '03'].map((end) => ({ phone: `+155501${end}` }));
	const { error } = await built.engine.execute(MAKE_CALL, { items });
	expect(error?.description).toMatch(/Created before: call-\*\*\*, &lt;img .*&gt;, x{64}\.$/);
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])(
	'an error code called %s is like any unknown one',
	async (code) => {
		refuse(409, () => JSON.parse(`{"error":{"code":"${code}"}}`) as unknown);
		const { error } = await built.engine.execute(APPROVE);
		expect(error?.message).toBe('This conflicts with the current status of the record [item 1]');
		expect(error?.description).toMatch(/^Get the record again/);
	},
);

test.each(['constructor', '__proto__', 'toString'])(
	'a file that ends in .%s has a type',
	async (end) => {
		const name = `/file.${end}`;
		built.recorder.answer(({ path }, response) => {
			if (path !== name) return { url: `${built.recorder.baseUrl}${name}` };
			response.setHeader('content-type', 'application/octet-stream');
			return response.end('sound');
		});
		const { items } = await built.engine.execute({
			resource: 'call',
			operation: 'getRecording',
			callId: GET.callId,
			options: { download: true },
		});
		expect(items[0].binary?.data.mimeType).toBe('audio/mpeg');
	},
);
