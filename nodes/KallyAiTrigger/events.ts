import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';

import { action } from '../KallyAi/resources/action';
import { call } from '../KallyAi/resources/call';
import { credit } from '../KallyAi/resources/credit';
import { email } from '../KallyAi/resources/email';
import { goal } from '../KallyAi/resources/goal';
import { inboundCall } from '../KallyAi/resources/inboundCall';
import { message } from '../KallyAi/resources/message';
import { notification } from '../KallyAi/resources/notification';
import { outreach } from '../KallyAi/resources/outreach';
import { voicemail } from '../KallyAi/resources/voicemail';
import type { Operation } from '../KallyAi/table/operation';
import { isChosen, type Statuses, standsOf, titlesOf } from '../KallyAi/table/statuses';
import { choice, choices, decimal, type FieldDetails, flag } from '../shared/fields/kinds';
import { foldedName } from '../shared/names';
import { isPlainObject, readNumber } from '../shared/objects';
import type { EventType, Filters } from './poll/eventType';

const optionsOf = (titles: Record<string, string>): INodePropertyOptions[] =>
	Object.entries(titles)
		.map(([value, name]) => ({ name, value }))
		.sort((a, b) => (a.value < b.value ? -1 : 1));

const endedOf = (statuses: Statuses): Record<string, string> =>
	titlesOf(statuses, {
		except: Object.keys(statuses).filter((status) => statuses[status] !== 'ended'),
	});

/** Several of some statuses. */
const anyOf = (
	name: string,
	titles: Record<string, string>,
	what: string,
	details: Parameters<typeof choices>[2] = {},
) =>
	choices(name, titles, {
		options: optionsOf(titles),
		description: `${what}. Leave empty for all.`,
		...details,
	});

/** One of the values that the list itself can filter by. */
function oneOf(
	name: string,
	{ fields = [] }: Operation,
	wire: string,
	what: string,
	details: FieldDetails = {},
) {
	const { options = [] } = fields.find((field) => field.wire === wire)?.property ?? {};
	const titles = Object.fromEntries(
		(options as INodePropertyOptions[]).map(({ name: title, value }) => [String(value), title]),
	);
	return choice(
		name,
		{ '': 'Any', ...titles },
		{ options: [{ name: 'Any', value: '' }, ...optionsOf(titles)], description: what, ...details },
	);
}

/** A filter that the endpoint also applies; rows that lack the value are assumed to match. */
const agrees = (filter: unknown, value: unknown): boolean =>
	value === undefined || value === null || isChosen(filter, value);

const isOff = (value: unknown): boolean => ['false', '0', 'no'].includes(foldedName(String(value)));

const given = (name: string, value: unknown): IDataObject =>
	value ? { [name]: value as string } : {};

/** Whether a row has ended with a selected outcome. */
const endedIn = (statuses: Statuses, row: IDataObject, filter: unknown): boolean =>
	standsOf(row, statuses) === 'ended' && isChosen(filter, row.status);

const KINDS = ['actions', 'goals', 'inbox'];

/** The rows of one kind of pending item; undefined if there should be some but the list is missing. */
function itemsOf(list: unknown): IDataObject[] | undefined {
	const { items, count = 0 }: IDataObject = isPlainObject(list)
		? list
		: { items: list as IDataObject };
	if (Array.isArray(items)) return (items as unknown[]).filter(isPlainObject);
	return (items === null || items === undefined) && Number(count) === 0 ? [] : undefined;
}

function pendingItems(answer: IDataObject): IDataObject[] | undefined {
	const kinds = KINDS.filter((kind) => Object.hasOwn(answer, kind));
	const lists = kinds.map((kind) =>
		itemsOf(answer[kind])?.map((item): IDataObject => ({ kind, ...item })),
	);
	return kinds.length === 0 || lists.includes(undefined)
		? undefined
		: (lists as IDataObject[][]).flat();
}

/** Whether a pending item waits for somebody: a goal that continues by itself does not. */
const isWaiting = ({ kind, ...row }: IDataObject): boolean =>
	kind !== 'goals' || standsOf(row, goal.statuses) !== 'open' || row.status === undefined;

const isEnding = ({ inboundCallMoment: moment }: Filters): boolean => moment === 'ended';

/** Shown only if a workflow has it: the end of an inbound call is now a separate event. */
const FORMERLY = { displayOptions: { show: { '/inboundCallMoment': ['ended'] } } };

