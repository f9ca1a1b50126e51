import {
	keyOf,
	keysIn,
	KEY_LENGTH,
	type ListState,
	nothingSeen,
	type Open,
	type Position,
	STATUS_LENGTH,
	TIMELESS,
} from './state';

/** A row of a list, and its event. */
export interface Row<T = unknown> {
	/** Key of the row's ID. */
	id: string;
	/** Key of the event; a row that is not selected has its own. */
	key: string;
	/** ID of the event; if it happens again, its number is appended. */
	eventId: string;
	/** Key of the status; empty for events that are about new rows. */
	status: string;
	/** Whether the status may still change, by itself or by somebody's action. */
	open: boolean;
	/** Whether a return to this status is a new event. */
	again: boolean;
	/** Whether the event is selected. */
	wanted: boolean;
	/** The time in the row. */
	time?: number;
	/** Its position: its own time, or that of its neighbors. */
	at?: number;
	/** Keys that the row had in other statuses. */
	others?: () => string[];
	/** Key of the event in version 0.1.0, if it was different. */
	former?: string;
	content: T;
}

/** The result of reading a list. */
export interface Look<T = unknown> {
	/** Each row once, in the order of the list. */
	rows: Array<Row<T>>;
	/** Rows that can only be old: they come after the last known row of a list without times. */
	old: Set<Row<T>>;
	/** The newest time of a row that is not in the future. */
	newest?: number;
	/** Whether every row of the list was read. */
	whole: boolean;
	/** Whether the position of a row with this time was read. */
	passed(at: number): boolean;
	/** Time of the oldest row that was read. */
	oldest?: number;
	learnt: ListState['learnt'];
	/** The clock of the server, or else the host's. */
	now: number;
	/** Whether rows that are not emitted now may be out of reach later. */
	urgent: boolean;
	/** Whether rows are missing, according to the list's own total or because pages do not connect. */
	incomplete: boolean;
	/** Rows before this time count as old: the list reported them but did not return them on the first poll. */
	since?: number;
	/** What is not possible with this list, for the log. */
	warning?: string;
	/** Why there may be new rows that cannot be seen. */
	missed?: string;
}

/** Period in milliseconds whose keys are kept and forgotten together. */
const BUCKET_MS = 15 * 60_000;

/** Number of known rows of a list that are remembered longer than the tolerance requires. */
const MOST_REMEMBERED = 2000;

/** Name of the bucket for events at a time. */
export function bucketOf(time: number): string {
	return Math.floor(time / BUCKET_MS).toString(36);
}

const endOf = (bucket: string): number => (parseInt(bucket, 36) + 1) * BUCKET_MS;

