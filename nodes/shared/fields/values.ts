import { createHash } from 'crypto';

import { safeText, withoutMarkup } from '../errors/safeText';
import { isPlainObject } from '../objects';
import { readTime } from '../times';
import type { ItemContext } from './field';

/**
 * Reads one value as people, spreadsheets, databases, forms, other nodes and language models write it. A value
 * with exactly one meaning is converted to the request's format; one with several, or none, is refused.
 */

/**
 * A parameter's value that cannot be sent. The text completes the sentence "'Display Name' …"; the reader adds
 * the parameter and the item.
 */
export class InvalidValue extends Error {}

/** `wanted` is a constant text, so that the documents can list it; the given value follows it. */
export function invalid(wanted: string, value: unknown): InvalidValue {
	return new InvalidValue(`${wanted} (given: ${shown(value)})`);
}

/** Characters that are invisible or look like a space. */
const UNSEEN = /[\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
const SHOWN_CHARACTERS = 40;

/** The given value, for a message: shortened, with invisible characters shown by their codes. */
export function shown(value: unknown): string {
	if (typeof value === 'string') {
		const characters = Array.from(value.slice(0, 4 * SHOWN_CHARACTERS));
		const text = characters
			.slice(0, SHOWN_CHARACTERS)
			.map((character) =>
				character !== ' ' && (UNSEEN.test(character) || /\p{C}/u.test(character))
					? `[U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`
					: character,
			)
			.join('');
		return withoutMarkup(safeText(`"${text}${characters.length > SHOWN_CHARACTERS ? '…' : ''}"`));
	}
	if (Array.isArray(value)) {
		return value.length === 1
			? `a list with ${shownEntry(value[0])}`
			: `a list of ${value.length} entries`;
	}
	if (isDate(value) || isDateTime(value)) return textOf(value) ?? 'an invalid date';
	if (isBinary(value)) return 'binary data';
	if (value !== null && typeof value === 'object') return 'an object';
	if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
	return String(value);
}

const shownEntry = (entry: unknown): string => (Array.isArray(entry) ? 'a list' : shown(entry));

/** Dates from another realm, in which expressions run, are not instances of this one's class. */
function isDate(value: unknown): value is Date {
	return Object.prototype.toString.call(value) === '[object Date]';
}

/** Luxon's DateTime, which n8n's expressions return. */
function isDateTime(value: unknown): value is { toISO: () => unknown } {
	return (
		value !== null &&
		typeof value === 'object' &&
		typeof (value as { toISO?: unknown }).toISO === 'function'
	);
}

/** A Buffer, or its JSON form. */
function isBinary(value: unknown): boolean {
	return ArrayBuffer.isView(value) || (isPlainObject(value) && value.type === 'Buffer');
}

/** Text without invisible characters at its ends. */
export function trimmed(text: string): string {
	let start = 0;
	let end = text.length;
	while (UNSEEN.test(text.charAt(start))) start++;
	while (UNSEEN.test(text.charAt(end - 1))) end--;
	return text.slice(start, end);
}

/** Whether a parameter counts as empty; a locator or a list without content does too. */
export function isEmpty(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value === 'string') return trimmed(value) === '';
	if (Array.isArray(value)) return value.every(isEmpty);
	return isPlainObject(value) && '__rl' in value && isEmpty(value.value);
}

/** Texts that a failed expression leaves instead of an ID or a code. */
const NO_TEXT = /^(?:undefined|null|NaN|Invalid DateTime|\[object \w+\])$/i;

const NOTHING = /^(?:null|undefined|none|n\/a)$/i;

/** Whether a text is one of the words that programs and models write for no value. */
export function saysNothing(value: unknown): boolean {
	const only = single(value);
	return typeof only === 'string' && NOTHING.test(trimmed(only));
}

/** Additional words of language models, which have to fill in every field that they see. */
const NOTHING_OF_MODELS =
	/^(?:|nil|-+|\[ ?\]|\{ ?\}|unspecified|not (?:applicable|given|provided|specified))$/i;

