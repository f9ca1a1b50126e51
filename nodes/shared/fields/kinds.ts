import type { INodeProperties, INodePropertyMode, INodePropertyOptions } from 'n8n-workflow';

import {
	asBoolean,
	asChoice,
	asChoices,
	asCountry,
	asDate,
	asInstant,
	asInteger,
	asLocalDateTime,
	asLocalInstant,
	asMoment,
	asNumber,
	asNumberWithin,
	asObject,
	asPhoneNumber,
	asEmail,
	asId,
	asIdList,
	asRecipient,
	asText,
	asTextList,
	asTime,
	asTimezone,
	asSuggestion,
	asWord,
} from './values';
import { asWeeklyHours, type WeeklyHours } from './weeklyHours';
import { snakeCase, titleOfName } from '../names';
import { isPlainObject } from '../objects';
import type { Field } from './field';

/** What a field of the table can define beyond its kind; the rest is derived from its name. */
export interface FieldDetails
	extends Partial<Omit<INodeProperties, 'name' | 'type' | 'required'>>,
		Pick<
			Field,
			| 'atTop'
			| 'wasOptional'
			| 'fallback'
			| 'refusesEmpty'
			| 'emptyFromModel'
			| 'isZone'
			| 'isInternal'
			| 'isLocal'
			| 'format'
			| 'prose'
			| 'clearable'
		> {
	required?: boolean;
	/** Name in the request, if it is not the snake_case of the parameter's name. */
	wire?: string;
}

function field<T>(
	name: string,
	property: Pick<INodeProperties, 'type' | 'default'> & Partial<INodeProperties>,
	{
		required = false,
		atTop,
		wasOptional,
		wire = snakeCase(name),
		fallback,
		refusesEmpty,
		emptyFromModel,
		isZone,
		isInternal,
		isLocal,
		format,
		prose,
		clearable,
		...shown
	}: FieldDetails,
	parse: Field<T>['parse'],
): Field<T> {
	return {
		wire,
		required,
		atTop: atTop ?? wasOptional,
		wasOptional,
		fallback,
		refusesEmpty,
		emptyFromModel: emptyFromModel as T | undefined,
		isZone,
		isInternal,
		isLocal,
		format,
		prose,
		clearable,
		parse,
		property: {
			displayName: titleOfName(name),
			name,
			...property,
			...shown,
			// A field with a fallback may be left empty in the editor.
			...(required && !fallback ? { required } : {}),
		},
	};
}

/** Formats of values, as told to language models. */
const PHONE_FORMAT =
	'With a plus sign and the country code (E.164), such as +15550100. Never guess it.';
const ID_FORMAT = 'Its ID, as returned by another tool. Never guess it.';
const ZONE_FORMAT =
	"The IANA time zone of the times, such as Europe/London. Empty for the workflow's.";

const MOMENT_FORMAT = 'As ISO 8601 with its offset, such as 2031-05-16T10:00:00+02:00.';

const TEXT = { type: 'string', default: '' } as const;

/** A line of text. */
export function text(name: string, details: FieldDetails = {}): Field<string> {
	return field(name, TEXT, { prose: true, clearable: true, ...details }, asText);
}

/** A code or an external ID: a text that is sent without stray characters at its ends. */
export function word(name: string, details: FieldDetails = {}): Field<string> {
	return field(name, TEXT, details, asWord);
}

/** Text of several lines. */
export function longText(name: string, details: FieldDetails = {}): Field<string> {
	return text(name, { typeOptions: { rows: 4 }, ...details });
}

/** A secret text: hidden in the editor. */
export function secret(name: string, details: FieldDetails = {}): Field<string> {
	return word(name, { typeOptions: { password: true }, ...details });
}

/** A phone number in E.164 format. */
export function phoneNumber(name: string, details: FieldDetails = {}): Field<string> {
	return field(
		name,
		{ ...TEXT, placeholder: 'e.g. +15550100' },
		{ format: PHONE_FORMAT, ...details },
		asPhoneNumber,
	);
}

/**
 * A phone number in E.164 format or an email address, or what the channel selected in another field, named
 * `channel`, requires.
 */
export function recipient(
	name: string,
	{ channel, ...details }: FieldDetails & { channel: string },
): Field<string> {
	const placeholder = 'e.g. +15550100 or name@email.com';
	return field(
		name,
		{ ...TEXT, placeholder },
		{ format: `${PHONE_FORMAT} Or one email address.`, ...details },
		(value, { given = {} }) => asRecipient(value, given[channel]),
	);
}

/** An email address. */
export function email(name: string, details: FieldDetails = {}): Field<string> {
	return field(
		name,
		{ ...TEXT, placeholder: 'e.g. name@email.com' },
		{ format: 'One address, such as name@email.com.', ...details },
		asEmail,
	);
}

