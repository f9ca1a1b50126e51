import { choice, longText } from '../../shared/fields/kinds';
import { get, post, type Resource } from '../table/operation';
import { goalId, GOES_ON } from './goal';

export const budget = {
	name: 'Budget',
	description: 'Costs and budgets of tasks, in credits',
	operations: {
		estimate: {
			name: 'Estimate',
			action: 'Estimate cost of task',
			description: 'Estimate what a task would cost in credits, without doing it',
			request: post('/v1/goals/estimate', { readOnly: true }),
			fields: [
				choice(
					'type',
					{
						call: 'Call',
						email: 'Email',
						search: 'Search',
						booking: 'Booking',
						ride: 'Ride',
						food: 'Food',
						errand: 'Errand',
					},
					{ required: true, displayName: 'Task Type', description: 'Type of task to estimate' },
				),
				longText('description', {
					required: true,
					displayName: 'Task Description',
					placeholder: 'e.g. Call the clinic and move the appointment to Monday',
					description: 'What the task is, in plain language',
				}),
			],
		},
		acknowledgeSoftCap: {
			name: 'Acknowledge Soft Cap',
			action: 'Acknowledge soft cap of goal',
			description: 'Let a goal continue even though it has reached its soft spending cap',
			request: post('/v1/goals/{goalId}/acknowledge-soft-cap'),
			spends: GOES_ON,
			fields: [goalId],
		},
		approve: {
			name: 'Approve',
			action: 'Approve budget of goal',
			description: 'Let a goal spend the estimated credits',
			request: post('/v1/goals/{goalId}/approve-budget'),
			spends: GOES_ON,
			fields: [goalId],
		},
		getBreakdown: {
			name: 'Get Breakdown',
			action: 'Get cost breakdown of goal',
			description: 'Get what a goal has cost so far, action by action',
			request: get('/v1/goals/{goalId}/cost-breakdown'),
			fields: [goalId],
		},
	},
} satisfies Resource;
