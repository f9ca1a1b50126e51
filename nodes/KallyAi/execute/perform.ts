import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { ApiRequestError, rethrow } from '../../shared/errors/errors';
import { CODE_TEXTS, NO_SUCH_ENDPOINT, STATUS_TEXTS } from '../../shared/errors/texts';
import { firstMember, isPlainObject } from '../../shared/objects';
import { OPTION_TITLES } from '../../shared/optionTitles';
import { type Api, pause, send, untilCancelled } from '../../shared/transport/api';
import { downloadFile } from '../../shared/transport/files';
import { linkIn } from '../../shared/transport/links';
import { readLimit } from '../../shared/transport/body';
import { fetchRows } from '../../shared/transport/pages';
import { type ApiRequest, pathTo } from '../../shared/transport/request';
import { recordId } from '../../shared/transport/rows';
import {
	type Answer,
	answerOf,
	type Completion,
	creates,
	type FileAnswer,
	type ListAnswer,
	type Operation,
	type RecordAnswer,
	type RedirectAnswer,
	type SimplifySpec,
} from '../table/operation';
import { standsOf } from '../table/statuses';
import { isRefusal, isUnderWay, neverSent, notKnown } from './certainty';
import { waitForEnd } from './completion';
import { sendInDialect } from './dialects';
import { checkMoment } from './limits';
import { type Attempt, once, type OnceWork } from './once';
import type { Plan } from './plan';
import { claim, findLost, findMade, findTried, isOfBefore } from './trace';
import { ledger, traceOf } from './works';

/** How often work is sent again after its response was lost. */
const MOST_REPEATS = 1;
/** How far back to search for a work that KallyAI says is in progress. */
const LONGEST_WORK_MS = 30 * 60_000;

/** Waits between searches, since it may not be in the list immediately. */
const PAUSES_BETWEEN_LOOKS_MS = [500, 1000, 2000];

/** What a language model is told if it repeats a request. */
const NOT_AGAIN =
	'This was done before, and this is the outcome from then: nothing was done now. Do not request it again.';

/** The outcome of one item. */
export interface Result {
	items: INodeExecutionData[];
	/** ID of what the operation created. */
	made?: string;
	/** What users should know about the items, for the node's hints. */
	warning?: { message: string };
	/** Whether the item was refused and the run continues ("continue on fail"). */
	failed?: boolean;
	/** Whether the work was done before, by another item, execution or tool call. */
	replayed?: boolean;
	/** Notes that n8n received the items. */
	giveOut?: () => void;
}

/** What is needed to process one item. */
export interface Task {
	api: Api;
	context: IExecuteFunctions;
	plan: Plan;
	/** The work to be done once; set for creating operations. */
	once?: OnceWork;
	/**
	 * Checks the cost of the work, if that has to wait until the work is known not to be done; throws an
	 * `InputError`.
	 */
	checkCost?: () => Promise<void>;
	/** Pages of a list that may be requested in parallel. */
	pagesAtOnce: number;
}

/** Runs an operation whose response is an `answer`. */
type Performer<A extends Answer> = (task: Task, answer: A, request: ApiRequest) => Promise<Result>;

/** Members by which n8n considers an item failed, and would run all items again (docs/decisions.md, 11). */
const TAKEN_FOR_FAILURE = new Map([
	['error', 'Error'],
	['$error', '$Error'],
]);

/** The members of a record that Simplify keeps, if it has them. */
function simplified(record: IDataObject, { members }: SimplifySpec): IDataObject {
	const found = Object.entries(members).map(([name, paths]) => [name, firstMember(record, paths)]);
	return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as IDataObject;
}

/** A record as an item. Members that n8n would treat as a failure are renamed. */
function toItem(
	record: IDataObject,
	{ operation, simplify, work, itemIndex }: Plan,
): INodeExecutionData {
	const [resource] = work.split('.');
	const given = simplify && operation.simplify ? simplified(record, operation.simplify) : record;
	const fields = Object.entries(given).map(([name, value]) => {
		const end = TAKEN_FOR_FAILURE.get(name);
		return [end === undefined ? name : `${resource}${end}`, value];
	});
	return { json: Object.fromEntries(fields) as IDataObject, pairedItem: { item: itemIndex } };
}

/** Bodies that are not objects: nothing at all (204), text, or a bare array. */
function toRecord(body: unknown, { operation }: Plan): IDataObject {
	if (isPlainObject(body)) return body;
	if (Array.isArray(body)) return { data: body };
	if (typeof body === 'string' && body !== '') return { data: body };
	return operation.request.method === 'DELETE' ? { deleted: true } : { success: true };
}

