import { now } from './clock.mts';

/**
 * Remembers what a key brought. A refusal is not remembered: it did no work, so the next request with the
 * key may still do it. Requests that come while the first is under way share its end, whatever it is.
 */
export class OnceMemory<Result> {
	private readonly results = new Map<string, { result: Promise<Result>; untilMs: number }>();

	/** Does the work, or gives what it gave before under this key within its lifetime in milliseconds. */
	once(key: string, lifetimeMs: number, work: () => Promise<Result>): Promise<Result> {
		const known = this.results.get(key);
		if (known && known.untilMs > now()) return known.result;
		const result = work();
		this.results.set(key, { result, untilMs: now() + lifetimeMs });
		result.catch(() => this.results.delete(key));
		return result;
	}
}
