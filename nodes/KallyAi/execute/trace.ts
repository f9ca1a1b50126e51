import type { IDataObject } from 'n8n-workflow';

import { getMember } from '../../shared/objects';
import { readTime } from '../../shared/times';
import { type Api, send } from '../../shared/transport/api';
import { fetchRows, readPage } from '../../shared/transport/pages';
import { recordId } from '../../shared/transport/rows';
import { answerOf, type Trace } from '../table/operation';
import { setNewest } from './bounded';
import { notKnown } from './certainty';

/** Answers and lists give whole seconds. */
const TOLERANCE_MS = 2000;

/** By how much the clocks of a service may differ: one machine dates its records, another one its responses. */
const SKEW_MS = 30_000;
/** Newest records that are looked at where the request was lost a moment ago. */
const ROWS = 50;
/** Newest records that are looked at where it was sent by an earlier execution. */
const MOST_ROWS = 1000;
const MOST_KNOWN = 20_000;

/** Records whose origin this process knows, so that none is taken for the outcome of another item. */
const known = new Map<string, { since: number; madeAt: number }>();

/** Notes that a record is the outcome of a work. */
export function claim(record: IDataObject, { madeAt }: Trace): void {
	const id = recordId(record);
	if (id === undefined) return;
	setNewest(known, id, { since: Date.now(), madeAt: timeOf(madeAt(record)) }, MOST_KNOWN);
}

/** Whether a record, made since `begin`, is known as the outcome of a work. */
function isClaimed(id: string, madeAt: number, begin: number): boolean {
	const entry = known.get(id);
	if (!entry || entry.since < begin) return false;
	// A test server may give IDs again.
	return Number.isNaN(entry.madeAt) || entry.madeAt === madeAt;
}

const timeOf = (value: unknown): number => readTime(value) ?? NaN;

/** A recipient as it is compared: lists write numbers with spaces, brackets, `00` for the plus, or as a number. */
const plain = (recipient: unknown): string => {
	const text = String(recipient ?? '').trim();
	return text.includes('@')
		? text.toLowerCase()
		: text.replace(/[\s().-]/g, '').replace(/^(?:\+|00)/, '');
};

/** What lists put in place of digits or letters that they hide. */
const MASK = /[*\u2022\u2026]|x{2,}/i;
/** Digits of a number without its country that are no accident. */
const FEWEST_DIGITS = 6;

/** Whether a list has this recipient; undefined where it does not tell: it has none, hides a part, or has no country. */
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

/** Characters of a text that is the beginning of another one by no accident. */
const FEWEST_CHARACTERS = 20;

/** Whether a list has this text, or none, or its beginning; undefined where it may have been cut without a sign. */
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

/** A record of the API's list, with the time by this machine's clock at which it was made, if it says one. */
interface Listed {
	row: IDataObject;
	recipient: unknown;
	time?: number;
	/** The last moment at which it may have been made, where the list says minutes or days only. */
	latest?: number;
}

/** What lists count in that say no seconds, in milliseconds. */
const COARSE_UNITS_MS = [24 * 3_600_000, 60_000];

/** What the API lists as made lately, the newest first, and since when nothing is missing. */
async function listed(
	api: Api,
	{ list, recipient, madeAt }: Trace,
	most: number,
): Promise<{ rows: Listed[]; wholeSince: number }> {
	const answer = answerOf(list);
	if (answer.kind !== 'list') return { rows: [], wholeSince: Infinity };
	// By how much the server's own clock is behind this machine's.
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
	// A list that begins with its oldest rows may have any number of newer ones.
	const reach = first > last ? last : Infinity;
	return {
		rows: [...rows].sort(
			(one, other) => (other.time ?? Number.MAX_VALUE) - (one.time ?? Number.MAX_VALUE),
		),
		wholeSince: isWhole && given.length < most && given.length >= total ? -Infinity : reach,
	};
}

/** The same; nothing where it cannot be read. */
async function listedIfPossible(api: Api, trace: Trace): Promise<Listed[]> {
	const found = await listed(api, trace, ROWS).catch(() => undefined);
	return found?.rows ?? [];
}

/** What a request has made, and whether something else in the list may be it, which does not tell. */
interface Found {
	made?: IDataObject;
	isDoubtful: boolean;
}

interface Search {
	/** Whether a record may be it at all. */
	isWanted?: (row: IDataObject) => boolean;
	/** How much older than the request it may be, which leaves it open. */
	skewMs?: number;
}

/**
 * Among listed records, what a request has made whose answer was lost: for the same recipient, with the same
 * text, made since it was sent, and not the outcome of another item.
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
		// One of a coarse list may have been claimed long before.
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

/** Looks in the API's list for what a request has made since `sentAt`; nothing where there is no list. */
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
 * @throws where the list has something that may be it and does not tell
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
 * Looks for what an execution has made that was given up, such as one of a process that was killed.
 *
 * @throws where the list cannot be read, not as far back, or has something that may be it: it is not known then
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

/** Whom of the given recipients the API's list shows as reached since a time of this machine's clock. */
export async function reachedOf(
	api: Api,
	trace: Trace,
	recipients: Set<unknown>,
	since: number,
): Promise<string[]> {
	const rows = await listedIfPossible(api, trace);
	const wanted = new Set([...recipients].map(plain));
	const reached = rows.filter(
		({ recipient, time = -Infinity }) => wanted.has(plain(recipient)) && time >= since,
	);
	return [...new Set(reached.map(({ recipient }) => String(recipient)))];
}

/** Whether an answer tells of work from before its request: the API has given out an earlier answer again. */
export function isOfBefore(
	answer: IDataObject,
	{ madeAt }: Trace,
	headers: IDataObject,
	elapsedMs: number,
): boolean {
	return timeOf(madeAt(answer)) < timeOf(headers.date) - elapsedMs - TOLERANCE_MS;
}
