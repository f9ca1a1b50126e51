import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Field } from '../../shared/fields/field';
import { DATE_RULE } from '../../shared/fields/kinds';
import { fieldsOf } from '../table/fields';
import { answerOf, type Operation } from '../table/operation';
import { LIMIT, RETURN_ALL } from '../table/options';

/** Longest key that n8n's editor creates. */
const LONGEST_KEY = 63;

/** The key by which n8n's editor passes a field to a language model: its title. */
export const modelKey = (displayName: string): string =>
	displayName.replace(/[^a-zA-Z0-9-]/g, '_').slice(0, LONGEST_KEY);

/** Hints about lists, which apply only to the editor. */
const OF_THE_EDITOR =
	/,? ?(?:Choose from the list, or|chosen from the|Enter another \w+ as an expression) ?.*$/s;

const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);

function boundsText({ minValue: min, maxValue: max }: INodeProperties['typeOptions'] = {}): string {
	if (max !== undefined) return `${min} to ${max}.`;
	return min === undefined ? '' : `At least ${min}.`;
}

function choicesText({ type, options = [] }: INodeProperties): string {
	if (type !== 'options' && type !== 'multiOptions') return '';
	const values = (options as INodePropertyOptions[]).map(({ value }) => value).join(', ');
	if (values === '') return '';
	return type === 'options' ? `One of: ${values}.` : `Any of, separated by commas: ${values}.`;
}

/** What a language model must know about a field: its meaning, format and choices, and whether it is optional. */
export function fieldText({ property, required, isNeeded, format = '', fallback }: Field): string {
	const meaning = (property.description ?? '')
		.replace(OF_THE_EDITOR, '')
		.replace(` ${DATE_RULE}`, '')
		.trim();
	return [
		...(meaning === '' ? [] : [sentence(meaning)]),
		format,
		choicesText(property),
		boundsText(property.typeOptions),
		...((required && !fallback) || isNeeded ? [] : ['Optional.']),
	]
		.filter(Boolean)
		.join(' ');
}

/** The fields that a language model may fill in; options are for people. */
export function modelFields(operation: Operation): Field[] {
	const isList = answerOf(operation).kind === 'list';
	return [...fieldsOf(operation), ...(isList ? [RETURN_ALL, LIMIT] : [])];
}

/**
 * The default description of a tool for language models: what it does and what each field is, since n8n's editor
 * passes only the keys of fields.
 */
export function toolText(operation: Operation): string {
	const { description, notice } = operation;
	const about = [description, ...(notice ? [notice] : [])].map(sentence).join(' ');
	const fields = modelFields(operation).map(
		(field) => `- ${modelKey(field.property.displayName)}: ${fieldText(field)}`,
	);
	if (fields.length === 0) return about;
	return [
		about,
		'',
		'Parameters, if they are requested (empty text omits an optional one):',
		...fields,
	].join('\n');
}
