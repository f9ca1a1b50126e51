import type { IDataObject } from 'n8n-workflow';

import { rethrow } from '../../shared/errors/errors';
import type { End, Ledger, WorkRecord } from './ledger';

/** Where an execution stores what it knows about one work. */
export interface WorkNote {
	find(): WorkRecord | undefined;
	keep(record: WorkRecord): void;
	forget(): void;
}

/** A piece of work that is to be done once. */
export interface OnceWork {
	/** Its key in the memory of the process. */
	ledgerKey: string;
	/** The idempotency key for a first request. */
	key: string;
	/** Where the execution stores what it knows about it; unset if executions cannot be told apart. */
	note?: WorkNote;
	/**
	 * The item of this run, to distinguish a retry of it from other work with the same response; unset for tools.
	 */
	place?: string;
	/** Whether the same key identifies the same work even after its response was returned. */
	lasting: boolean;
	/** For how many milliseconds after that it still does: the client may have given up before. */
	repeatedWithinMs?: number;
}

/** One attempt at a work that may not have been done. */
export interface Attempt {
	/** The idempotency key to send it with. */
	key: string;
	/** Set if it was sent before and its outcome is not known. */
	before?: WorkRecord;
	/** How often it has been sent. */
	sent(): number;
	/** Call this before each request that may do the work. */
	sending(): void;
}

/** A work that is done. */
export interface Done {
	/** A separate copy, which the workflow may change. */
	answer: IDataObject;
	/** Whether this is the response to an earlier request of another item, execution or tool call. */
	replayed: boolean;
	/** Whether the work was tracked until it ended, so that the response has the outcome. */
	ended: boolean;
	/** Stores the response of work that was tracked until it ended. */
	keepEnd(answer: IDataObject): void;
	/** Notes that n8n received the response. */
	giveOut(): void;
}

/** What is known about a work and still applies. */
function recordOf(
	ledger: Ledger,
	{ ledgerKey, note, lasting, repeatedWithinMs = 0 }: OnceWork,
): WorkRecord | undefined {
	const record = note?.find() ?? ledger.find(ledgerKey);
	const { givenOut = Infinity } = record ?? {};
	return !lasting && Date.now() >= givenOut + repeatedWithinMs ? undefined : record;
}

/** Whether a work was sent before: requesting it again is nothing new. */
export function isKnown(ledger: Ledger, work: OnceWork): boolean {
	return ledger.ending(work.ledgerKey) !== undefined || recordOf(ledger, work) !== undefined;
}

const copyOf = (answer: string): IDataObject => JSON.parse(answer) as IDataObject;

/** Waits for a promise, or ends early when the execution is cancelled. */
export type Waiter = <T>(promise: Promise<T>) => Promise<T>;

/**
 * Does a work unless it is done: returns the known response, waits for one in progress, and otherwise sends the
 * request and stores its outcome.
 *
 * @param send does the work; receives earlier requests whose outcome is not known
 * @param isRefusal whether an error of `send` proves that the work was not done
 */
export async function once(
	ledger: Ledger,
	work: OnceWork,
	{
		send,
		isRefusal,
		wait,
	}: {
		send: (attempt: Attempt) => Promise<IDataObject>;
		isRefusal: (error: unknown, attempt: { repeated: boolean }) => boolean;
		wait: Waiter;
	},
): Promise<Done> {
	const { ledgerKey, note, lasting, place } = work;
	const keep = (record: WorkRecord) => {
		ledger.keep(ledgerKey, record);
		note?.keep(record);
	};
	const doneWith = (record: WorkRecord, answer: IDataObject, isKept: boolean): Done => {
		let latest = record;
		return {
			answer,
			replayed: isKept && (place === undefined || record.place !== place),
			ended: record.ended === true,
			keepEnd(end) {
				latest = { ...latest, answer: JSON.stringify(end), ended: true };
				keep(latest);
			},
			giveOut() {
				if (lasting || latest.givenOut !== undefined) return;
				latest = { ...latest, givenOut: Date.now() };
				keep(latest);
			},
		};
	};

	for (;;) {
		const ending = ledger.ending(ledgerKey);
		if (!ending) break;
		const end = await wait(ending);
		if ('refused' in end) throw end.refused;
		if ('record' in end) {
			note?.keep(end.record);
			return doneWith(end.record, copyOf(end.record.answer), true);
		}
	}
	const before = recordOf(ledger, work);
	if (before?.answer !== undefined) {
		note?.keep(before);
		return doneWith(before, copyOf(before.answer), true);
	}
	let record: WorkRecord = before ?? { key: work.key, place, sentAt: 0, sent: 0 };
	let repeated = before !== undefined;
	const attempt: Attempt = {
		key: record.key,
		before,
		sent: () => record.sent,
		sending() {
			repeated ||= record.sent > 0;
			record = { ...record, sentAt: record.sentAt || Date.now(), sent: record.sent + 1 };
			keep(record);
		},
	};
	const refusal = (error: unknown) => record.sent === 0 || isRefusal(error, { repeated });
	return await ledger.follow(
		ledgerKey,
		async () => {
			try {
				const answer = await send(attempt);
				record = { ...record, answer: JSON.stringify(answer) };
				keep(record);
				return doneWith(record, answer, false);
			} catch (error) {
				if (refusal(error)) {
					ledger.forget(ledgerKey);
					note?.forget();
				}
				throw rethrow(error);
			}
		},
		(result): End => {
			if ('value' in result) return { record: record as WorkRecord & { answer: string } };
			const { error } = result;
			return refusal(error) && error instanceof Error ? { refused: error } : { unknown: true };
		},
	);
}
