import { createHash } from 'crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

import { InputError } from '../../shared/errors/errors';
import { creates } from '../table/operation';
import type { Plan } from './plan';

/** What makes one piece of work different from another. */
interface WorkIdentity {
	executionId: string;
	nodeId: string;
	runIndex: number;
	itemIndex: number;
	/** `resource.operation`. */
	work: string;
	path: string;
	body: unknown;
}

/**
 * Idempotency key of one item: the same when n8n runs the item again in the same execution (Retry On
 * Fail, a stalled queue job), another for another item, loop round, execution or content.
 */
function keyFor(identity: WorkIdentity): string {
	const { executionId, nodeId, runIndex, itemIndex, work, path, body = null } = identity;
	const parts = [executionId, nodeId, runIndex, itemIndex, work, path, body];
	return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}

/**
 * Gives the idempotency keys of a run's creating operations, one by one; a key that the user gave for two
 * different works is refused.
 */
export class IdempotencyKeys {
	private readonly executionId: string;

	private readonly nodeId: string;

	private readonly runIndex: number;

	/** The works that the user's own keys stand for. */
	private readonly given = new Map<string, { content: string; itemIndex: number }>();

	constructor(context: IExecuteFunctions) {
		this.executionId = context.getExecutionId();
		this.nodeId = context.getNode().id;
		this.runIndex = Number(context.evaluateExpression('{{ $runIndex }}', 0));
	}

	/** Key of a plan's request; undefined for operations that create nothing. */
	keyOf({ operation, work, path, body, itemIndex, options }: Plan): string | undefined {
		if (!creates(operation)) return undefined;
		const { executionId, nodeId, runIndex } = this;
		const { idempotencyKey: own } = options;
		if (own === undefined) {
			return keyFor({ executionId, nodeId, runIndex, itemIndex, work, path, body });
		}
		const content = JSON.stringify([work, path, body]);
		const first = this.given.get(own) ?? { content, itemIndex };
		if (first.content !== content) {
			throw new InputError(
				`'Idempotency Key' is the same as that of item ${first.itemIndex + 1}, which asks for something else: this item would be skipped`,
				'Use an expression that gives each lead its own key, such as its ID.',
			);
		}
		this.given.set(own, first);
		return own;
	}
}
