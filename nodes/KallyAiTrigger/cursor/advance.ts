import {
	KEY_LENGTH,
	keysIn,
	type ListState,
	NOTHING_SEEN,
	type Pending,
	type Position,
	STATUS_LENGTH,
	TIMELESS,
} from './state';

/**
 * How a row stands: `open` rows are read for until they end, `settled` ones may change again and are
 * followed as long as they turn up, `final` ones stay as they are.
 */
export type Standing = 'open' | 'settled' | 'final';

/** A row as the cursor logic sees it. */
export interface Row<T = unknown> {
	/** Key of the row's ID. */
	id: string;
	/** Key of the event: of the ID, or of ID and state. */
	key: string;
	/** Key of the state; empty for events that are about new rows. */
	status: string;
	/** Server time by which the list is ordered, in milliseconds; undefined where the row has none. */
	time?: number;
	/** Whether the event is asked for. */
	wanted: boolean;
	/** Always `final` for events about new rows. */
	standing: Standing;
	/** Whether the row is forgotten while it is not wanted, so that it can be an event again. */
	rearms: boolean;
	content: T;
}

/** Rows that are followed in one list. */
const MOST_PENDING = 300;
/** Rows without a time that are remembered in one list. */
const MOST_TIMELESS = 2000;
/** Characters that the state of all lists may take: below 64 kB with what surrounds it. */
const MOST_CHARACTERS = 60_000;

/** Order in which events are given out: by time, those of one time by key, those without time last. */
export function compareRows(a: Row, b: Row): number {
	return comparePositions(positionOf(a), positionOf(b));
}

function positionOf({ time = Infinity, key }: Row): Position {
	return [time, key];
}

function comparePositions([timeA, keyA]: Position, [timeB, keyB]: Position): number {
	if (timeA !== timeB) return timeA < timeB ? -1 : 1;
	return keyA < keyB ? -1 : keyA > keyB ? 1 : 0;
}

/** Tells known rows from new ones. */
class Memory {
	private readonly state: ListState;

	private readonly seen: Set<string>;

	constructor(state: ListState) {
		this.state = state;
		this.seen = new Set(Object.values(state.seen).flatMap((bucket) => keysIn(bucket)));
	}

	knows(row: Row): boolean {
		if (this.seen.has(row.key)) return true;
		if (Object.hasOwn(this.state.pending, row.id)) {
			return keysIn(this.state.pending[row.id][1], STATUS_LENGTH).includes(row.status);
		}
		return row.time !== undefined && comparePositions(positionOf(row), this.state.floor) < 0;
	}
}

/**
 * Gathers what matters of the rows that a look at a list brings, page by page, so that pages need not be
 * kept: the oldest new rows up to `room`, and the rows that are followed.
 */
export class Harvest<T = unknown> {
	/** Time of the newest row. */
	newest = -Infinity;

	private readonly state: ListState;

	private readonly room: number;

	private readonly memory: Memory;

	private readonly fresh = new Map<string, Row<T>>();

	private readonly followed = new Map<string, Row<T>>();

	private readonly timeless = new Map<string, Row<T>>();

	constructor(state: ListState, room: number) {
		this.state = state;
		this.room = room;
		this.memory = new Memory(state);
	}

	add(rows: Array<Row<T>>): void {
		for (const row of rows) {
			this.newest = Math.max(this.newest, row.time ?? -Infinity);
			if (row.standing !== 'final' || Object.hasOwn(this.state.pending, row.id)) {
				this.followed.set(row.id, row);
			}
			if (row.time === undefined) this.timeless.set(row.key, row);
			if (row.wanted && !this.memory.knows(row)) this.fresh.set(row.key, row);
		}
		if (this.fresh.size > this.room + 1) {
			const kept = this.freshRows().slice(0, this.room + 1);
			this.fresh.clear();
			for (const row of kept) this.fresh.set(row.key, row);
		}
	}

	/** The new rows, oldest first: all of them, or one more than there is room for. */
	freshRows(): Array<Row<T>> {
		return [...this.fresh.values()].sort(compareRows);
	}

