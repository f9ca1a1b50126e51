import { createdAt, idOf, isRefused, placeOfRows, rowsOf } from '../reading.mts';
import { fits, REFUSED, unseen, type Probe } from '../probe.mts';
import type { Survey } from '../survey.mts';

/** More than any list gives. */
const TOO_MANY = 1000;
/** The largest page where a service gives less than is published. */
const LOWER_PAGE = 50;
/** The largest page of lists without a published bound, in the reading that has one. */
const UNSTATED_PAGE = 20;
const UNSTATED_LIMITS = [
	'message.getAll',
	'credit.getHistory',
	'action.getAll',
	'goal.getAll',
	'conversation.getHistory',
	'email.getAll',
];
const UNSTATED_ROWS = [
	'inboundCall.getAll',
	'inboundCall.getEvents',
	'inboundRule.getAll',
	'inboundContact.getAll',
	'voicemail.getAll',
	'phoneNumber.getAll',
	'phoneNumber.getSupportedCountries',
	'phoneNumber.getForwardingTargets',
	'email.getAll',
	'search.getHistory',
	'search.getSources',
	'conversation.getHistory',
	'calendar.getSlots',
];
/** Lists whose rows have an ID of a name that nobody states, with what it may be. */
const UNSTATED_IDS: Record<string, string> = {
	'inboundCall.getAll': 'call_id',
	'voicemail.getAll': 'voicemail_id',
	'inboundRule.getAll': 'rule_id',
	'inboundContact.getAll': 'contact_id',
	'phoneNumber.getAll': 'phone_number_id',
	'inboundCall.getEvents': 'event_id',
	'email.getAll': 'message_id',
};
/** Lists with times, those that are likely to be long first. */
const TIMED = [
	'call.getAll',
	'goal.getAll',
	'message.getAll',
	'inboundCall.getAll',
	'outreach.getAll',
	'credit.getHistory',
];

/** What an offset does to a list: compares its pages by ID. */
async function offsetOf(
	survey: Survey,
	list: string,
	kind: string,
): Promise<'taken' | 'ignored' | 'refused' | undefined> {
	const all = await survey.rows(list);
	if (!all || all.length < 2) return undefined;
	const answer = await survey.get(list, { query: { offset: 1 } });
	if (isRefused(answer)) return 'refused';
	const [first] = rowsOf(answer, survey.document.get(list).rows) ?? [];
	if (!first) return 'taken';
	return idOf(first, kind) === idOf(all[0], kind) ? 'ignored' : 'taken';
}

const names = (body: unknown) =>
	typeof body === 'object' && body !== null ? Object.keys(body) : [];

export const goalOffset: Probe<'goalOffset'> = async (survey) => {
	const seen = await offsetOf(survey, 'goal.getAll', 'goal');
	return seen ? fits(seen) : unseen('there are fewer than two goals');
};

export const offset: Probe<'offset'> = async (survey) => {
	const seen = await offsetOf(survey, 'call.getAll', 'call');
	if (!seen) return unseen('there are fewer than two calls');
	return seen === 'refused' ? unseen(REFUSED) : fits(seen);
};

export const callRows: Probe<'callRows'> = async (survey) => {
	const answer = await survey.get('call.getAll');
	if (isRefused(answer)) return unseen(REFUSED);
	const [calls, items] = ['calls', 'items'].map((name) => names(answer.body).includes(name));
	if (calls && items) return fits('calls and items');
	if (calls) return fits('calls');
	return items ? fits('items') : unseen('they have a different name');
};

export const callRow: Probe<'callRow'> = async (survey) => {
	const [row] = (await survey.rows('call.getAll')) ?? [];
	if (!row) return unseen('there is no call');
	const [nested, flat] = ['submission' in row, 'created_at' in row || 'to' in row];
	if (nested && flat) return fits('both');
	return nested ? fits('nested') : flat ? fits('flat') : unseen('it has neither structure');
};

