import type { AxiosResponse } from 'axios';

import { testSandbox } from '../support/sandbox.mts';
import { documentedOperations, objections } from './documentedOperations.mts';

const sandbox = testSandbox();

const CALLBACK = 'http://127.0.0.1:5678/rest/oauth2-credential/callback';
const CLIENT = { client_id: 'sandbox-client', client_secret: 'sandbox-secret' };
const tokenOperation = documentedOperations.find(({ id }) => id === 'auth.token')!;

function visit(parameters: Record<string, string>) {
	const query = {
		response_type: 'code',
		client_id: 'sandbox-client',
		redirect_uri: CALLBACK,
		...parameters,
	};
	return sandbox.http.get('/v1/auth/authorize', {
		params: query,
		headers: { Authorization: null },
	});
}

function exchange(form: Record<string, string>, headers: object = {}) {
	return sandbox.http.post('/v1/auth/gpt/token', new URLSearchParams(form), {
		headers: { Authorization: null, ...headers },
	});
}

const refresh = (refresh_token: string) =>
	exchange({ grant_type: 'refresh_token', refresh_token, ...CLIENT });

/** The answer has the tokens and what is said about them, and nothing else. */
function expectTokens({ status, data }: AxiosResponse): void {
	expect(status).toBe(200);
	const members = ['access_token', 'expires_in', 'refresh_token', 'scope'];
	expect(Object.keys(data).toSorted()).toEqual(members);
}

async function signIn(): Promise<{ access_token: string; refresh_token: string }> {
	const { headers } = await visit({ state: 's1', approve: '1' });
	const code = new URL(headers['location']).searchParams.get('code') ?? '';
	const { data } = await exchange({
		grant_type: 'authorization_code',
		code,
		redirect_uri: CALLBACK,
		...CLIENT,
	});
	return data;
}

async function statusWith(token: string): Promise<number> {
	const { status } = await sandbox.http.get('/v1/credits/balance', {
		headers: { Authorization: `Bearer ${token}` },
	});
	return status;
}

test('the page has an Allow button, and its form sends the browser back with code and state', async () => {
	const page = await visit({ state: 'a&"b', scope: 'calls:read calls:write' });
	expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
	expect(page.data).toMatch(/<button type="submit" name="approve" value="1">Allow<\/button>/);
	const form = new URLSearchParams();
	for (const [, name, value] of page.data.matchAll(/name="(\w+)" value="([^"]*)"/g)) {
		form.set(
			name,
			value.replace(/&#(\d+);/g, (_: string, code: string) => String.fromCharCode(Number(code))),
		);
	}
	form.set('approve', '1');
	const { status, headers } = await sandbox.http.post('/v1/auth/authorize', form);
	const target = new URL(headers['location']);
	expect(status).toBe(302);
	expect(target.origin + target.pathname).toBe(CALLBACK);
	expect(target.searchParams.get('state')).toBe('a&"b');
	const tokens = await exchange({
		grant_type: 'authorization_code',
		code: target.searchParams.get('code') ?? '',
		redirect_uri: CALLBACK,
		...CLIENT,
	});
	expect(tokens.data.scope).toBe('calls:read calls:write');
});

test('Deny sends the browser back with the reason', async () => {
	const { status, headers } = await visit({ state: 's1', approve: '0' });
	expect(status).toBe(302);
	expect(Object.fromEntries(new URL(headers['location']).searchParams)).toEqual({
		error: 'access_denied',
		state: 's1',
	});
});

test.each([
	['no client', { client_id: '' }, 'client_id is missing'],
	['an unknown client', { client_id: 'nobody' }, 'no client'],
	['no redirect', { redirect_uri: '' }, 'redirect_uri is missing'],
	['a plain redirect elsewhere', { redirect_uri: 'http://evil.example/' }, 'redirect_uri'],
	['a script for a redirect', { redirect_uri: 'javascript:alert(1)' }, 'redirect_uri'],
	['another response type', { response_type: 'token' }, 'response_type'],
	['markup for a client', { client_id: '<b>' }, '&#60;b&#62;'],
])('%s is explained to the person, not redirected', async (_name, parameters, reason) => {
	const { status, data, headers } = await visit({ ...parameters, approve: '1' });
	expect([status, headers['location']]).toEqual([400, undefined]);
	expect(data).toContain(reason);
});

test('a code brings tokens without a token type, and works once', async () => {
	const { headers } = await visit({ state: 's1', approve: '1' });
	const code = new URL(headers['location']).searchParams.get('code') ?? '';
	const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...CLIENT };
	const first = await exchange(form);
	expectTokens(first);
	expect(first.data.expires_in).toBe(3600);
	expect(objections(tokenOperation, 200, first.data)).toEqual([]);
	expect(await statusWith(first.data.access_token)).toBe(200);
	const second = await exchange(form);
	expect([second.status, second.data.error]).toEqual([400, 'invalid_grant']);
	expect(objections(tokenOperation, 400, second.data)).toEqual([]);
});

