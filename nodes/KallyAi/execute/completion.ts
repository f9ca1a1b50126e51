import type { IDataObject } from 'n8n-workflow';

import { ApiRequestError, rethrow } from '../../shared/errors/errors';
import { isPlainObject } from '../../shared/objects';
import { type Api, pause, send } from '../../shared/transport/api';
import { DEFAULT_TIMEOUT_SECONDS, pathTo } from '../../shared/transport/request';
import { ID_NAMES } from '../../shared/transport/rows';
import type { Completion } from '../table/operation';
import { DEFAULT_WAIT_SECONDS } from '../table/options';
import { standsOf } from '../table/statuses';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;
/** Minimum timeout of a request, by which Max Wait may be exceeded. */
const LEAST_TIMEOUT_SECONDS = 1;

const hasEnded = (record: IDataObject, { statuses }: Completion): boolean =>
	standsOf(record, statuses) !== 'open';

/** Statuses that only mean that the request came at the wrong moment. */
const PASSING_STATUSES = [408, 425, 429];

/** Whether the next attempt to read a record may succeed: a lost connection, or a busy or failing server. */
function isPassing({ failure }: ApiRequestError): boolean {
	const { status, cancelled, code } = failure;
	if (cancelled) return false;
	if (status === undefined) return failure.connectionLost;
	return status >= 500 || PASSING_STATUSES.includes(status) || code === 'unreadable_answer';
}

/** ID of the record to track, if the response names one. */
function idIn(answer: IDataObject, { id }: Completion): string | undefined {
	const found = id(answer);
	return (typeof found === 'string' && found !== '') || typeof found === 'number'
		? String(found)
		: undefined;
}

/**
 * Tracks the work that a response has started until it ends, with growing pauses; stops when the execution is
 * cancelled. After `maxWaitSeconds` the latest record is returned with `timedOut: true`. What was created is
 * never lost: temporary errors are waited out, and an error names it.
 *
 * @throws ApiRequestError with the ID in `made`, if the record may not be read
 */
export async function waitForEnd(
	api: Api,
	completion: Completion,
	answer: IDataObject,
	maxWaitSeconds = DEFAULT_WAIT_SECONDS,
): Promise<IDataObject> {
	const { as } = completion;
	const made = idIn(answer, completion);
	// A record may lack the ID by which it was read.
	const named = Object.fromEntries(
		ID_NAMES.filter((name) => String(answer[name]) === made).map((name) => [name, made]),
	);
	const merged = (record: IDataObject): IDataObject => {
		if (as) return { ...answer, [as]: record };
		return idIn(record, completion) === undefined ? { ...named, ...record } : record;
	};
	if (made === undefined) return answer;
	if (!as && hasEnded(answer, completion)) return answer;
	const { method, path: pattern } = completion.record.request;
	const path = pathTo(pattern, made);
	if (path === undefined) return answer;
	const deadline = Date.now() + maxWaitSeconds * 1000;
	const left = () => Math.max(0, deadline - Date.now());
	let record: IDataObject = as ? {} : answer;
	let asked = 0;
	for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 1.5, LONGEST_PAUSE_MS)) {
		// The server may have asked all items of the run to slow down.
		const paused = api.pausedUntil - Date.now();
		await pause(api.context, Math.min(Math.max(wait, asked, paused), left()));
		if (left() === 0) return { ...merged(record), timedOut: true };
		try {
			const { body } = await send(api, {
				method,
				path,
				timeoutSeconds: Math.min(
					DEFAULT_TIMEOUT_SECONDS,
					Math.max(LEAST_TIMEOUT_SECONDS, left() / 1000),
				),
				maxRetries: 0,
			});
			asked = 0;
			if (isPlainObject(body)) record = body;
		} catch (error) {
			if (!(error instanceof ApiRequestError)) throw rethrow(error);
			if (!isPassing(error)) throw followed(error, made);
			asked = error.failure.retryAfterMs ?? 0;
		}
		if (hasEnded(record, completion)) return merged(record);
	}
}

const followed = ({ failure }: ApiRequestError, made: string): ApiRequestError =>
	new ApiRequestError({ ...failure, made });