export const callId: Probe<'callId'> = async (survey) => {
	const [row] = (await survey.rows('call.getAll')) ?? [];
	if (!row) return unseen('there is no call');
	if ('call_id' in row) return fits('call_id');
	return 'id' in row ? fits('id') : unseen('it has a different name');
};

export const goalAndInboxRows: Probe<'goalAndInboxRows'> = async (survey) => {
	for (const [list, name] of [
		['goal.getAll', 'goals'],
		['message.getAll', 'messages'],
	] as const) {
		const answer = await survey.get(list);
		if (isRefused(answer)) continue;
		const place = placeOfRows(answer.body, name);
		if (place === name) return fits('goals and messages');
		if (place === 'items') return fits('items');
	}
	return unseen('neither list could be read');
};

export const unstatedRows: Probe<'unstatedRows'> = async (survey) => {
	for (const list of UNSTATED_ROWS) {
		const answer = await survey.get(list);
		const { rows } = survey.document.get(list);
		const place = isRefused(answer) ? undefined : placeOfRows(answer.body, rows);
		if (place === undefined) continue;
		if (place === '') return fits('a bare array');
		if (place === rows) return fits('likely names');
		const usual = (['items', 'data', 'results'] as const).find((name) => name === place);
		return fits(usual ?? 'another name');
	}
	return unseen('none of these lists could be read');
};

export const unstatedIds: Probe<'unstatedIds'> = async (survey) => {
	for (const [list, name] of Object.entries(UNSTATED_IDS)) {
		const [row] = (await survey.rows(list)) ?? [];
		if (!row) continue;
		if ('id' in row) return fits('id');
		if (name in row) return fits('named');
	}
	return unseen('these lists have no rows');
};

export const statedLimits: Probe<'statedLimits'> = async (survey) => {
	const answer = await survey.get('call.getAll', { query: { limit: TOO_MANY } });
	if (isRefused(answer)) {
		const isRead = !isRefused(await survey.get('call.getAll'));
		return isRead ? fits('refused') : unseen(REFUSED);
	}
	const rows = rowsOf(answer, survey.document.get('call.getAll').rows) ?? [];
	if (rows.length === LOWER_PAGE) return fits('capped at 50');
	return rows.length > LOWER_PAGE ? fits('capped') : fits('capped', 'capped at 50');
};

export const unstatedLimits: Probe<'unstatedLimits'> = async (survey) => {
	let isRead = false;
	let most = 0;
	for (const list of UNSTATED_LIMITS) {
		if (isRefused(await survey.get(list))) continue;
		const answer = await survey.get(list, { query: { limit: TOO_MANY } });
		if (isRefused(answer)) return fits('20, refused');
		isRead = true;
		most = Math.max(most, rowsOf(answer, survey.document.get(list).rows)?.length ?? 0);
		if (most > UNSTATED_PAGE) return fits('none');
	}
	if (!isRead) return unseen(REFUSED);
	return most === UNSTATED_PAGE ? fits('20, capped') : fits('none', '20, capped');
};

export const totals: Probe<'totals'> = async (survey) => {
	const all = await survey.rows('call.getAll');
	if (!all || all.length < 2) return unseen('there are fewer than two calls');
	const { total } = (await survey.get('call.getAll', { query: { limit: 1 } })).body ?? {};
	if (total === undefined || total === null) return fits('left out');
	if (Number(total) === 0) return fits('0');
	if (Number(total) === 1) return fits('of the page');
	for (const [list, status] of [
		['outreach.getAll', 'failed'],
		['outreach.getAll', 'completed'],
		['inboundCall.getAll', 'missed'],
		['inboundCall.getAll', 'completed'],
	] as const) {
		const query = { status };
		const [some, everything] = [await survey.rows(list, { query }), await survey.rows(list)];
		if (!some || !everything || some.length >= everything.length) continue;
		const counted = Number((await survey.get(list, { query })).body?.total);
		return counted > some.length ? fits('before filtering') : fits('right');
	}
	return fits('right', 'before filtering');
};

