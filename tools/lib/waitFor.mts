import { setTimeout as pause } from 'node:timers/promises';

/** Long enough for a machine that is busy with other things, and for an n8n that keeps a trigger out of service for minutes. */
export const PATIENCE_MS = 10 * 60_000;

/** What to wait for, how long at most, and how often to look. */
export interface Wait {
	what: string;
	withinMs?: number;
	everyMs?: number;
	/** Looks less often the longer it takes: where each look costs much, and a tenth of the time does not matter. */
	lessAndLess?: boolean;
}

/** Asks until the answer is something other than undefined; rejects when the time is up. */
export async function waitFor<T>(
	ask: () => Promise<T | undefined>,
	{ what, withinMs = PATIENCE_MS, everyMs = 100, lessAndLess = false }: Wait,
): Promise<T> {
	const started = Date.now();
	for (;;) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		const elapsedMs = Date.now() - started;
		if (elapsedMs > withinMs) throw new Error(`${what}: not within ${withinMs / 1000} s`);
		await pause(lessAndLess ? Math.max(everyMs, elapsedMs / 10) : everyMs);
	}
}
