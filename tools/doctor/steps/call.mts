import { areIgnored, fits, REFUSED, unseen, type Findings } from '../probe.mts';
import { createdAt, idOf, isRefused, isTurnedAway, namesIn, rowsOf, timeOf } from '../reading.mts';
import type { Answer } from '../client.mts';
import type { Bench, Step } from './step.mts';

const LANGUAGES = ['language', 'call_language'];
const EXTRAS = ['is_urgent'];
const MOST_ATTEMPTS = 6;
/** As long as calls take at most, and a bit. */
const OVER_WITHIN_MS = 10 * 60_000;
const LOOK_MS = 15_000;
const OPEN = ['queued', 'scheduled', 'pending', 'ringing', 'in_progress', 'active', 'dialing'];
/** What is shorter was no call between people. */
const REAL_CALL_MS = 30_000;

/** A request for a call; what is odd about it is taken away as it is refused. */
interface Attempt {
	submission: Record<string, unknown>;
	timezone?: string;
	session_id?: string;
}

const TIMEZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

function firstAttempt(respondent_phone: string): Attempt {
	return {
		submission: {
			task_category: 'general',
			task_description: 'Say that this is a test of n8n, thank the person who answers and hang up.',
			respondent_phone,
			is_urgent: false,
		},
		session_id: 'doctor',
	};
}

/** Adds what the refusal misses and takes away what it does not know; gives the names it spoke of. */
function mend(attempt: Attempt, refusal: Answer): string[] {
	const fields: Record<string, [holder: Record<string, unknown>, value: unknown]> = {
		language: [attempt.submission, 'en'],
		call_language: [attempt.submission, 'en'],
		is_urgent: [attempt.submission, false],
		timezone: [attempt as never, TIMEZONE],
		session_id: [attempt as never, 'doctor'],
	};
	const named = namesIn(refusal, Object.keys(fields));
	for (const name of named) {
		const [holder, value] = fields[name]!;
		if (holder[name] === undefined) holder[name] = value;
		else delete holder[name];
	}
	return named;
}

/** Waits until a call is over; gives it as it is then. */
async function outcome(bench: Bench, id: string, first: any): Promise<any> {
	const { survey, say } = bench;
	const { clock } = survey.client;
	const until = clock.now() + OVER_WITHIN_MS;
	let call = first;
	while (OPEN.includes(call?.status) && clock.now() < until) {
		say('  The call is in progress …');
		await clock.wait(LOOK_MS);
		call = (await survey.again('call.get', { params: { call_id: id } })).body;
	}
	return call;
}

/** Length of a call by its own times, in milliseconds. */
function lengthOf(call: any): number | undefined {
	const from = createdAt(call);
	const to = (timeOf(call?.metadata?.ended_at) ?? timeOf(call?.ended_at))?.ms;
	return from === undefined || to === undefined ? undefined : to - from;
}

function openStatus(status: unknown): Findings {
	if (status === 'queued') return { openCalls: fits('queued') };
	if (status === 'pending') return { openCalls: fits('pending') };
	return status === 'in_progress' ? { openCalls: fits('scheduled and in_progress') } : {};
}

/** Sends the request for the call until it is not refused, and mends it in between. */
async function request(
	bench: Bench,
	attempt: Attempt,
	headers: Record<string, string>,
): Promise<{ answer: Answer; named: Set<string>; ringing: unknown }> {
	const { survey, say } = bench;
	const named = new Set<string>();
	const known = new Set(((await survey.rows('call.getAll')) ?? []).map((row) => idOf(row, 'call')));
	for (let turn = 1; ; turn += 1) {
		let isOver = false;
		const end = () => void (isOver = true);
		const sending = survey.send({
			method: 'POST',
			path: '/v1/calls',
			body: structuredClone(attempt),
			headers,
		});
		sending.then(end, end);
		// While the phone rings, the list shows what such a call is called.
		const list = await survey.again('call.getAll');
		const rows = isOver ? [] : (rowsOf(list, survey.document.get('call.getAll').rows) ?? []);
		const ringing: unknown = rows.find(
			(row) => !known.has(idOf(row, 'call')) && OPEN.includes(row.status),
		)?.status;
		const answer = await survey.client.patiently(sending, (seconds) =>
			say(`  Waiting for the outcome of the call (${seconds} seconds) …`),
		);
		const result = { answer, named, ringing };
		// After anything else than a refusal of its fields, a call may have been made.
		const isAboutFields = isRefused(answer) && [200, 400, 422].includes(answer.status);
		if (!isAboutFields || turn === MOST_ATTEMPTS) return result;
		const names = mend(attempt, answer);
		for (const name of names) named.add(name);
		if (names.length === 0) return result;
	}
}

