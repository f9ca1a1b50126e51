import { AFTER_ALL_KEYS, Harvest, reachedTime, type Row, type Scan } from './advance';
import { type ListState, NOTHING_SEEN } from './state';

/** One answer of a list. */
export interface Page<T> {
	rows: Array<Row<T>>;
	total?: number;
	hasMore?: boolean;
	/** The server's clock, in milliseconds. */
	serverNow?: number;
}

/** How a list is read. */
export interface Source<T> {
	fetch(query: { limit?: number; offset?: number }): Promise<Page<T>>;
	/** Rows asked for at once; unset where the list takes no `limit`. */
	pageSize?: number;
	/** Whether the list takes `offset`. */
	offset?: boolean;
	/** Whether rows change their state, so that a first look goes deeper. */
	follows: boolean;
	/** Whether the poll may still send requests. */
	hasTime(): boolean;
	warn(message: string): void;
}

type Order = 'newest' | 'oldest' | 'none' | 'unknown';

interface Window<T> {
	from: number;
	rows: Array<Row<T>>;
	/** Whether nothing comes after it. */
	end: boolean;
	total?: number;
}

/** Pages read one after the other before the place to start at is searched for. */
const MOST_IN_TURN = 5;
/** Pages that are read for rows whose state may change. */
const MOST_FOR_FOLLOWED = 20;
/** Pages that one poll reads of one list. */
const MOST_PAGES = 200;
/** Rows that neighbouring pages share: rows may move meanwhile. */
const OVERLAP = 10;
/** Largest number of rows asked of a list without pages. */
const MOST_ROWS = 25_600;

/** Order of the times of a list, as far as it shows; late rows may stand a little out of place. */
function orderOf(rows: Row[], tolerance: number): { order: Order; slack: number } {
	const times = rows.flatMap(({ time }) => time ?? []);
	if (times.length < rows.length) return { order: 'none', slack: 0 };
	const steps = times.slice(1).map((time, index) => time - times[index]);
	const up = Math.max(0, ...steps);
	const down = Math.max(0, ...steps.map((step) => -step));
	const whole = (times[times.length - 1] ?? 0) - (times[0] ?? 0);
	if (up === 0 && down === 0) return { order: 'unknown', slack: 0 };
	if (up === 0) return { order: 'newest', slack: 0 };
	if (down === 0) return { order: 'oldest', slack: 0 };
	if (up <= tolerance && whole < 0) return { order: 'newest', slack: tolerance };
	if (down <= tolerance && whole > 0) return { order: 'oldest', slack: tolerance };
	return { order: 'none', slack: 0 };
}

const timesOf = (rows: Row[]): number[] => rows.flatMap(({ time }) => time ?? []);
const oldestOf = (rows: Row[]): number => Math.min(Infinity, ...timesOf(rows));
const newestOf = (rows: Row[]): number => Math.max(-Infinity, ...timesOf(rows));

/**
 * Looks at a list for rows from the state's floor on; without a state it is the first look. `room` is
 * the number of new rows that can be given out.
 */
export async function scanList<T>(
	source: Source<T>,
	state: ListState | undefined,
	room: number,
	tolerance: number,
): Promise<Scan<T>> {
	return await new Scanner(source, state, room, tolerance).scan();
}

class Scanner<T> {
	private readonly source: Source<T>;

	private readonly state: ListState | undefined;

	private readonly room: number;

	private readonly tolerance: number;

	private serverNow?: number;

	private pages = 0;

	private size: number;

	private newest = -Infinity;

	private slack = 0;

	constructor(source: Source<T>, state: ListState | undefined, room: number, tolerance: number) {
		this.source = source;
		this.state = state;
		this.room = room;
		this.tolerance = tolerance;
		this.size = source.pageSize ?? 0;
	}

	async scan(): Promise<Scan<T>> {
		return this.source.offset ? await this.scanPages() : await this.scanWhole();
	}

	private harvest(): Harvest<T> {
		return new Harvest<T>(this.state ?? NOTHING_SEEN, this.state ? this.room : Infinity);
	}

	/** Time before which rows are of no interest. */
	private horizon(): number {
		if (this.state) return this.state.floor[0] - this.slack;
		return reachedTime(this.newest, this.serverNow) - this.tolerance - this.slack;
	}

