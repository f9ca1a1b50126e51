import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { ApiRequestError, rethrow } from '../../shared/errors/errors';
import { isPlainObject } from '../../shared/objects';
import { type Api, send } from '../../shared/transport/api';
import { downloadFile } from '../../shared/transport/files';
import { linkIn } from '../../shared/transport/links';
import { fetchRows } from '../../shared/transport/pages';
import type { ApiRequest } from '../../shared/transport/request';
import { recordId } from '../../shared/transport/rows';
import {
	type Answer,
	answerOf,
	creates,
	type FileAnswer,
	type ListAnswer,
	type RecordAnswer,
	type RedirectAnswer,
} from '../table/operation';
import { MAX_DOWNLOAD_SIZE } from '../table/options';
import { waitForEnd } from './completion';
import type { Plan } from './plan';

/** What one item has brought. */
export interface Result {
	items: INodeExecutionData[];
	/** ID of what a creating operation made. */
	made?: string;
	/** What somebody should know of the items, for the node's hints. */
	warning?: { message: string };
	/** Whether the item was refused and goes on under "continue on fail". */
	failed?: boolean;
}

/** What is needed to do one item's work. */
export interface Task {
	api: Api;
	context: IExecuteFunctions;
	plan: Plan;
	/** Idempotency key of creating operations. */
	key?: string;
	/** Pages of a list that may be asked for side by side. */
	pagesAtOnce: number;
}

/** Does the work of an operation that answers with `answer`. */
type Performer<A extends Answer> = (task: Task, answer: A, request: ApiRequest) => Promise<Result>;

/**
 * A record as an item. A top-level `error` is renamed: n8n takes it for a failed item under Retry On Fail
 * and would run, and call, everything again (n8n issues 12096 and 14423).
 */
function toItem(
	record: IDataObject,
	{ operation, simplify, work, itemIndex }: Plan,
): INodeExecutionData {
	const { simplify: names } = operation;
	const { error, ...fields } =
		simplify && names
			? Object.fromEntries(
					names.filter((name) => name in record).map((name) => [name, record[name]]),
				)
			: record;
	const [resource] = work.split('.');
	return {
		json: error === undefined ? fields : { ...fields, [`${resource}Error`]: error },
		pairedItem: { item: itemIndex },
	};
}

/** Bodies that are no object: nothing at all (204), text, or a bare array. */
function toRecord(body: unknown, { operation }: Plan): IDataObject {
	if (isPlainObject(body)) return body;
	if (Array.isArray(body)) return { data: body };
	if (typeof body === 'string' && body !== '') return { data: body };
	return operation.request.method === 'DELETE' ? { deleted: true } : { success: true };
}

/** Notes in the log that an item waits; waits are the node's work and would look like standing still. */
export function logWaits(context: IExecuteFunctions, { itemIndex }: Plan) {
	return (seconds: number, reason: string) =>
		context.logger.info(
			`KallyAI: item ${itemIndex + 1} waits ${seconds.toFixed(1)} s before it is sent again (${reason})`,
		);
}

function requestOf({ context, plan, key }: Task): ApiRequest {
	const { operation, path, query, body, options } = plan;
	const { method, timeout, repeatable } = operation.request;
	return {
		method,
		path,
		query,
		body,
		headers: key === undefined ? undefined : { 'Idempotency-Key': key },
		timeoutSeconds: options.timeout ?? timeout,
		repeatable,
		onWait: logWaits(context, plan),
	};
}

const performRecord: Performer<RecordAnswer> = async (
	{ api, context, plan },
	{ completion, normalize = (record) => record },
	request,
) => {
	const { operation, options, itemIndex } = plan;
	let record = toRecord((await send(api, request)).body, plan);
	const made = creates(operation) ? recordId(record) : undefined;
	if (completion && options.waitForCompletion) {
		context.logger.info(`KallyAI: item ${itemIndex + 1} waits for its outcome`);
		record = await waitForEnd(api, completion, record, options.maxWait);
	}
	return { items: [toItem(normalize(record), plan)], made };
};

const performList: Performer<ListAnswer> = async ({ api, plan, pagesAtOnce }, answer, request) => {
	const fetchPage = async (query: IDataObject) => (await send(api, { ...request, query })).body;
	const { limit, query } = plan;
	let warning: Result['warning'];
	const rows = await fetchRows(answer, fetchPage, {
		limit,
		query,
		atOnce: pagesAtOnce,
		onIncomplete: (count, total) => {
			const known = total === undefined ? '' : ` of ${total}`;
			const rows = answer.rows ?? 'rows';
			warning = {
				message: `KallyAI gave ${count}${known} ${rows} and no way to ask for more: the list may not be whole`,
			};
		},
	});
	return { items: rows.map((row) => toItem(row, plan)), warning };
};

const performFile: Performer<FileAnswer> = async ({ api, context, plan }, answer, request) => {
	const { download, binaryPropertyName = 'data', maxDownloadSize } = plan.options;
	const binaryOf = async (source: Parameters<typeof downloadFile>[2]) => ({
		[binaryPropertyName]: await downloadFile(api, context, source, answer, {
			megabytes: maxDownloadSize,
			option: MAX_DOWNLOAD_SIZE,
		}),
	});
	if (answer.from === 'link') {
		const record = toRecord((await send(api, request)).body, plan);
		const item = toItem(record, plan);
		if (!download) return { items: [item] };
		const binary = await binaryOf({ link: linkIn(record, api.baseUrl) });
		return { items: [{ ...item, binary }] };
	}
	if (download) {
		const binary = await binaryOf({ path: plan.path });
		const { fileName, mimeType, fileSize } = binary[binaryPropertyName];
		return { items: [{ ...toItem({ fileName, mimeType, fileSize }, plan), binary }] };
	}
	const { body, headers } = await send(api, { ...request, expect: 'text' });
	const mimeType = String(headers['content-type'] ?? answer.mimeType).split(';')[0];
	const { fileName } = answer;
	return { items: [toItem({ fileName, mimeType, content: String(body) }, plan)] };
};

const performRedirect: Performer<RedirectAnswer> = async ({ api, plan }, _answer, request) => {
	let record: IDataObject;
	try {
		record = toRecord((await send(api, request)).body, plan);
	} catch (error) {
		const { status = 0, location } = error instanceof ApiRequestError ? error.failure : {};
		if (status < 300 || status >= 400) throw rethrow(error);
		// n8n up to 2.8 does not tell where a redirect leads.
		record = { redirected: true, location: location ?? null };
	}
	return { items: [toItem(record, plan)] };
};

const PERFORMERS: { [Kind in Answer['kind']]: Performer<Extract<Answer, { kind: Kind }>> } = {
	record: performRecord,
	list: performList,
	file: performFile,
	redirect: performRedirect,
};

/** Does what a plan says and gives its items. */
export async function perform(task: Task): Promise<Result> {
	const answer = answerOf(task.plan.operation);
	const performer = PERFORMERS[answer.kind] as Performer<Answer>;
	return await performer(task, answer, requestOf(task));
}
