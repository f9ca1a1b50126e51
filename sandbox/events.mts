import { randomUUID } from 'node:crypto';

import { now } from './clock.mts';
import { actionLog, addAction } from './domains/actionLog.mts';
import { addOutboxEmail, addReceivedEmail, outbox, receivedEmails } from './domains/email.mts';
import { addInboundCall, inboundCalls } from './domains/inboundCall.mts';
import { addMessage, inbox } from './domains/message.mts';
import { addNotice, notices } from './domains/notification.mts';
import { addVoicemail, voicemails } from './domains/voicemail.mts';
import { ApiError } from './errors.mts';
import { OUTREACH_OUTCOMES, type OutreachTask } from './model.mts';
import { newGoal, outreachTask, pastCall } from './seed.mts';
import type { Store, Table } from './store.mts';

/** What a client asks to happen. */
export interface EventOrder {
	type: string;
	data?: Record<string, any>;
	/** Rows to add, all at one time. */
	count?: number;
	/** ISO 8601; now unless given. */
	at?: string;
	/** Milliseconds until the rows show in lists. */
	visibleAfterMs?: number;
}

/** One kind of event: the list it shows in, and how a row gets there. */
interface EventKind {
	rows(store: Store): Table<any>;
	/** Adds a row with what `data` says; gives its ID. */
	add(store: Store, data: Record<string, any>, atMs: number): string;
	/** Changes a row; merges unless given. */
	change?(row: any, data: Record<string, any>): void;
}

/** How an event can end a task. Other rows take any text for their status, as the service may. */
const TASK_ENDS = ['cancelled', ...OUTREACH_OUTCOMES];

/** The end of what a time with four digits for the year can say. */
const LATEST_MS = Date.UTC(9999, 11, 31);

const CALLER = { caller_number: '+15550160' };

function finishTask(task: OutreachTask, { status = 'completed' }: Record<string, any>): void {
	if (!TASK_ENDS.includes(status)) {
		throw new ApiError(
			'bad_request',
			`data.status of a task must be one of ${TASK_ENDS.join(', ')}`,
			'invalid_control_request',
		);
	}
	if (status === 'cancelled') task.cancelledMs = now();
	else {
		task.cancelledMs = null;
		task.attempts.push({
			channel: task.channel,
			startedMs: now(),
			durationMs: 0,
			outcome: status,
			callOutcome: status === 'failed' ? 'failed' : 'success',
		});
	}
}

const inboundCall = (usual: object = {}): EventKind => ({
	rows: inboundCalls,
	add: (store, data, atMs) => addInboundCall(store, { ...CALLER, ...usual, ...data }, atMs).id,
});

/** Everything that can be made to happen, under the trigger's names. */
const kinds: Record<string, EventKind> = {
	actionLogged: { rows: actionLog, add: (...args) => addAction(...args).id },
	callFinished: {
		rows: ({ calls }) => calls,
		add(store, { status = 'success', ...data }, atMs) {
			const call = { ...pastCall(randomUUID(), store.calls.size, status, atMs), ...data };
			return store.calls.add(call).call_id;
		},
	},
	emailAwaitingApproval: { rows: outbox, add: (...args) => addOutboxEmail(...args).id },
	emailReceived: { rows: receivedEmails, add: (...args) => addReceivedEmail(...args).id },
	goalChanged: {
		rows: ({ goals }) => goals,
		add(store, { title = 'Something new', status = 'needs_input', ...data }, atMs) {
			const goal = newGoal(randomUUID(), atMs, title, { status, ...data });
			return store.goals.add(goal).id;
		},
	},
	inboundCall: inboundCall(),
	inboundCallFinished: inboundCall({ status: 'completed' }),
	message: { rows: inbox, add: (...args) => addMessage(...args).id },
	missedCall: inboundCall({ status: 'missed' }),
	notification: { rows: notices, add: (...args) => addNotice(...args).id },
	outreachFinished: {
		rows: ({ outreach }) => outreach,
		add(store, { status, ...data }, atMs) {
			const task = { ...outreachTask(randomUUID(), atMs), ...data };
			finishTask(task, { status });
			return store.outreach.add(task).id;
		},
		change: finishTask,
	},
	voicemail: {
		rows: voicemails,
		add: (store, data, atMs) => addVoicemail(store, { ...CALLER, ...data }, atMs).id,
	},
};

/** The event that is no row: the balance falls. */
const CREDITS_LOW = 'creditsLow';

/** What can be made to happen. */
export const EVENT_TYPES = [...Object.keys(kinds), CREDITS_LOW].sort();

/**
 * Makes something happen: adds rows, or changes the row that `data` names by `id` or `call_id`. Gives the IDs of the
 * rows.
 */
export function makeEvent(store: Store, order: EventOrder): string[] {
	const { type, data = {}, count = 1, at, visibleAfterMs = 0 } = order;
	if (type === CREDITS_LOW) {
		store.setRemaining(Number(data['credits_remaining'] ?? 5));
		return [];
	}
	const { rows, add, change = Object.assign } = kinds[type] as EventKind;
	const table = rows(store);
	const id = data['call_id'] ?? data['id'];
	const known = typeof id === 'string' ? table.get(id) : undefined;
	if (known !== undefined) {
		change(known, data);
		return [id];
	}
	const atMs = at === undefined ? now() : Date.parse(at);
	if (!(atMs >= 0 && atMs <= LATEST_MS)) {
		throw new ApiError(
			'bad_request',
			'at must be a time in ISO 8601, from 1970 to 9999',
			'invalid_control_request',
		);
	}
	return Array.from({ length: count }, () => {
		const made = add(store, data, atMs);
		table.place(made, atMs, visibleAfterMs > 0 ? now() + visibleAfterMs : 0);
		return made;
	});
}
