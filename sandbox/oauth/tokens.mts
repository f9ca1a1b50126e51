import { randomBytes } from 'node:crypto';

import OAuth2Server, {
	type AuthorizationCode,
	type AuthorizationCodeModel,
	type Client,
	type RefreshTokenModel,
	type Token,
	type User,
} from '@node-oauth/oauth2-server';

import { now } from '../clock.mts';
import { ApiError } from '../errors.mts';
import { isoSeconds } from '../time.mts';
import type { Readings } from '../worlds.mts';
import { ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN } from './readyCredentials.mts';

/** The one account that all tokens belong to. */
export const ACCOUNT = 'sandbox-account';

const LIFETIME_SECONDS = 3600;
/** The newest published list of scopes (docs/api.md, section 3). */
const ALL_SCOPES = (
	'calls:read calls:write coordination:read coordination:write actions:read actions:write messages:read ' +
	'messages:write search:read email:read email:write credits:read budget:read budget:write transcripts:read ' +
	'recordings:read subscription:read billing:manage'
).split(' ');
/** Some of the eight of the older list, which nobody has in full (docs/api.md, row 24). */
const OLDER_SCOPES = ['calls:read', 'calls:write', 'sessions:read', 'sessions:write'];
/** What who asks for no scope is given. */
const DEFAULT_SCOPE = ALL_SCOPES.filter((scope) => scope !== 'billing:manage');

/** Everything that one consent led to. When it is revoked, all its tokens are dead. */
interface Grant {
	revoked: boolean;
	scope: string[];
}

interface AccessToken {
	grant: Grant;
	expiresMs: number;
}

interface RefreshToken {
	grant: Grant;
	used: boolean;
}

type GrantType = 'authorization_code' | 'refresh_token';
type Form = Record<string, string>;

const newToken = (kind: 'at' | 'rt') => `${kind}_${randomBytes(24).toString('base64url')}`;

/** Whether an address leads to this machine, without TLS. */
export function isLoopback(uri: string): boolean {
	if (!URL.canParse(uri)) return false;
	const { protocol, hostname } = new URL(uri);
	return protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost');
}

/** Whether the browser may be sent there: loopback, or anywhere with TLS. */
export function isAllowedRedirect(uri: string): boolean {
	return isLoopback(uri) || (URL.canParse(uri) && new URL(uri).protocol === 'https:');
}

/** Issues tokens, rotates refresh tokens and answers for bearer tokens. */
export class TokenService {
	private readonly accessTokens = new Map<string, AccessToken>();
	private readonly refreshTokens = new Map<string, RefreshToken>();
	private readonly codes = new Map<string, AuthorizationCode>();
	/** What the token endpoints gave out since the last reset; the texts of the tokens stay here. */
	issued: Array<{ grantType: GrantType; at: string }> = [];
	private readonly server: OAuth2Server;

	private readonly readings: () => Readings;

	constructor(readings: () => Readings) {
		this.readings = readings;
		this.server = new OAuth2Server({
			model: this.model(),
			accessTokenLifetime: LIFETIME_SECONDS,
			alwaysIssueNewRefreshToken: true,
			allowEmptyState: true,
			authenticateHandler: { handle: (): User => ({ id: ACCOUNT }) },
		});
		this.reset();
	}

	/** Brings the ready tokens back to life. Grants obtained meanwhile stay, so connected clients stay connected. */
	reset(): void {
		const grant: Grant = { revoked: false, scope: ALL_SCOPES };
		this.accessTokens.set(ACCESS_TOKEN, { grant, expiresMs: Infinity });
		this.refreshTokens.set(REFRESH_TOKEN, { grant, used: false });
		this.issued = [];
	}

	/** Makes every access token issued so far too old. */
	expireAccessTokens(): void {
		for (const token of this.accessTokens.values()) token.expiresMs = 0;
	}

	/** Ends every grant given so far, refresh tokens included. */
	revokeGrants(): void {
		for (const { grant } of this.refreshTokens.values()) grant.revoked = true;
	}

	/**
	 * Tokens for a client that signs in without a code: the ready ones while both are good, fresh ones of a grant of its
	 * own otherwise.
	 */
	signInCommandLine(): { access_token: string; refresh_token: string } {
		const access = this.accessTokens.get(ACCESS_TOKEN);
		const refresh = this.refreshTokens.get(REFRESH_TOKEN);
		if (access && access.expiresMs > now() && refresh && !refresh.used && !refresh.grant.revoked) {
			return { access_token: ACCESS_TOKEN, refresh_token: REFRESH_TOKEN };
		}
		const grant: Grant = { revoked: false, scope: ALL_SCOPES };
		const tokens = { access_token: newToken('at'), refresh_token: newToken('rt') };
		this.accessTokens.set(tokens.access_token, {
			grant,
			expiresMs: now() + LIFETIME_SECONDS * 1000,
		});
		this.refreshTokens.set(tokens.refresh_token, { grant, used: false });
		return tokens;
	}

	/** The account behind an Authorization header, and what it may do there; refuses with 401. */
	authenticate(header: string | string[] | undefined): { account: string; scope: string[] } {
		if (typeof header !== 'string' || header === '') {
			throw new ApiError('missing_token', 'The request has no Authorization header');
		}
		const text = /^Bearer +(\S+)$/i.exec(header)?.[1] ?? '';
		const token = this.accessTokens.get(text);
		if (!token || token.grant.revoked || token.expiresMs <= now()) {
			throw new ApiError('token_expired', 'The access token is no longer valid');
		}
		return { account: ACCOUNT, scope: token.grant.scope };
	}

