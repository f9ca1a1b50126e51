import { type Look, Memory, type Row } from './memory';
import { orderOf, placeRows } from './order';
import { type Learnt, type ListState, nothingSeen, type Order } from './state';

/** One response of a list. */
export interface Page<T> {
	rows: Array<Row<T>>;
	total?: number;
	hasMore?: boolean;
	/** The server's clock, in milliseconds since 1970. */
	serverNow?: number;
	/** Whether it temporarily does not say what the list contains. */
	isUntold?: boolean;
}

/** A list, and what is published about it. */
export interface Source<T> {
	/** Requests rows; undefined if the server does not accept the limit or the offset. */
	fetch(query: { limit?: number; offset?: number }): Promise<Page<T> | undefined>;
	/** Rows to request at once; unset if the list is documented to be returned completely. */
	pageSize?: number;
	/** Whether the list is documented to support `offset`. */
	offset?: boolean;
	/** Whether the status of rows matters, so that the first poll has to find the open ones. */
	follows: boolean;
	/** Whether the poll may still send requests. */
	hasTime(): boolean;
	/** The host's clock, in milliseconds since 1970. */
	now(): number;
}

/** A list that cannot be read as required; the message says what is wrong with it, `advice` what to do. */
export class ListError extends Error {
	override readonly name = 'ListError';

	readonly advice: string;

	constructor(message: string, advice: string) {
		super(message);
		this.advice = advice;
	}
}

/** Additional pages that are read in parallel once several were needed. */
const AT_ONCE = 4;
/** Rows that neighboring pages share, so that rows that move in the meantime are noticed. */
const OVERLAP = 10;
/** Maximum number of pages per poll. */
const MOST_PAGES = 1000;
/** Rows to request at once if the list has no pages. */
const MOST_ROWS = 25_600;
/** Values to try instead of a `limit` that the server does not accept; 0 for none. */
const LIMITS = [100, 50, 20, 10, 0];
/** Numbers of rows at which servers usually cut a response. */
const USUAL_BOUNDS = [
	10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100, 120, 150, 200, 250, 400, 500, 1000, 2000, 5000,
	10_000,
];
/** How often pages are read again if rows are missing. */
const MOST_PASSES = 8;

const placesOf = (rows: Row[]): number[] => rows.flatMap(({ at }) => at ?? []);
const oldestOf = (rows: Row[]): number => Math.min(Infinity, ...placesOf(rows));

/**
 * Reads a list as far as there can be new rows. That is the whole list, unless its times show an order. If they
 * do, it reads from the newest row back to a page on which every row is known, which is older than anything that
 * may still arrive late, and after which there is no row whose status may change. Without a state it is the first
 * poll.
 *
 * @throws ListError for a list that cannot be read that far
 */
export async function lookAt<T>(
	source: Source<T>,
	state: ListState | undefined,
	tolerance: number,
): Promise<Look<T>> {
	return await new Reader(source, state, tolerance).look();
}

class Reader<T> {
	private readonly source: Source<T>;

	private readonly state: ListState | undefined;

	private readonly tolerance: number;

	private readonly memory: Memory;

	private readonly learnt: Learnt;

	private readonly found = new Map<string, Row<T>>();

	private readonly sought: Map<string, number>;

	private first: Page<T> = { rows: [] };

	/** Whether neighbors show the time of a row without one. */
	private isOrdered = false;

	/** The last page read on the way to older rows. */
	private last: Array<Row<T>> = [];

	/** The positions in the list between which rows were read without a gap. */
	private start = 0;

	private extent = 0;

	/** The position after the last row that was found this way. */
	private filled = 0;

	private requests = 0;

	/** `limit` used in this poll. */
	private limit?: number;

	/** Whether there are no rows after those that were read; `cut` if there are, but out of reach. */
	private end: 'open' | 'ended' | 'cut' = 'open';

	/** Consecutive pages without new rows. */
	private barren = 0;

	/**
	 * Whether the next page starts right after the last one, which was short or had nothing behind the others: it was
	 * the last one, or the server limits the bytes of a response.
	 */
	private isTouching = false;

	/** Whether the last page says that there are more rows. */
	private saysMore = false;

	/** Whether the last page shared no row with the previous ones. */
	private hasMoved = false;

	/** Whether responses do not fit together: they are from different times, and there may be rows between them. */
	private hasHole = false;

	/** Time of the oldest row that was read without a gap, if that is not the oldest row of all. */
	private reach?: number;

