import { safeText, withoutMarkup } from '../errors/safeText';
import { isPlainObject } from '../objects';
import { readTime } from '../times';
import type { ItemContext } from './field';

/**
 * Reading one value as people, spreadsheets, databases, forms, other nodes and language models give it.
 * What has exactly one reading is brought into the wire's form; what has several, or none, is refused.
 */

/**
 * A parameter's value that cannot be sent. The text completes the sentence "'Display Name' …";
 * the reader adds the parameter and the item.
 */
export class InvalidValue extends Error {}

/** `wanted` is a constant text, so that the documents can list it; what was given follows it. */
export function invalid(wanted: string, value: unknown): InvalidValue {
	return new InvalidValue(`${wanted} (given: ${shown(value)})`);
}

/** Characters that nobody sees, or sees as a plain space. */
const UNSEEN = /[\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
const SHOWN_CHARACTERS = 40;

/** What was given, for a message: short, and with the characters in it that cannot be seen by their codes. */
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

/** Dates of another realm, as expressions are run in, are no instances of this one's class. */
function isDate(value: unknown): value is Date {
	return Object.prototype.toString.call(value) === '[object Date]';
}

/** Luxon's DateTime, which is what n8n's expressions give. */
function isDateTime(value: unknown): value is { toISO: () => unknown } {
	return (
		value !== null &&
		typeof value === 'object' &&
		typeof (value as { toISO?: unknown }).toISO === 'function'
	);
}

/** A Buffer as such, or as it comes out of JSON. */
function isBinary(value: unknown): boolean {
	return ArrayBuffer.isView(value) || (isPlainObject(value) && value.type === 'Buffer');
}

/** Text without what cannot be seen at its ends. */
export function trimmed(text: string): string {
	let start = 0;
	let end = text.length;
	while (UNSEEN.test(text.charAt(start))) start++;
	while (UNSEEN.test(text.charAt(end - 1))) end--;
	return text.slice(start, end);
}

/** Whether a parameter counts as not filled in; so does a locator or a list with nothing in it. */
export function isEmpty(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value === 'string') return trimmed(value) === '';
	if (Array.isArray(value)) return value.every(isEmpty);
	return isPlainObject(value) && '__rl' in value && isEmpty(value.value);
}

/** Texts that a failed expression leaves where an ID or a code should be. */
const NO_TEXT = /^(?:undefined|null|NaN|Invalid DateTime|\[object \w+\])$/i;

const NOTHING = /^(?:null|undefined|none|n\/a)$/i;

/** Whether a text is one of the words that programs and models write where they have nothing. */
export function saysNothing(value: unknown): boolean {
	const only = single(value);
	return typeof only === 'string' && NOTHING.test(trimmed(only));
}

/** What language models write besides, who have to fill in every field that they are shown. */
const NOTHING_OF_MODELS =
	/^(?:|nil|-+|\[ ?\]|\{ ?\}|unspecified|not (?:applicable|given|provided|specified))$/i;

/** Whether a language model's value, without quotes around it, stands for nothing. */
export function modelSaysNothing(value: unknown): boolean {
	const only = single(value);
	if (typeof only !== 'string') return false;
	const text = cleaned(only);
	return saysNothing(text) || NOTHING_OF_MODELS.test(text);
}

/** The entry of a list of one, as nodes and models give what they were asked for once; empty ones do not count. */
function single(value: unknown): unknown {
	const entries: unknown[] = Array.isArray(value) ? value.filter((entry) => !isEmpty(entry)) : [];
	return entries.length === 1 ? entries[0] : value;
}

/** A value as text; undefined for what has no text of its own. */
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

/** A code or a name of few characters: a text without what is not meant at its ends. */
export function asWord(value: unknown): string {
	const text = cleaned(value);
	if (text === '' || NO_TEXT.test(text)) throw invalid('must be text', value);
	return text;
}