const MISSED = 'missed' satisfies keyof typeof inboundCall.statuses;

const vipOnly = flag('vipOnly', {
	displayName: 'VIP Callers Only',
	description: 'Whether to trigger only on calls from VIP contacts',
});

/** What the events of inbound calls have in common. */
const inboundCalls = {
	resource: 'inboundCall',
	list: inboundCall.operations.getAll,
	query: (filters: Filters) => given('vip_only', filters.vipOnly),
	audio: {
		transcript: inboundCall.operations.getTranscript,
		recording: inboundCall.operations.getRecording,
		silent: [MISSED, 'rejected'],
	},
	sample: {
		id: '7c1f0e9a-0050-4b6d-9a51-2f4e6d8c0b50',
		caller_number: '+15550101',
		status: 'completed',
		created_at: '2027-02-05T10:00:00Z',
	},
};

/** All events of the trigger, with one entry each. */
export const events = {
	actionLogged: {
		name: 'Action Logged',
		action: 'On action logged',
		description: 'When the assistant has completed an action',
		resource: 'action',
		list: action.operations.getAll,
		query: ({ actionType }) => given('type', actionType),
		wanted: (row, { actionType }) => agrees(actionType, row.type),
		filters: [
			oneOf('actionType', action.operations.getAll, 'type', 'Trigger only on actions of this type'),
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
		action: 'On call finished',
		description: 'When a call made by the assistant has ended',
		resource: 'call',
		list: call.operations.getAll,
		statuses: () => call.statuses,
		wanted: (row, { callOutcomes }) => endedIn(call.statuses, row, callOutcomes),
		filters: [
			anyOf('callOutcomes', endedOf(call.statuses), 'Trigger only on calls with these outcomes'),
		],
		audio: {
			transcript: call.operations.getTranscript,
			recording: call.operations.getRecording,
			silent: ['no_answer', 'busy', 'cancelled'],
		},
		sample: {
			call_id: '7c1f0e9a-0010-4b6d-9a51-2f4e6d8c0b10',
			status: 'success',
			metadata: { created_at: '2027-03-02T17:05:00Z' },
			submission: { respondent_phone: '+15550100', business_name: 'Casa Luna' },
		},
	},
	creditsLow: {
		name: 'Credits Low',
		action: 'On low credits',
		description: 'When the remaining credits fall to a threshold',
		resource: 'credit',
		list: credit.operations.getBalance,
		read: (answer) => {
			if (!Object.hasOwn(answer, 'credits_remaining')) return undefined;
			return readNumber(answer.credits_remaining) === undefined ? 'untold' : [answer];
		},
		id: ({ period_end: end }) => `low until ${String(end)}`,
		returns: true,
		wanted: (row, { creditsThreshold = 50 }) =>
			Number(row.credits_remaining) <= Number(creditsThreshold),
		filters: [
			decimal('creditsThreshold', {
				typeOptions: { minValue: 0 },
				default: 50,
				description: 'Trigger when this many credits or fewer remain',
			}),
		],
		sample: { credits_remaining: 12, credits_used: 588, period_end: '2027-03-01T00:00:00Z' },
	},
	emailAwaitingApproval: {
		name: 'Email Awaiting Approval',
		action: 'On email awaiting approval',
		description: 'When an email is waiting for your approval',
		resource: 'email',
		list: email.operations.getOutbox,
		returns: true,
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
		action: 'On email received',
		description: 'When an email has been received and categorized',
		resource: 'email',
		list: email.operations.getAll,
		query: ({ emailClassification }) => given('classification', emailClassification),
		wanted: (row, { emailClassification }) => agrees(emailClassification, row.classification),
		filters: [
			oneOf(
				'emailClassification',
				email.operations.getAll,
				'classification',
				'Trigger only on emails in this category',
				{ displayName: 'Email Category' },
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
		action: 'On goal changed',
		description: 'When a goal is created, needs input or changes its status',
		resource: 'goal',
		list: goal.operations.getAll,
		statuses: () => goal.statuses,
		wanted: (row, { goalStatuses }) => isChosen(goalStatuses, row.status),
		filters: [
			anyOf('goalStatuses', titlesOf(goal.statuses), 'Trigger only on goals with these statuses'),
		],
		sample: {
			id: '7c1f0e9a-0001-4b6d-9a51-2f4e6d8c0b01',
			title: 'Florist for Friday',
			status: 'needs_input',
			created_at: '2027-02-03T08:15:00Z',
		},
	},
	inboundCall: {
		...inboundCalls,
		name: 'Inbound Call',
		action: 'On inbound call',
		description: 'When an inbound call starts',
		statuses: (filters) => (isEnding(filters) ? inboundCall.statuses : undefined),
		wanted: (row, filters) =>
			!isEnding(filters) || endedIn(inboundCall.statuses, row, filters.inboundCallStatuses),
		filters: [
			choice(
				'inboundCallMoment',
				{ new: 'Call Starts', ended: 'Call Ends' },
				{
					displayName: 'Trigger When',
					description: 'When to report an inbound call',
					fallback: () => 'new',
					...FORMERLY,
				},
			),
			anyOf(
				'inboundCallStatuses',
				endedOf(inboundCall.statuses),
				'Trigger only on inbound calls that ended with these statuses',
				FORMERLY,
			),
			vipOnly,
		],
	},
	inboundCallFinished: {
		...inboundCalls,
		name: 'Inbound Call Finished',
		action: 'On inbound call finished',
		description: 'When an inbound call has ended, answered or not',
		statuses: () => inboundCall.statuses,
		wanted: (row, { inboundCallOutcomes }) =>
			endedIn(inboundCall.statuses, row, inboundCallOutcomes),
		filters: [
			anyOf(
				'inboundCallOutcomes',
				endedOf(inboundCall.statuses),
				'Trigger only on inbound calls with these outcomes',
			),
			vipOnly,
		],
	},
	message: {
		name: 'Message',
		action: 'On message',
		description: 'When a message arrives in the inbox',
		resource: 'message',
		list: message.operations.getAll,
		query: ({ messageChannel, unreadOnly }) => ({
			...given('channel', messageChannel),
			...given('unread', unreadOnly),
		}),
		wanted: (row, { messageChannel, unreadOnly }) =>
			agrees(messageChannel, row.channel) && !(unreadOnly && isOff(row.unread)),
		filters: [
			oneOf(
				'messageChannel',
				message.operations.getAll,
				'channel',
				'Trigger only on messages from this channel',
			),
			flag('unreadOnly', {
				displayName: 'Unread Messages Only',
				description: 'Whether to trigger only on unread messages',
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
	missedCall: {
		...inboundCalls,
		name: 'Missed Call',
		action: 'On missed call',
		description: 'When an inbound call was not answered',
		statuses: () => inboundCall.statuses,
		wanted: (row) => endedIn(inboundCall.statuses, row, MISSED),
		filters: [vipOnly],
		sample: { ...inboundCalls.sample, status: MISSED },
	},
	notification: {
		name: 'Notification',
		action: 'On notification',
		description: 'When something is waiting for you: an approval, an answer or a message',
		resource: 'notification',
		list: notification.operations.getPending,
		read: pendingItems,
		id: ({ kind, id, type }) => `${String(kind)}:${String(id ?? type)}`,
		returns: true,
		wanted: isWaiting,
		sample: {
			kind: 'goals',
			id: '7c1f0e9a-0001-4b6d-9a51-2f4e6d8c0b01',
			status: 'needs_input',
			summary: 'Which day suits?',
		},
	},
	outreachFinished: {
		name: 'Outreach Finished',
		action: 'On outreach finished',
		description: 'When an outreach task has ended',
		resource: 'outreach',
		list: outreach.operations.getAll,
		statuses: () => outreach.statuses,
		resumable: ['failed'],
		wanted: (row, { outreachStatuses }) => endedIn(outreach.statuses, row, outreachStatuses),
		filters: [
			anyOf(
				'outreachStatuses',
				endedOf(outreach.statuses),
				'Trigger only on tasks with these outcomes',
				{ displayName: 'Outreach Outcomes' },
			),
		],
		sample: {
			id: '7c1f0e9a-0060-4b6d-9a51-2f4e6d8c0b60',
			goal: 'Confirm the Friday visit',
			status: 'completed',
			created_at: '2027-02-06T08:00:00Z',
		},
	},
	voicemail: {
		name: 'Voicemail',
		action: 'On voicemail',
		description: 'When a caller has left a voicemail',
		resource: 'voicemail',
		list: voicemail.operations.getAll,
		sample: { id: '7c1f0e9a-0055-4b6d-9a51-2f4e6d8c0b55', created_at: '2027-02-05T10:05:00Z' },
	},
} satisfies Record<string, EventType>;