	/**
	 * Pages that begin with rows of the same time as the previous page; such rows may change places between
	 * responses.
	 */
	private readonly torn: number[] = [];

	constructor(source: Source<T>, state: ListState | undefined, tolerance: number) {
		this.source = source;
		this.state = state;
		this.tolerance = tolerance;
		this.memory = Memory.of(state ?? nothingSeen(''));
		this.learnt = { ...state?.learnt };
		this.sought = this.memory.sought();
		this.limit = (this.learnt.limit ?? source.pageSize) || undefined;
	}

	async look(): Promise<Look<T>> {
		await this.readFirst();
		const seen = orderOf(this.first.rows, this.tolerance, this.clocks());
		const before = this.learnt.order;
		const isAnother = seen !== undefined && before !== undefined && seen !== before;
		let order: Order | undefined = before === 'none' ? before : (seen ?? before);
		if (order === 'newest' && !isAnother) await this.readNewest();
		else if (order === 'oldest' && !isAnother) await this.readOldest();
		else await this.readWhole();
		// Rows that were read from the end are not in the order of the list.
		if (this.reach === undefined) {
			order = orderOf([...this.found.values()], this.tolerance, this.clocks()) ?? order;
			if (order === 'none') await this.readWhole();
			// Responses from different times have no common order: only what appears twice is trusted.
			const isSudden = order === 'none' && before !== undefined && before !== 'none';
			if (isSudden && !this.learnt.isDoubtful) order = before;
			this.learnt.isDoubtful = isSudden || undefined;
			if (order === 'none') placeRows([...this.found.values()], false);
		}
		await this.readAgain();
		return this.result(order);
	}

	// What is asked for

	/** Requests a page; undefined if the server does not accept the offset or the limit. */
	private async at(offset: number, limit = this.limit): Promise<Page<T> | undefined> {
		if (this.requests >= MOST_PAGES || (this.requests > 0 && !this.source.hasTime())) {
			throw new ListError(
				'The list could not be read far enough within one poll',
				'The next poll tries again. If this persists, KallyAI is slow or too much has arrived since the last poll. Changing a filter starts from now.',
			);
		}
		this.requests++;
		return await this.source.fetch({ limit, offset: offset > 0 ? offset : undefined });
	}

	private async readFirst(): Promise<void> {
		let page = await this.at(0);
		while (!page) {
			this.limit = LIMITS.find((limit) => limit < (this.limit ?? 0)) || undefined;
			this.learnt.limit = this.limit ?? 0;
			page = await this.at(0);
		}
		this.begin(page);
		if (!this.mayBeMore(page)) this.end = 'ended';
	}

	private begin(page: Page<T>): void {
		this.first = page;
		const before = this.learnt.order;
		const order = orderOf(page.rows, this.tolerance, this.clocks()) ?? before;
		this.isOrdered = order !== undefined && order !== 'none' && before !== 'none';
		this.add(page.rows);
		this.last = page.rows;
		this.start = 0;
		this.extent = page.rows.length;
		this.filled = page.rows.length;
		this.saysMore = this.hints(page, page.rows.length);
		if (page.isUntold) this.hasHole = true;
	}

	/** Adds rows that were not found yet; returns their number. */
	private add(rows: Array<Row<T>>): number {
		placeRows(rows, this.isOrdered);
		const before = this.found.size;
		for (const row of rows) {
			this.sought.delete(row.id);
			if (!this.found.has(row.id)) this.found.set(row.id, row);
		}
		return this.found.size - before;
	}

	/** The clock of the server, or else the host's. */
	private now(): number {
		return this.first.serverNow ?? this.source.now();
	}

	private clocks(): number[] {
		return [this.now(), this.source.now()];
	}

	// What is seen of the list

	/** Whether a response says that there are more rows. */
	private hints({ rows, total = 0, hasMore = false }: Page<T>, upTo: number): boolean {
		const most = this.learnt.untrue ? 0 : Math.max(total, this.first.total ?? 0);
		return rows.length > 0 && (hasMore || most > upTo);
	}

	/** Whether an offset leads to other pages of the list. */
	private hasPages(): boolean {
		const { offset, stuck } = this.learnt;
		return offset ?? (this.source.offset === true && this.extent > (stuck ?? 0));
	}

