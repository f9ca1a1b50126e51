import { randomUUID } from 'node:crypto';

import { created, ok, type Operations } from '../operation.mts';
import { checkTexts } from '../policy.mts';
import { COSTS, round } from '../prices.mts';
import { isoSeconds } from '../time.mts';
import { addAction } from './actionLog.mts';

/** What every bill should come to here. */
const FAIR = { low: 30, high: 40 };

function judge(amount: number | undefined, provider: string | undefined) {
	const excess = round(Math.max((amount ?? 0) - FAIR.high, 0));
	const company = provider ?? 'the company';
	return {
		fair_price_range: `${FAIR.low}-${FAIR.high} EUR`,
		overcharge_detected: excess > 0,
		savings_potential: excess ? `${excess}-${round(excess + FAIR.high - FAIR.low)} EUR` : '0-5 EUR',
		recommendations: excess
			? [`Dispute the bill with ${company}`, 'Ask for the list of charges']
			: [`Ask ${company} for the price of a new customer`],
	};
}

export const billOperations: Operations = {
	'bill.analyze': ({ store, body }) => {
		const credits = COSTS.bill_analysis.per_analysis;
		store.spend({ type: 'bill_analysis', description: body.description, credits });
		addAction(store, { type: 'bill', description: `Checked a bill: ${body.description}` });
		return ok({ analysis: judge(body.amount, body.provider), credits_used: credits });
	},
	// Nothing reads a dispute again, so the log is all that remembers it.
	'bill.dispute': ({ store, body }) => {
		checkTexts(body.description, body.reason);
		const credits = COSTS.bill_analysis.per_analysis;
		store.spend({ type: 'bill_dispute', description: body.description, credits });
		const id = randomUUID();
		addAction(store, {
			type: 'bill',
			description: `Disputed a bill: ${body.description}`,
			subject: id,
		});
		return created({
			id,
			status: 'submitted',
			description: body.description,
			amount: body.amount ?? null,
			provider: body.provider ?? null,
			reason: body.reason ?? null,
			created_at: isoSeconds(),
			credits_used: credits,
		});
	},
};
