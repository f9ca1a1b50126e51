import { type IPollFunctions, sleep } from 'n8n-workflow';

/** Time for a poll in milliseconds if the host sets none. */
const DEFAULT_BUDGET_MS = 40_000;

/** Share of the time after which nothing more is requested. */
const BUDGET_SHARE = 0.8;

/** How long the other lists wait for the first response, in milliseconds. */
const AHEAD_MS = 1000;

/** The time limit of one poll, and the order of its requests. */
export class Clock {
	private readonly end: number;

	private readonly lists: number;

	private ahead?: Promise<unknown>;

	/** @param lists how many lists are read in parallel */
	constructor(context: IPollFunctions, lists: number) {
		this.lists = lists;
		this.end = Date.now() + (context.getPollBudgetMs?.() ?? DEFAULT_BUDGET_MS) * BUDGET_SHARE;
	}

	/** Whether another request may be sent. */
	hasTime(): boolean {
		return Date.now() < this.end;
	}

	/** Timeout of a request in seconds, so that the poll ends in time. */
	secondsLeft(): number {
		return Math.max(1, Math.ceil((this.end - Date.now()) / 1000));
	}

	/**
	 * Sends the first request of a poll before the others: in n8n up to 2.8, each request that finds the token
	 * expired renews it, and a second renewal ends the grant.
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
