import { setTimeout as sleep } from 'node:timers/promises';

/** What the doctor takes the time from, and waits by. */
export interface Clock {
	/** The time in milliseconds. */
	now(): number;
	/** Waits so many milliseconds. */
	wait(milliseconds: number): Promise<void>;
}

/** The time of this machine. */
export const realClock: Clock = {
	now: () => Date.now(),
	wait: async (milliseconds) => await sleep(milliseconds),
};
