import { country, locator, phoneNumber as number, text, word } from '../../shared/fields/kinds';
import { labelled } from '../../shared/transport/rows';
import { get, list, post, put, remove, type Resource } from '../table/operation';

const phoneNumberId = locator('phoneNumberId', 'phoneNumber', {
	required: true,
	what: 'The phone number of the account',
});

const verifiedNumber = number('phoneNumber', {
	required: true,
	description: 'Number to verify, in E.164 form',
});

const FORWARDING = '/v1/phone-numbers/{phoneNumberId}/forwarding';

const place = [
	country('country', { required: true }),
	word('areaCode', {
		placeholder: 'e.g. 555',
		description: 'Area code that the number should have',
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
			description: 'Finish the verification of a number with the code that it has received',
			request: post('/v1/phone-numbers/verify/check'),
			fields: [
				verifiedNumber,
				word('code', {
					required: true,
					placeholder: 'e.g. 042917',
					description: 'Code that the number has received, with any zeros at its start',
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
			description: 'Get the numbers to which calls can be forwarded',
			request: get('/v1/phone-numbers/forwarding-targets'),
			answer: list(),
		},
		getSupportedCountries: {
			name: 'Get Supported Countries',
			action: 'Get supported countries',
			description: 'Get the countries in which a number can be provisioned',
			request: get('/v1/phone-numbers/supported-countries'),
			answer: list({ rows: 'countries' }),
		},
		provision: {
			name: 'Provision',
			action: 'Provision phone number',
			description: 'Get a new number for the account, which costs money or credits',
			request: post('/v1/phone-numbers/provision'),
			notice: "KallyAI picks the number: one found by 'Search Available' cannot be asked for.",
			spends: { text: 'A new number costs money or credits.' },
			fields: place,
		},
		release: {
			name: 'Release',
			action: 'Release phone number',
			description: 'Give a phone number up for good. This is dangerous and cannot be undone.',
			request: remove('/v1/phone-numbers/{phoneNumberId}'),
			notice: 'The number is lost for good, and calls to it no longer reach you.',
			confirm: 'Whether you really want to lose the number for good',
			fields: [phoneNumberId],
		},
		removeForwarding: {
			name: 'Remove Forwarding',
			action: 'Remove forwarding of phone number',
			description: 'Stop forwarding the calls to a number; its forwarding target is lost',
			request: remove(FORWARDING),
			fields: [phoneNumberId],
		},
		searchAvailable: {
			name: 'Search Available',
			action: 'Search available phone numbers',
			description: 'Get numbers of a country that are free, without taking one',
			request: get('/v1/phone-numbers/available'),
			answer: list({ rows: 'numbers' }),
			fields: place,
		},
		setCallerId: {
			name: 'Set Caller ID',
			action: 'Set caller ID of phone number',
			description: 'Set the name that people see when a number calls them',
			request: put('/v1/phone-numbers/{phoneNumberId}/caller-id'),
			fields: [
				phoneNumberId,
				text('callerIdName', {
					required: true,
					placeholder: 'e.g. Studio Soto',
					description: 'Name to show to the people called',
				}),
			],
		},
		setForwarding: {
			name: 'Set Forwarding',
			action: 'Set forwarding of phone number',
			description: 'Forward the calls to a number to another one, in place of any earlier target',
			request: put(FORWARDING),
			fields: [
				phoneNumberId,
				number('forwardingNumber', {
					required: true,
					description: 'Number that gets the calls, in E.164 form',
				}),
			],
		},
		startVerification: {
			name: 'Start Verification',
			action: 'Start verification of phone number',
			description:
				'Have a code sent to a number to show that it is yours. Finish with Check Verification.',
			request: post('/v1/phone-numbers/verify/start'),
			fields: [verifiedNumber],
		},
	},
} satisfies Resource;
