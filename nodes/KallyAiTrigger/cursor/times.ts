import { isPlainObject } from '../../shared/objects';
import { readTime } from '../../shared/times';

/** Names under which a row says when it began, the best one first. */
const BEGINNINGS = [
	'created_at',
	'received_at',
	'timestamp',
	'started_at',
	'date',
	'createdAt',
	'receivedAt',
	'startedAt',
	'created',
	'received',
	'sent_at',
	'sentAt',
	'occurred_at',
	'start_time',
	'time',
	'ts',
];

const NAMES_A_TIME = /(?:_at|_time|_date|_on|_ts|At|Time|Date|stamp)$|^(?:at|on|when)$/;
const NAMES_THE_FUTURE = /due|expire|schedul|until|remind|deadline|appointment|next/i;
const NAMES_A_CHANGE = /updat|modif|chang|end|finish|complet|delet|archiv|read|seen/i;

const beginning = (row: Record<string, unknown>): number | undefined => {
	for (const name of BEGINNINGS) {
		const time = readTime(row[name]);
		if (time !== undefined) return time;
	}
	return undefined;
};

/**
 * The times of the rows of a page. Where most rows say nothing under the usual names, the field which tells a time
 * in most of them is taken, one about a change only where there is no other.
 */
export function readTimes(rows: Array<Record<string, unknown>>): Array<number | undefined> {
	const times = rows.map(
		(row) => (isPlainObject(row.metadata) ? beginning(row.metadata) : undefined) ?? beginning(row),
	);
	if (times.filter((time) => time !== undefined).length * 2 >= rows.length) return times;
	const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
		(name) => NAMES_A_TIME.test(name) && !NAMES_THE_FUTURE.test(name),
	);
	const isUsual = (name: string) =>
		rows.filter((row) => readTime(row[name]) !== undefined).length * 2 >= rows.length;
	const usual = names.filter(isUsual);
	const name = usual.find((one) => !NAMES_A_CHANGE.test(one)) ?? usual[0];
	return name === undefined ? times : rows.map((row, index) => times[index] ?? readTime(row[name]));
}
