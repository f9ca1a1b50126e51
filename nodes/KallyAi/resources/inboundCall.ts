import {
	choice,
	flag,
	integer,
	locator,
	moment,
	phoneNumber,
	text,
	word,
} from '../../shared/fields/kinds';
import { labelled } from '../../shared/transport/rows';
import { RECORDING } from '../table/answers';
import { get, list, patch, post, type Resource } from '../table/operation';
import { titlesOf, type Statuses } from '../table/statuses';
import { TRANSCRIPT } from '../table/transcript';

const callId = locator('callId', 'inboundCall', {
	required: true,
	displayName: 'Inbound Call',
	what: 'The inbound call',
});

/** The published statuses of an inbound call. */
const STATUSES = {
	active: 'open',
	completed: 'ended',
	missed: 'ended',
	rejected: 'ended',
} satisfies Statuses;

const period = [
	moment('dateFrom', { description: 'Only include calls received after this time' }),
	moment('dateTo', { description: 'Only include calls received before this time' }),
];

export const inboundCall = {
	name: 'Inbound Call',
	description: 'Phone calls that the assistant answers for you',
	statuses: STATUSES,
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many inbound calls',
			description: 'Get many inbound calls, optionally filtered by status, period or VIP callers',
			request: get('/v1/inbound/calls'),
			answer: list({
				rows: 'calls',
				pageSize: 100,
				offset: true,
				label: labelled('caller_number', 'created_at', 'status'),
			}),
			fields: [
				...period,
				choice('status', titlesOf(STATUSES), { description: 'Only return calls with this status' }),
				flag('vipOnly', {
					displayName: 'VIP Callers Only',
					description: 'Whether to return only calls from VIP contacts',
				}),
			],
		},
		get: {
			name: 'Get',
			action: 'Get inbound call',
			description: 'Get one inbound call with its details',
			request: get('/v1/inbound/calls/{callId}'),
			fields: [callId],
		},
		getAnalytics: {
			name: 'Get Analytics',
			action: 'Get analytics of inbound calls',
			description: 'Get analytics of the inbound calls, optionally for a period',
			request: get('/v1/inbound/calls/analytics'),
			fields: period,
		},
		getEvents: {
			name: 'Get Events',
			action: 'Get inbound events',
			description: 'Get the events of inbound calls so far, one item per event',
			request: get('/v1/inbound/events'),
			answer: list({ rows: 'events' }),
			fields: [
				moment('from', {
					displayName: 'Date From',
					description: 'Only return events after this time',
				}),
				moment('to', {
					displayName: 'Date To',
					description: 'Only return events before this time',
				}),
			],
		},
		getRecording: {
			name: 'Get Recording',
			action: 'Get recording of inbound call',
			description:
				'Get the link to the audio of an inbound call, or the audio itself as binary data',
			request: get('/v1/inbound/calls/{callId}/recording', { notFound: 'recording_not_found' }),
			answer: RECORDING,
			fields: [callId],
		},
		getStreamInfo: {
			name: 'Get Stream Info',
			action: 'Get stream info of inbound calls',
			description:
				'Get the details needed to stream inbound calls live. The stream itself is not opened.',
			request: get('/v1/inbound/stream/info'),
		},
		getSummary: {
			name: 'Get Summary',
			action: 'Get summary of inbound calls',
			description: 'Get an overview of the inbound calls',
			request: get('/v1/inbound/calls/summary'),
		},
		getTranscript: {
			name: 'Get Transcript',
			action: 'Get transcript of inbound call',
			description: 'Get the transcript of an inbound call, by speaker and as one text',
			request: get('/v1/inbound/calls/{callId}/transcript', { notFound: 'transcript_not_found' }),
			answer: TRANSCRIPT,
			fields: [callId],
		},
		reject: {
			name: 'Reject',
			action: 'Reject inbound call',
			description: 'Reject a live inbound call. The caller is disconnected immediately.',
			request: post('/v1/inbound/calls/{callId}/reject'),
			fields: [
				callId,
				text('reason', {
					placeholder: 'e.g. user_rejected',
					description: 'Why the call is rejected',
				}),
			],
		},
		takeOver: {
			name: 'Take Over',
			action: 'Take over inbound call',
			description: 'Take over a live inbound call from the assistant',
			request: post('/v1/inbound/calls/{callId}/takeover'),
			fields: [callId],
		},
		transfer: {
			name: 'Transfer',
			action: 'Transfer inbound call',
			description:
				'Transfer a live inbound call to another number. This calls a real phone number.',
			request: post('/v1/inbound/calls/{callId}/transfer'),
			fields: [
				callId,
				phoneNumber('targetNumber', {
					required: true,
					displayName: 'Transfer To',
					description: 'Number to transfer the call to, in E.164 format',
				}),
			],
		},
		updateActionItem: {
			name: 'Update Action Item',
			action: 'Update action item of inbound call',
			description: 'Update the status of an action item of an inbound call',
			request: patch('/v1/inbound/calls/{callId}/action-items/{index}'),
			fields: [
				callId,
				integer('index', {
					displayName: 'Action Item Index',
					required: true,
					typeOptions: { minValue: 0 },
					description:
						"Position of the action item in the call's list. KallyAI does not document whether counting starts at 0 or 1, so check the response.",
				}),
				word('status', {
					required: true,
					default: 'completed',
					placeholder: 'e.g. completed',
					description: 'New status of the action item, such as completed',
				}),
			],
		},
	},
} satisfies Resource;
