import type { IDataObject } from 'n8n-workflow';

import { isPlainObject } from '../objects';
import { readErrorBody, shownText } from './errorBody';
import { ApiRequestError, type RequestFailure, rethrow } from './errors';
import { type ErrorText, pageText } from './texts';
import { OPTION_TITLES } from '../optionTitles';

/** The parts of NodeApiError and AxiosError that are read here. */
interface HttpError {
	httpCode?: unknown;
	code?: unknown;
	isAxiosError?: boolean;
	context?: { data?: unknown };
	response?: { status?: unknown; headers?: IDataObject; data?: unknown };
	cause?: HttpError;
}

/**
 * Reads what n8n's request helper threw. It wraps everything in a NodeApiError: the Axios error of a response or
 * a lost connection, but also n8n's own refusal to use a credential, which is passed on.
 *
 * @param answered body of the response, if it was read from a stream
 */
export function readThrown(error: unknown, answered?: unknown): Error {
	const outer = (error ?? {}) as HttpError;
	const inner = outer.cause ?? outer;
	// The credential's own error while it renewed the sign-in.
	const own = [error, inner].find((thrown) => thrown instanceof ApiRequestError);
	if (own) return own as ApiRequestError;
	const response = inner.response ?? outer.response;
	const status = Number(response?.status ?? outer.httpCode ?? 0);
	// Below 300 it is not an error response: the response had begun when the connection was lost.
	if (status >= 300) {
		const body =
			answered ??
			(isPlainObject(response?.data) ? response.data : (outer.context?.data ?? response?.data));
		return new ApiRequestError({
			status,
			connectionLost: false,
			retryAfterMs: parseRetryAfter(response?.headers?.['retry-after'], Date.now()),
			...readErrorBody(body, status),
			...refusedByPage(body, status),
			...(status < 400 ? redirect(response?.headers?.location) : {}),
		});
	}
	// n8n up to 2.8 keeps only the code of the cause, or the status of an incomplete response.
	const hostCode = String(outer.httpCode ?? '');
	const code = String(inner.code ?? outer.code ?? (hostCode || 'no_answer'));
	// Hosts that do not say "needs to be reconnected" themselves pass on the error of their OAuth2 client.
	if (code === 'EAUTH')
		return new ApiRequestError({ code: 'token_expired', connectionLost: false });
	if (inner.isAxiosError || /^(?:2\d\d|E[A-Z_]+)$/.test(hostCode)) {
		return lostConnection(code);
	}
	return rethrow(inner);
}

/** A missing or incomplete response, by the code of Node or of n8n's HTTP client. */
export function lostConnection(code: string): ApiRequestError {
	return new ApiRequestError({
		code,
		connectionLost: true,
		cancelled: code === 'ERR_CANCELED',
		text: noAnswerText(code),
	});
}

/** The body of the response that n8n's request helper threw: a stream, if one was requested. */
export function thrownBody(error: unknown): unknown {
	const outer = (error ?? {}) as HttpError;
	return outer.cause?.response?.data ?? outer.response?.data ?? outer.context?.data;
}

/** Text for work that was stopped because the execution was cancelled. */
export const CANCELLED: ErrorText = {
	message: 'The execution was cancelled',
	advice: 'What was sent before may still be carried out: check the list of the resource.',
};

function noAnswerText(code: string): ErrorText {
	if (code === 'ERR_CANCELED') return CANCELLED;
	if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
		return {
			message: 'KallyAI could not be reached',
			advice: "Check 'Base URL' in the credential and the network of the n8n host.",
		};
	}
	return {
		message: 'The connection to KallyAI ended without a response',
		advice:
			'It is not known whether the request went through: check the list of the resource before retrying.',
		inNode: `A larger '${OPTION_TITLES.timeout}' in the options helps with slow responses.`,
	};
}

/** Statuses with which something in front of the API refuses requests; failing gateways have their own. */
const REFUSALS = [400, 401, 403, 404, 405, 406, 407, 409, 418, 422, 451];
const LONGEST_PAGE = 100_000;

/** The text for a web page instead of a response, with its title. */
function refusedByPage(body: unknown, status: number): Pick<RequestFailure, 'text'> {
	if (typeof body !== 'string' || !REFUSALS.includes(status)) return {};
	const page = body.slice(0, LONGEST_PAGE);
	if (!/<(?:!doctype html|html|head|title|body)\b/i.test(page)) return {};
	const [, title] = /<title[^>]{0,200}>([^<]{1,300})/i.exec(page) ?? [];
	return { text: pageText(shownText(title), status) };
}

function redirect(location: unknown): Pick<RequestFailure, 'location' | 'text'> {
	const target = shownText(location)?.split('?')[0];
	return {
		location: typeof location === 'string' ? location : undefined,
		text: {
			message: `KallyAI responded with a redirect${target ? ` to ${target}` : ''}, which is not followed`,
			advice: "Check 'Base URL' in the credential.",
		},
	};
}

/**
 * Milliseconds from `now` that a `Retry-After` header requests: seconds or an HTTP date; a time in the past is 0.
 * Undefined if the header is missing or unreadable.
 */
export function parseRetryAfter(header: unknown, now: number): number | undefined {
	if (typeof header !== 'string' && typeof header !== 'number') return undefined;
	const text = String(header).trim();
	if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
	const date = Date.parse(text);
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
