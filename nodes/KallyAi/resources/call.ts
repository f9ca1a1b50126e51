import type { IDataObject } from 'n8n-workflow';

import {
	choice,
	choices,
	date,
	flag,
	localInstant,
	locator,
	LOADED_HINT,
	longText,
	membersOf,
	phoneNumber,
	text,
	textList,
	time,
	timezone,
} from '../../shared/fields/kinds';
import { firstMember } from '../../shared/objects';
import { readTime } from '../../shared/times';
import { RECORDING } from '../table/answers';
import { partySize } from '../table/fields';
import {
	file,
	get,
	list,
	post,
	record,
	type Operation,
	type Resource,
	type SimplifySpec,
} from '../table/operation';
import { isChosen, OPEN_STATUSES, type Statuses, titlesOf } from '../table/statuses';
import { TRANSCRIPT } from '../table/transcript';

/** The outcomes of a call, and its statuses before that (docs/api.md, row 35). */
const STATUSES = {
	...OPEN_STATUSES,
	success: 'ended',
	no_answer: 'ended',
	busy: 'ended',
	failed: 'ended',
	voicemail: 'ended',
	cancelled: 'ended',
	terminated: 'ended',
} satisfies Statuses;

const CALLS = '/v1/calls';
const CALL = `${CALLS}/{callId}`;

/** Wire names of the phone number and of the task. */
const NUMBER = 'submission.respondent_phone';
const TASK = 'submission.task_description';

const COSTS = 'This calls a real phone number and uses credits.';

const LANGUAGES = { en: 'English', es: 'Spanish' };

const callId = locator('callId', 'call', {
	required: true,
	what: 'The outbound call',
});

// Rows come with nested or with flat fields (docs/api.md, row 33).
const PLACES = {
	respondent_phone: [NUMBER, 'to'],
	business_name: ['submission.business_name', 'business_name'],
	created_at: ['metadata.created_at', 'created_at'],
};
const numberOf = (row: IDataObject) => firstMember(row, PLACES.respondent_phone);
const madeAt = (row: IDataObject) => firstMember(row, PLACES.created_at);

/** The filtered properties of a call, from rows of either shape. */
const SUMMARY: SimplifySpec = {
	usual: 'in tools',
	members: {
		call_id: ['call_id', 'id'],
		status: ['status'],
		highlights: ['highlights', 'result_summary'],
		next_steps: ['next_steps'],
		...PLACES,
	},
};

function callLabel(row: IDataObject): string {
	const who = firstMember(row, PLACES.business_name) ?? numberOf(row);
	const when = String(madeAt(row) ?? '')
		.slice(0, 16)
		.replace('T', ' ');
	return [who ?? row.call_id ?? row.id, when, row.status].filter(Boolean).join(', ');
}

const getCall = {
	name: 'Get',
	action: 'Get call',
	description: 'Get one outbound call with its outcome',
	request: get(CALL),
	simplify: SUMMARY,
	fields: [callId],
} satisfies Operation;

/** Filters that the list does not support. */
const picking = (description: string) => ({
	isLocal: true,
	description: `${description}. KallyAI has no such filter: the node applies it, page by page.`,
});

/** Whether a call has one of these statuses and was made in this period; undefined if its row does not say. */
function isAskedFor(
	row: IDataObject,
	{ status, dateFrom, dateTo }: IDataObject,
): boolean | undefined {
	if (status !== undefined && [undefined, null, ''].includes(row.status as string))
		return undefined;
	if (!isChosen(status, row.status)) return false;
	if (dateFrom === undefined && dateTo === undefined) return true;
	const time = readTime(madeAt(row));
	if (time === undefined) return undefined;
	return time >= Number(dateFrom ?? 0) && time <= Number(dateTo ?? Infinity);
}

const getCalls = {
	name: 'Get Many',
	action: 'Get many calls',
	description:
		'Get many outbound calls with their outcomes, optionally filtered by status or period',
	request: get(CALLS),
	answer: list({
		rows: 'calls',
		pageSize: 200,
		offset: true,
		label: callLabel,
		matches: isAskedFor,
	}),
	simplify: SUMMARY,
	fields: [
		localInstant('dateFrom', picking('Only return calls made after this time')),
		localInstant('dateTo', picking('Only return calls made before this time')),
		choices('status', titlesOf(STATUSES), picking('Only return calls with these statuses')),
	],
} satisfies Operation;

