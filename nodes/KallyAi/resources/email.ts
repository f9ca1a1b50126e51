import { choice, email as address, locator, longText, text } from '../../shared/fields/kinds';
import { labelled } from '../../shared/transport/rows';
import { get, list, post, type Resource } from '../table/operation';

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
	description: 'Emails the assistant writes, and those that came in',
	operations: {
		send: {
			name: 'Send',
			action: 'Send email',
			description: 'Put an email into the outbox, from where it leaves once it is approved',
			request: post('/v1/actions/email/send'),
			spends: {
				text: 'Once the email is approved and leaves, it costs credits.',
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
					description: 'Text of the email',
				}),
				address('cc', {
					displayName: 'CC',
					description: 'Email address of one person who gets a copy',
				}),
			],
		},
		approve: {
			name: 'Approve',
			action: 'Approve email',
			description: 'Let an email of the outbox leave. This sends it to the recipient.',
			request: post('/v1/actions/email/{emailId}/approve'),
			spends: { text: 'This sends the email to a real person and costs credits.' },
			fields: [emailId],
		},
		cancel: {
			name: 'Cancel',
			action: 'Cancel email',
			description: 'Take an email out of the outbox without sending it',
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
			description: 'Get many received emails, optionally only those of one class',
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
					{ description: 'Class that KallyAI gave the emails' },
				),
			],
		},
		getOutbox: {
			name: 'Get Outbox',
			action: 'Get emails in outbox',
			description: 'Get the emails that wait for approval before they leave',
			request: get('/v1/actions/email/outbox'),
			answer: list({ rows: 'emails', label: labelled('subject', 'to', 'status') }),
		},
		getReplies: {
			name: 'Get Replies',
			action: 'Get replies to email',
			description: 'Get what came back to an email that was sent',
			request: get('/v1/actions/email/{emailId}/replies'),
			answer: list({ rows: 'replies' }),
			fields: [emailId],
		},
		respond: {
			name: 'Respond',
			action: 'Respond to received email',
			description:
				'Have the assistant answer a received email. Expect the reply to be sent, not only drafted.',
			request: post('/v1/email/messages/{messageId}/respond'),
			spends: { text: 'Expect a reply to a real person, which costs credits.' },
			fields: [
				messageId,
				longText('instructions', {
					placeholder: 'e.g. Accept, but ask for an invoice',
					description: 'What the reply has to say',
				}),
			],
		},
	},
} satisfies Resource;
