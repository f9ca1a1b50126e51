import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { ApiRequestError, InputError, type RequestFailure } from '../../shared/errors/errors';

/** Error code for a work that was sent before and whose outcome is not known. */
const NOT_KNOWN = 'outcome_not_known';

/** The error for a work that was sent before, whose outcome is not known, and that is not sent again. */
export function notKnown(sentAt: number): ApiRequestError {
	return new ApiRequestError({
		code: NOT_KNOWN,
		connectionLost: false,
		text: {
			message: `It is not known whether this went through: it was sent at ${new Date(sentAt).toISOString()} and its response was lost`,
			advice:
				'It is not sent again, since that could do it twice. Check the list of the resource. If it did not go through, run the workflow again for this item.',
		},
	});
}

const failureOf = (error: unknown): RequestFailure | undefined =>
	error instanceof ApiRequestError ? error.failure : undefined;

/** Whether an error only repeats what is already known about the work; other items may continue. */
export const isNotKnown = (error: unknown): boolean => failureOf(error)?.code === NOT_KNOWN;

/** Codes of connections that were never established, so nothing was sent. */
const NEVER_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** Whether a request never left this machine. */
export function neverSent({ code, status }: RequestFailure): boolean {
	return status === undefined && NEVER_CONNECTED.includes(code);
}

/** Statuses that say nothing about an earlier request with the same key. */
const ABOUT_THIS_REQUEST = [401, 403, 408, 409, 425, 429];

/** Statuses below 500 after which the work may have been done: a redirect to the result, or a request timeout. */
const LEAVE_IT_OPEN = [302, 303, 408];

/**
 * Whether an error proves that the work was not done. 5xx except 503, a lost connection and an unreadable
 * response do not.
 *
 * @param repeated whether the work was sent before, so that the error may be about the retry only
 */
export function isRefusal(error: unknown, { repeated }: { repeated: boolean }): boolean {
	const failure = failureOf(error);
	if (!failure) {
		const isOfHost = error instanceof NodeApiError || error instanceof NodeOperationError;
		return !repeated && (isOfHost || error instanceof InputError);
	}
	const { status, connectionLost, code, detail = '', made } = failure;
	if (made !== undefined) return false;
	if (repeated) {
		const isOfWork =
			status !== undefined && status >= 400 && status < 500 && !ABOUT_THIS_REQUEST.includes(status);
		// "This key was used with another body" shows that the first request arrived.
		return isOfWork && !/idempot/i.test(`${code} ${detail}`);
	}
	if (status === undefined) return code !== NOT_KNOWN && (!connectionLost || neverSent(failure));
	if (code === 'unreadable_answer' || LEAVE_IT_OPEN.includes(status)) return false;
	return status < 500 || status === 503;
}

/** Whether the API says that the same work is in progress. */
export function isUnderWay(error: unknown): error is ApiRequestError {
	const { status, code = '', detail = '' } = failureOf(error) ?? {};
	return status === 409 || /in[ _-]progress|under[ _-]?way/i.test(`${code} ${detail}`);
}
