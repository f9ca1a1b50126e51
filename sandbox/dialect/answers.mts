import { inboundCalls } from '../domains/inboundCall.mts';
import { now } from '../clock.mts';
import type { Answer } from '../errors.mts';
import type { Exchange } from '../operation.mts';
import { MINUTE_MS } from '../time.mts';
import type { Readings, SwitchName } from '../worlds.mts';
import { otherPlan } from './plans.mts';

/** Where the rows of a list stand in the world `kind`, and the switch that has them elsewhere. */
interface List {
	rows: string;
	by?: SwitchName;
}

const UNSTATED = 'unstatedRows';
const LISTS: Record<string, List> = {
	'conversation.getAll': { rows: 'conversations' },
	'conversation.getHistory': { rows: 'messages', by: UNSTATED },
	'goal.getAll': { rows: 'goals', by: 'goalAndInboxRows' },
	'call.getAll': { rows: 'calls', by: 'callRows' },
	'outreach.getAll': { rows: 'tasks' },
	'credit.getHistory': { rows: 'entries' },
	'inboundCall.getAll': { rows: 'calls', by: UNSTATED },
	'inboundCall.getEvents': { rows: 'events', by: UNSTATED },
	'inboundRule.getAll': { rows: 'rules', by: UNSTATED },
	'inboundContact.getAll': { rows: 'contacts', by: UNSTATED },
	'voicemail.getAll': { rows: 'voicemails', by: UNSTATED },
	'phoneNumber.getAll': { rows: 'phone_numbers', by: UNSTATED },
	'phoneNumber.getSupportedCountries': { rows: 'countries', by: UNSTATED },
	'phoneNumber.getForwardingTargets': { rows: 'targets', by: UNSTATED },
	'phoneNumber.searchAvailable': { rows: 'numbers', by: UNSTATED },
	'email.getOutbox': { rows: 'emails' },
	'email.getReplies': { rows: 'replies', by: UNSTATED },
	'email.getAll': { rows: 'messages', by: UNSTATED },
	'emailAccount.getAll': { rows: 'accounts' },
	'message.getAll': { rows: 'messages', by: 'goalAndInboxRows' },
	'message.getThread': { rows: 'messages', by: UNSTATED },
	'calendar.getSlots': { rows: 'slots', by: UNSTATED },
	'action.getAll': { rows: 'actions' },
	'search.getHistory': { rows: 'searches', by: UNSTATED },
	'search.getSources': { rows: 'sources', by: UNSTATED },
	'contactEmail.getAll': { rows: 'emails' },
	'referral.getHistory': { rows: 'referrals' },
};

/** Names of IDs that no source states, by the beginning of the operations whose rows have them. */
const UNSTATED_IDS: Array<[operations: RegExp, name: string]> = [
	[/^inboundCall\.getEvents$/, 'event_id'],
	[/^inboundCall\.(?!getSummary|getAnalytics|getStreamInfo)/, 'call_id'],
	[/^inboundRule\./, 'rule_id'],
	[/^inboundContact\./, 'contact_id'],
	[/^voicemail\./, 'voicemail_id'],
	[/^phoneNumber\./, 'phone_number_id'],
	[/^email\.(getAll|get)$/, 'message_id'],
	[/^email\.getReplies$/, 'reply_id'],
];

/** An answer on its way out: its body, of which nobody else has a part, and its headers. */
interface Draft {
	exchange: Exchange;
	status: number;
	body: any;
	headers: Record<string, string>;
}

/** What one switch does to answers, by its reading. */
interface AnswerSwitch {
	by: SwitchName;
	on: RegExp;
	as: Record<string, (draft: Draft) => void>;
}

const listOf = ({ exchange }: Draft): List | undefined => LISTS[exchange.id];

/** The rows of a list, or the one record that the body is. */
function rowsOf(draft: Draft): any[] {
	const list = listOf(draft);
	const rows = list ? draft.body?.[list.rows] : [draft.body];
	return Array.isArray(rows) ? rows.filter((row) => typeof row === 'object' && row !== null) : [];
}

