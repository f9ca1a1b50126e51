import { invalidInput } from '../../shared/errors/errors';
import { getMember, isPlainObject, readNumber } from '../../shared/objects';
import { type EstimateSpec, post } from '../table/operation';
import type { Plan } from './plan';
import { DEFAULT_TIMEOUT_SECONDS } from '../../shared/transport/settings';
import { type Api, type ApiRequest, send } from '../../shared/transport/api';

/** Estimates a task without doing it; the operation budget.estimate. */
const ESTIMATE = post('/v1/goals/estimate');

/** A plan whose work may be refused by its estimated cost. */
type CappedPlan = Plan & {
	operation: { estimate: EstimateSpec };
	options: { maxCreditsPerCall: number };
};

/** Whether a plan has a 'Max Credits per Call'; others cost no request. */
export function isCapped(plan: Plan): plan is CappedPlan {
	return plan.options.maxCreditsPerCall !== undefined && plan.operation.estimate !== undefined;
}

/** Asks what an item's work would cost and refuses it where that is more than its 'Max Credits per Call'. */
export async function checkEstimate(
	api: Api,
	{ operation, body = {}, options }: CappedPlan,
	onWait: ApiRequest['onWait'],
): Promise<void> {
	const { maxCreditsPerCall: max } = options;
	const { type, description } = operation.estimate;
	const texts = description
		.map((wire) => getMember(body, wire))
		.filter((text) => text !== undefined);
	const answer = await send(api, {
		...ESTIMATE,
		body: {
			type: typeof type === 'function' ? type(body) : type,
			description: texts.join(', '),
		},
		timeoutSeconds: DEFAULT_TIMEOUT_SECONDS,
		onWait,
	});
	const credits = isPlainObject(answer.body)
		? readNumber(answer.body.estimated_credits)
		: undefined;
	if (credits === undefined) {
		throw invalidInput(
			"KallyAI gave no estimate to compare with 'Max Credits per Call'",
			'Nothing was sent for this item. Try again later, or take the option away.',
		);
	}
	if (credits > max) {
		throw invalidInput(
			`'Max Credits per Call' is ${max}, but KallyAI estimates ${credits} credits`,
			'Nothing was sent for this item. Raise the option, or ask for less.',
		);
	}
}
