import type { IDataObject } from 'n8n-workflow';

import {
	choice,
	date,
	flag,
	integer,
	locator,
	longText,
	phoneNumber,
	text,
	textList,
	time,
	timezone,
	within,
} from '../../shared/fields/kinds';
import { transcript } from '../table/transcript';
import { get, post, type Resource } from '../table/operation';

/** The six outcomes a call can have (contract, section 8, row 35). */
const CALL_FINAL = ['success', 'no_answer', 'busy', 'failed', 'voicemail', 'cancelled'];

const LANGUAGES = { en: 'English', es: 'Spanish' };

const callId = locator('callId', 'call', {
	required: true,
	description: 'The outbound call, chosen from the list or given by its ID',
});

/** Rows come with nested or with flat fields (contract, section 8, row 33). */
function callLabel(row: IDataObject): string {
	const submission = (row.submission ?? {}) as IDataObject;
	const metadata = (row.metadata ?? {}) as IDataObject;
	const who =
		submission.business_name ?? row.business_name ?? submission.respondent_phone ?? row.to;
	const when = String(metadata.created_at ?? row.created_at ?? '')
		.slice(0, 16)
		.replace('T', ' ');
	return [who ?? row.call_id ?? row.id, when, row.status].filter(Boolean).join(', ');
}

export const call: Resource = {
	name: 'Call',
	description: 'Phone calls the assistant makes for you',
	operations: {
		make: {
			name: 'Make',
			action: 'Make call',
			description:
				'Have the assistant phone somebody and report the outcome. This rings a real phone and costs credits.',
			request: post('/v1/calls'),
			costs: 'This rings a real phone and costs credits.',
			repeatable: true,
			timeout: 300,
			estimate: { type: 'call', description: ['submission.task_description'] },
			report: { noun: 'calls', done: 'reached somebody', states: ['success'] },
			completion: { path: '/v1/calls/{id}', id: (answer) => answer.call_id, final: CALL_FINAL },
			fields: [
				...within('submission', [
					phoneNumber('respondentPhone', {
						required: true,
						displayName: 'Phone Number to Call',
						description: 'Number to ring, in E.164 form: plus sign, country code and number',
					}),
					longText('taskDescription', {
						required: true,
						placeholder: 'e.g. Book a table for two on Friday at 20:00, by the window if possible',
						description: 'What the assistant has to reach in the call, in 10 to 1000 characters',
					}),
					choice(
						'taskCategory',
						{ general: 'General', restaurant: 'Restaurant', clinic: 'Clinic', hotel: 'Hotel' },
						{ required: true, description: 'Kind of place that is called' },
					),
					textList('additionalInstructions', {
						placeholder: 'e.g. Ask for a quiet table',
						description: 'Further instructions for the call, one each',
						typeOptions: { multipleValueButtonText: 'Add Instruction' },
					}),
					date('appointmentDate', { description: 'Day of the appointment to arrange' }),
					time('appointmentTime', {
						description: 'Time of the appointment to arrange, HH:MM on the 24-hour clock',
					}),
					text('businessName', {
						placeholder: 'e.g. La Brasa',
						description: 'Name of the business or person that is called',
					}),
					choice('callLanguage', LANGUAGES, {
						description:
							"Language that is spoken in the call; the one chosen in 'Report Language' when not added",
						fallback: ({ language }) => language ?? 'en',
					}),
					flag('isUrgent', {
						displayName: 'Urgent',
						description: 'Whether the call is urgent',
					}),
					choice('language', LANGUAGES, {
						displayName: 'Report Language',
						description: 'Language of the report you get; English when not added',
						fallback: () => 'en',
					}),
					integer('partySize', {
						default: 2,
						typeOptions: { minValue: 1, maxValue: 50 },
						description: 'How many people the reservation is for',
					}),
					text('timePreferenceText', {
						displayName: 'Time Preference',
						placeholder: 'e.g. any evening after 19:00',
						description: 'When it suits, in your own words',
					}),
					text('userName', {
						displayName: 'On Behalf Of',
						placeholder: 'e.g. Ines Soto',
						description: 'Name of the person for whom the assistant calls',
					}),
					phoneNumber('userPhone', {
						displayName: 'Callback Number',
						description: 'Number under which that person can be called back',
					}),
				]),
				timezone('timezone', { required: true }),
			],
		},
		cancel: {
			name: 'Cancel',
			action: 'Cancel call',
			description: 'Cancel a call that has not connected yet',
			request: post('/v1/calls/{callId}/cancel'),
			fields: [callId],
		},
		get: {
			name: 'Get',
			action: 'Get call',
			description: 'Get one outbound call with its outcome',
			request: get('/v1/calls/{callId}'),
			fields: [callId],
		},
		getCalendarEvent: {
			name: 'Get Calendar Event',
			action: 'Get calendar event of call',
			description:
				'Get the appointment that a call arranged as an iCalendar file, as text or as binary data',
			request: get('/v1/calls/{callId}/calendar.ics'),
			download: { from: 'body', fileName: 'appointment.ics', mimeType: 'text/calendar' },
			fields: [callId],
		},
		getAll: {
			name: 'Get Many',
			action: 'Get many calls',
			description: 'Get many outbound calls with their outcomes',
			request: get('/v1/calls'),
			list: { rows: 'calls', pageSize: 200, offset: true, label: callLabel },
			fields: [
				integer('offset', {
					typeOptions: { minValue: 0 },
					description: 'How many calls to skip',
				}),
			],
		},
		getRecording: {
			name: 'Get Recording',
			action: 'Get recording of call',
			description: 'Get the link to the audio of a call, or the audio itself as binary data',
			request: get('/v1/calls/{callId}/recording'),
			download: { from: 'link', fileName: 'recording.mp3', mimeType: 'audio/mpeg' },
			fields: [callId],
		},
		getTranscript: {
			name: 'Get Transcript',
			action: 'Get transcript of call',
			description: 'Get what was said in a call, by speaker and as one text',
			request: get('/v1/calls/{callId}/transcript'),
			normalize: transcript,
			fields: [callId],
		},
		reschedule: {
			name: 'Reschedule',
			action: 'Reschedule call',
			description: 'Move a call to another date, another time or both',
			request: post('/v1/calls/{callId}/reschedule'),
			needsOneField: true,
			fields: [
				callId,
				date('date', { description: 'New date of the call' }),
				time('time', { description: 'New time of the call, HH:MM on the 24-hour clock' }),
			],
		},
		stop: {
			name: 'Stop',
			action: 'Stop call',
			description: 'Hang up a call that is going on',
			request: post('/v1/calls/{callId}/stop'),
			fields: [callId],
		},
	},
};
