import { type IDataObject, type INode, NodeApiError, NodeOperationError } from 'n8n-workflow';

import { CODE_TEXTS, type ErrorText, statusText } from './texts';
import { isPlainObject } from '../objects';
import { parseRetryAfter, type Outcome } from '../transport/retry';

/** Everything that is known of a request that did not succeed; never holds a token. */
export interface RequestFailure extends Outcome {
	code: string;
	/** Text of the API itself, for people. */
	detail?: string;
	correlationId?: string;
	upgradeUrl?: string;
	/** Whether the execution was cancelled while the request was under way. */
	cancelled?: boolean;
	/** Where a redirect leads. */
	location?: string;
	/** Set when what happened is not an answer of the API, with the text to show. */
	text?: ErrorText;
}

/** Thrown by the transport for every request that did not succeed. */
export class RequestFailed extends Error {
	readonly failure: RequestFailure;

	constructor(failure: RequestFailure) {
		super(failure.code);
		this.failure = failure;
	}
}

/** A `RequestFailed` to throw. */
export function requestFailed(failure: RequestFailure): RequestFailed {
	return new RequestFailed(failure);
}

/** Input that is refused before anything is sent; the message names the parameter. */
export class InvalidInput extends Error {
	readonly advice?: string;

	constructor(message: string, advice?: string) {
		super(message);
		this.advice = advice;
	}
}

/** An `InvalidInput` to throw; `advice` says how to put it right. */
export function invalidInput(message: string, advice?: string): InvalidInput {
	return new InvalidInput(message, advice);
}

/**
 * What a catch clause passes on unchanged. Errors of the host are wrapped once, in `toNodeError`.
 */
export function passedOn(error: unknown): Error {
	return error instanceof Error ? error : new Error(String(error));
}

const TOKEN_LIKE =
	/(bearer\s+)[^\s"',;]+|\b(?:access|refresh)_token["']?\s*[:=]\s*["']?[^\s"',;&]+/gi;

/** Text of the API made safe to show: no tokens, no markup (the editor renders HTML), no overlength. */
export function safeText(text: string): string {
	return text
		.slice(0, 2000)
		.replace(TOKEN_LIKE, (_match, bearer: string | undefined) => (bearer ? `${bearer}***` : '***'))
		.replace(/\p{Cc}+/gu, ' ')
		.replace(/</g, '&lt;')
		.replace(/>/g, '&gt;')
		.trim()
		.slice(0, 500);
}

function textOf(value: unknown): string | undefined {
	if (typeof value === 'string' && value.trim() !== '') return safeText(value);
	return undefined;
}

/** `detail` of web frameworks: a text, or a list of findings with their place. */
function detailText(detail: unknown): string | undefined {
	if (!Array.isArray(detail)) return textOf(detail);
	const findings = detail.filter(isPlainObject).map(({ loc, msg }) => {
		const place = Array.isArray(loc) ? loc.filter((part) => part !== 'body').join('.') : '';
		return [place, msg].filter(Boolean).join(': ');
	});
	return textOf(findings.join('; '));
}

/**
 * Reads the six error bodies of the contract (section 7): code, the API's text, correlation ID.
 */
export function readErrorBody(
	body: unknown,
	status: number | undefined,
): Pick<RequestFailure, 'code' | 'detail' | 'correlationId' | 'upgradeUrl'> {
	const fallbackCode = status === undefined ? 'no_answer' : `http_${status}`;
	if (!isPlainObject(body)) return { code: fallbackCode };
	const envelope = isPlainObject(body.error) ? body.error : {};
	const details = isPlainObject(envelope.details) ? envelope.details : {};
	const isQuota =
		status === 402 && (body.minutes_allocated !== undefined || body.upgrade_url !== undefined);
	const code =
		textOf(envelope.code) ?? textOf(body.error) ?? (isQuota ? 'quota_exceeded' : fallbackCode);
	const detail =
		textOf(envelope.message) ??
		textOf(details.message) ??
		textOf(details.reason) ??
		textOf(body.message) ??
		detailText(body.detail) ??
		(body.minutes_allocated !== undefined
			? textOf(
					`${String(body.minutes_used)} of ${String(body.minutes_allocated)} minutes of the plan are used`,
				)
			: undefined);
	return {
		code,
		detail,
		correlationId: textOf(envelope.correlation_id) ?? textOf(body.correlation_id),
		upgradeUrl: textOf(body.upgrade_url) ?? textOf(details.upgrade_url),
	};
}

/** An answer with status 2xx whose body is nothing but an error envelope. */
export function isErrorBody(body: unknown): boolean {
	if (!isPlainObject(body) || body.error === undefined) return false;
	if (isPlainObject(body.error)) return body.error.code !== undefined;
	// A call record may carry `error: "no answer"` beside its fields; that is no failed request.
	return (
		typeof body.error === 'string' &&
		Object.keys(body).every((key) => ['error', 'message', 'detail', 'correlation_id'].includes(key))
	);
}

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
 * Reads what n8n's request helper threw. It wraps everything in a NodeApiError: the Axios error of an
 * answer or a lost connection, but also its own refusal to use a credential, which is handed on.
 */
export function readThrown(error: unknown): Error {
	const outer = (error ?? {}) as HttpError;
	const inner = outer.cause ?? outer;
	const response = inner.response ?? outer.response;
	const status = Number(response?.status ?? outer.httpCode ?? 0);
	// Below 300 it is no refusal: the answer had begun when the connection was lost.
	if (status >= 300) {
		const body = isPlainObject(response?.data) ? response.data : outer.context?.data;
		return requestFailed({
			status,
			connectionLost: false,
			retryAfterMs: parseRetryAfter(response?.headers?.['retry-after'], Date.now()),
			...readErrorBody(body, status),
			...(status < 400 ? redirect(response?.headers?.location) : {}),
		});
	}
	// n8n up to 2.8 keeps no more of the cause than its code, or the status of an answer that broke off.
	const hostCode = String(outer.httpCode ?? '');
	const code = String(inner.code ?? outer.code ?? (hostCode || 'no_answer'));
	// Hosts that do not say "needs to be reconnected" themselves hand on the refusal of their OAuth2 client.
	if (code === 'EAUTH') return requestFailed({ code: 'token_expired', connectionLost: false });
	if (inner.isAxiosError || /^(?:2\d\d|E[A-Z_]+)$/.test(hostCode)) {
		return requestFailed({
			code,
			connectionLost: true,
			cancelled: code === 'ERR_CANCELED',
			text: noAnswerText(code),
		});
	}
	return passedOn(inner);
}

/** Text for work that was given up because the execution was cancelled. */
export const CANCELLED: ErrorText = {
	message: 'The execution was cancelled',
	advice: 'What was sent before may still be carried out; look at the list of the resource.',
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
		message: 'The connection to KallyAI ended without an answer',
		advice:
			"Whether the work was done is not known: look at the list of the resource before you run it again. A larger 'Timeout' in the options helps with slow answers.",
	};
}

