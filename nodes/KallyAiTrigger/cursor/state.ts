import { createHash } from 'crypto';

import { isPlainObject } from '../../shared/objects';

/** A place in the order of events: by time, those of one time by key. */
export type Position = [time: number, key: string];

/**
 * Rows that are followed because their state may change: time, the states that were given out, and
 * whether the list is read on until the row is found.
 */
export type Pending = Record<string, [time: number | null, given: string, sought: 0 | 1]>;

/** What is remembered of one list. All times are the server's, in milliseconds since 1970. */
export interface ListState {
	/** Every row before this place is known, whether `seen` has it or not. */
	floor: Position;
	/** Keys of known rows from the floor on, by their time in base 36; rows without a time under `-`. */
	seen: Record<string, string>;
	pending: Pending;
	/** Rows to ask for at once, where a list without pages is longer than usual. */
	limit?: number;
}

/** What is kept in the node's static data. */
export interface TriggerState {
	version: 1;
	/** What the node was set to when this was written; other settings start anew. */
	settings: string;
	lists: Record<string, ListState>;
}

/** State of a list from which everything that is there is still to come. */
export const NOTHING_SEEN: ListState = { floor: [0, ''], seen: {}, pending: {} };

/** Characters of a key: 48 bits keep the chance that two of some thousand rows share one below 10^-7. */
export const KEY_LENGTH = 8;

/** Characters of the key of a state: one of the few states that a row can have. */
export const STATUS_LENGTH = 4;

/** Bucket of rows that have no time. */
export const TIMELESS = '-';

/** Short key of a text, for remembering many of them. */
export function keyOf(text: string, length = KEY_LENGTH): string {
	return createHash('sha256').update(text).digest('base64url').slice(0, length);
}

/** Takes apart what `keyOf` made and somebody strung together. */
export function keysIn(bucket: string, length = KEY_LENGTH): string[] {
	return Array.from({ length: Math.floor(bucket.length / length) }, (_, index) =>
		bucket.slice(index * length, (index + 1) * length),
	);
}

function isListState(value: unknown): boolean {
	if (!isPlainObject(value)) return false;
	const { floor, seen, pending, limit } = value;
	return (
		Array.isArray(floor) &&
		Number.isFinite(floor[0]) &&
		typeof floor[1] === 'string' &&
		isPlainObject(seen) &&
		Object.values(seen).every((bucket) => typeof bucket === 'string') &&
		isPlainObject(pending) &&
		Object.values(pending).every((entry) => Array.isArray(entry) && typeof entry[1] === 'string') &&
		(limit === undefined || Number.isFinite(limit))
	);
}

/**
 * Reads the state from static data. Undefined for none, one of other settings, and one that is broken or
 * from another version: all of them start from now.
 */
export function readState(stored: unknown, settings: string): TriggerState | undefined {
	if (!isPlainObject(stored) || stored.version !== 1 || stored.settings !== settings) {
		return undefined;
	}
	if (!isPlainObject(stored.lists) || !Object.values(stored.lists).every(isListState)) {
		return undefined;
	}
	return stored as unknown as TriggerState;
}
