import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
} from 'n8n-workflow';

import { ApiRequestError, InputError } from '../../shared/errors/errors';
import { describeError } from '../../shared/errors/nodeError';

/** The text if there is no advice. */
const NOT_DONE = 'Nothing was done for this item.';

/**
 * An item for the error output. n8n recognizes a failed item by an `error` next to its JSON, or by JSON with few
 * keys. If an item still has such an `error` after the sorting, older hosts keep only its message. So the `error`
 * is inherited: the copies made by the sorting do not have it (docs/decisions.md, 11).
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

/** Data for workflows, in addition to the texts. */
function detailsOf(error: unknown): IDataObject {
	if (error instanceof InputError) return { ...error.refusal };
	const failure = error instanceof ApiRequestError ? error.failure : undefined;
	const { code = 'invalid_input', status, correlationId, made } = failure ?? {};
	return { code, status, correlationId, ...(made === undefined ? {} : { made }) };
}

/** The output fields of a failed item. */
export interface Failing {
	itemIndex: number;
	/** The intended recipient, if known. */
	recipient?: string;
	/** Whether the work may have been done anyway. */
	isOpen: boolean;
	/** Whether a language model reads it. */
	toModel: boolean;
}

/**
 * The output for an item that failed with "continue on fail": a status, so that one Switch handles all outcomes,
 * the recipient, and texts in `error` and `message`.
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

/** A failed item as the node returns it. */
export const leaving = (
	context: IExecuteFunctions,
	item: INodeExecutionData,
): INodeExecutionData =>
	context.getNode().onError === 'continueErrorOutput' ? new ErrorOutputItem(item) : item;