	private result(harvest: Harvest<T>, rest: Partial<Scan<T>> = {}): Scan<T> {
		harvest.newest = Math.max(harvest.newest, this.newest);
		return { harvest, serverNow: this.serverNow, ...rest };
	}

	private async fetch(query: { limit?: number; offset?: number }): Promise<Page<T>> {
		const page = await this.source.fetch(query);
		this.pages++;
		this.serverNow ??= page.serverNow;
		this.newest = Math.max(this.newest, newestOf(page.rows));
		return page;
	}

	/** Lists that come in one answer, possibly cut to `limit`: asks for more until it goes far enough back. */
	private async scanWhole(): Promise<Scan<T>> {
		let limit = this.source.pageSize && Math.max(this.source.pageSize, this.state?.limit ?? 0);
		let page = await this.fetch({ limit });
		let order: Order = 'none';
		while (limit !== undefined && page.rows.length >= limit) {
			const seen = orderOf(page.rows, this.tolerance);
			({ order } = seen);
			this.slack = seen.slack;
			if (order === 'newest' && oldestOf(page.rows) < this.horizon()) break;
			if (limit >= MOST_ROWS || !this.source.hasTime()) {
				this.source.warn(`only ${page.rows.length} rows of it can be read at once`);
				break;
			}
			const before = page.rows.length;
			page = await this.fetch({ limit: limit * 4 });
			if (page.rows.length <= before) {
				if (this.state) this.source.warn(`it gives ${before} rows at most`);
				break;
			}
			limit *= 4;
		}
		const harvest = this.harvest();
		harvest.add(page.rows);
		const grown = order !== 'newest' && limit !== this.source.pageSize;
		return this.result(harvest, { readFrom: -Infinity, ...(grown ? { limit } : {}) });
	}

	private async at(offset: number): Promise<Window<T>> {
		const { rows, total, hasMore } = await this.fetch({
			limit: this.size,
			offset: offset > 0 ? offset : undefined,
		});
		const after = offset + rows.length;
		const more = hasMore ?? (total === undefined ? rows.length >= this.size : after < total);
		return { from: offset, rows, end: rows.length === 0 || !more, total };
	}

	/** The neighbouring page, recognised by a row that both have; undefined where rows moved too far. */
	private async step(window: Window<T>, direction: number): Promise<Window<T> | undefined> {
		const { rows, from } = window;
		const overlap = Math.min(OVERLAP, Math.ceil(rows.length / 2));
		const anchor = direction > 0 ? rows[rows.length - 1] : rows[0];
		for (const shift of [0, Math.ceil(this.size / 2)]) {
			if (this.pages >= MOST_PAGES || !this.source.hasTime() || !anchor) return undefined;
			const offset =
				direction > 0 ? from + rows.length - overlap - shift : from + overlap + shift - this.size;
			const next = await this.at(Math.max(0, offset));
			const index = next.rows.findIndex(({ id }) => id === anchor.id);
			const isStuck = direction > 0 ? index === next.rows.length - 1 : index === 0;
			const atEdge = direction > 0 ? next.end : next.from === 0;
			if (index >= 0 && (!isStuck || atEdge)) return next;
		}
		return undefined;
	}

	private async scanPages(): Promise<Scan<T>> {
		let window = await this.at(0);
		const harvest = this.harvest();
		harvest.add(window.rows);
		if (window.end) return this.result(harvest, { readFrom: -Infinity });
		if (window.rows.length < this.size) this.size = window.rows.length;
		let { order, slack } = orderOf(window.rows, this.tolerance);
		let tail: Window<T> | undefined;
		if (order === 'oldest' || (order === 'unknown' && window.total !== undefined)) {
			const total = window.total ?? (await this.findEnd());
			tail = await this.at(Math.max(0, total - this.size));
			harvest.add(tail.rows);
			({ order, slack } = orderOf([...window.rows, ...tail.rows], this.tolerance));
		}
		if (order === 'none' || order === 'unknown') return await this.scanUnordered(window, harvest);
		this.slack = slack;
		const older = order === 'newest' ? 1 : -1;
		if (older < 0 && tail) window = tail;
		return await this.scanOrdered(window, older, harvest);
	}

