import type { IDataObject } from 'n8n-workflow';

import {
	choiceOrNothing,
	choices,
	flag,
	locator,
	longText,
	recipient,
	suggestion,
	text,
	word,
} from '../../shared/fields/kinds';
import {
	commandLineNames,
	get,
	list,
	type Operation,
	post,
	record,
	referenceNames,
	type Resource,
	sameNames,
} from '../table/operation';
import { titlesOf, type Statuses } from '../table/statuses';

/** The published statuses of a task (docs/api.md, row 47). */
const STATUSES = {
	pending: 'open',
	in_progress: 'open',
	completed: 'ended',
	failed: 'ended',
	cancelled: 'ended',
} satisfies Statuses;

const TASKS = '/v1/outreach/tasks';
const TASK = `${TASKS}/{taskId}`;

const report = { noun: 'tasks', done: 'reached somebody', statuses: ['completed'] };

const CREATE_COSTS = 'This contacts a real person and uses credits.';
const RETRY_COSTS = 'This contacts the person again and uses credits.';

const taskId = locator('taskId', 'outreach', {
	required: true,
	displayName: 'Outreach Task',
	what: 'The outreach task',
});

/** The channel for a person, if only the address is known. */
const channelOf = ({ channel, recipient_identifier: recipient }: IDataObject): string =>
	typeof channel === 'string' ? channel : String(recipient).includes('@') ? 'email' : 'call';

const getTask = {
	name: 'Get',
	action: 'Get outreach task',
	description: 'Get one outreach task with its attempts',
	request: get(TASK),
	fields: [taskId],
} satisfies Operation;

export const outreach = {
	name: 'Outreach Task',
	description: 'Reach a person on whichever channel works: call, email, WhatsApp or Telegram',
	statuses: STATUSES,
	operations: {
		create: {
			name: 'Create',
			action: 'Create outreach task',
			description: `Have the assistant reach someone on any channel. ${CREATE_COSTS}`,
			request: post(TASKS),
			unsure: { work: ['The task', 'started'], check: 'earlier outreach tasks' },
			// No name in common (docs/api.md, row 1); only the command line can choose the channel.
			dialects: [
				referenceNames(
					'goal',
					'recipient_identifier',
					'recipient_name',
					'urgency',
					'coordination_message_id',
					'auto_execute',
				),
				commandLineNames(
					{ channel: 'channel', recipient_identifier: 'target', goal: 'description' },
					{
						implied: { auto_execute: true },
						adds: (body) => ({ channel: channelOf(body) }),
					},
				),
			],
			spends: {
				text: CREATE_COSTS,
				recipient: 'recipient_identifier',
				contacts: {},
				estimate: {
					// There is no estimate for a chat message; a call costs at least as much.
					type: (body) => (channelOf(body) === 'email' ? 'email' : 'call'),
					description: ['goal'],
				},
				report,
			},
			answer: record({
				completion: { record: getTask, id: (answer) => answer.id, statuses: STATUSES },
			}),
			fields: [
				longText('goal', {
					required: true,
					placeholder: 'e.g. Find out whether Friday at ten suits for the visit',
					description: 'What the assistant should accomplish with the person',
				}),
				choiceOrNothing(
					'channel',
					['assistant', 'Chosen by the Assistant'],
					{ call: 'Call', email: 'Email', telegram: 'Telegram', whatsapp: 'WhatsApp' },
					{
						atTop: true,
						description:
							'How to reach the person. With a specific channel, the only additional field that can be used is Start Without Approval, which must be on.',
					},
				),
				recipient('recipientIdentifier', {
					channel: 'channel',
					required: true,
					displayName: 'Recipient',
					description:
						'Phone number in E.164 format or email address of the person, as the channel needs it. On Telegram the name, such as @clara_soto.',
				}),
				flag('autoExecute', {
					displayName: 'Start Without Approval',
					default: true,
					description: 'Whether the assistant starts immediately, without asking for approval',
				}),
				word('coordinationMessageId', {
					isInternal: true,
					displayName: 'Coordination Message ID',
					placeholder: 'e.g. 7c1f0e9a-0003-4b6d-9a51-2f4e6d8c0b03',
					description: 'ID of the message to the assistant that this task belongs to',
				}),
				text('recipientName', {
					placeholder: 'e.g. Clara Soto',
					description: 'Name of the person',
				}),
				suggestion(
					'urgency',
					{ high: 'High', normal: 'Normal', low: 'Low' },
					{ description: 'How urgent the task is. Enter another value as an expression.' },
				),
			],
		},
		cancel: {
			name: 'Cancel',
			action: 'Cancel outreach task',
			description: 'Cancel an outreach task that is not finished',
			request: post(`${TASK}/cancel`),
			fields: [taskId],
		},
		get: getTask,
		getAll: {
			name: 'Get Many',
			action: 'Get many outreach tasks',
			description: 'Get many outreach tasks, optionally filtered by status',
			request: get(TASKS),
			answer: list({
				rows: 'tasks',
				pageSize: 100,
				offset: true,
				label: (row) =>
					[row.recipient_name ?? row.recipient_identifier ?? row.id, row.goal, row.status]
						.filter(Boolean)
						.join(', '),
			}),
			simplify: {
				usual: 'always',
				members: sameNames(
					'id',
					'goal',
					'recipient_identifier',
					'recipient_name',
					'status',
					'selected_channel',
					'completed_via_channel',
					'completion_summary',
					'created_at',
					'completed_at',
				),
			},
			fields: [
				choices('status', titlesOf(STATUSES), {
					description: 'Only return tasks with these statuses',
				}),
			],
		},
		retry: {
			name: 'Retry',
			action: 'Retry outreach task',
			description: `Try a failed or waiting outreach task again. ${RETRY_COSTS}`,
			request: post(`${TASK}/retry`),
			spends: { text: RETRY_COSTS, contacts: {}, report },
			fields: [taskId],
		},
	},
} satisfies Resource;
