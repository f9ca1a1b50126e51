import type { INodePropertyOptions } from 'n8n-workflow';

import type { Field } from '../../shared/fields/field';
import { type FieldDetails, integer, locator, text } from '../../shared/fields/kinds';
import { answerOf, type Operation } from './operation';

/** How many people something is for. */
export const partySize = (what: string, details: FieldDetails = {}): Field =>
	integer('partySize', {
		default: 2,
		placeholder: 'e.g. 2',
		...details,
		typeOptions: { minValue: 1, maxValue: 50 },
		description: `How many people the ${what} is for`,
	});

/** Where to search. */
export const location = text('location', {
	placeholder: 'e.g. Bristol',
	description: 'Town, district or address to search around',
});

/** The conversation with the assistant that an operation is about. */
export const conversationId = (description: string): Field =>
	locator('conversationId', 'conversation', { description });

const offsetOf = (rows: string): Field =>
	integer('offset', { typeOptions: { minValue: 0 }, description: `How many ${rows} to skip` });

/** Names of the choices for which a field is required. */
function neededFor({ needs, fields = [] }: Operation, name: string): string[] {
	if (!needs) return [];
	const choice = fields.find(({ property }) => property.name === needs.by);
	const values = (choice?.property.options ?? []) as INodePropertyOptions[];
	return values
		.filter(({ value }) =>
			needs.fields[String(value)]?.some(
				([first, ...others]) => first === name && others.length === 0,
			),
		)
		.map((value) => value.name);
}

/** Whether a field is at the top level, not in the operation's collection. */
export const standsAtTop = ({ required, atTop }: Field): boolean => required || atTop === true;

/**
 * A field as the choice of its operation requires it. Only the editor says that it is required: n8n itself would
 * not find it if an earlier workflow has it in the collection.
 */
function withNeeds(operation: Operation, field: Field): Field {
	const neededBy = neededFor(operation, field.property.name);
	if (neededBy.length === 0) return field;
	const { description = '' } = field.property;
	const text = `${description.replace(/\.$/, '')}. Required for: ${neededBy.join(', ')}.`;
	return { ...field, isNeeded: true, property: { ...field.property, description: text } };
}

/**
 * The fields of an operation, adapted to its choices and its response: lists that support an offset have that
 * field.
 */
export function fieldsOf(operation: Operation): Field[] {
	const fields = (operation.fields ?? []).map((field) => withNeeds(operation, field));
	const answer = answerOf(operation);
	if (answer.kind !== 'list' || !answer.offset) return fields;
	const byName = (a: Field, b: Field) => a.property.name.localeCompare(b.property.name);
	return [...fields, offsetOf(answer.rows ?? 'rows')].sort(byName);
}
