import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { ok, type Operations } from '../operation.mts';
import { ordered } from '../listOrder.mts';
import { DAY, seedId } from '../seed.mts';
import { Table, type Store } from '../store.mts';
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

function seededInbox(): Table<InboxMessage> {
	const table = new Table<InboxMessage>();
	const withDana = {
		from: '+15550120',
		subject: '',
		channel: 'sms',
		conversation_id: seedId(7, 2),
	} as const;
	const rows: Array<Partial<InboxMessage>> = [
		{
			from: '+442079460123',
			subject: 'Call from The Copper Pot',
			channel: 'call',
			body: 'They have a table at half past seven.',
			unread: false,
			conversation_id: seedId(7, 4),
		},
		{ ...withDana, body: 'When do the samples come?', unread: false },
		{ ...withDana, body: 'They are here, thank you.' },
		{
			from: 'Web chat',
			subject: '',
			channel: 'chat',
			body: 'Do you deliver on Sundays?',
			conversation_id: seedId(7, 3),
		},
		{ conversation_id: seedId(7, 1) },
	];
	rows.forEach((data, index) => {
		const id = seedId(6, rows.length - index);
		table.seed(id, message({ id, ...data }, Date.now() - (rows.length - index) * DAY));
	});
	return table;
}

/** The inbox. */
export const inbox = (store: Store): Table<InboxMessage> => store.part(seededInbox);

/** Puts a message into the inbox. What is missing in `data` is invented. */
export function addMessage(
	store: Store,
	data: Partial<InboxMessage> = {},
	createdMs = Date.now(),
): InboxMessage {
	const row = message(data, createdMs);
	return inbox(store).add(row.id, row);
}

/** Messages that nobody has read, newest first. */
export function unreadMessages(store: Store): InboxMessage[] {
	return inbox(store)
		.newestFirst()
		.filter(({ unread }) => unread);
}

function find(store: Store, id: string): InboxMessage {
	const row = inbox(store).get(id);
	if (!row) throw new ApiError('not_found', `There is no message ${id}`, 'message_not_found');
	return row;
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
			.filter(({ unread }) => !query.unread || unread);
		return ok({ messages: ordered(store, rows).slice(0, query.limit).map(summary) });
	},
	'message.get': ({ store, params }) => ok(detail(find(store, params['message_id'] ?? ''))),
	'message.getThread': ({ store, params }) => {
		const id = params['conversation_id'] ?? '';
		const rows = inbox(store)
			.newestFirst()
			.filter(({ conversation_id }) => conversation_id === id);
		if (!rows.length) {
			throw new ApiError('not_found', `There is no conversation ${id}`, 'conversation_not_found');
		}
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
