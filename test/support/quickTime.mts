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
		let last = performance.now();
		steps = setInterval(() => {
			const now = performance.eventLoopUtilization();
			// What takes long because the machine is slow must not seem to take fifty times as long, nor shorter than it
			// does: the Date header of Node's servers tells the real time.
			const { utilization } = performance.eventLoopUtilization(now, before);
			before = now;
			const passed = performance.now() - last;
			last += passed;
			jest.advanceTimersByTime(Math.ceil(utilization < 0.5 ? Math.max(STEP_MS, passed) : passed));
		}, EVERY_MS);
	});
	afterAll(() => {
		jest.useRealTimers();
		clearInterval(steps);
	});
}
