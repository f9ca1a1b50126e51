import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { ok, type Operations } from '../operation.mts';
import { type Plan, PLANS } from '../prices.mts';
import type { Store } from '../store.mts';
import { billingPeriod } from '../time.mts';

interface Subscription {
	plan_type: Plan;
	pending_change: { new_plan: Plan; effective_date: string } | null;
}

const PORTAL = 'https://pay.example.com/p/sandbox';

const seeded = (): Subscription => ({ plan_type: 'pro', pending_change: null });

/** The plan of the account. */
export const subscriptionOf = (store: Store): Subscription => store.part(seeded);

const priceOf = (plan: Plan): number => PLANS[plan].price_monthly;

/** A larger plan holds at once and brings its credits; a smaller one waits for the end of the period. */
function changePlan(store: Store, wanted: Plan): string {
	const subscription = subscriptionOf(store);
	if (subscription.pending_change) {
		throw new ApiError('pending_change_exists', 'A change of the plan is waiting already');
	}
	if (wanted === subscription.plan_type) return 'refresh';
	if (priceOf(wanted) < priceOf(subscription.plan_type)) {
		const { period_end: effective_date } = billingPeriod();
		subscription.pending_change = { new_plan: wanted, effective_date };
		return 'downgrade_scheduled';
	}
	const more = PLANS[wanted].credits_allocated - PLANS[subscription.plan_type].credits_allocated;
	store.setRemaining(store.remaining + more);
	subscription.plan_type = wanted;
	return 'upgrade';
}

export const subscriptionOperations: Operations = {
	'subscription.getStatus': ({ store }) => {
		const { period_start: current_period_start, period_end: current_period_end } = billingPeriod();
		const { plan_type, pending_change } = subscriptionOf(store);
		return ok({
			plan_type,
			status: 'active',
			current_period_start,
			current_period_end,
			pending_change,
		});
	},
	'subscription.changePlan': ({ store, body }) => {
		const wanted: Plan = body.new_plan ?? body.target_plan;
		const change_type = changePlan(store, wanted);
		const { period_start: new_period_start, period_end: new_period_end } = billingPeriod();
		return ok({
			success: true,
			change_type,
			new_plan: wanted,
			bonus_minutes: 0,
			new_period_start,
			new_period_end,
		});
	},
	'subscription.cancelChange': ({ store }) => {
		const subscription = subscriptionOf(store);
		const message = subscription.pending_change
			? 'The plan stays as it is'
			: 'No change was waiting; the plan stays as it is';
		subscription.pending_change = null;
		return ok({ success: true, message });
	},
	'subscription.getBillingPortal': () => ok({ url: PORTAL }),
	'cli.getPaymentPlans': () => ok({ plans: PLANS }),
	'cli.startTrial': () => {
		const session_id = `cs_${randomUUID()}`;
		return ok({ checkout_url: `https://pay.example.com/c/${session_id}`, session_id });
	},
	'cli.getSubscription': ({ store }) =>
		ok({
			has_active_subscription: true,
			provider: 'stripe',
			plan: { type: subscriptionOf(store).plan_type, period: 'monthly', minutes_included: 150 },
			status: 'active',
			expires_at: billingPeriod().period_end,
			auto_renew: true,
			management_url: PORTAL,
		}),
	'cli.getStatistics': ({ store }) => {
		const [minutes, calls] = [150, 60];
		const minutesUsed = Math.round(
			store.calls.newestFirst().reduce((sum, { duration_seconds: time }) => sum + time, 0) / 60,
		);
		return ok({
			plan_type: subscriptionOf(store).plan_type,
			minutes_allocated: minutes,
			minutes_used: minutesUsed,
			minutes_remaining: Math.max(0, minutes - minutesUsed),
			calls_allocated: calls,
			calls_used: store.calls.size,
			calls_remaining: Math.max(0, calls - store.calls.size),
			...billingPeriod(),
			usage_percentage: Math.round((minutesUsed / minutes) * 1000) / 10,
			subscription_status: 'active',
		});
	},
};
