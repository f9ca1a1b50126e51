import type { Field } from '../../shared/fields/field';
import { integer, locator, text } from '../../shared/fields/kinds';
import { answerOf, type Operation } from './operation';

/** How many people something is for. */
export const partySize = (what: string): Field =>
	integer('partySize', {
		default: 2,
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

/** Whether a field stands at top level, not in the operation's collection. */
export const standsAtTop = ({ required, atTop }: Field): boolean => required || atTop === true;

/** The fields of an operation, with those that follow from its answer: lists that take an offset offer it. */
export function fieldsOf(operation: Operation): Field[] {
	const { fields = [] } = operation;
	const answer = answerOf(operation);
	if (answer.kind !== 'list' || !answer.offset) return fields;
	const byName = (a: Field, b: Field) => a.property.name.localeCompare(b.property.name);
	return [...fields, offsetOf(answer.rows ?? 'rows')].sort(byName);
}
