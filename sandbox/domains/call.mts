import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { calendarFile } from '../calendarFile.mts';
import { now, sleep } from '../clock.mts';
import { orderedPage } from '../listOrder.mts';
import type { Call, Outcome, Submission } from '../model.mts';
import { created, ok, type Exchange, type Operations } from '../operation.mts';
import { checkAppointment, checkLanguages, checkPhone, checkTexts } from '../policy.mts';
import { callPrice, callSeconds } from '../prices.mts';
import type { Store } from '../store.mts';
import { isoSeconds, MINUTE_MS } from '../time.mts';
import { dialogue, outcomeTexts } from './callTexts.mts';

function callOf({ store, params }: Pick<Exchange, 'store' | 'params'>): Call {
	return store.calls.find(params['call_id'], 'call', 'call_not_found');
}

/** The call of the path unless it was cancelled, which is refused with 409 and a sentence. */
function standingCallOf(exchange: Exchange, refusal: string): Call {
	const call = callOf(exchange);
	if (call.status === 'cancelled') {
		throw new ApiError('action_not_undoable', refusal, 'call_already_cancelled');
	}
	return call;
}

/** What was said in a call; nothing in one that nobody took. */
export function spokenIn({ said }: Store, call: Call) {
	return dialogue(call.status, call.submission, said.get(call.call_id));
}

function cancel(store: Store, call: Call): Call {
	call.status = 'cancelled';
	call.highlights = '';
	call.next_steps = '';
	call.metadata.ended_at ??= isoSeconds();
	store.onTheLine.get(call.call_id)?.();
	return call;
}

/** How long a call keeps its line, in milliseconds. */
function lengthOf({ scenario, readings, calls }: Store): number {
	if (scenario.durationMs || readings.callTime === 'none') return scenario.durationMs;
	return MINUTE_MS * (1 + (calls.added().length % 5) / 2);
}

/**
 * Makes a call. Gives it as it was answered for, which is when it is over or somebody ended it from another connection, or
 * at once.
 */
async function makeCall(store: Store, submission: Submission, timezone: string): Promise<Call> {
	const { status: outcome, says } = store.nextEnding(submission.respondent_phone);
	const settle = store.reserve(callPrice(outcome));
	const lengthMs = lengthOf(store);
	const call: Call = {
		call_id: randomUUID(),
		status: 'in_progress',
		highlights: '',
		next_steps: '',
		duration_seconds: 0,
		credits_used: 0,
		metadata: { created_at: isoSeconds() },
		submission,
		timezone,
	};
	store.calls.add(call);
	if (says !== undefined) store.said.set(call.call_id, says);
	const begun = structuredClone(call);
	const end = finish(store, call, outcome, lengthMs, settle);
	if (store.readings.callAnswer === 'at once') return begun;
	await end;
	// A copy: what the idempotency key remembers must not change with the call.
	return structuredClone(call);
}

/** Lets a call go on until it is over, and has it paid. */
async function finish(
	store: Store,
	call: Call,
	outcome: Outcome,
	lengthMs: number,
	settle: ReturnType<Store['reserve']>,
): Promise<void> {
	const price = callPrice(outcome);
	const endMs = now() + lengthMs;
	if (lengthMs) {
		const hangUp = new AbortController();
		store.onTheLine.set(call.call_id, () => hangUp.abort());
		await sleep(lengthMs, hangUp.signal);
		store.onTheLine.delete(call.call_id);
	}
	if (call.status === 'cancelled') return settle();
	const seconds = callSeconds(outcome);
	Object.assign(call, outcomeTexts(outcome, store.said.get(call.call_id)), {
		status: outcome,
		duration_seconds: seconds,
		credits_used: price,
	});
	// Whoever puts the clock forward may put it past the end.
	call.metadata.ended_at = isoSeconds(endMs);
	const { business_name, respondent_phone } = call.submission;
	const description = `Call to ${business_name ?? respondent_phone}`;
	settle({ type: 'call', description, credits: price });
}

/** A page without a copy of the whole list: tests page through thousands of calls. */
function callPage(store: Store, limit: number, offset: number): Call[] {
	const { calls, scenario } = store;
	if (scenario.order === 'none') return orderedPage(store, calls.newestFirst(), limit, offset);
	if (scenario.order !== 'oldest') return calls.page(limit, offset);
	const left = Math.max(calls.size - offset, 0);
	return calls.page(Math.min(limit, left), Math.max(left - limit, 0)).reverse();
}

export const callOperations: Operations = {
	'call.make': {
		before: ({ body }) => {
			const submission = body?.submission;
			if (typeof submission !== 'object' || submission === null) return;
			checkPhone(submission.respondent_phone);
			checkLanguages(submission.language, submission.call_language);
		},
		handle: async ({ store, body }) => {
			const submission: Submission = body.submission;
			checkTexts(submission.task_description, ...(submission.additional_instructions ?? []));
			checkAppointment(submission.appointment_date, submission.appointment_time, body.timezone);
			return created(await makeCall(store, submission, body.timezone));
		},
	},
	'call.getAll': ({ store, query }) =>
		ok({
			calls: callPage(store, query.limit ?? 50, query.offset ?? 0),
			total: store.calls.size,
		}),
	'call.get': (exchange) => ok(callOf(exchange)),
	'call.getTranscript': (exchange) => {
		const entries = spokenIn(exchange.store, callOf(exchange));
		if (!entries.length) throw new ApiError('transcript_not_found', 'This call has no transcript');
		return ok({ entries });
	},
	'call.getRecording': (exchange) => {
		const call = callOf(exchange);
		if (!spokenIn(exchange.store, call).length)
			throw new ApiError('recording_not_found', 'This call has no recording');
		return ok({
			url: `${exchange.baseUrl}/__files/recordings/${call.call_id}.mp3`,
			duration_seconds: call.duration_seconds,
			format: 'mp3',
		});
	},
	'call.getCalendarEvent': (exchange) => {
		const call = callOf(exchange);
		return {
			status: 200,
			body: calendarFile(call),
			headers: {
				'content-type': 'text/calendar; charset=utf-8',
				'content-disposition': `attachment; filename="call-${call.call_id}.ics"`,
			},
		};
	},
	'call.cancel': (exchange) =>
		ok(cancel(exchange.store, standingCallOf(exchange, 'The call was cancelled before'))),
	'call.reschedule': (exchange) => {
		const call = standingCallOf(exchange, 'A cancelled call cannot be moved');
		if (call.metadata.ended_at !== undefined) {
			throw new ApiError('action_not_undoable', 'The call is over', 'call_over');
		}
		const date: string | undefined = exchange.body.date ?? call.submission.appointment_date;
		const time: string | undefined = exchange.body.time ?? call.submission.appointment_time;
		checkAppointment(date, time, call.timezone);
		if (date) call.submission.appointment_date = date;
		if (time) call.submission.appointment_time = time;
		return ok(call);
	},
	// A call that is over has nothing left to hang up, which is what was asked for.
	'call.stop': (exchange) => {
		const call = callOf(exchange);
		return ok(call.status === 'in_progress' ? cancel(exchange.store, call) : call);
	},
};