const eachRow =
	(change: (row: any, draft: Draft) => void) =>
	(draft: Draft): void => {
		for (const row of rowsOf(draft)) change(row, draft);
	};

/** Gives a field another name, in its place. */
function rename(row: any, from: string, to: string): void {
	for (const [name, value] of Object.entries(row)) {
		delete row[name];
		row[name === from ? to : name] = value;
	}
}

const renamed = (from: string, to: string) => eachRow((row) => rename(row, from, to));

const statuses = (names: Record<string, string>) =>
	eachRow((row) => {
		if (Object.hasOwn(names, row.status)) row.status = names[row.status];
	});

/** The shape in which the MCP server reads the row of a call, beside `metadata`. */
const flat = ({ metadata, submission, highlights }: any) => ({
	to: submission.respondent_phone,
	business_name: submission.business_name,
	result_summary: highlights,
	created_at: metadata.created_at,
	ended_at: metadata.ended_at,
});

function flatten(row: any): void {
	Object.assign(row, flat(row), { metadata: { ended_at: row.metadata.ended_at } });
	delete row.submission;
	delete row.highlights;
}

/** Puts the rows of a list under another name, or makes them the whole body. */
const under = (name?: string) => (draft: Draft) => {
	const { rows } = listOf(draft) as List;
	if (name === undefined) draft.body = draft.body[rows];
	else rename(draft.body, rows, name);
};

const ON_LISTS = new RegExp(`^(${Object.keys(LISTS).join('|').replaceAll('.', '\\.')})$`);
const on = (switched: SwitchName) =>
	new RegExp(
		`^(${Object.keys(LISTS)
			.filter((id) => LISTS[id]?.by === switched)
			.join('|')
			.replaceAll('.', '\\.')})$`,
	);

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d):(\d\d)(\.\d+)?Z$/;

/** A body with every text changed that is a time. */
function withTimes(value: any, change: (text: string) => unknown): unknown {
	if (typeof value === 'string') return TIME.test(value) ? change(value) : value;
	if (typeof value !== 'object' || value === null) return value;
	for (const [name, member] of Object.entries(value)) value[name] = withTimes(member, change);
	return value;
}

const eachTime = (change: (text: string) => unknown) => (draft: Draft) =>
	void (draft.body = withTimes(draft.body, change));

const secondsAs = (spell: (seconds: string) => string) =>
	eachTime((text) => text.replace(TIME, (_, minute, seconds) => `${minute}:${spell(seconds)}Z`));

const OFFSET = '+05:30';
const OFFSET_MS = 5.5 * 60 * MINUTE_MS;

function withOffset(text: string): string {
	const local = new Date(Date.parse(text) + OFFSET_MS).toISOString().slice(0, 19);
	return `${local}${TIME.exec(text)?.[3] ?? ''}${OFFSET}`;
}

function amountsAsTexts(value: any): void {
	if (typeof value !== 'object' || value === null) return;
	for (const [name, member] of Object.entries(value)) {
		if (name === 'credits_used' && typeof member === 'number') value[name] = String(member);
		else amountsAsTexts(member);
	}
}

function plansByOtherNames(value: any): void {
	if (typeof value !== 'object' || value === null) return;
	for (const [name, member] of Object.entries(value)) {
		if (name === 'plan_type' || name === 'new_plan') value[name] = otherPlan(String(member));
		else if (name === 'plans') {
			value[name] = Object.fromEntries(
				Object.entries(member as object).map(([plan, data]) => [otherPlan(plan), data]),
			);
		} else plansByOtherNames(member);
	}
}

/** How many rows there are before anything is filtered. */
const ALL_ROWS: Record<string, (exchange: Exchange) => number> = {
	'inboundCall.getAll': ({ store }) => inboundCalls(store).size,
	'outreach.getAll': ({ store }) => store.outreach.size,
};

