import { get, list, type Resource } from '../table/operation';

export const credit = {
	name: 'Credit',
	description: 'Credits of the account: balance, movements, prices and plans',
	operations: {
		getBalance: {
			name: 'Get Balance',
			action: 'Get credit balance',
			description: 'Get the credits left and spent in this billing period',
			request: get('/v1/credits/balance'),
		},
		getBreakdown: {
			name: 'Get Breakdown',
			action: 'Get credit breakdown',
			description: 'Get the credits spent in this billing period by kind of action',
			request: get('/v1/credits/breakdown'),
		},
		getCosts: {
			name: 'Get Costs',
			action: 'Get price list in credits',
			description: 'Get what each kind of action costs in credits',
			request: get('/v1/credits/costs'),
		},
		getHistory: {
			name: 'Get History',
			action: 'Get credit history',
			description: 'Get the movements of credits, each with what it was for',
			request: get('/v1/credits/history'),
			answer: list({ rows: 'entries', pageSize: 0 }),
		},
		getPlans: {
			name: 'Get Plans',
			action: 'Get plans',
			description: 'Get the plans that can be subscribed to and their credits',
			request: get('/v1/credits/plans'),
		},
	},
} satisfies Resource;
