import {
	type IBinaryData,
	type IDataObject,
	type INodeExecutionData,
	type IPollFunctions,
	NodeOperationError,
} from 'n8n-workflow';

import { downloadFile, findLink } from '../../KallyAi/engine/download';
import { passedOn, RequestFailed } from '../../KallyAi/engine/errors';
import { isPlainObject } from '../../KallyAi/engine/json';
import { findRows, recordId } from '../../KallyAi/engine/rows';
import { DEFAULT_TIMEOUT_SECONDS } from '../../KallyAi/engine/settings';
import { transcript } from '../../KallyAi/engine/transcript';
import { type Api, openApi, send } from '../../KallyAi/engine/transport';
import { events } from '../events';
import {
	compareRows,
	type Row,
	type Scan,
	settle,
	startState,
	stillFresh,
	withinBounds,
} from './advance';
import type { EventType, Filters } from './event';
import { type Page, scanList, type Source } from './scan';
import { keyOf, NOTHING_SEEN, readState, STATUS_LENGTH, type TriggerState } from './state';

interface Content {
	event: string;
	id: string;
	eventId: string;
	occurredAt: string | null;
	row: IDataObject;
}

interface Options {
	emitExisting?: boolean;
	includeRecording?: boolean;
	includeTranscript?: boolean;
	maxEvents?: number;
	tolerance?: number;
}

/** Milliseconds for a poll where the host does not say. */
const DEFAULT_BUDGET_MS = 40_000;

/** Fields that may hold the time of a row. */
const TIME_NAMES = ['created_at', 'received_at', 'timestamp', 'started_at', 'date'];

function timeOf(row: IDataObject): number | undefined {
	const nested = isPlainObject(row.metadata) ? row.metadata.created_at : undefined;
	for (const value of [nested, ...TIME_NAMES.map((name) => row[name])]) {
		const time = typeof value === 'string' ? Date.parse(value) : NaN;
		if (Number.isFinite(time)) return Math.max(0, time);
	}
	return undefined;
}

/** Text of a row that does not depend on the order of its fields. */
function rowText(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(rowText).join()}]`;
	if (!isPlainObject(value)) return JSON.stringify(value) ?? '';
	const names = Object.keys(value).sort();
	return `{${names.map((name) => `${JSON.stringify(name)}:${rowText(value[name])}`).join()}}`;
}

function toRow(name: string, event: EventType, row: IDataObject, filters: Filters): Row<Content> {
	const id = event.id?.(row) ?? recordId(row, event.resource) ?? `#${keyOf(rowText(row))}`;
	const status = String(row.status ?? '');
	const standing = event.standing?.(status, filters);
	const eventId = [name, id, ...(standing === undefined ? [] : [status])].join(':');
	const time = timeOf(row);
	return {
		id: keyOf(`${name}:${id}`),
		key: keyOf(eventId),
		status: standing === undefined ? '' : keyOf(status, STATUS_LENGTH),
		time,
		wanted: event.wanted?.(row, filters) ?? true,
		standing: standing ?? 'final',
		rearms: event.rearms ?? false,
		content: {
			event: name,
			id,
			eventId,
			occurredAt: time === undefined ? null : new Date(time).toISOString(),
			row,
		},
	};
}

function sourceOf(
	context: IPollFunctions,
	api: Api,
	name: string,
	filters: Filters,
	hasTime: () => boolean,
): Source<Content> {
	const event = events[name];
	const { path, rows, pageSize, offset, query, read } = event.list;
	return {
		pageSize,
		offset,
		follows: event.standing?.('', filters) !== undefined,
		hasTime,
		warn: (message) =>
			context.logger.warn(`KallyAI Trigger: the list of '${event.name}': ${message}`),
		async fetch(paging): Promise<Page<Content>> {
			const { body, headers } = await send(api, {
				method: 'GET',
				path,
				query: { ...query?.(filters), ...paging },
				timeoutSeconds: DEFAULT_TIMEOUT_SECONDS,
				maxRetries: 0,
			});
			const answer = isPlainObject(body) ? body : {};
			const found = read ? read(answer, filters) : findRows(body, rows);
			const date = Date.parse(String(headers.date ?? ''));
			return {
				rows: found.map((row) => toRow(name, event, row, filters)),
				total: typeof answer.total === 'number' ? answer.total : undefined,
				hasMore: typeof answer.has_more === 'boolean' ? answer.has_more : undefined,
				serverNow: Number.isFinite(date) ? date : undefined,
			};
		},
	};
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
	try {
		return await work;
	} catch (error) {
		if (error instanceof RequestFailed && error.failure.status === 404) return null;
		throw passedOn(error);
	}
}

