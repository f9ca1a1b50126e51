import type { IDataObject } from 'n8n-workflow';

import { snakeCase } from '../names';
import { isPlainObject } from '../objects';

const ROW_NAMES = ['items', 'data', 'results'];
/** Objects in which some servers wrap a whole answer. */
const WRAPPERS = ['data', 'result', 'results', 'response', 'payload'];
/** What says something of a list without being a row. */
export const ABOUT_ROWS =
	/^(?:total|count|limit|offset|page|pages|per_page|page_size|has_more|next|previous|cursor|next_cursor|total_count|total_pages|success|ok|status|meta|pagination)$/;

/** The rows of an answer that has them in an array of it; undefined where there is none such. */
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

/** Whether an answer has nothing but nulls beside what is about rows. */
function isNothing(body: unknown): boolean {
	if (!isPlainObject(body) || Object.values(body).some(Array.isArray)) return false;
	const rest = Object.entries(body).filter(([key]) => !ABOUT_ROWS.test(key));
	return rest.every(([, value]) => value === null);
}

/** The object that an answer is wrapped in, if that holds nothing but it and what is about rows. */
export function unwrapped(body: unknown): unknown {
	if (!isPlainObject(body)) return undefined;
	const wrapper = WRAPPERS.find((key) => Object.hasOwn(body, key) && isPlainObject(body[key]));
	return wrapper && Object.keys(body).every((key) => key === wrapper || ABOUT_ROWS.test(key))
		? body[wrapper]
		: undefined;
}

/**
 * The rows of an answer that has a list, which may be null: under its name or a usual one, at the top or within
 * `data`; undefined for any other answer.
 */
function listIn(body: unknown, name?: string): IDataObject[] | undefined {
	const rows = rowsIn(unwrapped(body) ?? body, name) ?? rowsIn(body, name);
	return rows?.filter((row) => row !== null && row !== undefined).map(asRow);
}

/**
 * Finds the rows of a list's answer (docs/api.md, section 5): the named property, `items`, `data`,
 * `results`, the body itself, failing that the only property that holds an array, all of it perhaps
 * within `data`; failing that the body is the one row. A list that is null has none.
 */
export function findRows(body: unknown, name?: string): IDataObject[] {
	const rows = listIn(body, name);
	if (rows) return rows;
	const row = unwrapped(body) ?? body;
	return !isPlainObject(row) || isNothing(row) ? [] : [row];
}

/** What a list's answer says of itself under a name: at its top, in its wrapper, or with its paging. */
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

/** Names under which a record may carry its ID. */
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
 * ID of a record, under whichever name it carries it (docs/api.md, rows 31 and 34). With
 * `resource`, that resource's own name and `id` come first: a voicemail may name its call as well.
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

/** Names a row by those of the given fields that it has; alternatives for one of them stand in an array. */
export function labelled(...fields: Array<string | string[]>): (row: IDataObject) => string {
	return (row) =>
		fields
			.map((names) => [names].flat().find((name) => row[name]))
			.map((name) => (name === undefined ? '' : String(row[name]).replace(TIMESTAMP, '$1 $2')))
			.filter((part) => part !== '')
			.join(', ');
}
