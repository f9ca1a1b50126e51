import { ApiError } from '../errors.mts';
import { ok, type Operations } from '../operation.mts';
import { ordered } from '../listOrder.mts';
import type { Store } from '../store.mts';
import { actionLog, type Action, type ActionType } from './actionLog.mts';
import { withdrawBooking } from './booking.mts';
import { removeEvent } from './calendar.mts';
import { dropEmail } from './email.mts';
import { withdrawTask } from './errand.mts';

/** How the work of an undoable action is taken back, by the id of what it made. */
const UNDO: Partial<Record<ActionType, (store: Store, subject: string) => void>> = {
	booking: withdrawBooking,
	calendar: removeEvent,
	email: dropEmail,
	errand: withdrawTask,
	ride: withdrawTask,
};

function shown({ subject: _, ...row }: Action) {
	return row;
}

export const actionOperations: Operations = {
	'action.getAll': ({ store, query }) => {
		const rows = actionLog(store)
			.newestFirst()
			.filter(({ type }) => !query.type || type === query.type);
		return ok({ actions: ordered(store, rows).slice(0, query.limit).map(shown) });
	},
	'action.undo': ({ store, params }) => {
		const row = actionLog(store).find(params['action_id'], 'action', 'action_not_found');
		if (!row.undoable) {
			throw new ApiError('action_not_undoable', `"${row.description}" cannot be undone`);
		}
		if (row.subject) UNDO[row.type]?.(store, row.subject);
		Object.assign(row, { status: 'undone', undoable: false });
		return ok(shown(row));
	},
};
