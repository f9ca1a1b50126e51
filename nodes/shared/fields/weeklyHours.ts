import { cleaned, invalid, offsetAt } from './values';

/**
 * A period of the week in minutes since Monday 00:00; `end` is past the end of the week if it continues into the
 * next one.
 */
interface Opening {
	start: number;
	end: number;
}

/** Hours that repeat every week; at least one period. */
export type WeeklyHours = Opening[];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** Words for several days, counted from Monday. */
const DAY_GROUPS: Record<string, number[]> = {
	daily: [0, 1, 2, 3, 4, 5, 6],
	everyday: [0, 1, 2, 3, 4, 5, 6],
	weekday: [0, 1, 2, 3, 4],
	weekdays: [0, 1, 2, 3, 4],
	weekend: [5, 6],
	weekends: [5, 6],
};

const CLOCK = String.raw`(\d{1,2})(?:[:.]?(\d{2}))?\s?(?:([ap])\.?m\b\.?)?`;
/** From left to right: filler, two times, two days, a word. */
const PARTS = new RegExp(
	String.raw`([\s,;:&+]+|(?:and|from)\b)|${CLOCK}\s*-\s*${CLOCK}(?!\d)|([a-z]{2,})\.?(?:\s*-\s*([a-z]{2,})\.?)?`,
	'y',
);

/** Day of the week by its name, any prefix of at least two letters, or its plural; -1 for other words. */
function dayOf(word: string): number {
	const singular = word.replace(/(?<=day)s$/, '');
	return DAYS.findIndex((day) => day.startsWith(singular));
}

/** Days of a word, or from the day of one word to that of another; undefined for other words. */
function daysOf(from: string, to: string | undefined): number[] | undefined {
	if (to === undefined && Object.hasOwn(DAY_GROUPS, from)) return DAY_GROUPS[from];
	const [first, last] = [dayOf(from), dayOf(to ?? from)];
	if (first < 0 || last < 0) return undefined;
	return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => (first + index) % 7);
}

/** Minutes since midnight; undefined for times that do not exist. */
function minutesOf(hour: string, minute = '00', half?: string): number | undefined {
	let hours = Number(hour);
	if (half !== undefined) {
		if (hours < 1 || hours > 12) return undefined;
		hours = (hours % 12) + (half === 'p' ? 12 : 0);
	}
	const minutes = 60 * hours + Number(minute);
	return Number(minute) > 59 || minutes > DAY_MINUTES ? undefined : minutes;
}

/** Whether a time is unambiguous within the day: `17:00`, `09:00` and `9 am` are, `9` and `9:00` are not. */
const tellsHalf = (hour: string, minute?: string, half?: string): boolean =>
	half !== undefined || Number(hour) > 12 || (hour.length === 2 && minute !== undefined);

/** From and to in minutes since midnight, `to` up to a day after `from`; undefined if ambiguous. */
function rangeOf(parts: string[]): { from: number; to: number } | undefined {
	const [first, last] = [parts.slice(0, 3), parts.slice(3)] as Array<[string, string?, string?]>;
	const [from, to] = [minutesOf(...first), minutesOf(...last)];
	if (from === undefined || to === undefined || from === to || from === DAY_MINUTES)
		return undefined;
	// 9-5 ends in the afternoon, and 1-5 pm begins there; 22-2 is clear.
	const bothTell = tellsHalf(...first) && tellsHalf(...last);
	const hasHalf = first[2] !== undefined || last[2] !== undefined;
	if (!bothTell && (hasHalf || (to < from && Number(first[0]) <= 12))) return undefined;
	return { from, to: to < from ? to + DAY_MINUTES : to };
}

/** The periods in a text; undefined for other texts. */
function readHours(text: string): WeeklyHours | undefined {
	const hours: WeeklyHours = [];
	let days: number[] = [];
	/** Whether the days already have times, so that the next day begins a new group. */
	let complete = true;
	for (PARTS.lastIndex = 0; PARTS.lastIndex < text.length; ) {
		const [part, separator, ...rest] = PARTS.exec(text) ?? [];
		if (part === undefined) return undefined;
		if (separator !== undefined) continue;
		const [word, toWord] = rest.slice(6);
		if (word === undefined) {
			const range = rangeOf(rest.slice(0, 6));
			if (!range) return undefined;
			complete = true;
			for (const day of days.length ? days : DAY_GROUPS.daily) {
				const midnight = day * DAY_MINUTES;
				hours.push({ start: midnight + range.from, end: midnight + range.to });
			}
		} else if (word === 'closed' && !complete) {
			complete = true;
		} else {
			const named = daysOf(word, toWord);
			// Times before the first day would apply to every day.
			if (!named || (days.length === 0 && hours.length > 0)) return undefined;
			days = complete ? named : [...days, ...named];
			complete = false;
		}
	}
	return complete && hours.length > 0 ? hours : undefined;
}

/**
 * Hours of the week as people write them: `Mon-Fri 09:00-17:00; Sat 10:00-13:00`, `Mon,Wed 9-12, 14-17`, `daily
 * 22:00-02:00`. Times without a day apply to every day; a period that ends before it begins ends on the next day;
 * 24:00 is the end of a day.
 */
export function asWeeklyHours(value: unknown): WeeklyHours {
	const text = cleaned(value)
		.toLowerCase()
		.replace(/\p{Pd}|\u2212|(?<=[\d\s.]|[a-z]{2})\s(?:to|till|until)\s/gu, '-')
		.replace(/\bevery\s+day\b/g, 'daily');
	const hours = readHours(text);
	if (hours) return hours;
	throw invalid(
		'must be hours of the week on the 24-hour clock, such as Mon-Fri 09:00-17:00; Sat 10:00-13:00',
		value,
	);
}

/** The first millisecond at which the offset is not that of `from`; at `to` it is different. */
function changeBetween(from: number, to: number, timeZone: string): number {
	const offset = offsetAt(from, timeZone);
	let [before, after] = [from, to];
	while (after - before > 1) {
		const middle = Math.floor((before + after) / 2);
		if (offsetAt(middle, timeZone) === offset) before = middle;
		else after = middle;
	}
	return after;
}

/** 1970-01-01 was a Thursday. */
const MONDAY_MINUTES = 3 * DAY_MINUTES;

const modulo = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor;

/**
 * The first time from `instant` on that is within the hours in a time zone: `instant` itself if it is. Times that
 * a clock change skips do not occur, those that it repeats occur twice.
 *
 * @param instant milliseconds since 1970, like the result
 */
export function nextWithin(hours: WeeklyHours, timeZone: string, instant: number): number {
	// A clock change can skip an open period once, but not again a week later.
	for (let at = instant; ; ) {
		const offset = offsetAt(at, timeZone);
		const clock = modulo((at + offset) / MINUTE_MS + MONDAY_MINUTES, WEEK_MINUTES);
		const isOpen = hours.some(
			({ start, end }) =>
				(clock >= start && clock < end) ||
				(clock + WEEK_MINUTES >= start && clock + WEEK_MINUTES < end),
		);
		if (isOpen) return at;
		const wait = Math.min(...hours.map(({ start }) => modulo(start - clock, WEEK_MINUTES)));
		// No time zone has two clock changes within half a day.
		const next = Math.min(at + Math.round(wait * MINUTE_MS), at + 12 * HOUR_MS);
		at = offsetAt(next, timeZone) === offset ? next : changeBetween(at, next, timeZone);
	}
}