/** A whole number, within the limits of `typeOptions`. */
export function integer(name: string, details: FieldDetails = {}): Field<number> {
	const { minValue: min, maxValue: max } = details.typeOptions ?? {};
	return field(
		name,
		{ type: 'number', default: 0 },
		{ format: 'A whole number.', ...details },
		(value) => asInteger(value, { min, max }),
	);
}

/** Any number, within the limits of `typeOptions`. */
export function decimal(name: string, details: FieldDetails = {}): Field<number> {
	const { minValue: min, maxValue: max } = details.typeOptions ?? {};
	return field(
		name,
		{ type: 'number', default: 0 },
		{ format: 'A number.', ...details },
		(value) =>
			min === undefined && max === undefined
				? asNumber(value)
				: asNumberWithin(value, { min, max }),
	);
}

/** A switch. */
export function flag(name: string, details: FieldDetails): Field<boolean> {
	return field(
		name,
		{ type: 'boolean', default: false },
		{ format: 'true or false.', ...details },
		asBoolean,
	);
}

/** n8n requires alphabetical order for five or more; fewer keep the order of the table. */
const SORTED_FROM = 5;

function asOptions(values: Record<string, string>): INodePropertyOptions[] {
	const options = Object.entries(values).map(([value, name]) => ({ name, value }));
	return options.length < SORTED_FROM
		? options
		: options.sort((a, b) => a.name.localeCompare(b.name));
}

/** One of some values; the first is the default. `values`: stored value -> displayed name. */
export function choice(
	name: string,
	values: Record<string, string>,
	details: FieldDetails = {},
): Field<string> {
	const [first] = Object.keys(values);
	const property = { type: 'options', options: asOptions(values), default: first } as const;
	return field(name, property, details, (value) => asChoice(value, values));
}

/** One of some values; nothing is sent for the first one. */
export function choiceOrNothing(
	name: string,
	[nothing, title]: [value: string, title: string],
	values: Record<string, string>,
	details: FieldDetails = {},
): Field<string | undefined> {
	const all = { [nothing]: title, ...values };
	return {
		...choice(name, all, details),
		parse: (value) => {
			const chosen = asChoice(value, all);
			return chosen === nothing ? undefined : chosen;
		},
	};
}

/** One of the known values, or any other as an expression. `values`: stored value -> displayed name. */
export function suggestion(
	name: string,
	values: Record<string, string>,
	details: FieldDetails = {},
): Field<string> {
	return {
		...choice(name, values, { allowArbitraryValues: true, ...details }),
		parse: (value) => asSuggestion(value, values),
	};
}

/** Several of some values, sent comma-separated. */
export function choices(
	name: string,
	values: Record<string, string>,
	details: FieldDetails = {},
): Field<string> {
	const options = asOptions(values);
	return field(name, { type: 'multiOptions', options, default: [] }, details, (value) =>
		asChoices(value, values).join(','),
	);
}

/** Hint for expressions that return a date with a time (`asDate`). */
export const DATE_RULE =
	"Midnight UTC counts as that calendar day. Any other time with an offset is first converted to the workflow's time zone.";

/** A calendar date, with the editor's date picker. */
export function date(
	name: string,
	{ description, ...details }: FieldDetails & { description: string },
): Field<string> {
	return field(
		name,
		{
			type: 'dateTime',
			typeOptions: { dateOnly: true },
			default: '',
			description: `${description}. ${DATE_RULE}`,
		},
		{ format: 'As YYYY-MM-DD, the local date.', ...details },
		asDate,
	);
}

/** A point in time whose format the API does not specify: it is sent as given. */
export function moment(name: string, details: FieldDetails = {}): Field<string> {
	return field(
		name,
		{ type: 'dateTime', default: '' },
		{ format: MOMENT_FORMAT, ...details },
		asMoment,
	);
}

/** A point in time, as milliseconds since 1970. */
export function instant(name: string, details: FieldDetails = {}): Field<number> {
	return field(name, { type: 'dateTime', default: '' }, details, asInstant);
}

/** A point in time as selected by people, in the workflow's time zone; in milliseconds since 1970. */
export function localInstant(name: string, details: FieldDetails = {}): Field<number> {
	return field(
		name,
		{ type: 'dateTime', default: '' },
		{ format: MOMENT_FORMAT, ...details },
		asLocalInstant,
	);
}

/** A date with a time of day, without offset: the local time of the account. */
export function localDateTime(name: string, details: FieldDetails = {}): Field<string> {
	return field(
		name,
		{ type: 'dateTime', default: '' },
		{ format: 'Local time without Z or offset, such as 2031-05-16T10:00.', ...details },
		asLocalDateTime,
	);
}

