import OAuth2Server from '@node-oauth/oauth2-server';

import { ApiError, type Answer } from '../errors.mts';
import { consentPage, refusalPage } from '../oauth/page.mts';
import { CLIENT_ID, CLIENT_SECRET } from '../oauth/readyCredentials.mts';
import { isAllowedRedirect, isLoopback } from '../oauth/tokens.mts';
import type { Exchange, Operations } from '../operation.mts';

function html(status: number, body: string): Answer {
	return { status, body, headers: { 'content-type': 'text/html; charset=utf-8' } };
}

function redirect(location: string): Answer {
	return { status: 302, headers: { location } };
}

/** What a form has in texts; a parameter that comes twice, or as JSON of another kind, is none (as RFC 6749 has it). */
function texts(sent: Record<string, unknown>): Record<string, string> {
	const entries = Object.entries(sent).filter(([, value]) => typeof value === 'string');
	return Object.fromEntries(entries) as Record<string, string>;
}

function objection(parameters: Record<string, string>): string | undefined {
	const { client_id: client, redirect_uri: uri, response_type: type } = parameters;
	if (!client) return 'The parameter client_id is missing.';
	if (client !== CLIENT_ID)
		return `There is no client "${client}". The sandbox knows ${CLIENT_ID}.`;
	if (!uri) return 'The parameter redirect_uri is missing.';
	if (!isAllowedRedirect(uri))
		return 'The redirect_uri has to begin with https:// or lead to 127.0.0.1 or localhost.';
	if (type !== 'code') return 'The parameter response_type has to be "code".';
	return undefined;
}

/** Shows the consent page; with `approve=1` in query or form it sends the browser back with a code. */
export async function authorize({ method, query, body, tokens }: Exchange): Promise<Answer> {
	const { approve, ...parameters } = texts({ ...query, ...body });
	const reason = objection(parameters);
	if (reason) return html(400, refusalPage(reason));
	if (approve === undefined) return html(200, consentPage(parameters));
	if (approve !== '1') {
		const back = new URL(parameters['redirect_uri'] ?? '');
		back.searchParams.set('error', 'access_denied');
		if (parameters['state']) back.searchParams.set('state', parameters['state']);
		return redirect(back.href);
	}
	try {
		return redirect(await tokens.authorize(method, parameters));
	} catch (error) {
		if (!(error instanceof OAuth2Server.OAuthError)) throw error;
		return html(400, refusalPage(error.message));
	}
}

/** Sends a command line on this machine its tokens. */
function signInCommandLine({ query, tokens }: Exchange): Answer {
	if (!isLoopback(query.redirect_uri)) {
		throw new ApiError('bad_request', 'redirect_uri has to lead to this machine', 'not_loopback');
	}
	const back = new URL(query.redirect_uri);
	for (const [name, value] of Object.entries(tokens.signInCommandLine())) {
		back.searchParams.set(name, value);
	}
	back.searchParams.set('expires_in', '3600');
	if (query.state) back.searchParams.set('state', query.state);
	return redirect(back.href);
}

export const authOperations: Operations = {
	'auth.cli': signInCommandLine,
	'auth.authorize': { ownValidation: true, handle: authorize },
	'auth.token': {
		ownValidation: true,
		handle: ({ store, tokens, headers, body }) => {
			const { clientSecret, renewal } = store.readings;
			if (renewal === '/v1/auth/refresh' && body?.grant_type === 'refresh_token') {
				return { status: 400, body: { error: 'unsupported_grant_type' } };
			}
			return tokens.exchange(clientSecret === 'in the form' ? {} : headers, texts({ ...body }));
		},
	},
	'auth.refresh': async ({ tokens, body }) => {
		// The same rotation as at the token endpoint, on behalf of the one client there is.
		const { status, body: answer } = await tokens.exchange(
			{},
			{
				grant_type: 'refresh_token',
				refresh_token: body.refresh_token,
				client_id: CLIENT_ID,
				client_secret: CLIENT_SECRET,
			},
		);
		if (status !== 200)
			throw new ApiError(
				'token_expired',
				'The refresh token is no longer valid',
				'invalid_refresh_token',
			);
		return { status, body: answer };
	},
};
