import { date, integer, localDateTime, longText, text, typedId } from '../../shared/fields/kinds';
import { get, list, post, remove, type Resource } from '../table/operation';

const LOCAL_TIME =
	"in the account's local time. A time with an offset is converted to the workflow's time zone.";

export const calendar = {
	name: 'Calendar',
	description: 'Calendar events and free time slots',
	operations: {
		createEvent: {
			name: 'Create Event',
			action: 'Create calendar event',
			description: 'Create an event in the calendar connected to the account',
			request: post('/v1/actions/calendar/events'),
			fields: [
				text('title', {
					required: true,
					placeholder: 'e.g. Dentist',
					description: 'Title of the event',
				}),
				localDateTime('start', {
					required: true,
					description: `When the event starts, ${LOCAL_TIME}`,
				}),
				longText('description', {
					placeholder: 'e.g. Bring the X-rays',
					description: 'Description of the event',
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
			description: 'Delete an event from the calendar. This cannot be undone.',
			request: remove('/v1/actions/calendar/events/{eventId}'),
			fields: [
				typedId('eventId', {
					required: true,
					description: "ID of the event, as returned by 'Create Event'",
				}),
			],
		},
		getSlots: {
			name: 'Get Slots',
			action: 'Get free calendar slots',
			description: 'Get the free time slots of the calendar',
			request: get('/v1/actions/calendar/slots'),
			answer: list({ rows: 'slots' }),
			fields: [
				date('date', { description: 'Date to find free slots on' }),
				integer('durationMinutes', {
					displayName: 'Duration (Minutes)',
					default: 30,
					typeOptions: { minValue: 1 },
					description: 'Minimum length of a slot, in minutes',
				}),
			],
		},
		sync: {
			name: 'Sync',
			action: 'Sync calendar',
			description: 'Sync the connected calendar',
			request: post('/v1/actions/calendar/sync'),
		},
	},
} satisfies Resource;
