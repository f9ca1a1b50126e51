const ISO =
	/^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(?:Z|UTC|GMT|([+-])(\d\d):?(\d\d)?)?$/i;

/** Other spellings of a time, such as those of HTTP and email: they have a year and a time of day. */
const SPELT_OUT = /\b\d{4}\b.*\d:\d\d|\d:\d\d.*\b\d{4}\b/;
const WITH_ZONE = /(?:\b(?:GMT|UTC|Z)|[+-]\d{2}:?\d{2})\)?$/i;

/** Counts since 1970 by their size: seconds, milliseconds, microseconds, nanoseconds, each from 2001 to 33658. */
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

/**
 * The time that a value tells, in milliseconds since 1970: ISO 8601, a count in any unit as a number or as text,
 * or a date spelt out. What has no offset is in UTC, whatever the host's time zone. Undefined for anything else.
 */
export function readTime(value: unknown): number | undefined {
	if (typeof value === 'number') return ofCount(value);
	if (typeof value !== 'string') return undefined;
	const text = value.trim();
	if (/^\d+(?:\.\d+)?$/.test(text)) return ofCount(Number(text));
	const parts = ISO.exec(text);
	if (!parts) {
		if (text.length > 60 || !SPELT_OUT.test(text)) return undefined;
		const spelt = Date.parse(WITH_ZONE.test(text) ? text : `${text} UTC`);
		return Number.isNaN(spelt) ? undefined : Math.max(0, spelt);
	}
	const [year, month, day, hour = 0, minute = 0, second = 0] = parts
		.slice(1, 7)
		.map((part) => (part === undefined ? undefined : Number(part))) as [number, number, number];
	const milliseconds = Number(`0.${parts[7] ?? 0}`) * 1000;
	const offset =
		(Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0)) * (parts[8] === '-' ? -1 : 1);
	const time = Date.UTC(year, month - 1, day, hour, minute - offset, second, milliseconds);
	return Number.isNaN(time) ? undefined : Math.max(0, time);
}
