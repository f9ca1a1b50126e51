import type { IDataObject } from 'n8n-workflow';

import { foldedName, titleOfValue } from '../../shared/names';
import { isPlainObject } from '../../shared/objects';

/**
 * Whether a record will change: `open` ones by themselves, `waiting` ones if somebody does something, `ended`
 * ones not at all.
 */
export type Standing = 'open' | 'waiting' | 'ended';

/** What the statuses of a resource's records mean. */
export type Statuses = Record<string, Standing>;

/** Statuses of work that continues by itself, in any resource (docs/api.md, rows 35, 46 and 47). */
export const OPEN_STATUSES = {
	active: 'open',
	in_progress: 'open',
	pending: 'open',
	queued: 'open',
	ringing: 'open',
	scheduled: 'open',
} satisfies Statuses;

/** What a status means in a resource whose own table does not define it. */
const SHARED_STATUSES: Statuses = {
	...OPEN_STATUSES,
	awaiting: 'waiting',
	needs_input: 'waiting',
	pending_approval: 'waiting',
};

/** Fields with the time at which the work ended, at the top of a record or in its `metadata`. */
const END_TIMES = ['ended_at', 'completed_at', 'finished_at', 'cancelled_at', 'terminated_at'];

function hasEndTime(record: IDataObject): boolean {
	return END_TIMES.some((name) => {
		const time = Object.hasOwn(record, name) ? record[name] : undefined;
		return typeof time === 'number' ? time > 0 : typeof time === 'string' && time.trim() !== '';
	});
}

/**
 * Whether a record of a resource is open, waiting or ended. A record with an end time has ended, regardless of
 * its status; one without an end time and without a status is open. An unknown status counts as ended: otherwise
 * a wait for it would last until its time limit. The record may be any JSON.
 *
 * @param statuses what the resource's own statuses mean
 */
export function standsOf(record: unknown, statuses: Statuses): Standing {
	if (!isPlainObject(record)) return 'open';
	const { metadata } = record;
	if (hasEndTime(record) || (isPlainObject(metadata) && hasEndTime(metadata))) return 'ended';
	const status: unknown = Object.hasOwn(record, 'status') ? record.status : undefined;
	if (status === undefined || status === null || status === '') return 'open';
	if (typeof status !== 'string') return 'ended';
	const name = foldedName(status.trim());
	const meanings = [statuses, SHARED_STATUSES].find((table) => Object.hasOwn(table, name));
	return meanings?.[name] ?? 'ended';
}

/**
 * Whether a value, in any spelling, is among the selected ones (comma-separated); if none is selected, any value
 * is.
 */
export const isChosen = (chosen: unknown, value: unknown): boolean =>
	chosen === undefined ||
	String(chosen)
		.split(',')
		.includes(foldedName(String(value)));

/** Statuses with the titles that the editor shows, with exceptions. */
export function titlesOf(
	statuses: Statuses,
	{ except = [] }: { except?: string[] } = {},
): Record<string, string> {
	return Object.fromEntries(
		Object.keys(statuses)
			.filter((status) => !except.includes(status))
			.map((status) => [status, titleOfValue(status)]),
	);
}