export const hasMore: Probe<'hasMore'> = async (survey) => {
	const answer = await survey.get('outreach.getAll');
	if (isRefused(answer)) return unseen(REFUSED);
	return names(answer.body).includes('has_more') ? fits('right') : fits('left out');
};

export const order: Probe<'order'> = async (survey) => {
	for (const list of TIMED) {
		const times = ((await survey.rows(list)) ?? []).map(createdAt);
		const known = times.filter((time) => time !== undefined);
		if (new Set(known).size < 3) continue;
		const isSorted = (sign: number) =>
			known.every((time, index) => index === 0 || sign * (time - known[index - 1]!) >= 0);
		return isSorted(-1) ? fits('newest') : isSorted(1) ? fits('oldest') : fits('none');
	}
	return unseen('no list has three rows with different times');
};

export const archivedGoals: Probe<'archivedGoals'> = async (survey) => {
	const archived = await survey.rows('goal.getAll', { query: { status: 'archived' } });
	const all = await survey.rows('goal.getAll');
	if (!archived?.length || !all) return unseen('there is no archived goal');
	const ids = all.map((row) => idOf(row, 'goal'));
	return archived.some((row) => ids.includes(idOf(row, 'goal')))
		? fits('listed')
		: fits('left out');
};

export const outreachFilters: Probe<'outreachFilters'> = async (survey) => {
	if (isRefused(await survey.get('outreach.getAll'))) return unseen(REFUSED);
	const answer = await survey.get('outreach.getAll', { query: { status: 'failed,completed' } });
	return fits(isRefused(answer) ? 'one status' : 'several statuses and pages');
};

export const unreadFalse: Probe<'unreadFalse'> = async (survey) => {
	const isUnread = ({ unread }: any) => unread === true;
	if (!((await survey.rows('message.getAll')) ?? []).some(isUnread))
		return unseen('there is no unread message');
	const rows = await survey.rows('message.getAll', { query: { unread: 'false' } });
	if (!rows) return unseen(REFUSED);
	return fits(rows.some(isUnread) ? 'all' : 'read ones');
};

const DAY_MS = 24 * 60 * 60 * 1000;
/** A day that no event has. */
const NOT_YET = '2099-01-01';

export const periodBounds: Probe<'periodBounds'> = async (survey) => {
	const times = ((await survey.rows('inboundCall.getAll')) ?? []).map(createdAt);
	const time = times.find((each) => each !== undefined);
	if (time === undefined) return unseen('there is no inbound call');
	const within = async (from: string, to: string) =>
		await survey.rows('inboundCall.getAll', { query: { date_from: from, date_to: to } });
	const day = new Date(time).toISOString().slice(0, 10);
	const byDay = await within(day, day);
	if (!byDay) return fits('times only');
	const times2 = [time - DAY_MS, time + DAY_MS].map((each) => new Date(each).toISOString());
	if (!(await within(times2[0]!, times2[1]!))) return fits('dates only');
	return fits(byDay.length === 0 ? 'end left out' : 'dates or times');
};

export const eventPeriod: Probe<'eventPeriod'> = async (survey) => {
	const all = await survey.rows('inboundCall.getEvents');
	if (!all?.length) return unseen('there is no inbound event');
	const narrowed = async (name: string) => {
		for (const from of [NOT_YET, `${NOT_YET}T00:00:00Z`]) {
			const rows = await survey.rows('inboundCall.getEvents', { query: { [name]: from } });
			if (rows) return rows.length === 0;
		}
		return false;
	};
	if (await narrowed('from')) return fits('from and to');
	return fits((await narrowed('date_from')) ? 'date_from and date_to' : 'neither');
};

export const unknownFields: Probe<'unknownFields'> = async (survey) => {
	if (isRefused(await survey.get('call.getAll'))) return unseen(REFUSED);
	const answer = await survey.get('call.getAll', { query: { doctor: 1 } });
	return fits(isRefused(answer) ? 'refused' : 'ignored');
};
