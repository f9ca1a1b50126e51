import type { Plan } from '../prices.mts';

/** The other names of plans (docs/api.md, row 45), with those of the world `kind` that they stand for. */
const OTHER_NAMES = new Map<unknown, Plan>([
	['trial', 'starter'],
	['personal', 'pro'],
	['business', 'business'],
]);

/** The plan behind one of the other names. */
export function kindPlan(otherName: unknown): Plan | undefined {
	return OTHER_NAMES.get(otherName);
}

/** The other name of a plan; of two that have one name, the smaller one goes by that of the larger one. */
export function otherPlan(plan: string): string {
	for (const [name, known] of OTHER_NAMES) if (known === plan) return String(name);
	return plan === 'power' ? 'business' : plan;
}
