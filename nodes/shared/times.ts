import { isPlainObject } from './objects';

const ISO =
	/^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(?:Z|UTC|GMT|([+-])(\d\d):?(\d\d)?)?$/i;
/** The same without separators. */
const COMPACT = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?/i;

const COUNT = /^\d+(?:\.\d+)?(?:e\+?\d+)?$/i;
/** JSON of .NET. */
const WRAPPED_COUNT = /^\/Date\((\d+)(?:[+-]\d{4})?\)\/$/;

/** Other spellings of a time, such as those of HTTP and email: they have a year and a time of day. */
const SPELT_OUT = /\b\d{4}\b.*\d:\d\d|\d:\d\d.*\b\d{4}\b/;
const WITH_ZONE = /(?:\b(?:GMT|UTC|Z|[ECMP][SD]T)|[+-]\d{2}:?\d{2})$/i;
/** Abbreviations of time zones that JavaScript does not know. */
const OTHER_ZONES: Record<string, string> = {
	BST: '+0100',
	CET: '+0100',
	CEST: '+0200',
	EET: '+0200',
	EEST: '+0300',
	WET: '+0000',
	WEST: '+0100',
};
/** A zone's name after its offset: `+01:00[Europe/Berlin]`, `GMT+0200 (Central European Summer Time)`. */
const ZONE_NAME = /\s*(?:\[[^\]]*\]|\([^)]*\))$/;

/** Longer than any spelling of a time. */
const MOST_CHARACTERS = 100;

const spaced = (...[, year, month, day, hour, minute, second = '00']: string[]): string =>
	`${year}-${month}-${day}T${hour}:${minute}:${second}`;

/**
 * Time since 1970, with the unit determined by its size: seconds, milliseconds, microseconds, nanoseconds, each
 * from 2001 to 33658.
 */
const UNITS: Array<[below: number, perMillisecond: number]> = [
	[1e12, 1e-3],
	[1e15, 1],
	[1e18, 1e3],
	[1e21, 1e6],
];

function ofCount(count: number): number | undefined {
	if (count < 1e8) return undefined;
	const unit = UNITS.find(([below]) => count < below);
	return unit && Math.floor(count / unit[1]);
}

function ofText(text: string): number | undefined {
	const zoned = text.replace(/\b[A-Z]{3,4}$/, (zone) =>
		Object.hasOwn(OTHER_ZONES, zone) ? OTHER_ZONES[zone] : zone,
	);
	const spelt = Date.parse(WITH_ZONE.test(zoned) ? zoned : `${zoned} UTC`);
	return Number.isNaN(spelt) ? undefined : Math.max(0, spelt);
}

/**
 * The time in a value, in milliseconds since 1970: ISO 8601, a number or text that counts any unit, a date in
 * words, or a database object with one of these. Without an offset it is in UTC, regardless of the host's time
 * zone. Undefined for anything else.
 */
export function readTime(value: unknown): number | undefined {
	if (typeof value === 'number') return ofCount(value);
	if (isPlainObject(value)) {
		const inner = value.$date ?? value.seconds ?? value._seconds;
		return isPlainObject(inner) ? undefined : readTime(inner);
	}
	if (typeof value !== 'string' || value.length > MOST_CHARACTERS) return undefined;
	const text = value.trim().replace(ZONE_NAME, '');
	const [count] = COUNT.exec(text) ?? WRAPPED_COUNT.exec(text)?.slice(1) ?? [];
	if (count !== undefined) return ofCount(Number(count));
	const parts = ISO.exec(text.replace(COMPACT, spaced));
	if (!parts) return SPELT_OUT.test(text) ? ofText(text) : undefined;
	const [year, month, day, hour = 0, minute = 0, second = 0] = parts
		.slice(1, 7)
		.map((part) => (part === undefined ? undefined : Number(part))) as [number, number, number];
	const milliseconds = Number(`0.${parts[7] ?? 0}`) * 1000;
	const offset =
		(Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0)) * (parts[8] === '-' ? -1 : 1);
	const time = Date.UTC(year, month - 1, day, hour, minute - offset, second, milliseconds);
	return Number.isNaN(time) ? undefined : Math.max(0, time);
}
