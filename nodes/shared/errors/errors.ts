import type { ErrorText } from './texts';

/** What is known of how a request ended. */
export interface Outcome {
	/** HTTP status; undefined when no answer came. */
	status?: number;
	/** Whether the connection was lost or never made. */
	connectionLost: boolean;
	/** What `Retry-After` asks for, in milliseconds from now. */
	retryAfterMs?: number;
}

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
	/** ID of what had been made before the request that did not succeed. */
	made?: string;
	/** ID of the record that a refusal names as the one that it is about. */
	recordId?: string;
	/** What may have been done all the same, and where to check it: told to AI agents, who would try again. */
	unsure?: string;
	/** Set when what happened is not an answer of the API, with the text to show. */
	text?: ErrorText;
}

/** Thrown by the transport for every request that did not succeed. */
export class ApiRequestError extends Error {
	override readonly name = 'ApiRequestError';

	readonly failure: RequestFailure;

	constructor(failure: RequestFailure) {
		super(failure.text?.message ?? failure.code);
		this.failure = failure;
	}
}

/** What a workflow can go by where an item was refused before anything was sent. */
export interface InputRefusal {
	code: string;
	/** When it may be sent, ISO 8601 in UTC; set where it is refused for the time. */
	nextAllowedAt?: string;
}

/** Input that is refused before anything is sent; the message names the parameter, `advice` says how to put it right. */
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
 * What a catch clause throws on unchanged: `throw rethrow(error)`. n8n's lint (require-node-api-error) refuses
 * a caught variable and a new error of any class but n8n's own inside a catch clause, since whoever throws
 * them hides the HTTP context; here every error becomes n8n's once, in `toNodeError`.
 */
export function rethrow(error: unknown): Error {
	return error instanceof Error ? error : new Error(String(error));
}
