import type { IDataObject } from 'n8n-workflow';

import { ApiRequestError, InputError, rethrow } from '../errors/errors';
import { readNumber } from '../objects';
import { aboutRows, findRows, recordId } from './rows';

/** How a list is read (docs/api.md, section 5). */
export interface ListSpec {
	/** Property that contains the rows, if known. */
	rows?: string;
	/**
	 * Maximum page size of the endpoint; unset if the endpoint has no `limit`, 0 if the maximum is not documented.
	 */
	pageSize?: number;
	/** Whether the endpoint supports `offset`, so that more pages can be requested. */
	offset?: boolean;
}

/** Requests one page of a list; returns the body of the response. */
export type FetchPage = (query: IDataObject) => Promise<unknown>;

export interface Paging {
	/** Number of rows wanted; undefined for all. */
	limit?: number;
	/**
	 * Selects the wanted rows if the list itself cannot filter them: pages are read until there are enough. Returns
	 * undefined for a row that does not say whether it matches, which is left out.
	 */
	matches?: (row: IDataObject) => boolean | undefined;
	/** Query of every page: the filters, with `offset` if the user set one. */
	query: IDataObject;
	/** Pages requested in parallel once the total is known. */
	atOnce: number;
	/** Called if there seem to be more matching rows than are available; with the total, if known. */
	onIncomplete?: (rows: number, total?: number) => void;
	/** Called if fewer rows than wanted match among the maximum number that is read. */
	onUnchecked?: (rows: number) => void;
	/** Called with the number of rows that were left out because they do not say whether they match. */
	onUntold?: (rows: number) => void;
}

/** Rows requested per page if no maximum is published (docs/api.md, section 5). */
const UNSTATED_PAGE_SIZE = 50;

/** Limits if all rows are read: a server that always has more would fill the memory of n8n. */
const MOST_ROWS = 100_000;
const MOST_REQUESTS = 3_000;

const isRunaway = (rows: number, requests: number): boolean =>
	rows > MOST_ROWS || requests > MOST_REQUESTS;

function runaway(rows: number, requests: number): InputError {
	return new InputError(
		`The list has not ended after ${rows} rows in ${requests} requests, which is the limit of 'Return All'`,
		"Narrow the list with filters, or turn 'Return All' off and fetch it in parts with 'Limit' and 'Offset'. KallyAI may also have responded to the same request with different rows each time.",
	);
}

/** Usual default page sizes of servers: a list of such a size may continue. */
const USUAL_PAGE_SIZES = [10, 20, 25, 50, 100, 200, 250, 500, 1000];

const isUsualSize = (rows: number, asked?: number): boolean =>
	rows === asked || USUAL_PAGE_SIZES.includes(rows);

/** Values to try instead of a `limit` that is refused, largest first. */
const SMALLER_LIMITS = [100, 50, 20, 10];

/**
 * Whether a response refuses one of these parameters, or does not say what it refuses. Reading again is harmless.
 */
function refuses(error: unknown, parameters: RegExp): boolean {
	if (!(error instanceof ApiRequestError)) return false;
	const { status, detail } = error.failure;
	return (status === 400 || status === 422) && (detail === undefined || parameters.test(detail));
}

/**
 * Requests a page with the largest `limit` that the server accepts, or with none (docs/api.md, U17).
 *
 * @throws ApiRequestError of the first request if no `limit` helps
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

/** How often pages that are older than their neighbors are read again. */
const MAX_ROUNDS = 3;

interface Page {
	rows: IDataObject[];
	/** Rows of the response: `rows` may have those of an earlier one too. */
	length: number;
	total?: number;
	hasMore?: boolean;
}

/** Rows of a response with a list, and what it says about the others (docs/api.md, section 5). */
export function readPage(body: unknown, { rows: name }: Pick<ListSpec, 'rows'>): Page {
	const hasMore = aboutRows(body, 'has_more');
	const rows = findRows(body, name);
	return {
		rows,
		length: rows.length,
		total: readNumber(aboutRows(body, 'total')),
		hasMore: typeof hasMore === 'boolean' ? hasMore : undefined,
	};
}

/** Collects the rows that match and drops duplicates: offset paging shifts when rows are added. */
class Collector {
	readonly rows: IDataObject[] = [];

	/** Number of rows received, whether they match or not, each counted once. */
	read = 0;

	/** Number of those that do not say whether they match. */
	untold = 0;

	private readonly seen = new Set<string>();

	private readonly matches: Paging['matches'];

	constructor(matches: Paging['matches']) {
		this.matches = matches;
	}

	/** Whether a row is wanted; counts those that do not say. */
	wants(row: IDataObject): boolean {
		const isWanted = this.matches ? this.matches(row) : true;
		if (isWanted === undefined) this.untold++;
		return isWanted === true;
	}

	/** Adds the rows of a page; returns how many of them were new. */
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
 * Requests neighboring pages in parallel. A row that is added at the beginning of the list in the meantime shifts
 * the others: if a page is from before this change and the next one from after it, the rows between them would be
 * missed. The growing total shows this, and such pages are read again.
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
			page.length = again[index].length;
			page.total = again[index].total;
		});
	}
	return pages;
}

