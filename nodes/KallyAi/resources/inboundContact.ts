import { flag, locator, longText, phoneNumber, text } from '../../shared/fields/kinds';
import { get, post, put, remove, type Resource } from '../table/operation';
import { labelled } from '../../shared/transport/rows';

const contactId = locator('contactId', 'inboundContact', {
	required: true,
	description: 'The contact, chosen from the list or given by its ID',
});

const NAME = { placeholder: 'e.g. Clara Soto', description: 'Name of the contact' };
const PHONE_NUMBER = { description: 'Number from which the contact calls, in E.164 form' };

const contactOptions = [
	flag('isVip', {
		displayName: 'VIP',
		description: 'Whether the contact is a VIP, which routing rules can ask for',
	}),
	longText('notes', {
		placeholder: 'e.g. Prefers to be called back in the morning',
		description: 'What the assistant should know about the contact',
	}),
];

export const inboundContact: Resource = {
	name: 'Inbound Contact',
	description: 'People whom the assistant knows when they call',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many inbound contacts',
			description: 'Get many contacts for inbound calls',
			request: get('/v1/inbound/contacts'),
			list: { rows: 'contacts', label: labelled('name', 'phone_number') },
		},
		create: {
			name: 'Create',
			action: 'Create inbound contact',
			description: 'Add a person whom the assistant is to know when they call',
			request: post('/v1/inbound/contacts'),
			fields: [
				text('name', { required: true, ...NAME }),
				phoneNumber('phoneNumber', { required: true, ...PHONE_NUMBER }),
				...contactOptions,
			],
		},
		delete: {
			name: 'Delete',
			action: 'Delete inbound contact',
			description: 'Delete a contact for good, with the notes and the VIP mark',
			request: remove('/v1/inbound/contacts/{contactId}'),
			fields: [contactId],
		},
		import: {
			name: 'Import',
			action: 'Import inbound contacts',
			description: 'Add the contacts of another service, such as Google',
			request: post('/v1/inbound/contacts/import'),
			fields: [
				text('source', {
					required: true,
					default: 'google',
					placeholder: 'e.g. google',
					description: 'Service whose contacts to take, such as google',
				}),
			],
		},
		update: {
			name: 'Update',
			action: 'Update inbound contact',
			description:
				'Change a contact. Only the fields you add are sent, and KallyAI may reset the others.',
			request: put('/v1/inbound/contacts/{contactId}'),
			notice:
				'Only the fields you add are sent, and KallyAI may reset the others: read the contact first and send all that has to stay.',
			fields: [
				contactId,
				text('name', NAME),
				phoneNumber('phoneNumber', PHONE_NUMBER),
				...contactOptions,
			],
		},
	},
};
