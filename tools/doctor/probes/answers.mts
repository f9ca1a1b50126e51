import {
	eachField,
	idOf,
	isForbidden,
	isMissing,
	isRefused,
	timeOf,
	type Time,
} from '../reading.mts';
import { fits, REFUSED, unseen, type Probe } from '../probe.mts';
import type { Answer } from '../client.mts';
import type { Asked, Survey } from '../survey.mts';

/** What was answered to a GET that had to have an ID; undefined where none was read. */
const read = (survey: Survey, id: string): Answer | undefined =>
	survey.answers.get(id)?.find((answer) => !isRefused(answer));

const NO_CALL = 'no call has one';

function timesIn(survey: Survey): Time[] {
	const times: Time[] = [];
	for (const answers of survey.answers.values()) {
		for (const { body } of answers) {
			eachField(body, (name, value) => {
				const time = /_at$|^timestamp$/.test(name) ? timeOf(value) : undefined;
				if (time) times.push(time);
			});
		}
	}
	return times;
}

/** The value that most have. */
function mostOf<Value>(values: Value[]): Value {
	const counts = new Map<Value, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	return [...counts].toSorted(([, a], [, b]) => b - a)[0]![0];
}

export const times: Probe<'times'> = async (survey) => {
	const all = timesIn(survey);
	if (all.length === 0) return unseen('no response has a time');
	return fits(mostOf(all.map(({ spelling }) => spelling)));
};

/** So many different times that all are on a whole minute are no chance. */
const NO_CHANCE = 4;

export const precision: Probe<'precision'> = async (survey) => {
	const all = timesIn(survey);
	if (all.length === 0) return unseen('no response has a time');
	const digits = mostOf(all.map((time) => time.digits));
	const isNumber = ['seconds', 'milliseconds'].includes(all[0]!.spelling);
	if (digits > 3) return fits('microseconds');
	if (digits > 0) return isNumber ? fits('milliseconds', 'microseconds') : fits('milliseconds');
	const different = new Set(all.map(({ ms }) => ms));
	if (!all.every(({ isMinute }) => isMinute)) return fits('seconds');
	return different.size >= NO_CHANCE ? fits('minutes') : fits('seconds', 'minutes');
};

export const numberPath: Probe<'numberPath'> = async (survey) => {
	const [row] = (await survey.rows('phoneNumber.getAll')) ?? [];
	const id = row && idOf(row, 'phone_number');
	if (!id) return unseen('the account has no phone number');
	const path = '/v1/phone-numbers/{phone_number_id}';
	const answer = await survey.send({ method: 'GET', path, params: { phone_number_id: id } });
	return fits(isRefused(answer) ? '/details' : 'both');
};

export const transcript: Probe<'transcript'> = async (survey) => {
	const body = read(survey, 'call.getTranscript')?.body;
	if (body === undefined) return unseen(NO_CALL);
	if (Array.isArray(body)) return fits('a bare array');
	if (Array.isArray(body.transcript)) return fits('transcript');
	const [entry] = body.entries ?? [];
	if (!entry) return unseen('it has no entries');
	return fits('role' in entry || 'text' in entry ? 'role and text' : 'entries');
};

export const calendarFile: Probe<'calendarFile'> = async (survey) => {
	const type = read(survey, 'call.getCalendarEvent')?.type;
	if (type === undefined) return unseen(NO_CALL);
	const known = (['text/calendar', 'application/octet-stream'] as const).find(
		(each) => each === type,
	);
	return known ? fits(known) : unseen('it has a different type');
};

export const billingPortal: Probe<'billingPortal'> = async (survey) => {
	const body = read(survey, 'subscription.getBillingPortal')?.body;
	if (typeof body !== 'object' || body === null) return unseen(REFUSED);
	if ('url' in body) return fits('url');
	return 'portal_url' in body ? fits('portal_url') : unseen('it has a different name');
};

/** Whether there is such an address; undefined where the sign-in may not know. */
async function isThere(survey: Survey, id: string): Promise<boolean | undefined> {
	const answer = await survey.get(id);
	if (!isRefused(answer)) return true;
	return isForbidden(answer) || !isMissing(answer) ? undefined : false;
}

export const subscription: Probe<'subscription'> = async (survey) => {
	const [newest, older] = [
		await isThere(survey, 'subscription.getStatus'),
		await isThere(survey, 'cli.getSubscription'),
	];
	if (newest === undefined || older === undefined) return unseen(REFUSED);
	if (newest && older) return fits('both');
	return newest ? fits('newest') : older ? fits('older') : unseen('neither exists');
};

export const statistics: Probe<'statistics'> = async (survey) => {
	const seen = await isThere(survey, 'cli.getStatistics');
	return seen === undefined ? unseen(REFUSED) : fits(seen ? 'there' : 'gone');
};

