import { choice, idList, locator } from '../../shared/fields/kinds';
import { get, list, post, type Operation, type Resource } from '../table/operation';
import { titlesOf, type Statuses } from '../table/statuses';

/** The statuses of goals in published samples (docs/api.md, row 46). */
const STATUSES = {
	active: 'open',
	pending: 'open',
	in_progress: 'open',
	needs_input: 'waiting',
	completed: 'ended',
	cancelled: 'ended',
	failed: 'ended',
	archived: 'ended',
} satisfies Statuses;

/** Statuses that the list cannot filter by. */
const NOT_LISTED = ['in_progress', 'needs_input', 'failed'];

/** The goal an operation is about. */
export const goalId = locator('goalId', 'goal', {
	required: true,
	what: 'The goal',
});

/** The cost of operations that let a goal continue. */
export const GOES_ON = { text: 'Whatever the goal does next uses credits.' };

const GOALS = '/v1/coordination/goals';
const GOAL = `${GOALS}/{goalId}`;

function onGoal(
	step: string,
	texts: Pick<Operation, 'name' | 'action' | 'description' | 'notice' | 'spends'>,
): Operation {
	return { ...texts, request: post(`${GOAL}/${step}`), fields: [goalId] };
}

export const goal = {
	name: 'Goal',
	description: 'A task the assistant is working on, with its steps and sub-goals',
	statuses: STATUSES,
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many goals',
			description: 'Get many goals, optionally filtered by status',
			request: get(GOALS),
			answer: list({
				rows: 'goals',
				pageSize: 0,
				offset: true,
				label: (row) => `${row.title ?? row.id}${row.status ? ` (${row.status})` : ''}`,
			}),
			fields: [
				choice('status', titlesOf(STATUSES, { except: NOT_LISTED }), {
					description: 'Only return goals with this status',
				}),
			],
		},
		acceptOutcome: onGoal('accept-outcome', {
			name: 'Accept Outcome',
			action: 'Accept outcome of goal',
			description: 'Accept the current outcome, which completes the goal',
		}),
		approveStep: onGoal('approve-step', {
			name: 'Approve Step',
			action: 'Approve next step of goal',
			description: 'Approve the step that the goal is waiting on',
			spends: GOES_ON,
		}),
		archive: onGoal('archive', {
			name: 'Archive',
			action: 'Archive goal',
			description: 'Archive a finished goal',
		}),
		archiveMany: {
			name: 'Archive Many',
			action: 'Archive many goals',
			description: 'Archive several finished goals in one request',
			request: post(`${GOALS}/batch-archive`),
			fields: [
				idList('goalIds', {
					required: true,
					displayName: 'Goal IDs',
					description: 'IDs of the goals, as comma-separated text or an array',
				}),
			],
		},
		cancel: onGoal('cancel', {
			name: 'Cancel',
			action: 'Cancel goal',
			description: 'Cancel a goal. Its sub-goals continue.',
		}),
		cascadeCancel: onGoal('cascade-cancel', {
			name: 'Cancel With Sub-Goals',
			action: 'Cancel goal with its sub-goals',
			description: 'Cancel a goal and all of its sub-goals. They cannot be resumed.',
			notice: 'Anything these goals have already arranged is not undone.',
		}),
		continueNegotiating: onGoal('continue-negotiating', {
			name: 'Continue Negotiating',
			action: 'Continue negotiating goal',
			description: 'Reject the current outcome and keep negotiating',
			spends: GOES_ON,
		}),
		escalate: onGoal('escalate', {
			name: 'Escalate',
			action: 'Escalate goal',
			description: 'Flag a goal for the account owner to look at',
		}),
		get: {
			name: 'Get',
			action: 'Get goal',
			description: 'Get one goal with its steps',
			request: get(GOAL),
			fields: [goalId],
		},
		getBudget: {
			name: 'Get Budget',
			action: 'Get budget of goal',
			description: 'Get the credits planned for a goal and spent on it',
			request: get(`${GOAL}/budget`),
			fields: [goalId],
		},
		getTree: {
			name: 'Get Tree',
			action: 'Get tree of goal',
			description: 'Get a goal with all of its sub-goals, nested',
			request: get(`${GOAL}/tree`),
			fields: [goalId],
		},
	},
} satisfies Resource;
