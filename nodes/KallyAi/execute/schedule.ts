import type { Operation } from '../table/operation';
import { DEFAULT_READS_AT_ONCE, usualConcurrency } from '../table/options';
import type { Plan } from './plan';
import { Turns } from './turns';

/**
 * How many items are sent in parallel: the option of the first item; otherwise one at a time if any of them
 * changes something.
 */
export function concurrencyOf(plans: Array<Pick<Plan, 'operation' | 'options'>>): number {
	const chosen = plans[0]?.options.concurrency;
	if (chosen !== undefined) return Math.floor(chosen);
	const usual = plans.map(({ operation }: { operation: Operation }) => usualConcurrency(operation));
	return Math.min(DEFAULT_READS_AT_ONCE, ...usual);
}

/**
 * Runs a step for every entry, `atOnce` in parallel, started in order. The first one runs alone: if the token has
 * expired, it renews it for all, whereas on older hosts each would renew it. Nothing more is started once
 * `stopped` returns true.
 */
export async function inOrder<T>(
	entries: T[],
	atOnce: number,
	stopped: () => boolean,
	step: (entry: T) => Promise<void>,
): Promise<void> {
	const queue = entries.values();
	const first = queue.next();
	if (first.done || stopped()) return;
	await step(first.value);
	const workers = Math.min(atOnce, entries.length - 1);
	const turns = workers > 1 ? new Turns() : undefined;
	const worker = async () => {
		for (const entry of queue) {
			if (stopped()) return;
			await step(entry);
			await turns?.next();
		}
	};
	try {
		await Promise.all(Array.from({ length: workers }, worker));
	} finally {
		turns?.close();
	}
}
