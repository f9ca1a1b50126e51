import { isPlainObject } from '../../shared/objects';
import { foldedName } from '../../shared/names';
import { readTime } from '../../shared/times';

/** Names of the field with the start time of a row, best one first. */
const BEGINNINGS = [
	'created_at',
	'received_at',
	'timestamp',
	'started_at',
	'date',
	'created',
	'received',
	'sent_at',
	'occurred_at',
	'start_time',
	'time',
	'ts',
];

/** Parts of field names, after folding. */
const NAMES_A_BEGINNING =
	/(?:^|_)(?:creat|receiv|sent|start|beg[aiu]n|occur|arriv|insert|added|logged)/;
const NAMES_A_TIME = /(?:^|_)(?:at|on|when|ts|time|date)(?:_|$)|(?:time|date|stamp)(?:_|$)/;
const NAMES_ANOTHER_TIME = /due|expire|schedul|until|remind|deadline|appointment|next|birth/;
const NAMES_A_CHANGE = /updat|modif|chang|end|finish|complet|delet|archiv|read|seen|last/;

/** How likely a field is to be the start time of a row; 0 for not at all. */
function rankOf(field: string): number {
	const name = foldedName(field);
	if (NAMES_ANOTHER_TIME.test(name)) return 0;
	if (NAMES_A_BEGINNING.test(name)) return 3;
	if (!NAMES_A_TIME.test(name)) return 0;
	return NAMES_A_CHANGE.test(name) ? 1 : 2;
}

const beginning = (row: Record<string, unknown>): number | undefined => {
	for (const name of BEGINNINGS) {
		const time = readTime(row[name]);
		if (time !== undefined) return time;
	}
	return undefined;
};

/**
 * The times of the rows of a page. If most rows have none of the usual names, the field with a time in most of
 * them is used; one for a change only if there is no other.
 */
export function readTimes(rows: Array<Record<string, unknown>>): Array<number | undefined> {
	const times = rows.map(
		(row) => (isPlainObject(row.metadata) ? beginning(row.metadata) : undefined) ?? beginning(row),
	);
	if (times.filter((time) => time !== undefined).length * 2 >= rows.length) return times;
	const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
	const isUsual = (name: string) =>
		rows.filter((row) => readTime(row[name]) !== undefined).length * 2 >= rows.length;
	const ranked = names.filter((name) => rankOf(name) > 0 && isUsual(name));
	const [name] = ranked.sort((a, b) => rankOf(b) - rankOf(a));
	return name === undefined ? times : rows.map((row, index) => times[index] ?? readTime(row[name]));
}
