import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Field } from '../shared/fields/field';
import { choice, decimal, flag } from '../shared/fields/kinds';
import { asChoice, asChoices } from '../shared/fields/values';
import { isPlainObject } from '../shared/objects';
import type { EventType, Filters } from './poll/eventType';

const titled = (value: string): string =>
	value === 'sms'
		? 'SMS'
		: value.replace(/(?:^|_)([a-z])/g, (_, letter: string) => ` ${letter.toUpperCase()}`).trim();

const namesOf = (values: string[]): Record<string, string> =>
	Object.fromEntries([...values].sort().map((value) => [value, titled(value)]));

const optionsOf = (names: Record<string, string>) =>
	Object.entries(names).map(([value, name]) => ({ name, value }));

/** A filter: nothing of it goes on the wire by itself. */
const filter = <T>(property: INodeProperties, parse: Field<T>['parse']): Field<T> => ({
	property,
	wire: property.name,
	required: false,
	parse,
});

function anyOf(
	displayName: string,
	name: string,
	values: string[],
	what: string,
	shown: Partial<INodeProperties> = {},
): Field<string[]> {
	const names = namesOf(values);
	const property: INodeProperties = {
		displayName,
		name,
		type: 'multiOptions',
		options: optionsOf(names),
		default: [],
		description: `${what}; all when none is chosen`,
		...shown,
	};
	return filter(property, (value) => asChoices(value, names));
}

function oneOf(displayName: string, name: string, values: string[], what: string): Field<string> {
	const names = namesOf(values);
	const property: INodeProperties = {
		displayName,
		name,
		type: 'options',
		options: [{ name: 'Any', value: '' }, ...optionsOf(names)],
		default: '',
		description: what,
	};
	return filter(property, (value) => asChoice(value, names));
}

/** Whether a value is among those chosen; nothing chosen means all of `values`, or any. */
function chosen(filter: unknown, value: unknown, values?: string[]): boolean {
	const asked = Array.isArray(filter) && filter.length > 0 ? (filter as unknown[]) : values;
	return asked === undefined || asked.includes(value);
}

/** A filter that the endpoint applies as well; rows that do not tell are taken at its word. */
const agrees = (filter: unknown, value: unknown): boolean =>
	filter === '' || filter === undefined || value === undefined || value === filter;

const given = (name: string, value: unknown): IDataObject =>
	value ? { [name]: value as string } : {};

const INBOUND_ENDS = ['completed', 'missed', 'rejected'];
const CALL_ENDS = ['success', 'no_answer', 'busy', 'failed', 'voicemail', 'cancelled'];
const OUTREACH_ENDS = ['completed', 'failed', 'cancelled'];
const GOAL_STATES = [
	'active',
	'pending',
	'in_progress',
	'needs_input',
	'completed',
	'cancelled',
	'archived',
];
const KINDS = ['actions', 'goals', 'inbox'];

function pendingItems(answer: IDataObject): IDataObject[] {
	return KINDS.flatMap((kind) => {
		const list = answer[kind];
		const items = isPlainObject(list) && Array.isArray(list.items) ? list.items : [];
		return (items as unknown[]).filter(isPlainObject).map((item) => ({ kind, ...item }));
	});
}

const threshold = ({ creditsThreshold }: Filters): number => Number(creditsThreshold ?? 50);

