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

function expectNoSecret(text: string): void {
	for (const secret of SECRETS) {
		expect(text).not.toContain(secret);
		expect(text).not.toContain(encodeURIComponent(secret));
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

const ECHOES: Array<[string, (token: string) => unknown]> = [
	['message', (token) => ({ error: { code: 'x', message: `You sent ${token} to us` } })],
	['message, cut where texts are cut', (token) => ({ detail: `${'x'.repeat(495)}${token}` })],
	[
		'message, as an address has it',
		(token) => ({ detail: `at /x?t=${encodeURIComponent(token)}` }),
	],
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
	expect(error?.message).toMatch(/ 3 of 4 items were done: call-\*\*\*, &lt;img .*&gt;, x{64}$/);
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])(
	'an error code called %s is like any unknown one',
	async (code) => {
		refuse(409, () => JSON.parse(`{"error":{"code":"${code}"}}`) as unknown);
		const { error } = await built.engine.execute(APPROVE);
		expect(error?.message).toBe('This conflicts with the current state of the record [item 1]');
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
