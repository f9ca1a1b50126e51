import { randomUUID } from 'node:crypto';

import { now } from './clock.mts';
import type { Call, Goal, Outcome, OutreachTask } from './model.mts';
import { callPrice, callSeconds } from './prices.mts';
import { Store, Table } from './store.mts';
import { DAY_MS, isoSeconds, MINUTE_MS } from './time.mts';
import type { Readings } from './worlds.mts';
import { outcomeTexts } from './domains/callTexts.mts';

/** Ids of the seed are fixed, so that a workflow can name them. */
export function seedId(kind: number | string, number: number): string {
	return `3d6a1c52-${kind}${String(number).padStart(3, '0')}-4f0e-8a11-5b9d7c2e4a01`;
}

/** What a row of the seed is made from, and its age in days. */
type Seed<Data> = [ageDays: number, data: Data];

/** Seeds a day apart, the first so many days old: one for each piece unless given. The newest has number 1. */
export function oneADay<Data>(
	kind: number | string,
	data: Data[],
	ageDays = data.length,
): Array<Seed<Data & { id: string }>> {
	return data.map((piece, index) => [
		ageDays - index,
		{ ...piece, id: seedId(kind, data.length - index) },
	]);
}

/**
 * State of one kind that a domain has: its table in the store, with the seeds, oldest first, when it is first asked for;
 * and what adds a row to it, as of now unless a time in milliseconds is given. `make` makes rows of both.
 */
export function seededTable<Row, Data>(
	make: (data: Data, createdMs: number, store: Store) => Row,
	seeds: () => Array<Seed<NoInfer<Data>>> = () => [],
): {
	rows: (store: Store) => Table<Row>;
	add: (store: Store, data: Data, createdMs?: number) => Row;
} {
	const seeded = (store: Store) => {
		const table = new Table<Row>();
		for (const [ageDays, data] of seeds()) {
			table.seed(make(data, now() - ageDays * DAY_MS, store));
		}
		return table;
	};
	const rows = (store: Store) => store.part(seeded);
	return {
		rows,
		add: (store, data, createdMs = now()) => rows(store).add(make(data, createdMs, store)),
	};
}

/** A call that is over, for the seed and for paging tests. */
export function pastCall(
	id: string,
	number: number,
	outcome: Call['status'],
	startedMs: number,
): Call {
	const seconds = callSeconds(outcome);
	return {
		call_id: id,
		status: outcome,
		...outcomeTexts(outcome),
		duration_seconds: seconds,
		credits_used: callPrice(outcome),
		metadata: {
			created_at: isoSeconds(startedMs),
			ended_at: isoSeconds(startedMs + seconds * 1000),
		},
		submission: {
			task_category: 'general',
			task_description: `Ask for the opening hours of branch ${number}`,
			respondent_phone: `+155501${String(number % 90).padStart(2, '0')}`,
			business_name: `Branch ${number}`,
			language: 'en',
			call_language: 'en',
		},
		timezone: 'Europe/London',
	};
}

/** A goal on which some work was done. */
export function newGoal(id: string, created: number, title: string, extra: Partial<Goal>): Goal {
	return {
		id,
		title,
		description: title,
		status: 'active',
		created_at: isoSeconds(created),
		updated_at: isoSeconds(created + MINUTE_MS),
		credits_estimated: 4,
		parent_goal_id: null,
		steps: [
			{ step: 1, description: 'Look around', status: 'completed' },
			{ step: 2, description: 'Call the best one', status: 'in_progress' },
			{ step: 3, description: 'Report', status: 'pending' },
		],
		costs: [{ action: 'search', credits: 0.5, timestamp: isoSeconds(created + MINUTE_MS) }],
		budgetApproved: false,
		softCapAcknowledged: false,
		...extra,
	};
}

const goal = (number: number, ageMs: number, title: string, extra: Partial<Goal>): Goal =>
	newGoal(seedId(1, number), now() - ageMs, title, extra);

/** An outreach task of which nothing was tried. */
export function outreachTask(id: string, createdMs: number): OutreachTask {
	return {
		id,
		goal: 'Ask whether the samples arrived',
		recipient_identifier: '+15550120',
		recipient_name: 'Contact',
		urgency: null,
		channel: 'call',
		createdMs,
		cancelledMs: null,
		attempts: [],
	};
}

