import type { IDataObject } from 'n8n-workflow';

import { ApiRequestError, InputError, rethrow } from '../errors/errors';
import { readNumber } from '../objects';
import { aboutRows, findRows, recordId } from './rows';

/** How a list is read (docs/api.md, section 5). */
export interface ListSpec {
	/** Property that holds the rows, where one is known. */
	rows?: string;
	/** Largest page the endpoint gives; unset where the endpoint has no `limit`, 0 where the bound is not stated. */
	pageSize?: number;
	/** Whether the endpoint takes `offset`, so that further pages can be asked for. */
	offset?: boolean;
}

/** Fetches one page of a list; gives the body of the answer. */
export type FetchPage = (query: IDataObject) => Promise<unknown>;

export interface Paging {
	/** Number of rows wanted; undefined for all. */
	limit?: number;
	/**
	 * Tells the wanted rows where the list itself cannot be asked for them: pages are read until there are enough.
	 * Undefined for a row that does not tell, which is left out.
	 */
	matches?: (row: IDataObject) => boolean | undefined;
	/** Query of every page: the filters, with `offset` where the user set one. */
	query: IDataObject;
	/** Pages asked for at once when the total is known. */
	atOnce: number;
	/** Called where there seem to be more of the wanted rows than can be had; with the total, where it is told. */
	onIncomplete?: (rows: number, total?: number) => void;
	/** Called where fewer rows than wanted match among as many as are read at most. */
	onUnchecked?: (rows: number) => void;
	/** Called with the number of rows that were left out because they do not tell whether they match. */
	onUntold?: (rows: number) => void;
}

/** Rows asked for in one page where no bound is published (docs/api.md, section 5). */
const UNSTATED_PAGE_SIZE = 50;

/** Where all rows are read: a server that always has more would fill the memory of n8n. */
const MOST_ROWS = 100_000;
const MOST_REQUESTS = 3_000;

const isRunaway = (rows: number, requests: number): boolean =>
	rows > MOST_ROWS || requests > MOST_REQUESTS;

function runaway(rows: number, requests: number): InputError {
	return new InputError(
		`The list has not ended after ${rows} rows in ${requests} requests, which is the limit of 'Return All'`,
		"Narrow the list with filters, or turn 'Return All' off and fetch it in parts with 'Limit' and 'Offset'. KallyAI may also have responded to the same request with other rows each time.",
	);
}

/** Sizes of pages that servers give on their own: a list of such a size may go on. */
const USUAL_PAGE_SIZES = [10, 20, 25, 50, 100, 200, 250, 500, 1000];

const isUsualSize = (rows: number, asked?: number): boolean =>
	rows === asked || USUAL_PAGE_SIZES.includes(rows);

/** What is asked for in place of a `limit` that is refused, the largest first. */
const SMALLER_LIMITS = [100, 50, 20, 10];

/** Whether a response refuses one of these parameters, or does not say what it refuses. Reading again does no harm. */
function refuses(error: unknown, parameters: RegExp): boolean {
	if (!(error instanceof ApiRequestError)) return false;
	const { status, detail } = error.failure;
	return (status === 400 || status === 422) && (detail === undefined || parameters.test(detail));
}

/**
 * Fetches a page with as large a `limit` as the server takes, or with none (docs/api.md, U17).
 *
 * @throws ApiRequestError of the first request where no `limit` helps
 */
async function fetchWithin(
	fetch: (limit: number | undefined) => Promise<unknown>,
	asked: number,
): Promise<{ body: unknown; limit?: number }> {
	try {
		return { body: await fetch(asked), limit: asked };
	} catch (error) {
		if (!refuses(error, /limit|page.?size|per.?page/i)) throw rethrow(error);
		const { detail = '' } = (error as ApiRequestError).failure;
		const told = (detail.match(/\d+/g) ?? []).map(Number);
		const smaller = [...told, ...SMALLER_LIMITS].filter((limit) => limit > 0 && limit < asked);
		for (const limit of [...new Set(smaller), undefined]) {
			try {
				return { body: await fetch(limit), limit };
			} catch (again) {
				if (!refuses(again, /./)) throw rethrow(again);
			}
		}
		throw rethrow(error);
	}
}

