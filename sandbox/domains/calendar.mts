import { randomUUID } from 'node:crypto';

import { now } from '../clock.mts';
import { ApiError, notFound } from '../errors.mts';
import { created, ok, type Operations } from '../operation.mts';
import { seedId, seededTable } from '../seed.mts';
import type { Store } from '../store.mts';
import { DAY_MS, isoSeconds, MINUTE_MS, wallClock } from '../time.mts';
import { addAction, settleActions } from './actionLog.mts';

const HOUR_MS = 60 * MINUTE_MS;
const DEFAULT_SLOT_MINUTES = 30;
/** Hours of the day in which there are slots. */
const OPENS = 9;
const CLOSES = 17;

/** An event. The calendar has one local time, so its times are kept as if that were UTC. */
export interface CalendarEvent {
	id: string;
	title: string;
	startMs: number;
	endMs: number;
	location: string | null;
	description: string | null;
	status: 'confirmed' | 'deleted';
	created_at: string;
}

type Given = Pick<CalendarEvent, 'title' | 'startMs' | 'endMs'> & Partial<CalendarEvent>;

function newEvent(given: Given, createdMs: number): CalendarEvent {
	return {
		id: randomUUID(),
		location: null,
		description: null,
		status: 'confirmed',
		...given,
		created_at: isoSeconds(createdMs),
	};
}

const { rows: events, add: addEvent } = seededTable(newEvent, () => {
	const startMs = Math.floor(now() / DAY_MS + 7) * DAY_MS + 10 * HOUR_MS;
	const endMs = startMs + HOUR_MS;
	const id = seedId('c', 1);
	return [[2, { id, title: 'Dentist', startMs, endMs, location: '9 High Street' }]];
});

function local(milliseconds: number): string {
	return isoSeconds(milliseconds).slice(0, -1);
}

/** A time of the wire; the document has seen to its form, but not to the calendar. */
function instant(field: string, text: string): number {
	const parsed = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
	const day = text.slice(0, 10);
	if (Number.isNaN(parsed) || local(Date.parse(day)).slice(0, 10) !== day) {
		throw new ApiError('validation_failed', `${field}: there is no time ${text}`, 'no_such_time');
	}
	return parsed;
}

function inCalendar(store: Store): CalendarEvent[] {
	return events(store)
		.newestFirst()
		.filter(({ status }) => status === 'confirmed');
}

/** Takes an event out of the calendar. */
export function removeEvent(store: Store, id: string): void {
	const event = events(store).get(id);
	if (event) event.status = 'deleted';
}

function shown({ startMs, endMs, ...event }: CalendarEvent) {
	return { ...event, start: local(startMs), end: local(endMs) };
}

/** Slots of one length between opening and closing; after an event they go on at its end. */
function freeSlots(taken: CalendarEvent[], dayMs: number, lengthMs: number) {
	const closing = dayMs + CLOSES * HOUR_MS;
	const slots = [];
	let start = dayMs + OPENS * HOUR_MS;
	while (start + lengthMs <= closing) {
		const end = start + lengthMs;
		const inTheWay = taken.filter(({ startMs, endMs }) => startMs < end && endMs > start);
		if (!inTheWay.length) slots.push({ start: local(start), end: local(end) });
		start = inTheWay.length ? Math.max(...inTheWay.map(({ endMs }) => endMs)) : end;
	}
	return slots;
}

export const calendarOperations: Operations = {
	'calendar.createEvent': ({ store, body }) => {
		const startMs = instant('start', body.start);
		const endMs = body.end === undefined ? startMs + HOUR_MS : instant('end', body.end);
		if (endMs <= startMs) {
			throw new ApiError(
				'scheduling_violation',
				'The event ends before it begins',
				'end_too_early',
			);
		}
		const { title, location = null, description: about = null } = body;
		const event = addEvent(store, { title, startMs, endMs, location, description: about });
		const description = `Added ${event.title}`;
		addAction(store, { type: 'calendar', description, undoable: true, subject: event.id });
		return created(shown(event));
	},
	'calendar.deleteEvent': ({ store, params }) => {
		const id = params['event_id'] ?? '';
		const event = inCalendar(store).find((candidate) => candidate.id === id);
		if (!event) throw notFound('event', id, 'event_not_found');
		removeEvent(store, id);
		settleActions(store, id, 'completed');
		addAction(store, { type: 'calendar', description: `Deleted ${event.title}` });
		return ok(shown(event));
	},
	'calendar.getSlots': ({ store, query }) => {
		const date: string = query.date ?? wallClock('UTC').date;
		const minutes: number = query.duration_minutes ?? DEFAULT_SLOT_MINUTES;
		const slots = freeSlots(inCalendar(store), Date.parse(date), minutes * MINUTE_MS);
		return ok({ date, duration_minutes: minutes, slots });
	},
	'calendar.sync': ({ store }) => {
		addAction(store, { type: 'calendar', description: 'Read the calendar anew' });
		return ok({
			status: 'synced',
			event_count: inCalendar(store).length,
			synced_at: isoSeconds(),
		});
	},
};
