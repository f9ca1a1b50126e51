import { date, integer, localDateTime, longText, text, typedId } from '../../shared/fields/kinds';
import { get, list, post, remove, type Resource } from '../table/operation';

const LOCAL_TIME =
	"in the account's local time. A time with an offset is brought into the workflow's time zone.";

export const calendar = {
	name: 'Calendar',
	description: 'Events in the calendar and the free time between them',
	operations: {
		createEvent: {
			name: 'Create Event',
			action: 'Create calendar event',
			description: 'Put an event into the calendar that is connected to the account',
			request: post('/v1/actions/calendar/events'),
			fields: [
				text('title', {
					required: true,
					placeholder: 'e.g. Dentist',
					description: 'What the event is called',
				}),
				localDateTime('start', {
					required: true,
					description: `When the event begins, ${LOCAL_TIME}`,
				}),
				longText('description', {
					placeholder: 'e.g. Bring the X-rays',
					description: 'What else there is to know about the event',
				}),
				localDateTime('end', {
					description: `When the event ends, ${LOCAL_TIME}`,
				}),
				text('location', {
					placeholder: 'e.g. 9 High Street',
					description: 'Where the event takes place',
				}),
			],
		},
		deleteEvent: {
			name: 'Delete Event',
			action: 'Delete calendar event',
			description: 'Delete an event from the calendar, which cannot be undone',
			request: remove('/v1/actions/calendar/events/{eventId}'),
			fields: [
				typedId('eventId', {
					required: true,
					description: "The event, given by the ID that 'Create Event' returned",
				}),
			],
		},
		getSlots: {
			name: 'Get Slots',
			action: 'Get free calendar slots',
			description: 'Get the times at which the calendar is free',
			request: get('/v1/actions/calendar/slots'),
			answer: list({ rows: 'slots' }),
			fields: [
				date('date', { description: 'Day to look at' }),
				integer('durationMinutes', {
					displayName: 'Duration (Minutes)',
					default: 30,
					typeOptions: { minValue: 1 },
					description: 'How long a slot has to be, in minutes',
				}),
			],
		},
		sync: {
			name: 'Sync',
			action: 'Sync calendar',
			description: 'Read the connected calendar anew',
			request: post('/v1/actions/calendar/sync'),
		},
	},
} satisfies Resource;