	/** Where to send the browser after Allow; throws what the library objects to. */
	async authorize(method: string, parameters: Form): Promise<string> {
		const response = new OAuth2Server.Response();
		const request = new OAuth2Server.Request({ method, headers: {}, query: parameters, body: {} });
		await this.server.authorize(request, response);
		return response.get('location');
	}

	/** Answers a form at the token endpoint. */
	async exchange(
		headers: Record<string, string | string[] | undefined>,
		form: Form,
	): Promise<{ status: number; body: any }> {
		const response = new OAuth2Server.Response();
		const request = new OAuth2Server.Request({
			method: 'POST',
			query: {},
			// The library looks at the length before it believes that there is a body.
			headers: {
				'content-type': 'application/x-www-form-urlencoded',
				'content-length': '1',
				...(typeof headers['authorization'] === 'string' && {
					authorization: headers['authorization'],
				}),
			},
			body: form,
		});
		try {
			await this.server.token(request, response);
		} catch (error) {
			if (!(error instanceof OAuth2Server.OAuthError)) throw error;
			return { status: error.code, body: { error: error.name, error_description: error.message } };
		}
		this.issued.push({ grantType: form['grant_type'] as GrantType, at: isoSeconds() });
		const { access_token, refresh_token, scope } = response.body;
		// The library takes off what has passed since, in whole seconds.
		const expires_in = LIFETIME_SECONDS;
		const isRenewal = form['grant_type'] === 'refresh_token';
		const { refreshTokens } = this.readings();
		if (isRenewal && refreshTokens === 'left out') {
			return { status: 200, body: { access_token, expires_in, scope } };
		}
		const isSame = isRenewal && refreshTokens === 'the same again';
		const body = {
			access_token,
			refresh_token: isSame ? form['refresh_token'] : refresh_token,
			expires_in,
			scope,
		};
		return { status: 200, body };
	}

	private model(): AuthorizationCodeModel & RefreshTokenModel {
		const client: Client = {
			id: CLIENT_ID,
			grants: ['authorization_code', 'refresh_token'],
			// Any allowed address will do, but the library insists on a list.
			redirectUris: ['http://127.0.0.1/'],
		};
		return {
			getClient: async (id, secret) =>
				id === CLIENT_ID && (secret === null || secret === CLIENT_SECRET) && client,
			validateRedirectUri: async (uri) => isAllowedRedirect(uri),
			validateScope: async (_user, _client, scope) => this.granted(scope?.filter(Boolean) ?? []),
			generateAccessToken: async () => newToken('at'),
			generateRefreshToken: async () => newToken('rt'),
			saveAuthorizationCode: async (code, _client, user) => {
				const saved: AuthorizationCode = { ...code, client, user };
				this.codes.set(code.authorizationCode, saved);
				return saved;
			},
			getAuthorizationCode: async (code) => this.codes.get(code),
			revokeAuthorizationCode: async ({ authorizationCode }) =>
				this.codes.delete(authorizationCode),
			getRefreshToken: async (text) => {
				const known = this.refreshTokens.get(text);
				if (!known || this.revokedByReuse(known)) return false;
				return {
					refreshToken: text,
					scope: known.grant.scope,
					client,
					user: { id: ACCOUNT, grant: known.grant },
				};
			},
			revokeToken: async ({ refreshToken }) => {
				const known = this.refreshTokens.get(refreshToken);
				// Two requests can hold the same token at this point; the second one is a reuse like any other.
				if (!known || this.revokedByReuse(known)) return false;
				known.used = this.readings().refreshTokens === 'new, the old one ends';
				return true;
			},
			saveToken: async (token, _client, user): Promise<Token> => {
				const grant: Grant = user['grant'] ?? {
					revoked: false,
					scope: token.scope ?? DEFAULT_SCOPE,
				};
				// Not what the library works out: it knows the machine's time only.
				const expiresMs = now() + LIFETIME_SECONDS * 1000;
				this.accessTokens.set(token.accessToken, { grant, expiresMs });
				if (token.refreshToken) this.refreshTokens.set(token.refreshToken, { grant, used: false });
				return { ...token, client, user };
			},
			getAccessToken: async () => false,
		};
	}

	/** The scopes that come of what was asked for; false where that is refused. */
	private granted(asked: string[]): string[] | false {
		const { knownScopes, withoutScope } = this.readings();
		if (asked.length === 0) {
			if (withoutScope === 'refused') return false;
			return withoutScope === 'calls:read' ? [withoutScope] : DEFAULT_SCOPE;
		}
		const scopes = asked.map((scope) => scope.replace('.', ':'));
		if (knownScopes === 'any') return scopes;
		const known = knownScopes === 'older list' ? OLDER_SCOPES : ALL_SCOPES;
		const left = scopes.filter((scope) => known.includes(scope));
		if (left.length === 0) return false;
		return left.length < scopes.length && knownScopes === 'newest list, others refused'
			? false
			: left;
	}

	private revokedByReuse({ grant, used }: RefreshToken): boolean {
		if (used) grant.revoked = true;
		return grant.revoked;
	}
}