/** The item of an event, with what the options add to it. */
async function toItem(
	context: IPollFunctions,
	api: Api,
	{ content }: Row<Content>,
	options: Options,
): Promise<INodeExecutionData> {
	const { event, id, eventId, occurredAt, row } = content;
	const { hasAudio, list, resource } = events[event];
	const { error, ...fields } = row;
	const own = { event, eventId, occurredAt };
	const json: IDataObject = { ...own, ...fields, ...own };
	if (error !== undefined) json[`${resource}Error`] = error;
	const path = `${list.path}/${encodeURIComponent(id)}`;
	const read = async (part: string): Promise<unknown> =>
		(
			await send(api, {
				method: 'GET',
				path: `${path}/${part}`,
				timeoutSeconds: DEFAULT_TIMEOUT_SECONDS,
				maxRetries: 0,
			})
		).body;
	if (hasAudio && options.includeTranscript) {
		const answer = await orNull(read('transcript'));
		json.transcript = Array.isArray(answer)
			? transcript({ entries: answer })
			: isPlainObject(answer)
				? transcript(answer)
				: null;
	}
	if (!hasAudio || !options.includeRecording) return { json };
	const answer = await orNull(read('recording'));
	json.recording = answer as IDataObject;
	if (answer === null) return { json };
	const file: IBinaryData | null = await orNull(
		downloadFile(api, context, {
			link: new URL(findLink(answer), api.baseUrl).href,
			spec: { from: 'link', fileName: 'recording.mp3', mimeType: 'audio/mpeg' },
		}),
	);
	return file ? { json, binary: { recording: file } } : { json };
}

async function newestItem(
	context: IPollFunctions,
	api: Api,
	sources: Array<[string, Source<Content>]>,
	options: Options,
	tolerance: number,
): Promise<INodeExecutionData[][]> {
	const found: Array<Row<Content>> = [];
	for (const [, source] of sources) {
		const { harvest } = await scanList({ ...source, follows: false }, undefined, 0, tolerance);
		found.push(...harvest.freshRows());
	}
	const timed = found.filter(({ time }) => time !== undefined);
	const [newest] = (timed.length > 0 ? timed : found).sort((a, b) => compareRows(b, a));
	if (newest) return [[await toItem(context, api, newest, options)]];
	const names = sources.map(([name]) => events[name].name).join(', ');
	const fields = sources.flatMap(([name]) => Object.keys(events[name].sample)).join(', ');
	throw new NodeOperationError(context.getNode(), `Nothing found yet for: ${names}`, {
		description: `Let one happen and fetch again, or publish the workflow and wait for it. Items carry event, eventId, occurredAt and fields such as ${[...new Set(fields.split(', '))].join(', ')}.`,
	});
}

/** One poll: what is new since the last one, each once, oldest first; null when there is nothing. */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const started = Date.now();
	const budget = context.getPollBudgetMs?.() ?? DEFAULT_BUDGET_MS;
	const hasTime = () => Date.now() - started < budget * 0.8;
	const chosen = [context.getNodeParameter('event') as string[]]
		.flat()
		.filter((name) => events[name]);
	const filters: Filters = {};
	for (const { name } of chosen.flatMap((event) => events[event].filters ?? [])) {
		filters[name] = context.getNodeParameter(name, null) as IDataObject;
	}
	const options = context.getNodeParameter('options', {}) as Options;
	const tolerance = (options.tolerance ?? 15) * 60_000;
	const most = options.maxEvents ?? 50;
	const api = await openApi(context, context.getNodeParameter('authentication'));
	const settings = keyOf(rowText({ chosen: [...chosen].sort(), filters, url: api.baseUrl }), 16);
	const sources = chosen.map((name): [string, Source<Content>] => [
		name,
		sourceOf(context, api, name, filters, hasTime),
	]);
	if (context.getMode() === 'manual') {
		return await newestItem(context, api, sources, options, tolerance);
	}

	const stored = context.getWorkflowStaticData('node').kallyAi as IDataObject | undefined;
	const storedSettings = stored?.settings;
	const before = readState(stored, settings);
	const start = options.emitExisting ? NOTHING_SEEN : undefined;
	const copied = before && (JSON.parse(JSON.stringify(before)) as TriggerState);
	const scans: Array<[string, Scan<Content>]> = [];
	for (const [name, source] of sources) {
		const state = copied?.lists[name] ?? start;
		scans.push([name, await scanList(source, state, most, tolerance)]);
	}
	const isKnownList = (name: string) => (copied?.lists[name] ?? start) !== undefined;
	const fresh = scans
		.flatMap(([name, { harvest }]) => (isKnownList(name) ? harvest.freshRows() : []))
		.sort(compareRows)
		.slice(0, most);
	const items = new Map<Row<Content>, INodeExecutionData>();
	for (const row of fresh) {
		if (items.size > 0 && !hasTime()) break;
		try {
			items.set(row, await toItem(context, api, row, options));
		} catch (error) {
			// What is complete is given out; the next poll starts with this one and says what is wrong.
			if (items.size === 0) throw passedOn(error);
			break;
		}
	}

	// From here on nothing waits: another poll may have written the state meanwhile.
	const data = context.getWorkflowStaticData('node');
	const latest = data.kallyAi as IDataObject | undefined;
	const now = readState(latest, settings);
	if (!now && (before || latest?.settings !== storedSettings)) return null;
	if (now && !before && !start) return null;
	const given: Array<Row<Content>> = [];
	const lists = { ...now?.lists };
	for (const [name, scan] of scans) {
		const current = lists[name] ?? start;
		const mine = [...items.keys()].filter(({ content }) => content.event === name);
		const still = current ? stillFresh(current, mine) : [];
		given.push(...still);
		lists[name] = current ? settle(current, scan, still, tolerance) : startState(scan, tolerance);
	}
	const next: TriggerState = { version: 1, settings, lists: withinBounds(lists) };
	const text = JSON.stringify(next);
	if (text !== JSON.stringify(latest)) data.kallyAi = JSON.parse(text) as IDataObject;
	if (given.length === 0) return null;
	return [given.sort(compareRows).map((row) => items.get(row) as INodeExecutionData)];
}