	followedRows(): Array<Row<T>> {
		return [...this.followed.values()];
	}

	timelessRows(): Array<Row<T>> {
		return [...this.timeless.values()];
	}

	/** Whether there are enough new rows, all of them older than those still to be read. */
	isFull(readUpTo: number): boolean {
		if (this.fresh.size < this.room) return false;
		return (this.freshRows()[this.room - 1].time ?? Infinity) < readUpTo;
	}

	/** Times of the rows to be read for that were not found. */
	soughtTimes(): number[] {
		return Object.entries(this.state.pending).flatMap(([id, [time, , sought]]) =>
			sought && time !== null && !this.followed.has(id) ? time : [],
		);
	}
}

/** What a look at a list gave. */
export interface Scan<T = unknown> {
	harvest: Harvest<T>;
	/** The server's clock at the first answer, in milliseconds. */
	serverNow?: number;
	/** Rows from this time on were not read, for want of room or time. */
	unreadFrom?: number;
	/** Rows before this place were not read and are to count as known. */
	unreadBefore?: Position;
	/** Every row from this time on was read. */
	readFrom?: number;
	/** Rows to ask for at once next time. */
	limit?: number;
}

/** The newest time that a scan reached; a row dated ahead must not hide what comes before it. */
export function reachedTime(newest: number, serverNow = Infinity): number {
	return Math.max(0, Math.min(newest, serverNow));
}

/** Those of `rows` that are still new after other polls may have written the state. */
export function stillFresh<T>(state: ListState, rows: Array<Row<T>>): Array<Row<T>> {
	const memory = new Memory(state);
	return rows.filter((row) => !memory.knows(row));
}

/**
 * State after the first look: what is there is known, nothing of it is an event. Where the list is
 * empty, whatever turns up later is new, however old it says it is.
 */
export function startState(scan: Scan, tolerance: number): ListState {
	return settle(NOTHING_SEEN, scan, scan.harvest.freshRows(), tolerance);
}

/**
 * State after `given` were handed out. The floor rises to the oldest row that is left over, and at most
 * so far that rows which turn up late, by up to the tolerance, are still looked at.
 */
export function settle(state: ListState, scan: Scan, given: Row[], tolerance: number): ListState {
	const { harvest, serverNow, unreadFrom = Infinity, unreadBefore = [0, ''] } = scan;
	const givenKeys = new Set(given.map(({ key }) => key));
	const memory = new Memory(state);
	const isLeft = (row: Row) => row.wanted && !givenKeys.has(row.key) && !memory.knows(row);
	const [oldestLeft] = harvest.freshRows().filter(isLeft);
	const settled: Position = [reachedTime(harvest.newest, serverNow) - tolerance, ''];
	const open: Position[] = [settled, [unreadFrom, '']];
	if (oldestLeft) open.push(positionOf(oldestLeft));
	const [lowest] = open.sort(comparePositions);
	const floor = [state.floor, lowest, unreadBefore].sort(comparePositions)[2];
	return {
		floor,
		seen: remembered(state.seen, floor, given, harvest.timelessRows(), isLeft),
		pending: followed(state.pending, scan, isLeft),
		...(scan.limit === undefined ? {} : { limit: scan.limit }),
	};
}

