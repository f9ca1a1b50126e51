import { createHash } from 'crypto';

import { isPlainObject } from '../../shared/objects';

/** How the rows of a list are sorted: by time, newest or oldest first, or not by time. */
export type Order = 'newest' | 'oldest' | 'none';

/** A position among the rows: by time, at the same time by key. */
export type Position = [time: number, key: string];

/**
 * A row whose status may still change: its time (negative after it was missing once, null if it is no longer
 * tracked), the key of its last status, and the keys of the statuses that version 0.1.0 emitted.
 */
export type Open = [time: number | null, status: string, given?: string];

/** What is known about the responses of a list; unknown members are not set. */
export interface Learnt {
	order?: Order;
	/** Whether the last poll showed a different one. */
	isDoubtful?: true;
	/** `limit` that the server accepts; 0 if it accepts none. */
	limit?: number;
	/** Number of rows of a page that is followed by another one. */
	size?: number;
	/** Whether `offset` has led to other rows. */
	offset?: true;
	/** An offset that led to no rows, although there may be more. */
	stuck?: number;
	/** Whether pages must follow each other without sharing rows. */
	aligned?: true;
	/** Whether pages before the last one differ in length. */
	uneven?: true;
	/** Number of rows in a list that was read to its end. */
	count?: number;
	/** Largest first page that was not followed by another one. */
	whole?: number;
	/** The server's `total` without the rows that were not known then; and a later, smaller one. */
	total?: number;
	less?: number;
	/** Whether `total` counts rows that the list does not return. */
	untrue?: true;
	/** Fields with a name such as `call_id` that several rows share, so they are not the ID. */
	shared?: string[];
}

/** What is remembered about one list. All times are those of its rows, in milliseconds since 1970. */
export interface ListState {
	/** The settings of the list; with other settings it starts from now. */
	settings: string;
	/** Every row before this position is known, even if it is not in `seen`. */
	floor: Position;
	/** The time back to which the next poll has to read. */
	back: number;
	/** When something new was last found, on the clock of the server, or else the host's. */
	since?: number;
	/** Whether a poll after the late arrival window has found nothing. */
	isCalm?: true;
	/**
	 * Keys of known events, concatenated for each quarter of an hour; those of rows without a time are under `-`.
	 */
	seen: Record<string, string>;
	open: Record<string, Open>;
	/** Events that wait for a recording or transcript: since when, and for how many polls. */
	waiting?: Record<string, [since: number, polls: number]>;
	learnt: Learnt;
	/** The last lines written to the log, which are not repeated. */
	said?: string;
	/** Why events may have been missed: the next poll that has nothing to emit fails with this reason. */
	missed?: string;
	/** Whether version 0.1.0 stored this and there has been no poll since. */
	former?: boolean;
}

/** The lists of a node by the name of the event. */
export type Lists = Record<string, ListState>;

/** What is kept in the node's static data. */
export interface TriggerState {
	version: 2;
	lists: Lists;
}

/** State of a list whose existing rows are all to be emitted. */
export function nothingSeen(settings: string): ListState {
	return { settings, floor: [0, ''], back: 0, seen: {}, open: {}, learnt: {} };
}

/**
 * Length of a key: with 42 bits, the chance that a new row has the key of one of 10,000 known rows is below
 * 10^-8.
 */
export const KEY_LENGTH = 7;

/** Length of the key of a status, of which a row has only a few. */
export const STATUS_LENGTH = 4;

/** Name of the bucket for rows without a time. */
export const TIMELESS = '-';

/** Short key of a text, for remembering many of them. */
export function keyOf(text: string, length = KEY_LENGTH): string {
	return createHash('sha256').update(text).digest('base64url').slice(0, length);
}

/** Splits concatenated keys. */
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

/** The lists in static data; those that are invalid or of another version are left out and start from now. */
export function readLists(stored: unknown): Lists {
	if (!isPlainObject(stored) || stored.version !== 2 || !isPlainObject(stored.lists)) return {};
	return Object.fromEntries(
		Object.entries(stored.lists).filter((entry): entry is [string, never] => isListState(entry[1])),
	);
}
