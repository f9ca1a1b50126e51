import { isPlainObject, readNumber } from '../objects';
import type { ItemContext } from './field';

/**
 * A parameter's value that cannot be sent. The text completes the sentence "'Display Name' …";
 * the executor adds the parameter and the item.
 */
export class InvalidValue extends Error {}

function invalid(text: string): InvalidValue {
	return new InvalidValue(text);
}

/** E.164: a plus sign, then up to 15 digits of which the first is not 0 (docs/api.md, row 10). */
const E164 = /^\+[1-9]\d{1,14}$/;
const DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ](.*))?$/;
const OFFSET = /(?:Z|[+-]\d{2}:?\d{2})$/;
const DATE_TIME =
	/^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
// Bounded parts keep the match linear on hostile input.
const EMAIL = /^[^\s@<>,;]{1,64}@[^\s@<>,;]{1,255}$/;

/** Whether a parameter counts as not filled in. */
export function isEmpty(value: unknown): boolean {
	return (
		value === undefined ||
		value === null ||
		(typeof value === 'string' && value.trim() === '') ||
		(Array.isArray(value) && value.length === 0)
	);
}

/** Text as given; numbers and booleans become text, anything else is refused. */
export function asText(value: unknown): string {
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	throw invalid('must be a text');
}

/** A phone number in E.164 form. */
export function asPhoneNumber(value: unknown): string {
	const text = asText(value).trim();
	if (!E164.test(text)) {
		throw invalid(
			'must be a phone number in E.164 form: a plus sign, the country code and the number without spaces, such as +15550100',
		);
	}
	return text;
}

/** One e-mail address. */
export function asEmail(value: unknown): string {
	const text = asText(value).trim();
	if (!EMAIL.test(text)) throw invalid('must be one email address');
	return text;
}

/** A whole number between `min` and `max`; numeric text is converted. */
export function asInteger(
	value: unknown,
	{ min, max }: { min?: number; max?: number } = {},
): number {
	const number = asNumber(value);
	if (!Number.isInteger(number)) throw invalid('must be a whole number');
	if ((min !== undefined && number < min) || (max !== undefined && number > max)) {
		throw invalid(
			max === undefined ? `must be at least ${min}` : `must be between ${min} and ${max}`,
		);
	}
	return number;
}

/** A finite number; numeric text is converted. */
export function asNumber(value: unknown): number {
	const number = readNumber(value);
	if (number === undefined) throw invalid('must be a number');
	return number;
}

/** A number between `min` and `max`, whole or not. */
export function asNumberWithin(
	value: unknown,
	{ min = -Infinity, max }: { min?: number; max?: number },
): number {
	const number = readNumber(value);
	if (number === undefined || number < min || (max !== undefined && number > max)) {
		throw invalid(
			max === undefined
				? `must be a number of at least ${min}`
				: `must be a number between ${min} and ${max}`,
		);
	}
	return number;
}

/** A boolean; the texts true and false are converted. */
export function asBoolean(value: unknown): boolean {
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
	throw invalid('must be true or false');
}

/** One of the given values. */
export function asChoice(value: unknown, values: string[]): string {
	const text = asText(value);
	if (!values.includes(text)) throw invalid(`must be one of ${values.join(', ')}`);
	return text;
}

/** A list of texts, from an array, a JSON array or text with the given separator. */
export function asTextList(value: unknown, separator: RegExp): string[] {
	let list: unknown = value;
	if (typeof value === 'string') {
		const text = value.trim();
		list = text.startsWith('[') ? parseJson(text) : text.split(separator);
	}
	if (!Array.isArray(list)) throw invalid('must be a list');
	const texts = list.map((entry) => asText(entry).trim()).filter((text) => text !== '');
	if (texts.length === 0) throw invalid('must have at least one entry');
	return texts;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw invalid('must be valid JSON');
	}
}

