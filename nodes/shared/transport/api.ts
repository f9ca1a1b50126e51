import {
	type IDataObject,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
	type IN8nHttpFullResponse,
	type IPollFunctions,
	sleep,
} from 'n8n-workflow';

import { credentialOf } from '../authentication';
import {
	CANCELLED,
	invalidInput,
	isErrorBody,
	passedOn,
	readErrorBody,
	readThrown,
	requestFailed,
	RequestFailed,
} from '../errors/errors';
import type { HttpMethod } from '../../KallyAi/table/operation';
import { retryDelay } from './retry';

/** The contexts of n8n that the transport works in. */
export type HostContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** One request to the API. */
export interface ApiRequest {
	method: HttpMethod;
	/** Path below the base URL, its values encoded already. */
	path: string;
	query?: IDataObject;
	body?: IDataObject;
	headers?: Record<string, string>;
	timeoutSeconds: number;
	/** Whether a lost connection may be tried again under the same idempotency key. */
	repeatable?: boolean;
	/** How often it may be sent again; as the retry policy says unless set. */
	maxRetries?: number;
	/** `json` refuses an answer that is no JSON; `text` and `stream` hand on what comes. */
	expect?: 'json' | 'text' | 'stream';
	/** Called with the seconds to wait before a repetition. */
	onWait?: (seconds: number, reason: string) => void;
}

/** An answer with a status below 300. */
export interface ApiAnswer {
	status: number;
	headers: IDataObject;
	body: unknown;
}

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
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		throw invalidInput(
			"'Base URL' of the credential must be a URL such as https://api.kallyai.com",
		);
	}
	if (!['http:', 'https:'].includes(url.protocol) || url.username || url.search || url.hash) {
		throw invalidInput(
			"'Base URL' of the credential must be a plain http or https address such as https://api.kallyai.com",
		);
	}
	return text.replace(/\/+$/, '');
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
				requestFailed({
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

function hostOptions(api: Api, request: ApiRequest): IHttpRequestOptions {
	const { method, path, query, body, headers, timeoutSeconds, expect = 'json' } = request;
	const hasBody = body !== undefined;
	return {
		method,
		url: `${api.baseUrl}${path}`,
		headers: {
			Accept: expect === 'json' ? 'application/json' : '*/*',
			'User-Agent': 'n8n-nodes-kallyai',
			...(hasBody ? { 'Content-Type': 'application/json' } : {}),
			...headers,
		},
		qs: query,
		// As text: n8n would drop an empty object, which some endpoints ask for.
		body: hasBody ? JSON.stringify(body) : undefined,
		timeout: timeoutSeconds * 1000,
		returnFullResponse: true,
		// The bearer token must not travel to another host.
		disableFollowRedirect: true,
		...(expect === 'json' ? { json: true } : { encoding: expect }),
	};
}

/** Sends one request once. */
async function sendOnce(api: Api, request: ApiRequest): Promise<ApiAnswer> {
	let response: IN8nHttpFullResponse;
	try {
		response = (await api.context.helpers.httpRequestWithAuthentication.call(
			api.context,
			api.credentialType,
			hostOptions(api, request),
			// n8n up to 2.8 sends the client's secret in a header otherwise (contract, section 3).
			{ oauth2: { includeCredentialsOnRefreshOnBody: true } },
		)) as IN8nHttpFullResponse;
	} catch (error) {
		throw readThrown(error);
	}
	const { statusCode: status, headers, body } = response;
	if (request.expect === undefined || request.expect === 'json') checkJson(status, body);
	return { status, headers: headers as IDataObject, body };
}

/** A proxy's page or a cut answer has status 200 as well; an error envelope may have it too. */
function checkJson(status: number, body: unknown): void {
	if (typeof body === 'string' && body.trim() !== '') {
		throw requestFailed({
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
		throw requestFailed({ status, connectionLost: false, ...readErrorBody(body, status) });
	}
}

/**
 * Sends a request to the API and gives its answer: the one HTTP function of the package. Waits while
 * the server asks for it and repeats only what `retryDelay` allows.
 *
 * @throws RequestFailed with everything that is known, or the host's own error about the credential
 */
export async function send(api: Api, request: ApiRequest): Promise<ApiAnswer> {
	for (let retries = 0; ; retries++) {
		// Another item may have been told to wait longer in the meantime.
		while (api.pausedUntil > Date.now()) {
			await pause(api.context, api.pausedUntil - Date.now());
		}
		try {
			return await sendOnce(api, request);
		} catch (error) {
			const delay = repetitionDelay(request, error, retries);
			if (delay === undefined) throw passedOn(error);
			const { status, code } = (error as RequestFailed).failure;
			request.onWait?.(delay / 1000, status === undefined ? code : `HTTP ${status}`);
			// Too many requests concerns every item of the run, other trouble only this one.
			if (status === 429) api.pausedUntil = Math.max(api.pausedUntil, Date.now() + delay);
			else await pause(api.context, delay);
		}
	}
}

function repetitionDelay(
	{ method, repeatable = false, maxRetries = Infinity }: ApiRequest,
	error: unknown,
	retries: number,
): number | undefined {
	if (!(error instanceof RequestFailed) || error.failure.cancelled) return undefined;
	if (retries >= maxRetries) return undefined;
	return retryDelay(method, repeatable, error.failure, retries, Math.random());
}