	/** Whether there may be rows after the first page. */
	private mayBeMore(page: Page<T>): boolean {
		const { rows } = page;
		const { size, order, whole = 0, count = 0, uneven } = this.learnt;
		if (rows.length === 0) return false;
		if (this.hints(page, rows.length) || rows.length >= (this.limit ?? Infinity)) return true;
		if (!this.hasPages() && !this.looksCut(page)) return false;
		// If new rows need not come first, only the next page shows whether there are any.
		if (order !== 'newest' && (this.looksCut(page) || order === 'oldest')) return true;
		// A server may return fewer rows than requested; the next page shows whether it does.
		if (uneven || rows.length >= (size ?? whole + 1) || rows.length < count) return true;
		return !rows.every((row) => this.memory.knows(row));
	}

	/** Whether a response that starts with the first row may contain only some of the rows. */
	private looksCut(page: Page<T>, limit = this.limit ?? Infinity): boolean {
		const { length } = page.rows;
		// A list with exactly this many rows cannot be distinguished from one that returns no more.
		return length >= limit || USUAL_BOUNDS.includes(length) || this.hints(page, length);
	}

	/** Reads the next rows; false if there are none. */
	private async further(): Promise<boolean> {
		if (this.end !== 'open') return false;
		const ways = [() => this.nextPages(), () => this.largerPage()];
		if (!this.hasPages()) ways.reverse();
		for (const way of ways) {
			if (await way()) return true;
			if (this.hasEnded()) return false;
		}
		this.end = 'cut';
		return false;
	}

	private hasEnded(): boolean {
		return this.end === 'ended';
	}

	private overlap(): number {
		return this.learnt.aligned ? 0 : Math.min(OVERLAP, Math.floor(this.pageSize() / 4));
	}

	private pageSize(): number {
		return Math.max(1, this.learnt.size ?? this.first.rows.length);
	}

	private async nextPages(): Promise<boolean> {
		const { learnt } = this;
		if (this.extent <= (learnt.stuck ?? 0)) return false;
		const overlap = this.isTouching ? 0 : this.overlap();
		const isProven = learnt.offset === true;
		const isLong = isProven && !this.isTouching;
		const count = isLong ? Math.min(AT_ONCE, Math.ceil(this.requests / 2)) : 1;
		const step = this.pageSize() - overlap;
		const from = Math.max(1, this.start, this.extent - overlap);
		const offsets = Array.from({ length: count }, (_, index) => from + index * step);
		const request = async (offset: number) =>
			offset === this.extent ? await this.behindLast(offset) : await this.at(offset);
		const pages = await Promise.allSettled(offsets.map(request));
		for (const [index, settled] of pages.entries()) {
			// The previous page was shorter than its neighbors.
			if (offsets[index] > this.extent) break;
			if (settled.status === 'rejected') {
				// A page that was requested in advance may be behind the end, where some servers fail.
				if (index > 0) break;
				throw settled.reason;
			}
			const page = settled.value;
			if (page && this.isFirstAgain(page) && overlap > 0) {
				// An offset that is rounded to whole pages also leads back.
				learnt.aligned = true;
				return await this.nextPages();
			}
			if (!page && offsets[index] === this.extent && !this.saysMore) {
				// There is nothing behind the last row.
				this.end = 'ended';
				return false;
			}
			if (!page || this.isFirstAgain(page)) {
				// An error far into the list shows nothing about it.
				if (page || !isProven) {
					delete learnt.offset;
					learnt.stuck = this.extent;
					if (!this.looksCut(page ?? this.first)) this.end = 'ended';
				}
				return false;
			}
			this.take(page, offsets[index], overlap);
			if (this.hasEnded()) return false;
		}
		return true;
	}

	/**
	 * Requests the rows right after those that were read; undefined if there are none. Some servers fail there
	 * (ITISFoundation/osparc-simcore issue 9728): there are none if the server still returns the row before, alone.
	 */
	private async behindLast(offset: number): Promise<Page<T> | undefined> {
		const [tried] = await Promise.allSettled([this.at(offset)]);
		if (tried.status === 'fulfilled') return tried.value;
		if (this.saysMore) throw tried.reason;
		const last = (await this.at(offset - 1))?.rows ?? [];
		if (last.length !== 1 || this.add(last) > 0) throw tried.reason;
		return undefined;
	}

	/** Whether another page is the first one again. */
	private isFirstAgain({ rows }: Page<T>): boolean {
		const head = this.first.rows[0]?.id;
		return (
			rows.length >= this.first.rows.length &&
			rows.some(({ id }) => id === head) &&
			rows.every(({ id }) => this.found.has(id))
		);
	}

