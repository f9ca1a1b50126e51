import type { IDataObject } from 'n8n-workflow';

import { getMember } from '../../shared/objects';
import { readTime } from '../../shared/times';
import { type Api, send } from '../../shared/transport/api';
import { fetchRows, readPage } from '../../shared/transport/pages';
import { recordId } from '../../shared/transport/rows';
import { answerOf, type Trace } from '../table/operation';
import { setNewest } from './bounded';
import { notKnown } from './certainty';

/** Responses and lists have whole seconds. */
const TOLERANCE_MS = 2000;

/**
 * Maximum difference between the clocks of a service: one machine may date its records, another its responses.
 */
const SKEW_MS = 30_000;
/** Newest records to check if the request was lost a moment ago. */
const ROWS = 50;
/** Newest records to check if it was sent by an earlier execution. */
const MOST_ROWS = 1000;
const MOST_KNOWN = 20_000;

/** Records whose origin this process knows, so that none counts as the outcome of another item. */
const known = new Map<string, { since: number; madeAt: number }>();

/** Notes that a record is the outcome of a work. */
export function claim(record: IDataObject, { madeAt }: Trace): void {
	const id = recordId(record);
	if (id === undefined) return;
	setNewest(known, id, { since: Date.now(), madeAt: timeOf(madeAt(record)) }, MOST_KNOWN);
}

/** Whether a record created since `begin` is known as the outcome of a work. */
function isClaimed(id: string, madeAt: number, begin: number): boolean {
	const entry = known.get(id);
	if (!entry || entry.since < begin) return false;
	// A test server may assign IDs again.
	return Number.isNaN(entry.madeAt) || entry.madeAt === madeAt;
}

const timeOf = (value: unknown): number => readTime(value) ?? NaN;

/**
 * A recipient in the form in which it is compared: lists may show numbers with spaces, brackets, `00` instead of
 * the plus sign, or as a number.
 */
const plain = (recipient: unknown): string => {
	const text = String(recipient ?? '').trim();
	return text.includes('@')
		? text.toLowerCase()
		: text.replace(/[\s().-]/g, '').replace(/^(?:\+|00)/, '');
};

/** Characters with which lists hide digits or letters. */
const MASK = /[*\u2022\u2026]|x{2,}/i;
/** Number of matching digits, without the country code, that cannot be a coincidence. */
const FEWEST_DIGITS = 6;

/**
 * Whether a list has this recipient; undefined if it cannot be determined: it is missing, partly hidden, or has
 * no country code.
 */
function isSameRecipient(listed: unknown, wanted: unknown): boolean | undefined {
	const [one, other] = [plain(listed), plain(wanted)];
	if (one === '') return undefined;
	if (one === other) return true;
	const [begin, ...rest] = one.split(MASK);
	const isHidden = rest.length > 0;
	const local = one.replace(/^0/, '');
	const mayBe = isHidden
		? other.startsWith(begin) && other.endsWith(rest[rest.length - 1])
		: local.length >= FEWEST_DIGITS && other.endsWith(local);
	return mayBe ? undefined : false;
}

/** Number of matching characters at the beginning of two texts that cannot be a coincidence. */
const FEWEST_CHARACTERS = 20;

/** Whether a list has this text, none, or its beginning; undefined if it may have been cut without a sign. */
function isSameText(listed: unknown, wanted: unknown): boolean | undefined {
	const [one, other] = [listed, wanted].map((text) =>
		String(text ?? '')
			.replace(/\s+/g, ' ')
			.trim(),
	);
	const begin = one.replace(/(?:\u2026|\.{3})$/, '').trimEnd();
	if (one === '' || one === other || (begin !== one && other.startsWith(begin))) return true;
	return one.length >= FEWEST_CHARACTERS && other.startsWith(one) ? undefined : false;
}

/** A record in the API's list, with its creation time on this machine's clock, if there is one. */
interface Listed {
	row: IDataObject;
	recipient: unknown;
	time?: number;
	/** The latest time at which it may have been created, if the list has only minutes or days. */
	latest?: number;
}

/** Precision of lists without seconds, in milliseconds. */
const COARSE_UNITS_MS = [24 * 3_600_000, 60_000];

/** The latest records in the API's list, newest first, and the time since which none is missing. */
async function listed(
	api: Api,
	{ list, recipient, madeAt }: Trace,
	most: number,
): Promise<{ rows: Listed[]; wholeSince: number }> {
	const answer = answerOf(list);
	if (answer.kind !== 'list') return { rows: [], wholeSince: Infinity };
	// How far the server's clock is behind this machine's.
	let behindMs = 0;
	let isWhole = true;
	let total = 0;
	const given = await fetchRows(
		answer,
		async (query) => {
			const { body, headers } = await send(api, { ...list.request, query });
			const date = timeOf(headers.date);
			if (!Number.isNaN(date)) behindMs = Date.now() - date;
			total = Math.max(total, readPage(body, answer).total ?? 0);
			return body;
		},
		{ limit: most, query: {}, atOnce: 1, onIncomplete: () => (isWhole = false) },
	);
	const told = given.map((row) => readTime(madeAt(row)));
	const times = told.flatMap((time) => time ?? []);
	const unit = COARSE_UNITS_MS.find((ms) => times.every((time) => time % ms === 0)) ?? 0;
	const rows = given.map((row, index) => {
		const time = told[index];
		const dated =
			time === undefined ? {} : { time: time + behindMs, latest: time + behindMs + unit };
		return { row, recipient: recipient(row), ...dated };
	});
	const [first, last] = [times[0], times[times.length - 1]].map((time = 0) => time + behindMs);
	// A list that is sorted oldest first may have any number of newer rows.
	const reach = first > last ? last : Infinity;
	return {
		rows: [...rows].sort(
			(one, other) => (other.time ?? Number.MAX_VALUE) - (one.time ?? Number.MAX_VALUE),
		),
		wholeSince: isWhole && given.length < most && given.length >= total ? -Infinity : reach,
	};
}

