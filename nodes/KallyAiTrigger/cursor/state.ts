import { createHash } from 'crypto';

import { isPlainObject } from '../../shared/objects';

/** How the rows of a list stand: by time, the newest or the oldest first, or in no order of times. */
export type Order = 'newest' | 'oldest' | 'none';

/** A place among the rows: by time, those of one time by key. */
export type Position = [time: number, key: string];

/**
 * A row whose status may still change: its time, negative once it was missed and null where it is no longer looked
 * for, the key of the status in
 * which it was last seen, and the keys of statuses that version 0.1.0 gave out.
 */
export type Open = [time: number | null, status: string, given?: string];

/** What was seen of how a list answers; what was not seen yet is not set. */
export interface Learnt {
	order?: Order;
	/** Whether the last look showed another one. */
	isDoubtful?: true;
	/** `limit` that the server takes; 0 where it takes none. */
	limit?: number;
	/** Rows of a page that is followed by another one. */
	size?: number;
	/** Whether `offset` has led to other rows. */
	offset?: true;
	/** An offset that has led to none, though there may be more. */
	stuck?: number;
	/** Whether pages have to follow each other without sharing rows. */
	aligned?: true;
	/** Rows that were in a list which was read to its end. */
	count?: number;
	/** Largest first page after which nothing came. */
	whole?: number;
	/** The server's `total`, less the rows of it that were not known then; and a smaller one that came after it. */
	total?: number;
	less?: number;
	/** Whether `total` counts rows that the list does not give. */
	untrue?: true;
	/** Fields with a name such as `call_id` that several rows have in common, so that they are no ID. */
	shared?: string[];
}

/** What is remembered of one list. All times are those of its rows, in milliseconds since 1970. */
export interface ListState {
	/** What the list was asked for; other settings start anew. */
	settings: string;
	/** Every row before this place is known, whether `seen` has it or not. */
	floor: Position;
	/** The time back to which the next look has to read. */
	back: number;
	/** When something new was last found, by the clock of the server, else the host's. */
	since?: number;
	/** Whether a look after the time in which something late may come has found nothing. */
	isCalm?: true;
	/** Keys of known events, strung together by the quarter of an hour; those of rows without a time under `-`. */
	seen: Record<string, string>;
	open: Record<string, Open>;
	/** Events that wait for what is added to them: since when, and for how many polls. */
	waiting?: Record<string, [since: number, polls: number]>;
	learnt: Learnt;
	/** What was last written to the log, which is not written again. */
	said?: string;
	/** Why events may have been missed: the next poll that has nothing to give fails with it. */
	missed?: string;
	/** Whether version 0.1.0 wrote this and no look has been taken since. */
	former?: boolean;
}

/** The lists of a node by the name of the event. */
export type Lists = Record<string, ListState>;

/** What is kept in the node's static data. */
export interface TriggerState {
	version: 2;
	lists: Lists;
}

/** State of a list from which everything that is there is still to come. */
export function nothingSeen(settings: string): ListState {
	return { settings, floor: [0, ''], back: 0, seen: {}, open: {}, learnt: {} };
}

/** Characters of a key: 42 bits keep the chance that a new row has that of one of 10,000 known ones below 10^-8. */
export const KEY_LENGTH = 7;

/** Characters of the key of a status: one of the few that a row can have. */
export const STATUS_LENGTH = 4;

/** Where the keys of rows without a time stand. */
export const TIMELESS = '-';

/** Short key of a text, for remembering many of them. */
export function keyOf(text: string, length = KEY_LENGTH): string {
	return createHash('sha256').update(text).digest('base64url').slice(0, length);
}

/** Takes apart keys that were strung together. */
export function keysIn(keys: string, length = KEY_LENGTH): string[] {
	const taken: string[] = [];
	for (let end = length; end <= keys.length; end += length)
		taken.push(keys.slice(end - length, end));
	return taken;
}

function isListState(value: unknown): value is ListState {
	if (!isPlainObject(value)) return false;
	const { settings, floor, back, seen, open, learnt } = value;
	return (
		typeof settings === 'string' &&
		Array.isArray(floor) &&
		Number.isFinite(floor[0]) &&
		typeof floor[1] === 'string' &&
		Number.isFinite(back) &&
		isPlainObject(seen) &&
		Object.values(seen).every((keys) => typeof keys === 'string') &&
		isPlainObject(open) &&
		Object.values(open).every((entry) => Array.isArray(entry) && typeof entry[1] === 'string') &&
		isPlainObject(learnt)
	);
}

/** The lists in static data; those that are broken or of another version are left out and start from now. */
export function readLists(stored: unknown): Lists {
	if (!isPlainObject(stored) || stored.version !== 2 || !isPlainObject(stored.lists)) return {};
	return Object.fromEntries(
		Object.entries(stored.lists).filter((entry): entry is [string, never] => isListState(entry[1])),
	);
}
