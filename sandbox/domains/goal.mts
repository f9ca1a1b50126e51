import { now } from '../clock.mts';
import { ApiError } from '../errors.mts';
import type { Goal } from '../model.mts';
import { ok, type Exchange, type Operations } from '../operation.mts';
import { orderedPage } from '../listOrder.mts';
import { round } from '../prices.mts';
import type { Store } from '../store.mts';
import { isoSeconds } from '../time.mts';

/** The goal of the path, or 404. */
export function goalOf({ store, params }: Pick<Exchange, 'store' | 'params'>): Goal {
	return findGoal(store, params['goal_id'] ?? '');
}

function findGoal(store: Store, id: string): Goal {
	return store.goals.find(id, 'goal', 'goal_not_found');
}

/** The goal of the path if it still goes on, else 409. */
export function openGoalOf(exchange: Exchange): Goal {
	const goal = goalOf(exchange);
	if (goal.status === 'cancelled') {
		throw new ApiError('goal_already_cancelled', 'The goal is already cancelled');
	}
	if (goal.status === 'completed' || goal.status === 'archived') {
		throw new ApiError('goal_already_completed', 'The goal is finished');
	}
	return goal;
}

/** Credits a goal has cost so far. */
export function spentOn(goal: Goal): number {
	return round(goal.costs.reduce((sum, { credits }) => sum + credits, 0));
}

function childrenOf(store: Store, goal: Goal): Goal[] {
	return store.goals.newestFirst().filter(({ parent_goal_id }) => parent_goal_id === goal.id);
}

function brief(goal: Goal) {
	const { id, title, status, created_at } = goal;
	return { id, title, status, created_at, credits_used: spentOn(goal) };
}

function summary(store: Store, goal: Goal) {
	return { ...brief(goal), sub_goal_count: childrenOf(store, goal).length };
}

function detail(store: Store, goal: Goal) {
	const { description, updated_at, credits_estimated, parent_goal_id, steps } = goal;
	return {
		...summary(store, goal),
		description,
		updated_at,
		credits_estimated,
		parent_goal_id,
		steps,
	};
}

interface TreeNode extends ReturnType<typeof brief> {
	sub_goals: TreeNode[];
}

function tree(store: Store, goal: Goal): TreeNode {
	const sub_goals = childrenOf(store, goal).map((child) => tree(store, child));
	return { ...brief(goal), sub_goals };
}

/** What a goal may cost and has cost. */
export function budget(goal: Goal) {
	const used = spentOn(goal);
	return {
		goal_id: goal.id,
		credits_estimated: goal.credits_estimated,
		credits_used: used,
		credits_remaining: round(Math.max(goal.credits_estimated - used, 0)),
		budget_approved: goal.budgetApproved,
		soft_cap_acknowledged: goal.softCapAcknowledged,
		breakdown: goal.costs.map(({ action, credits }) => ({ action, credits })),
	};
}

function change(store: Store, goal: Goal, changes: Partial<Goal>) {
	Object.assign(goal, changes, { updated_at: isoSeconds() });
	return ok(detail(store, goal));
}

function withStep(goal: Goal, description: string): Goal['steps'] {
	return [...goal.steps, { step: goal.steps.length + 1, description, status: 'in_progress' }];
}

function withApproval(goal: Goal): Goal['steps'] {
	const waiting = goal.steps.findIndex(({ status }) => status !== 'completed');
	return goal.steps.map((step, index) => {
		if (index === waiting) return { ...step, status: 'completed' };
		return index === waiting + 1 && waiting >= 0 ? { ...step, status: 'in_progress' } : step;
	});
}

function cancelBelow(store: Store, goal: Goal): string[] {
	return childrenOf(store, goal).flatMap((child) => {
		const below = cancelBelow(store, child);
		if (child.status !== 'active' && child.status !== 'pending') return below;
		change(store, child, { status: 'cancelled' });
		return [child.id, ...below];
	});
}

/** How long each step of a goal takes that goes on by itself, in milliseconds. */
const STEP_MS = 30_000;

/** Lets goals that were made since the start go on, as far as their time has come, and end by themselves. */
export function goOn(store: Store): void {
	for (const goal of store.goals.added()) {
		if (goal.status !== 'active') continue;
		const startMs = Date.parse(goal.created_at);
		const done = Math.floor((now() - startMs) / STEP_MS);
		goal.steps.forEach((step, index) => {
			step.status = index < done ? 'completed' : index === done ? 'in_progress' : 'pending';
		});
		goal.updated_at = isoSeconds(startMs + STEP_MS * Math.min(done, goal.steps.length));
		if (done >= goal.steps.length) goal.status = 'completed';
	}
}

export const goalOperations: Operations = {
	'goal.getAll': ({ store, query }) => {
		const isListed = ({ status }: Goal) =>
			query.status
				? status === query.status
				: status !== 'archived' || store.readings.archivedGoals === 'listed';
		const goals = store.goals.newestFirst().filter(isListed);
		const offset = query.offset ?? 0;
		const page = orderedPage(store, goals, query.limit ?? goals.length, offset);
		return ok({ goals: page.map((goal) => summary(store, goal)) });
	},
	'goal.get': (exchange) => ok(detail(exchange.store, goalOf(exchange))),
	'goal.getTree': (exchange) => ok(tree(exchange.store, goalOf(exchange))),
	'goal.cancel': (exchange) =>
		change(exchange.store, openGoalOf(exchange), { status: 'cancelled' }),
	'goal.cascadeCancel': (exchange) => {
		const goal = openGoalOf(exchange);
		change(exchange.store, goal, { status: 'cancelled' });
		const ids = [goal.id, ...cancelBelow(exchange.store, goal)];
		return ok({
			goal_id: goal.id,
			status: goal.status,
			cancelled_count: ids.length,
			cancelled_goal_ids: ids,
		});
	},
	'goal.escalate': (exchange) => {
		const goal = openGoalOf(exchange);
		return change(exchange.store, goal, {
			steps: withStep(goal, 'Try harder: escalated by the user'),
		});
	},
	'goal.approveStep': (exchange) => {
		const goal = openGoalOf(exchange);
		return change(exchange.store, goal, { status: 'active', steps: withApproval(goal) });
	},
	'goal.acceptOutcome': (exchange) => {
		const goal = openGoalOf(exchange);
		const steps = goal.steps.map((step) => ({ ...step, status: 'completed' }));
		return change(exchange.store, goal, { status: 'completed', steps });
	},
	'goal.continueNegotiating': (exchange) => {
		const goal = openGoalOf(exchange);
		return change(exchange.store, goal, {
			steps: withStep(goal, 'Negotiate for a better outcome'),
		});
	},
	'goal.archive': (exchange) => change(exchange.store, goalOf(exchange), { status: 'archived' }),
	'goal.archiveMany': ({ store, body }) => {
		const ids: string[] = body.goal_ids;
		// All are looked up first, so that an unknown one leaves the others alone.
		const goals = ids.map((id) => findGoal(store, id));
		for (const goal of goals) change(store, goal, { status: 'archived' });
		return ok({ archived_count: goals.length, goal_ids: ids });
	},
	'goal.getBudget': (exchange) => ok(budget(goalOf(exchange))),
};