/** Order in which events are emitted: by time, at the same time by key, and those without a time last. */
export function compareRows(a: Row, b: Row): number {
	const [timeA, timeB] = [a.at ?? Infinity, b.at ?? Infinity];
	if (timeA !== timeB) return timeA < timeB ? -1 : 1;
	return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/** Determines what a row is, given a state: nothing new, an event, or an event that happens again. */
export class Memory {
	private readonly state: ListState;

	private readonly seen: Set<string>;

	private constructor(state: ListState) {
		this.state = state;
		this.seen = new Set();
		for (const keys of Object.values(state.seen)) {
			for (const key of keysIn(keys)) this.seen.add(key);
		}
	}

	private static readonly made = new WeakMap<ListState, Memory>();

	/** The memory of a state that no longer changes. */
	static of(state: ListState): Memory {
		const made = Memory.made.get(state) ?? new Memory(state);
		Memory.made.set(state, made);
		return made;
	}

	/** Key of an event that happens for the nth time. */
	keyOf(row: Row, number: number): string {
		return number === 1 ? row.key : keyOf(`${row.eventId}:${number}`);
	}

	private has(row: Row, number = 1): boolean {
		return (
			this.seen.has(this.keyOf(row, number)) ||
			(number === 1 && row.former !== undefined && this.seen.has(row.former))
		);
	}

	/** Whether the row is remembered in another status. */
	private wasOther({ others }: Row): boolean {
		return others?.().some((key) => this.seen.has(key)) ?? false;
	}

	private openOf(row: Row): Open | undefined {
		return row.status !== '' && Object.hasOwn(this.state.open, row.id)
			? this.state.open[row.id]
			: undefined;
	}

	/** Whether a row comes before the position from which all known rows are remembered. */
	isBelow({ at, key, former = key }: Row): boolean {
		const [time, floorKey]: Position = this.state.floor;
		return at !== undefined && (at < time || (at === time && former < floorKey));
	}

	/** The number of the event of a row: 0 for none, 1 for one that has not happened yet, n for the nth return. */
	numberOf(row: Row): number {
		if (!row.wanted) return 0;
		const open = this.openOf(row);
		if (!open) {
			if (!this.has(row)) return this.isBelow(row) && !this.wasOther(row) ? 0 : 1;
			// It was not tracked: its last known status was a final one, and now it is back.
			const isBack = row.status !== '' && row.open && row.again && !this.state.former;
			return isBack ? this.next(row) : 0;
		}
		const [, status, given = ''] = open;
		if (status === row.status) return 0;
		const wasGiven = keysIn(given, STATUS_LENGTH).includes(row.status);
		if (status === '' && wasGiven) return 0;
		const number = wasGiven ? this.next(row, 2) : this.next(row);
		return number > 1 && !row.again ? 0 : number;
	}

	private next(row: Row, from = 1): number {
		let number = from;
		while (this.has(row, number)) number++;
		return number;
	}

	/** Whether a row was seen before in its current status. */
	knows(row: Row): boolean {
		if (row.wanted) {
			const open = this.openOf(row);
			return this.numberOf(row) === 0 && (!open || open[1] === row.status || open[1] === '');
		}
		const open = this.openOf(row);
		if (open) return open[1] === row.status || open[1] === '';
		return this.has(row) || this.isBelow(row);
	}

	/** Times of the open rows that are tracked. */
	sought(): Map<string, number> {
		const times = new Map<string, number>();
		for (const [id, [time]] of Object.entries(this.state.open)) {
			if (time !== null) times.set(id, Math.abs(time));
		}
		return times;
	}

	/** Whether a key is remembered. */
	remembers(key: string): boolean {
		return this.seen.has(key);
	}
}

const openAt = (time: Open[0], status: string, given?: string): Open =>
	given ? [time, status, given] : [time, status];

/**
 * State after reading a list and emitting `given`. The other events are not remembered, so they are new again,
 * and the next poll reads back to them. Without a state it is the first poll, and all existing rows count as
 * known.
 *
 * @param vanishes whether a row that has left the list is finished, so that it can return as a new event
 */
export function settle(
	before: ListState | undefined,
	settings: string,
	look: Look,
	given: Set<Row>,
	{ tolerance, vanishes }: { tolerance: number; vanishes: boolean },
): ListState {
	const state = before ?? nothingSeen(settings);
	const memory = Memory.of(state);
	const seen: Record<string, string> = { ...state.seen };
	const open: Record<string, Open> = {};
	const newest = look.newest;
	const added = new Set<string>();
	let leftFrom = Infinity;
	let leftRows = 0;
	let isQuiet = before?.since !== undefined && !look.incomplete;
	const keep = (row: Row, key: string, isLate: boolean) => {
		if (memory.remembers(key) || added.has(key)) return;
		added.add(key);
		// Late changes are kept as long as new rows; rows dated in the future no longer than that.
		const at = isLate ? newest : Math.min(row.at ?? Infinity, newest ?? Infinity);
		const bucket = at === undefined || row.at === undefined ? TIMELESS : bucketOf(at);
		seen[bucket] = (seen[bucket] ?? '') + key;
	};
	// The sign marks rows that were missing once, but 0, the time of empty dates, has none.
	const placeOf = ({ at }: Row) =>
		at === undefined ? null : Math.max(1, Math.min(at, newest ?? at));
	const present = new Set<string>();
	for (const row of look.rows) {
		present.add(row.id);
		const isFollowed = row.status !== '' && Object.hasOwn(state.open, row.id);
		if (isQuiet && !memory.knows(row)) isQuiet = false;
		const number = before && !look.old.has(row) ? memory.numberOf(row) : 0;
		if (number > 0 && !given.has(row)) {
			if (isFollowed) open[row.id] = state.open[row.id];
			leftFrom = Math.min(leftFrom, row.at ?? state.back);
			leftRows++;
			continue;
		}
		const isOld = memory.isBelow(row);
		if (number > 0 || isFollowed || !isOld) {
			keep(row, number > 1 ? memory.keyOf(row, number) : row.key, isFollowed || isOld);
		}
		if (row.open && row.status !== '') {
			open[row.id] = openAt(placeOf(row), row.status, state.open[row.id]?.[2]);
		}
	}
	for (const [id, entry] of Object.entries(state.open)) {
		if (present.has(id) || (vanishes && look.whole)) continue;
		const [time, status, former] = entry;
		// A response may be outdated: only rows that are missing twice are no longer tracked.
		const isMissed = time !== null && look.passed(Math.abs(time));
		open[id] = openAt(isMissed ? (time <= 0 ? null : -time) : time, status, former);
	}
	const settled = newest === undefined ? state.back : newest - tolerance;
	// If rows were missing, the next poll reads back just as far.
	const back = Math.min(settled, leftFrom, look.incomplete ? state.back : Infinity);
	const unseen = look.whole ? undefined : look.oldest;
	const floor: Position =
		before || (look.since ?? unseen) === undefined
			? state.floor
			: [look.since ?? Number(unseen) + 1, ''];
	const { total } = look.learnt;
	return {
		settings,
		back: Math.max(0, back),
		since: isQuiet ? before?.since : look.now,
		...(isQuiet && look.now - (before?.since ?? 0) > 2 * tolerance ? { isCalm: true } : {}),
		...forgetting(seen, floor, back, look),
		open,
		learnt: { ...look.learnt, ...(total === undefined ? {} : { total: total - leftRows }) },
		...(look.warning ? { said: look.warning } : {}),
		...(look.missed ? { missed: look.missed } : {}),
	};
}

/** Forgets keys from before `back` if there are many; the floor rises above them. */
function forgetting(
	seen: Record<string, string>,
	before: Position,
	back: number,
	look: Look,
): Pick<ListState, 'seen' | 'floor'> {
	let floor = before;
	const buckets = Object.keys(seen)
		.filter((bucket) => bucket !== TIMELESS)
		.sort((a, b) => parseInt(a, 36) - parseInt(b, 36));
	const sizeOf = (bucket: string) => Math.floor(seen[bucket].length / KEY_LENGTH);
	let count = buckets.reduce((sum, bucket) => sum + sizeOf(bucket), 0);
	for (const bucket of buckets) {
		count -= sizeOf(bucket);
		if (count < MOST_REMEMBERED || endOf(bucket) > back) break;
		delete seen[bucket];
		if (endOf(bucket) > floor[0]) floor = [endOf(bucket), ''];
	}
	const timeless = keysIn(seen[TIMELESS] ?? '');
	if (timeless.length > MOST_REMEMBERED) {
		const there = new Set(look.rows.map(({ key }) => key));
		const gone = timeless.filter((key) => !there.has(key));
		const present = timeless.filter((key) => there.has(key));
		seen[TIMELESS] = [...gone.slice(-MOST_REMEMBERED), ...present].join('');
	}
	return { seen, floor };
}
