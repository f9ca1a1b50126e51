import type { IDataObject } from 'n8n-workflow';

import { foldedName } from '../../shared/names';
import { isPlainObject, readNumber } from '../../shared/objects';
import { aboutRows, ABOUT_ROWS, recordId, unwrapped } from '../../shared/transport/rows';

/** Names that servers use for the rows of any list. */
const USUAL_NAMES =
	/^(?:items|data|results|records|rows|list|entries|content|values|objects|elements|docs|hits)$/;
const NO_LIST = /error|warn|notice|detail|link|tag/;

const wordsOf = (name: string): string[] =>
	foldedName(name)
		.split(/[_/]+/)
		.map((word) => word.replace(/s$/, ''));

/** Rows as objects; undefined if there is anything else among them, or only nulls. */
function recordsOf(rows: unknown[]): IDataObject[] | undefined {
	const records = rows.filter((row) => row !== null && row !== undefined);
	const isNothing = records.length === 0 && rows.length > 0;
	return !isNothing && records.every(isPlainObject) ? records : undefined;
}

/** Whether a response is an error. */
function isFailure({ success, ok, error, errors }: IDataObject): boolean {
	const isSet = (value: unknown) => Boolean(Array.isArray(value) ? value.length > 0 : value);
	return success === false || ok === false || isSet(error) || isSet(errors);
}

/** Whether a body with a null only means that there are no rows. */
function isEmptyList(body: IDataObject): boolean {
	return Object.entries(body).every(([name, value]) => value === null || ABOUT_ROWS.test(name));
}

/** Whether the only array of a response, with an unexpected name, is the list. */
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
	// A null under an unexpected name only means that this name is empty.
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
 * The rows of a list: the array with the published name, with a name that contains a word of the list's, or with
 * one that servers use for any list, possibly within `data`. A null list is empty. Undefined for any other
 * response, which is not a list: it contains no events.
 *
 * @param names the published name, then other names of the list
 */
export function listRows(body: unknown, names: string[]): IDataObject[] | undefined {
	if (isPlainObject(body) && isFailure(body)) return undefined;
	return listOf(unwrapped(body), names) ?? listOf(body, names);
}

/** How many rows the list has according to a response. */
export function totalIn(body: unknown): number | undefined {
	return readNumber(aboutRows(body, 'total') ?? aboutRows(body, 'total_count'));
}
