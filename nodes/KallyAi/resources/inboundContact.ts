import { flag, locator, longText, phoneNumber, text, word } from '../../shared/fields/kinds';
import { labelled } from '../../shared/transport/rows';
import { MAY_RESET } from '../table/answers';
import { get, list, post, put, remove, type Resource } from '../table/operation';

const contactId = locator('contactId', 'inboundContact', {
	required: true,
	displayName: 'Inbound Contact',
	what: 'The contact',
});

const CONTACTS = '/v1/inbound/contacts';
const CONTACT = `${CONTACTS}/{contactId}`;

const NAME = { placeholder: 'e.g. Clara Soto', description: 'Name of the contact' };
const PHONE_NUMBER = { description: 'Phone number the contact calls from, in E.164 format' };

const contactOptions = [
	flag('isVip', {
		displayName: 'VIP',
		description: 'Whether the contact is a VIP, which routing rules can check',
	}),
	longText('notes', {
		placeholder: 'e.g. Prefers to be called back in the morning',
		description: 'What the assistant should know about the contact',
	}),
];

export const inboundContact = {
	name: 'Inbound Contact',
	description: 'People the assistant recognizes when they call',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many inbound contacts',
			description: 'Get many contacts for inbound calls',
			request: get(CONTACTS),
			answer: list({ rows: 'contacts', label: labelled('name', 'phone_number') }),
		},
		create: {
			name: 'Create',
			action: 'Create inbound contact',
			description: 'Add a person the assistant should recognize when they call',
			request: post(CONTACTS),
			fields: [
				text('name', { required: true, ...NAME }),
				phoneNumber('phoneNumber', { required: true, ...PHONE_NUMBER }),
				...contactOptions,
			],
		},
		delete: {
			name: 'Delete',
			action: 'Delete inbound contact',
			description: 'Permanently delete a contact with its notes and VIP status',
			request: remove(CONTACT),
			fields: [contactId],
		},
		import: {
			name: 'Import',
			action: 'Import inbound contacts',
			description: 'Import the contacts of another service, such as Google',
			request: post(`${CONTACTS}/import`),
			fields: [
				word('source', {
					required: true,
					default: 'google',
					placeholder: 'e.g. google',
					description: 'Service to import contacts from, such as google',
				}),
			],
		},
		update: {
			name: 'Update',
			action: 'Update inbound contact',
			description: `Update a contact. ${MAY_RESET}.`,
			request: put(CONTACT),
			notice: `${MAY_RESET}: get the contact first and send everything that should stay.`,
			fields: [
				contactId,
				text('name', { ...NAME, clearable: false }),
				phoneNumber('phoneNumber', PHONE_NUMBER),
				...contactOptions,
			],
		},
	},
} satisfies Resource;
