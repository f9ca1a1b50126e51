import { performance } from 'node:perf_hooks';

const STEP_MS = 250;
/** How often time may take a step, in real milliseconds. */
const EVERY_MS = 5;

/**
 * Lets time fly in the tests of a file, for the node and for n8n around it, while all of them wait: whatever they wait
 * for comes in the same order. Node's own sockets keep the real time.
 */
export function quickTime(): void {
	let steps: NodeJS.Timeout;
	beforeAll(() => {
		const { setInterval } = globalThis;
		jest.useFakeTimers({
			now: Date.now(),
			doNotFake: [
				'hrtime',
				'nextTick',
				'performance',
				'queueMicrotask',
				'setImmediate',
				'clearImmediate',
			],
		});
		let before = performance.eventLoopUtilization();
		steps = setInterval(() => {
			const now = performance.eventLoopUtilization();
			// What takes long because the machine is slow must not seem to take fifty times as long.
			const { utilization } = performance.eventLoopUtilization(now, before);
			before = now;
			jest.advanceTimersByTime(utilization < 0.5 ? STEP_MS : EVERY_MS);
		}, EVERY_MS);
	});
	afterAll(() => {
		jest.useRealTimers();
		clearInterval(steps);
	});
}
