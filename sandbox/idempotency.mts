/**
 * Remembers what a key brought. A refusal is not remembered: it did no work, so the next request with the
 * key may still do it. Requests that come while the first is under way share its end, whatever it is.
 */
export class OnceMemory<Result> {
	private readonly results = new Map<string, Promise<Result>>();

	/** Does the work, or gives what it gave before under this key. */
	once(key: string, work: () => Promise<Result>): Promise<Result> {
		const known = this.results.get(key);
		if (known) return known;
		const result = work();
		this.results.set(key, result);
		result.catch(() => this.results.delete(key));
		return result;
	}
}
