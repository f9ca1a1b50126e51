import type { IDataObject } from 'n8n-workflow';

import { ApiRequestError, rethrow } from '../../shared/errors/errors';
import { isPlainObject } from '../../shared/objects';
import { foldedName, snakeCase } from '../../shared/names';
import { type Api, send } from '../../shared/transport/api';
import { type ApiResponse, DEFAULT_TIMEOUT_SECONDS } from '../../shared/transport/request';
import { aboutRows, ID_NAMES } from '../../shared/transport/rows';
import { answerOf } from '../../KallyAi/table/operation';
import { standsOf } from '../../KallyAi/table/statuses';
import { readIds } from '../cursor/ids';
import type { Row } from '../cursor/memory';
import { ListError, type Page, type Source } from '../cursor/reader';
import { keyOf, type ListState, STATUS_LENGTH } from '../cursor/state';
import { readTime } from '../../shared/times';
import { readTimes } from '../cursor/times';
import { listRows, totalIn } from './answer';
import type { Clock } from './clock';
import type { EventType, Filters } from './eventType';
import { formerId } from './former';

/** A row of a list, and its event. */
export interface Content {
	event: string;
	id: string;
	occurredAt: string | null;
	row: IDataObject;
}

/** Rows to request at once if no maximum is published. */
const UNSTATED_PAGE_SIZE = 100;

/** Reads something once: if it does not arrive in this poll, the next one requests it. */
export async function readOnce(
	api: Api,
	clock: Clock,
	path: string,
	query?: IDataObject,
): Promise<ApiResponse> {
	const timeoutSeconds = Math.min(DEFAULT_TIMEOUT_SECONDS, clock.secondsLeft());
	return await send(api, { method: 'GET', path, query, timeoutSeconds, maxRetries: 0 });
}

/** Names that only the ID of a row may have. */
function ownIdNames(resource: string, rows: string): string[] {
	return [`${snakeCase(resource)}_id`, `${rows.replace(/s$/, '')}_id`];
}

/** Responses that refuse a limit or an offset, and those that have nothing at an offset. */
const REFUSALS = [400, 413, 416, 422];
const NOTHING_THERE = 404;

/** The list of an event, read through the API. */
export class EventList implements Source<Content> {
	readonly pageSize?: number;

	readonly offset?: boolean;

	readonly follows: boolean;

	/** Fields that are not an ID, with those found in this poll. */
	readonly shared: Set<string>;

	readonly event: string;

	readonly type: EventType;

	private readonly rowsName: string = '';

	private readonly filters: Filters;

	private readonly api: Api;

	private readonly clock: Clock;

	private readonly isFormer: boolean;

	constructor(
		api: Api,
		clock: Clock,
		[event, type]: [string, EventType],
		filters: Filters,
		state?: ListState,
	) {
		const answer = answerOf(type.list);
		this.api = api;
		this.clock = clock;
		this.event = event;
		this.type = type;
		this.filters = filters;
		this.follows = type.statuses?.(filters) !== undefined;
		this.shared = new Set(state?.learnt.shared);
		this.isFormer = state?.former ?? false;
		if (answer.kind !== 'list') return;
		this.rowsName = answer.rows ?? '';
		this.offset = answer.offset;
		if (answer.pageSize !== undefined) this.pageSize = answer.pageSize || UNSTATED_PAGE_SIZE;
	}

	hasTime(): boolean {
		return this.clock.hasTime();
	}

	now(): number {
		return Date.now();
	}

	async fetch(paging: { limit?: number; offset?: number }): Promise<Page<Content> | undefined> {
		const { api, clock, type, filters } = this;
		const { path } = type.list.request;
		let response: ApiResponse;
		try {
			response = await clock.inTurn(
				async () => await readOnce(api, clock, path, { ...type.query?.(filters), ...paging }),
			);
		} catch (error) {
			const isAboutPaging = paging.limit !== undefined || paging.offset !== undefined;
			const { status = 0 } = error instanceof ApiRequestError ? error.failure : {};
			if (isAboutPaging && REFUSALS.includes(status)) return undefined;
			if (paging.offset !== undefined && status === NOTHING_THERE) return undefined;
			throw rethrow(error);
		}
		const { body, headers } = response;
		const rows = type.read
			? isPlainObject(body)
				? type.read(body)
				: undefined
			: listRows(body, [this.rowsName, type.resource, path]);
		if (!rows) {
			throw new ListError(
				'KallyAI responded with something that is not a list',
				"It was not treated as an event. A proxy may have responded instead: check 'Base URL' in the credential.",
			);
		}
		const hasMore = aboutRows(body, 'has_more');
		return {
			rows: rows === 'untold' ? [] : this.rowsOf(rows),
			isUntold: rows === 'untold',
			total: totalIn(body),
			hasMore: typeof hasMore === 'boolean' ? hasMore : undefined,
			serverNow: readTime(headers.date),
		};
	}

	private rowsOf(rows: IDataObject[]): Array<Row<Content>> {
		const { type } = this;
		const ids = type.id
			? rows.map(type.id)
			: readIds(rows, ownIdNames(type.resource, this.rowsName), ID_NAMES, this.shared);
		const times = readTimes(rows);
		return rows.map((row, index) => this.rowOf(row, ids[index], times[index]));
	}

	private rowOf(row: IDataObject, id: string, time: number | undefined): Row<Content> {
		const { event, type, filters } = this;
		const statuses = type.statuses?.(filters);
		const status = foldedName(String(row.status ?? '').trim());
		const standing = statuses && standsOf(row, statuses);
		const isWanted = type.wanted?.(row, filters) ?? true;
		const eventIdOf = (text: string) => [event, text, ...(statuses ? [status] : [])].join(':');
		const eventId = eventIdOf(id);
		const former = this.isFormer ? keyOf(eventIdOf(formerId(type, row))) : undefined;
		return {
			id: keyOf(`${event}:${id}`),
			key: keyOf(isWanted ? eventId : `-${eventId}`),
			eventId,
			status: statuses ? keyOf(status, STATUS_LENGTH) : type.returns ? String(isWanted) : '',
			open: statuses ? standing !== 'ended' : (type.returns ?? false),
			again: statuses
				? standing !== 'ended' || (type.resumable?.includes(status) ?? false)
				: (type.returns ?? false),
			wanted: isWanted,
			others:
				statuses &&
				(() => Object.keys(statuses).map((other) => keyOf([event, id, other].join(':')))),
			time,
			former,
			content: {
				event,
				id,
				occurredAt: time === undefined ? null : new Date(time).toISOString(),
				row,
			},
		};
	}
}