/** The first value of a field that any answer has. */
function firstOf(survey: Survey, wanted: (name: string, value: unknown) => boolean): unknown {
	let found: unknown;
	for (const answers of survey.answers.values()) {
		for (const { body } of answers) {
			eachField(body, (name, value) => {
				if (found === undefined && wanted(name, value)) found = value;
			});
		}
	}
	return found;
}

export const amounts: Probe<'amounts'> = async (survey) => {
	const isAmount = (name: string, value: unknown) => name === 'credits_used' && value !== null;
	const value = firstOf(survey, isAmount);
	if (value === undefined) return unseen('no response has an amount');
	return fits(typeof value === 'string' ? 'texts' : 'numbers');
};

export const planNames: Probe<'planNames'> = async (survey) => {
	const names = new Set<string>();
	for (const id of [
		'credit.getPlans',
		'cli.getPaymentPlans',
		'subscription.getStatus',
		'credit.getBalance',
	]) {
		const answer = await survey.get(id);
		if (isRefused(answer)) continue;
		for (const name of Object.keys(answer.body?.plans ?? {})) names.add(name);
		if (answer.body?.plan_type) names.add(String(answer.body.plan_type));
	}
	if (names.has('trial') || names.has('personal')) return fits('trial, personal, business');
	return ['starter', 'pro', 'power'].some((name) => names.has(name))
		? fits('starter, pro, power, business')
		: unseen('the plans have different names');
};

export const channelNames: Probe<'channelNames'> = async (survey) => {
	const rows = read(survey, 'channel.getStatus')?.body?.channels;
	if (!Array.isArray(rows)) return unseen(REFUSED);
	const connectable = ['whatsapp', 'telegram', 'email'];
	return fits(
		rows.some(({ channel }) => !connectable.includes(channel)) ? 'all' : 'connectable ones',
	);
};

export const inboxConversation: Probe<'inboxConversation'> = async (survey) => {
	const [row] = (await survey.rows('message.getAll')) ?? [];
	if (!row) return unseen('there is no message');
	return fits('conversation_id' in row ? 'named' : 'left out');
};

/** The statuses of the rows of a list, by some of the ways to ask for it. */
async function statuses(survey: Survey, list: string, ways: Asked[] = [{}]): Promise<Set<unknown>> {
	const seen = new Set<unknown>();
	for (const asked of ways) {
		for (const { status } of (await survey.rows(list, asked)) ?? []) seen.add(status);
	}
	return seen;
}

/** As many calls as can be had: those that matter may be far back. */
const ALL_CALLS: Asked[] = [{}, { query: { limit: 200 } }, { query: { offset: 50 } }];

export const callEnds: Probe<'callEnds'> = async (survey) => {
	const seen = await statuses(survey, 'call.getAll', ALL_CALLS);
	if (seen.size === 0) return unseen('there is no call');
	if (seen.has('terminated')) return fits('terminated as well');
	return seen.has('failed') ? fits('six') : fits('six', 'terminated as well');
};

export const openCalls: Probe<'openCalls'> = async (survey) => {
	const seen = await statuses(survey, 'call.getAll', ALL_CALLS);
	if (seen.has('queued')) return fits('queued');
	if (seen.has('pending')) return fits('pending');
	if (seen.has('in_progress')) return fits('scheduled and in_progress');
	return seen.has('scheduled')
		? fits('scheduled and in_progress', 'queued')
		: unseen('no call is open');
};

export const goalStates: Probe<'goalStates'> = async (survey) => {
	const seen = await statuses(survey, 'goal.getAll');
	if (seen.has('needs_input') || seen.has('in_progress')) {
		return fits('needs_input and in_progress as well');
	}
	return seen.has('active') || seen.has('pending') ? fits('five') : unseen('no goal is open');
};

export const outreachStates: Probe<'outreachStates'> = async (survey) => {
	const seen = await statuses(survey, 'outreach.getAll');
	if (seen.has('awaiting')) return fits('awaiting as well');
	return seen.has('pending') ? fits('five') : unseen('no task is waiting');
};

/** How long a link to a recording is watched. */
const LINK_MS = 65_000;

export const recordings: Probe<'recordings'> = async (survey) => {
	const url: unknown = read(survey, 'call.getRecording')?.body?.url;
	if (typeof url !== 'string') return unseen(NO_CALL);
	const { client } = survey;
	const first = await client.look(url);
	if (first >= 300 && first < 400) return fits('redirect');
	if (first === 401 || first === 403) {
		return (await client.look(url, true)) < 300 ? fits('need the token') : unseen(REFUSED);
	}
	if (first >= 400 || first === 0) return unseen('the link does not work');
	survey.say('  Waiting a minute to check whether the link to a recording still works …');
	await client.clock.wait(LINK_MS);
	return fits((await client.look(url)) >= 400 ? 'expire' : 'last');
};
