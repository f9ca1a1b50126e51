import { fits, REFUSED, unseen, type Findings } from '../probe.mts';
import { codeOf, isMissing, isRefused } from '../reading.mts';
import type { Survey } from '../survey.mts';
import type { Step } from './step.mts';

const renew = async (survey: Survey, refresh_token: string) =>
	await survey.send({
		method: 'POST',
		path: '/v1/auth/refresh',
		body: { refresh_token },
		isPublic: true,
	});

/** Whether the token URL renews at all: it is asked without a client, so it refuses, one way or the other. */
async function isRenewedByForm(survey: Survey): Promise<boolean> {
	const answer = await survey.send({
		method: 'POST',
		path: '/v1/auth/gpt/token',
		form: { grant_type: 'refresh_token', refresh_token: 'doctor' },
		isPublic: true,
	});
	return !isMissing(answer) && codeOf(answer) !== 'unsupported_grant_type';
}

/** The tokens are renewed, twice with the same refresh token. */
export const renewal: Step = {
	does: 'Renew the tokens, twice with the same refresh token',
	leaves:
		'These tokens may be revoked afterwards, also in n8n: if so, sign in again and reconnect the credential.',
	run: async ({ survey, refreshToken }): Promise<Findings> => {
		if (!refreshToken) return { refreshTokens: unseen('no refresh token was given') };
		const byForm = await isRenewedByForm(survey);
		const first = await renew(survey, refreshToken);
		if (isMissing(first)) return { renewal: fits('/v1/auth/gpt/token') };
		if (isRefused(first)) return { refreshTokens: unseen(REFUSED) };
		const { access_token, refresh_token: next, scope } = first.body;
		survey.client.accessToken = access_token;
		const scopeSpelling =
			typeof scope !== 'string' || !/[.:]/.test(scope)
				? unseen('the response has no scopes')
				: fits(scope.includes(':') ? 'colon' : 'dot');
		const refreshTokens =
			next === undefined || next === null
				? fits('left out')
				: next === refreshToken
					? fits('the same again')
					: fits(
							isRefused(await renew(survey, refreshToken))
								? 'new, the old one ends'
								: 'new, the old one lasts',
						);
		return {
			renewal: fits(byForm ? 'both addresses' : '/v1/auth/refresh'),
			scopeSpelling,
			refreshTokens,
		};
	},
};