/** A JSON object, given as such or as text. */
export function asObject(value: unknown): Record<string, unknown> {
	const object = typeof value === 'string' ? parseJson(value) : value;
	if (!isPlainObject(object)) throw invalid('must be a JSON object');
	return object;
}

/** Time zones that the host has recognized: asking it costs more than the rest of an item's checks. */
const knownTimezones = new Set<string>();

/** An IANA time zone name that the running host knows. */
export function asTimezone(value: unknown): string {
	const text = asText(value).trim();
	if (knownTimezones.has(text)) return text;
	try {
		new Intl.DateTimeFormat('en', { timeZone: text });
	} catch {
		throw invalid('must be an IANA time zone such as Europe/London');
	}
	knownTimezones.add(text);
	return text;
}

/**
 * A calendar date YYYY-MM-DD. What n8n's date picker gives is cut to its date; a time with an offset
 * is first brought into the workflow's time zone.
 */
export function asDate(value: unknown, { timezone }: ItemContext): string {
	const text = dateText(value);
	const [, day, time] = DATE.exec(text) ?? [];
	const instant = new Date(text);
	if (!day || !isCalendarDate(day) || Number.isNaN(instant.getTime())) {
		throw invalid('must be a date in the form YYYY-MM-DD');
	}
	if (!time || !OFFSET.test(time)) return day;
	return localTime(instant, timezone).slice(0, day.length);
}

/**
 * A date with a time of day and without offset, such as 2031-05-16T20:00. A time with an offset is
 * brought into the workflow's time zone.
 */
export function asLocalDateTime(value: unknown, { timezone }: ItemContext): string {
	const text = dateText(value);
	const [, day, time, offset] = DATE_TIME.exec(text) ?? [];
	const instant = new Date(text);
	if (!day || !isCalendarDate(day) || Number.isNaN(instant.getTime())) {
		throw invalid(
			'must be a date with a time in the form YYYY-MM-DDTHH:MM, such as 2031-05-16T20:00',
		);
	}
	return offset ? localTime(instant, timezone) : `${day}T${time}`;
}

/** A point in time as given; what expressions give as an object becomes ISO text. */
export function asMoment(value: unknown): string {
	const text = dateText(value);
	if (text === '') throw invalid('must be a date or a time');
	return text;
}

/** YYYY-MM-DDTHH:MM:SS on the clocks of a time zone; Swedish is written that way but for the T. */
function localTime(instant: Date, timeZone: string): string {
	return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
		.format(instant)
		.replace(' ', 'T');
}

/** Text of a date value; expressions often give a Date or a Luxon DateTime instead. */
function dateText(value: unknown): string {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
	const { toISO } = (value ?? {}) as { toISO?: unknown };
	if (typeof toISO === 'function') return String(toISO.call(value) ?? '');
	return asText(value).trim();
}

/** JavaScript takes 30 February for 2 March: only a date that survives the round trip exists. */
function isCalendarDate(day: string): boolean {
	const instant = new Date(`${day}T00:00:00Z`);
	return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(day);
}

/** A time of day HH:MM on the 24-hour clock. */
export function asTime(value: unknown): string {
	const text = asText(value).trim();
	if (!TIME.test(text)) {
		throw invalid('must be a time in the form HH:MM on the 24-hour clock, such as 19:30');
	}
	return text;
}

/** A value that goes into the path: not empty and no step to another path. */
export function asPathSegment(value: unknown): string {
	const text = asText(value).trim();
	if (text === '') throw invalid('is required');
	if (text === '.' || text === '..') throw invalid("must be an ID; '.' and '..' are paths");
	try {
		return encodeURIComponent(text);
	} catch {
		throw invalid('must be an ID; it has characters that cannot be sent');
	}
}

/** A value that goes into a header: printable ASCII, so that it cannot start another header. */
export function asHeaderValue(value: unknown): string {
	const text = asText(value).trim();
	if (!/^[\x20-\x7e]{1,255}$/.test(text)) {
		throw invalid('must have 1 to 255 plain characters (letters, digits, punctuation)');
	}
	return text;
}
