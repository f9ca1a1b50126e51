import type { Outcome } from '../errors/errors';
import type { HttpMethod } from './request';

/**
 * If the server requests waits, more retries are made as long as the waits add up to less than the longest one.
 */
const MAX_RETRIES = 7;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
/** Longest wait: if a server requests a longer one, the run stops and says so. */
export const LONGEST_RETRY_AFTER_MS = 60_000;
const PASSING_STATUSES = [502, 503, 504];

/**
 * Milliseconds to wait before the request is retried, or undefined if it must not be (docs/decisions.md, 8): 429
 * for any method, since it means that nothing was done; a lost connection and 502 to 504 only for GET; a lost
 * connection also for a POST that is `repeatable` with one idempotency key.
 *
 * @param retries how often the request has been retried
 * @param random a number in [0, 1): varies the wait by up to a tenth
 */
export function retryDelay(
	method: HttpMethod,
	repeatable: boolean,
	outcome: Outcome,
	retries: number,
	random: number,
): number | undefined {
	const { status, connectionLost, retryAfterMs } = outcome;
	const asked = retryAfterMs ? Math.max(retryAfterMs, FIRST_DELAY_MS) : 0;
	const allowed =
		status === 429 ||
		(method === 'GET' && status !== undefined && PASSING_STATUSES.includes(status)) ||
		(connectionLost && (method === 'GET' || repeatable));
	if (!allowed || asked > LONGEST_RETRY_AFTER_MS) return undefined;
	const patient = asked > 0 && retries * asked < LONGEST_RETRY_AFTER_MS;
	if (retries >= MAX_RETRIES && !patient) return undefined;
	if (asked > 0) return asked * (1 + random / 10);
	return Math.min(FIRST_DELAY_MS * 2 ** retries, LONGEST_DELAY_MS) * (0.9 + random / 5);
}
