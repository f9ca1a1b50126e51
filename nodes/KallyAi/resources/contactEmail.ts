import { email, flag, locator, secret, text } from '../../shared/fields/kinds';
import { labelled } from '../../shared/transport/rows';
import {
	commandLineNames,
	get,
	list,
	post,
	put,
	REDIRECT,
	referenceNames,
	remove,
	type Resource,
} from '../table/operation';

const emailId = locator('emailId', 'contactEmail', {
	required: true,
	displayName: 'Contact Email',
	what: 'The contact email address',
});

const CONTACT_EMAIL = '/v1/channels/email/{emailId}';

const naming = [
	flag('isPrimary', { displayName: 'Primary', description: 'Whether this is the main address' }),
	text('label', { placeholder: 'e.g. Studio', description: 'Label for the address' }),
];

/** docs/api.md, rows 3 and 4 */
const COMMAND_LINE = { label: 'display_name', is_primary: 'is_primary' };

export const contactEmail = {
	name: 'Contact Email',
	description: 'Your own email addresses, where KallyAI reaches you',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many contact emails',
			description: 'Get many contact email addresses with their settings',
			request: get('/v1/channels/email/list'),
			answer: list({ rows: 'emails', label: labelled('email_address', 'label') }),
		},
		add: {
			name: 'Add',
			action: 'Add contact email',
			description: 'Add an email address where KallyAI reaches you. It must be verified.',
			request: post('/v1/channels/email/add'),
			dialects: [
				referenceNames('email_address', 'label', 'is_primary'),
				commandLineNames({ ...COMMAND_LINE, email_address: 'email_address' }),
			],
			fields: [
				email('emailAddress', { required: true, description: 'Email address to add' }),
				...naming,
			],
		},
		delete: {
			name: 'Delete',
			action: 'Delete contact email',
			description:
				'Permanently delete a contact email address with its settings and its verification',
			request: remove(CONTACT_EMAIL),
			fields: [emailId],
		},
		update: {
			name: 'Update',
			action: 'Update contact email',
			description: 'Update the label of a contact email address, or what is sent to it',
			request: put(CONTACT_EMAIL),
			dialects: [
				referenceNames('label', 'is_primary', 'receives_copies', 'receives_notifications'),
				commandLineNames(COMMAND_LINE),
			],
			fields: [
				emailId,
				...naming,
				flag('receivesCopies', {
					description: 'Whether the address receives copies of what the assistant sends',
				}),
				flag('receivesNotifications', {
					description: 'Whether the address receives notifications',
				}),
			],
		},
		verify: {
			name: 'Verify',
			action: 'Verify contact email',
			description: 'Verify a contact email address with the token from its verification link',
			request: get('/v1/channels/email/verify'),
			answer: REDIRECT,
			fields: [
				secret('token', {
					required: true,
					displayName: 'Verification Token',
					description: 'Value of token from the link in the verification email',
				}),
			],
		},
	},
} satisfies Resource;
