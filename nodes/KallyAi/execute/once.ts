import type { IDataObject } from 'n8n-workflow';

import type { End, Ledger, WorkRecord } from './ledger';

/** Where an execution keeps what it knows of one work. */
export interface WorkNote {
	find(): WorkRecord | undefined;
	keep(record: WorkRecord): void;
	forget(): void;
}

/** A piece of work that is to be done once. */
export interface OnceWork {
	/** What the process knows it by. */
	ledgerKey: string;
	/** The idempotency key for a first request. */
	key: string;
	/** Where the execution keeps what it knows of it; unset where nothing tells one execution from another. */
	note?: WorkNote;
	/** Whether the same key stands for the same work even after its answer was given out. */
	lasting: boolean;
}

/** One attempt at a work that is not known to be done. */
export interface Attempt {
	/** The idempotency key to send it with. */
	key: string;
	/** Set where it was sent before and nobody knows what became of it. */
	before?: WorkRecord;
	/** To be called before each request that may do the work. */
	sending(): void;
}

/** A work that is done. */
export interface Done {
	/** A copy of its own, which the workflow may change. */
	answer: IDataObject;
	/** Whether this is the answer of an earlier request. */
	replayed: boolean;
	/** Whether the work was followed to its end, of which the answer tells. */
	ended: boolean;
	/** Keeps the answer of work that was followed to its end. */
	keepEnd(answer: IDataObject): void;
	/** Notes that n8n gets the answer. */
	giveOut(): void;
}

/** Waits for a promise, or ends early when the execution is cancelled. */
export type Waiter = <T>(promise: Promise<T>) => Promise<T>;

/**
 * Does a work unless it is done: gives out the answer that is known, waits for one that is under way, and
 * otherwise sends it and keeps what becomes of it.
 *
 * @param send does the work; told of earlier requests whose outcome is not known
 * @param isRefusal whether an error of `send` says that the work was not done, whatever was sent
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
	const { ledgerKey, note, lasting } = work;
	const keep = (record: WorkRecord) => {
		ledger.keep(ledgerKey, record);
		note?.keep(record);
	};
	const doneWith = (record: WorkRecord, answer: string, replayed: boolean): Done => {
		let latest = record;
		return {
			answer: JSON.parse(answer) as IDataObject,
			replayed,
			ended: record.ended === true,
			keepEnd(end) {
				latest = { ...latest, answer: JSON.stringify(end), ended: true };
				keep(latest);
			},
			giveOut() {
				if (lasting || latest.givenOut) return;
				latest = { ...latest, givenOut: true };
				keep(latest);
			},
		};
	};

	for (;;) {
		const ending = ledger.ending(ledgerKey);
		if (!ending) break;
		const end = await wait(ending);
		if ('refused' in end) throw end.refused;
		if ('answer' in end) {
			const record = ledger.find(ledgerKey) ?? { key: work.key, sentAt: Date.now(), sent: 1 };
			note?.keep({ ...record, answer: end.answer });
			return doneWith(record, end.answer, true);
		}
	}
	const noted = note?.find();
	const known = noted ?? ledger.find(ledgerKey);
	if (known?.answer !== undefined && (lasting || !known.givenOut)) {
		if (!noted) note?.keep(known);
		return doneWith(known, known.answer, true);
	}
	const before = known?.answer === undefined ? known : undefined;
	let record = before ?? { key: work.key, sentAt: 0, sent: 0 };
	let repeated = before !== undefined;
	const attempt: Attempt = {
		key: record.key,
		before,
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
				const answer = JSON.stringify(await send(attempt));
				record = { ...record, answer };
				keep(record);
				return doneWith(record, answer, false);
			} catch (error) {
				if (refusal(error)) {
					ledger.forget(ledgerKey);
					note?.forget();
				}
				throw error instanceof Error ? error : new Error(String(error));
			}
		},
		(result): End => {
			if ('value' in result) return { answer: record.answer as string };
			const { error } = result;
			return refusal(error) && error instanceof Error ? { refused: error } : { unknown: true };
		},
	);
}
