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

/** A record of the API's list, with the milliseconds since it was made; undefined where it does not say when. */
interface Listed {
	row: IDataObject;
	recipient: unknown;
	ageMs?: number;
}

/** What the API lists as made lately, the newest first, and how far back nothing is missing, in milliseconds. */
async function listed(
	api: Api,
	{ list, recipient, madeAt }: Trace,
	most: number,
): Promise<{ rows: Listed[]; reachesBackMs: number }> {
	const answer = answerOf(list);
	if (answer.kind !== 'list') return { rows: [], reachesBackMs: 0 };
	// The server's own clock, whatever this machine's says.
	let now = Date.now();
	let isWhole = true;
	let total = 0;
	const given = await fetchRows(
		answer,
		async (query) => {
			const { body, headers } = await send(api, { ...list.request, query });
			const date = timeOf(headers.date);
			if (!Number.isNaN(date)) now = date;
			total = Math.max(total, readPage(body, answer).total ?? 0);
			return body;
		},
		{ limit: most, query: {}, atOnce: 1, onIncomplete: () => (isWhole = false) },
	);
	const rows = given.map((row) => {
		const time = readTime(madeAt(row));
		return { row, recipient: recipient(row), ageMs: time === undefined ? undefined : now - time };
	});
	const ages = rows.flatMap(({ ageMs }) => ageMs ?? []);
	const [newest, oldest] = [ages[0] ?? 0, ages[ages.length - 1] ?? 0];
	// A list that begins with its oldest rows may have any number of newer ones.
	const reach = newest < oldest ? oldest : 0;
	return {
		rows: [...rows].sort((one, other) => (one.ageMs ?? 0) - (other.ageMs ?? 0)),
		reachesBackMs: isWhole && given.length < most && given.length >= total ? Infinity : reach,
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
	/** How much older than `withinMs` it may be, which leaves it open. */
	skewMs?: number;
}

/**
 * Among listed records, what a request has made whose answer was lost: for the same recipient, with the same
 * text, made within `withinMs`, and not the outcome of another item.
 */
function madeOf(
	rows: Listed[],
	trace: Trace,
	body: IDataObject,
	withinMs: number,
	{ isWanted = () => true, skewMs = 0 }: Search = {},
): Found {
	const wanted = { recipient: getMember(body, trace.of), text: getMember(body, trace.text) };
	const longest = withinMs + TOLERANCE_MS;
	const begin = Date.now() - longest - skewMs;
	let isDoubtful = false;
	for (const { row, recipient, ageMs } of rows) {
		const id = recordId(row);
		if (ageMs !== undefined && ageMs > longest + skewMs) continue;
		if (!isWanted(row)) continue;
		if (id !== undefined && isClaimed(id, timeOf(trace.madeAt(row)), begin)) continue;
		const signs = [
			isSameRecipient(recipient, wanted.recipient),
			isSameText(getMember(row, trace.text), wanted.text),
		];
		if (signs.includes(false)) continue;
		const isDated = ageMs !== undefined && ageMs <= longest;
		if (isDated && id !== undefined && !signs.includes(undefined)) {
			return { made: row, isDoubtful: false };
		}
		isDoubtful = true;
	}
	return { isDoubtful };
}

/** Looks in the API's list for what a request has just made whose answer was lost; nothing where there is no list. */
export async function findMade(
	api: Api,
	trace: Trace,
	body: IDataObject,
	withinMs: number,
	isWanted?: (row: IDataObject) => boolean,
): Promise<IDataObject | undefined> {
	return madeOf(await listedIfPossible(api, trace), trace, body, withinMs, { isWanted }).made;
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
	withinMs: number,
): Promise<IDataObject | undefined> {
	const rows = await listedIfPossible(api, trace);
	const { made, isDoubtful } = madeOf(rows, trace, body, withinMs, { skewMs: SKEW_MS });
	if (isDoubtful) throw notKnown(Date.now() - withinMs);
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
	withinMs: number,
): Promise<IDataObject | undefined> {
	const { rows, reachesBackMs } = await listed(api, trace, MOST_ROWS);
	const { made, isDoubtful } = madeOf(rows, trace, body, withinMs);
	if (!made && (isDoubtful || reachesBackMs <= withinMs)) throw notKnown(Date.now() - withinMs);
	return made;
}

/** Whom of the given recipients the API's list shows as reached within the time. */
export async function reachedOf(
	api: Api,
	trace: Trace,
	recipients: Set<unknown>,
	withinMs: number,
): Promise<string[]> {
	const rows = await listedIfPossible(api, trace);
	const wanted = new Set([...recipients].map(plain));
	const reached = rows.filter(
		({ recipient, ageMs = Infinity }) => wanted.has(plain(recipient)) && ageMs <= withinMs,
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
