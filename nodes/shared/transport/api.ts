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

import { credentialOf } from '../authentication';
import { isErrorBody, readErrorBody } from '../errors/errorBody';
import { ApiRequestError, rethrow } from '../errors/errors';
import { VERSION_TWICE } from '../errors/texts';
import { CANCELLED, readThrown, thrownBody } from '../errors/thrown';
import { checkedBaseUrl } from './baseUrl';
import { isBodyStream, parsedJson, readLimit, readText } from './body';
import { type ApiRequest, type ApiResponse, DEFAULT_TIMEOUT_SECONDS } from './request';
import { retryDelay } from './retry';
import { Secrets } from './secrets';
import { VERSION } from './version';

/** The contexts of n8n that the transport works in. */
export type HostContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** The KallyAI API for one run of the node: base URL, credential and the waits that all items share. */
export interface Api {
	context: HostContext;
	credentialType: string;
	/** Without a trailing slash. */
	baseUrl: string;
	/** Time before which nothing is sent, after the server asked to slow down, in milliseconds since 1970. */
	pausedUntil: number;
	/** The secrets used to sign in, as far as known: masked in everything that the server returns. */
	secrets: Secrets;
}

/** Opens the API with the credential that `authentication`, the value of the node's parameter, selects. */
export async function openApi(context: HostContext, authentication: unknown): Promise<Api> {
	const credentialType = credentialOf(authentication);
	const credentials = await context.getCredentials(credentialType);
	const secrets = new Secrets();
	secrets.add(credentials);
	return {
		context,
		credentialType,
		baseUrl: checkedBaseUrl(credentials.baseUrl),
		pausedUntil: 0,
		secrets,
	};
}

/** Waits for something, or ends early when the execution is cancelled. */
export async function untilCancelled<T>(context: HostContext, promise: Promise<T>): Promise<T> {
	// Hosts before n8n 1.2 and the editor's list search have no signal.
	const signal =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal?.() : undefined;
	if (!signal) return await promise;
	return await new Promise<T>((resolve, reject) => {
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
		void promise
			.then(resolve, reject)
			.finally(() => signal.removeEventListener('abort', cancelled));
	});
}

/** Waits, or ends early when the execution is cancelled. */
export async function pause(context: HostContext, milliseconds: number): Promise<void> {
	if (milliseconds > 0) await untilCancelled(context, sleep(milliseconds));
}

/** The options passed to the host for any request of the package. */
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
		// n8n reads any other body to its end, however large it is.
		encoding: 'stream',
	};
}

/** Maximum size that is read of the body of an error. */
const REFUSAL_MEGABYTES = 1;

/** What the host threw, converted to one of our errors, with the response. */
async function refusal(
	error: unknown,
	{ timeoutSeconds: seconds = DEFAULT_TIMEOUT_SECONDS }: Pick<ApiRequest, 'timeoutSeconds'>,
	secrets: Secrets,
): Promise<Error> {
	const body = thrownBody(error);
	let answered: unknown;
	if (isBodyStream(body)) {
		const limit = readLimit(REFUSAL_MEGABYTES);
		try {
			answered = parsedJson(await readText(body, { status: 0, limit, seconds, isJson: true }));
			answered = secrets.cleaned(answered);
		} catch {
			// The status is sufficient.
			answered = '';
		}
	}
	return secrets.cleanedFailure(readThrown(error, answered));
}

