import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { created, ok, type Operations } from '../operation.mts';
import { DAY, seedId } from '../seed.mts';
import { Table, type Store } from '../store.mts';
import { isoSeconds, wallClock } from '../time.mts';
import { addAction, settleActions } from './actionLog.mts';

const MINUTE = 60_000;
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

function seededEvents(): Table<CalendarEvent> {
	const table = new Table<CalendarEvent>();
	const startMs = Math.floor(Date.now() / DAY + 7) * DAY + 10 * 60 * MINUTE;
	const id = seedId('c', 1);
	table.seed(id, {
		id,
		title: 'Dentist',
		startMs,
		endMs: startMs + 60 * MINUTE,
		location: '9 High Street',
		description: null,
		status: 'confirmed',
		created_at: isoSeconds(Date.now() - 2 * DAY),
	});
	return table;
}

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
	return store
		.part(seededEvents)
		.newestFirst()
		.filter(({ status }) => status === 'confirmed');
}

/** Takes an event out of the calendar. */
export function removeEvent(store: Store, id: string): void {
	const event = store.part(seededEvents).get(id);
	if (event) event.status = 'deleted';
}

function shown({ startMs, endMs, ...event }: CalendarEvent) {
	return { ...event, start: local(startMs), end: local(endMs) };
}

/** Slots of one length between opening and closing; after an event they go on at its end. */
function freeSlots(events: CalendarEvent[], dayMs: number, lengthMs: number) {
	const closing = dayMs + CLOSES * 60 * MINUTE;
	const slots = [];
	let start = dayMs + OPENS * 60 * MINUTE;
	while (start + lengthMs <= closing) {
		const end = start + lengthMs;
		const inTheWay = events.filter(({ startMs, endMs }) => startMs < end && endMs > start);
		if (!inTheWay.length) slots.push({ start: local(start), end: local(end) });
		start = inTheWay.length ? Math.max(...inTheWay.map(({ endMs }) => endMs)) : end;
	}
	return slots;
}

export const calendarOperations: Operations = {
	'calendar.createEvent': ({ store, body }) => {
		const startMs = instant('start', body.start);
		const endMs = body.end === undefined ? startMs + 60 * MINUTE : instant('end', body.end);
		if (endMs <= startMs) {
			throw new ApiError(
				'scheduling_violation',
				'The event ends before it begins',
				'end_too_early',
			);
		}
		const id = randomUUID();
		const event = store.part(seededEvents).add(id, {
			id,
			title: body.title,
			startMs,
			endMs,
			location: body.location ?? null,
			description: body.description ?? null,
			status: 'confirmed',
			created_at: isoSeconds(),
		});
		const description = `Added ${event.title}`;
		addAction(store, { type: 'calendar', description, undoable: true, subject: id });
		return created(shown(event));
	},
	'calendar.deleteEvent': ({ store, params }) => {
		const id = params['event_id'] ?? '';
		const event = inCalendar(store).find((candidate) => candidate.id === id);
		if (!event) throw new ApiError('not_found', `There is no event ${id}`, 'event_not_found');
		removeEvent(store, id);
		settleActions(store, id, 'completed');
		addAction(store, { type: 'calendar', description: `Deleted ${event.title}` });
		return ok(shown(event));
	},
	'calendar.getSlots': ({ store, query }) => {
		const date: string = query.date ?? wallClock('UTC').date;
		const minutes: number = query.duration_minutes ?? DEFAULT_SLOT_MINUTES;
		const slots = freeSlots(inCalendar(store), Date.parse(date), minutes * MINUTE);
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
