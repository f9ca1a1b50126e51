import { randomUUID } from 'node:crypto';

import { seedId, seededTable } from '../seed.mts';
import type { Store } from '../store.mts';
import { isoSeconds } from '../time.mts';

export type ActionType = 'calendar' | 'booking' | 'bill' | 'ride' | 'food' | 'errand' | 'email';

/** One thing that the assistant did. */
export interface Action {
	id: string;
	type: ActionType;
	description: string;
	status: string;
	created_at: string;
	undoable: boolean;
	/** Id of what the action made; undoing takes that back. */
	subject: string | null;
}

function action(data: Partial<Action>, createdMs: number): Action {
	return {
		id: randomUUID(),
		type: 'errand',
		description: 'Ran an errand',
		status: 'completed',
		undoable: false,
		subject: null,
		...data,
		created_at: isoSeconds(createdMs),
	};
}

/**
 * The log, and how something that was done gets there; what is missing in its data is invented. What the seeds name is in
 * those of the other domains.
 */
export const { rows: actionLog, add: addAction } = seededTable<Action, Partial<Action>>(
	action,
	() => [
		[4, { id: seedId('a', 1), type: 'bill', description: 'Checked the electricity bill' }],
		[
			3,
			{
				id: seedId('a', 2),
				type: 'email',
				description: 'Wrote to clara@example.org',
				subject: seedId('e', 2),
			},
		],
		[
			2,
			{
				id: seedId('a', 3),
				type: 'calendar',
				description: 'Added Dentist',
				undoable: true,
				subject: seedId('c', 1),
			},
		],
		[
			1,
			{
				id: seedId('a', 4),
				type: 'booking',
				description: 'Booked The Copper Pot',
				undoable: true,
				subject: seedId('b', 1),
			},
		],
		[
			0.5,
			{
				id: seedId('a', 5),
				type: 'email',
				description: 'Wrote to dana@example.org',
				status: 'pending_approval',
				undoable: true,
				subject: seedId('e', 1),
			},
		],
	],
);

/** What was made has come to an end of its own, so the action that made it cannot be undone any more. */
export function settleActions(store: Store, subject: string, status: string): void {
	for (const row of actionLog(store).newestFirst()) {
		if (row.subject === subject) Object.assign(row, { status, undoable: false });
	}
}