const task = (number: number, ageMs: number, extra: Partial<OutreachTask>): OutreachTask => ({
	...outreachTask(seedId(5, number), now() - ageMs),
	recipient_identifier: `+15550${120 + number}`,
	recipient_name: `Contact ${number}`,
	...extra,
});

function seedGoals(store: Store): void {
	const rows = [
		goal(4, 6 * DAY_MS, 'Renew the insurance', { status: 'completed' }),
		goal(5, 5 * DAY_MS, 'Find a gym', { status: 'cancelled' }),
		goal(6, 4 * DAY_MS, 'Sell the old desk', { status: 'archived' }),
		goal(1, 2 * DAY_MS, 'A plumber for Thursday', {}),
		goal(2, 2 * DAY_MS - MINUTE_MS, 'Compare the offers', {
			parent_goal_id: seedId(1, 1),
			status: 'pending',
		}),
		goal(3, 2 * DAY_MS - 2 * MINUTE_MS, 'Agree on the price', {
			parent_goal_id: seedId(1, 2),
			status: 'pending',
		}),
		goal(7, DAY_MS, 'A birthday table for eight', {}),
	];
	for (const row of rows) store.goals.seed(row);
}

function seedConversations(store: Store): void {
	const created = now() - 2 * DAY_MS;
	store.conversations.seed({
		id: seedId(2, 1),
		title: 'A plumber for Thursday',
		created_at: isoSeconds(created),
		messages: [
			{
				id: seedId(3, 1),
				role: 'user',
				content: 'Find a plumber who can come on Thursday',
				created_at: isoSeconds(created),
				goal_id: seedId(1, 1),
			},
			{
				id: seedId(3, 2),
				role: 'assistant',
				content: 'I am asking three plumbers nearby.',
				created_at: isoSeconds(created + 5000),
				goal_id: seedId(1, 1),
			},
		],
	});
}

function seedCalls(store: Store): void {
	const outcomes: Outcome[] = ['voicemail', 'busy', 'no_answer', 'success'];
	outcomes.forEach((outcome, index) => {
		const call = pastCall(seedId(4, index + 1), index + 1, outcome, now() - (5 - index) * DAY_MS);
		store.calls.seed(call);
		store.spend({
			type: 'call',
			description: `Call to ${call.submission.business_name}`,
			credits: call.credits_used,
		});
	});
	const waiting = pastCall(seedId(4, 9), 9, 'success', now() - MINUTE_MS);
	store.calls.seed({
		...waiting,
		status: 'scheduled',
		highlights: '',
		next_steps: '',
		duration_seconds: 0,
		credits_used: 0,
		metadata: { created_at: waiting.metadata.created_at },
	});
}

function seedOutreach(store: Store): void {
	const attempt = { channel: 'call', startedMs: now() - DAY_MS, durationMs: MINUTE_MS };
	const rows = [
		task(1, 2 * DAY_MS, {
			attempts: [{ ...attempt, outcome: 'completed', callOutcome: 'success' }],
		}),
		task(2, 2 * DAY_MS, {
			attempts: [{ ...attempt, outcome: 'failed', callOutcome: 'no_answer' }],
		}),
		task(3, 2 * DAY_MS, { cancelledMs: now() - DAY_MS }),
		// Nothing was tried yet, so it waits until somebody retries or cancels it.
		task(4, DAY_MS, { recipient_identifier: 'contact4@example.com', channel: 'email' }),
	];
	for (const row of rows) store.outreach.seed(row);
}

/** An account as it is after start and after a reset. */
export function seededStore(readings: Readings): Store {
	const store = new Store(readings);
	seedGoals(store);
	seedConversations(store);
	seedCalls(store);
	seedOutreach(store);
	return store;
}

/** Puts many old calls behind the others, for paging. */
export function seedManyCalls(store: Store, count: number): void {
	const before = store.calls.size;
	for (let number = 1; number <= count; number += 1) {
		const call = pastCall(
			randomUUID(),
			before + number,
			'success',
			now() - 10 * DAY_MS - number * MINUTE_MS,
		);
		store.calls.seedOldest(call);
	}
}
