import type { INodeExecutionData } from 'n8n-workflow';

import { ApiRequestError } from '../../shared/errors/errors';
import { describeError } from '../../shared/errors/nodeError';

/**
 * What comes out for an item that failed under "continue on fail". n8n would strip an item with an `error` of
 * its own down to the message. Every host takes an item for a failed one by these three keys, and by no
 * fewer than a text in each of the first two (n8n-core, `handleNodeErrorOutput`).
 */
export function failedItem(error: unknown, itemIndex: number): INodeExecutionData {
	const { message, advice } = describeError(error, { itemIndex, items: 1, done: 0, made: [] });
	const failure = error instanceof ApiRequestError ? error.failure : undefined;
	const { code = 'invalid_input', status, correlationId, made } = failure ?? {};
	return {
		json: {
			error: message,
			message: advice || message,
			details: { code, status, correlationId, ...(made === undefined ? {} : { made }) },
		},
		pairedItem: { item: itemIndex },
	};
}
