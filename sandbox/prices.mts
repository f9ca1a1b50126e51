import type { Outcome } from './model.mts';

/** Invented prices in credits. */
export const COSTS = {
	call: { base: 1, per_minute: 0.5 },
	search: { per_query: 0.5 },
	email_send: { per_email: 0.5 },
	message: { per_message: 0.25 },
	booking: { per_booking: 0.75 },
	bill_analysis: { per_analysis: 1 },
	ride: { per_request: 0.75 },
	food: { per_order: 0.75 },
	errand: { per_errand: 1 },
	phone_number: { per_number: 10 },
} as const;

/** Invented plans. */
export const PLANS = {
	starter: { name: 'Starter', credits_allocated: 150, price_monthly: 15, overage_rate: '0.15' },
	pro: { name: 'Pro', credits_allocated: 500, price_monthly: 40, overage_rate: '0.12' },
	power: { name: 'Power', credits_allocated: 1400, price_monthly: 95, overage_rate: '0.08' },
	business: { name: 'Business', credits_allocated: 4000, price_monthly: 240, overage_rate: '0.06' },
} as const;
export type Plan = keyof typeof PLANS;

/** Sums of credits carry two decimals. */
export function round(credits: number): number {
	return Math.round(credits * 100) / 100;
}

const MINUTES: Record<Outcome, number> = {
	success: 2,
	voicemail: 1,
	no_answer: 0,
	busy: 0,
	failed: 0,
};

/** Price of a call that ends so; one that nobody took costs the base only. */
export function callPrice(outcome: Outcome): number {
	return COSTS.call.base + COSTS.call.per_minute * MINUTES[outcome];
}

/** Length that a simulated call claims, in seconds. */
export function callSeconds(outcome: Outcome): number {
	return MINUTES[outcome] ? MINUTES[outcome] * 60 - 6.5 : 20;
}

/** Price of one outreach attempt over a channel. */
export function outreachPrice(channel: string): number {
	return channel === 'call' ? callPrice('success') : COSTS.email_send.per_email;
}
