import type { IDataObject } from 'n8n-workflow';

import { foldedName } from '../../shared/names';
import { isPlainObject, readNumber } from '../../shared/objects';
import { aboutRows, ABOUT_ROWS, recordId, unwrapped } from '../../shared/transport/rows';

/** Names under which servers put the rows of any list. */
const USUAL_NAMES =
	/^(?:items|data|results|records|rows|list|entries|content|values|objects|elements|docs|hits)$/;
const NO_LIST = /error|warn|notice|detail|link|tag/;

const wordsOf = (name: string): string[] =>
	foldedName(name)
		.split(/[_/]+/)
		.map((word) => word.replace(/s$/, ''));

/** Rows as objects; undefined where something else is among them, or nothing but nulls. */
function recordsOf(rows: unknown[]): IDataObject[] | undefined {
	const records = rows.filter((row) => row !== null && row !== undefined);
	const isNothing = records.length === 0 && rows.length > 0;
	return !isNothing && records.every(isPlainObject) ? records : undefined;
}

/** Whether an answer says that it is none. */
function isFailure({ success, ok, error, errors }: IDataObject): boolean {
	const isSet = (value: unknown) => Boolean(Array.isArray(value) ? value.length > 0 : value);
	return success === false || ok === false || isSet(error) || isSet(errors);
}

/** Whether a body that has a null says nothing but that there are no rows. */
function isEmptyList(body: IDataObject): boolean {
	return Object.entries(body).every(([name, value]) => value === null || ABOUT_ROWS.test(name));
}

/** Whether the one array of an answer, by a name that nobody expects, is its list all the same. */
function looksLikeRows(body: IDataObject, name: string, rows: IDataObject[]): boolean {
	const others = Object.entries(body).filter(([other]) => other !== name);
	return (
		!NO_LIST.test(foldedName(name)) &&
		rows.some((row) => recordId(row) !== undefined) &&
		others.every(([, value]) => typeof value !== 'string')
	);
}

function listOf(body: unknown, names: string[]): IDataObject[] | undefined {
	if (Array.isArray(body)) return recordsOf(body);
	if (!isPlainObject(body) || isFailure(body)) return undefined;
	const [published] = names;
	const known = new Set(names.flatMap(wordsOf));
	const isOwn = (name: string) => wordsOf(name).some((word) => known.has(word));
	const fields = Object.keys(body);
	const named = [
		...fields.filter((name) => name === published),
		...fields.filter(isOwn),
		...fields.filter((name) => USUAL_NAMES.test(name)),
	];
	for (const name of named) {
		const value = body[name];
		const rows = Array.isArray(value) ? recordsOf(value) : undefined;
		if (rows) return rows;
	}
	// Of a list by another name, null says no more than that there is nothing of that name.
	const isNull = named.some(
		(name) => body[name] === null && (isOwn(name) || readNumber(body.total) === 0),
	);
	if (isNull && isEmptyList(body)) return [];
	const arrays = fields.filter((name) => Array.isArray(body[name]));
	if (arrays.length !== 1 || named.includes(arrays[0])) return undefined;
	const rows = recordsOf(body[arrays[0]] as unknown[]);
	return rows && looksLikeRows(body, arrays[0], rows) ? rows : undefined;
}

/**
 * The rows of a list's answer: the array by its published name, by a name that has a word of the list's in it, or
 * by one that servers use for any list, all of it perhaps within `data`; null is an empty one. Undefined for any
 * other answer, which is no list: what stands in it is no event.
 *
 * @param names the published name, then what else the list is called
 */
export function listRows(body: unknown, names: string[]): IDataObject[] | undefined {
	if (isPlainObject(body) && isFailure(body)) return undefined;
	return listOf(unwrapped(body), names) ?? listOf(body, names);
}

/** How many rows an answer says that the list has. */
export function totalIn(body: unknown): number | undefined {
	return readNumber(aboutRows(body, 'total') ?? aboutRows(body, 'total_count'));
}
