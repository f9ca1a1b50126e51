import {
	type IDataObject,
	type IExecuteFunctions,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
	type IN8nHttpFullResponse,
	type IPollFunctions,
	sleep,
} from 'n8n-workflow';

import { credentialOf, withoutSlashes } from '../authentication';
import { isErrorBody, readErrorBody } from '../errors/errorBody';
import { ApiRequestError, InputError, rethrow } from '../errors/errors';
import { VERSION_TWICE } from '../errors/texts';
import { CANCELLED, readThrown } from '../errors/thrown';
import { type ApiRequest, type ApiResponse, DEFAULT_TIMEOUT_SECONDS } from './request';
import { retryDelay } from './retry';
import { VERSION } from './version';

/** The contexts of n8n that the transport works in. */
export type HostContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** The KallyAI API as one node run sees it: base URL, credential and the waits that all items share. */
export interface Api {
	context: HostContext;
	credentialType: string;
	/** Without a slash at its end. */
	baseUrl: string;
	/** Milliseconds since 1970 before which nothing is sent, after the server asked to slow down. */
	pausedUntil: number;
}

/** Opens the API with the credential that `authentication`, the value of the node's parameter, chooses. */
export async function openApi(context: HostContext, authentication: unknown): Promise<Api> {
	const credentialType = credentialOf(authentication);
	const { baseUrl } = await context.getCredentials(credentialType);
	return { context, credentialType, baseUrl: checkedBaseUrl(baseUrl), pausedUntil: 0 };
}

function checkedBaseUrl(value: unknown): string {
	const text = String(value ?? '').trim();
	if (!URL.canParse(text)) {
		throw new InputError(
			"'Base URL' of the credential must be a URL such as https://api.kallyai.com",
		);
	}
	const url = new URL(text);
	if (!['http:', 'https:'].includes(url.protocol) || url.username || url.search || url.hash) {
		throw new InputError(
			"'Base URL' of the credential must be a plain http or https address such as https://api.kallyai.com",
		);
	}
	return withoutSlashes(text);
}

/** Waits, or ends early when the execution is cancelled. */
export async function pause(context: HostContext, milliseconds: number): Promise<void> {
	if (milliseconds <= 0) return;
	// Hosts before n8n 1.2 and the editor's list search have no signal.
	const signal =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal?.() : undefined;
	if (!signal) return await sleep(milliseconds);
	await new Promise<void>((resolve, reject) => {
		const cancelled = () =>
			reject(
				new ApiRequestError({
					code: 'cancelled',
					connectionLost: false,
					cancelled: true,
					text: CANCELLED,
				}),
			);
		if (signal.aborted) return cancelled();
		signal.addEventListener('abort', cancelled, { once: true });
		void sleep(milliseconds).then(() => {
			signal.removeEventListener('abort', cancelled);
			resolve();
		});
	});
}

