import { randomUUID } from 'node:crypto';

import { now } from '../clock.mts';
import { ApiError } from '../errors.mts';
import { ok, type Exchange, type Operations } from '../operation.mts';
import { ordered, orderedPage } from '../listOrder.mts';
import { checkPhone } from '../policy.mts';
import { seedId, seededTable } from '../seed.mts';
import type { Store } from '../store.mts';
import { DAY_MS, isoSeconds, MINUTE_MS, period } from '../time.mts';
import { contactWith } from './inboundContact.mts';
import { requireOwnNumber } from './phoneNumber.mts';
import { voicemails } from './voicemail.mts';

/** A call that came in, exactly as answered. */
export interface InboundCall {
	id: string;
	caller_number: string;
	caller_name: string | null;
	is_vip: boolean;
	status: 'active' | 'completed' | 'missed' | 'rejected';
	created_at: string;
	ended_at: string | null;
	duration_seconds: number;
	summary: string;
	action_items: Array<{ description: string; status: string }>;
	/** Who speaks with the caller: the assistant, or the user after a takeover. */
	handled_by: 'assistant' | 'user';
	transferred_to: string | null;
	rejection_reason: string | null;
}

type Given = Pick<InboundCall, 'caller_number'> & Partial<InboundCall>;

const MINUTES = MINUTE_MS / DAY_MS;
const TALK_SECONDS = 84.5;

function newCall(given: Given, createdMs: number, store: Store): InboundCall {
	const contact = contactWith(store, given.caller_number);
	const status = given.status ?? 'active';
	const seconds = given.duration_seconds ?? (status === 'completed' ? TALK_SECONDS : 0);
	const talked = status === 'completed';
	return {
		id: randomUUID(),
		caller_name: contact?.name ?? null,
		is_vip: contact?.is_vip ?? false,
		status,
		created_at: isoSeconds(createdMs),
		ended_at: status === 'active' ? null : isoSeconds(createdMs + seconds * 1000),
		duration_seconds: seconds,
		summary: talked ? 'The caller asks for an appointment next week' : '',
		action_items: talked
			? [
					{ description: 'Offer two dates', status: 'pending' },
					{ description: 'Send the address', status: 'pending' },
				]
			: [],
		handled_by: 'assistant',
		transferred_to: null,
		rejection_reason: null,
		...given,
	};
}

const seed = (number: number, ageDays: number, given: Given): [number, Given] => [
	ageDays,
	{ id: seedId('a', number), ...given },
];

/** Calls that came in, and how one does: it goes on until somebody ends it, unless `status` says otherwise. */
export const { rows: inboundCalls, add: addInboundCall } = seededTable(newCall, () => [
	seed(4, 4, { caller_number: '+15550161', status: 'completed' }),
	seed(3, 3, { caller_number: '+15550199', status: 'rejected', rejection_reason: 'spam' }),
	seed(2, 1 + MINUTES, { caller_number: '+15550160', status: 'missed' }),
	seed(1, 0.5, { caller_number: '+15550160', status: 'completed' }),
	seed(5, 3 * MINUTES, { caller_number: '+15550160' }),
	seed(6, 2 * MINUTES, { caller_number: '+442079460163' }),
	seed(7, MINUTES, { caller_number: '+15550161' }),
]);

function callOf({ store, params }: Pick<Exchange, 'store' | 'params'>): InboundCall {
	return inboundCalls(store).find(params['call_id'], 'inbound call', 'call_not_found');
}

/** The call of the path if it is still on the line, else 409. */
function liveCallOf(exchange: Exchange): InboundCall {
	const call = callOf(exchange);
	if (call.status !== 'active') {
		throw new ApiError('action_not_undoable', `The call is ${call.status}`, 'call_ended');
	}
	return call;
}

function end(call: InboundCall, changes: Partial<InboundCall>): InboundCall {
	const at = now();
	const seconds = Math.max(Math.round((at - Date.parse(call.created_at)) / 1000), 0);
	return Object.assign(call, changes, { ended_at: isoSeconds(at), duration_seconds: seconds });
}

function spokenIn({ status }: InboundCall) {
	if (status !== 'active' && status !== 'completed') return [];
	const entries = [
		{ speaker: 'AI', content: 'Good morning, how can I help?', timestamp: '00:00:01' },
		{ speaker: 'HUMAN', content: 'I would like an appointment.', timestamp: '00:00:05' },
	];
	if (status === 'active') return entries;
	return [
		...entries,
		{ speaker: 'AI', content: 'I will offer you two dates.', timestamp: '00:00:12' },
	];
}

/** The call whose recording can be heard, or 404: nothing is recorded before the end of a call. */
export function recordedInboundCall(store: Store, id: string): InboundCall {
	const call = callOf({ store, params: { call_id: id } });
	if (call.status !== 'completed')
		throw new ApiError('recording_not_found', 'This call has no recording');
	return call;
}

/** Rows of a period; `names` are the parameters that bound it, for the refusal of what is no time. */
function within<Row extends { created_at: string }>(
	rows: Row[],
	query: Record<string, any>,
	[from, to]: [string, string],
): Row[] {
	const [first, last] = period(query[from], query[to]);
	const wrong = Number.isNaN(first) ? from : Number.isNaN(last) ? to : undefined;
	if (wrong) throw new ApiError('validation_failed', `${wrong} is neither a date nor a time`);
	return rows.filter(({ created_at }) => {
		const at = Date.parse(created_at);
		return first <= at && at <= last;
	});
}