/** One call to one's own number, with its key sent twice. */
export const call: Step = {
	does: 'Call your own number once, then send the same request with the same key again',
	leaves:
		'One call, or two if keys are not supported. Each uses credits. Answer, listen and hang up.',
	run: async (bench) => {
		const { survey, ownNumber, newKey, say, findings } = bench;
		const attempt = firstAttempt(ownNumber);
		const headers = { 'Idempotency-Key': newKey() };
		say('  Your phone should ring soon.');
		const { answer, named, ringing } = await request(bench, attempt, headers);
		if (isTurnedAway(answer)) return { userAgents: fits('known ones for calls') };
		if (isRefused(answer)) {
			say(`  The call was refused (${answer.status}).`);
			return { callAnswer: unseen(REFUSED) };
		}
		const id = idOf(answer.body ?? {}, 'call') ?? '';
		const status: unknown = answer.body?.status;
		const isAtOnce = OPEN.includes(String(status));
		const over = await outcome(bench, id, answer.body);
		const transcript = await survey.again('call.getTranscript', { params: { call_id: id } });
		const again = await survey.client.patiently(
			survey.send({ method: 'POST', path: '/v1/calls', body: attempt, headers }),
			(seconds) => say(`  Your phone may ring again (${seconds} seconds) …`),
		);
		const isSame = idOf(again.body ?? {}, 'call') === id;
		if (isSame) bench.called = { body: attempt, headers, id };
		const submission = answer.body?.submission ?? over?.submission ?? {};
		const language: unknown = submission.call_language;
		const timezone: unknown = answer.body?.timezone ?? over?.timezone;
		const took = lengthOf(over);
		return {
			userAgents: fits('any'),
			callAnswer: fits(isAtOnce ? 'at once' : 'the outcome'),
			callTime:
				ringing !== undefined || (took ?? 0) >= REAL_CALL_MS
					? fits('minutes')
					: took === undefined && isAtOnce
						? unseen('the call did not end')
						: fits('none'),
			...openStatus(isAtOnce ? status : ringing),
			transcripts: isRefused(transcript) ? fits('late') : fits('at once'),
			idempotencyKeys: isSame
				? isUnheededElsewhere(findings)
					? fits('calls')
					: fits('everywhere')
				: fits('nowhere'),
			callLanguage: LANGUAGES.some((name) => named.has(name))
				? fits('required')
				: language === 'es'
					? fits('es unless given')
					: fits('en unless given'),
			callTimezone: named.has('timezone')
				? fits('required')
				: timezone === 'Europe/Madrid'
					? fits('Europe/Madrid unless given')
					: timezone === 'America/New_York'
						? fits('America/New_York unless given')
						: unseen('the response does not contain it'),
			callExtras: EXTRAS.some((name) => named.has(name))
				? fits('none')
				: named.has('session_id')
					? fits('the four of the references')
					: areIgnored(findings)
						? fits('the four of the references', 'session_id as well', 'none')
						: fits('session_id as well'),
		};
	},
};

const LATER_MS = 11 * 60_000;

/** The same call with the same key, later; only where nothing but calls heeds keys. */
export const laterCall: Step = {
	does: 'Wait eleven minutes, then send the call request with the same key once more',
	leaves: 'If the key is forgotten by then, your phone rings once more, which uses credits.',
	isOf: ({ called, findings }) => called !== undefined && isUnheededElsewhere(findings),
	run: async ({ survey, called, say }) => {
		if (!called) return {};
		await survey.client.clock.wait(LATER_MS);
		const { body, headers, id } = called;
		const answer = await survey.client.patiently(
			survey.send({ method: 'POST', path: '/v1/calls', body, headers }),
			(seconds) => say(`  Your phone may ring (${seconds} seconds) …`),
		);
		if (isRefused(answer)) return { keyLifetime: unseen(REFUSED) };
		const isSame = idOf(answer.body ?? {}, 'call') === id;
		return { keyLifetime: fits(isSame ? 'for ever' : 'ten minutes') };
	},
};

/** Whether keys were seen not to be heeded elsewhere. */
function isUnheededElsewhere({ idempotencyKeys }: Findings): boolean {
	return (
		idempotencyKeys !== undefined &&
		'fits' in idempotencyKeys &&
		!idempotencyKeys.fits.includes('everywhere')
	);
}
