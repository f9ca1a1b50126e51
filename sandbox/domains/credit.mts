import { ok, type Operations } from '../operation.mts';
import { ordered } from '../listOrder.mts';
import { COSTS, PLANS, round } from '../prices.mts';
import { billingPeriod } from '../time.mts';
import { subscriptionOf } from './subscription.mts';

export const creditOperations: Operations = {
	'credit.getBalance': ({ store }) =>
		ok({
			credits_remaining: store.remaining,
			credits_used: store.used,
			credits_allocated: store.allocated,
			plan_type: subscriptionOf(store).plan_type,
			...billingPeriod(),
		}),
	'credit.getHistory': ({ store, query }) =>
		ok({ entries: ordered(store, store.creditEntries.toReversed()).slice(0, query.limit) }),
	'credit.getBreakdown': ({ store }) => {
		const kinds = Map.groupBy(store.creditEntries, ({ type }) => type);
		const items = Array.from(kinds, ([action_type, entries]) => ({
			action_type,
			credits_total: round(entries.reduce((sum, { credits }) => sum + credits, 0)),
			transaction_count: entries.length,
		}));
		return ok({ items, total_spent: store.used, ...billingPeriod() });
	},
	'credit.getCosts': () => ok({ costs: COSTS }),
	'credit.getPlans': () => ok({ plans: PLANS }),
};
