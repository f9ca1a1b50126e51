import { fits, REFUSED, unseen, type Findings } from '../probe.mts';
import { idOf, isMissing, isRefused, namesIn, NOBODY } from '../reading.mts';
import type { Answer } from '../client.mts';
import type { Survey } from '../survey.mts';
import type { Step } from './step.mts';

/** A value that is no address, plan, kind or urgency anywhere. */
const NONE = 'doctor';

const REFERENCE = ['goal', 'recipient_identifier'];
const COMMAND_LINE = ['channel', 'target', 'description'];

const post = async (survey: Survey, path: string, body?: unknown, params?: Record<string, string>) =>
	await survey.send({ method: 'POST', path, body, params });

/** Takes back what was made although it should have been refused. */
async function undo(survey: Survey, answer: Answer): Promise<void> {
	const id = isRefused(answer) ? undefined : idOf(answer.body ?? {}, 'task');
	if (id === undefined) return;
	await post(survey, '/v1/outreach/tasks/{task_id}/cancel', undefined, { task_id: id });
}

/** Whether the refusal of each of two forms asks for the fields of the other. */
function dialect(
	[reference, commandLine]: [Answer, Answer],
	names: { reference: string[]; commandLine: string[] },
): 'both' | 'reference' | 'command line' | undefined {
	const wantsOther = namesIn(reference, names.commandLine).length > 0;
	const wantsFirst = namesIn(commandLine, names.reference).length > 0;
	if (wantsOther) return 'command line';
	return wantsFirst ? 'reference' : 'both';
}

async function outreach(survey: Survey): Promise<Findings> {
	const path = '/v1/outreach/tasks';
	const reference = await post(survey, path, { goal: 'Test', recipient_identifier: NONE });
	await undo(survey, reference);
	const commandLine = await post(survey, path, {
		channel: 'call',
		target: NONE,
		description: 'Test',
	});
	await undo(survey, commandLine);
	const seen = dialect([reference, commandLine], { reference: REFERENCE, commandLine: COMMAND_LINE });
	const urgency = await post(survey, path, { goal: 'Test', urgency: NONE });
	await undo(survey, urgency);
	const isUrgency = namesIn(urgency, ['urgency']).length > 0;
	const about = namesIn(urgency, ['recipient_identifier']).length > 0;
	return {
		outreachRequest: seen ? fits(seen) : unseen(REFUSED),
		urgency:
			seen === 'command line'
				? unseen('urgency is no field here')
				: isUrgency
					? fits('low, normal or high')
					: about
						? fits('any text')
						: unseen('the refusal names no field'),
	};
}

async function plan(survey: Survey): Promise<Findings> {
	const path = '/v1/subscriptions/change-plan';
	const seen = dialect(
		[
			await post(survey, path, { new_plan: NONE }),
			await post(survey, path, { target_plan: NONE }),
		],
		{ reference: ['new_plan'], commandLine: ['target_plan'] },
	);
	return { planRequest: seen ? fits(seen) : unseen(REFUSED) };
}

async function contactEmail(survey: Survey): Promise<Findings> {
	const path = '/v1/channels/email/add';
	const label = await post(survey, path, { email_address: NONE, label: NONE });
	const display = await post(survey, path, { email_address: NONE, display_name: NONE });
	if (namesIn(label, ['label']).length > 0) return { contactEmailRequest: fits('command line') };
	if (namesIn(display, ['display_name']).length > 0) {
		return { contactEmailRequest: fits('reference') };
	}
	const isPlain = [label, display].every(
		(answer) => namesIn(answer, ['email_address']).length > 0,
	);
	return {
		contactEmailRequest: isPlain ? fits('both') : unseen('the refusals name no field'),
	};
}

async function channel(survey: Survey): Promise<Findings> {
	const path = '/v1/channels/webhook/{channel}/test';
	const params = { channel: 'telegram' };
	const fields = await post(survey, path, { bot_token: `1:${NONE}` }, params);
	const nothing = await post(survey, path, {}, params);
	if (isRefused(nothing) && namesIn(nothing, ['bot_token']).length > 0) {
		return { channelAccess: fits('fields') };
	}
	const isUnknown = isRefused(fields) && namesIn(fields, ['bot_token']).length > 0;
	return { channelAccess: fits(isUnknown ? 'nothing' : 'fields or nothing') };
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
	if (wantsOther || isDateUnknown) return { rescheduleRequest: fits('names as when a call is made') };
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
	return { callLimits: isPhone ? fits('none') : unseen('the refusal names no field') };
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
	does: 'Send 15 requests that have to be refused: something is missing in them, or nobody has their ID, plan or address',
	leaves: 'Nothing. An outreach task that was made after all would be cancelled at once.',
	run: async ({ survey }) => ({
		...(await call(survey)),
		...(await outreach(survey)),
		...(await plan(survey)),
		...(await contactEmail(survey)),
		...(await channel(survey)),
		...(await reschedule(survey)),
		...(await estimate(survey)),
	}),
};
