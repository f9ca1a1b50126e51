import { randomUUID } from 'node:crypto';

import { DAY, seedId } from '../seed.mts';
import { Table, type Store } from '../store.mts';
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

/** The log, oldest first. What its seed names is in the seeds of the other domains. */
export function actionLog(store: Store): Table<Action> {
	return store.part(seededLog);
}

function seededLog(): Table<Action> {
	const table = new Table<Action>();
	const rows: Array<[number, Partial<Action>]> = [
		[4, { type: 'bill', description: 'Checked the electricity bill' }],
		[3, { type: 'email', description: 'Wrote to clara@example.org', subject: seedId('e', 2) }],
		[
			2,
			{
				type: 'calendar',
				description: 'Added Dentist',
				undoable: true,
				subject: seedId('c', 1),
			},
		],
		[
			1,
			{
				type: 'booking',
				description: 'Booked The Copper Pot',
				undoable: true,
				subject: seedId('b', 1),
			},
		],
		[
			0.5,
			{
				type: 'email',
				description: 'Wrote to dana@example.org',
				status: 'pending_approval',
				undoable: true,
				subject: seedId('e', 1),
			},
		],
	];
	rows.forEach(([days, data], index) => {
		const id = seedId('a', index + 1);
		table.seed(id, action({ id, ...data }, Date.now() - days * DAY));
	});
	return table;
}

/** Writes down that something was done. What is missing in `data` is invented. */
export function addAction(
	store: Store,
	data: Partial<Action> = {},
	createdMs = Date.now(),
): Action {
	const row = action(data, createdMs);
	return actionLog(store).add(row.id, row);
}

/** What was made has come to an end of its own, so the action that made it cannot be undone any more. */
export function settleActions(store: Store, subject: string, status: string): void {
	for (const row of actionLog(store).newestFirst()) {
		if (row.subject === subject) Object.assign(row, { status, undoable: false });
	}
}
