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

/** A recipient as it is compared: lists may write a number with spaces or brackets. */
const plain = (recipient: unknown): unknown =>
	typeof recipient !== 'string'
		? recipient
		: recipient.includes('@')
			? recipient.trim().toLowerCase()
			: recipient.replace(/[\s().-]/g, '');

/** A record of the API's list, with the milliseconds since it was made. */
interface Listed {
	row: IDataObject;
	recipient: unknown;
	ageMs: number;
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
	const rows = given
		.map((row) => ({ row, recipient: recipient(row), ageMs: now - timeOf(madeAt(row)) }))
		.filter(({ ageMs }) => !Number.isNaN(ageMs));
	const [newest, oldest] = [rows[0]?.ageMs ?? 0, rows[rows.length - 1]?.ageMs ?? 0];
	// A list that begins with its oldest rows may have any number of newer ones.
	const reach = newest < oldest ? oldest : 0;
	return {
		rows: [...rows].sort((one, other) => one.ageMs - other.ageMs),
		reachesBackMs: isWhole && given.length < most && given.length >= total ? Infinity : reach,
	};
}

/** The same; nothing where it cannot be read. */
async function listedIfPossible(api: Api, trace: Trace): Promise<Listed[]> {
	const found = await listed(api, trace, ROWS).catch(() => undefined);
	return found?.rows ?? [];
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
	isWanted: (row: IDataObject) => boolean = () => true,
): IDataObject | undefined {
	const wanted = { recipient: getMember(body, trace.of), text: getMember(body, trace.text) };
	const longest = withinMs + TOLERANCE_MS;
	const begin = Date.now() - longest;
	const found = rows.find(({ row, recipient, ageMs }) => {
		const id = recordId(row);
		const text = getMember(row, trace.text);
		return (
			plain(recipient) === plain(wanted.recipient) &&
			(text === undefined || text === wanted.text) &&
			ageMs <= longest &&
			isWanted(row) &&
			id !== undefined &&
			!isClaimed(id, timeOf(trace.madeAt(row)), begin)
		);
	});
	return found?.row;
}

/** Looks in the API's list for what a request has just made whose answer was lost; nothing where there is no list. */
export async function findMade(
	api: Api,
	trace: Trace,
	body: IDataObject,
	withinMs: number,
	isWanted?: (row: IDataObject) => boolean,
): Promise<IDataObject | undefined> {
	return madeOf(await listedIfPossible(api, trace), trace, body, withinMs, isWanted);
}

/**
 * Looks for what an execution has made that was given up, such as one of a process that was killed.
 *
 * @throws where the list cannot be read, or not as far back: it is not known then whether there is anything
 */
export async function findTried(
	api: Api,
	trace: Trace,
	body: IDataObject,
	withinMs: number,
): Promise<IDataObject | undefined> {
	const { rows, reachesBackMs } = await listed(api, trace, MOST_ROWS);
	const made = madeOf(rows, trace, body, withinMs);
	if (!made && reachesBackMs <= withinMs) throw notKnown(Date.now() - withinMs);
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
		({ recipient, ageMs }) => wanted.has(plain(recipient)) && ageMs <= withinMs,
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
