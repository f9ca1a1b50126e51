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

/** Minutes of the calls that somebody, or a machine, takes. */
const MINUTES = new Map<string, number>([
	['success', 2],
	['voicemail', 1],
] satisfies Array<[Outcome, number]>);

const minutesOf = (outcome: string): number => MINUTES.get(outcome) ?? 0;

/** Price of a call that ends so; one that nobody took costs the base only. */
export function callPrice(outcome: string): number {
	return COSTS.call.base + COSTS.call.per_minute * minutesOf(outcome);
}

/** Length that a simulated call claims, in seconds. */
export function callSeconds(outcome: string): number {
	return minutesOf(outcome) ? minutesOf(outcome) * 60 - 6.5 : 20;
}

/** Price of one outreach attempt over a channel. */
export function outreachPrice(channel: string): number {
	return channel === 'call' ? callPrice('success') : COSTS.email_send.per_email;
}
