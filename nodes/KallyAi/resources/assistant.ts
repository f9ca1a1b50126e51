import { locator, longText } from '../../shared/fields/kinds';
import { post, type Resource } from '../table/operation';
import { GOAL_FINAL } from './goal';

export const assistant: Resource = {
	name: 'Assistant',
	description: 'Give KallyAI a task in plain language',
	operations: {
		ask: {
			name: 'Ask',
			action: 'Ask assistant',
			description:
				'Give the assistant a task or an answer. It may search, write, book or call, and costs credits.',
			request: post('/v1/coordination/message'),
			costs:
				'What the assistant does to get this done, such as calling, searching or booking, costs credits.',
			timeout: 120,
			report: { noun: 'messages', done: 'were answered' },
			completion: {
				path: '/v1/coordination/goals/{id}',
				id: (answer) => answer.goal_id,
				final: GOAL_FINAL,
				as: 'goal',
			},
			// The older documents call the text of the reply `message` (contract, section 8, row 30).
			normalize: (answer) =>
				answer.response === undefined && typeof answer.message === 'string'
					? { response: answer.message, ...answer }
					: answer,
			fields: [
				longText('message', {
					required: true,
					placeholder: 'e.g. Book a table for two at La Brasa on Friday at 20:00',
					description: 'What the assistant has to do, or the answer to its question',
				}),
				locator('conversationId', 'conversation', {
					description: 'Conversation to go on with; a new one is opened when empty',
				}),
			],
		},
	},
};