	private take(page: Page<T>, offset: number, overlap: number): void {
		const { rows } = page;
		const { learnt } = this;
		const previous = this.last[this.last.length - 1];
		const hadMoved = this.hasMoved;
		const added = this.add(rows);
		const end = offset + rows.length;
		const isShort = rows.length < this.first.rows.length;
		const isLonger = rows.length > this.first.rows.length;
		if (added > 0 && (this.isTouching || isLonger)) learnt.uneven = true;
		if (added > 0) {
			learnt.offset = true;
			delete learnt.stuck;
			// An outdated first response may be empty.
			learnt.size = this.first.rows.length || learnt.size;
			this.last = rows;
			this.filled = Math.max(this.filled, end);
			this.barren = 0;
			const next = rows[Math.min(overlap, rows.length - 1)];
			if (next.time !== undefined && next.time === previous?.time) this.torn.push(offset);
		} else if (end > this.filled) {
			this.barren++;
		}
		const isShared = overlap > 0 && offset < this.extent;
		const isApart = isShared && rows.length > 0 && added === rows.length;
		const isOlder = isShared && rows.length < overlap;
		if ((hadMoved && isApart) || isOlder) this.hasHole = true;
		this.hasMoved = !hadMoved && isApart;
		if (this.hasMoved) {
			// Rows were removed or changed places in the meantime: read again from the middle of the page before.
			this.extent = Math.max(1, offset - Math.ceil(this.pageSize() / 2));
			return;
		}
		const isWithin = end < this.extent;
		this.isTouching = isShort || end <= this.extent;
		this.extent = Math.max(this.extent, end);
		// A server may omit rows from a page, or limit its bytes: a short page is not necessarily the last one.
		const isFresh = rows.some((row) => !this.memory.knows(row));
		const isTold = page.hasMore !== undefined || (page.total !== undefined && !learnt.untrue);
		const isSorted = learnt.order === 'newest' || learnt.order === 'oldest';
		const mayBeShort = isTold
			? isFresh && added > 0 && page.hasMore !== false && page.total !== end
			: isFresh || isWithin || learnt.uneven || !isSorted;
		const isMore = this.hints(page, end);
		if (!isWithin) this.saysMore = isMore;
		const mayGoOn = !isShort || mayBeShort || isMore;
		if (rows.length === 0 || this.barren > 1 || !mayGoOn) this.end = 'ended';
	}

	/** Requests more rows at once. */
	private async largerPage(): Promise<boolean> {
		const asked = this.limit ?? this.first.rows.length;
		for (const factor of [4, 2]) {
			const limit = Math.min(asked * factor, MOST_ROWS);
			if (limit <= asked) return false;
			const page = await this.at(0, limit);
			if (!page) continue;
			// A response older than the first one proves nothing: it is shorter, or begins after it.
			const head = this.first.rows[0]?.id;
			const isBefore = !page.rows.some(({ id }) => id === head);
			if (isBefore || page.rows.length < this.first.rows.length) {
				this.hasHole = true;
				return false;
			}
			const isMore = page.rows.some(({ id }) => !this.found.has(id));
			if (!this.looksCut(page, limit)) this.end = 'ended';
			if (!isMore) return false;
			this.limit = limit;
			this.begin(page);
			return true;
		}
		return false;
	}

	// How far is read

	private newest(): number | undefined {
		const now = Math.min(this.first.serverNow ?? Infinity, this.source.now());
		const places = placesOf([...this.found.values()]);
		if (places.length === 0) return undefined;
		return places.reduce((newest, at) => Math.max(newest, Math.min(at, now)), 0);
	}

	/**
	 * Whether no relevant rows can come after a page, on the way to older rows.
	 *
	 * @param isNewest whether it is the page with the newest rows
	 */
	private isEnough(rows: Array<Row<T>>, isNewest: boolean): boolean {
		const { state, tolerance } = this;
		if (!state && this.source.follows) return false;
		const oldest = oldestOf(rows);
		if (state && !rows.every((row) => this.memory.knows(row))) return false;
		const back = state ? state.back : (this.newest() ?? 0) - tolerance;
		// Nothing has arrived for so long that no late row can come after a page with known rows only.
		const isCalm = state?.isCalm === true && isNewest;
		// Late rows may be out of place by the tolerance.
		if (!isCalm && oldest >= back - tolerance) return false;
		return [...this.sought.values()].every((at) => at > oldest + tolerance);
	}

