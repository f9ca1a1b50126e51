import { areIgnored, fits, REFUSED, unseen, type Findings } from '../probe.mts';
import { idOf, isMissing, isRefused, namesIn, NOBODY } from '../reading.mts';
import type { Answer } from '../client.mts';
import type { Survey } from '../survey.mts';
import type { Step } from './step.mts';

/** A value that is no address, plan, kind or urgency anywhere. */
const NONE = 'doctor';
const NAMELESS = 'the error names no field';

const REFERENCE = ['goal', 'recipient_identifier'];
const COMMAND_LINE = ['channel', 'target', 'description'];

const post = async (
	survey: Survey,
	path: string,
	body?: unknown,
	params?: Record<string, string>,
) => await survey.send({ method: 'POST', path, body, params });

/** Takes back what was made although it should have been refused. */
async function undo(survey: Survey, answer: Answer): Promise<void> {
	const id = isRefused(answer) ? undefined : idOf(answer.body ?? {}, 'task');
	if (id === undefined) return;
	await post(survey, '/v1/outreach/tasks/{task_id}/cancel', undefined, { task_id: id });
}

async function outreach(survey: Survey): Promise<Findings> {
	const path = '/v1/outreach/tasks';
	const body = { goal: 'Test', recipient_identifier: NONE, urgency: NONE };
	const reference = await post(survey, path, body);
	await undo(survey, reference);
	const other = { channel: 'call', target: NONE, description: 'Test' };
	const commandLine = await post(survey, path, other);
	await undo(survey, commandLine);
	if (namesIn(reference, COMMAND_LINE).length > 0) {
		return {
			outreachRequest: fits('command line'),
			urgency: unseen('the field urgency does not exist here'),
		};
	}
	return {
		outreachRequest: fits(namesIn(commandLine, REFERENCE).length > 0 ? 'reference' : 'both'),
		urgency: fits(namesIn(reference, ['urgency']).length > 0 ? 'low, normal or high' : 'any text'),
	};
}

async function plan(survey: Survey): Promise<Findings> {
	const answer = await post(survey, '/v1/subscriptions/change-plan', { new_plan: NONE });
	if (namesIn(answer, ['target_plan']).length > 0) return { planRequest: fits('command line') };
	const isAboutPlan = namesIn(answer, ['new_plan']).length > 0;
	return { planRequest: isAboutPlan ? fits('both', 'reference') : unseen(NAMELESS) };
}

async function contactEmail(survey: Survey, areUnknownIgnored: boolean): Promise<Findings> {
	const body = { email_address: NONE, label: NONE };
	const answer = await post(survey, '/v1/channels/email/add', body);
	if (namesIn(answer, ['label']).length > 0) return { contactEmailRequest: fits('command line') };
	if (namesIn(answer, ['email_address']).length === 0) {
		return { contactEmailRequest: unseen(NAMELESS) };
	}
	return {
		contactEmailRequest: areUnknownIgnored
			? fits('both', 'reference', 'command line')
			: fits('both', 'reference'),
	};
}

async function channel(survey: Survey, areUnknownIgnored: boolean): Promise<Findings> {
	const path = '/v1/channels/webhook/{channel}/test';
	const params = { channel: 'telegram' };
	const fields = await post(survey, path, { bot_token: `1:${NONE}` }, params);
	const nothing = await post(survey, path, {}, params);
	if (isRefused(nothing) && namesIn(nothing, ['bot_token']).length > 0) {
		return { channelAccess: fits('fields') };
	}
	const isUnknown = isRefused(fields) && namesIn(fields, ['bot_token']).length > 0;
	if (isUnknown) return { channelAccess: fits('nothing') };
	return {
		channelAccess: areUnknownIgnored
			? fits('fields or nothing', 'nothing')
			: fits('fields or nothing'),
	};
}

async function reschedule(survey: Survey): Promise<Findings> {
	const path = '/v1/calls/{call_id}/reschedule';
	const params = { call_id: NOBODY };
	const other = ['appointment_date', 'appointment_time'];
	const date = await post(survey, path, { date: '2099-01-01' }, params);
	if (namesIn(date, ['time']).length > 0) return { rescheduleRequest: fits('both') };
	const nothing = await post(survey, path, {}, params);
	const wantsOther = [date, nothing].some((answer) => namesIn(answer, other).length > 0);
	const isDateUnknown = !isMissing(date) && namesIn(date, ['date']).length > 0;
	if (wantsOther || isDateUnknown)
		return { rescheduleRequest: fits('names as when a call is made') };
	if (isMissing(nothing)) return { rescheduleRequest: fits('nothing needed') };
	return { rescheduleRequest: fits('date, time or both') };
}

async function call(survey: Survey): Promise<Findings> {
	const answer = await post(survey, '/v1/calls', {
		submission: {
			task_category: 'general',
			task_description: 'Ask',
			language: 'en',
			call_language: 'en',
		},
		timezone: 'Europe/London',
	});
	const isTask = namesIn(answer, ['task_description']).length > 0;
	const isPhone = namesIn(answer, ['respondent_phone']).length > 0;
	if (isTask) return { callLimits: fits('of the MCP server') };
	return { callLimits: isPhone ? fits('none') : unseen(NAMELESS) };
}

async function estimate(survey: Survey): Promise<Findings> {
	const path = '/v1/goals/estimate';
	const good = await post(survey, path, { type: 'call', description: 'Test' });
	if (isRefused(good)) return { choices: unseen(REFUSED) };
	const odd = await post(survey, path, { type: NONE, description: 'Test' });
	return { choices: fits(isRefused(odd) ? 'of the command line' : 'any text') };
}

/** Requests that lack something, or are about what does not exist. */
export const refusals: Step = {
	does: 'Send 12 requests that must be refused: a value is missing, or the ID, plan or address does not exist',
	leaves: 'Nothing. If an outreach task is created anyway, it is cancelled immediately.',
	run: async ({ survey, findings }) => ({
		...(await call(survey)),
		...(await outreach(survey)),
		...(await plan(survey)),
		...(await contactEmail(survey, areIgnored(findings))),
		...(await channel(survey, areIgnored(findings))),
		...(await reschedule(survey)),
		...(await estimate(survey)),
	}),
};
