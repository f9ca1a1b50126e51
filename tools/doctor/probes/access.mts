import { isForbidden, isPage, isTurnedAway, isRefused, NOBODY } from '../reading.mts';
import { fits, unseen, type Probe } from '../probe.mts';

export const userAgents: Probe<'userAgents'> = async (survey) => {
	const answer = await survey.get('credit.getCosts');
	return isTurnedAway(answer) ? fits('known ones') : fits('any', 'known ones for calls');
};

export const scopes: Probe<'scopes'> = async (survey) => {
	const seen = { known: [] as boolean[], unknown: [] as boolean[] };
	for (const [id, [answer]] of survey.answers) {
		const { isPublic, scope } = survey.document.get(id);
		if (isPublic || !answer || (isRefused(answer) && !isForbidden(answer))) continue;
		seen[scope ? 'known' : 'unknown'].push(isForbidden(answer));
	}
	if (seen.unknown.length === 0) return unseen('nothing could be read');
	return seen.unknown.every(Boolean) && !seen.known.every(Boolean)
		? fits('asked for, closed where none is known')
		: fits('asked for', 'not looked at');
};

const nobody = { params: { call_id: NOBODY } };

export const errorShape: Probe<'errorShape'> = async (survey) => {
	const { body, type, ...answer } = await survey.get('call.get', nobody);
	if (isPage({ body, type, ...answer })) return fits('page');
	if (typeof body !== 'object' || body === null) return fits('text');
	if ('detail' in body) return fits('detail');
	if (typeof body.error === 'string') return fits('code as text');
	if (typeof body.error !== 'object') return unseen('it has a different structure');
	return fits('message' in body.error ? 'newest' : 'older');
};

export const errorStatus: Probe<'errorStatus'> = async (survey) => {
	const answer = await survey.get('call.get', nobody);
	if (answer.status >= 400) {
		// Where a refusal has no envelope, its status is all it has.
		return answer.body?.error ? fits('own') : fits('own', '200');
	}
	return answer.body?.error ? fits('200') : unseen('there is a call with this ID');
};
