import { type IPollFunctions, sleep } from 'n8n-workflow';

/** Milliseconds for a poll where the host does not say. */
const DEFAULT_BUDGET_MS = 40_000;

/** Part of the time after which nothing further is asked for. */
const BUDGET_SHARE = 0.8;

/** Milliseconds that the other lists wait for the first answer. */
const AHEAD_MS = 1000;

/** The time that one poll has, and the turn of its requests. */
export class Clock {
	private readonly end: number;

	private readonly lists: number;

	private ahead?: Promise<unknown>;

	/** @param lists how many lists are read side by side */
	constructor(context: IPollFunctions, lists: number) {
		this.lists = lists;
		this.end = Date.now() + (context.getPollBudgetMs?.() ?? DEFAULT_BUDGET_MS) * BUDGET_SHARE;
	}

	/** Whether something further may be asked for. */
	hasTime(): boolean {
		return Date.now() < this.end;
	}

	/** Seconds after which a request is given up, so that the poll ends in its time. */
	secondsLeft(): number {
		return Math.max(1, Math.ceil((this.end - Date.now()) / 1000));
	}

	/**
	 * Sends the first request of a poll ahead: n8n up to 2.8 lets each request that finds the token expired renew it
	 * for itself, which ends the grant.
	 */
	async inTurn<T>(request: () => Promise<T>): Promise<T> {
		if (this.ahead) {
			await this.ahead;
			return await request();
		}
		const first = request();
		if (this.lists > 1) this.ahead = Promise.race([first.catch(() => {}), sleep(AHEAD_MS)]);
		return await first;
	}
}
