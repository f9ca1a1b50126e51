import { fits, REFUSED, unseen } from '../probe.mts';
import { codeOf, isMissing, isRefused } from '../reading.mts';
import type { Answer } from '../client.mts';
import type { Survey } from '../survey.mts';
import type { Step } from './step.mts';

const LATER_MS = 11 * 60_000;

async function open(survey: Survey, key: string): Promise<{ answer: Answer; id: unknown }> {
	const answer = await survey.send({
		method: 'POST',
		path: '/v1/coordination/conversations',
		headers: { 'Idempotency-Key': key },
	});
	return { answer, id: answer.body?.conversation_id ?? answer.body?.id };
}

/** One conversation, opened with the same key at once and after eleven minutes. */
export const conversation: Step = {
	does: 'Create a conversation, then send the same request with the same key again: immediately and, if the key is supported, after eleven minutes',
	leaves: 'One to three empty conversations.',
	run: async ({ survey, newKey, say }) => {
		const key = newKey();
		const first = await open(survey, key);
		if (isRefused(first.answer)) return { newConversation: unseen(REFUSED) };
		const newConversation = fits(
			'conversation_id' in (first.answer.body ?? {}) ? 'conversation_id' : 'id',
		);
		const second = await open(survey, key);
		// The call tells which of these it is.
		if (second.id !== first.id) {
			return {
				newConversation,
				idempotencyKeys: fits('calls', 'nowhere'),
				keyLifetime: unseen('keys are not supported'),
			};
		}
		say('  The key is supported. Waiting eleven minutes to see whether it is still remembered …');
		await survey.client.clock.wait(LATER_MS);
		const third = await open(survey, key);
		return {
			newConversation,
			idempotencyKeys: fits('everywhere'),
			keyLifetime: fits(third.id === first.id ? 'for ever' : 'ten minutes'),
		};
	},
};

const VALIDATIONS = 21;

/** More validations of a code than an hour has. */
export const limits: Step = {
	does: `Validate a referral code that does not exist ${VALIDATIONS} times, one more than the hourly limit`,
	leaves: 'Your network may not be able to validate codes for an hour.',
	run: async ({ survey }) => {
		for (let turn = 0; turn < VALIDATIONS; turn += 1) {
			const answer = await survey.send(
				{
					method: 'GET',
					path: '/v1/referrals/validate/{code}',
					params: { code: 'DOCTOR' },
					isPublic: true,
				},
				true,
			);
			if (answer.status === 429 || codeOf(answer) === 'rate_limited') {
				return { documentedLimits: fits('kept') };
			}
			if (isRefused(answer) && !isMissing(answer)) return { documentedLimits: unseen(REFUSED) };
		}
		return { documentedLimits: fits('not kept') };
	},
};
