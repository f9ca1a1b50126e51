import { choice, idList, integer, locator } from '../../shared/fields/kinds';
import { get, post, type Operation, type Resource } from '../table/operation';

/** States in which a goal stays until somebody does something (contract, section 8, row 46). */
export const GOAL_FINAL = ['completed', 'cancelled', 'failed', 'archived', 'needs_input'];

/** The goal an operation is about. */
export const goalId = locator('goalId', 'goal', {
	required: true,
	description: 'The goal, chosen from the list or given by its ID',
});

/** What the editor says of whatever lets a goal go on. */
export const GOES_ON = 'What the goal goes on to do costs credits.';

function onGoal(
	step: string,
	texts: Pick<Operation, 'name' | 'action' | 'description' | 'notice' | 'costs'>,
): Operation {
	return { ...texts, request: post(`/v1/coordination/goals/{goalId}/${step}`), fields: [goalId] };
}

export const goal: Resource = {
	name: 'Goal',
	description: 'A task the assistant is working on, with its steps and sub-goals',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many goals',
			description: 'Get many goals, optionally only those in one state',
			request: get('/v1/coordination/goals'),
			list: {
				rows: 'goals',
				pageSize: 0,
				offset: true,
				label: (row) => `${row.title ?? row.id}${row.status ? ` (${row.status})` : ''}`,
			},
			fields: [
				integer('offset', {
					typeOptions: { minValue: 0 },
					description: 'How many goals to skip',
				}),
				choice(
					'status',
					{
						active: 'Active',
						archived: 'Archived',
						cancelled: 'Cancelled',
						completed: 'Completed',
						pending: 'Pending',
					},
					{ description: 'State that the goals have to be in' },
				),
			],
		},
		acceptOutcome: onGoal('accept-outcome', {
			name: 'Accept Outcome',
			action: 'Accept outcome of goal',
			description: 'Accept what was reached, which ends the goal',
		}),
		approveStep: onGoal('approve-step', {
			name: 'Approve Step',
			action: 'Approve next step of goal',
			description: 'Approve the step that the goal is waiting on',
			costs: GOES_ON,
		}),
		archive: onGoal('archive', {
			name: 'Archive',
			action: 'Archive goal',
			description: 'Put a finished goal away',
		}),
		archiveMany: {
			name: 'Archive Many',
			action: 'Archive many goals',
			description: 'Put several finished goals away in one request',
			request: post('/v1/coordination/goals/batch-archive'),
			fields: [
				idList('goalIds', {
					required: true,
					displayName: 'Goal IDs',
					description: 'IDs of the goals, as comma-separated text or as an array',
				}),
			],
		},
		cancel: onGoal('cancel', {
			name: 'Cancel',
			action: 'Cancel goal',
			description: 'Cancel one goal; its sub-goals go on',
		}),
		cascadeCancel: onGoal('cascade-cancel', {
			name: 'Cancel With Sub-Goals',
			action: 'Cancel goal with its sub-goals',
			description: 'Cancel a goal and every goal below it, which cannot be taken up again',
			notice: 'What these goals have arranged so far is not undone.',
		}),
		continueNegotiating: onGoal('continue-negotiating', {
			name: 'Continue Negotiating',
			action: 'Continue negotiating goal',
			description: 'Refuse what was reached so far and let the assistant negotiate on',
			costs: GOES_ON,
		}),
		escalate: onGoal('escalate', {
			name: 'Escalate',
			action: 'Escalate goal',
			description: 'Flag a goal for the attention of the account owner',
		}),
		get: {
			name: 'Get',
			action: 'Get goal',
			description: 'Get one goal with its steps',
			request: get('/v1/coordination/goals/{goalId}'),
			fields: [goalId],
		},
		getBudget: {
			name: 'Get Budget',
			action: 'Get budget of goal',
			description: 'Get the credits planned for a goal and spent on it',
			request: get('/v1/coordination/goals/{goalId}/budget'),
			fields: [goalId],
		},
		getTree: {
			name: 'Get Tree',
			action: 'Get tree of goal',
			description: 'Get a goal with all of its sub-goals, nested',
			request: get('/v1/coordination/goals/{goalId}/tree'),
			fields: [goalId],
		},
	},
};
