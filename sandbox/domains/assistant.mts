import { randomUUID } from 'node:crypto';

import { now } from '../clock.mts';
import type { Goal, Message } from '../model.mts';
import { ok, type Operations } from '../operation.mts';
import { checkTexts } from '../policy.mts';
import { COSTS } from '../prices.mts';
import { newGoal } from '../seed.mts';
import type { Store } from '../store.mts';
import { isoSeconds } from '../time.mts';
import { findConversation, openConversation } from './conversation.mts';

const TITLE_LENGTH = 60;

function openGoal(store: Store, message: string): Goal {
	const at = now();
	const goal = newGoal(randomUUID(), at, message.slice(0, TITLE_LENGTH), {
		description: message,
		updated_at: isoSeconds(at),
		credits_estimated: 3,
		steps: [
			{ step: 1, description: 'Understand the task', status: 'completed' },
			{ step: 2, description: 'Get it done', status: 'in_progress' },
			{ step: 3, description: 'Report', status: 'pending' },
		],
		costs: [],
	});
	return store.goals.add(goal);
}

export const assistantOperations: Operations = {
	'assistant.ask': ({ store, body }) => {
		const text: string = body.message;
		checkTexts(text);
		const known = body.conversation_id && findConversation(store, body.conversation_id);
		const credits = COSTS.message.per_message;
		const settle = store.reserve(credits);
		const conversation = known || openConversation(store, text.slice(0, TITLE_LENGTH));
		const goal = openGoal(store, text);
		settle({ type: 'message', description: goal.title, credits, goalId: goal.id });
		const response = `I am on it: ${goal.title}`;
		const say = (role: Message['role'], content: string) =>
			conversation.messages.push({
				id: randomUUID(),
				role,
				content,
				created_at: goal.created_at,
				goal_id: goal.id,
			});
		say('user', text);
		say('assistant', response);
		return ok({
			response,
			goal_id: goal.id,
			conversation_id: conversation.id,
			actions_taken: ['goal_created'],
			credits_used: credits,
		});
	},
};