/** Whether a language model's value, without surrounding quotes, means no value. */
export function modelSaysNothing(value: unknown): boolean {
	const only = single(value);
	if (typeof only !== 'string') return false;
	const text = cleaned(only);
	return saysNothing(text) || NOTHING_OF_MODELS.test(text);
}

/** The only entry of a list, as nodes and models return single values; empty entries do not count. */
function single(value: unknown): unknown {
	const entries: unknown[] = Array.isArray(value) ? value.filter((entry) => !isEmpty(entry)) : [];
	return entries.length === 1 ? entries[0] : value;
}

/** A value as text; undefined for values without a text form. */
function textOf(given: unknown): string | undefined {
	const value = single(given);
	if (typeof value === 'string') return value;
	if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
	if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
	if (isDate(value)) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
	if (!isDateTime(value)) return undefined;
	const iso = value.toISO();
	return typeof iso === 'string' ? iso : undefined;
}

/** Text as given; numbers, booleans and dates become text, anything else is refused. */
export function asText(value: unknown): string {
	const text = textOf(value);
	if (text === undefined) throw invalid('must be text', value);
	return text;
}

/** A code or a short name: a text without stray characters at its ends. */
export function asWord(value: unknown): string {
	const text = cleaned(value);
	if (text === '' || NO_TEXT.test(text)) throw invalid('must be text', value);
	return text;
}