export const call = {
	name: 'Call',
	description: 'Phone calls the assistant makes for you',
	statuses: STATUSES,
	operations: {
		make: {
			name: 'Make',
			action: 'Make call',
			description: `Have the assistant make a call and report the outcome. ${COSTS}`,
			request: post(CALLS, { repeatable: true, timeout: 300 }),
			unsure: { work: ['The call', 'made'], check: 'earlier calls' },
			spends: {
				text: COSTS,
				recipient: NUMBER,
				contacts: { timezone: 'timezone' },
				estimate: { type: 'call', description: [TASK] },
				report: { noun: 'calls', done: 'reached somebody', statuses: ['success'] },
			},
			answer: record({
				completion: {
					record: getCall,
					id: (answer) => answer.call_id ?? answer.id,
					statuses: STATUSES,
				},
				trace: { list: getCalls, of: NUMBER, text: TASK, recipient: numberOf, madeAt },
			}),
			fields: [
				...membersOf('submission', [
					phoneNumber('respondentPhone', {
						required: true,
						displayName: 'Phone Number to Call',
						description: 'Phone number to call in E.164 format: plus sign, country code and number',
					}),
					longText('taskDescription', {
						required: true,
						placeholder: 'e.g. Book a table for two on Friday at 20:00, by the window if possible',
						description: 'What the assistant should accomplish on the call (10 to 1000 characters)',
					}),
					choice(
						'taskCategory',
						{ general: 'General', restaurant: 'Restaurant', clinic: 'Clinic', hotel: 'Hotel' },
						{ required: true, description: 'Type of business that is called' },
					),
					textList('additionalInstructions', {
						placeholder: 'e.g. Ask for a quiet table',
						description: 'Additional instructions for the call, one per entry',
						typeOptions: { multipleValueButtonText: 'Add Instruction' },
					}),
					date('appointmentDate', { description: 'Date of the appointment to arrange' }),
					time('appointmentTime', {
						description: 'Time of the appointment to arrange, as HH:MM on the 24-hour clock',
					}),
					text('businessName', {
						placeholder: 'e.g. La Brasa',
						description: 'Name of the business or person to call',
					}),
					choice('callLanguage', LANGUAGES, {
						description: 'Language spoken on the call. Defaults to Report Language.',
						fallback: ({ language }) => language ?? 'en',
					}),
					flag('isUrgent', {
						displayName: 'Urgent',
						description: 'Whether the call is urgent',
					}),
					choice('language', LANGUAGES, {
						displayName: 'Report Language',
						description: 'Language of the report. Defaults to English.',
						fallback: () => 'en',
					}),
					partySize('reservation'),
					text('timePreferenceText', {
						displayName: 'Time Preference',
						placeholder: 'e.g. any evening after 19:00',
						description: 'Preferred time in your own words',
					}),
					text('userName', {
						displayName: 'On Behalf Of',
						placeholder: 'e.g. Ines Soto',
						description: 'Name of the person the assistant calls for',
					}),
					phoneNumber('userPhone', {
						displayName: 'Callback Number',
						description: 'Phone number where that person can be called back',
					}),
				]),
				timezone('timezone', {
					required: true,
					description: `Time zone of the dates and times for the call, usually that of the business. Defaults to the workflow's. ${LOADED_HINT}`,
				}),
			],
		},
		cancel: {
			name: 'Cancel',
			action: 'Cancel call',
			description: 'Cancel a call that has not connected yet',
			request: post(`${CALL}/cancel`),
			fields: [callId],
		},
		get: getCall,
		getCalendarEvent: {
			name: 'Get Calendar Event',
			action: 'Get calendar event of call',
			description:
				'Get the appointment arranged on a call as an iCalendar file, as text or as binary data',
			request: get(`${CALL}/calendar.ics`),
			answer: file('body', 'appointment.ics', 'text/calendar'),
			fields: [callId],
		},
		getAll: getCalls,
		getRecording: {
			name: 'Get Recording',
			action: 'Get recording of call',
			description: 'Get the link to the audio of a call, or the audio itself as binary data',
			request: get(`${CALL}/recording`, { notFound: 'recording_not_found' }),
			answer: RECORDING,
			fields: [callId],
		},
		getTranscript: {
			name: 'Get Transcript',
			action: 'Get transcript of call',
			description: 'Get the transcript of a call, by speaker and as one text',
			request: get(`${CALL}/transcript`, { notFound: 'transcript_not_found' }),
			answer: TRANSCRIPT,
			fields: [callId],
		},
		reschedule: {
			name: 'Reschedule',
			action: 'Reschedule call',
			description: 'Move a call to another date, time or both',
			request: post(`${CALL}/reschedule`),
			needsOneField: true,
			fields: [
				callId,
				date('date', { description: 'New date of the call' }),
				time('time', { description: 'New time of the call, as HH:MM on the 24-hour clock' }),
			],
		},
		stop: {
			name: 'Stop',
			action: 'Stop call',
			description: 'End a call that is in progress',
			request: post(`${CALL}/stop`),
			fields: [callId],
		},
	},
} satisfies Resource;
