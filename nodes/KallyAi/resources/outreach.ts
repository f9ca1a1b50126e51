import { choices, flag, integer, locator, longText, text } from '../../shared/fields/kinds';
import { get, post, type Resource } from '../table/operation';

/** States in which an outreach task stays (contract, section 8, row 47). */
const OUTREACH_FINAL = ['completed', 'failed', 'cancelled'];

const report = { noun: 'tasks', done: 'reached somebody', states: ['completed'] };

const taskId = locator('taskId', 'outreach', {
	required: true,
	displayName: 'Outreach Task',
	description: 'The outreach task, chosen from the list or given by its ID',
});

export const outreach: Resource = {
	name: 'Outreach Task',
	description: 'Reach a person over whichever channel works: call, email, WhatsApp or Telegram',
	operations: {
		create: {
			name: 'Create',
			action: 'Create outreach task',
			description:
				'Have the assistant reach somebody over any channel. This contacts a real person and costs credits.',
			request: post('/v1/outreach/tasks'),
			costs: 'This contacts a real person and costs credits.',
			// A task reaches an email address without a call.
			estimate: {
				type: ({ recipient_identifier: recipient }) =>
					String(recipient).includes('@') ? 'email' : 'call',
				description: ['goal'],
			},
			report,
			completion: {
				path: '/v1/outreach/tasks/{id}',
				id: (answer) => answer.id,
				final: OUTREACH_FINAL,
			},
			fields: [
				longText('goal', {
					required: true,
					placeholder: 'e.g. Find out whether Friday at ten suits for the visit',
					description: 'What has to be reached with the person',
				}),
				text('recipientIdentifier', {
					required: true,
					displayName: 'Recipient',
					placeholder: 'e.g. +15550100 or name@email.com',
					description: 'Phone number in E.164 form or email address of the person',
				}),
				flag('autoExecute', {
					displayName: 'Start Without Approval',
					default: true,
					description: 'Whether the assistant starts at once, without asking for approval',
				}),
				text('coordinationMessageId', {
					displayName: 'Coordination Message ID',
					placeholder: 'e.g. 7c1f0e9a-0003-4b6d-9a51-2f4e6d8c0b03',
					description: 'ID of the message to the assistant that this task belongs to',
				}),
				text('recipientName', {
					placeholder: 'e.g. Clara Soto',
					description: 'Name of the person',
				}),
				text('urgency', {
					placeholder: 'e.g. high',
					description: 'How urgent the task is, such as high',
				}),
			],
		},
		cancel: {
			name: 'Cancel',
			action: 'Cancel outreach task',
			description: 'Cancel an outreach task that is not finished',
			request: post('/v1/outreach/tasks/{taskId}/cancel'),
			fields: [taskId],
		},
		get: {
			name: 'Get',
			action: 'Get outreach task',
			description: 'Get one outreach task with its attempts',
			request: get('/v1/outreach/tasks/{taskId}'),
			fields: [taskId],
		},
		getAll: {
			name: 'Get Many',
			action: 'Get many outreach tasks',
			description: 'Get many outreach tasks, optionally only those in some states',
			request: get('/v1/outreach/tasks'),
			list: {
				rows: 'tasks',
				pageSize: 100,
				offset: true,
				label: (row) =>
					[row.recipient_name ?? row.recipient_identifier ?? row.id, row.goal, row.status]
						.filter(Boolean)
						.join(', '),
			},
			simplify: [
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
			],
			fields: [
				integer('offset', {
					typeOptions: { minValue: 0 },
					description: 'How many tasks to skip',
				}),
				choices(
					'status',
					{
						cancelled: 'Cancelled',
						completed: 'Completed',
						failed: 'Failed',
						in_progress: 'In Progress',
						pending: 'Pending',
					},
					{ description: 'States that the tasks may be in' },
				),
			],
		},
		retry: {
			name: 'Retry',
			action: 'Retry outreach task',
			description:
				'Try a failed or waiting outreach task again. This contacts the person again and costs credits.',
			request: post('/v1/outreach/tasks/{taskId}/retry'),
			costs: 'This contacts the person again and costs credits.',
			report,
			fields: [taskId],
		},
	},
};