/** Maximum number of layers of quotes and marks to remove, so that hostile text is not expensive. */
const MARKS_AROUND = 8;
const QUOTED = /^(["'`*])(.*)\1$/s;

/**
 * The text of a value that is not prose: without invisible characters at its ends, the apostrophe with which
 * spreadsheets mark text, and the quotes of models; East Asian forms and Arabic digits are converted to ASCII.
 * Empty if the value has no text.
 */
export function cleaned(value: unknown): string {
	let text = trimmed(textOf(value) ?? '')
		.replace(/[\uff01-\uff5e]/g, (form) => shifted(form, 0xff01, 0x21))
		.replace(/[\u0660-\u0669]/g, (digit) => shifted(digit, 0x660, 0x30))
		.replace(/[\u06f0-\u06f9]/g, (digit) => shifted(digit, 0x6f0, 0x30));
	for (let layer = 0; layer < MARKS_AROUND; layer++) {
		text = trimmed(QUOTED.exec(text)?.[2] ?? text.replace(/^'/, ''));
	}
	return text;
}

const shifted = (character: string, from: number, to: number): string =>
	String.fromCharCode(character.charCodeAt(0) - from + to);

const NAMED = /^([^<>]*)<([^<>]+)>$/;
const LINKED = /^\[([^[\]]*)\]\(([^()]*)\)$/;

/**
 * Reads `Name <address>`, a Markdown link, or just the address; a name that is itself another address is not
 * accepted.
 */
function readAddress(
	value: unknown,
	read: (text: string) => string | undefined,
): string | undefined {
	const text = cleaned(value);
	const [, name, address] = NAMED.exec(text) ?? LINKED.exec(text) ?? [];
	if (address === undefined) return read(text);
	const found = read(cleaned(address));
	const named = read(cleaned(name));
	return named === undefined || named === found ? found : undefined;
}

/** E.164: a plus sign, then up to 15 digits, the first of which is not 0 (docs/api.md, row 10). */
const E164 = /^\+[1-9]\d{1,14}$/;
const PHONE_SCHEME = /^(?:tel|sms|callto|whatsapp):/i;
/** Characters between the digits of one number; a slash or a comma would begin another one. */
const PHONE_SEPARATORS = /[\p{Zs}\p{Pd}\u2212.()]/gu;
/** Spreadsheets that treat a number as a decimal end it like this: the last digit would be theirs. */
const FRACTION = /[.,]0+$/;
const TRUNK_ZERO = /\(\p{Zs}*0\p{Zs}*\)/u;

function readPhoneNumber(text: string): string | undefined {
	const number = text.replace(PHONE_SCHEME, '').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
	if (FRACTION.test(number) || TRUNK_ZERO.test(number)) return undefined;
	const digits = number.replace(PHONE_SEPARATORS, '');
	return E164.test(digits) ? digits : undefined;
}

/** Special cases of invalid phone numbers, for which the general message does not say how to correct them. */
function refusedPhoneNumber(value: unknown): InvalidValue | undefined {
	const text = cleaned(value);
	if (
		/^[\d\p{Zs}\p{Pd}.()/]*\d[\d\p{Zs}\p{Pd}.()/]*$/u.test(text) ||
		/^\d+(?:\.\d+)?e\+?\d+$/i.test(text)
	) {
		return invalid(
			'must be a phone number in E.164 format, such as +15550100: without a plus sign and a country code, its country is unknown. Add both at the source; in a spreadsheet, format the column as plain text',
			value,
		);
	}
	if (TRUNK_ZERO.test(text)) {
		return invalid(
			'must be a phone number in E.164 format, such as +15550100: leave out the (0), which is dialed only inside some countries',
			value,
		);
	}
	return undefined;
}

/** A phone number in E.164 format, from any usual spelling that begins with a plus sign. */
export function asPhoneNumber(value: unknown): string {
	const number = readAddress(value, readPhoneNumber);
	if (number !== undefined) return number;
	throw (
		refusedPhoneNumber(value) ??
		invalid(
			'must be a phone number in E.164 format: a plus sign, the country code and the number, such as +15550100',
			value,
		)
	);
}

// Limited repetition keeps the match linear on hostile input.
const EMAIL =
	/^(?=.{3,254}$)[^\s\p{Cc}@<>,;:"()[\]\\.]{1,64}(?:\.[^\s\p{Cc}@<>,;:"()[\]\\.]{1,64}){0,32}@((?:[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{0,62}\.){1,32}[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{1,62})$/u;

function readEmail(text: string): string | undefined {
	let address = text;
	if (/^mailto:/i.test(text)) {
		address = text.slice('mailto:'.length).split('?')[0];
		try {
			address = decodeURIComponent(address);
		} catch {
			return undefined;
		}
	}
	const [, domain] = EMAIL.exec(address) ?? [];
	if (!domain || address.indexOf('@') > 64 || INVISIBLE.test(address)) return undefined;
	return domain.split('.').some((label) => label.endsWith('-')) || /\.\d+$/.test(domain)
		? undefined
		: address;
}

/** One email address. */
export function asEmail(value: unknown): string {
	const address = readAddress(value, readEmail);
	if (address === undefined) {
		throw invalid('must be one email address, such as name@email.com', value);
	}
	return address;
}

const TELEGRAM_NAME = /^@?([a-z]\w{3,31})$/i;

/** A Telegram name, with its at sign, or a phone number. */
function asTelegramRecipient(value: unknown): string {
	const recipient = readAddress(value, (text) => {
		const [, name] = TELEGRAM_NAME.exec(text) ?? [];
		return name === undefined ? readPhoneNumber(text) : `@${name}`;
	});
	if (recipient !== undefined) return recipient;
	throw invalid(
		'must be a Telegram name, such as @clara_soto, or a phone number in E.164 format, such as +15550100',
		value,
	);
}

/** The format of the recipient for a selected channel. */
const RECIPIENTS = new Map<unknown, (value: unknown) => string>([
	['call', asPhoneNumber],
	['whatsapp', asPhoneNumber],
	['email', asEmail],
	['telegram', asTelegramRecipient],
]);

/** A phone number in E.164 format or an email address, or what the selected channel requires. */
export function asRecipient(value: unknown, channel?: unknown): string {
	const ofChannel = RECIPIENTS.get(channel);
	if (ofChannel) return ofChannel(value);
	const recipient = readAddress(value, (text) => readPhoneNumber(text) ?? readEmail(text));
	if (recipient !== undefined) return recipient;
	throw (
		refusedPhoneNumber(value) ??
		invalid(
			'must be a phone number in E.164 format, such as +15550100, or one email address, such as name@email.com',
			value,
		)
	);
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** 1,500 is one and a half or one thousand five hundred; programs always write a decimal with a dot. */
const AMBIGUOUS = /^[+-]?[1-9]\d{0,2},\d{3}$/;
const DECIMAL_COMMA = /^[+-]?\d+,\d+$/;
/** Spellings with groups of three digits, and the separator of the groups. */
const GROUPED: Array<[spelling: RegExp, between: RegExp]> = [
	[/^[+-]?\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?$/, /[ '’]/g],
	[/^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/, /,/g],
	[/^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?$/, /\./g],
];

function readDecimal(value: unknown): number | undefined {
	let text = cleaned(value)
		.replace(/\u2212/g, '-')
		.replace(/\p{Zs}/gu, ' ');
	if (AMBIGUOUS.test(text)) return undefined;
	if (!DECIMAL.test(text) && !DECIMAL_COMMA.test(text)) {
		const [, between] = GROUPED.find(([spelling]) => spelling.test(text)) ?? [];
		if (!between) return undefined;
		text = text.replace(between, '');
	}
	const number = Number(text.replace(',', '.'));
	// Adding 0 converts -0 to 0.
	return Number.isFinite(number) ? number + 0 : undefined;
}

/** A finite number; text is accepted if it has one meaning as a number. */
export function asNumber(value: unknown): number {
	const number = readDecimal(value);
	if (number === undefined) throw invalid('must be a number, such as 1250.5', value);
	return number;
}

/** Limits of a number, both inclusive. */
export interface Bounds {
	min?: number;
	max?: number;
}

/** A number between `min` and `max`. */
export function asNumberWithin(value: unknown, { min = -Infinity, max }: Bounds): number {
	const number = readDecimal(value);
	if (number !== undefined && number >= min && number <= (max ?? Infinity)) return number;
	throw max === undefined
		? invalid(`must be a number of at least ${min}`, value)
		: invalid(`must be a number between ${min} and ${max}`, value);
}

/** A whole number, within limits if there are any. */
export function asInteger(value: unknown, bounds: Bounds = {}): number {
	if (!Number.isSafeInteger(readDecimal(value))) throw invalid('must be a whole number', value);
	return asNumberWithin(value, bounds);
}

/** A boolean, as n8n reads the values of its own fields: true, false, 1 and 0, as text in any case. */
export function asBoolean(value: unknown): boolean {
	const text = cleaned(value).toLowerCase();
	if (text === 'true') return true;
	if (text === 'false') return false;
	const number = readDecimal(value);
	if (number === 1) return true;
	if (number === 0) return false;
	throw invalid('must be true or false', value);
}

/** Names that differ only in case and in the separators of their words. */
const folded = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, ' ');

/** The stored value, given in any case or by its displayed name; undefined if it is not one of them. */
function meantBy(value: unknown, values: Record<string, string>): string | undefined {
	const stored = Object.keys(values);
	const text = cleaned(value);
	if (stored.includes(text)) return text;
	const meant = stored.filter((key) => [key, values[key]].map(folded).includes(folded(text)));
	return meant.length === 1 ? meant[0] : undefined;
}

/** One of the stored values. `values`: stored value -> displayed name. */
export function asChoice(value: unknown, values: Record<string, string>): string {
	const meant = meantBy(value, values);
	if (meant === undefined) throw invalid(`must be one of ${Object.keys(values).join(', ')}`, value);
	return meant;
}

/** One of the stored values if it matches, or another word. `values`: stored value -> displayed name. */
export function asSuggestion(value: unknown, values: Record<string, string>): string {
	return meantBy(value, values) ?? asWord(value);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The entries of a JSON list, also with the single quotes of other languages; undefined for other text. */
function jsonList(text: string): unknown[] | undefined {
	if (!text.startsWith('[')) return undefined;
	const list = parseJson(text) ?? parseJson(text.replace(/'/g, '"'));
	return Array.isArray(list) ? list : undefined;
}

/** Non-empty entries of a list, from an array, a JSON list, or text that `split` divides. */
function entriesOf(value: unknown, split: (text: string) => unknown[]): unknown[] {
	const text = Array.isArray(value) ? undefined : textOf(value);
	const entries = text === undefined ? value : (jsonList(trimmed(text)) ?? split(text));
	if (!Array.isArray(entries)) throw invalid('must be a list', value);
	return entries.filter((entry) => !isEmpty(entry));
}

/** Texts from an array, a JSON list or text with one entry per line; empty entries are dropped. */
export function asTextList(value: unknown): string[] {
	return entriesOf(value, (text) => text.split(/\r?\n/)).map((entry) => asText(entry).trim());
}

/** The Markdown mark before an entry of a list. */
const BULLET = /^\s*(?:[-*•]|\d{1,3}[.)])\s+/;

/** Short entries, from an array, a JSON list or text separated by commas, semicolons or line breaks. */
function wordsOf(value: unknown): unknown[] {
	return entriesOf(value, (text) =>
		trimmed(text)
			.replace(/^\[(.*)\]$/s, '$1')
			.split(/[,;\n]/)
			.map((entry) => cleaned(entry.replace(BULLET, ''))),
	);
}

/** Texts separated by commas, semicolons or line breaks. */
export function asEntries(value: unknown): string[] {
	return wordsOf(value).map((entry) => asText(entry).trim());
}

/** Several IDs; see `asId`. */
export function asIdList(value: unknown): string[] {
	return wordsOf(value).map(asId);
}

/** Several of the stored values; see `asChoice`. */
export function asChoices(value: unknown, values: Record<string, string>): string[] {
	return wordsOf(value).map((entry) => asChoice(entry, values));
}

const FENCED = /^```\w*\n(.*)\n```$/s;

/** A JSON object, given as an object, as text, or as text within text. */
export function asObject(value: unknown): Record<string, unknown> {
	let object = single(value);
	// JSON whose value is a text was encoded twice.
	for (let depth = 0; depth < 2 && typeof object === 'string'; depth++) {
		const text = trimmed(object);
		object = single(parseJson(FENCED.exec(text)?.[1] ?? text));
		if (object === undefined) throw invalid('must be valid JSON', value);
	}
	if (!isPlainObject(object)) throw invalid('must be a JSON object', value);
	// An expression may return an object of the input item, which must not be changed.
	return { ...object };
}

/** Time zones that the host has recognized: checking one costs more than all other checks of an item. */
const knownTimezones = new Map<string, string>();

/**
 * Abbreviations, most of which hosts know without being IANA names: BST is theirs for Dhaka, and EST has no summer
 * time. Those of Europe and GMT mean what people mean by them.
 */
const ZONE_ABBREVIATION = /^(?!GMT|[CEMW]ET)[A-Z]{2}T$/i;

/** An IANA time zone name that the host knows. */
export function asTimezone(value: unknown): string {
	const text = cleaned(value).replace(/ /g, '_');
	const known = knownTimezones.get(text);
	if (known !== undefined) return known;
	let canonical = '';
	try {
		canonical = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
	} catch {
		// Unknown zones remain empty.
	}
	// Newer hosts also accept offsets, which are not names.
	if (!/^[A-Z]/i.test(text) || ZONE_ABBREVIATION.test(text) || canonical === '') {
		throw invalid('must be an IANA time zone such as Europe/London', value);
	}
	const name = canonical.toLowerCase() === text.toLowerCase() ? canonical : text;
	knownTimezones.set(text, name);
	return name;
}

/** A country: its two-letter ISO 3166 code in capitals; KallyAI decides which ones it serves. */
export function asCountry(value: unknown): string {
	const text = asWord(value);
	return text.length === 2 ? text.toUpperCase() : text;
}

const CLOCK = String.raw`(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?)?(?:\p{Zs}?([ap])\.?m\.?)?`;
const OFFSET = String.raw`\p{Zs}?(?:Z|UTC|GMT|([+-]\d{2})(?::?(\d{2}))?)`;
const TIME = new RegExp(`^${CLOCK}$`, 'iu');
/** Year first; every other format can be read in two ways, or looks different on other days of the month. */
const DATE_TIME = new RegExp(
	String.raw`^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:(?:T|\p{Zs}+)${CLOCK}(${OFFSET})?(?:\[[\w/+-]{1,40}\])?)?$`,
	'iu',
);

/** A time of day as HH:MM or HH:MM:SS. */
function readClock([hour, minute, second, half]: Array<string | undefined>): string | undefined {
	if (hour === undefined || (!half && (minute === undefined || hour.length === 1)))
		return undefined;
	let hours = Number(hour);
	if (half) {
		if (hours < 1 || hours > 12) return undefined;
		hours = (hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
	}
	if (hours > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) return undefined;
	const parts = [String(hours).padStart(2, '0'), minute ?? '00', second];
	return parts.filter((part) => part !== undefined).join(':');
}

/** A date as written, and the rest of the text. */
interface WrittenDate {
	/** YYYY-MM-DD. */
	day: string;
	/** HH:MM or HH:MM:SS. */
	time?: string;
	/** The point in time, if there is an offset. */
	instant?: Date;
	/** Whether the offset is that of UTC. */
	utc?: boolean;
}

function readDateTime(value: unknown): WrittenDate | undefined {
	const [, year, , month, date, ...rest] = DATE_TIME.exec(cleaned(value)) ?? [];
	if (year === undefined) return undefined;
	const day = [year, month.padStart(2, '0'), date.padStart(2, '0')].join('-');
	if (!isCalendarDate(day)) return undefined;
	const [hour, minute, second, half, offset, offsetHours = '+00', offsetMinutes = '00'] = rest;
	if (hour === undefined) return { day };
	const time = readClock([hour, minute, second, half]);
	if (time === undefined) return undefined;
	if (offset === undefined) return { day, time };
	const instant = new Date(`${day}T${time}${offsetHours}:${offsetMinutes}`);
	// In another time zone, the last day of 9999 may be a day that the format cannot express.
	if (Number.isNaN(instant.getTime()) || year === '9999') return undefined;
	return { day, time, instant, utc: Number(offsetHours) === 0 && Number(offsetMinutes) === 0 };
}

/** YYYY-MM-DDTHH:MM:SS in a time zone; this is the Swedish format, except for the T. */
export function localTime(instant: Date, timeZone: string): string {
	return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
		.format(instant)
		.replace(' ', 'T')
		.padStart('YYYY-MM-DDTHH:MM:SS'.length, '0');
}

/** Offset of a time zone from UTC in milliseconds. */
export function offsetAt(instant: number, timeZone: string): number {
	const second = Math.floor(instant / 1000) * 1000;
	return Date.parse(`${localTime(new Date(second), timeZone)}Z`) - second;
}

/** JavaScript converts 30 February to 2 March: only a date that survives the round trip exists. */
function isCalendarDate(day: string): boolean {
	const instant = new Date(`${day}T00:00:00Z`);
	return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(day);
}

/**
 * Refuses a time in UTC from a language model if it differs in the time zone: models write Z after local times.
 *
 * @param local the value as read in the time zone
 * @param written the value as written
 */
function refuseUtc(
	value: unknown,
	{ timezone, forModel }: ItemContext,
	[local, written]: [local: string, written: string],
): void {
	if (!forModel || local === written) return;
	throw invalid(
		`must be local time without Z, such as 2031-05-16T10:00: with Z it would be ${local} in ${timezone}`,
		value,
	);
}

const DAY_LENGTH = 'YYYY-MM-DD'.length;
const MINUTE_LENGTH = 'HH:MM'.length;

/**
 * A calendar date YYYY-MM-DD. Midnight UTC counts as that day, since databases and spreadsheets write dates
 * without a time this way; any other time with an offset is first converted to the workflow's time zone.
 */
export function asDate(value: unknown, item: ItemContext): string {
	const written = readDateTime(value);
	if (!written) {
		throw invalid('must be a date in the form YYYY-MM-DD', value);
	}
	const { day, time = '', instant, utc } = written;
	if (!instant || (utc && /^00:00(?::00)?$/.test(time))) return day;
	const local = localTime(instant, item.timezone).slice(0, DAY_LENGTH);
	if (utc) refuseUtc(value, item, [local, day]);
	return local;
}

/**
 * A date with a time of day and without an offset, such as 2031-05-16T20:00. A time with an offset is converted
 * to the workflow's time zone.
 */
export function asLocalDateTime(value: unknown, item: ItemContext): string {
	const written = readDateTime(value);
	if (written?.time === undefined) {
		throw invalid(
			'must be a date with a time in the form YYYY-MM-DDTHH:MM, such as 2031-05-16T20:00',
			value,
		);
	}
	const { day, time, instant, utc } = written;
	const given = `${day}T${time}`;
	if (!instant) return given;
	const local = localTime(instant, item.timezone);
	if (utc) refuseUtc(value, item, [local, local.startsWith(given) ? local : given]);
	return local;
}

/** The day that spreadsheets and databases put before a time without a date. */
const NO_DAY = /^(?:1899-12-3[01]|1900-01-0[01]|1970-01-01|0001-01-01)$/;

/** A time of day HH:MM on the 24-hour clock; seconds and a date before it are removed. */
export function asTime(value: unknown, item: ItemContext): string {
	const [, ...clock] = TIME.exec(cleaned(value)) ?? [];
	const {
		day = '',
		time = readClock(clock),
		instant,
		utc,
	}: Partial<WrittenDate> = readDateTime(value) ?? {};
	if (time === undefined) {
		throw invalid('must be a time in the form HH:MM on the 24-hour clock, such as 19:30', value);
	}
	const written = time.slice(0, MINUTE_LENGTH);
	if (!instant || (utc && NO_DAY.test(day))) return written;
	const local = localTime(instant, item.timezone).slice(
		DAY_LENGTH + 1,
		DAY_LENGTH + 1 + MINUTE_LENGTH,
	);
	if (utc) refuseUtc(value, item, [local, written]);
	return local;
}

/** A point in time as given; objects returned by expressions become ISO text. */
export function asMoment(value: unknown): string {
	const text = trimmed(textOf(value) ?? '');
	if (text === '' || NO_TEXT.test(text)) throw invalid('must be a date or a time', value);
	return text;
}

/** A point in time in milliseconds since 1970; UTC if it has no offset. */
export function asInstant(value: unknown): number {
	const time = readTime(asMoment(value));
	if (time === undefined) throw invalid('must be a date with a time', value);
	return time;
}

const WITHOUT_OFFSET = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?$/;

/**
 * A point in time in milliseconds since 1970; if it has no offset, like those of the editor's date picker, it is
 * in the workflow's time zone.
 */
export function asLocalInstant(value: unknown, { timezone }: ItemContext): number {
	const instant = asInstant(value);
	if (!WITHOUT_OFFSET.test(asMoment(value))) return instant;
	const nearby = instant - offsetAt(instant, timezone);
	return instant - offsetAt(nearby, timezone);
}

/** Longer ones result in URLs that servers refuse without processing them. */
const LONGEST_ID = 1000;

/** The ID of a record. */
export function asId(value: unknown): string {
	const text = trimmed(textOf(value) ?? '');
	const isWord = NO_TEXT.test(text) || saysNothing(text);
	if (text === '' || isWord || INVISIBLE.test(text) || text.length > LONGEST_ID)
		throw invalid('must be an ID', value);
	return text;
}

/** A value in the path: an ID that does not lead to another path. */
export function asPathSegment(value: unknown): string {
	const text = asId(value);
	if (text === '.' || text === '..') throw invalid("must be an ID; '.' and '..' are paths", value);
	try {
		return encodeURIComponent(text);
	} catch {
		throw invalid('must be an ID; it has characters that cannot be sent', value);
	}
}

/** Maximum length of a text in a query: servers accept 8 to 16 KB for the URL and the headers together. */
const LONGEST_IN_QUERY = 2000;

/** A value in the query of a URL: servers refuse URLs that are too long without naming the value. */
export function asQueryValue<T>(value: T): T {
	if (String(value).length > LONGEST_IN_QUERY) {
		throw invalid(`must have at most ${LONGEST_IN_QUERY} characters`, value);
	}
	return value;
}

/**
 * A key in a header: the text itself, or a digest of a text that a header cannot have, such as one with accents.
 */
export function asKey(value: unknown): string {
	const text = trimmed(asText(value));
	if (text === '') throw invalid('must be text', value);
	if (/^[\x20-\x7e]{1,255}$/.test(text)) return text;
	// JSON keeps halves of characters apart, which UTF-8 does not.
	return createHash('sha256').update(JSON.stringify(text)).digest('hex');
}