	private async readNewest(): Promise<void> {
		// The first poll succeeds even if it does not reach the end: the rows after it are old.
		while (
			!this.isEnough(this.last, this.last === this.first.rows) &&
			(this.state || this.source.hasTime())
		) {
			if (!(await this.further())) break;
		}
		if (this.missing() > 0) await this.readWhole();
	}

	private async readWhole(): Promise<void> {
		while (await this.further());
	}

	/** Reads from the remembered end onwards, and back from there. */
	private async readOldest(): Promise<void> {
		const { count = 0 } = this.learnt;
		const size = this.pageSize();
		const old = [...this.found.values()];
		let from = count - Math.ceil(size / 2);
		if (!this.hasPages() || from < old.length) return await this.readWhole();
		let page = await this.at(from);
		for (let step = size; page?.rows.length === 0 && from > old.length; step *= 2) {
			from = Math.max(old.length, from - step);
			page = await this.at(from);
		}
		if (!page || page.rows.length === 0 || this.isFirstAgain(page)) return await this.readWhole();
		this.found.clear();
		this.start = from;
		this.extent = from;
		this.take(page, from, 0);
		await this.readWhole();
		let oldest = page.rows;
		while (this.start > 0 && !this.isEnough(oldest, oldest === page.rows)) {
			oldest = await this.readBack();
		}
		this.reach = oldestOf([...this.found.values()]);
		for (const row of old) if (!this.found.has(row.id)) this.found.set(row.id, row);
		if (this.missing() <= 0) return;
		this.start = 0;
		this.extent = old.length;
		this.isTouching = false;
		this.end = 'open';
		await this.readWhole();
	}

	/** Reads the rows of a page before those that were read, by several requests if the server returns fewer. */
	private async readBack(): Promise<Array<Row<T>>> {
		const next = this.start;
		this.start = Math.max(0, next - Math.max(1, this.pageSize() - this.overlap()));
		const rows: Array<Row<T>> = [];
		let length = 0;
		do {
			const page = await this.at(this.start + rows.length);
			length = page?.rows.length ?? 0;
			rows.push(...(page?.rows ?? []));
		} while (length > 0 && this.start + rows.length < next);
		const isShared = this.start + rows.length > next;
		const added = this.add(rows);
		// Neighboring pages that share no row are responses from different times.
		if (isShared && added === rows.length) this.hasHole = true;
		return rows;
	}

	/** Whether the list was read from beginning to end. */
	private isWhole(): boolean {
		return this.hasEnded() && this.start === 0;
	}

	private unknown(): number {
		return [...this.found.values()].filter((row) => !this.memory.knows(row)).length;
	}

	/** Number of rows that are missing according to the list's own total. */
	private missing(): number {
		const { first, learnt, state } = this;
		if (first.total === undefined || learnt.untrue) return 0;
		if (this.isWhole()) return first.total - this.found.size;
		const known = state?.learnt.total;
		return known === undefined ? 0 : first.total - known - this.unknown();
	}

	/** The total, without rows that were not found and are not old. */
	private accounted(): number | undefined {
		const { first, learnt, state } = this;
		const { total } = first;
		const known = state?.learnt.total;
		const isLess = total !== undefined && known !== undefined && total < known;
		const isLessAgain = isLess && learnt.less === total;
		learnt.less = isLess ? total : undefined;
		if (total === undefined || learnt.untrue) return undefined;
		if (this.isWhole()) return Math.min(total, this.found.size);
		if (known === undefined || isLessAgain) return total;
		// An older response has a smaller total.
		return isLess ? known : Math.min(total, known + this.unknown());
	}

