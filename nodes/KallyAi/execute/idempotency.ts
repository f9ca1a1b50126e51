import { createHash } from 'crypto';

/** What makes one piece of work different from another. */
export interface WorkIdentity {
	executionId: string;
	nodeId: string;
	runIndex: number;
	itemIndex: number;
	/** `resource.operation`. */
	operation: string;
	path: string;
	body: unknown;
}

/**
 * Idempotency key of one item: the same when n8n runs the item again in the same execution (Retry On
 * Fail, a stalled queue job), another for another item, loop round, execution or content.
 */
export function idempotencyKey(work: WorkIdentity): string {
	const identity = [
		work.executionId,
		work.nodeId,
		work.runIndex,
		work.itemIndex,
		work.operation,
		work.path,
		work.body ?? null,
	];
	return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 40);
}
