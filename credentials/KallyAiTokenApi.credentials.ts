import { createHash } from 'crypto';

import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { credit } from '../nodes/KallyAi/resources/credit';
import { BASE_URL, DOMAINS, withoutSlashes } from '../nodes/shared/authentication';
import { ApiRequestError, type RequestFailure, rethrow } from '../nodes/shared/errors/errors';
import { SIGN_IN_ENDED } from '../nodes/shared/errors/texts';
import { isPlainObject } from '../nodes/shared/objects';
import { sendOpenly } from '../nodes/shared/transport/api';
import { checkedBaseUrl, refuseClearText } from '../nodes/shared/transport/baseUrl';

/** The tokens in use, which n8n stores as one text. */
interface Session {
	accessToken: string;
	refreshToken: string;
	/** Fingerprint of the pasted access token and of the base URL with which the session started. */
	of: string;
	/** Fingerprint of the pasted refresh token. */
	from: string;
}

/** Long enough for requests that were still using the old token when it was renewed. */
const REMEMBERED_MS = 5_000;

/**
 * Renewals by URL and refresh token. Without this, parallel executions would each renew the token, and a server
 * may revoke the grant if a refresh token is used twice.
 */
const renewals = new Map<string, { at: number; renewal: Promise<IDataObject> }>();

/** Renews once for all users of the same refresh token in this process. */
async function renewOnce(
	address: string,
	refreshToken: string,
	renew: () => Promise<IDataObject>,
): Promise<IDataObject> {
	const now = Date.now();
	for (const [known, { at }] of renewals) {
		if (now - at > REMEMBERED_MS) renewals.delete(known);
	}
	const key = fingerprint(address, refreshToken);
	const shared = renewals.get(key)?.renewal ?? renew();
	if (!renewals.has(key)) {
		renewals.set(key, { at: now, renewal: shared });
		// The next attempt may succeed.
		shared.catch(() => renewals.delete(key));
	}
	return await shared;
}

function fingerprint(...parts: unknown[]): string {
	return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

const originOf = ({ accessToken, baseUrl }: ICredentialDataDecryptedObject): string =>
	fingerprint(accessToken, withoutSlashes(String(baseUrl)));

/** The stored session, if it started with the tokens and the base URL that the credential has now. */
function sessionOf(credentials: ICredentialDataDecryptedObject): Session | undefined {
	let stored: unknown;
	try {
		stored = JSON.parse(String(credentials.sessionToken));
	} catch {
		// Nothing yet, or a plain token of version 0.1.0, which does not say what it belongs to.
		return undefined;
	}
	if (!isPlainObject(stored)) return undefined;
	const session = stored as unknown as Session;
	const { refreshToken } = credentials;
	const isItsOwn =
		session.of === originOf(credentials) &&
		(session.refreshToken === refreshToken || session.from === fingerprint(refreshToken));
	return isItsOwn ? session : undefined;
}

/** Statuses with which a server refuses a refresh token. */
const REFUSED = [400, 401, 403, 422];

/** The error for a refused renewal: the cause is the sign-in, not the values of a node. */
function signInEnded(failure: Partial<RequestFailure> = {}): ApiRequestError {
	// A web page is not a response about the sign-in.
	const { text = SIGN_IN_ENDED } = failure;
	return new ApiRequestError({ code: 'sign_in_ended', connectionLost: false, ...failure, text });
}

/** Renews a sign-in; keeps the refresh token if the response has no new one (docs/api.md, row 50). */
async function renewed(
	{ helpers }: IHttpRequestHelper,
	baseUrl: string,
	refreshToken: string,
): Promise<Pick<Session, 'accessToken' | 'refreshToken'>> {
	const url = `${baseUrl}/v1/auth/refresh`;
	const answer = await renewOnce(url, refreshToken, async () => {
		const request = { method: 'POST', body: { refresh_token: refreshToken } } as const;
		try {
			const { body } = await sendOpenly(helpers, url, request);
			return isPlainObject(body) ? body : {};
		} catch (error) {
			const failure = error instanceof ApiRequestError ? error.failure : undefined;
			throw failure && REFUSED.includes(failure.status ?? 0)
				? signInEnded(failure)
				: rethrow(error);
		}
	});
	const { access_token: accessToken, refresh_token: next } = answer;
	if (typeof accessToken !== 'string' || accessToken === '') throw signInEnded();
	return { accessToken, refreshToken: typeof next === 'string' && next ? next : refreshToken };
}

/**
 * Signs in with a pair of tokens that the user copies from the KallyAI app, for users without a client ID. n8n
 * calls `preAuthentication` while `sessionToken` is empty, after a 401 and for a test.
 */
export class KallyAiTokenApi implements ICredentialType {
	name = 'kallyAiTokenApi';

	displayName = 'KallyAI Token API';

	icon: Icon = { light: 'file:../icons/kallyai.svg', dark: 'file:../icons/kallyai.dark.svg' };

	documentationUrl = 'https://github.com/kallyai-community/n8n-nodes-kallyai#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Value of access_token from the KallyAI app under Settings, Developer, API Tokens',
		},
		{
			displayName: 'Refresh Token',
			name: 'refreshToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Value of refresh_token from the same place, used once the access token has expired',
		},
		BASE_URL,
		{
			// The current session. n8n looks for a hidden expirable property and stores the returned value in it.
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
		...DOMAINS,
	];

	/**
	 * Returns the session to use: first the pasted tokens, later the renewed ones. Never continues a session of
	 * other tokens or of another base URL.
	 */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		const pasted = {
			accessToken: String(credentials.accessToken),
			refreshToken: String(credentials.refreshToken),
		};
		const session = sessionOf(credentials);
		const tokens =
			!credentials.sessionToken && pasted.accessToken
				? pasted
				: await renewed(
						this,
						checkedBaseUrl(credentials.baseUrl),
						session?.refreshToken ?? pasted.refreshToken,
					);
		const next: Session = {
			...tokens,
			of: originOf(credentials),
			from: session?.from ?? fingerprint(pasted.refreshToken),
		};
		return { sessionToken: JSON.stringify(next), refreshToken: next.refreshToken };
	}

	/** Sends the current token, or the pasted one if the stored session belongs to other tokens. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		// n8n's HTTP Request node calls the URL `uri`.
		const { url, baseURL, uri } = request as IHttpRequestOptions & { uri?: string };
		const address = url ?? uri ?? '';
		if (URL.canParse(address, baseURL)) refuseClearText(new URL(address, baseURL));
		const token = sessionOf(credentials)?.accessToken ?? String(credentials.accessToken);
		request.headers = { ...request.headers, Authorization: `Bearer ${token}` };
		return request;
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL: `={{$credentials.${BASE_URL.name}}}`,
			url: credit.operations.getBalance.request.path,
			// The token must not be sent to the target of a redirect.
			disableFollowRedirect: true,
		},
		rules: [
			...[301, 302, 303, 307, 308].map((value) => ({
				type: 'responseCode' as const,
				properties: {
					value,
					message: "The server responds with a redirect, which is not followed. Check 'Base URL'.",
				},
			})),
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: 'KallyAI did not accept the tokens. Paste new ones from the KallyAI app.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: "There is no KallyAI API at this address. Check 'Base URL'.",
				},
			},
		],
	};
}