function redirect(location: unknown): Pick<RequestFailure, 'location' | 'text'> {
	const target = textOf(location)?.split('?')[0];
	return {
		location: typeof location === 'string' ? location : undefined,
		text: {
			message: `KallyAI answered with a redirect${target ? ` to ${target}` : ''}, which is not followed`,
			advice: "Check 'Base URL' in the credential.",
		},
	};
}

/** What has been reached in the run when an item stops it. */
export interface Progress {
	itemIndex: number;
	items: number;
	/** Items that were done. */
	done: number;
	/** IDs of what those items made. */
	made: string[];
}

const IDS_IN_MESSAGE = 20;

function progressText({ items, done, made }: Progress): string {
	if (items === 1) return '';
	const listed = made.slice(0, IDS_IN_MESSAGE).join(', ');
	const more = made.length > IDS_IN_MESSAGE ? ` and ${made.length - IDS_IN_MESSAGE} more` : '';
	return `. ${done} of ${items} items were done${made.length ? `: ${listed}${more}` : ''}`;
}

const YEAR_SECONDS = 365 * 24 * 60 * 60;

function durationText(seconds: number): string {
	return seconds > YEAR_SECONDS ? 'more than a year' : `${seconds} seconds`;
}

function failureText(failure: RequestFailure): ErrorText {
	const { message, advice } =
		failure.text ?? CODE_TEXTS[failure.code] ?? statusText(failure.status ?? 0);
	const waits =
		failure.retryAfterMs === undefined
			? ''
			: ` KallyAI asks to wait ${durationText(Math.ceil(failure.retryAfterMs / 1000))}.`;
	const upgrade = failure.upgradeUrl ? ` Upgrade: ${failure.upgradeUrl}` : '';
	const correlation = failure.correlationId ? ` Correlation ID: ${failure.correlationId}` : '';
	return {
		message: failure.detail ? `${message}: ${failure.detail}` : message,
		advice: `${advice}${waits}${upgrade}${correlation}`,
	};
}

/**
 * The one place where anything that went wrong becomes an n8n error: message = what happened, with the
 * item (counted from 1) and how far the run came; description = what to do. The editor's list searches
 * have no item and no progress.
 *
 * A fresh NodeApiError is built from plain values: wrapping the host's one would ignore our texts and
 * carry the request with its token along (research, http.md section 2).
 */
export function toNodeError(
	node: INode,
	error: unknown,
	progress?: Progress,
): NodeApiError | NodeOperationError {
	const itemIndex = progress?.itemIndex;
	const suffix = progress ? ` [item ${progress.itemIndex + 1}]${progressText(progress)}` : '';
	if (error instanceof RequestFailed) {
		const { failure } = error;
		const { message, advice } = failureText(failure);
		const { status, code, correlationId, detail } = failure;
		const httpCode = status === undefined ? null : String(status);
		const nodeError = new NodeApiError(
			node,
			{ code, message, ...(status === undefined ? {} : { statusCode: status }) },
			{
				message: `${message}${suffix}`,
				description: advice,
				httpCode: httpCode ?? undefined,
				itemIndex,
			},
		);
		// n8n replaces any message in which it finds the name of a system error, even inside a word.
		nodeError.message = `${message}${suffix}`;
		nodeError.description = advice;
		nodeError.httpCode = httpCode;
		Object.assign(nodeError.context, {
			itemIndex,
			data: { code, detail, correlationId, done: progress?.done, made: progress?.made },
		});
		return nodeError;
	}
	if (error instanceof InvalidInput) {
		return new NodeOperationError(node, `${error.message}${suffix}`, {
			description: error.advice,
			itemIndex,
		});
	}
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		// The host's own texts, such as "needs to be reconnected", are better than ours.
		error.context.itemIndex ??= itemIndex;
		return error;
	}
	const text = error instanceof Error ? error.message : String(error);
	return new NodeOperationError(node, `${safeText(text)}${suffix}`, { itemIndex });
}