/**
 * The rows of a list, each once, in the order of the pages (docs/api.md, section 5). Lists without `offset` take
 * one request. Otherwise pages are requested until `has_more` is false, the total is reached, or a page has nothing
 * new. If the response does not say how many rows there are, a short page also ends the list, unless all rows are
 * wanted: it may be short because the server limits its size, and one more request settles it. Once the total is
 * known, the other pages are requested in parallel.
 */
export async function fetchRows(
	list: ListSpec,
	fetchPage: FetchPage,
	{ limit, query, atOnce, matches, onIncomplete, onUnchecked, onUntold }: Paging,
): Promise<IDataObject[]> {
	const wanted = limit ?? Infinity;
	/** Rows to read: if only some of them match, their number is not known in advance. */
	const most = matches ? undefined : limit;
	const collector = new Collector(matches);
	if (!list.offset) {
		const fetched =
			list.pageSize === undefined || most === undefined
				? { body: await fetchPage(query), limit: most }
				: await fetchWithin(async (size) => await fetchPage({ ...query, limit: size }), most);
		const { rows, total, hasMore } = readPage(fetched.body, list);
		const isLess = fetched.limit !== most && rows.length < wanted;
		// Without a total and `has_more`, only the size of the page can show it.
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
	// A total that is less than the rows received is useless.
	if (total !== undefined && total < offset) total = undefined;
	let lastCount = 0;
	// A server may return smaller pages than requested; a total, `has_more` or the next page shows this.
	const tells = total !== undefined || hasMore !== undefined;
	const size = tells || most === undefined || !asked ? first.rows.length : asked;
	// The total may be that of the page: the next one settles it.
	let isDoubtful = total === offset && (hasMore === true || isUsualSize(size, asked));
	let short = !tells && first.rows.length < size;
	/** Whether rows are missing that the server does not return. */
	let isCut = false;
	// A server that limits the bytes of a response returns fewer rows where they are long.
	const fillUp = async (page: Page, from: number, isFollowed: boolean) => {
		const goesOn = (at: number) => isFollowed || page.hasMore === true || (page.total ?? 0) > at;
		let at = from + page.length;
		while (at > from && at < from + size && goesOn(at) && collector.rows.length < wanted) {
			try {
				const missing = await fetchAt(at);
				if (collector.add(missing.rows) === 0) return;
				at += missing.length;
			} catch (error) {
				if (!refuses(error, /offset|skip|page/i)) throw rethrow(error);
				isCut = true;
				return;
			}
		}
	};
	// Servers differ in what they respond behind the last row; some fail (ITISFoundation/osparc-simcore issue 9728).
	const isBehindLast = async (error: unknown) => {
		if (!(error instanceof ApiRequestError) || (tells && !isDoubtful)) return false;
		const { status = 0 } = error.failure;
		if (status === 404 || status === 416) return true;
		if (status !== 500 && !refuses(error, /./)) return false;
		try {
			const { rows } = await fetchAt(offset - 1);
			return rows.length === 1 && collector.add(rows) === 0;
		} catch {
			return false;
		}
	};
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
			if (await isBehindLast(error)) break;
			if (start > 0 || !refuses(error, /offset|skip|page/i)) throw rethrow(error);
			// A short page was probably the last one.
			if (!tells && lastCount > 0 && lastCount < size) break;
			isCut = true;
			break;
		}
		const before = collector.read;
		for (const [index, page] of pages.entries()) {
			collector.add(page.rows);
			const isGap = page.hasMore === true || (page.total ?? 0) > offsets[index];
			if (page.length === 0 && isGap) isCut = true;
			const isFollowed = index + 1 < pages.length && pages[index + 1].rows.length > 0;
			await fillUp(page, offsets[index], isFollowed);
		}
		fresh = collector.read - before;
		const last = pages[pages.length - 1];
		if (isDoubtful && last.rows.length > 0) total = undefined;
		isDoubtful = false;
		total = total === undefined ? undefined : Math.max(...pages.map((page) => page.total ?? 0));
		lastCount = last.rows.length;
		// If all are wanted, the next page shows whether a short one was the last.
		short = !tells && most !== undefined && lastCount < size;
		hasMore = last.hasMore;
		const end = offsets[count - 1] + last.length;
		offset = tells ? Math.max(offset + count * size, end) : end;
	}
	const { read } = collector;
	// A full page that is returned again instead of the next one does not show where the list ends.
	const isRepeated = lastCount > 0 && (tells || (lastCount >= size && isUsualSize(size, asked)));
	const isWhole = total === undefined ? hasMore === false : start + read >= total;
	const mayGoOn = isCut || (fresh === 0 && isRepeated && !isWhole);
	if (collector.untold > 0) onUntold?.(collector.untold);
	if (collector.rows.length < wanted && mayGoOn) onIncomplete?.(read, total);
	return collector.rows.slice(0, wanted);
}
