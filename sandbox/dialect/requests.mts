import { inboundCalls } from '../domains/inboundCall.mts';
import { ApiError, unknownEndpoint, type Answer } from '../errors.mts';
import { now } from '../clock.mts';
import { ok, type Exchange } from '../operation.mts';
import { DAY_MS, isDateOnly, isoSeconds, MINUTE_MS } from '../time.mts';
import type { Readings, SwitchName } from '../worlds.mts';
import { kindPlan } from './plans.mts';

/** How long a transcript takes where it comes late, in milliseconds of the sandbox's clock. */
const TRANSCRIPT_MS = MINUTE_MS;
/** The largest page where a world has one that no source states. */
const PAGE = 20;
/** The largest page where a world gives less than the sources state. */
const LOWER_PAGE = 50;

/** Looks at a request, refuses it, or changes it to what the world `kind` takes. What it returns is the answer. */
type Rule = (exchange: Exchange) => Answer | void;

/** What one switch does to the requests of some operations, by its reading. */
interface RequestSwitch {
	by: SwitchName;
	on: string[];
	as: Record<string, Rule>;
}

function refuse(message: string, fields: string[] = [], reason = 'invalid_request'): never {
	throw new ApiError('validation_failed', message, reason, undefined, { fields });
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where the fields of a request are. */
const fieldsOf = ({ method, query, body }: Exchange): Record<string, any> =>
	method === 'GET' ? query : isObject(body) ? body : {};

const submissionOf = ({ body }: Exchange): Record<string, any> =>
	isObject(body) && isObject(body['submission']) ? body['submission'] : {};

/** Refuses, or forgets where unknown fields are ignored, fields that this world does not know. */
function dropUnknown({ store }: Exchange, fields: Record<string, any>, names: string[]): void {
	for (const name of names.filter((each) => fields[each] !== undefined)) {
		if (store.readings.unknownFields === 'refused') refuse(`${name} is no known field`, [name]);
		delete fields[name];
	}
}

const notKnown =
	(...names: string[]): Rule =>
	(exchange) =>
		dropUnknown(exchange, fieldsOf(exchange), names);

function demand(fields: Record<string, any>, names: string[]): void {
	const missing = names.filter((name) => fields[name] === undefined);
	if (missing.length === 0) return;
	const verb = missing.length > 1 ? 'are' : 'is';
	refuse(`${missing.join(', ')} ${verb} missing`, missing, 'missing_fields');
}

/** Takes the named fields only, the first so many of them being required. */
const only =
	(names: string[], required: number): Rule =>
	(exchange) => {
		const fields = fieldsOf(exchange);
		demand(fields, names.slice(0, required));
		const others = Object.keys(fields).filter((name) => !names.includes(name));
		dropUnknown(exchange, fields, others);
	};

const otherwise =
	(name: string, value: unknown): Rule =>
	(exchange) => {
		const fields = fieldsOf(exchange);
		fields[name] ??= value;
	};

/** Gives fields their other names back; the names of the world `kind` are unknown. */
const renamed =
	(names: Record<string, string>): Rule =>
	(exchange) => {
		const fields = fieldsOf(exchange);
		dropUnknown(exchange, fields, Object.values(names));
		for (const [theirs, ours] of Object.entries(names)) {
			if (fields[theirs] === undefined) continue;
			fields[ours] = fields[theirs];
			delete fields[theirs];
		}
	};

const eachBound =
	(change: (text: string, name: string) => string): Rule =>
	({ query }) => {
		for (const name of ['date_from', 'date_to', 'from', 'to']) {
			if (typeof query[name] === 'string') query[name] = change(query[name], name);
		}
	};

/** The last instant, or day, before one that does not belong to the period. */
function before(bound: string, name: string): string {
	const instant = Date.parse(bound);
	if (!name.endsWith('to') || Number.isNaN(instant)) return bound;
	if (isDateOnly(bound)) return isoSeconds(instant - DAY_MS).slice(0, 10);
	return new Date(Math.max(instant - 1, 0)).toISOString();
}

const capped =
	(limit: number, unlessGiven?: number): Rule =>
	({ query }) => {
		if (query['limit'] === undefined && unlessGiven) query['limit'] = String(unlessGiven);
		if (Number(query['limit']) > limit) query['limit'] = String(limit);
	};

const REFERENCE_ADDRESS = ['label', 'is_primary', 'receives_copies', 'receives_notifications'];
const CHANNEL_FIELDS = ['bot_token', 'phone_number_id', 'access_token', 'business_account_id'];
const CALL_EXTRAS = ['user_phone', 'time_preference_text', 'is_urgent', 'additional_instructions'];
const CALL_LENGTHS = {
	task_description: [10, 1000],
	business_name: [0, 200],
	time_preference_text: [0, 200],
	user_name: [0, 100],
} as const;
const UNSTATED_LIMIT = [
	'goal.getAll',
	'conversation.getHistory',
	'message.getAll',
	'email.getAll',
	'action.getAll',
	'credit.getHistory',
];

/** What a PUT leaves out, where it replaces: the fields that have to be there, and the others as they are at first. */
const REPLACED: Record<string, { required: string[]; others: object }> = {
	'inboundRule.update': {
		required: ['name', 'action'],
		others: { priority: 100, is_active: true, conditions: {}, action_config: {} },
	},
	'inboundContact.update': {
		required: ['name', 'phone_number'],
		others: { is_vip: false, notes: null },
	},
	'contactEmail.update': {
		required: [],
		others: {
			label: null,
			is_primary: false,
			receives_copies: true,
			receives_notifications: true,
		},
	},
};

function notBefore(endedAt: string | null | undefined): void {
	if (endedAt && now() >= Date.parse(endedAt) + TRANSCRIPT_MS) return;
	throw new ApiError('transcript_not_found', 'The transcript is not ready yet', 'not_ready');
}

/** The table of what happens to requests. A rule runs where its switch has the reading. */
const REQUESTS: RequestSwitch[] = [
	{
		by: 'outreachRequest',
		on: ['outreach.create'],
		as: {
			reference: only(
				[
					'goal',
					'recipient_identifier',
					'recipient_name',
					'urgency',
					'coordination_message_id',
					'auto_execute',
				],
				2,
			),
			'command line': only(['channel', 'target', 'description'], 3),
		},
	},
	{
		by: 'planRequest',
		on: ['subscription.changePlan'],
		as: { reference: only(['new_plan', 'annual'], 1), 'command line': only(['target_plan'], 1) },
	},
	{
		by: 'contactEmailRequest',
		on: ['contactEmail.add'],
		as: {
			reference: only(['email_address', 'label', 'is_primary'], 1),
			'command line': only(['email_address', 'display_name', 'is_primary'], 1),
		},
	},
	{
		by: 'contactEmailRequest',
		on: ['contactEmail.update'],
		as: {
			reference: only(REFERENCE_ADDRESS, 0),
			'command line': only(['display_name', 'is_primary'], 0),
		},
	},
	{
		by: 'channelAccess',
		on: ['channel.connect', 'channel.test'],
		as: {
			fields: (exchange) =>
				demand(
					fieldsOf(exchange),
					exchange.params['channel'] === 'telegram' ? ['bot_token'] : CHANNEL_FIELDS.slice(1, 3),
				),
			nothing: notKnown(...CHANNEL_FIELDS),
		},
	},
	{
		by: 'emailDisconnect',
		on: ['channel.disconnect'],
		as: {
			refused: ({ params }) => {
				if (params['channel'] === 'email') refuse('channel must be one of whatsapp, telegram');
			},
		},
	},
	{
		by: 'callLanguage',
		on: ['call.make'],
		as: {
			'es unless given': (exchange) => {
				const submission = submissionOf(exchange);
				submission['language'] ??= 'es';
				submission['call_language'] ??= submission['language'];
			},
			required: (exchange) => demand(submissionOf(exchange), ['language', 'call_language']),
		},
	},
	{
		by: 'callTimezone',
		on: ['call.make'],
		as: {
			'Europe/Madrid unless given': otherwise('timezone', 'Europe/Madrid'),
			'America/New_York unless given': otherwise('timezone', 'America/New_York'),
		},
	},
	{
		by: 'callLimits',
		on: ['call.make'],
		as: {
			'of the MCP server': (exchange) => {
				const submission = submissionOf(exchange);
				for (const [name, [least, most]] of Object.entries(CALL_LENGTHS)) {
					const text = submission[name];
					if (typeof text !== 'string' || (text.length >= least && text.length <= most)) continue;
					refuse(`${name} has to have ${least} to ${most} characters`, [`submission.${name}`]);
				}
			},
		},
	},
	{
		by: 'callExtras',
		on: ['call.make'],
		as: {
			'session_id as well': ({ body }) => {
				if (isObject(body)) delete body['session_id'];
			},
			none: (exchange) => dropUnknown(exchange, submissionOf(exchange), CALL_EXTRAS),
		},
	},
	{
		by: 'rescheduleRequest',
		on: ['call.reschedule'],
		as: {
			both: (exchange) => demand(fieldsOf(exchange), ['date', 'time']),
			'nothing needed': ({ store, params, body }) =>
				Object.keys(body ?? {}).length === 0
					? ok(store.calls.find(params['call_id'], 'call', 'call_not_found'))
					: undefined,
			'names as when a call is made': (exchange) => {
				renamed({ appointment_date: 'date', appointment_time: 'time' })(exchange);
				if (Object.keys(fieldsOf(exchange)).length > 0) return;
				demand(fieldsOf(exchange), ['appointment_date', 'appointment_time']);
			},
		},
	},
	{
		by: 'goalOffset',
		on: ['goal.getAll'],
		as: { ignored: ({ query }) => void delete query['offset'], refused: notKnown('offset') },
	},
	{
		by: 'offset',
		on: ['call.getAll', 'inboundCall.getAll', 'outreach.getAll'],
		as: { ignored: ({ query }) => void delete query['offset'] },
	},
	{
		by: 'eventPeriod',
		on: ['inboundCall.getEvents'],
		as: {
			'date_from and date_to': renamed({ date_from: 'from', date_to: 'to' }),
			neither: notKnown('from', 'to'),
		},
	},
	{
		by: 'periodBounds',
		on: ['inboundCall.getAll', 'inboundCall.getAnalytics', 'inboundCall.getEvents'],
		as: {
			'dates only': eachBound((text, name) =>
				isDateOnly(text) ? text : refuse(`${name} must be a date, YYYY-MM-DD`, [name]),
			),
			'times only': eachBound((text, name) =>
				isDateOnly(text) ? refuse(`${name} must be a time in ISO 8601`, [name]) : text,
			),
			'end left out': eachBound(before),
		},
	},
	{
		by: 'importSource',
		on: ['inboundContact.import'],
		as: {
			'google only': ({ body }) => {
				if (body?.source !== 'google') refuse('source must be google', ['source']);
			},
		},
	},
	{
		by: 'ruleConfig',
		on: ['inboundRule.create', 'inboundRule.update'],
		as: { refused: notKnown('action_config') },
	},
	{
		by: 'rulePriority',
		on: ['inboundRule.create'],
		as: { '10 unless given': otherwise('priority', 10) },
	},
	{
		by: 'outreachFilters',
		on: ['outreach.getAll'],
		as: {
			'one status': (exchange) => {
				notKnown('limit', 'offset')(exchange);
				if (String(exchange.query['status']).includes(','))
					refuse('status must be one', ['status']);
			},
		},
	},
	{
		by: 'urgency',
		on: ['outreach.create'],
		as: {
			'low, normal or high': ({ body }) => {
				if (!['low', 'normal', 'high', undefined].includes(body?.urgency)) {
					refuse('urgency must be one of low, normal, high', ['urgency']);
				}
			},
		},
	},
	{
		by: 'putRequests',
		on: Object.keys(REPLACED),
		as: {
			replace: (exchange) => {
				const { required, others } = REPLACED[exchange.id] as {
					required: string[];
					others: object;
				};
				const name = exchange.body?.display_name;
				demand(fieldsOf(exchange), required);
				if (!isObject(exchange.body)) return;
				const given = name === undefined ? exchange.body : { ...exchange.body, label: name };
				exchange.filledIn = { ...others, ...given };
			},
		},
	},
	{
		by: 'actionItemIndex',
		on: ['inboundCall.updateActionItem'],
		as: {
			'from 1': ({ params }) => void (params['index'] = String(Number(params['index']) - 1)),
		},
	},
	{
		by: 'planNames',
		on: ['subscription.changePlan'],
		as: {
			'trial, personal, business': ({ body }) => {
				for (const name of ['new_plan', 'target_plan']) {
					if (body?.[name] === undefined) continue;
					body[name] =
						kindPlan(body[name]) ??
						refuse(`${name} must be one of trial, personal, business`, [name]);
				}
			},
		},
	},
	{
		by: 'statedLimits',
		on: ['call.getAll'],
		as: { capped: capped(200), 'capped at 50': capped(LOWER_PAGE) },
	},
	{
		by: 'statedLimits',
		on: ['inboundCall.getAll', 'outreach.getAll'],
		as: { capped: capped(100), 'capped at 50': capped(LOWER_PAGE) },
	},
	{
		by: 'unstatedLimits',
		on: UNSTATED_LIMIT,
		as: {
			'20, capped': capped(PAGE, PAGE),
			'20, refused': (exchange) => {
				const { query } = exchange;
				if (Number(query['limit']) > PAGE) refuse(`limit must be ${PAGE} at most`, ['limit']);
				capped(PAGE, PAGE)(exchange);
			},
		},
	},
	{
		by: 'transcripts',
		on: ['call.getTranscript'],
		as: {
			late: ({ store, params }) =>
				notBefore(store.calls.find(params['call_id'], 'call', 'call_not_found').metadata.ended_at),
		},
	},
	{
		by: 'transcripts',
		on: ['inboundCall.getTranscript'],
		as: {
			late: ({ store, params }) =>
				notBefore(
					inboundCalls(store).find(params['call_id'], 'inbound call', 'call_not_found').ended_at,
				),
		},
	},
	{
		by: 'subscription',
		on: ['subscription.getStatus'],
		as: { older: unknownEndpoint },
	},
	{ by: 'subscription', on: ['cli.getSubscription'], as: { newest: unknownEndpoint } },
	{ by: 'statistics', on: ['cli.getStatistics'], as: { gone: unknownEndpoint } },
	{ by: 'renewal', on: ['auth.refresh'], as: { '/v1/auth/gpt/token': unknownEndpoint } },
];

/** The rules by the operation they are for, so that a request costs a lookup. */
const BY_OPERATION = new Map<string, RequestSwitch[]>();
for (const rule of REQUESTS) {
	for (const id of rule.on) BY_OPERATION.set(id, [...(BY_OPERATION.get(id) ?? []), rule]);
}

/**
 * Changes a request of this world into one of the world `kind`, or refuses it. Gives an answer where there is nothing
 * left to do.
 */
export function understood(exchange: Exchange, readings: Readings): Answer | undefined {
	for (const { by, as } of BY_OPERATION.get(exchange.id) ?? []) {
		const answer = as[readings[by]]?.(exchange);
		if (answer) return answer;
	}
	return undefined;
}
