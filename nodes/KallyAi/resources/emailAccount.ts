import { locator } from '../../shared/fields/kinds';
import { labelled } from '../../shared/transport/rows';
import { get, list, post, remove, type Resource } from '../table/operation';

export const emailAccount = {
	name: 'Email Account',
	description: 'Mailboxes the assistant can use, and your writing style',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many email accounts',
			description: 'Get the connected mailboxes',
			request: get('/v1/email/accounts'),
			answer: list({ rows: 'accounts', label: labelled('email', 'provider', 'status') }),
		},
		connectGmail: {
			name: 'Connect Gmail',
			action: 'Connect Gmail account',
			description: 'Get the URL for a person to connect a Gmail account',
			request: get('/v1/email/oauth/gmail/url'),
		},
		connectOutlook: {
			name: 'Connect Outlook',
			action: 'Connect Outlook account',
			description: 'Get the URL for a person to connect an Outlook account',
			request: get('/v1/email/oauth/outlook/url'),
		},
		disconnect: {
			name: 'Disconnect',
			action: 'Disconnect email account',
			description: 'Remove the access to a mailbox. To use it again, connect it again.',
			request: remove('/v1/email/accounts/{accountId}'),
			fields: [
				locator('accountId', 'emailAccount', {
					required: true,
					displayName: 'Email Account',
					what: 'The email account',
				}),
			],
		},
		getVoiceProfile: {
			name: 'Get Voice Profile',
			action: 'Get voice profile',
			description: 'Get what the assistant has learned about your writing style',
			request: get('/v1/email/voice-profile'),
		},
		trainVoiceProfile: {
			name: 'Train Voice Profile',
			action: 'Train voice profile',
			description: 'Have the assistant learn your writing style from emails you sent',
			request: post('/v1/email/voice-profile/train'),
		},
	},
} satisfies Resource;