	/** Reads pages again from other positions while rows are missing: rows of the same time may change places. */
	private async readAgain(): Promise<void> {
		const { learnt, first, torn } = this;
		const size = this.pageSize();
		if (learnt.offset !== true || this.extent <= first.rows.length) return;
		const pages = Math.ceil((this.extent - this.start) / size);
		const offsets =
			torn.length > 0
				? torn
				: Array.from({ length: pages }, (_, index) => this.start + (index + 1) * size);
		const mostBarren = torn.length > 0 ? MOST_PASSES : 3;
		let barren = 0;
		for (let pass = 1; pass <= MOST_PASSES && barren < mostBarren; pass++) {
			// Without a total, three attempts without anything new count as complete.
			const isTold = !learnt.untrue && (first.total ?? -1) >= this.found.size;
			const isDoubtful = !isTold && torn.length > 0 && barren < 3 && this.unknown() > 0;
			// The missing rows may have been at another position.
			const isSought = torn.length > 0 && this.sought.size > 0;
			if (this.missing() <= 0 && !isDoubtful && !isSought) break;
			const shift = learnt.aligned ? 0 : Math.ceil(size * ((pass * 0.37) % 1));
			let added = 0;
			for (const offset of offsets) {
				added += this.add((await this.at(Math.max(0, offset - shift)))?.rows ?? []);
			}
			barren = added === 0 ? barren + 1 : 0;
		}
		if (this.isWhole() && this.missing() > 0 && this.unknown() === 0) learnt.untrue = true;
		if (this.isWhole() && first.total === this.found.size) delete learnt.untrue;
	}

	// The outcome

	private result(order: Order | undefined): Look<T> {
		const rows = [...this.found.values()];
		const { learnt, first, source, tolerance } = this;
		const isShort = !learnt.untrue && (first.total ?? 0) > rows.length;
		const isWhole = this.isWhole() && !isShort && !this.hasHole;
		const oldest = this.reach ?? oldestOf(rows);
		learnt.order = order;
		// A list that has become shorter may be an outdated response: its end is looked for again.
		const isLess = this.filled < (learnt.count ?? 0);
		if (isLess || this.hasHole) delete learnt.whole;
		else if (isWhole && rows.length === first.rows.length) learnt.whole = rows.length;
		if (this.hasEnded()) learnt.count = this.filled;
		if (this.limit !== undefined && source.pageSize !== undefined) {
			learnt.limit = order === 'newest' ? Math.min(this.limit, source.pageSize) : this.limit;
		}
		learnt.total = this.accounted();
		const look: Look<T> = {
			rows,
			old: new Set(),
			newest: this.newest(),
			whole: isWhole,
			passed: (at) => !this.hasHole && (isWhole || at > oldest + tolerance),
			oldest: Number.isFinite(oldest) ? oldest : undefined,
			learnt,
			now: this.now(),
			urgent: false,
			incomplete: this.hasHole || this.missing() > 0,
		};
		if (learnt.untrue && !this.state?.learnt.untrue) {
			look.warning = `KallyAI reports ${first.total} rows, but returned ${rows.length}`;
		}
		if (this.end === 'cut') this.judgeCut(look, order);
		if (!this.state && rows.length === 0 && ((first.total ?? 0) > 0 || first.hasMore)) {
			look.since = Math.min(first.serverNow ?? Infinity, source.now());
			look.warning = 'KallyAI reports rows, but returned none: rows from before now count as old';
		}
		return look;
	}

	/** The consequences of a list of which only a part is available. */
	private judgeCut(look: Look<T>, order: Order | undefined): void {
		const { state, source } = this;
		const { rows } = look;
		const count = rows.length;
		look.urgent = source.pageSize !== undefined;
		const isAnyOrder = order === 'none' || order === 'oldest';
		if (isAnyOrder || source.pageSize === undefined) {
			look.missed = `The list returns only ${count} of its rows, and new ones may be among the rest`;
			if (source.pageSize === undefined) {
				// A list that is documented to be complete starts anyway: its hidden rows appear when others leave it.
				look.warning = look.missed;
				delete look.missed;
			} else if (!state) {
				throw new ListError(look.missed, 'Choose a filter that makes the list shorter.');
			}
			return;
		}
		const known = rows.map((row) => this.memory.knows(row));
		const lastKnown = known.lastIndexOf(true);
		if (order === undefined) {
			look.warning = `The list returns only ${count} of its rows, without times: the newest are assumed to come first`;
			// A row with a time shows by it whether it is new.
			const isOld = ({ at }: Row) => at === undefined || at < (state?.back ?? 0);
			if (lastKnown >= 0) look.old = new Set(rows.slice(lastKnown + 1).filter(isOld));
		}
		if (source.follows && (!state || this.sought.size > 0)) {
			look.warning = `The list returns only ${count} of its rows, and open ones among the rest are not tracked`;
		}
		const isMissing = this.missing() > 0 || lastKnown < (order === undefined ? 0 : count - 1);
		if (state && isMissing) {
			look.learnt.total = this.first.total;
			look.missed = `The list returns only ${count} of its rows, and so many have arrived that some may be missed`;
		}
	}
}
