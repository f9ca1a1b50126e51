import { fits, REFUSED, unseen } from '../probe.mts';
import { idOf, isRefused } from '../reading.mts';
import type { Step } from './step.mts';

const MINUTE_MS = 60_000;
const LOOKS = 3;

/** A question to the assistant, and what becomes of the goal that it makes of it. */
export const assistant: Step = {
	does: 'Ask the assistant how many open goals you have, and check the resulting goal for three minutes',
	leaves: 'A conversation and possibly a goal. This may use a credit.',
	run: async ({ survey, say }) => {
		const answer = await survey.send({
			method: 'POST',
			path: '/v1/coordination/message',
			body: { message: 'How many open goals do I have? Do nothing else.' },
		});
		if (isRefused(answer)) return { assistantReply: unseen(REFUSED), goals: unseen(REFUSED) };
		const { body } = answer;
		const assistantReply = fits('response' in body ? 'newest' : 'short reference');
		const known = new Set(
			((await survey.rows('goal.getAll')) ?? []).map((row) => idOf(row, 'goal')),
		);
		await survey.again('goal.getAll');
		const fresh = ((await survey.rows('goal.getAll')) ?? []).find(
			(row) => !known.has(idOf(row, 'goal')),
		);
		const id: unknown = body.goal_id ?? (fresh && idOf(fresh, 'goal'));
		if (typeof id !== 'string') return { assistantReply, goals: unseen('it created no goal') };
		const asked = { params: { goal_id: id } };
		const look = async () => {
			const { status, steps } = (await survey.again('goal.get', asked)).body ?? {};
			return JSON.stringify([status, steps]);
		};
		const before = await look();
		for (let turn = 1; turn <= LOOKS; turn += 1) {
			say(`  Waiting to see whether the goal progresses (${turn} of ${LOOKS} minutes) …`);
			await survey.client.clock.wait(MINUTE_MS);
			if ((await look()) !== before) return { assistantReply, goals: fits('go on') };
		}
		return { assistantReply, goals: fits('stand still') };
	},
};
