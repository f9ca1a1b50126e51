import { type Look, Memory, type Row } from './memory';
import { orderOf, placeRows } from './order';
import { type Learnt, type ListState, nothingSeen, type Order } from './state';

/** One answer of a list. */
export interface Page<T> {
	rows: Array<Row<T>>;
	total?: number;
	hasMore?: boolean;
	/** The server's clock, in milliseconds since 1970. */
	serverNow?: number;
	/** Whether it does not tell what there is at the moment. */
	isUntold?: boolean;
}

/** A list, and what is published of it. */
export interface Source<T> {
	/** Asks for rows; undefined where the server does not take the limit or the offset. */
	fetch(query: { limit?: number; offset?: number }): Promise<Page<T> | undefined>;
	/** Rows to ask for at once; unset where the list is said to come whole. */
	pageSize?: number;
	/** Whether the list is said to take `offset`. */
	offset?: boolean;
	/** Whether the status of rows matters, so that the first look has to find those that are open. */
	follows: boolean;
	/** Whether the poll may still send requests. */
	hasTime(): boolean;
	/** The host's clock, in milliseconds since 1970. */
	now(): number;
}

/** A list that cannot be read as it has to be; the message says what is wrong with it, `advice` what to do. */
export class ListError extends Error {
	override readonly name = 'ListError';

	readonly advice: string;

	constructor(message: string, advice: string) {
		super(message);
		this.advice = advice;
	}
}

/** Further pages that are read side by side once several had to be read. */
const AT_ONCE = 4;
/** Rows that neighbouring pages share, so that rows which move meanwhile are noticed. */
const OVERLAP = 10;
/** Pages that one look reads. */
const MOST_PAGES = 1000;
/** Rows that are asked for at once where there are no pages. */
const MOST_ROWS = 25_600;
/** What is asked for instead of a `limit` that the server does not take; 0 for none. */
const LIMITS = [100, 50, 20, 10, 0];
/** Numbers of rows at which servers are used to cut an answer off. */
const USUAL_BOUNDS = [
	10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100, 120, 150, 200, 250, 400, 500, 1000, 2000, 5000,
	10_000,
];
/** How often pages are read again where rows are missing. */
const MOST_PASSES = 8;

const placesOf = (rows: Row[]): number[] => rows.flatMap(({ at }) => at ?? []);
const oldestOf = (rows: Row[]): number => Math.min(Infinity, ...placesOf(rows));

