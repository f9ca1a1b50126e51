import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { isPlainObject } from '../../shared/objects';
import { readPage } from '../../shared/transport/pages';
import { recordId } from '../../shared/transport/rows';
import { type Api, send } from '../../shared/transport/api';
import type { ApiResponse } from '../../shared/transport/request';
import { events } from '../events';
import type { Row } from '../cursor/advance';
import type { EventType, Filters } from './eventType';
import type { Page, Source } from '../cursor/scan';
import { keyOf, STATUS_LENGTH } from '../cursor/state';

/** A row of a list, and what it is as an event. */
export interface Content {
	event: string;
	id: string;
	eventId: string;
	occurredAt: string | null;
	row: IDataObject;
}

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

/** JSON of a value that does not depend on the order of its fields. */
export function stableText(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(stableText).join()}]`;
	if (!isPlainObject(value)) return JSON.stringify(value) ?? '';
	const names = Object.keys(value).sort();
	return `{${names.map((name) => `${JSON.stringify(name)}:${stableText(value[name])}`).join()}}`;
}

function toRow(name: string, event: EventType, row: IDataObject, filters: Filters): Row<Content> {
	const id = event.id?.(row) ?? recordId(row, event.resource) ?? `#${keyOf(stableText(row))}`;
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

/** Reads something once: what does not come in this poll is asked for in the next one. */
export async function readOnce(api: Api, path: string, query?: IDataObject): Promise<ApiResponse> {
	return await send(api, { method: 'GET', path, query, maxRetries: 0 });
}

/** The list in which an event is looked for, read through the API. */
export function sourceOf(
	context: IPollFunctions,
	api: Api,
	name: string,
	filters: Filters,
	hasTime: () => boolean,
): Source<Content> {
	const event = events[name];
	const { path, pageSize, offset, query, read } = event.list;
	return {
		pageSize,
		offset,
		follows: event.standing?.('', filters) !== undefined,
		hasTime,
		warn: (message) =>
			context.logger.warn(`KallyAI Trigger: the list of '${event.name}': ${message}`),
		async fetch(paging): Promise<Page<Content>> {
			const { body, headers } = await readOnce(api, path, { ...query?.(filters), ...paging });
			const { rows, ...rest } = readPage(body, event.list);
			const found = read ? read(isPlainObject(body) ? body : {}, filters) : rows;
			const date = Date.parse(String(headers.date ?? ''));
			return {
				...rest,
				rows: found.map((row) => toRow(name, event, row, filters)),
				serverNow: Number.isFinite(date) ? date : undefined,
			};
		},
	};
}
