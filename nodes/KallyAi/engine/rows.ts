import type { IDataObject } from 'n8n-workflow';

import { isPlainObject } from './json';

const ROW_NAMES = ['items', 'data', 'results'];

/**
 * Finds the rows of a list's answer (contract, section 5): the named property, `items`, `data`,
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

const ID_NAMES = ['call_id', 'id', 'goal_id', 'task_id', 'conversation_id', 'email_id'];

/** ID of a record, under whichever name it carries it (contract, section 8, rows 31 and 34). */
export function recordId(record: unknown): string | undefined {
	if (!isPlainObject(record)) return undefined;
	const name = ID_NAMES.find(
		(key) => typeof record[key] === 'string' || typeof record[key] === 'number',
	);
	return name === undefined ? undefined : String(record[name]);
}
