import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import { checkedBaseUrl } from '../../nodes/shared/transport/baseUrl';
import { recordedNode } from '../support/builtNode.mts';
import { MAKE_CALL } from '../support/callsToMake.mts';
import { startEngine } from '../support/engine.mts';
import { type Recorder, startRecorder } from '../support/recorder.mts';
import { testCredential } from '../support/credentialTest.mts';

const built = recordedNode();
let elsewhere: Recorder;

beforeAll(async () => (elsewhere = await startRecorder()));
afterAll(async () => await elsewhere.stop());
beforeEach(() => elsewhere.answer(() => ({})));

const CALL: INodeParameters = { ...MAKE_CALL, respondentPhone: '+15550100' };
const SECRETS = /-(?:access|refresh)-\d|renewed-|rotated-/;

/** A number of its own for each test: what was renewed a moment ago is renewed for all who ask. */
let round = 0;
const token = (name: string) => `${name}-${round}`;
const tokens = (account: string) => ({
	accessToken: token(`${account}-access`),
	refreshToken: token(`${account}-refresh`),
});
/** The accounts that the tokens of these people lead to. */
const owners = (...accounts: string[]): Record<string, string> =>
	Object.fromEntries(
		accounts.flatMap((account) => Object.values(tokens(account)).map((value) => [value, account])),
	);

/** A server that knows tokens by the account they belong to, and renews them with rotation. */
function accounts(known: Record<string, string>, rotates = true) {
	const calls: string[] = [];
	const refreshes: string[] = [];
	built.recorder.answer(({ path, headers, body }, response) => {
		if (path === '/v1/auth/refresh') {
			const { refresh_token: refreshToken = '' } = body as { refresh_token?: string };
			refreshes.push(refreshToken);
			const account = known[refreshToken];
			if (account === undefined) {
				response.statusCode = 400;
				return { error: 'invalid_grant' };
			}
			const fresh = `${round}-${refreshes.length}`;
			known[`renewed-${fresh}`] = account;
			if (!rotates) return { access_token: `renewed-${fresh}` };
			delete known[refreshToken];
			known[`rotated-${fresh}`] = account;
			return { access_token: `renewed-${fresh}`, refresh_token: `rotated-${fresh}` };
		}
		const account = known[String(headers.authorization).replace('Bearer ', '')];
		if (account === undefined) {
			response.statusCode = 401;
			return { error: { code: 'token_expired' } };
		}
		calls.push(account);
		return { call_id: `call-${calls.length}`, status: 'success', credits_remaining: 5 };
	});
	return { calls, refreshes };
}

const paste = (values: Partial<ICredentialDataDecryptedObject>) =>
	Object.assign(built.engine.credentials.kallyAiTokenApi, values);

async function call() {
	return await built.engine.execute(CALL, { credential: 'kallyAiTokenApi' });
}

beforeEach(() => {
	round++;
	built.engine.credentials.kallyAiTokenApi = {
		baseUrl: built.recorder.baseUrl,
		...tokens('ines'),
		sessionToken: '',
	};
});

