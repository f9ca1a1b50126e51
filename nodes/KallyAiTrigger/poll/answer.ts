import type { IDataObject } from 'n8n-workflow';

import { isPlainObject, readNumber } from '../../shared/objects';

/** Other names under which the rows of a list may stand. */
const ROW_NAMES = ['items', 'data', 'results'];
/** Objects in which an answer may be wrapped. */
const WRAPPERS = ['data', 'result', 'response', 'payload'];

/**
 * The rows of a list's answer: the array under its name or one of the usual ones, the body itself, or the only
 * array in it; null under such a name stands for none. Undefined where the answer is no list, so that nothing else
 * is taken for a row.
 */
export function listIn(body: unknown, name = ''): IDataObject[] | undefined {
	const rows = arrayIn(body, name);
	if (rows) return rows.filter(isPlainObject);
	if (!isPlainObject(body)) return undefined;
	const wrapped = WRAPPERS.map((key) => body[key]).find(isPlainObject);
	return wrapped && listIn(wrapped, name);
}

function arrayIn(body: unknown, name: string): unknown[] | undefined {
	if (Array.isArray(body)) return body;
	if (!isPlainObject(body)) return undefined;
	const named = [name, ...ROW_NAMES].filter((key) => Object.hasOwn(body, key));
	const list = named.map((key) => body[key]).find(Array.isArray);
	if (list) return list;
	if (named.some((key) => body[key] === null)) return [];
	const arrays = Object.values(body).filter(Array.isArray);
	return arrays.length === 1 ? arrays[0] : undefined;
}

/** What an answer says of the rows that it does not have. */
export function restOf(body: unknown): { total?: number; hasMore?: boolean } {
	if (!isPlainObject(body)) return {};
	const places = [body, body.pagination, body.meta, ...WRAPPERS.map((key) => body[key])].filter(
		isPlainObject,
	);
	const said = (names: string[]) =>
		places
			.flatMap((place) => names.map((name) => place[name]))
			.find((value) => value !== undefined);
	const hasMore = said(['has_more', 'hasMore']);
	return {
		total: readNumber(said(['total', 'total_count'])),
		hasMore: typeof hasMore === 'boolean' ? hasMore : undefined,
	};
}
