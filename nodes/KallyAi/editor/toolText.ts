import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Field } from '../../shared/fields/field';
import { DATE_RULE } from '../../shared/fields/kinds';
import { fieldsOf } from '../table/fields';
import { answerOf, type Operation } from '../table/operation';
import { LIMIT, RETURN_ALL } from '../table/options';

/** Longest key that n8n's editor makes. */
const LONGEST_KEY = 63;

/** The key under which n8n's editor hands a field to a language model: its title. */
export const modelKey = (displayName: string): string =>
	displayName.replace(/[^a-zA-Z0-9-]/g, '_').slice(0, LONGEST_KEY);

/** What is said of lists speaks of the editor. */
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

/** What a language model has to know of a field: what it means, its form, its choices, and whether it may stay empty. */
export function fieldText({ property, required, isNeeded, format = '', fallback }: Field): string {
	const meaning = (property.description ?? '')
		.replace(OF_THE_EDITOR, '')
		.replace(DATE_RULE, '')
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

/** The fields that may be handed to a language model; options are for people. */
export function modelFields(operation: Operation): Field[] {
	const isList = answerOf(operation).kind === 'list';
	return [...fieldsOf(operation), ...(isList ? [RETURN_ALL, LIMIT] : [])];
}

/**
 * What a tool tells a language model of itself unless somebody writes a text of his own: what it does, and
 * each field, since those that n8n's editor hands over come with no more than their keys.
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