	private isOldest(window: Window<T>, older: number): boolean {
		return older > 0 ? window.end : window.from === 0;
	}

	private async scanOrdered(
		first: Window<T>,
		older: number,
		harvest: Harvest<T>,
	): Promise<Scan<T>> {
		let window = first;
		const isPast = () => oldestOf(window.rows) < this.horizon();
		for (let pages = 1; !isPast() && !this.isOldest(window, older); pages++) {
			if (pages >= MOST_IN_TURN) {
				if (this.state) return await this.drain(first.from, older);
				return this.result(harvest, {
					unreadBefore: [oldestOf(window.rows), AFTER_ALL_KEYS],
				});
			}
			const next = await this.step(window, older);
			if (!next) return this.held();
			window = next;
			harvest.add(window.rows);
		}
		for (let pages = 0; pages < MOST_FOR_FOLLOWED; pages++) {
			const sought = Math.min(Infinity, ...harvest.soughtTimes());
			const goesOn = this.state ? sought <= oldestOf(window.rows) : this.source.follows;
			if (!goesOn || this.isOldest(window, older)) break;
			const next = await this.step(window, older);
			if (!next) break;
			window = next;
			harvest.add(window.rows);
		}
		return this.result(harvest, {
			readFrom: this.isOldest(window, older) ? -Infinity : oldestOf(window.rows) + this.slack + 1,
		});
	}

	/** Nothing is given out and nothing forgotten; the next poll tries again. */
	private held(): Scan<T> {
		this.source.warn('it could not be read far enough this time; the next poll goes on');
		return this.result(this.harvest(), { unreadFrom: 0 });
	}

	/** A long backlog: finds its oldest page by halving and reads from there towards the newest row. */
	private async drain(newestOffset: number, older: number): Promise<Scan<T>> {
		const offsetOf = (page: number) => Math.max(0, newestOffset + older * page * this.size);
		const isPast = (window: Window<T>) =>
			this.isOldest(window, older) || oldestOf(window.rows) < this.horizon();
		let low = MOST_IN_TURN - 1;
		let high = MOST_IN_TURN * 2;
		let window = await this.at(offsetOf(high));
		while (!isPast(window)) {
			if (this.pages >= MOST_PAGES || !this.source.hasTime()) return this.held();
			low = high;
			high *= 2;
			window = await this.at(offsetOf(high));
		}
		while (high - low > 1) {
			if (!this.source.hasTime()) return this.held();
			const middle = Math.floor((low + high) / 2);
			const between = await this.at(offsetOf(middle));
			if (isPast(between)) {
				high = middle;
				window = between;
			} else {
				low = middle;
			}
		}
		if (window.rows.length === 0) window = await this.at(offsetOf(low));
		const harvest = this.harvest();
		for (;;) {
			harvest.add(window.rows);
			const readUpTo = newestOf(window.rows) - this.slack;
			const isNewest = older > 0 ? window.from === 0 : window.end;
			if (isNewest) return this.result(harvest);
			const next = harvest.isFull(readUpTo) ? undefined : await this.step(window, -older);
			if (!next) return this.result(harvest, { unreadFrom: readUpTo });
			window = next;
		}
	}

	/** Length of a list that does not tell it. */
	private async findEnd(): Promise<number> {
		let low = 0;
		let high = this.size * 2;
		for (;;) {
			const { rows, end } = await this.at(high);
			if (rows.length > 0 && end) return high + rows.length;
			if (rows.length === 0) break;
			low = high;
			high *= 2;
		}
		while (high - low > 1) {
			const middle = Math.floor((low + high) / 2);
			const { rows, end } = await this.at(middle);
			if (rows.length > 0 && end) return middle + rows.length;
			if (rows.length === 0) high = middle;
			else low = middle;
		}
		return high;
	}

	private async scanUnordered(first: Window<T>, harvest: Harvest<T>): Promise<Scan<T>> {
		let window = first;
		while (!window.end) {
			const next = await this.step(window, 1);
			if (!next) break;
			window = next;
			harvest.add(window.rows);
		}
		this.source.warn(`its rows are in no order, so ${this.pages} pages were read`);
		return this.result(harvest, window.end ? { readFrom: -Infinity } : {});
	}
}
