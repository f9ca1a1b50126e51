import { email, flag, locator, secret, text } from '../../shared/fields/kinds';
import { labelled } from '../../shared/transport/rows';
import { get, list, post, put, REDIRECT, remove, type Resource } from '../table/operation';

const emailId = locator('emailId', 'contactEmail', {
	required: true,
	displayName: 'Contact Email',
	what: 'The contact address',
});

const CONTACT_EMAIL = '/v1/channels/email/{emailId}';

const naming = [
	flag('isPrimary', { displayName: 'Primary', description: 'Whether this is the main address' }),
	text('label', { placeholder: 'e.g. Studio', description: 'Name to tell the address by' }),
];

export const contactEmail = {
	name: 'Contact Email',
	description: 'Your own email addresses, under which KallyAI reaches you',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many contact emails',
			description: 'Get many contact addresses with their settings',
			request: get('/v1/channels/email/list'),
			answer: list({ rows: 'emails', label: labelled('email_address', 'label') }),
		},
		add: {
			name: 'Add',
			action: 'Add contact email',
			description: 'Add an address under which KallyAI reaches you; it has to be verified',
			request: post('/v1/channels/email/add'),
			fields: [email('emailAddress', { required: true, description: 'Address to add' }), ...naming],
		},
		delete: {
			name: 'Delete',
			action: 'Delete contact email',
			description:
				'Delete a contact address for good. Its settings and its verification are lost with it.',
			request: remove(CONTACT_EMAIL),
			fields: [emailId],
		},
		update: {
			name: 'Update',
			action: 'Update contact email',
			description: 'Change the label of a contact address or what is sent to it',
			request: put(CONTACT_EMAIL),
			fields: [
				emailId,
				...naming,
				flag('receivesCopies', {
					description: 'Whether the address gets copies of what the assistant sends',
				}),
				flag('receivesNotifications', { description: 'Whether the address gets notifications' }),
			],
		},
		verify: {
			name: 'Verify',
			action: 'Verify contact email',
			description:
				'Verify a contact address with the token from the link that KallyAI has sent to it',
			request: get('/v1/channels/email/verify'),
			answer: REDIRECT,
			fields: [
				secret('token', {
					required: true,
					description: 'Value of token in the link of the verification email',
				}),
			],
		},
	},
} satisfies Resource;