/** How often pages that lag behind their neighbours are read again. */
const MAX_ROUNDS = 3;

interface Page {
	rows: IDataObject[];
	total?: number;
	hasMore?: boolean;
}

/** Rows of a list's answer, and what it says of the rest of them (docs/api.md, section 5). */
export function readPage(body: unknown, { rows: name }: Pick<ListSpec, 'rows'>): Page {
	const hasMore = aboutRows(body, 'has_more');
	return {
		rows: findRows(body, name),
		total: readNumber(aboutRows(body, 'total')),
		hasMore: typeof hasMore === 'boolean' ? hasMore : undefined,
	};
}

/** Collects the rows that match and drops those that came before: offset paging shifts when rows are added. */
class Collector {
	readonly rows: IDataObject[] = [];

	/** How many rows came, whether they match or not, each counted once. */
	read = 0;

	/** How many of them do not tell whether they match. */
	untold = 0;

	private readonly seen = new Set<string>();

	private readonly matches: Paging['matches'];

	constructor(matches: Paging['matches']) {
		this.matches = matches;
	}

	/** Whether a row is wanted; counts those that do not tell. */
	wants(row: IDataObject): boolean {
		const isWanted = this.matches ? this.matches(row) : true;
		if (isWanted === undefined) this.untold++;
		return isWanted === true;
	}

	/** Adds the rows of a page; gives how many of them were new. */
	add(rows: IDataObject[]): number {
		const before = this.read;
		for (const row of rows) {
			const id = recordId(row);
			if (id !== undefined && this.seen.has(id)) continue;
			if (id !== undefined) this.seen.add(id);
			this.read++;
			if (this.wants(row)) this.rows.push(row);
		}
		return this.read - before;
	}
}

/**
 * Fetches neighbouring pages side by side. A row that is added at the head of the list meanwhile moves
 * the others on; where a page was answered before such a change and the page ahead of it after, the
 * rows between them would be missed. The growing total tells, and such pages are read again.
 */
async function fetchNeighbours(
	fetchAt: (offset: number) => Promise<Page>,
	offsets: number[],
): Promise<Page[]> {
	const pages = await Promise.all(offsets.map(fetchAt));
	for (let round = 0; round < MAX_ROUNDS; round++) {
		let newest = 0;
		const stale = offsets.filter((_, index) => {
			const total = pages[index].total ?? 0;
			newest = Math.max(newest, total);
			return total < newest;
		});
		if (stale.length === 0) break;
		const again = await Promise.all(stale.map(fetchAt));
		stale.forEach((offset, index) => {
			const page = pages[offsets.indexOf(offset)];
			page.rows = [...page.rows, ...again[index].rows];
			page.total = again[index].total;
		});
	}
	return pages;
}

/**
 * The rows of a list, each once, in the order of the pages (docs/api.md, section 5).
 *
 * Lists without `offset` take one request. Otherwise pages are asked for until `has_more` is false, the
 * total is reached, a page is short or brings nothing new. Where all rows are wanted and nothing tells
 * how many there are, a short page may be the server's own size: one more request settles it. Once the
 * total is known the further pages are fetched side by side.
 */