describe('a pasted sign-in', () => {
	test('uses the pasted token, and a renewed one once it has expired', async () => {
		const known = owners('ines');
		const { calls, refreshes } = accounts(known);
		await call();
		expect(refreshes).toEqual([]);
		delete known[tokens('ines').accessToken];
		await call();
		await call();
		expect(calls).toEqual(['ines', 'ines', 'ines']);
		expect(refreshes).toEqual([tokens('ines').refreshToken]);
	});

	test.each([true, false])(
		'is renewed again and again (refresh tokens rotate: %s)',
		async (rotates) => {
			const known = owners('ines');
			const { calls, refreshes } = accounts(known, rotates);
			delete known[tokens('ines').accessToken];
			await call();
			delete known[`renewed-${round}-1`];
			await call();
			const { refreshToken } = tokens('ines');
			// Without rotation the second renewal comes within the moment in which the first is shared.
			expect(refreshes).toEqual(rotates ? [refreshToken, `rotated-${round}-1`] : [refreshToken]);
			expect(calls).toEqual(rotates ? ['ines', 'ines'] : ['ines']);
		},
	);

	test('never goes on for the account of tokens that were replaced', async () => {
		const { calls } = accounts(owners('ines'));
		await call();
		paste(tokens('nobody'));
		const { error } = await call();
		expect(error?.message).toMatch(/sign-in to KallyAI has ended/);
		expect(error?.description).toMatch(/Copy a new access token/);
		expect(JSON.stringify(error)).not.toMatch(SECRETS);
		expect(await testCredential(built.engine, 'kallyAiTokenApi')).toMatchObject({
			status: 'Error',
		});
		expect(calls).toEqual(['ines']);
	});

	test.each([
		['both tokens', ['accessToken', 'refreshToken'] as const],
		['the access token', ['accessToken'] as const],
	])('belongs to %s: others start anew', async (_which, names) => {
		const known = owners('ines', 'clara');
		const { calls } = accounts(known);
		await call();
		delete known[tokens('ines').accessToken];
		await call();
		for (const name of names) paste({ [name]: tokens('clara')[name] });
		await call();
		expect(calls).toEqual(['ines', 'ines', 'clara']);
	});

	test('belongs to the refresh token: another one alone ends it', async () => {
		const known = owners('ines', 'clara');
		const { calls } = accounts(known);
		delete known[tokens('ines').accessToken];
		await call();
		paste({ refreshToken: tokens('clara').refreshToken });
		await call();
		expect(calls).toEqual(['ines', 'clara']);
	});

	test('that had expired before it was pasted is renewed with its own refresh token', async () => {
		const known = owners('ines', 'clara');
		const { calls, refreshes } = accounts(known);
		await call();
		delete known[tokens('clara').accessToken];
		paste(tokens('clara'));
		await call();
		expect(calls).toEqual(['ines', 'clara']);
		expect(refreshes).toEqual([tokens('clara').refreshToken]);
	});

	test('belongs to its base URL', async () => {
		const known = owners('ines');
		accounts(known);
		delete known[tokens('ines').accessToken];
		await call();
		paste({ baseUrl: elsewhere.baseUrl });
		await call();
		const sent = elsewhere.requests.map(({ headers }) => headers.authorization);
		expect(sent).toEqual([`Bearer ${tokens('ines').accessToken}`]);
	});

	test.each([
		['of version 0.1.0, whose session is a plain token', 'a-plain-token'],
		['whose session is null', 'null'],
		['whose session is a number', '1893456000'],
		['whose session is a list', '[]'],
		['whose session is that of nobody', '{}'],
	])('%s, goes on', async (_what, sessionToken) => {
		const known = owners('ines');
		delete known[tokens('ines').accessToken];
		const { calls } = accounts(known);
		paste({ sessionToken });
		await call();
		expect(calls).toEqual(['ines']);
	});

	test.each([
		['is refused', 403],
		['is answered without a token', 200],
	])('whose renewal %s says to paste new tokens', async (_how, status) => {
		built.recorder.answer(({ path }, response) => {
			response.statusCode = path === '/v1/auth/refresh' ? status : 401;
			return {};
		});
		const { error } = await call();
		expect(error?.message).toMatch(/sign-in to KallyAI has ended/);
		expect(JSON.stringify(error)).not.toMatch(SECRETS);
	});

	test.each([301, 302, 303, 307, 308])('is not renewed over a redirect (%i)', async (status) => {
		built.recorder.answer(({ path }, response) => {
			response.statusCode = path === '/v1/auth/refresh' ? status : 401;
			response.setHeader('location', `${elsewhere.baseUrl}/v1/auth/refresh`);
			return {};
		});
		const { error } = await call();
		expect(error).toBeDefined();
		expect(elsewhere.requests).toEqual([]);
	});
});