/** What the host is asked for, for any request of the package. */
function hostOptions(
	url: string,
	{ method, query, body, headers, timeoutSeconds, expect = 'json' }: Omit<ApiRequest, 'path'>,
): IHttpRequestOptions {
	const hasBody = body !== undefined;
	return {
		method,
		url,
		headers: {
			Accept: expect === 'json' ? 'application/json' : '*/*',
			'User-Agent': `n8n-nodes-kallyai/${VERSION}`,
			...(hasBody ? { 'Content-Type': 'application/json' } : {}),
			...headers,
		},
		qs: query,
		// As text: n8n would drop an empty object, which some endpoints ask for.
		body: hasBody ? JSON.stringify(body) : undefined,
		timeout: (timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
		returnFullResponse: true,
		// No secret may travel to another host.
		disableFollowRedirect: true,
		...(expect === 'json' ? { json: true } : { encoding: expect }),
	};
}

/** Has the host send a request, and reads what it throws. */
async function hosted(
	request: () => Promise<unknown>,
	{ expect = 'json' }: Pick<ApiRequest, 'expect'>,
): Promise<ApiResponse> {
	let response: IN8nHttpFullResponse;
	try {
		response = (await request()) as IN8nHttpFullResponse;
	} catch (error) {
		throw readThrown(error);
	}
	const { statusCode: status, headers, body } = response;
	if (expect === 'json') checkJson(status, body);
	return { status, headers: headers as IDataObject, body };
}

/** Sends one request once, with the credential. */
async function sendOnce(api: Api, request: ApiRequest): Promise<ApiResponse> {
	const { context, credentialType, baseUrl } = api;
	return await hosted(
		async () =>
			await context.helpers.httpRequestWithAuthentication.call(
				context,
				credentialType,
				hostOptions(`${baseUrl}${request.path}`, request),
				// n8n up to 2.8 sends the client's secret in a header otherwise; KallyAI documents the body only.
				{ oauth2: { includeCredentialsOnRefreshOnBody: true } },
			),
		request,
	);
}

/**
 * Sends a request once without any credential: to a link that may lead to another host, and to renew a
 * sign-in. Redirects are not followed.
 *
 * @throws ApiRequestError with everything that is known
 */
export async function sendOpenly(
	{ httpRequest }: IHttpRequestHelper['helpers'],
	url: string,
	request: Omit<ApiRequest, 'path'>,
): Promise<ApiResponse> {
	return await hosted(async () => await httpRequest(hostOptions(url, request)), request);
}

/** A proxy's page or a cut answer has status 200 as well; an error envelope may have it too. */
function checkJson(status: number, body: unknown): void {
	if (typeof body === 'string' && body.trim() !== '') {
		throw new ApiRequestError({
			code: 'unreadable_answer',
			status,
			connectionLost: false,
			text: {
				message: 'KallyAI answered with something that is not readable JSON',
				advice:
					"A proxy may have answered instead, or the answer was cut off. Check 'Base URL' in the credential, and look whether the work was done before you run it again.",
			},
		});
	}
	if (isErrorBody(body)) {
		throw new ApiRequestError({ status, connectionLost: false, ...readErrorBody(body, status) });
	}
}

/**
 * Sends a request to the API with the credential and gives its response. Waits while the server asks for
 * it and repeats only what `retryDelay` allows.
 *
 * @throws ApiRequestError with everything that is known, or the host's own error about the credential
 */
export async function send(api: Api, request: ApiRequest): Promise<ApiResponse> {
	for (let retries = 0; ; retries++) {
		// Another item may have been told to wait longer in the meantime.
		while (api.pausedUntil > Date.now()) {
			await pause(api.context, api.pausedUntil - Date.now());
		}
		try {
			return await sendOnce(api, request);
		} catch (error) {
			const delay = repetitionDelay(request, error, retries);
			if (delay === undefined) throw withBaseUrl(api, error);
			const { status, code } = (error as ApiRequestError).failure;
			request.onWait?.(delay / 1000, status === undefined ? code : `HTTP ${status}`);
			// Too many requests concerns every item of the run, other trouble only this one.
			if (status === 429) api.pausedUntil = Math.max(api.pausedUntil, Date.now() + delay);
			else await pause(api.context, delay);
		}
	}
}

/** What is wrong with an address shows in the status only, and then in every path. */
function withBaseUrl({ baseUrl }: Api, error: unknown): Error {
	const isUnknown = error instanceof ApiRequestError && error.failure.status === 404;
	return isUnknown && /\/v\d+$/.test(baseUrl)
		? new ApiRequestError({ ...error.failure, text: VERSION_TWICE })
		: rethrow(error);
}

function repetitionDelay(
	{ method, repeatable = false, maxRetries = Infinity }: ApiRequest,
	error: unknown,
	retries: number,
): number | undefined {
	if (!(error instanceof ApiRequestError) || error.failure.cancelled) return undefined;
	if (retries >= maxRetries) return undefined;
	return retryDelay(method, repeatable, error.failure, retries, Math.random());
}