/** Everything that the trigger can tell: one entry each. */
export const events: Record<string, EventType> = {
	actionLogged: {
		name: 'Action Logged',
		description: 'When the assistant has carried out an action',
		resource: 'action',
		list: {
			path: '/v1/actions/log',
			rows: 'actions',
			pageSize: 100,
			query: ({ actionType }) => given('type', actionType),
		},
		wanted: (row, { actionType }) => agrees(actionType, row.type),
		filters: [
			oneOf(
				'Action Type',
				'actionType',
				['calendar', 'booking', 'bill', 'ride', 'food', 'errand', 'email'],
				'Kind of action',
			),
		],
		sample: {
			id: '7c1f0e9a-0021-4b6d-9a51-2f4e6d8c0b21',
			type: 'booking',
			description: 'Booked La Brasa',
			status: 'completed',
			created_at: '2027-02-04T12:30:00Z',
			undoable: true,
		},
	},
	callFinished: {
		name: 'Call Finished',
		description: 'When a call made by the assistant has ended',
		resource: 'call',
		list: { path: '/v1/calls', rows: 'calls', pageSize: 200, offset: true },
		standing: (status) => (CALL_ENDS.includes(status) ? 'final' : 'open'),
		wanted: (row, { callOutcomes }) => chosen(callOutcomes, row.status, CALL_ENDS),
		filters: [anyOf('Call Outcomes', 'callOutcomes', CALL_ENDS, 'Outcomes of a call to report')],
		hasAudio: true,
		sample: {
			call_id: '7c1f0e9a-0010-4b6d-9a51-2f4e6d8c0b10',
			status: 'success',
			metadata: { created_at: '2027-03-02T17:05:00Z' },
			submission: { respondent_phone: '+15550100', business_name: 'Casa Luna' },
		},
	},
	creditsLow: {
		name: 'Credits Low',
		description: 'When the credits fall to a limit, once for each time and billing period',
		resource: 'credit',
		list: {
			path: '/v1/credits/balance',
			read: (answer) => (answer.credits_remaining === undefined ? [] : [answer]),
		},
		id: ({ period_end: end }) => `low until ${String(end)}`,
		wanted: (row, filters) => Number(row.credits_remaining) <= threshold(filters),
		rearms: true,
		filters: [
			decimal('creditsThreshold', {
				typeOptions: { minValue: 0 },
				default: 50,
				description: 'Report when this many credits or fewer are left',
			}),
		],
		sample: { credits_remaining: 12, credits_used: 588, period_end: '2027-03-01T00:00:00Z' },
	},
	emailAwaitingApproval: {
		name: 'Email Awaiting Approval',
		description: 'When an email waits for your approval',
		resource: 'email',
		list: { path: '/v1/actions/email/outbox', rows: 'emails' },
		wanted: ({ status }) => agrees('pending_approval', status),
		sample: {
			id: '7c1f0e9a-0020-4b6d-9a51-2f4e6d8c0b20',
			to: 'clara@example.org',
			subject: 'Visit',
			status: 'pending_approval',
			created_at: '2027-02-04T11:00:00Z',
		},
	},
	emailReceived: {
		name: 'Email Received',
		description: 'When an email has come in and was classified',
		resource: 'email',
		list: {
			path: '/v1/email/messages',
			rows: 'messages',
			pageSize: 100,
			query: ({ emailClassification }) => given('classification', emailClassification),
		},
		wanted: (row, { emailClassification }) => agrees(emailClassification, row.classification),
		filters: [
			oneOf(
				'Email Classification',
				'emailClassification',
				['important', 'actionable', 'informational', 'spam'],
				'How the email was classified',
			),
		],
		sample: {
			id: '7c1f0e9a-0040-4b6d-9a51-2f4e6d8c0b40',
			subject: 'Visit',
			classification: 'important',
			received_at: '2027-02-05T09:12:00Z',
		},
	},
	goalChanged: {
		name: 'Goal Changed',
		description: 'When a goal is new, needs input or changes its status',
		resource: 'goal',
		list: { path: '/v1/coordination/goals', rows: 'goals', pageSize: 50, offset: true },
		standing: (status) =>
			status === 'archived'
				? 'final'
				: ['completed', 'cancelled'].includes(status)
					? 'settled'
					: 'open',
		wanted: (row, { goalStatuses }) => chosen(goalStatuses, row.status),
		filters: [anyOf('Goal Statuses', 'goalStatuses', GOAL_STATES, 'Statuses to report')],
		sample: {
			id: '7c1f0e9a-0001-4b6d-9a51-2f4e6d8c0b01',
			title: 'Florist for Friday',
			status: 'needs_input',
			created_at: '2027-02-03T08:15:00Z',
		},
	},
	inboundCall: {
		name: 'Inbound Call',
		description: 'When somebody calls, or when such a call has ended',
		resource: 'inboundCall',
		list: {
			path: '/v1/inbound/calls',
			rows: 'calls',
			pageSize: 100,
			offset: true,
			query: ({ vipOnly }) => given('vip_only', vipOnly),
		},
		standing: (status, { inboundCallMoment: moment }) =>
			moment !== 'ended' ? undefined : INBOUND_ENDS.includes(status) ? 'final' : 'open',
		wanted: (row, { inboundCallMoment: moment, inboundCallStatuses: statuses }) =>
			moment !== 'ended' || chosen(statuses, row.status, INBOUND_ENDS),
		filters: [
			choice(
				'inboundCallMoment',
				{ new: 'When It Comes In', ended: 'When It Ends' },
				{ description: 'When to report an inbound call' },
			),
			anyOf('Inbound Call Statuses', 'inboundCallStatuses', INBOUND_ENDS, 'How it has ended', {
				displayOptions: { show: { inboundCallMoment: ['ended'] } },
			}),
			flag('vipOnly', {
				displayName: 'VIP Callers Only',
				description: 'Whether to report only calls of VIP contacts',
			}),
		],
		hasAudio: true,
		sample: {
			id: '7c1f0e9a-0050-4b6d-9a51-2f4e6d8c0b50',
			caller_number: '+15550101',
			status: 'completed',
			created_at: '2027-02-05T10:00:00Z',
		},
	},
	message: {
		name: 'Message',
		description: 'When a message is in the inbox',
		resource: 'message',
		list: {
			path: '/v1/messages/inbox',
			rows: 'messages',
			pageSize: 100,
			query: ({ messageChannel, unreadOnly }) => ({
				...given('channel', messageChannel),
				...given('unread', unreadOnly),
			}),
		},
		wanted: (row, { messageChannel, unreadOnly }) =>
			agrees(messageChannel, row.channel) && !(unreadOnly && row.unread === false),
		filters: [
			oneOf(
				'Message Channel',
				'messageChannel',
				['email', 'sms', 'call', 'chat'],
				'Where the message came in',
			),
			flag('unreadOnly', {
				displayName: 'Unread Messages Only',
				description: 'Whether to report only unread messages',
			}),
		],
		sample: {
			id: '7c1f0e9a-0030-4b6d-9a51-2f4e6d8c0b30',
			from: 'clara@example.org',
			channel: 'email',
			unread: true,
			received_at: '2027-02-05T09:12:00Z',
		},
	},
	notification: {
		name: 'Notification',
		description: 'When something waits for you: an approval, an answer or a message',
		resource: 'notification',
		list: { path: '/v1/notifications/pending', read: pendingItems },
		id: ({ kind, id, type }) => `${String(kind)}:${String(id ?? type)}`,
		sample: {
			kind: 'goals',
			id: '7c1f0e9a-0001-4b6d-9a51-2f4e6d8c0b01',
			status: 'needs_input',
			summary: 'Which day suits?',
		},
	},
	outreachFinished: {
		name: 'Outreach Finished',
		description: 'When an outreach task has ended',
		resource: 'outreach',
		list: { path: '/v1/outreach/tasks', rows: 'tasks', pageSize: 100, offset: true },
		standing: (status) =>
			status === 'failed' ? 'settled' : OUTREACH_ENDS.includes(status) ? 'final' : 'open',
		wanted: (row, { outreachStatuses }) => chosen(outreachStatuses, row.status, OUTREACH_ENDS),
		filters: [anyOf('Outreach Statuses', 'outreachStatuses', OUTREACH_ENDS, 'Outcomes to report')],
		sample: {
			id: '7c1f0e9a-0060-4b6d-9a51-2f4e6d8c0b60',
			goal: 'Confirm the Friday visit',
			status: 'completed',
			created_at: '2027-02-06T08:00:00Z',
		},
	},
	voicemail: {
		name: 'Voicemail',
		description: 'When somebody has left a voicemail',
		resource: 'voicemail',
		list: { path: '/v1/inbound/voicemails', rows: 'voicemails' },
		sample: { id: '7c1f0e9a-0055-4b6d-9a51-2f4e6d8c0b55', created_at: '2027-02-05T10:05:00Z' },
	},
};