function remembered(
	before: ListState['seen'],
	floor: Position,
	given: Row[],
	timeless: Row[],
	isLeft: (row: Row) => boolean,
): ListState['seen'] {
	const seen: ListState['seen'] = {};
	const keep = (bucket: string, key: string) => {
		const keys = seen[bucket] ?? '';
		if (!keysIn(keys).includes(key)) seen[bucket] = keys + key;
	};
	for (const [bucket, keys] of Object.entries(before)) {
		if (bucket === TIMELESS) continue;
		const time = parseInt(bucket, 36);
		const kept =
			time === floor[0]
				? keysIn(keys)
						.filter((key) => key >= floor[1])
						.join('')
				: keys;
		if (time >= floor[0] && kept !== '') seen[bucket] = kept;
	}
	for (const row of given) {
		if (row.time !== undefined && comparePositions(positionOf(row), floor) >= 0) {
			keep(row.time.toString(36), row.key);
		}
	}
	// Keys of rows that are still there go to the end, so that others are forgotten first.
	const there = new Set(timeless.map(({ key }) => key));
	const gone = keysIn(before[TIMELESS] ?? '').filter((key) => !there.has(key));
	const present = timeless.filter((row) => row.wanted && !isLeft(row)).map(({ key }) => key);
	const dropped = timeless.filter(
		({ wanted, rearms, key }) => !wanted && !rearms && (before[TIMELESS] ?? '').includes(key),
	);
	const keys = [...gone, ...dropped.map(({ key }) => key), ...present].slice(-MOST_TIMELESS);
	if (keys.length > 0) seen[TIMELESS] = keys.join('');
	return seen;
}

function followed(
	before: Pending,
	{ harvest, readFrom = Infinity }: Scan,
	isLeft: (row: Row) => boolean,
): Pending {
	const pending: Pending = {};
	for (const [id, [time, given, sought]] of Object.entries(before)) {
		// What should have been among the rows and was not is waited for, but no longer read for.
		const missed = time !== null && time >= readFrom;
		pending[id] = [time, given, missed ? 0 : sought];
	}
	for (const row of harvest.followedRows()) {
		const { id, status, time = null, standing } = row;
		const given = pending[id]?.[1] ?? '';
		const left = isLeft(row);
		if (standing === 'final' && !left) {
			delete pending[id];
			continue;
		}
		const isNew = row.wanted && !left && !keysIn(given, STATUS_LENGTH).includes(status);
		pending[id] = [time, isNew ? given + status : given, standing === 'open' || left ? 1 : 0];
	}
	const entries = Object.entries(pending);
	if (entries.length <= MOST_PENDING) return pending;
	const rank = ([time, , sought]: Pending[string]) => (sought ? 1e15 : 0) + (time ?? 0);
	entries.sort(([, a], [, b]) => rank(b) - rank(a));
	return Object.fromEntries(entries.slice(0, MOST_PENDING));
}

/**
 * Keeps the state of all lists within bounds: the largest ones forget their oldest keys, and their floor
 * rises over them, so that nothing comes twice.
 */
export function withinBounds(lists: Record<string, ListState>): Record<string, ListState> {
	let room = MOST_CHARACTERS;
	const entries = Object.entries(lists)
		.map(([name, state]) => ({ name, state, size: JSON.stringify(state).length + name.length + 4 }))
		.sort((a, b) => a.size - b.size);
	const fitted = entries.map(({ name, state, size }, index) => {
		const share = Math.floor(room / (entries.length - index));
		room -= Math.min(size, share);
		return [name, size > share ? shortened(state, size - share) : state] as const;
	});
	return Object.fromEntries(fitted);
}

function shortened(state: ListState, tooMany: number): ListState {
	const seen = { ...state.seen };
	let floor = state.floor;
	let excess = tooMany;
	const buckets = Object.keys(seen)
		.filter((bucket) => bucket !== TIMELESS)
		.sort((a, b) => parseInt(a, 36) - parseInt(b, 36));
	for (const bucket of buckets) {
		if (excess <= 0) break;
		const keys = keysIn(seen[bucket]).sort();
		const count = Math.ceil(excess / KEY_LENGTH);
		const rest = keys.slice(count);
		floor = [parseInt(bucket, 36), rest[0] ?? AFTER_ALL_KEYS];
		excess -= seen[bucket].length - rest.length * KEY_LENGTH;
		if (rest.length > 0) {
			seen[bucket] = rest.join('');
		} else {
			delete seen[bucket];
			excess -= bucket.length + '"":"",'.length;
		}
	}
	return { ...state, floor, seen };
}

/** Comes after every key in a position. */
export const AFTER_ALL_KEYS = '~';