test('a code belongs to its redirect', async () => {
	const { headers } = await visit({ approve: '1' });
	const code = new URL(headers['location']).searchParams.get('code') ?? '';
	const { status } = await exchange({
		grant_type: 'authorization_code',
		code,
		redirect_uri: 'http://127.0.0.1:1/other',
		...CLIENT,
	});
	expect(status).toBe(400);
});

test('a refresh rotates; using the old token again ends the whole grant', async () => {
	const first = await signIn();
	const second = (await refresh(first.refresh_token)).data;
	expect(second.refresh_token).not.toBe(first.refresh_token);
	expect(second.scope).toContain('calls:write');
	expect(await statusWith(second.access_token)).toBe(200);

	const reuse = await refresh(first.refresh_token);
	expect([reuse.status, reuse.data.error]).toEqual([400, 'invalid_grant']);
	expect(await statusWith(first.access_token)).toBe(401);
	expect(await statusWith(second.access_token)).toBe(401);
	expect((await refresh(second.refresh_token)).status).toBe(400);
	expect(await statusWith('sandbox-token')).toBe(200);
});

test('of two refreshes at the same time one at most brings tokens', async () => {
	const { refresh_token } = await signIn();
	const answers = await Promise.all([refresh(refresh_token), refresh(refresh_token)]);
	expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
});

test('client id and secret may come in a Basic header, but they have to be right', async () => {
	const { refresh_token } = await signIn();
	const form = { grant_type: 'refresh_token', refresh_token };
	const basic = (text: string) => ({
		Authorization: `Basic ${Buffer.from(text).toString('base64')}`,
	});
	expect((await exchange(form, basic('sandbox-client:wrong'))).status).toBe(401);
	expect((await exchange({ ...form, ...CLIENT, client_secret: 'wrong' })).data.error).toBe(
		'invalid_client',
	);
	expect((await exchange(form)).status).toBe(400);
	expect((await exchange(form, basic('sandbox-client:sandbox-secret'))).status).toBe(200);
});

test('the JSON endpoint needs no client and rotates as well', async () => {
	const renew = (refresh_token: string) => sandbox.http.post('/v1/auth/refresh', { refresh_token });
	const first = await renew('sandbox-refresh');
	expectTokens(first);
	expect(await statusWith(first.data.access_token)).toBe(200);
	const reuse = await renew('sandbox-refresh');
	expect([reuse.status, reuse.data.error.code]).toEqual([401, 'token_expired']);
	expect(await statusWith('sandbox-token')).toBe(401);
	await sandbox.control('reset');
	expect(await statusWith('sandbox-token')).toBe(200);
	expect((await renew('sandbox-refresh')).status).toBe(200);
});

test('expiring access tokens leaves refresh tokens alone, revoking does not', async () => {
	const { access_token, refresh_token } = await signIn();
	await sandbox.control('tokens/expire');
	const expired = await sandbox.http.get('/v1/credits/balance');
	expect([expired.status, expired.data.error.code]).toEqual([401, 'token_expired']);
	expect(await statusWith(access_token)).toBe(401);
	const renewed = (await refresh(refresh_token)).data;
	expect(await statusWith(renewed.access_token)).toBe(200);
	await sandbox.control('tokens/revoke');
	expect(await statusWith(renewed.access_token)).toBe(401);
	expect((await refresh(renewed.refresh_token)).status).toBe(400);
});

test('a client who signed in stays signed in over a reset', async () => {
	const { access_token, refresh_token } = await signIn();
	await sandbox.control('reset');
	expect(await statusWith(access_token)).toBe(200);
	expect((await refresh(refresh_token)).status).toBe(200);
});

test('issued tokens are counted, never shown', async () => {
	const { access_token, refresh_token } = await signIn();
	const renewed = (await refresh(refresh_token)).data;
	await exchange(
		{ grant_type: 'refresh_token', refresh_token },
		{ Authorization: `Basic ${btoa('sandbox-client:sandbox-secret')}` },
	);
	const state = await sandbox.control('state');
	expect(state.tokensIssued.map(({ grantType }: any) => grantType)).toEqual([
		'authorization_code',
		'refresh_token',
	]);
	await statusWith(renewed.access_token);
	const shown = JSON.stringify([state, await sandbox.control('requests')]);
	for (const secret of [
		access_token,
		refresh_token,
		renewed.access_token,
		renewed.refresh_token,
		'sandbox-secret',
		'sandbox-token',
		btoa('sandbox-client:sandbox-secret'),
	]) {
		expect(shown).not.toContain(secret);
	}
});
