import { now } from './clock.mts';

/** Time of the wire: whole seconds, UTC. */
export function isoSeconds(milliseconds = now()): string {
	return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** Whether the runtime knows the IANA zone. */
export function isTimezone(name: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: name });
		return true;
	} catch {
		return false;
	}
}

/** Today and the time of day on a wall clock in the zone, as YYYY-MM-DD and HH:MM. */
export function wallClock(timezone: string): { date: string; time: string } {
	const text = new Intl.DateTimeFormat('sv-SE', {
		timeZone: timezone,
		dateStyle: 'short',
		timeStyle: 'short',
	}).format(new Date(now()));
	const [date = '', time = ''] = text.split(' ');
	return { date, time };
}

/** First instants of the running month and of the next one. */
export function billingPeriod(): { period_start: string; period_end: string } {
	const today = new Date(now());
	const month = (offset: number) =>
		isoSeconds(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + offset, 1));
	return { period_start: month(0), period_end: month(1) };
}

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const HAS_OFFSET = /(?:Z|[+-]\d{2}:?\d{2})$/i;

/** Whether a text is a date without a time. */
export function isDateOnly(text: string): boolean {
	return DATE_ONLY.test(text);
}

/**
 * First and last instant, in milliseconds, of a period that a query bounds by dates or times; both ends belong to it,
 * a date stands for its whole day, and UTC is meant where no offset is given. NaN for what is neither.
 */
export function period(from: string | undefined, to: string | undefined): [number, number] {
	const instant = (text: string) =>
		Date.parse(isDateOnly(text) || HAS_OFFSET.test(text) ? text : `${text}Z`);
	const first = from === undefined ? -Infinity : instant(from);
	if (to === undefined) return [first, Infinity];
	return [first, isDateOnly(to) ? instant(to) + DAY_MS - 1 : instant(to)];
}
