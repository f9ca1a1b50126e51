import { get, list, type Resource } from '../table/operation';

export const credit = {
	name: 'Credit',
	description: 'Credits of the account: balance, transactions, prices and plans',
	operations: {
		getBalance: {
			name: 'Get Balance',
			action: 'Get credit balance',
			description: 'Get the credits remaining and used in this billing period',
			request: get('/v1/credits/balance'),
		},
		getBreakdown: {
			name: 'Get Breakdown',
			action: 'Get credit breakdown',
			description: 'Get the credits used in this billing period by type of action',
			request: get('/v1/credits/breakdown'),
		},
		getCosts: {
			name: 'Get Costs',
			action: 'Get price list in credits',
			description: 'Get the price of each type of action in credits',
			request: get('/v1/credits/costs'),
		},
		getHistory: {
			name: 'Get History',
			action: 'Get credit history',
			description: 'Get the credit transactions, each with its purpose',
			request: get('/v1/credits/history'),
			answer: list({ rows: 'entries', pageSize: 0 }),
		},
		getPlans: {
			name: 'Get Plans',
			action: 'Get plans',
			description: 'Get the available plans with their credits',
			request: get('/v1/credits/plans'),
		},
	},
} satisfies Resource;
