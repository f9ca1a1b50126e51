import { choice, flag } from '../../shared/fields/kinds';
import { alsoNamed } from '../../shared/objects';
import {
	commandLineNames,
	get,
	post,
	record,
	referenceNames,
	remove,
	type Resource,
} from '../table/operation';

export const subscription = {
	name: 'Subscription',
	description: 'Subscription plan of the account',
	operations: {
		getStatus: {
			name: 'Get Status',
			action: 'Get status of subscription',
			description: 'Get the plan, its billing period and any scheduled change',
			request: get('/v1/subscriptions/status'),
		},
		cancelChange: {
			name: 'Cancel Change',
			action: 'Cancel scheduled plan change',
			description: 'Cancel a scheduled plan change',
			request: remove('/v1/subscriptions/pending-change'),
		},
		changePlan: {
			name: 'Change Plan',
			action: 'Change plan',
			description: 'Change the plan of the account. An upgrade is charged immediately.',
			request: post('/v1/subscriptions/change-plan'),
			// docs/api.md, row 2
			dialects: [
				referenceNames('new_plan', 'annual'),
				commandLineNames({ new_plan: 'target_plan' }, { implied: { annual: false } }),
			],
			spends: {
				text: 'An upgrade is charged immediately. A downgrade takes effect in the next billing period.',
				priceList: 'Credit: Get Plans',
			},
			confirm: 'Whether you are sure you want to change the plan, which may be charged immediately',
			fields: [
				choice(
					'newPlan',
					{ starter: 'Starter', pro: 'Pro', power: 'Power', business: 'Business' },
					{ required: true, default: '', description: 'Plan to change to' },
				),
				flag('annual', { displayName: 'Annual Billing', description: 'Whether to pay annually' }),
			],
		},
		getBillingPortal: {
			name: 'Get Billing Portal',
			action: 'Get billing portal',
			description: 'Get the URL where a person can see invoices and change the payment method',
			request: get('/v1/stripe/billing-portal'),
			// docs/api.md, row 41
			answer: record({ normalize: (answer) => alsoNamed(answer, 'url', 'portal_url') }),
		},
	},
} satisfies Resource;