export async function fetchRows(
	list: ListSpec,
	fetchPage: FetchPage,
	{ limit, query, atOnce, matches, onIncomplete, onUnchecked, onUntold }: Paging,
): Promise<IDataObject[]> {
	const wanted = limit ?? Infinity;
	/** Rows to read: where only some of them match, nobody knows how many that takes. */
	const most = matches ? undefined : limit;
	const collector = new Collector(matches);
	if (!list.offset) {
		const fetched =
			list.pageSize === undefined || most === undefined
				? { body: await fetchPage(query), limit: most }
				: await fetchWithin(async (size) => await fetchPage({ ...query, limit: size }), most);
		const { rows, total, hasMore } = readPage(fetched.body, list);
		const isLess = fetched.limit !== most && rows.length < wanted;
		// Nothing but the size can tell where neither a total nor `has_more` does.
		const mayGoOn =
			hasMore ??
			(total === undefined
				? list.pageSize !== undefined && isUsualSize(rows.length, list.pageSize)
				: total > rows.length);
		if (mayGoOn && (most === undefined || isLess)) onIncomplete?.(rows.length, total);
		const matching = rows.filter((row) => collector.wants(row));
		if (collector.untold > 0) onUntold?.(collector.untold);
		return matching.slice(0, wanted);
	}
	let requests = 0;
	let asked: number | undefined = Math.min(list.pageSize || UNSTATED_PAGE_SIZE, most ?? Infinity);
	const start = Number(query.offset ?? 0);
	const fetchFrom = async (offset: number, size: number | undefined) => {
		requests++;
		return await fetchPage({ ...query, limit: size, offset: offset > 0 ? offset : undefined });
	};
	const fetchAt = async (offset: number) => readPage(await fetchFrom(offset, asked), list);
	const begun = await fetchWithin(async (size) => await fetchFrom(start, size), asked);
	asked = begun.limit;
	const first = readPage(begun.body, list);
	let fresh = collector.add(first.rows);
	let { total, hasMore } = first;
	let offset = start + first.rows.length;
	// A total that is less than what came tells nothing.
	if (total !== undefined && total < offset) total = undefined;
	let lastCount = 0;
	// A server may give smaller pages than it was asked for; a total, `has_more` or the next page can tell.
	const tells = total !== undefined || hasMore !== undefined;
	const size = tells || most === undefined || !asked ? first.rows.length : asked;
	// The total may be that of the page: the next one settles it.
	let isDoubtful = total === offset && (hasMore === true || isUsualSize(size, asked));
	let short = !tells && first.rows.length < size;
	let isRefused = false;
	while (collector.rows.length < wanted && fresh > 0 && !short && hasMore !== false) {
		if (most === undefined && isRunaway(collector.read, requests)) {
			if (limit === undefined) throw runaway(collector.read, requests);
			onUnchecked?.(collector.read);
			break;
		}
		if (total !== undefined && offset >= total && !isDoubtful) break;
		const left = Math.min((total ?? 0) - offset, (most ?? Infinity) - collector.read);
		const count = Math.max(1, Math.min(atOnce, Math.ceil(left / size)));
		const offsets = Array.from({ length: count }, (_, index) => offset + index * size);
		let pages: Page[];
		try {
			pages = await fetchNeighbours(fetchAt, offsets);
		} catch (error) {
			if (start > 0 || !refuses(error, /offset|skip|page/i)) throw rethrow(error);
			isRefused = true;
			break;
		}
		fresh = pages.map(({ rows }) => collector.add(rows)).reduce((sum, added) => sum + added);
		const last = pages[pages.length - 1];
		if (isDoubtful && last.rows.length > 0) total = undefined;
		isDoubtful = false;
		total = total === undefined ? undefined : Math.max(...pages.map((page) => page.total ?? 0));
		lastCount = last.rows.length;
		short = !tells && lastCount < size;
		hasMore = last.hasMore;
		offset += count * size;
	}
	const { read } = collector;
	// A full page that came again in place of the next one has not told where the list ends.
	const isRepeated = lastCount > 0 && (tells || (lastCount >= size && isUsualSize(size, asked)));
	const isWhole = total === undefined ? hasMore === false : start + read >= total;
	const mayGoOn = isRefused || (fresh === 0 && isRepeated && !isWhole);
	if (collector.untold > 0) onUntold?.(collector.untold);
	if (collector.rows.length < wanted && mayGoOn) onIncomplete?.(read, total);
	return collector.rows.slice(0, wanted);
}
