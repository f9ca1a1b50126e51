import type { IDataObject } from 'n8n-workflow';

import { snakeCase } from '../names';
import { isPlainObject } from '../objects';

const ROW_NAMES = ['items', 'data', 'results'];
/** Objects in which some servers wrap a whole response. */
const WRAPPERS = ['data', 'result', 'results', 'response', 'payload'];
/** Members that describe a list and are not rows. */
export const ABOUT_ROWS =
	/^(?:total|count|limit|offset|page|pages|per_page|page_size|has_more|next|previous|cursor|next_cursor|total_count|total_pages|success|ok|status|meta|pagination)$/;

/** The rows of a response that has them in one of its arrays; undefined if there is none. */
function rowsIn(body: unknown, name?: string): unknown[] | undefined {
	if (Array.isArray(body)) return body;
	if (!isPlainObject(body)) return undefined;
	const listed = (key: string) => (Object.hasOwn(body, key) ? body[key] : undefined);
	const names = [...(name ? [name] : []), ...ROW_NAMES];
	const named = names.map(listed).find(Array.isArray);
	if (named) return named;
	if (names.some((key) => listed(key) === null)) return [];
	const arrays = Object.values(body).filter(Array.isArray);
	return arrays.length === 1 ? arrays[0] : undefined;
}

/** Whether a response has only nulls besides the members that describe a list. */
function isNothing(body: unknown): boolean {
	if (!isPlainObject(body) || Object.values(body).some(Array.isArray)) return false;
	const rest = Object.entries(body).filter(([key]) => !ABOUT_ROWS.test(key));
	return rest.every(([, value]) => value === null);
}

/** The object in which a response is wrapped, if there is nothing else except members that describe a list. */
export function unwrapped(body: unknown): unknown {
	if (!isPlainObject(body)) return undefined;
	const wrapper = WRAPPERS.find((key) => Object.hasOwn(body, key) && isPlainObject(body[key]));
	return wrapper && Object.keys(body).every((key) => key === wrapper || ABOUT_ROWS.test(key))
		? body[wrapper]
		: undefined;
}

/**
 * The rows of a response with a list, which may be null: under its name or a usual one, at the top level or
 * within `data`; undefined for any other response.
 */
function listIn(body: unknown, name?: string): IDataObject[] | undefined {
	const rows = rowsIn(unwrapped(body) ?? body, name) ?? rowsIn(body, name);
	return rows?.filter((row) => row !== null && row !== undefined).map(asRow);
}

/**
 * Finds the rows in a response with a list (docs/api.md, section 5): the named property, `items`, `data`,
 * `results`, the body itself, or else the only property with an array, possibly within `data`; otherwise the body
 * is the only row. A list that is null has none.
 */
export function findRows(body: unknown, name?: string): IDataObject[] {
	const rows = listIn(body, name);
	if (rows) return rows;
	const row = unwrapped(body) ?? body;
	return !isPlainObject(row) || isNothing(row) ? [] : [row];
}

/** A member with a name that describes the list: at the top level, in its wrapper, or in its paging. */
export function aboutRows(body: unknown, name: string): unknown {
	const inner = unwrapped(body);
	const places = [body, inner].flatMap((place) =>
		isPlainObject(place) ? [place, place.pagination, place.meta] : [],
	);
	return places
		.filter(isPlainObject)
		.map((place) => (Object.hasOwn(place, name) ? place[name] : undefined))
		.find((value) => value !== undefined && value !== null);
}

/** Lists of plain texts become rows with one field. */
function asRow(value: unknown): IDataObject {
	return isPlainObject(value) ? value : { value: value as IDataObject };
}

/** Names of the ID of a record. */
export const ID_NAMES = [
	'call_id',
	'id',
	'goal_id',
	'task_id',
	'conversation_id',
	'email_id',
	'message_id',
	'event_id',
	'booking_id',
	'voicemail_id',
	'rule_id',
	'contact_id',
	'phone_number_id',
	'account_id',
	'action_id',
];

/**
 * ID of a record, under any of its names (docs/api.md, rows 31 and 34). With `resource`, that resource's own name
 * and `id` come first: a voicemail may also name its call.
 */
export function recordId(record: unknown, resource?: string): string | undefined {
	if (!isPlainObject(record)) return undefined;
	const own = resource === undefined ? [] : [`${snakeCase(resource)}_id`, 'id'];
	const name = [...own, ...ID_NAMES].find(
		(key) => typeof record[key] === 'string' || typeof record[key] === 'number',
	);
	return name === undefined ? undefined : String(record[name]);
}

const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}).*$/;

/** Labels a row with those of the given fields that it has; an array lists alternatives for one field. */
export function labelled(...fields: Array<string | string[]>): (row: IDataObject) => string {
	return (row) =>
		fields
			.map((names) => [names].flat().find((name) => row[name]))
			.map((name) => (name === undefined ? '' : String(row[name]).replace(TIMESTAMP, '$1 $2')))
			.filter((part) => part !== '')
			.join(', ');
}
