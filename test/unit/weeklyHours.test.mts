import { DateTime } from 'luxon';

import { asWeeklyHours, nextWithin } from '../../nodes/shared/fields/weeklyHours';
import fc from '../support/property.mts';

const NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MINUTE_MS = 60_000;

/** What is open on a week without a change of the clocks, as `Mon 09:00` and minutes. */
function openings(text: string): string[] {
	return asWeeklyHours(text).map(({ start, end }) => {
		const day = NAMES[Math.floor(start / 1440)];
		const clock = [Math.floor((start % 1440) / 60), start % 60];
		return `${day} ${clock.map((part) => String(part).padStart(2, '0')).join(':')} +${end - start}`;
	});
}

const weekdays = (times: string) => NAMES.slice(0, 5).map((day) => `${day} ${times}`);

test.each([
	['Mon-Fri 09:00-17:00; Sat 10:00-13:00', [...weekdays('09:00 +480'), 'Sat 10:00 +180']],
	['mon - fri: 9 - 17', weekdays('09:00 +480')],
	['Monday to Friday from 9am to 5pm', weekdays('09:00 +480')],
	['Weekdays 9:00–17:00', weekdays('09:00 +480')],
	['Mon,Wed 9-12, 14-17', ['Mon 09:00 +180', 'Wed 09:00 +180', 'Mon 14:00 +180', 'Wed 14:00 +180']],
	['Mo+We 9-12', ['Mon 09:00 +180', 'Wed 09:00 +180']],
	['Sat and Sun 10.30-12', ['Sat 10:30 +90', 'Sun 10:30 +90']],
	['Fridays 0900-1700, Sun closed', ['Fri 09:00 +480']],
	['Sat 22:00-02:00', ['Sat 22:00 +240']],
	['Fri-Sun 22-2', ['Fri 22:00 +240', 'Sat 22:00 +240', 'Sun 22:00 +240']],
	['Sat-Mon 08:00-24:00', ['Sat 08:00 +960', 'Sun 08:00 +960', 'Mon 08:00 +960']],
	['daily 10:00-11:00', NAMES.map((day) => `${day} 10:00 +60`)],
	['every day 10 pm - 2 a.m.', NAMES.map((day) => `${day} 22:00 +240`)],
	['9-17', NAMES.map((day) => `${day} 09:00 +480`)],
	['9am-5pm', NAMES.map((day) => `${day} 09:00 +480`)],
	['Weekend 09:00-05:00', ['Sat 09:00 +1200', 'Sun 09:00 +1200']],
	['Mon 9-12 Tue 9-13', ['Mon 09:00 +180', 'Tue 09:00 +240']],
	['Thurs 9-12\nTues. 9-12', ['Thu 09:00 +180', 'Tue 09:00 +180']],
])('%j is read', (text, wanted) => {
	expect(openings(text)).toEqual(wanted);
});

test.each([
	'',
	'always',
	'Mon-Fri',
	'Mon-Fri; 9',
	'9-5',
	'9:00-5:00',
	'9am-5',
	'1-5pm',
	'9-5pm',
	'12-2',
	'Mon 9-9',
	'Mon 25-26',
	'Mon 09:00-24:30',
	'Mon 24:00-02:00',
	'Mon 09:60-10:00',
	'13pm-14pm',
	'Moon 9-17',
	'M 9-17',
	'Mon-Foo 9-17',
	'9-12 Mon 14-17',
	'Mon 9-17 PH off',
	'Mon 9-17-19',
	'undefined',
	42,
	null,
	{},
])('%j is refused', (value) => {
	expect(() => asWeeklyHours(value)).toThrow(/^must be hours of the week/);
});

const ZONES = Intl.supportedValuesOf('timeZone');

