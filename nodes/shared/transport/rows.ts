import type { IDataObject } from 'n8n-workflow';

import { snakeCase } from '../names';
import { isPlainObject } from '../objects';

const ROW_NAMES = ['items', 'data', 'results'];

/**
 * Finds the rows of a list's answer (docs/api.md, section 5): the named property, `items`, `data`,
 * `results`, the body itself, failing that the only property that holds an array; failing that the
 * body is the one row.
 */
export function findRows(body: unknown, name?: string): IDataObject[] {
	if (Array.isArray(body)) return body.map(asRow);
	if (!isPlainObject(body)) return [];
	const named = [name, ...ROW_NAMES].find((key) => key && Array.isArray(body[key]));
	if (named) return (body[named] as unknown[]).map(asRow);
	const arrays = Object.values(body).filter(Array.isArray);
	if (arrays.length === 1) return arrays[0].map(asRow);
	return Object.keys(body).length > 0 ? [body] : [];
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
