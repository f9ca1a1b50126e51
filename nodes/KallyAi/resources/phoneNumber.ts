import { country, locator, phoneNumber as number, text, word } from '../../shared/fields/kinds';
import { labelled } from '../../shared/transport/rows';
import { get, list, post, put, remove, type Resource } from '../table/operation';

const phoneNumberId = locator('phoneNumberId', 'phoneNumber', {
	required: true,
	what: 'The phone number of the account',
});

const verifiedNumber = number('phoneNumber', {
	required: true,
	description: 'Phone number to verify, in E.164 format',
});

const FORWARDING = '/v1/phone-numbers/{phoneNumberId}/forwarding';

const place = [
	country('country', { required: true }),
	word('areaCode', {
		placeholder: 'e.g. 555',
		description: 'Area code the number should have',
	}),
];

export const phoneNumber = {
	name: 'Phone Number',
	description: 'Phone numbers of the account, their forwarding and verification',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many phone numbers',
			description: 'Get many phone numbers of the account',
			request: get('/v1/phone-numbers'),
			answer: list({ rows: 'phone_numbers', label: labelled('phone_number', 'iso_country') }),
		},
		checkVerification: {
			name: 'Check Verification',
			action: 'Check verification of phone number',
			description: 'Verify a number with the code that was sent to it',
			request: post('/v1/phone-numbers/verify/check'),
			fields: [
				verifiedNumber,
				word('code', {
					required: true,
					displayName: 'Verification Code',
					placeholder: 'e.g. 042917',
					description: 'Code that was sent to the number, including any leading zeros',
				}),
			],
		},
		get: {
			name: 'Get',
			action: 'Get phone number',
			description: 'Get one phone number of the account with its settings',
			request: get('/v1/phone-numbers/{phoneNumberId}/details'),
			fields: [phoneNumberId],
		},
		getForwardingTargets: {
			name: 'Get Forwarding Targets',
			action: 'Get forwarding targets',
			description: 'Get the numbers that calls can be forwarded to',
			request: get('/v1/phone-numbers/forwarding-targets'),
			answer: list(),
		},
		getSupportedCountries: {
			name: 'Get Supported Countries',
			action: 'Get supported countries',
			description: 'Get the countries where a number can be provisioned',
			request: get('/v1/phone-numbers/supported-countries'),
			answer: list({ rows: 'countries' }),
		},
		provision: {
			name: 'Provision',
			action: 'Provision phone number',
			description: 'Get a new phone number for the account. This costs money or credits.',
			request: post('/v1/phone-numbers/provision'),
			notice: "KallyAI chooses the number. You cannot request one found with 'Search Available'.",
			spends: { text: 'A new number costs money or credits.' },
			confirm: 'Whether you are sure you want a new number, which costs money or credits',
			fields: place,
		},
		release: {
			name: 'Release',
			action: 'Release phone number',
			description: 'Permanently release a phone number. This cannot be undone.',
			request: remove('/v1/phone-numbers/{phoneNumberId}'),
			notice: 'The number is permanently lost, and calls to it no longer reach you.',
			confirm: 'Whether you are sure you want to permanently release the number',
			fields: [phoneNumberId],
		},
		removeForwarding: {
			name: 'Remove Forwarding',
			action: 'Remove forwarding of phone number',
			description: 'Stop forwarding calls to a number. Its forwarding target is deleted.',
			request: remove(FORWARDING),
			fields: [phoneNumberId],
		},
		searchAvailable: {
			name: 'Search Available',
			action: 'Search available phone numbers',
			description: 'Get the available numbers of a country, without provisioning one',
			request: get('/v1/phone-numbers/available'),
			answer: list({ rows: 'numbers' }),
			fields: place,
		},
		setCallerId: {
			name: 'Set Caller ID',
			action: 'Set caller ID of phone number',
			description: 'Set the name people see when a number calls them',
			request: put('/v1/phone-numbers/{phoneNumberId}/caller-id'),
			fields: [
				phoneNumberId,
				text('callerIdName', {
					required: true,
					placeholder: 'e.g. Studio Soto',
					description: 'Name shown to the people called',
				}),
			],
		},
		setForwarding: {
			name: 'Set Forwarding',
			action: 'Set forwarding of phone number',
			description:
				'Forward the calls to a number to another one. This replaces any earlier target.',
			request: put(FORWARDING),
			fields: [
				phoneNumberId,
				number('forwardingNumber', {
					required: true,
					description: 'Number to forward calls to, in E.164 format',
				}),
			],
		},
		startVerification: {
			name: 'Start Verification',
			action: 'Start verification of phone number',
			description:
				'Send a code to a number to verify that it is yours. Complete it with Check Verification.',
			request: post('/v1/phone-numbers/verify/start'),
			fields: [verifiedNumber],
		},
	},
} satisfies Resource;
