import { choice, email as address, locator, longText, text } from '../../shared/fields/kinds';
import { labelled } from '../../shared/transport/rows';
import { get, list, post, type Resource } from '../table/operation';

/** Where an email waits after it was written. */
const OUTBOX = 'Email: Get Outbox';

const emailId = locator('emailId', 'email.getOutbox', {
	required: true,
	what: 'The outgoing email',
	from: 'outbox',
});

const messageId = locator('messageId', 'email', {
	required: true,
	displayName: 'Received Email',
	what: 'The received email',
});

export const email = {
	name: 'Email',
	description: 'Emails the assistant sends and receives',
	operations: {
		send: {
			name: 'Send',
			action: 'Send email',
			description: 'Put an email in the outbox. It is sent once it is approved.',
			request: post('/v1/actions/email/send'),
			unsure: { work: ['The email', 'written'], check: 'the outbox', by: OUTBOX },
			spends: {
				text: 'Once the email is approved, it is sent and uses credits.',
				recipient: 'to',
			},
			fields: [
				address('to', { required: true, description: 'Email address of the recipient' }),
				text('subject', {
					required: true,
					placeholder: 'e.g. Visit on Friday',
					description: 'Subject of the email',
				}),
				longText('body', {
					required: true,
					placeholder: 'e.g. Does Friday at ten suit you for the visit?',
					description: 'Body of the email',
				}),
				address('cc', {
					displayName: 'CC',
					description: 'Email address of one person to copy',
				}),
			],
		},
		approve: {
			name: 'Approve',
			action: 'Approve email',
			description: 'Approve an outbox email. This sends it to the recipient.',
			request: post('/v1/actions/email/{emailId}/approve'),
			unsure: { work: ['The email', 'sent'], check: 'the outbox', by: OUTBOX },
			spends: {
				text: 'This sends the email to a real person and uses credits.',
				contacts: {},
			},
			fields: [emailId],
		},
		cancel: {
			name: 'Cancel',
			action: 'Cancel email',
			description: 'Remove an email from the outbox without sending it',
			request: post('/v1/actions/email/{emailId}/cancel'),
			fields: [emailId],
		},
		get: {
			name: 'Get',
			action: 'Get received email',
			description: 'Get one received email',
			request: get('/v1/email/messages/{messageId}'),
			fields: [messageId],
		},
		getAll: {
			name: 'Get Many',
			action: 'Get many received emails',
			description: 'Get many received emails, optionally filtered by category',
			request: get('/v1/email/messages'),
			answer: list({
				rows: 'messages',
				pageSize: 0,
				label: labelled('subject', ['from', 'sender', 'from_address'], 'received_at'),
			}),
			fields: [
				choice(
					'classification',
					{
						important: 'Important',
						actionable: 'Actionable',
						informational: 'Informational',
						spam: 'Spam',
					},
					{ displayName: 'Category', description: 'Only return emails in this category' },
				),
			],
		},
		getOutbox: {
			name: 'Get Outbox',
			action: 'Get emails in outbox',
			description: 'Get the emails waiting for approval before they are sent',
			request: get('/v1/actions/email/outbox'),
			answer: list({ rows: 'emails', label: labelled('subject', 'to', 'status') }),
		},
		getReplies: {
			name: 'Get Replies',
			action: 'Get replies to email',
			description: 'Get the replies to a sent email',
			request: get('/v1/actions/email/{emailId}/replies'),
			answer: list({ rows: 'replies' }),
			fields: [emailId],
		},
		respond: {
			name: 'Respond',
			action: 'Respond to received email',
			description:
				'Have the assistant reply to a received email. Expect the reply to be sent, not just drafted.',
			request: post('/v1/email/messages/{messageId}/respond'),
			spends: {
				text: 'Expect the reply to be sent to a real person, which uses credits.',
				contacts: {},
			},
			fields: [
				messageId,
				longText('instructions', {
					placeholder: 'e.g. Accept, but ask for an invoice',
					description: 'What the reply should say',
				}),
			],
		},
	},
} satisfies Resource;
