import { InputError } from '../../shared/errors/errors';
import { getMember, isPlainObject, readNumber } from '../../shared/objects';
import { OPTION_TITLES } from '../../shared/optionTitles';
import { type Api, send } from '../../shared/transport/api';
import type { ApiRequest } from '../../shared/transport/request';
import type { EstimateSpec, Lookups } from '../table/operation';
import type { Plan } from './plan';

/** The data for the estimate of a plan; undefined if the plan has no limit, which saves a request. */
export function capOf({
	operation,
	options,
}: Plan): { max: number; estimate: EstimateSpec } | undefined {
	const { maxCreditsPerCall: max } = options;
	const estimate = operation.spends?.estimate;
	return max === undefined || estimate === undefined ? undefined : { max, estimate };
}

/**
 * Requests the estimated cost of an item.
 *
 * @throws InputError if it exceeds the plan's limit, or is missing
 */
export async function checkEstimate(
	api: Api,
	{ estimate: lookup }: Pick<Lookups, 'estimate'>,
	plan: Plan,
	onWait: ApiRequest['onWait'],
): Promise<void> {
	const cap = capOf(plan);
	if (!cap) return;
	const { body = {} } = plan;
	const { type, description } = cap.estimate;
	const texts = description
		.map((wire) => getMember(body, wire))
		.filter((text) => text !== undefined);
	const answer = await send(api, {
		...lookup.request,
		body: {
			type: typeof type === 'function' ? type(body) : type,
			description: texts.join(', '),
		},
		onWait,
	});
	const credits = isPlainObject(answer.body)
		? readNumber(answer.body.estimated_credits)
		: undefined;
	if (credits === undefined) {
		throw new InputError(
			`KallyAI returned no estimate to compare with '${OPTION_TITLES.maxCreditsPerCall}'`,
			'Nothing was sent for this item. Try again later, or remove the option.',
		);
	}
	if (credits > cap.max) {
		throw new InputError(
			`'${OPTION_TITLES.maxCreditsPerCall}' is ${cap.max}, but KallyAI estimates ${credits} credits`,
			'Nothing was sent for this item. Raise the option, or request less.',
		);
	}
}