/** Sends a request through the host, reads the response or the thrown error, and removes secrets from it. */
async function hosted(
	request: () => Promise<unknown>,
	reading: Pick<ApiRequest, 'expect' | 'timeoutSeconds' | 'readLimit'>,
	secretsOf: (failed: boolean) => Promise<Secrets>,
): Promise<ApiResponse> {
	const { expect = 'json', timeoutSeconds: seconds = DEFAULT_TIMEOUT_SECONDS } = reading;
	let response: IN8nHttpFullResponse;
	try {
		response = (await request()) as IN8nHttpFullResponse;
	} catch (error) {
		throw await refusal(error, reading, await secretsOf(true));
	}
	const { statusCode: status, headers: sent, body } = response;
	const secrets = await secretsOf(false);
	const headers = secrets.cleaned({ ...sent } as IDataObject);
	if (expect === 'stream') return { status, headers, body };
	const { readLimit: limit = readLimit() } = reading;
	const isJson = expect === 'json';
	const read = isBodyStream(body) ? await readText(body, { status, limit, seconds, isJson }) : body;
	const answer = secrets.cleaned(isJson && typeof read === 'string' ? parsedJson(read) : read);
	if (isJson) checkJson(status, answer);
	return { status, headers, body: answer };
}

/**
 * The current secrets: n8n may have renewed them during the request, which shows only in the stored credential.
 */
async function secretsInUse(
	{ context, credentialType, secrets }: Api,
	{ headers }: IHttpRequestOptions,
	failed: boolean,
): Promise<Secrets> {
	const accessToken = String(headers?.Authorization ?? '').replace(/^Bearer /i, '');
	const isKnown = secrets.add({ accessToken }) && accessToken !== '';
	// An unknown secret was renewed, and so was the refresh token.
	if (failed || !isKnown) {
		try {
			const credentials = await context.getCredentials(credentialType);
			secrets.add(credentials);
		} catch {
			// Known secrets remain.
		}
	}
	return secrets;
}

/** Sends one request once, with the credential. */
async function sendOnce(api: Api, request: ApiRequest): Promise<ApiResponse> {
	const { context, credentialType, baseUrl } = api;
	const options = hostOptions(`${baseUrl}${request.path}`, request);
	api.secrets.add(request.body);
	return await hosted(
		async () =>
			await context.helpers.httpRequestWithAuthentication.call(
				context,
				credentialType,
				options,
				// Otherwise n8n up to 2.8 sends the client secret in a header; KallyAI documents only the body.
				{ oauth2: { includeCredentialsOnRefreshOnBody: true } },
			),
		request,
		async (failed) => await secretsInUse(api, options, failed),
	);
}

/**
 * Sends a request once without a credential: to a link that may lead to another host, or to renew a sign-in.
 * Redirects are not followed.
 *
 * @param secrets what to mask in the response, besides the secrets in the body
 * @throws ApiRequestError with everything that is known
 */
export async function sendOpenly(
	{ httpRequest }: IHttpRequestHelper['helpers'],
	url: string,
	request: Omit<ApiRequest, 'path'>,
	secrets = new Secrets(),
): Promise<ApiResponse> {
	secrets.add(request.body);
	return await hosted(
		async () => await httpRequest(hostOptions(url, request)),
		request,
		async () => secrets,
	);
}

/** A proxy's page or a truncated response may also have status 200, and so may an error envelope. */
function checkJson(status: number, body: unknown): void {
	if (typeof body === 'string' && body.trim() !== '') {
		throw new ApiRequestError({
			code: 'unreadable_answer',
			status,
			connectionLost: false,
			text: {
				message: 'KallyAI responded with something that is not readable JSON',
				advice:
					"A proxy may have responded instead, or the response was cut off. Check 'Base URL' in the credential, and check whether it already went through before retrying.",
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
		request.beforeSending?.();
		try {
			return await sendOnce(api, request);
		} catch (error) {
			const delay = repetitionDelay(request, error, retries);
			if (delay === undefined) throw withBaseUrl(api, error);
			const { failure } = error as ApiRequestError;
			const { status, code, connectionLost } = failure;
			request.onWait?.(delay / 1000, status === undefined ? code : `HTTP ${status}`);
			// Too many requests affects every item of the run, other errors only this one.
			if (status === 429) api.pausedUntil = Math.max(api.pausedUntil, Date.now() + delay);
			else await pause(api.context, delay);
			const found = connectionLost ? await request.beforeRepeat?.(failure) : undefined;
			if (found) return found;
		}
	}
}

/** An error in the base URL appears only as the status, and then for every path. */
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
