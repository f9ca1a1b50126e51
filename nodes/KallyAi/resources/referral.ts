import { email, word } from '../../shared/fields/kinds';
import { get, list, post, type Resource } from '../table/operation';

const code = word('code', {
	required: true,
	displayName: 'Referral Code',
	placeholder: 'e.g. INES77',
	description: 'Code that somebody who recommends KallyAI has shared',
});

export const referral = {
	name: 'Referral',
	description: 'Referrals of KallyAI to others',
	operations: {
		getCode: {
			name: 'Get Code',
			action: 'Get referral code',
			description: 'Get your own referral code with the link to share',
			request: get('/v1/referrals/code'),
		},
		getHistory: {
			name: 'Get History',
			action: 'Get referral history',
			description: 'Get the people who used your code and the rewards',
			request: get('/v1/referrals/history'),
			answer: list({ rows: 'referrals' }),
		},
		getStats: {
			name: 'Get Stats',
			action: 'Get referral statistics',
			description: 'Get how many people used your code and what it earned',
			request: get('/v1/referrals/stats'),
		},
		track: {
			name: 'Track',
			action: 'Track referral',
			description: 'Record that someone used a referral code',
			request: post('/v1/referrals/track'),
			fields: [
				code,
				email('email', {
					placeholder: 'e.g. name@email.com',
					description: 'Email address of the person who used the code',
				}),
			],
		},
		validate: {
			name: 'Validate',
			action: 'Validate referral code',
			description: 'Check whether a referral code is valid',
			request: get('/v1/referrals/validate/{code}'),
			fields: [code],
		},
	},
} satisfies Resource;