/** A time of day. */
export function time(name: string, details: FieldDetails = {}): Field<string> {
	return field(
		name,
		{ ...TEXT, placeholder: 'e.g. 19:30' },
		{ format: 'Local time as HH:MM, such as 19:30.', ...details },
		asTime,
	);
}

/** Hours of the week, such as those in which people may be called. */
export function weeklyHours(name: string, details: FieldDetails = {}): Field<WeeklyHours> {
	const placeholder = 'e.g. Mon-Fri 09:00-17:00; Sat 10:00-13:00';
	return field(name, { ...TEXT, placeholder }, details, asWeeklyHours);
}

/** A list of texts, one per entry; text from an expression may have one entry per line. */
export function textList(name: string, details: FieldDetails = {}): Field<string[]> {
	return field(
		name,
		{ type: 'string', default: [] },
		{
			prose: true,
			format: 'One entry per line.',
			...details,
			typeOptions: { multipleValues: true, ...details.typeOptions },
		},
		asTextList,
	);
}

/** Several IDs, as comma-separated text or an array. */
export function idList(name: string, details: FieldDetails = {}): Field<string[]> {
	return field(
		name,
		{ ...TEXT, placeholder: 'e.g. 7c1f0e9a, 8d20a1b4' },
		{ format: 'IDs, separated by commas.', ...details },
		asIdList,
	);
}

/** A JSON object, as text or as an object. */
export function json(name: string, details: FieldDetails = {}): Field<Record<string, unknown>> {
	return field(
		name,
		{ type: 'json', default: '{}' },
		{ format: 'A JSON object.', ...details },
		asObject,
	);
}

/** The end that n8n prescribes for the description of a field that loads its options. */
export const LOADED_HINT =
	'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>';

/** The name and description that n8n prescribes for a field that loads its options. */
function loaded(what: string, loadOptionsMethod: string) {
	return {
		type: 'options' as const,
		displayName: `${what} Name or ID`,
		description: LOADED_HINT,
		typeOptions: { loadOptionsMethod },
		default: '',
	};
}

/** A time zone selected from the IANA list; if empty, the workflow's. */
export function timezone(name: string, details: FieldDetails = {}): Field<string> {
	return field(
		name,
		loaded('Time Zone', 'getTimezones'),
		{ fallback: (_given, item) => item.timezone, isZone: true, format: ZONE_FORMAT, ...details },
		asTimezone,
	);
}

/** A country by its two-letter code, selected from those that KallyAI serves. */
export function country(name: string, details: FieldDetails = {}): Field<string> {
	return field(
		name,
		loaded('Country', 'getCountries'),
		{ format: 'The two-letter country code (ISO 3166), such as GB.', ...details },
		asCountry,
	);
}

function locatorValue(value: unknown): string {
	return asId(isPlainObject(value) && '__rl' in value ? value.value : value);
}

/** Entering the ID; under this key, since n8n's lint rules mistake a separate mode for a property. */
const TYPED: { modes: INodePropertyMode[] } = {
	modes: [
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 7c1f0e9a-0001-4b6d-9a51-2f4e6d8c0b01',
		},
	],
};

/** Name of the editor's search through a list: `goal` for goal.getAll, `emailOutbox` for email.getOutbox. */
export function searchName(resource: string, operation: string): string {
	return `${resource}${operation.replace(/^get(?:All)?/, '')}`;
}

/**
 * The ID of a record, selected from a list or entered. `list` names the operation with the list, which has a
 * `label`: `goal` for goal.getAll, `email.getOutbox` for another one. `what` is the record, such as "The goal",
 * and `from` the list, if it has its own name.
 */
export function locator(
	name: string,
	list: string,
	{ what, from = 'list', ...details }: FieldDetails & { what?: string; from?: string },
): Field<string> {
	const [resource, operation = 'getAll'] = list.split('.');
	return field(
		name,
		{
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			displayName: titleOfName(name.replace(/Id$/, '')),
			...(what ? { description: `${what}, chosen from the ${from} or given by its ID` } : {}),
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					typeOptions: { searchListMethod: searchName(resource, operation), searchable: true },
				},
				...TYPED.modes,
			],
		},
		{ format: ID_FORMAT, ...details },
		locatorValue,
	);
}

/** The ID of a record for which the API has no list: a locator without From List. */
export function typedId(name: string, details: FieldDetails = {}): Field<string> {
	return field(
		name,
		{ type: 'resourceLocator', default: { mode: 'id', value: '' }, ...TYPED },
		{ format: ID_FORMAT, ...details },
		locatorValue,
	);
}

/** Moves fields into an object of the body. */
export function membersOf(parent: string, fields: Field[]): Field[] {
	return fields.map((entry) => ({ ...entry, wire: `${parent}.${entry.wire}` }));
}
