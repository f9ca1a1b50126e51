import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
} from 'n8n-workflow';

import { ApiRequestError, InputError } from '../../shared/errors/errors';
import { describeError } from '../../shared/errors/nodeError';

/** What is said where there is no advice. */
const NOT_DONE = 'Nothing was done for this item.';

/**
 * An item for the error output. n8n knows a failed item by an `error` beside its JSON, or where the JSON has
 * few keys. An item that still has such an `error` after the sorting keeps its message only in older hosts,
 * so it is inherited: the copies that the sorting makes are without it (docs/decisions.md, 11).
 */
class ErrorOutputItem implements INodeExecutionData {
	[key: string]: INodeExecutionData[string];

	readonly json: INodeExecutionData['json'];

	readonly pairedItem: INodeExecutionData['pairedItem'];

	constructor({ json, pairedItem }: INodeExecutionData) {
		this.json = json;
		this.pairedItem = pairedItem;
	}

	get error(): NodeApiError {
		return { message: this.json.error } as NodeApiError;
	}
}

/** What a workflow can go by, beside the texts. */
function detailsOf(error: unknown): IDataObject {
	if (error instanceof InputError) return { ...error.refusal };
	const failure = error instanceof ApiRequestError ? error.failure : undefined;
	const { code = 'invalid_input', status, correlationId, made } = failure ?? {};
	return { code, status, correlationId, ...(made === undefined ? {} : { made }) };
}

/** What a failed item says of itself. */
export interface Failing {
	itemIndex: number;
	/** Who was to be reached, as far as it can be told. */
	recipient?: string;
	/** Whether the work may have been done all the same. */
	isOpen: boolean;
	/** Whether a language model reads it. */
	toModel: boolean;
}

/**
 * What comes out for an item that failed under "continue on fail": a status of its own, so that one Switch
 * serves all outcomes, whom it was for, and a text in `error` and `message`.
 */
export function failedItem(
	error: unknown,
	{ itemIndex, recipient, isOpen, toModel }: Failing,
): INodeExecutionData {
	const { message, advice } = describeError(error, {
		itemIndex,
		items: 1,
		done: 0,
		made: [],
		toModel,
	});
	return {
		json: {
			status: isOpen ? 'unknown' : 'refused',
			...(recipient === undefined ? {} : { recipient }),
			error: message,
			message: advice || (isOpen ? message : NOT_DONE),
			details: detailsOf(error),
		},
		pairedItem: { item: itemIndex },
	};
}

/** A failed item as it leaves the node. */
export const leaving = (
	context: IExecuteFunctions,
	item: INodeExecutionData,
): INodeExecutionData =>
	context.getNode().onError === 'continueErrorOutput' ? new ErrorOutputItem(item) : item;