/**
 * Looks at a list: reads as far as there can be something new. That is the whole list, unless its times show an order;
 * then it is from the newest row back to a page on which every row is known, which is older than anything that may
 * still turn up late, and behind which no row is that may change its status. Without a state it is the first look.
 *
 * @throws ListError for a list that cannot be read so far
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

	/** Whether neighbours tell something of a row without a time. */
	private isOrdered = false;

	/** The page that was read last on the way to older rows. */
	private last: Array<Row<T>> = [];

	/** The place in the list from which on, and up to which, rows were read without a gap. */
	private start = 0;

	private extent = 0;

	/** The place behind the last row that was found so. */
	private filled = 0;

	private requests = 0;

	/** `limit` of this look. */
	private limit?: number;

	/** Whether there is nothing behind what was read; `cut` where there is, but out of reach. */
	private end: 'open' | 'ended' | 'cut' = 'open';

	/** Pages in a row that brought nothing new. */
	private barren = 0;

	/** Whether the last page shared no row with those before. */
	private hasMoved = false;

	/** Whether answers do not go together: they are from different times, and rows may stand between them. */
	private hasHole = false;

	/** Time of the oldest row of those that were read without a gap, where that is not the oldest row of all. */
	private reach?: number;

	/** Pages at whose beginning rows of one time go on, which may change places from one answer to the next. */
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
		// What was read from the end on is not in the order of the list.
		if (this.reach === undefined) {
			order = orderOf([...this.found.values()], this.tolerance, this.clocks()) ?? order;
			if (order === 'none') await this.readWhole();
			// Answers from different times have no order together: only what shows twice is believed.
			const isSudden = order === 'none' && before !== undefined && before !== 'none';
			if (isSudden && !this.learnt.isDoubtful) order = before;
			this.learnt.isDoubtful = isSudden || undefined;
			if (order === 'none') placeRows([...this.found.values()], false);
		}
		await this.readAgain();
		return this.result(order);
	}

	// What is asked for

	/** Asks for a page; undefined where the server does not take the offset or the limit. */
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
		this.extent = page.rows.length;
		this.filled = page.rows.length;
		if (page.isUntold) this.hasHole = true;
	}

	/** Adds rows that were not found yet; gives how many those were. */
	private add(rows: Array<Row<T>>): number {
		placeRows(rows, this.isOrdered);
		const before = this.found.size;
		for (const row of rows) {
			this.sought.delete(row.id);
			if (!this.found.has(row.id)) this.found.set(row.id, row);
		}
		return this.found.size - before;
	}

	/** The clock of the server, else the host's. */
	private now(): number {
		return this.first.serverNow ?? this.source.now();
	}

	private clocks(): number[] {
		return [this.now(), this.source.now()];
	}

	// What is seen of the list

	/** Whether an answer itself says that there are rows behind it. */
	private hints({ rows, total = 0, hasMore = false }: Page<T>, upTo: number): boolean {
		const most = this.learnt.untrue ? 0 : Math.max(total, this.first.total ?? 0);
		return rows.length > 0 && (hasMore || most > upTo);
	}

	/** Whether the list has pages that are reached by an offset. */
	private hasPages(): boolean {
		const { offset, stuck } = this.learnt;
		return offset ?? (this.source.offset === true && this.extent > (stuck ?? 0));
	}

	/** Whether there may be rows behind the first page. */
	private mayBeMore(page: Page<T>): boolean {
		const { rows } = page;
		const { size, order, whole = 0, count = 0 } = this.learnt;
		if (rows.length === 0) return false;
		if (this.hints(page, rows.length) || rows.length >= (this.limit ?? Infinity)) return true;
		if (!this.hasPages() && !this.looksCut(page)) return false;
		// Where new rows need not come first, nothing but the next page tells whether there are any.
		if (order !== 'newest' && (this.looksCut(page) || order === 'oldest')) return true;
		// A server may give fewer rows than it is asked for; whether it does shows in the next page.
		if (rows.length >= (size ?? whole + 1) || rows.length < count) return true;
		return !rows.every((row) => this.memory.knows(row));
	}

	/** Whether the rows that an answer has from the first one on may be only a part of those that there are. */
	private looksCut(page: Page<T>, limit = this.limit ?? Infinity): boolean {
		const { length } = page.rows;
		// Nobody can tell a list that has so many rows from one that gives no more.
		return length >= limit || USUAL_BOUNDS.includes(length) || this.hints(page, length);
	}

	/** Reads on behind what was read; false where nothing more comes. */
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
		const overlap = this.overlap();
		const isProven = learnt.offset === true;
		const count = isProven ? Math.min(AT_ONCE, Math.ceil(this.requests / 2)) : 1;
		const step = this.pageSize() - overlap;
		const from = Math.max(1, this.extent - overlap);
		const offsets = Array.from({ length: count }, (_, index) => from + index * step);
		const pages = await Promise.all(offsets.map(async (offset) => await this.at(offset)));
		for (const [index, page] of pages.entries()) {
			// The page before was shorter than its neighbours.
			if (offsets[index] > this.extent) break;
			if (page && this.isFirstAgain(page) && overlap > 0) {
				// An offset that is rounded to whole pages leads back as well.
				learnt.aligned = true;
				return await this.nextPages();
			}
			if (!page || this.isFirstAgain(page)) {
				// Of a refusal far inside of the list nothing is learnt.
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

	/** Whether a further page is the first one once more. */
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
		if (added > 0) {
			learnt.offset = true;
			delete learnt.stuck;
			learnt.size = this.first.rows.length;
			this.last = rows;
			this.filled = Math.max(this.filled, end);
			this.barren = 0;
			const next = rows[Math.min(overlap, rows.length - 1)];
			if (next.time !== undefined && next.time === previous?.time) this.torn.push(offset);
		} else {
			this.barren++;
		}
		const isApart = overlap > 0 && rows.length > 0 && added === rows.length;
		const isOlder = overlap > 0 && rows.length < overlap && offset < this.extent;
		if ((hadMoved && isApart) || isOlder) this.hasHole = true;
		this.hasMoved = !hadMoved && isApart;
		if (this.hasMoved) {
			// Rows were taken away meanwhile, or change places: once more from the middle of the last page.
			this.extent = Math.max(1, offset - Math.ceil(rows.length / 2));
			return;
		}
		this.extent = Math.max(this.extent, end);
		// A server may leave rows out of a page: a short one with something new in it need not be the last.
		const isFresh = added > 0 && rows.some((row) => !this.memory.knows(row));
		const isFull = rows.length >= this.first.rows.length;
		const mayGoOn = isFull || isFresh || this.hints(page, end);
		if (rows.length === 0 || this.barren > 1 || !mayGoOn) this.end = 'ended';
	}

	/** Asks for more rows at once. */
	private async largerPage(): Promise<boolean> {
		const asked = this.limit ?? this.first.rows.length;
		for (const factor of [4, 2]) {
			const limit = Math.min(asked * factor, MOST_ROWS);
			if (limit <= asked) return false;
			const page = await this.at(0, limit);
			if (!page) continue;
			// An answer from before the first one tells nothing: it is shorter, or begins behind it.
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
	 * Whether nothing that matters can stand behind a page, on the way to older rows.
	 *
	 * @param isNewest whether it is the page with the newest rows
	 */
	private isEnough(rows: Array<Row<T>>, isNewest: boolean): boolean {
		const { state, tolerance } = this;
		if (!state && this.source.follows) return false;
		const oldest = oldestOf(rows);
		if (state && !rows.every((row) => this.memory.knows(row))) return false;
		const back = state ? state.back : (this.newest() ?? 0) - tolerance;
		// Nothing has come for so long that nothing late can be behind a page on which all is known.
		const isCalm = state?.isCalm === true && isNewest;
		// Late rows may stand out of place by the tolerance.
		if (!isCalm && oldest >= back - tolerance) return false;
		return [...this.sought.values()].every((at) => at > oldest + tolerance);
	}

	private async readNewest(): Promise<void> {
		// A first look that finds no end is one all the same: what stands behind it is old.
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

	/** Reads from the remembered end on, and back from there. */
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
			this.start = Math.max(0, this.start - Math.max(1, this.pageSize() - this.overlap()));
			oldest = (await this.at(this.start))?.rows ?? [];
			const isApart = this.add(oldest) === oldest.length && oldest.length > 0;
			// Neighbours that share no row are answers from different times.
			if (isApart && this.overlap() > 0) this.hasHole = true;
		}
		this.reach = oldestOf([...this.found.values()]);
		for (const row of old) if (!this.found.has(row.id)) this.found.set(row.id, row);
		if (this.missing() <= 0) return;
		this.start = 0;
		this.extent = old.length;
		this.end = 'open';
		await this.readWhole();
	}

	/** Whether the list was read from its beginning to its end. */
	private isWhole(): boolean {
		return this.hasEnded() && this.start === 0;
	}

	private unknown(): number {
		return [...this.found.values()].filter((row) => !this.memory.knows(row)).length;
	}

	/** Rows that must be there by the list's own total and were not found. */
	private missing(): number {
		const { first, learnt, state } = this;
		if (first.total === undefined || learnt.untrue) return 0;
		if (this.isWhole()) return first.total - this.found.size;
		const known = state?.learnt.total;
		return known === undefined ? 0 : first.total - known - this.unknown();
	}

	/** The total as far as its rows were found or are old. */
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
		// An answer from before has a smaller total.
		return isLess ? known : Math.min(total, known + this.unknown());
	}

	/** Reads pages again from other places while rows are missing: those of one time may change places. */
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
			// Without a total nobody knows: three times nothing new is taken for all.
			const isTold = !learnt.untrue && (first.total ?? -1) >= this.found.size;
			const isDoubtful = !isTold && torn.length > 0 && barren < 3 && this.unknown() > 0;
			// What is looked for may have stood elsewhere.
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

	// What came of it

	private result(order: Order | undefined): Look<T> {
		const rows = [...this.found.values()];
		const { learnt, first, source, tolerance } = this;
		const isShort = !learnt.untrue && (first.total ?? 0) > rows.length;
		const isWhole = this.isWhole() && !isShort && !this.hasHole;
		const oldest = this.reach ?? oldestOf(rows);
		learnt.order = order;
		// A list that has become shorter may be an answer from before: its end is looked for once more.
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

	/** What a list means of which only a part can be had. */
	private judgeCut(look: Look<T>, order: Order | undefined): void {
		const { state, source } = this;
		const { rows } = look;
		const count = rows.length;
		look.urgent = source.pageSize !== undefined;
		const isAnyOrder = order === 'none' || order === 'oldest';
		if (isAnyOrder || source.pageSize === undefined) {
			look.missed = `The list gives only ${count} of its rows, and new ones may be among the rest`;
			if (source.pageSize === undefined) {
				// A list that is said to come whole starts all the same: what it hides comes as others leave it.
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
			look.warning = `The list gives only ${count} of its rows, without times: the newest are assumed to come first`;
			// What has a time tells by it whether it is new.
			const isOld = ({ at }: Row) => at === undefined || at < (state?.back ?? 0);
			if (lastKnown >= 0) look.old = new Set(rows.slice(lastKnown + 1).filter(isOld));
		}
		if (source.follows && (!state || this.sought.size > 0)) {
			look.warning = `The list gives only ${count} of its rows, and open ones among the rest are not tracked`;
		}
		const isMissing = this.missing() > 0 || lastKnown < (order === undefined ? 0 : count - 1);
		if (state && isMissing) {
			look.learnt.total = this.first.total;
			look.missed = `The list gives only ${count} of its rows, and so many have arrived that some may be missed`;
		}
	}
}