const twoDigits = (value: number) => String(value).padStart(2, '0');
const clockOf = (minutes: number) =>
	`${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;

const rangesOf = fc.array(
	fc
		.record({
			days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
			from: fc.integer({ min: 0, max: 1439 }),
			to: fc.integer({ min: 0, max: 1440 }),
		})
		.filter(({ from, to }) => from !== to),
	{ minLength: 1, maxLength: 4 },
);
type Ranges = typeof rangesOf extends fc.Arbitrary<infer T> ? T : never;

const written = (ranges: Ranges) =>
	ranges
		.map(
			({ days, from, to }) =>
				`${days.map((day) => NAMES[day]).join(',')} ${clockOf(from)}-${clockOf(to)}`,
		)
		.join('; ');

/** Whether the clocks of a zone show a time within the ranges, by luxon. */
function isOpen(ranges: Ranges, zone: string, at: number): boolean {
	const local = DateTime.fromMillis(at, { zone });
	const minute = local.hour * 60 + local.minute;
	const today = local.weekday - 1;
	const yesterday = (today + 6) % 7;
	return ranges.some(({ days, from, to }) =>
		from < to
			? days.includes(today) && minute >= from && minute < to
			: (days.includes(today) && minute >= from) || (days.includes(yesterday) && minute < to),
	);
}

/** Around changes of the clocks, and any time of some years. */
const instants = fc.oneof(
	fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2036, 0) }),
	...[
		// Europe and America, either way; Lord Howe; Samoa leaves out a day; Morocco in Ramadan.
		Date.UTC(2026, 2, 29, 1),
		Date.UTC(2026, 9, 25, 1),
		Date.UTC(2026, 2, 8, 7),
		Date.UTC(2026, 10, 1, 6),
		Date.UTC(2026, 3, 4, 15),
		Date.UTC(2011, 11, 30, 10),
		Date.UTC(2026, 1, 15, 2),
	].map((middle) => fc.integer({ min: middle - 2 * 86_400_000, max: middle + 86_400_000 })),
);

test('the next time is the first one at which the clocks show the hours, in every zone', () => {
	fc.assert(
		fc.property(rangesOf, fc.constantFrom(...ZONES), instants, (ranges, zone, instant) => {
			const next = nextWithin(asWeeklyHours(written(ranges)), zone, instant);
			expect(isOpen(ranges, zone, next)).toBe(true);
			expect(next === instant).toBe(isOpen(ranges, zone, instant));
			if (next === instant) return;
			// Nothing between is open: every quarter of an hour, and the last minute.
			for (let at = instant; at < next; at += 15 * MINUTE_MS) {
				expect(isOpen(ranges, zone, at)).toBe(false);
			}
			expect(isOpen(ranges, zone, next - 1)).toBe(false);
		}),
		{ numRuns: 1500 },
	);
});

test.each([
	// The hour from 2 to 3 does not exist on that Sunday.
	['Sun 02:15-02:45', 'Europe/Madrid', '2026-03-29T00:00:00Z', '2026-04-05T00:15:00.000Z'],
	['Sun 02:30-04:00', 'Europe/Madrid', '2026-03-29T00:00:00Z', '2026-03-29T01:00:00.000Z'],
	// It comes twice in autumn.
	['Sun 02:30-02:40', 'Europe/Madrid', '2026-10-25T00:40:00Z', '2026-10-25T01:30:00.000Z'],
	['Mon-Fri 09:00-17:00', 'Asia/Kathmandu', '2026-11-27T12:00:00Z', '2026-11-30T03:15:00.000Z'],
	['Fri 10:00-11:00', 'Pacific/Apia', '2011-12-30T09:00:00Z', '2012-01-05T20:00:00.000Z'],
	['Sun 22:00-02:00', 'UTC', '2026-11-30T01:59:59.999Z', '2026-11-30T01:59:59.999Z'],
	['Sun 22:00-02:00', 'UTC', '2026-11-30T02:00:00Z', '2026-12-06T22:00:00.000Z'],
	// Reported of others: two o'clock comes an hour later on the day on which the clocks go back,
	['Sun 02:00-17:00', 'America/New_York', '2015-11-01T05:59:30Z', '2015-11-01T07:00:00.000Z'],
	// the night of one day is cut off by the hours of the next one,
	[
		'Mo 06:00-15:00; Tu-Th 07:00-04:00; Fr-Su 09:00-17:00',
		'UTC',
		'2026-11-27T03:59:00Z',
		'2026-11-27T03:59:00.000Z',
	],
	// and 00:00 as the end of a day is taken for its beginning.
	['Tue 09:00-00:00', 'UTC', '2026-12-01T23:59:00Z', '2026-12-01T23:59:00.000Z'],
])('%s in %s from %s on: %s', (text, zone, from, wanted) => {
	const next = nextWithin(asWeeklyHours(text), zone, Date.parse(from));
	expect(new Date(next).toISOString()).toBe(wanted);
});
