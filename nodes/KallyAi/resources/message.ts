import { choice, flag, idList, locator, typedId } from '../../shared/fields/kinds';
import { labelled } from '../../shared/transport/rows';
import { get, list, post, type Resource } from '../table/operation';

export const message = {
	name: 'Message',
	description: 'Inbox of messages from people: email, SMS, calls and chats',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many messages',
			description:
				'Get many messages from the inbox, optionally filtered by channel or unread status',
			request: get('/v1/messages/inbox'),
			answer: list({
				rows: 'messages',
				pageSize: 0,
				label: labelled('from', ['subject', 'preview'], 'received_at'),
			}),
			fields: [
				choice(
					'channel',
					{ call: 'Call', chat: 'Chat', email: 'Email', sms: 'SMS' },
					{ description: 'Only return messages from this channel' },
				),
				flag('unread', {
					displayName: 'Unread Messages Only',
					description: 'Whether to return only unread messages',
				}),
			],
		},
		get: {
			name: 'Get',
			action: 'Get message',
			description: 'Get a full message from the inbox. This may mark it as read.',
			request: get('/v1/messages/inbox/{messageId}'),
			fields: [
				locator('messageId', 'message', {
					required: true,
					what: 'The message',
				}),
			],
		},
		getThread: {
			name: 'Get Thread',
			action: 'Get thread of messages',
			description: 'Get the messages exchanged with a person in one conversation',
			request: get('/v1/messages/conversation/{conversationId}'),
			answer: list({ rows: 'messages' }),
			fields: [
				typedId('conversationId', {
					required: true,
					description: 'ID of the conversation, as found in a message',
				}),
			],
		},
		markRead: {
			name: 'Mark as Read',
			action: 'Mark messages as read',
			description: 'Mark one or more inbox messages as read',
			request: post('/v1/messages/mark-read'),
			fields: [
				idList('messageIds', {
					required: true,
					displayName: 'Message IDs',
					description: 'IDs of the messages, as comma-separated text or an array',
				}),
			],
		},
	},
} satisfies Resource;