/** As many layers of quotes and marks are taken off, so that hostile text costs no more than these. */
const MARKS_AROUND = 8;
const QUOTED = /^(["'`*])(.*)\1$/s;

/**
 * The text of a value that is no prose: without what cannot be seen at its ends, without the apostrophe by
 * which spreadsheets mark text and the quotes of models, in ASCII where East Asian forms or Arabic digits
 * were typed. Empty where the value has no text.
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

/** Reads `Name <address>`, a Markdown link, or the address alone; a name that is another address is none. */
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

/** E.164: a plus sign, then up to 15 digits of which the first is not 0 (docs/api.md, row 10). */
const E164 = /^\+[1-9]\d{1,14}$/;
const PHONE_SCHEME = /^(?:tel|sms|callto|whatsapp):/i;
/** What is written between the digits of one number; a slash or a comma would begin another one. */
const PHONE_SEPARATORS = /[\p{Zs}\p{Pd}\u2212.()]/gu;
/** Spreadsheets that take a number for a fraction end it so: the last digit would be theirs. */
const FRACTION = /[.,]0+$/;
const TRUNK_ZERO = /\(\p{Zs}*0\p{Zs}*\)/u;

function readPhoneNumber(text: string): string | undefined {
	const number = text.replace(PHONE_SCHEME, '').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
	if (FRACTION.test(number) || TRUNK_ZERO.test(number)) return undefined;
	const digits = number.replace(PHONE_SEPARATORS, '');
	return E164.test(digits) ? digits : undefined;
}

/** The special cases of what is no phone number, where the remedy is not plain from the rule. */
function refusedPhoneNumber(value: unknown): InvalidValue | undefined {
	const text = cleaned(value);
	if (
		/^[\d\p{Zs}\p{Pd}.()/]*\d[\d\p{Zs}\p{Pd}.()/]*$/u.test(text) ||
		/^\d+(?:\.\d+)?e\+?\d+$/i.test(text)
	) {
		return invalid(
			'must be a phone number in E.164 format; without a plus sign and the country code, such as +15550100, its country is unknown: add them at the source, in a spreadsheet in a column formatted as plain text',
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

// Bounded parts keep the match linear on hostile input.
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

/** One e-mail address. */
export function asEmail(value: unknown): string {
	const address = readAddress(value, readEmail);
	if (address === undefined) {
		throw invalid('must be one email address, such as name@email.com', value);
	}
	return address;
}

const TELEGRAM_NAME = /^@?([a-z]\w{3,31})$/i;

/** A Telegram name, with its at sign, or the phone number of somebody there. */
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

/** How the recipient is given where a channel was chosen. */
const RECIPIENTS = new Map<unknown, (value: unknown) => string>([
	['call', asPhoneNumber],
	['whatsapp', asPhoneNumber],
	['email', asEmail],
	['telegram', asTelegramRecipient],
]);

/** A phone number in E.164 format or an e-mail address, or what the channel asks for that was chosen. */
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
/** 1,500 is one and a half or one thousand five hundred; with a dot, programs always write a fraction. */
const AMBIGUOUS = /^[+-]?[1-9]\d{0,2},\d{3}$/;
const DECIMAL_COMMA = /^[+-]?\d+,\d+$/;
/** Spellings with groups of three digits, and what stands between the groups. */
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
	// Adding 0 makes 0 of -0.
	return Number.isFinite(number) ? number + 0 : undefined;
}

/** A finite number; text is read where it has one reading as a number. */
export function asNumber(value: unknown): number {
	const number = readDecimal(value);
	if (number === undefined) throw invalid('must be a number, such as 1250.5', value);
	return number;
}

/** Bounds of a number, both of them inside. */
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

/** A whole number, within bounds where there are some. */
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

/** Names that differ in nothing but case and in what stands between their words. */
const folded = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, ' ');

/** The stored value that is meant, in any case or by the name that the editor shows; undefined where it is none. */
function meantBy(value: unknown, values: Record<string, string>): string | undefined {
	const stored = Object.keys(values);
	const text = cleaned(value);
	if (stored.includes(text)) return text;
	const meant = stored.filter((key) => [key, values[key]].map(folded).includes(folded(text)));
	return meant.length === 1 ? meant[0] : undefined;
}

/** One of the stored values. `values`: stored -> shown. */
export function asChoice(value: unknown, values: Record<string, string>): string {
	const meant = meantBy(value, values);
	if (meant === undefined) throw invalid(`must be one of ${Object.keys(values).join(', ')}`, value);
	return meant;
}

/** One of the stored values where one is meant, or another word. `values`: stored -> shown. */
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

/** Entries of a list that say something, from an array, a JSON list, or text that `split` takes apart. */
function entriesOf(value: unknown, split: (text: string) => unknown[]): unknown[] {
	const text = Array.isArray(value) ? undefined : textOf(value);
	const entries = text === undefined ? value : (jsonList(trimmed(text)) ?? split(text));
	if (!Array.isArray(entries)) throw invalid('must be a list', value);
	return entries.filter((entry) => !isEmpty(entry));
}

/** Texts from an array, a JSON list or text with one entry a line; empty entries are dropped. */
export function asTextList(value: unknown): string[] {
	return entriesOf(value, (text) => text.split(/\r?\n/)).map((entry) => asText(entry).trim());
}

/** What Markdown puts before an entry of a list. */
const BULLET = /^\s*(?:[-*•]|\d{1,3}[.)])\s+/;

/** Entries of few characters, from an array, a JSON list or text with commas, semicolons or lines between them. */
function wordsOf(value: unknown): unknown[] {
	return entriesOf(value, (text) =>
		trimmed(text)
			.replace(/^\[(.*)\]$/s, '$1')
			.split(/[,;\n]/)
			.map((entry) => cleaned(entry.replace(BULLET, ''))),
	);
}

/** Texts with commas, semicolons or lines between them. */
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

/** A JSON object, given as such, as text, or as text within text. */
export function asObject(value: unknown): Record<string, unknown> {
	let object = single(value);
	// A text whose JSON is a text is JSON that was written twice.
	for (let depth = 0; depth < 2 && typeof object === 'string'; depth++) {
		const text = trimmed(object);
		object = single(parseJson(FENCED.exec(text)?.[1] ?? text));
		if (object === undefined) throw invalid('must be valid JSON', value);
	}
	if (!isPlainObject(object)) throw invalid('must be a JSON object', value);
	// An expression may give an object of the input item, which stays as it is.
	return { ...object };
}

/** Time zones that the host has recognized: asking it costs more than the rest of an item's checks. */
const knownTimezones = new Map<string, string>();

/** An IANA time zone name that the running host knows. */
export function asTimezone(value: unknown): string {
	const text = cleaned(value).replace(/ /g, '_');
	const known = knownTimezones.get(text);
	if (known !== undefined) return known;
	let canonical = '';
	try {
		canonical = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
	} catch {
		// What the host does not know stays empty.
	}
	// Newer hosts know offsets, too, which are no names.
	if (!/^[A-Z]/i.test(text) || canonical === '') {
		throw invalid('must be an IANA time zone such as Europe/London', value);
	}
	const name = canonical.toLowerCase() === text.toLowerCase() ? canonical : text;
	knownTimezones.set(text, name);
	return name;
}

/** A country: its two letters of ISO 3166 as capitals; KallyAI says which others it knows. */
export function asCountry(value: unknown): string {
	const text = asWord(value);
	return text.length === 2 ? text.toUpperCase() : text;
}

const CLOCK = String.raw`(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?)?(?:\p{Zs}?([ap])\.?m\.?)?`;
const OFFSET = String.raw`\p{Zs}?(?:Z|UTC|GMT|([+-]\d{2})(?::?(\d{2}))?)`;
const TIME = new RegExp(`^${CLOCK}$`, 'iu');
/** Year first; everything else may be read in two ways, or is not of this form on other days of the month. */
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

/** A date as it is written, and what follows it. */
interface WrittenDate {
	/** YYYY-MM-DD. */
	day: string;
	/** HH:MM or HH:MM:SS. */
	time?: string;
	/** The point in time, where an offset is written. */
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
	// In another time zone the last day of 9999 may be one that the form cannot say.
	if (Number.isNaN(instant.getTime()) || year === '9999') return undefined;
	return { day, time, instant, utc: Number(offsetHours) === 0 && Number(offsetMinutes) === 0 };
}

/** YYYY-MM-DDTHH:MM:SS on the clocks of a time zone; Swedish is written that way but for the T. */
export function localTime(instant: Date, timeZone: string): string {
	return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
		.format(instant)
		.replace(' ', 'T')
		.padStart('YYYY-MM-DDTHH:MM:SS'.length, '0');
}

/** Milliseconds by which the clocks of a time zone are ahead of UTC. */
export function offsetAt(instant: number, timeZone: string): number {
	const second = Math.floor(instant / 1000) * 1000;
	return Date.parse(`${localTime(new Date(second), timeZone)}Z`) - second;
}

/** JavaScript takes 30 February for 2 March: only a date that survives the round trip exists. */
function isCalendarDate(day: string): boolean {
	const instant = new Date(`${day}T00:00:00Z`);
	return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(day);
}

/**
 * Refuses UTC from a language model where the clocks of the time zone say otherwise: models write Z behind
 * local times.
 *
 * @param local what is read of the value in the time zone
 * @param written the same as it is written
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
 * A calendar date YYYY-MM-DD. Midnight in UTC is that day, as databases and spreadsheets give a date
 * without a time; any other time with an offset is brought into the workflow's time zone first.
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
 * A date with a time of day and without offset, such as 2031-05-16T20:00. A time with an offset is
 * brought into the workflow's time zone.
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

/** The day that spreadsheets and databases put before a time that has none. */
const NO_DAY = /^(?:1899-12-3[01]|1900-01-0[01]|1970-01-01|0001-01-01)$/;

/** A time of day HH:MM on the 24-hour clock; seconds are cut off, and so is the date before it. */
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

/** A point in time as given; what expressions give as an object becomes ISO text. */
export function asMoment(value: unknown): string {
	const text = trimmed(textOf(value) ?? '');
	if (text === '' || NO_TEXT.test(text)) throw invalid('must be a date or a time', value);
	return text;
}

/** A point in time, in milliseconds since 1970; without an offset it is in UTC. */
export function asInstant(value: unknown): number {
	const time = readTime(asMoment(value));
	if (time === undefined) throw invalid('must be a date with a time', value);
	return time;
}

const WITHOUT_OFFSET = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?$/;

/** A point in time, in milliseconds since 1970; without an offset, as the editor's picker gives it, in the workflow's time zone. */
export function asLocalInstant(value: unknown, { timezone }: ItemContext): number {
	const instant = asInstant(value);
	if (!WITHOUT_OFFSET.test(asMoment(value))) return instant;
	const nearby = instant - offsetAt(instant, timezone);
	return instant - offsetAt(nearby, timezone);
}

/** Longer ones make addresses that servers refuse without looking at them. */
const LONGEST_ID = 1000;

/** The ID of a record. */
export function asId(value: unknown): string {
	const text = trimmed(textOf(value) ?? '');
	const isWord = NO_TEXT.test(text) || saysNothing(text);
	if (text === '' || isWord || INVISIBLE.test(text) || text.length > LONGEST_ID)
		throw invalid('must be an ID', value);
	return text;
}

/** A value that goes into the path: an ID that is no step to another path. */
export function asPathSegment(value: unknown): string {
	const text = asId(value);
	if (text === '.' || text === '..') throw invalid("must be an ID; '.' and '..' are paths", value);
	try {
		return encodeURIComponent(text);
	} catch {
		throw invalid('must be an ID; it has characters that cannot be sent', value);
	}
}

/** Longest text in a query: servers take 8 to 16 KB of an address and the headers together. */
const LONGEST_IN_QUERY = 2000;

/** A value that goes into the query of an address, which servers refuse for its length without naming what is long. */
export function asQueryValue<T>(value: T): T {
	if (String(value).length > LONGEST_IN_QUERY) {
		throw invalid(`must have at most ${LONGEST_IN_QUERY} characters`, value);
	}
	return value;
}

/** A value that goes into a header: printable ASCII, so that it cannot start another header. */
export function asHeaderValue(value: unknown): string {
	const text = trimmed(textOf(value) ?? '');
	if (!/^[\x20-\x7e]{1,255}$/.test(text)) {
		throw invalid('must have 1 to 255 plain characters (letters, digits, punctuation)', value);
	}
	return text;
}