/** Logs that an item is waiting; otherwise the node would seem to hang. */
export function logWaits(context: IExecuteFunctions, { itemIndex }: Plan) {
	return (seconds: number, reason: string) =>
		context.logger.info(
			`KallyAI: item ${itemIndex + 1} waits ${seconds.toFixed(1)} s before it is sent again (${reason})`,
		);
}

function requestOf({ context, plan }: Task): ApiRequest {
	const { operation, path, query, body, options } = plan;
	const { method, timeout, repeatable } = operation.request;
	return {
		method,
		path,
		query,
		body,
		timeoutSeconds: options.timeout ?? timeout,
		repeatable,
		readLimit: readLimit(options.maxResponseSize),
		onWait: logWaits(context, plan),
		beforeSending: () => checkMoment(plan),
	};
}

/** Reads a record by its ID; undefined if the ID cannot be part of a path. */
async function readRecord(api: Api, { record }: Completion, id: string): Promise<unknown> {
	const { method, path: pattern } = record.request;
	const path = pathTo(pattern, id);
	return path === undefined ? undefined : (await send(api, { method, path })).body;
}

/** Reads a record that was found in a list, which may have fewer fields. */
async function readFound(
	api: Api,
	completion: Completion | undefined,
	found: IDataObject,
): Promise<IDataObject> {
	const id = recordId(found);
	if (!completion || id === undefined) return found;
	try {
		const body = await readRecord(api, completion, id);
		return recordId(body) === id ? (body as IDataObject) : found;
	} catch {
		return found;
	}
}

/** Statuses that mean that no record has this ID. */
const NO_SUCH_RECORD = [400, 404, 422];

/** Whether an ID in an error may be a record's: some errors have their own ID. */
async function mayBeRecord(api: Api, completion: Completion, id: string): Promise<boolean> {
	try {
		return (await readRecord(api, completion, id)) !== undefined;
	} catch (error) {
		const { status = 0 } = error instanceof ApiRequestError ? error.failure : {};
		return !NO_SUCH_RECORD.includes(status);
	}
}

/**
 * Sends the request of a creating operation. If it was sent before without a response, it is first looked for at
 * KallyAI. It is sent once more only with a key that KallyAI supports, and otherwise not at all.
 */
async function sendOnce(
	{ api, plan, once: work, checkCost }: Task,
	{ completion }: RecordAnswer,
	request: ApiRequest,
	attempt: Attempt,
): Promise<IDataObject> {
	const { body = {}, options } = plan;
	const trace = traceOf(plan);
	const { before } = attempt;
	const found = async (since: number) => {
		const made = trace && (await findLost(api, trace, body, since));
		return made && (await readFound(api, completion, made));
	};
	const sentAt = before?.sentAt ?? Date.now();
	const adopt = async (record: IDataObject) =>
		completion ? await waitForEnd(api, completion, record, options.maxWait) : record;
	if (before) {
		const made = await found(before.sentAt);
		if (made) return await adopt(made);
		if (!request.repeatable || before.sent > MOST_REPEATS) throw notKnown(before.sentAt);
	}
	if (!before && trace && options.firstTriedAt !== undefined) {
		const made = await findTried(api, trace, body, options.firstTriedAt);
		if (made) return { ...(await adopt(await readFound(api, completion, made))), replayed: true };
	}
	if (!before && !work?.lasting && trace && completion) {
		// Without an execution, another process may be sending the same request.
		const isOpen = (record: IDataObject) => standsOf(record, completion.statuses) === 'open';
		const open = await findMade(api, trace, body, Date.now() - LONGEST_WORK_MS, isOpen);
		if (open) return { ...(await adopt(open)), replayed: true };
	}
	if (!before) await checkCost?.();
	checkMoment(plan);
	attempt.sending();
	const begin = Date.now();
	let adopted: IDataObject | undefined;
	try {
		const { headers, body: answer } = await sendInDialect(api, plan, {
			...request,
			headers: { 'Idempotency-Key': attempt.key },
			async beforeRepeat(failure) {
				if (neverSent(failure)) return undefined;
				adopted = await found(sentAt);
				if (adopted) return { status: 200, headers: {}, body: adopted };
				if (attempt.sent() > MOST_REPEATS) throw notKnown(sentAt);
				attempt.sending();
				return undefined;
			},
		});
		const record = toRecord(answer, plan);
		if (adopted) return await adopt(adopted);
		const isOld = trace && isOfBefore(record, trace, headers, Date.now() - begin);
		return isOld ? { ...record, replayed: true } : record;
	} catch (error) {
		if (!completion || !isUnderWay(error)) throw rethrow(error);
		const { recordId: id } = error.failure;
		if (id !== undefined && (await mayBeRecord(api, completion, id))) return await adopt({ id });
		for (const wait of trace ? PAUSES_BETWEEN_LOOKS_MS : []) {
			const made = await found(Date.now() - LONGEST_WORK_MS);
			if (made) return await adopt(made);
			await pause(api.context, wait);
		}
		throw rethrow(error);
	}
}

