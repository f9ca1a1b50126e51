import { randomUUID } from 'node:crypto';

import { now } from '../clock.mts';
import { ApiError } from '../errors.mts';
import type { Attempt, OutreachTask } from '../model.mts';
import { created, ok, type Exchange, type Operations } from '../operation.mts';
import { orderedPage } from '../listOrder.mts';
import { checkPhone, checkTexts } from '../policy.mts';
import { outreachPrice } from '../prices.mts';
import { outreachTask } from '../seed.mts';
import type { Store } from '../store.mts';
import { isoSeconds } from '../time.mts';

type State = 'pending' | 'in_progress' | 'completed' | 'failed' | 'cancelled';

function taskOf({ store, params }: Exchange): OutreachTask {
	return store.outreach.find(params['task_id'], 'outreach task', 'task_not_found');
}

function endOf(attempt: Attempt): number {
	return attempt.startedMs + attempt.durationMs;
}

/**
 * How far a task has come. Follows from the clock alone, so no timer has to run. The first half of an attempt's time is
 * spent waiting for its turn.
 */
export function stateOf(task: OutreachTask, at = now()): State {
	if (task.cancelledMs !== null) return 'cancelled';
	const attempt = task.attempts.at(-1);
	if (!attempt || at < attempt.startedMs + attempt.durationMs / 2) return 'pending';
	return at < endOf(attempt) ? 'in_progress' : attempt.outcome;
}

function updatedMs(task: OutreachTask, state: State): number {
	const attempt = task.attempts.at(-1);
	if (task.cancelledMs !== null) return task.cancelledMs;
	if (!attempt) return task.createdMs;
	if (state === 'pending') return attempt.startedMs;
	return state === 'in_progress' ? attempt.startedMs + attempt.durationMs / 2 : endOf(attempt);
}

/** A row as lists have it. */
export function summary(task: OutreachTask, state = stateOf(task)) {
	const done = state === 'completed';
	const over = done || state === 'failed';
	const updated = isoSeconds(updatedMs(task, state));
	return {
		id: task.id,
		goal: task.goal,
		recipient_identifier: task.recipient_identifier,
		recipient_name: task.recipient_name,
		status: state,
		urgency: task.urgency,
		selected_channel: task.channel,
		completed_via_channel: done ? task.channel : null,
		completion_summary: done
			? `Reached ${task.recipient_name ?? task.recipient_identifier}: ${task.goal}`
			: null,
		created_at: isoSeconds(task.createdMs),
		updated_at: updated,
		completed_at: over ? updated : null,
	};
}

function attemptStatus(attempt: Attempt, isLast: boolean, state: State): string {
	if (isLast && (state === 'pending' || state === 'in_progress' || state === 'cancelled'))
		return state;
	if (attempt.channel !== 'call') return attempt.outcome === 'completed' ? 'success' : 'failed';
	return attempt.callOutcome;
}

function detail(task: OutreachTask, state = stateOf(task)) {
	return {
		...summary(task, state),
		attempts: task.attempts.map((attempt, index) => {
			const isLast = index === task.attempts.length - 1;
			const over = !isLast || state === 'completed' || state === 'failed';
			return {
				channel: attempt.channel,
				status: attemptStatus(attempt, isLast, state),
				started_at: isoSeconds(attempt.startedMs),
				completed_at: over ? isoSeconds(endOf(attempt)) : null,
			};
		}),
	};
}

/** Starts a try, paid in advance. How it ends is settled now, so a later change of the scenario does not rewrite it. */
function attempt(store: Store, task: OutreachTask): void {
	store.spend({ type: 'outreach', description: task.goal, credits: outreachPrice(task.channel) });
	const { scenario } = store;
	const { status: callOutcome } = store.nextEnding(task.recipient_identifier);
	const outcome = scenario.outreachOutcome.length
		? store.inTurn(scenario.outreachOutcome)
		: callOutcome === 'success'
			? 'completed'
			: 'failed';
	// A stated ending has to agree with the attempt it is shown by.
	const agrees = (outcome === 'completed') === (callOutcome === 'success');
	task.attempts.push({
		channel: task.channel,
		startedMs: now(),
		durationMs: scenario.outreachDurationMs,
		outcome,
		callOutcome: agrees ? callOutcome : outcome === 'completed' ? 'success' : 'failed',
	});
}

export const outreachOperations: Operations = {
	'outreach.create': ({ store, body }) => {
		// A command line speaks a dialect of its own, in which it names the channel as well.
		const goal: string = body.goal ?? body.description;
		const recipient: string = body.recipient_identifier ?? body.target;
		checkTexts(goal);
		if (!recipient.includes('@')) checkPhone(recipient);
		const task: OutreachTask = {
			...outreachTask(randomUUID(), now()),
			goal,
			recipient_identifier: recipient,
			recipient_name: body.recipient_name ?? null,
			urgency: body.urgency ?? null,
			channel: body.channel ?? (recipient.includes('@') ? 'email' : 'call'),
		};
		if (body.auto_execute !== false) attempt(store, task);
		store.outreach.add(task);
		return created(detail(task, 'pending'));
	},
	'outreach.getAll': ({ store, query }) => {
		const wanted: string[] | undefined = query.status?.split(',');
		const rows = store.outreach
			.newestFirst()
			.map((task) => summary(task))
			.filter(({ status }) => !wanted || wanted.includes(status));
		const offset: number = query.offset ?? 0;
		const limit: number = query.limit ?? 50;
		return ok({
			tasks: orderedPage(store, rows, limit, offset),
			total: rows.length,
			has_more: offset + limit < rows.length,
		});
	},
	'outreach.get': (exchange) => ok(detail(taskOf(exchange))),
	'outreach.retry': (exchange) => {
		const task = taskOf(exchange);
		const waits = !task.attempts.length && task.cancelledMs === null;
		if (!waits && stateOf(task) !== 'failed') {
			throw new ApiError(
				'action_not_undoable',
				'Only a failed or waiting task can be tried again',
				'task_not_failed',
			);
		}
		attempt(exchange.store, task);
		return ok(detail(task, 'pending'));
	},
	'outreach.cancel': (exchange) => {
		const task = taskOf(exchange);
		const state = stateOf(task);
		if (state !== 'pending' && state !== 'in_progress') {
			throw new ApiError('action_not_undoable', `The task is ${state}`, 'task_over');
		}
		task.cancelledMs = now();
		return ok(detail(task));
	},
};
