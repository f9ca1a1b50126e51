import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
} from 'n8n-workflow';

import { ApiRequestError, InputError } from '../../shared/errors/errors';
import { describeError } from '../../shared/errors/nodeError';
import { isToolRun } from './standing';

/**
 * An item for the error output. Hosts from n8n 2.9 at the latest know a failed item by the keys of its
 * JSON; older ones want no more than two of them there, or an `error` beside the JSON. An item that still
 * has one after the sorting keeps its message only, so it is inherited: the copies that the sorting makes
 * are without it (docs/decisions.md, 11).
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

/**
 * What comes out for an item that failed under "continue on fail", with a text in `error` and `message`
 * and no keys beside `details` (n8n-core, `handleNodeErrorOutput`).
 */
export function failedItem(
	context: IExecuteFunctions,
	error: unknown,
	itemIndex: number,
): INodeExecutionData {
	const { message, advice } = describeError(error, {
		itemIndex,
		items: 1,
		done: 0,
		made: [],
		toModel: isToolRun(context),
	});
	const item = {
		json: { error: message, message: advice || message, details: detailsOf(error) },
		pairedItem: { item: itemIndex },
	};
	return context.getNode().onError === 'continueErrorOutput' ? new ErrorOutputItem(item) : item;
}
