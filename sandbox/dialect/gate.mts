import { now } from '../clock.mts';
import type { Described } from '../contract.mts';
import { ApiError, type Answer } from '../errors.mts';
import type { Exchange } from '../operation.mts';
import type { Store } from '../store.mts';
import { MINUTE_MS } from '../time.mts';
import type { Readings } from '../worlds.mts';
import { page } from './errors.mts';

/** Clients that something in front of the service lets pass (docs/api.md, section 2). */
const KNOWN_AGENT = /^(KallyAI-CLI|ChatGPT-User|Mozilla)\b/;

const HOUR_MS = 60 * MINUTE_MS;
/** The limits that have a number (docs/api.md, section 7), and what they are counted by. */
const DOCUMENTED: Record<string, number> = {
	'subscription.changePlan': 3,
	'referral.validate': 20,
	'referral.track': 10,
};
/** Requests in a second where there is a general limit. */
const A_SECOND = 20;

/** When something was done, by what it was, in milliseconds. */
const doneAt = () => new Map<string, number[]>();

/** Refuses what was done too often within a time; notes it otherwise. */
function count(
	store: Store,
	what: string,
	most: number,
	withinMs: number,
	headers: Record<string, string> = {},
): void {
	const done = store.part(doneAt);
	const recent = (done.get(what) ?? []).filter((at) => at > now() - withinMs);
	done.set(what, recent);
	if (recent.length >= most) {
		throw new ApiError('rate_limited', 'Too many requests', 'too_many', undefined, { headers });
	}
	recent.push(now());
}

/** Turns a client away for its name, in the way of something that knows no JSON. */
export function turnedAway(
	{ userAgents }: Readings,
	{ method, headers }: { method: string; headers: Exchange['headers'] },
	path: string,
): Answer | undefined {
	const isGuarded =
		userAgents === 'known ones' ||
		(userAgents === 'known ones for calls' && method === 'POST' && path === '/v1/calls');
	return isGuarded && !KNOWN_AGENT.test(String(headers['user-agent'] ?? ''))
		? page(403, 'Access denied')
		: undefined;
}

/** Refuses with 429 what comes too often. */
export function slowDown({ store, id }: Exchange): void {
	const { rateLimit, documentedLimits } = store.readings;
	if (rateLimit !== 'none') {
		const headers: Record<string, string> =
			rateLimit === 'with Retry-After' ? { 'retry-after': '1' } : {};
		count(store, 'anything', A_SECOND, 1000, headers);
	}
	const most = documentedLimits === 'kept' ? DOCUMENTED[id] : undefined;
	if (most) count(store, id, most, HOUR_MS);
}

/** Refuses a token that lacks the scope which an operation asks for. */
export function checkScope(
	{ scope, isPublic }: Described,
	granted: string[],
	readings: Readings,
): void {
	if (isPublic || readings.scopes === 'not looked at') return;
	if (scope === undefined && readings.scopes === 'asked for') return;
	if (scope !== undefined && granted.includes(scope)) return;
	throw new ApiError(
		'forbidden',
		scope ? `The token lacks the scope ${scope}` : 'No scope of the token covers this',
		'insufficient_scope',
	);
}
