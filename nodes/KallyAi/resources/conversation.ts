import { alsoNamed } from '../../shared/objects';
import { conversationId } from '../table/fields';
import { get, list, post, record, type Resource } from '../table/operation';

const CONVERSATIONS = '/v1/coordination/conversations';

export const conversation = {
	name: 'Conversation',
	description: 'Conversations between you and the assistant',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many conversations',
			description: 'Get many conversations with the assistant',
			request: get(CONVERSATIONS),
			answer: list({ rows: 'conversations', label: (row) => String(row.title ?? row.id) }),
		},
		create: {
			name: 'Create',
			action: 'Create conversation',
			description: 'Start an empty conversation with the assistant',
			request: post(CONVERSATIONS),
			answer: record({
				// List rows call the same thing `id` (docs/api.md, row 31).
				normalize: (answer) => alsoNamed(answer, 'conversation_id', 'id'),
			}),
		},
		getHistory: {
			name: 'Get History',
			action: 'Get history of conversation',
			description: 'Get the messages of a conversation, or the latest messages of all',
			request: get('/v1/coordination/history'),
			answer: list({ rows: 'messages', pageSize: 0 }),
			fields: [
				conversationId(
					'Conversation to get the messages of. When empty, the latest messages of all are returned.',
				),
			],
		},
	},
} satisfies Resource;
