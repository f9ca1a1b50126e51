import { randomUUID } from 'node:crypto';

import { notFound } from '../errors.mts';
import { ok, type Operations } from '../operation.mts';
import { ordered } from '../listOrder.mts';
import { oneADay, seedId, seededTable } from '../seed.mts';
import type { Store } from '../store.mts';
import { isoSeconds } from '../time.mts';

/** A message of the inbox, over whichever channel it came. */
export interface InboxMessage {
	id: string;
	from: string;
	subject: string;
	channel: 'email' | 'sms' | 'call' | 'chat';
	body: string;
	unread: boolean;
	received_at: string;
	conversation_id: string;
}

const PREVIEW_LENGTH = 60;

function message(data: Partial<InboxMessage>, createdMs: number): InboxMessage {
	return {
		id: randomUUID(),
		from: 'clara@example.org',
		subject: 'See you Monday',
		channel: 'email',
		body: 'Monday at ten works. See you then!',
		unread: true,
		conversation_id: randomUUID(),
		...data,
		received_at: isoSeconds(createdMs),
	};
}

/** What the messages with one contact have in common. */
const WITH_DANA = {
	from: '+15550120',
	subject: '',
	channel: 'sms',
	conversation_id: seedId(7, 2),
} as const;

/** The inbox, and how a message gets there: what is missing in its data is invented. */
export const { rows: inbox, add: addMessage } = seededTable(message, () =>
	oneADay<Partial<InboxMessage>>(6, [
		{
			from: '+442079460123',
			subject: 'Call from The Copper Pot',
			channel: 'call',
			body: 'They have a table at half past seven.',
			unread: false,
			conversation_id: seedId(7, 4),
		},
		{ ...WITH_DANA, body: 'When do the samples come?', unread: false },
		{ ...WITH_DANA, body: 'They are here, thank you.' },
		{
			from: 'Web chat',
			subject: '',
			channel: 'chat',
			body: 'Do you deliver on Sundays?',
			conversation_id: seedId(7, 3),
		},
		{ conversation_id: seedId(7, 1) },
	]),
);

/** Messages that nobody has read, newest first. */
export function unreadMessages(store: Store): InboxMessage[] {
	return inbox(store)
		.newestFirst()
		.filter(({ unread }) => unread);
}

function find(store: Store, id: string | undefined): InboxMessage {
	return inbox(store).find(id, 'message', 'message_not_found');
}

function summary({ body, ...row }: InboxMessage) {
	return { ...row, preview: body.slice(0, PREVIEW_LENGTH) };
}

function detail(row: InboxMessage) {
	return { ...summary(row), body: row.body };
}

export const messageOperations: Operations = {
	'message.getAll': ({ store, query }) => {
		const rows = inbox(store)
			.newestFirst()
			.filter(({ channel }) => !query.channel || channel === query.channel)
			.filter(({ unread }) => {
				if (query.unread) return unread;
				return !(query.unread === false && store.readings.unreadFalse === 'read ones' && unread);
			});
		return ok({ messages: ordered(store, rows).slice(0, query.limit).map(summary) });
	},
	'message.get': ({ store, params }) => {
		const row = find(store, params['message_id']);
		const answer = ok(detail(row));
		if (store.readings.reading === 'marks as read') row.unread = false;
		return answer;
	},
	'message.getThread': ({ store, params }) => {
		const id = params['conversation_id'] ?? '';
		const rows = inbox(store)
			.newestFirst()
			.filter(({ conversation_id }) => conversation_id === id);
		if (!rows.length) throw notFound('conversation', id, 'conversation_not_found');
		return ok({ conversation_id: id, messages: ordered(store, rows).map(detail) });
	},
	'message.markRead': ({ store, body }) => {
		const ids: string[] = body.message_ids;
		// All are looked up first, so that an unknown one leaves the others alone.
		const rows = ids.map((id) => find(store, id));
		for (const row of rows) row.unread = false;
		return ok({ marked_count: rows.length, message_ids: ids });
	},
};
