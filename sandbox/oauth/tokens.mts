import { randomBytes } from 'node:crypto';

import OAuth2Server, {
	type AuthorizationCode,
	type AuthorizationCodeModel,
	type Client,
	type RefreshTokenModel,
	type Token,
	type User,
} from '@node-oauth/oauth2-server';

import { ApiError } from '../errors.mts';
import { isoSeconds } from '../time.mts';
import { ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN } from './readyCredentials.mts';

/** The one account that all tokens belong to. */
export const ACCOUNT = 'sandbox-account';

const LIFETIME_SECONDS = 3600;
const DEFAULT_SCOPE = (
	'calls:read calls:write coordination:read coordination:write actions:read actions:write messages:read ' +
	'messages:write search:read email:read email:write credits:read budget:read budget:write transcripts:read ' +
	'recordings:read subscription:read'
).split(' ');

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

	constructor() {
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
		const grant: Grant = { revoked: false, scope: DEFAULT_SCOPE };
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

	/** The account behind an Authorization header; refuses with 401. */
	authenticate(header: string | string[] | undefined): string {
		if (typeof header !== 'string' || header === '') {
			throw new ApiError('missing_token', 'The request has no Authorization header');
		}
		const text = /^Bearer +(\S+)$/i.exec(header)?.[1] ?? '';
		const token = this.accessTokens.get(text);
		if (!token || token.grant.revoked || token.expiresMs <= Date.now()) {
			throw new ApiError('token_expired', 'The access token is no longer valid');
		}
		return ACCOUNT;
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
		const { access_token, refresh_token, expires_in, scope } = response.body;
		return { status: 200, body: { access_token, refresh_token, expires_in, scope } };
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
			validateScope: async (_user, _client, scope) =>
				scope?.some(Boolean) ? scope : DEFAULT_SCOPE,
			generateAccessToken: async () => `at_${randomBytes(24).toString('base64url')}`,
			generateRefreshToken: async () => `rt_${randomBytes(24).toString('base64url')}`,
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
				known.used = true;
				return true;
			},
			saveToken: async (token, _client, user): Promise<Token> => {
				const grant: Grant = user['grant'] ?? {
					revoked: false,
					scope: token.scope ?? DEFAULT_SCOPE,
				};
				const expiresMs = token.accessTokenExpiresAt?.getTime() ?? 0;
				this.accessTokens.set(token.accessToken, { grant, expiresMs });
				if (token.refreshToken) this.refreshTokens.set(token.refreshToken, { grant, used: false });
				return { ...token, client, user };
			},
			getAccessToken: async () => false,
		};
	}

	private revokedByReuse({ grant, used }: RefreshToken): boolean {
		if (used) grant.revoked = true;
		return grant.revoked;
	}
}