describe('the test of the credential', () => {
	test('says that it is connected', async () => {
		accounts(owners('ines'));
		expect(await testCredential(built.engine, 'kallyAiTokenApi')).toMatchObject({ status: 'OK' });
	});

	test.each([301, 302, 303, 307, 308])('follows no redirect (%i)', async (status) => {
		built.recorder.answer((_request, response) => {
			response.statusCode = status;
			response.setHeader('location', `${elsewhere.baseUrl.replace('127.0.0.1', 'localhost')}/v1`);
			return {};
		});
		const result = await testCredential(built.engine, 'kallyAiTokenApi');
		expect(result.message).toMatch(/redirect, which is not followed/);
		expect(elsewhere.requests).toEqual([]);
	});

	test('says what to do where there is no API', async () => {
		built.recorder.answer((_request, response) => {
			response.statusCode = 404;
			return {};
		});
		const { message } = await testCredential(built.engine, 'kallyAiTokenApi');
		expect(message).toMatch(/There is no KallyAI API at this address/);
	});
});

describe.each(['kallyAiOAuth2Api', 'kallyAiTokenApi'] as const)('%s', (name) => {
	const valuesOf = async (data: IDataObject) => {
		built.engine.credentials[name] = {
			...built.engine.credentials[name],
			...(data as ICredentialDataDecryptedObject),
		};
		return await built.engine.decrypted(name);
	};

	test.each([
		['https://api.kallyai.com', 'api.kallyai.com'],
		['https://api.example.com:8443/base/', 'api.example.com'],
		['http://127.0.0.1:4010//', '127.0.0.1'],
		['http://[::1]:4010', '[::1]'],
		['HTTPS://Api.Example.com?x', 'Api.Example.com'],
	])('may be used by HTTP Request with the host of %s only', async (baseUrl, host) => {
		expect(await valuesOf({ baseUrl })).toMatchObject({
			allowedHttpRequestDomains: 'domains',
			allowedDomains: host,
		});
	});

	test('is evaluated for each request where its cost is measured', async () => {
		const stored = { ...built.engine.credentials[name], baseUrl: '={{ Math.random() }}' };
		const engine = await startEngine({ [name]: stored }, undefined, { evaluatesAgain: true });
		const first = await engine.decrypted(name);
		expect((await engine.decrypted(name)).baseUrl).not.toBe(first.baseUrl);
	});

	test.each(['', 'nonsense', '///'])('with the base URL %j allows no host', async (baseUrl) => {
		const { allowedDomains } = await valuesOf({ baseUrl });
		expect(String(allowedDomains)).not.toMatch(/\./);
	});

	test('keeps what somebody has chosen', async () => {
		const chosen = { allowedHttpRequestDomains: 'all', baseUrl: 'https://api.kallyai.com' };
		expect(await valuesOf(chosen)).toMatchObject(chosen);
	});

	test.each(['http://api.kallyai.com', 'http://8.8.8.8', 'HTTP://example.com:8080/v1'])(
		'sends no token to %s',
		async (baseUrl) => {
			await valuesOf({ baseUrl });
			const { error } = await built.engine.execute(CALL, { credential: name });
			expect(error?.message).toMatch(/^'Base URL' of the credential must begin with https:/);
			expect(error?.description).toMatch(/this machine or an address of a private network/);
		},
	);

	test('reads a base URL with 400,000 slashes', async () => {
		// Quadratic work of this size takes longer than a test may take.
		const baseUrl = `https://api.kallyai.com${'/'.repeat(400_000)}x${'/'.repeat(400_000)}`;
		const { authUrl } = await valuesOf({ baseUrl });
		if (name === 'kallyAiOAuth2Api') expect(String(authUrl)).toMatch(/\/x\/v1\/auth\/authorize$/);
		expect(checkedBaseUrl(baseUrl)).toMatch(/\/x$/);
	});
});
