import { randomUUID } from 'node:crypto';

import { ok, type Operations } from '../operation.mts';
import { seededTable } from '../seed.mts';
import type { Store } from '../store.mts';
import { isoSeconds } from '../time.mts';
import { pendingEmails } from './email.mts';
import { unreadMessages } from './message.mts';
import { stateOf, summary } from './outreach.mts';

/** Something that waits and has no list of its own. */
interface Notice {
	id: string;
	type: string;
	summary: string;
}

/** What waits beside all that other lists have, and how more of it gets there. */
export const { rows: notices, add: addNotice } = seededTable(
	(data: Partial<Notice>): Notice => ({
		id: randomUUID(),
		type: 'approval',
		summary: 'Something waits',
		...data,
	}),
);

const counted = <Item,>(items: Item[]) => ({ count: items.length, items });

/** What waits for the user to say yes. */
function approvals(store: Store) {
	const emails = pendingEmails(store).map(({ id, to, subject }) => ({
		id,
		type: 'email_approval',
		summary: `Email to ${to}: ${subject}`,
	}));
	const tasks = store.outreach
		.newestFirst()
		.filter((task) => stateOf(task) === 'pending' && task.attempts.length === 0)
		.map((task) => ({ id: task.id, type: 'outreach_approval', summary: summary(task).goal }));
	return [...notices(store).newestFirst(), ...emails, ...tasks];
}

function pending(store: Store) {
	const goals = store.goals.newestFirst();
	const active = goals.find(({ status }) => status === 'active');
	const actions = counted(approvals(store));
	const waiting = counted(
		goals
			.filter(({ status }) => status === 'pending')
			.map(({ id, status, title }) => ({ id, status, summary: title })),
	);
	const inbox = counted(
		unreadMessages(store).map(({ id, channel, body }) => ({ id, channel, preview: body })),
	);
	const step = active?.steps.find(({ status }) => status === 'in_progress');
	return {
		actions,
		goals: waiting,
		inbox,
		total_pending: actions.count + waiting.count + inbox.count,
		active_goal: active
			? {
					id: active.id,
					summary: active.title,
					status: 'in_progress',
					current_step_description: step?.description ?? null,
				}
			: null,
		generated_at: isoSeconds(),
	};
}

export const notificationOperations: Operations = {
	'notification.getPending': ({ store }) => ok(pending(store)),
};
