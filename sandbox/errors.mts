import { randomUUID } from 'node:crypto';

/** Codes of the service with their HTTP status, then those the sandbox adds for what the service leaves unnamed. */
const STATUS = {
	missing_token: 401,
	token_expired: 401,
	email_not_connected: 400,
	trial_requires_checkout: 400,
	pending_change_exists: 400,
	no_active_subscription: 400,
	quota_exceeded: 402,
	missing_phone_number: 422,
	emergency_number: 422,
	toll_number: 422,
	blocked_number: 403,
	suppression_violation: 403,
	safety_violation: 422,
	scheduling_violation: 422,
	unsupported_country: 403,
	unsupported_language: 422,
	phone_not_provisioned: 400,
	goal_not_found: 404,
	goal_already_completed: 409,
	goal_already_cancelled: 409,
	action_not_undoable: 409,
	call_not_found: 404,
	transcript_not_found: 404,
	recording_not_found: 404,
	forbidden: 403,
	not_found: 404,
	method_not_allowed: 405,
	rate_limited: 429,
	conflict: 409,
	bad_request: 400,
	validation_failed: 422,
	internal_error: 500,
} as const;

export type ErrorCode = keyof typeof STATUS;

/** Says that there is no such thing: under a code of the service's own, where it has one for this kind. */
export function notFound(kind: string, id: string, reason: string): ApiError {
	const code = reason in STATUS ? (reason as ErrorCode) : 'not_found';
	return new ApiError(code, `There is no ${kind} ${id}`, reason);
}

/** Says that there is nothing at this address. */
export function unknownEndpoint({ method, path }: { method: string; path: string }): never {
	throw new ApiError('not_found', `There is no ${method} ${path}`, 'unknown_endpoint');
}

/** What an operation answers. */
export interface Answer {
	status: number;
	body?: unknown;
	headers?: Record<string, string>;
}

/** An answer that says no, in the newest of the service's envelopes. */
export class ApiError extends Error {
	readonly code: ErrorCode;
	readonly reason: string;
	readonly status: number;
	/** What is wrong or missing in the request, by the names on the wire. */
	readonly fields: string[];
	readonly headers: Record<string, string>;

	constructor(
		code: ErrorCode,
		message: string,
		reason: string = code,
		status: number = STATUS[code],
		{ fields = [], headers = {} }: { fields?: string[]; headers?: Record<string, string> } = {},
	) {
		super(message);
		this.code = code;
		this.reason = reason;
		this.status = status;
		this.fields = fields;
		this.headers = headers;
	}

	/** The refusal as it goes over the wire. */
	answer(): Answer {
		return {
			status: this.status,
			body: {
				error: {
					code: this.code,
					message: this.message,
					details: { reason: this.reason },
					correlation_id: randomUUID(),
				},
			},
		};
	}
}
