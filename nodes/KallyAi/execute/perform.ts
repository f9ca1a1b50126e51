import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { waitForEnd } from './completion';
import { checkedLink, downloadFile, findLink } from '../../shared/transport/files';
import { passedOn, RequestFailed } from '../../shared/errors/errors';
import { isPlainObject } from '../../shared/objects';
import { creates } from '../table/operation';
import { fetchRows } from '../../shared/transport/pages';
import type { Plan } from './plan';
import { recordId } from '../../shared/transport/rows';
import { DEFAULT_TIMEOUT_SECONDS } from '../../shared/transport/settings';
import { type Api, type ApiRequest, send } from '../../shared/transport/api';

/** What one item has brought. */
export interface Result {
	items: INodeExecutionData[];
	/** ID of what a creating operation made. */
	made?: string;
	/** Whether the item was refused and goes on under "continue on fail". */
	failed?: boolean;
}

/**
 * An answer as an item's fields. A top-level `error` is renamed: n8n takes it for a failed item under
 * Retry On Fail and would run, and ring, everything again (n8n issues 12096 and 14423).
 */
function toItem(answer: IDataObject, plan: Plan): INodeExecutionData {
	const { simplify } = plan.operation;
	const { error, ...fields } =
		plan.simplify && simplify
			? Object.fromEntries(
					simplify.filter((name) => name in answer).map((name) => [name, answer[name]]),
				)
			: answer;
	const [resource] = plan.key.split('.');
	return {
		json: error === undefined ? fields : { ...fields, [`${resource}Error`]: error },
		pairedItem: { item: plan.itemIndex },
	};
}

/** Answers that are no object: nothing at all (204), text, or a bare array. */
function toRecord(body: unknown, { operation }: Plan): IDataObject {
	if (isPlainObject(body)) return body;
	if (Array.isArray(body)) return { data: body };
	if (typeof body === 'string' && body !== '') return { data: body };
	return operation.request.method === 'DELETE' ? { deleted: true } : { success: true };
}

function requestOf(plan: Plan, key: string | undefined, onWait: ApiRequest['onWait']): ApiRequest {
	const { operation, path, query, body, options } = plan;
	return {
		method: operation.request.method,
		path,
		query,
		body,
		headers: key === undefined ? undefined : { 'Idempotency-Key': key },
		timeoutSeconds: options.timeout ?? operation.timeout ?? DEFAULT_TIMEOUT_SECONDS,
		repeatable: operation.repeatable,
		onWait,
	};
}

async function performList(
	api: Api,
	plan: Plan,
	request: ApiRequest,
	pagesAtOnce: number,
): Promise<Result> {
	const rows = await fetchRows(
		plan.operation.list ?? {},
		async (query) => (await send(api, { ...request, query })).body,
		{
			limit: plan.limit,
			query: plan.query,
			atOnce: pagesAtOnce,
		},
	);
	return { items: rows.map((row) => toItem(row, plan)) };
}

async function performDownload(
	api: Api,
	context: IExecuteFunctions,
	plan: Plan,
	request: ApiRequest,
): Promise<Result> {
	const { options, path, operation } = plan;
	const spec = operation.download;
	if (!spec) return { items: [] };
	const { binaryPropertyName = 'data', maxDownloadSize: maxMegabytes } = options;
	if (spec.from === 'link') {
		const answer = toRecord((await send(api, request)).body, plan);
		const item = toItem(answer, plan);
		if (!options.download) return { items: [item] };
		const link = checkedLink(findLink(answer), api.baseUrl).href;
		const file = await downloadFile(api, context, { link, spec, maxMegabytes });
		return { items: [{ ...item, binary: { [binaryPropertyName]: file } }] };
	}
	if (options.download) {
		const file = await downloadFile(api, context, { path, spec, maxMegabytes });
		const { fileName, mimeType, fileSize } = file;
		const item = toItem({ fileName, mimeType, fileSize }, plan);
		return { items: [{ ...item, binary: { [binaryPropertyName]: file } }] };
	}
	const { body, headers } = await send(api, { ...request, expect: 'text' });
	const mimeType = String(headers['content-type'] ?? spec.mimeType).split(';')[0];
	return { items: [toItem({ fileName: spec.fileName, mimeType, content: String(body) }, plan)] };
}

async function performRedirect(api: Api, plan: Plan, request: ApiRequest): Promise<Result> {
	let answer: IDataObject;
	try {
		answer = toRecord((await send(api, request)).body, plan);
	} catch (error) {
		const { status = 0, location } = error instanceof RequestFailed ? error.failure : {};
		if (status < 300 || status >= 400) throw passedOn(error);
		// n8n up to 2.8 does not tell where a redirect leads.
		answer = { redirected: true, location: location ?? null };
	}
	return { items: [toItem(answer, plan)] };
}

/** What the run decides for an item. */
export interface Conduct {
	/** Idempotency key of creating operations. */
	key?: string;
	/** Pages of a list that may be asked for side by side. */
	pagesAtOnce: number;
}

/** Notes in the log that an item waits; waits are the node's work and would look like standing still. */
export function logWaits(context: IExecuteFunctions, { itemIndex }: Plan) {
	return (seconds: number, reason: string) =>
		context.logger.info(
			`KallyAI: item ${itemIndex + 1} waits ${seconds.toFixed(1)} s before it is sent again (${reason})`,
		);
}

/** Does what a plan says and gives its items. */
export async function perform(
	api: Api,
	context: IExecuteFunctions,
	plan: Plan,
	{ key, pagesAtOnce }: Conduct,
): Promise<Result> {
	const { operation, options } = plan;
	const request = requestOf(plan, key, logWaits(context, plan));
	if (operation.list) return await performList(api, plan, request, pagesAtOnce);
	if (operation.download) return await performDownload(api, context, plan, request);
	if (operation.redirects) return await performRedirect(api, plan, request);
	let answer = toRecord((await send(api, request)).body, plan);
	const made = creates(operation) ? recordId(answer) : undefined;
	if (operation.completion && options.waitForCompletion) {
		context.logger.info(`KallyAI: item ${plan.itemIndex + 1} waits for its outcome`);
		answer = await waitForEnd(api, operation.completion, answer, options.maxWait);
	}
	if (operation.normalize) answer = operation.normalize(answer);
	return { items: [toItem(answer, plan)], made };
}
