import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	INodeProperties,
} from 'n8n-workflow';

import { credit } from '../nodes/KallyAi/resources/credit';
import { BASE_URL, withoutSlashes } from '../nodes/shared/authentication';
import type { ApiResponse } from '../nodes/shared/transport/request';
import { ApiRequestError, rethrow } from '../nodes/shared/errors/errors';
import { SIGN_IN_ENDED } from '../nodes/shared/errors/texts';
import { sendOpenly } from '../nodes/shared/transport/api';

/** What a refresh token brought. */
interface Renewal {
	sessionToken: string;
	refreshToken: string;
}

/** Long enough for the requests that were under way with the old token when it was renewed. */
const REMEMBERED_MS = 5_000;

/**
 * Renewals by address and refresh token. n8n lets executions that run side by side renew each for itself,
 * and a server may end the grant when it sees a refresh token for the second time.
 */
const renewals = new Map<string, { at: number; renewal: Promise<Renewal> }>();

/** Renews once for all who hold the same refresh token in this process. */
async function renewOnce(key: string, renew: () => Promise<Renewal>): Promise<Renewal> {
	const now = Date.now();
	for (const [known, { at }] of renewals) {
		if (now - at > REMEMBERED_MS) renewals.delete(known);
	}
	const shared = renewals.get(key)?.renewal ?? renew();
	if (!renewals.has(key)) {
		renewals.set(key, { at: now, renewal: shared });
		// What went wrong may go well the next time.
		shared.catch(() => renewals.delete(key));
	}
	return await shared;
}

async function renew(
	helpers: IHttpRequestHelper['helpers'],
	url: string,
	refreshToken: unknown,
): Promise<ApiResponse> {
	try {
		return await sendOpenly(helpers, url, {
			method: 'POST',
			body: { refresh_token: refreshToken as string },
		});
	} catch (error) {
		throw renewalError(error);
	}
}

/** Statuses with which the server refuses a refresh token. */
const ENDED = [400, 401, 403];

/** What a refused renewal means: not the values of a node, but the sign-in itself. */
function renewalError(error: unknown): Error {
	if (!(error instanceof ApiRequestError) || !ENDED.includes(error.failure.status ?? 0)) {
		return rethrow(error);
	}
	// What came as a web page is no answer about the sign-in.
	const { text = SIGN_IN_ENDED } = error.failure;
	return new ApiRequestError({ ...error.failure, text });
}

/**
 * Signs in with a pair of tokens that the user copies from the KallyAI app, for those who have no client
 * ID. n8n calls `preAuthentication` while `sessionToken` is empty and after a 401.
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
			// The token in use. n8n looks for a hidden expirable property and stores what comes back for it.
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
	];

	/**
	 * Gives the token to use: at first the pasted one, afterwards a renewed one. The refresh token is kept
	 * when the answer brings no new one (docs/api.md, row 50).
	 */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		const { accessToken, refreshToken, sessionToken } = credentials;
		if (!sessionToken && accessToken) return { sessionToken: accessToken as string };
		const url = `${withoutSlashes(String(credentials.baseUrl))}/v1/auth/refresh`;
		const renewal = await renewOnce(JSON.stringify([url, refreshToken]), async () => {
			const { body } = await renew(this.helpers, url, refreshToken);
			const answer = body as { access_token: string; refresh_token?: string };
			return {
				sessionToken: answer.access_token,
				refreshToken: answer.refresh_token ?? (refreshToken as string),
			};
		});
		return { ...renewal };
	}

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.sessionToken}}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl}}',
			url: credit.operations.getBalance.request.path,
		},
	};
}
