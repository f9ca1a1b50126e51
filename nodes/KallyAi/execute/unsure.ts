import { ApiRequestError, rethrow } from '../../shared/errors/errors';
import { safeId, safeText } from '../../shared/errors/safeText';
import { getMember } from '../../shared/objects';
import { answerOf, type Resources, type UnsureSpec } from '../table/operation';
import type { Plan } from './plan';

/** The text for work whose operation has no text of its own. */
const USUAL: UnsureSpec = { work: ['This', 'done'], check: 'what was done' };

/** The operation that shows the work of a resource: its list, or else the log of all actions. */
function listOf(resources: Resources, { work }: Plan): string {
	const [resource] = work.split('.');
	const { name, operations } = resources[resource];
	const list = Object.hasOwn(operations, 'getAll') ? operations.getAll : undefined;
	return list && answerOf(list).kind === 'list' ? `${name}: ${list.name}` : 'Action: Get Many';
}

/** The error for work that may have been done, with what to check before it is repeated. */
export function unsure(error: unknown, plan: Plan, resources: Resources): Error {
	if (!(error instanceof ApiRequestError)) return rethrow(error);
	const { spends, unsure: spec = USUAL } = plan.operation;
	const {
		work: [subject, done],
		check,
		by = listOf(resources, plan),
	} = spec;
	const { made } = error.failure;
	const to = spends?.recipient && getMember(plan.body ?? {}, spends.recipient);
	const whole = to === undefined ? subject : `${subject} to ${safeText(String(to))}`;
	const text =
		made === undefined
			? `${whole} may have been ${done}; check ${check} first ('${by}'), and do not repeat it before`
			: `${whole} was ${done} with the ID ${safeId(made)}; check it by that ID ('${by}'), and do not repeat it`;
	return new ApiRequestError({ ...error.failure, unsure: `${text}.` });
}
