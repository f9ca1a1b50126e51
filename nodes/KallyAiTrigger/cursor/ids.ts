import { foldedName } from '../../shared/names';
import { isPlainObject } from '../../shared/objects';
import { keyOf } from './state';

/** JSON of a value that does not depend on the order of its fields. */
export function stableText(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(stableText).join()}]`;
	if (!isPlainObject(value)) return JSON.stringify(value) ?? '';
	const names = Object.keys(value).sort();
	return `{${names.map((name) => `${JSON.stringify(name)}:${stableText(value[name])}`).join()}}`;
}

const isId = (value: unknown): value is string | number =>
	(typeof value === 'string' && value !== '') || typeof value === 'number';

/** The ID of a row without one: its content. */
export function idOfContent(row: unknown): string {
	return `#${keyOf(stableText(row), 8)}`;
}

/** Names of IDs that any record may use. */
const USUAL_NAMES = ['id', 'uuid', '_id', 'guid', 'uid', 'sid', 'key', 'reference'];

/**
 * Fields that may be the ID, best one first: the record's own names, the usual names, longer ones, those of other
 * records.
 */
function candidatesOf(fields: string[], own: string[], foreign: string[]): string[] {
	const folded = fields.map((field) => [field, foldedName(field)] as const);
	const called = (names: string[]) =>
		names.flatMap((name) => folded.filter(([, other]) => other === name).map(([field]) => field));
	const ending = folded
		.filter(([, name]) => own.some((ownName) => name.endsWith(`_${ownName}`)))
		.map(([field]) => field);
	return [...new Set([...called(own), ...called(USUAL_NAMES), ...ending, ...called(foreign)])];
}

/**
 * The IDs of the rows of a page: in each row, the first field, by `own` names, usual names and names of other
 * records, that no two different rows share, regardless of its spelling. Fields that rows share are added to
 * `shared`.
 */
export function readIds(
	rows: Array<Record<string, unknown>>,
	own: string[],
	foreign: string[],
	shared: Set<string>,
): string[] {
	const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))];
	const present = candidatesOf(fields, own, foreign).filter((name) =>
		rows.some((row) => isId(row[name])),
	);
	for (const name of present) {
		if (shared.has(name)) continue;
		const owners = new Map<string, Record<string, unknown>>();
		for (const row of rows) {
			if (!isId(row[name])) continue;
			const id = String(row[name]);
			const owner = owners.get(id);
			if (owner === undefined) owners.set(id, row);
			else if (stableText(owner) !== stableText(row)) shared.add(name);
		}
		// If every row has its own ID, the other fields need not be checked.
		if (!shared.has(name) && owners.size === rows.length) break;
	}
	return rows.map((row) => {
		const name = present.find((one) => !shared.has(one) && isId(row[one]));
		return name === undefined ? idOfContent(row) : String(row[name]);
	});
}