const total = (count: (draft: Draft) => number) => (draft: Draft) => {
	if (draft.body.total !== undefined) draft.body.total = count(draft);
};

const link = (kind: string) => (draft: Draft) => void (draft.body.url += `?link=${kind}`);

/** The table of what happens to answers with status 2xx and JSON, in this order. */
const ANSWERS: AnswerSwitch[] = [
	{
		by: 'actionAnswers',
		on: /./,
		as: {
			// No answer of these is documented.
			'success only': (draft) => {
				const { method, path } = draft.exchange;
				const isAction = method !== 'GET' && path.includes('_id}');
				if (isAction && draft.body !== undefined) draft.body = { success: true };
			},
		},
	},
	{
		by: 'assistantReply',
		on: /^assistant\.ask$/,
		as: {
			'short reference': (draft) => {
				const { response, goal_id, conversation_id, actions_taken } = draft.body;
				draft.body = {
					message: response,
					intent: 'task',
					triggered_actions: actions_taken,
					suggestions: [],
					message_id: goal_id,
					goal_completed: false,
					conversation_id,
				};
			},
		},
	},
	{
		by: 'newConversation',
		on: /^conversation\.create$/,
		as: { id: renamed('conversation_id', 'id') },
	},
	{
		by: 'transcript',
		on: /\.getTranscript$/,
		as: {
			transcript: renamed('entries', 'transcript'),
			'a bare array': (draft) => void (draft.body = draft.body.entries),
			'role and text': ({ body }) => {
				for (const entry of body.entries) {
					rename(entry, 'speaker', 'role');
					rename(entry, 'content', 'text');
				}
			},
		},
	},
	{
		by: 'calendarFile',
		on: /^call\.getCalendarEvent$/,
		as: {
			'application/octet-stream': ({ headers }) =>
				void (headers['content-type'] = 'application/octet-stream'),
		},
	},
	{
		by: 'billingPortal',
		on: /^subscription\.getBillingPortal$/,
		as: { portal_url: renamed('url', 'portal_url') },
	},
	{
		by: 'channelNames',
		on: /^channel\.getStatus$/,
		as: {
			all: ({ body }) => {
				for (const channel of ['linkedin', 'instagram', 'twitter']) {
					body.channels.push({ channel, connected: false, account_name: null, connected_at: null });
				}
			},
		},
	},
	{
		by: 'inboxConversation',
		on: /^message\.(getAll|get)$/,
		as: { 'left out': eachRow((row) => void delete row.conversation_id) },
	},
	{
		by: 'recordings',
		on: /\.(getRecording|getPlayback)$/,
		as: {
			expire: (draft) => link(`until-${now() + MINUTE_MS}`)(draft),
			redirect: link('redirect'),
			'need the token': link('guarded'),
		},
	},
	{
		by: 'callEnds',
		on: /^call\./,
		as: {
			'terminated as well': eachRow((row) => {
				if (row.status !== 'failed') return;
				Object.assign(row, {
					status: 'terminated',
					duration_seconds: 1.99,
					highlights: 'The line went dead after the greeting',
				});
			}),
		},
	},
	{
		by: 'openCalls',
		on: /^call\./,
		as: {
			queued: statuses({ in_progress: 'queued' }),
			pending: statuses({ in_progress: 'pending', scheduled: 'pending' }),
		},
	},
	{
		by: 'goalStates',
		on: /^goal\.(getAll|get)$/,
		as: {
			'needs_input and in_progress as well': statuses({
				active: 'in_progress',
				pending: 'needs_input',
			}),
		},
	},
	{
		by: 'outreachStates',
		on: /^outreach\./,
		as: {
			// Not those that are on their way: they wait for nobody.
			'awaiting as well': eachRow((row, { exchange: { store } }) => {
				const isUntried = store.outreach.get(row.id)?.attempts.length === 0;
				if (row.status === 'pending' && isUntried) row.status = 'awaiting';
			}),
		},
	},
	{
		by: 'callRow',
		on: /^call\.getAll$/,
		as: { both: eachRow((row) => void Object.assign(row, flat(row))), flat: eachRow(flatten) },
	},
	{ by: 'callId', on: /^call\./, as: { id: renamed('call_id', 'id') } },
	{
		by: 'unstatedIds',
		on: /./,
		as: {
			named: (draft) => {
				const [, name] = UNSTATED_IDS.find(([ids]) => ids.test(draft.exchange.id)) ?? [];
				if (name !== undefined) {
					for (const row of rowsOf(draft)) {
						if (name in row) delete row[name];
						rename(row, 'id', name);
					}
				}
			},
		},
	},
	{
		by: 'totals',
		on: ON_LISTS,
		as: {
			'left out': ({ body }) => void delete body.total,
			'of the page': total((draft) => rowsOf(draft).length),
			'0': total(() => 0),
			'before filtering': total(
				({ exchange, body }) => ALL_ROWS[exchange.id]?.(exchange) ?? body.total,
			),
		},
	},
	{
		by: 'hasMore',
		on: /^outreach\.getAll$/,
		as: { 'left out': ({ body }) => void delete body.has_more },
	},
	{
		by: 'callRows',
		on: on('callRows'),
		as: {
			// The command line reads the first, the MCP server the second with its own shape of a row.
			'calls and items': ({ body }) =>
				void (body.items = body.calls.map((row: any) => ({
					...(row.submission ? flat(row) : {}),
					...row,
				}))),
			items: under('items'),
		},
	},
	{ by: 'goalAndInboxRows', on: on('goalAndInboxRows'), as: { items: under('items') } },
	{
		by: 'unstatedRows',
		on: on(UNSTATED),
		as: {
			items: under('items'),
			data: under('data'),
			results: under('results'),
			'a bare array': under(),
			'another name': under('records'),
		},
	},
	{ by: 'amounts', on: /./, as: { texts: ({ body }) => amountsAsTexts(body) } },
	{
		by: 'planNames',
		on: /^(credit|subscription|cli)\./,
		as: { 'trial, personal, business': ({ body }) => plansByOtherNames(body) },
	},
	{
		by: 'scopeSpelling',
		on: /^auth\.(token|refresh)$/,
		as: {
			dot: ({ body }) => {
				if (typeof body?.scope === 'string') body.scope = body.scope.replaceAll(':', '.');
			},
		},
	},
	{
		by: 'precision',
		on: /./,
		as: {
			minutes: secondsAs(() => '00'),
			milliseconds: secondsAs((seconds) => `${seconds}.250`),
			microseconds: secondsAs((seconds) => `${seconds}.250125`),
		},
	},
	{
		by: 'times',
		on: /./,
		as: {
			'other offset': eachTime(withOffset),
			'no offset': eachTime((text) => text.slice(0, -1)),
			seconds: eachTime((text) => Date.parse(text) / 1000),
			milliseconds: eachTime((text) => Date.parse(text)),
		},
	},
];
const BY_OPERATION = new Map<string, AnswerSwitch[]>();

function switchesOf(id: string): AnswerSwitch[] {
	const known = BY_OPERATION.get(id) ?? ANSWERS.filter(({ on: ids }) => ids.test(id));
	BY_OPERATION.set(id, known);
	return known;
}

/** An answer of the world `kind` as it is in this one. */
export function spoken(exchange: Exchange, readings: Readings, answer: Answer): Answer {
	const changes = switchesOf(exchange.id).flatMap(({ by, as }) => as[readings[by]] ?? []);
	if (changes.length === 0) return answer;
	const body = structuredClone(answer.body);
	const draft: Draft = { exchange, status: answer.status, body, headers: { ...answer.headers } };
	for (const change of changes) change(draft);
	return { status: draft.status, body: draft.body, headers: draft.headers };
}
