import { ok, type Operations } from '../operation.mts';
import { callPrice, COSTS } from '../prices.mts';
import { budget, goalOf, openGoalOf, spentOn } from './goal.mts';

const ESTIMATES: Record<string, number> = {
	call: callPrice('success'),
	email: COSTS.email_send.per_email,
	search: COSTS.search.per_query,
	booking: COSTS.booking.per_booking,
	ride: COSTS.ride.per_request,
	food: COSTS.food.per_order,
	errand: COSTS.errand.per_errand,
};

export const budgetOperations: Operations = {
	'budget.estimate': ({ body }) => {
		const credits = Object.hasOwn(ESTIMATES, body.type) ? (ESTIMATES[body.type] ?? 0) : 0;
		return ok({
			estimated_credits: credits,
			breakdown: { [body.type]: credits },
			confidence: 'high',
		});
	},
	'budget.approve': (exchange) => {
		const goal = openGoalOf(exchange);
		goal.budgetApproved = true;
		return ok(budget(goal));
	},
	'budget.getBreakdown': (exchange) => {
		const goal = goalOf(exchange);
		return ok({ goal_id: goal.id, total_credits: spentOn(goal), items: goal.costs });
	},
	'budget.acknowledgeSoftCap': (exchange) => {
		const goal = openGoalOf(exchange);
		goal.softCapAcknowledged = true;
		return ok(budget(goal));
	},
};
