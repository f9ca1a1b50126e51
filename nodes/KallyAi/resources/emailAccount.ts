import { locator } from '../../shared/fields/kinds';
import { labelled } from '../../shared/transport/rows';
import { get, list, post, remove, type Resource } from '../table/operation';

export const emailAccount = {
	name: 'Email Account',
	description: 'Mailboxes the assistant may read and write in, and its style of writing',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many email accounts',
			description: 'Get the mailboxes that are connected',
			request: get('/v1/email/accounts'),
			answer: list({ rows: 'accounts', label: labelled('email', 'provider', 'status') }),
		},
		connectGmail: {
			name: 'Connect Gmail',
			action: 'Connect Gmail account',
			description: 'Get the URL that a person has to open to connect a Gmail account',
			request: get('/v1/email/oauth/gmail/url'),
		},
		connectOutlook: {
			name: 'Connect Outlook',
			action: 'Connect Outlook account',
			description: 'Get the URL that a person has to open to connect an Outlook account',
			request: get('/v1/email/oauth/outlook/url'),
		},
		disconnect: {
			name: 'Disconnect',
			action: 'Disconnect email account',
			description: 'Take away the access to a mailbox, which has to be connected anew afterwards',
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
			description: 'Get what the assistant has learned about your style of writing',
			request: get('/v1/email/voice-profile'),
		},
		trainVoiceProfile: {
			name: 'Train Voice Profile',
			action: 'Train voice profile',
			description: 'Have the assistant learn your style of writing from emails you sent',
			request: post('/v1/email/voice-profile/train'),
		},
	},
} satisfies Resource;
