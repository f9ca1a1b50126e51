import { longText } from '../../shared/fields/kinds';
import { alsoNamed } from '../../shared/objects';
import { conversationId } from '../table/fields';
import { post, record, type Resource } from '../table/operation';
import { goal } from './goal';

export const assistant = {
	name: 'Assistant',
	description: 'Give KallyAI a task in plain language',
	operations: {
		ask: {
			name: 'Ask',
			action: 'Ask assistant',
			description:
				'Give the assistant a task or answer its question. It may search, write, book or call, which uses credits.',
			request: post('/v1/coordination/message', { timeout: 120 }),
			unsure: { work: ['The message', 'processed'], check: 'the goals', by: 'Goal: Get Many' },
			spends: {
				text: 'What the assistant does to get this done, such as calling, searching or booking, uses credits.',
				report: { noun: 'messages', done: 'were answered' },
			},
			answer: record({
				completion: {
					record: goal.operations.get,
					id: (answer) => answer.goal_id,
					statuses: goal.statuses,
					as: 'goal',
				},
				// The older documents call the text of the reply `message` (docs/api.md, row 30).
				normalize: (answer) =>
					typeof answer.message === 'string' ? alsoNamed(answer, 'response', 'message') : answer,
			}),
			fields: [
				longText('message', {
					required: true,
					placeholder: 'e.g. Book a table for two at La Brasa on Friday at 20:00',
					description: 'What the assistant should do, or the answer to its question',
				}),
				conversationId('Conversation to continue. When empty, a new one is started.'),
			],
		},
	},
} satisfies Resource;