/** The same; undefined if it cannot be read. */
async function listedIfPossible(api: Api, trace: Trace): Promise<Listed[]> {
	const found = await listed(api, trace, ROWS).catch(() => undefined);
	return found?.rows ?? [];
}

/** What a request has created, and whether another record in the list may be it but lacks the data to tell. */
interface Found {
	made?: IDataObject;
	isDoubtful: boolean;
}

interface Search {
	/** Whether a record is a candidate. */
	isWanted?: (row: IDataObject) => boolean;
	/** How much older than the request it may be without being excluded. */
	skewMs?: number;
}

/**
 * Among the listed records, the one that a request created whose response was lost: same recipient, same text,
 * created since the request was sent, and not the outcome of another item.
 */
function madeOf(
	rows: Listed[],
	trace: Trace,
	body: IDataObject,
	sentAt: number,
	{ isWanted = () => true, skewMs = 0 }: Search = {},
): Found {
	const wanted = { recipient: getMember(body, trace.of), text: getMember(body, trace.text) };
	const begin = sentAt - TOLERANCE_MS;
	const earliest = begin - skewMs;
	let isDoubtful = false;
	for (const { row, recipient, time = Infinity, latest = Infinity } of rows) {
		const id = recordId(row);
		if (latest < earliest) continue;
		if (!isWanted(row)) continue;
		// A record with a coarse time may have been claimed long before.
		const since = Math.min(earliest, time);
		if (id !== undefined && isClaimed(id, timeOf(trace.madeAt(row)), since)) continue;
		const signs = [
			isSameRecipient(recipient, wanted.recipient),
			isSameText(getMember(row, trace.text), wanted.text),
		];
		if (signs.includes(false)) continue;
		const isDated = time !== Infinity && time >= begin;
		if (isDated && id !== undefined && !signs.includes(undefined)) {
			return { made: row, isDoubtful: false };
		}
		isDoubtful = true;
	}
	return { isDoubtful };
}

/** Finds what a request has created since `sentAt` in the API's list; undefined without a list. */
export async function findMade(
	api: Api,
	trace: Trace,
	body: IDataObject,
	sentAt: number,
	isWanted?: (row: IDataObject) => boolean,
): Promise<IDataObject | undefined> {
	return madeOf(await listedIfPossible(api, trace), trace, body, sentAt, { isWanted }).made;
}

/**
 * The same, before a request is sent once more.
 *
 * @throws if the list has a record that may be it but lacks the data to tell
 */
export async function findLost(
	api: Api,
	trace: Trace,
	body: IDataObject,
	sentAt: number,
): Promise<IDataObject | undefined> {
	const rows = await listedIfPossible(api, trace);
	const { made, isDoubtful } = madeOf(rows, trace, body, sentAt, { skewMs: SKEW_MS });
	if (isDoubtful) throw notKnown(sentAt);
	return made;
}

/**
 * Searches for what an abandoned execution has created, such as one whose process was killed.
 *
 * @throws if the outcome remains unknown: the list cannot be read, does not go back far enough, or has a record
 * that may be it
 */
export async function findTried(
	api: Api,
	trace: Trace,
	body: IDataObject,
	sentAt: number,
): Promise<IDataObject | undefined> {
	const { rows, wholeSince } = await listed(api, trace, MOST_ROWS);
	const { made, isDoubtful } = madeOf(rows, trace, body, sentAt);
	if (!made && (isDoubtful || wholeSince >= sentAt)) throw notKnown(sentAt);
	return made;
}

/**
 * Which of the given recipients were contacted since a time on this machine's clock, according to the API's list.
 */
export async function reachedOf(
	api: Api,
	trace: Trace,
	recipients: Set<unknown>,
	since: number,
): Promise<string[]> {
	const rows = await listedIfPossible(api, trace);
	const wanted = new Set([...recipients].map(plain).filter((text) => text !== ''));
	const reached = rows.filter(
		({ recipient, time = -Infinity }) => wanted.has(plain(recipient)) && time >= since,
	);
	return [...new Set(reached.map(({ recipient }) => String(recipient)))];
}

/** Whether a response is about work from before its request: the API has returned an earlier response again. */
export function isOfBefore(
	answer: IDataObject,
	{ madeAt }: Trace,
	headers: IDataObject,
	elapsedMs: number,
): boolean {
	return timeOf(madeAt(answer)) < timeOf(headers.date) - elapsedMs - TOLERANCE_MS;
}