/** A record without members that duplicate another one. */
function withoutDoubles(record: IDataObject, doubles: Record<string, string>): IDataObject {
	const kept = Object.entries(record).filter(
		([name]) => !(Object.hasOwn(doubles, name) && doubles[name] in record),
	);
	return Object.fromEntries(kept);
}

const performRecord: Performer<RecordAnswer> = async (task, answer, request) => {
	const { api, context, plan } = task;
	const { completion, doubles = {}, normalize = (record) => record } = answer;
	const { operation, options, itemIndex } = plan;
	const done = task.once
		? await once(ledger, task.once, {
				send: async (attempt) => await sendOnce(task, answer, request, attempt),
				isRefusal: (error, attempt) =>
					!(request.repeatable && isUnderWay(error)) && isRefusal(error, attempt),
				wait: async (promise) => await untilCancelled(context, promise),
			})
		: undefined;
	let record = done?.answer ?? toRecord((await sendInDialect(api, plan, request)).body, plan);
	if (done && answer.trace) claim(record, answer.trace);
	const made = creates(operation) ? recordId(record) : undefined;
	if (completion && options.waitForCompletion && !done?.ended) {
		context.logger.info(`KallyAI: item ${itemIndex + 1} waits for its outcome`);
		record = await waitForEnd(api, completion, record, options.maxWait);
		if (!record.timedOut) done?.keepEnd(record);
	}
	const { replayed, ...fields } = record;
	const isReplayed = done && (done.replayed || replayed === true);
	const whole = normalize(isReplayed ? fields : record);
	const item = toItem(plan.forModel ? withoutDoubles(whole, doubles) : whole, plan);
	const replay = plan.forModel ? { replayed: true, replayedNote: NOT_AGAIN } : { replayed: true };
	return {
		items: [isReplayed ? { ...item, json: { ...item.json, ...replay } } : item],
		made,
		replayed: isReplayed,
		giveOut: done?.giveOut,
	};
};

const performList: Performer<ListAnswer> = async ({ api, plan, pagesAtOnce }, answer, request) => {
	const fetchPage = async (query: IDataObject) => (await send(api, { ...request, query })).body;
	const { limit, matches, query } = plan;
	const noun = answer.rows ?? 'rows';
	let warning: Result['warning'];
	const rows = await fetchRows(answer, fetchPage, {
		limit,
		query,
		matches,
		atOnce: pagesAtOnce,
		onUnchecked: (count) => {
			warning = {
				message: `Only the first ${count} ${noun} were checked against the filters: others may match as well`,
			};
		},
		onUntold: (count) => {
			warning ??= {
				message: `${count} ${noun} were left out: their data does not show whether they match the filters`,
			};
		},
		onIncomplete: (count, total) => {
			const known = total === undefined ? '' : ` of ${total}`;
			warning = {
				message: `KallyAI returned ${count}${known} ${noun} and no way to request more: the list may be incomplete`,
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
			option: OPTION_TITLES.maxDownloadSize,
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
		// n8n up to 2.8 does not return the target of a redirect.
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

/** An error with its cause, if only the status of the response shows it: the endpoint, or certain values. */
function withPlace(error: unknown, { fields = [], request }: Operation): Error {
	const failure = error instanceof ApiRequestError ? error.failure : undefined;
	const isPlain = failure?.text === undefined && !Object.hasOwn(CODE_TEXTS, failure?.code ?? '');
	if (failure?.status !== 404 || failure.made !== undefined || !isPlain) return rethrow(error);
	const { notFound = '' } = request;
	if (Object.hasOwn(CODE_TEXTS, notFound)) {
		return new ApiRequestError({ ...failure, text: CODE_TEXTS[notFound] });
	}
	const places = fields.filter(({ property }) => request.path.includes(`{${property.name}}`));
	const names = places.map(({ property }) => `'${property.displayName}'`);
	if (names.length === 1) return rethrow(error);
	const { message } = STATUS_TEXTS[404];
	const text = names.length
		? { message, advice: `Check ${names.join(' and ')}.` }
		: NO_SUCH_ENDPOINT;
	return new ApiRequestError({ ...failure, text });
}

/** Runs a plan and returns its items. */
export async function perform(task: Task): Promise<Result> {
	const answer = answerOf(task.plan.operation);
	const performer = PERFORMERS[answer.kind] as Performer<Answer>;
	try {
		return await performer(task, answer, requestOf(task));
	} catch (error) {
		throw withPlace(error, task.plan.operation);
	}
}