const PERIOD: [string, string] = ['date_from', 'date_to'];

function figures(rows: InboundCall[]) {
	const count = (status: InboundCall['status']) =>
		rows.filter((call) => call.status === status).length;
	const answered = rows.filter(({ status }) => status === 'completed');
	const seconds = answered.reduce((sum, { duration_seconds }) => sum + duration_seconds, 0);
	return {
		total_calls: rows.length,
		answered_calls: answered.length,
		missed_calls: count('missed'),
		rejected_calls: count('rejected'),
		active_calls: count('active'),
		vip_calls: rows.filter(({ is_vip }) => is_vip).length,
		average_duration_seconds: answered.length
			? Math.round((seconds / answered.length) * 10) / 10
			: 0,
	};
}

/** What happened in a call: it came, and it ended or changed hands. */
function eventsOf(call: InboundCall) {
	const event = (type: string, created_at: string) => ({
		id: `${call.id}-${type}`,
		type,
		call_id: call.id,
		caller_number: call.caller_number,
		created_at,
	});
	const ending = call.transferred_to ? 'transferred' : call.status;
	return [
		event('received', call.created_at),
		...(call.ended_at ? [event(ending, call.ended_at)] : []),
	];
}

function events(store: Store) {
	const ofVoicemails = voicemails(store)
		.newestFirst()
		.map(({ id, call_id, caller_number, created_at }) => ({
			id: `${id}-voicemail`,
			type: 'voicemail',
			call_id,
			caller_number,
			created_at,
		}));
	return [...inboundCalls(store).newestFirst().flatMap(eventsOf), ...ofVoicemails].sort((a, b) =>
		b.created_at.localeCompare(a.created_at),
	);
}

export const inboundCallOperations: Operations = {
	'inboundCall.getAll': ({ store, query }) => {
		const rows = within(inboundCalls(store).newestFirst(), query, PERIOD).filter(
			({ status, is_vip }) =>
				(!query.status || status === query.status) && (!query.vip_only || is_vip),
		);
		const page = orderedPage(store, rows, query.limit ?? 20, query.offset ?? 0);
		return ok({ calls: page, total: rows.length });
	},
	'inboundCall.get': (exchange) => ok(callOf(exchange)),
	'inboundCall.getSummary': ({ store }) => {
		const rows = inboundCalls(store).newestFirst();
		const items = rows.flatMap(({ action_items }) => action_items);
		return ok({
			...figures(rows),
			open_action_items: items.filter(({ status }) => status !== 'completed').length,
		});
	},
	'inboundCall.getAnalytics': ({ store, query }) => {
		const rows = within(inboundCalls(store).newestFirst(), query, PERIOD);
		const days = Map.groupBy(rows, ({ created_at }) => created_at.slice(0, 10));
		return ok({
			date_from: query.date_from ?? null,
			date_to: query.date_to ?? null,
			...figures(rows),
			days: Array.from(days, ([date, ofDay]) => ({ date, calls: ofDay.length })),
		});
	},
	'inboundCall.getEvents': ({ store, query }) =>
		ok({ events: ordered(store, within(events(store), query, ['from', 'to'])) }),
	'inboundCall.getStreamInfo': ({ store, baseUrl }) =>
		ok({
			protocol: 'sse',
			url: `${baseUrl}/v1/inbound/events`,
			// The sandbox answers there with a list only.
			is_available: false,
			active_calls: figures(inboundCalls(store).newestFirst()).active_calls,
		}),
	'inboundCall.getTranscript': (exchange) => {
		const entries = spokenIn(callOf(exchange));
		if (!entries.length) throw new ApiError('transcript_not_found', 'This call has no transcript');
		return ok({ entries });
	},
	'inboundCall.getRecording': ({ store, params, baseUrl }) => {
		const { id, duration_seconds } = recordedInboundCall(store, params['call_id'] ?? '');
		return ok({ url: `${baseUrl}/__files/inbound/${id}.mp3`, duration_seconds, format: 'mp3' });
	},
	'inboundCall.transfer': (exchange) => {
		const call = liveCallOf(exchange);
		const target: string = exchange.body.target_number;
		checkPhone(target);
		requireOwnNumber(exchange.store);
		return ok(structuredClone(end(call, { status: 'completed', transferred_to: target })));
	},
	'inboundCall.takeOver': (exchange) => {
		const call = liveCallOf(exchange);
		requireOwnNumber(exchange.store);
		if (call.handled_by === 'user') {
			throw new ApiError(
				'action_not_undoable',
				'The call was taken over before',
				'call_already_taken_over',
			);
		}
		call.handled_by = 'user';
		return ok(structuredClone(call));
	},
	'inboundCall.reject': (exchange) =>
		ok(
			structuredClone(
				end(liveCallOf(exchange), {
					status: 'rejected',
					rejection_reason: exchange.body.reason ?? null,
				}),
			),
		),
	// Counts from 0. What the service counts from is not known.
	'inboundCall.updateActionItem': (exchange) => {
		const call = callOf(exchange);
		const item = call.action_items[Number(exchange.params['index'])];
		if (!item) {
			throw new ApiError(
				'not_found',
				`The call has no action item ${exchange.params['index']}`,
				'action_item_not_found',
			);
		}
		item.status = exchange.body.status;
		return ok(call);
	},
};
