import { randomUUID } from 'node:crypto';

import type { Conversation } from '../model.mts';
import { ok, type Operations } from '../operation.mts';
import type { Store } from '../store.mts';
import { isoSeconds } from '../time.mts';

/** Opens a thread. */
export function openConversation(store: Store, title: string): Conversation {
	return store.conversations.add({
		id: randomUUID(),
		title,
		created_at: isoSeconds(),
		messages: [],
	});
}

/** The thread with this id, or 404. */
export function findConversation(store: Store, id: string): Conversation {
	return store.conversations.find(id, 'conversation', 'conversation_not_found');
}

export const conversationOperations: Operations = {
	'conversation.getAll': ({ store }) =>
		ok({
			conversations: store.conversations
				.newestFirst()
				.map(({ id, title, created_at, messages }) => ({
					id,
					title,
					created_at,
					message_count: messages.length,
				})),
		}),
	'conversation.create': ({ store }) =>
		ok({ conversation_id: openConversation(store, 'New conversation').id }),
	'conversation.getHistory': ({ store, query }) => {
		const conversation = query.conversation_id
			? findConversation(store, query.conversation_id)
			: store.conversations.page(1, 0)[0];
		const messages = conversation?.messages ?? [];
		return ok({
			conversation_id: conversation?.id ?? null,
			messages: query.limit ? messages.slice(-query.limit) : messages,
		});
	},
};
