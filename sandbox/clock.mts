/** How far the time in here is ahead of the machine's, in milliseconds. */
let aheadMs = 0;

/** Somebody who waits: until when by the machine's clock, and what looks whether that has come. */
interface Sleeper {
	untilMs: number;
	look: () => void;
}

const sleepers = new Set<Sleeper>();

/** The time in the sandbox, in milliseconds: that of the machine, and all that it was put forward. */
export function now(): number {
	return Date.now() + aheadMs;
}

/** Puts the time forward; whoever has slept long enough by then wakes up. */
export function advance(milliseconds: number): void {
	aheadMs += milliseconds;
	for (const sleeper of sleepers) {
		sleeper.untilMs -= milliseconds;
		sleeper.look();
	}
}

/** Back to the machine's time. Who sleeps goes on sleeping for the time that was left. */
export function setBack(): void {
	aheadMs = 0;
}

/** Waits until so much time has passed in the sandbox, or the signal comes. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
	await new Promise<void>((resolve) => {
		let timer: NodeJS.Timeout | undefined;
		const end = () => {
			clearTimeout(timer);
			sleepers.delete(sleeper);
			resolve();
		};
		const sleeper: Sleeper = {
			untilMs: Date.now() + milliseconds,
			look() {
				clearTimeout(timer);
				const leftMs = sleeper.untilMs - Date.now();
				if (leftMs <= 0) end();
				else timer = setTimeout(sleeper.look, leftMs);
			},
		};
		sleepers.add(sleeper);
		signal.addEventListener('abort', end, { once: true });
		sleeper.look();
	});
}
