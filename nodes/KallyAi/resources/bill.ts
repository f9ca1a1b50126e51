import { decimal, longText, text } from '../../shared/fields/kinds';
import { post, type Resource } from '../table/operation';

const description = longText('description', {
	required: true,
	displayName: 'Bill',
	placeholder: 'e.g. Internet bill for May, 12 euros higher than in April',
	description: 'What the bill is for and what looks wrong, in plain language',
});

const amount = decimal('amount', {
	typeOptions: { numberPrecision: 2 },
	description: 'Total of the bill, in its own currency',
});

const provider = text('provider', {
	placeholder: 'e.g. Example Telecom',
	description: 'Company that sent the bill',
});

const DISPUTE_COSTS = 'This contacts the company and uses credits.';

export const bill = {
	name: 'Bill',
	description: 'Check and dispute bills',
	operations: {
		analyze: {
			name: 'Analyze',
			action: 'Analyze bill',
			description: 'Check whether a bill is too high and what to do about it. This uses credits.',
			request: post('/v1/actions/bills/analyze', { readOnly: true, timeout: 120 }),
			spends: { text: 'Each analysis uses credits.' },
			fields: [description, amount, provider],
		},
		dispute: {
			name: 'Dispute',
			action: 'Dispute bill',
			description: `Have the assistant dispute a bill with the company. ${DISPUTE_COSTS}`,
			request: post('/v1/actions/bills/dispute', { timeout: 120 }),
			spends: { text: DISPUTE_COSTS },
			fields: [
				description,
				amount,
				provider,
				longText('reason', {
					placeholder: 'e.g. The contract says 35 euros a month',
					description: 'Why you think the bill is wrong',
				}),
			],
		},
	},
} satisfies Resource;
