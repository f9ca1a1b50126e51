import type { IDataObject } from 'n8n-workflow';

import { rethrow } from '../../shared/errors/errors';

/**
 * What is known of a piece of work that was sent: its answer, or only that it was sent. Plain JSON, as
 * n8n stores it with an execution.
 */
export interface WorkRecord {
	/** The idempotency key that it was sent with. */
	key: string;
	/** Milliseconds since 1970 at which it was first sent. */
	sentAt: number;
	/** The item of the run that sent it; unset for tools. */
	place?: string;
	/** How often it was sent. */
	sent: number;
	/** The answer as JSON text; unset while the outcome is not known. */
	answer?: string;
	/** Whether the work was followed to its end, of which the answer tells. */
	ended?: boolean;
	/** Milliseconds since 1970 at which n8n got the answer as an item, where that ends the work. */
	givenOut?: number;
}

/** How a work that was under way has ended, for those who waited for it. */
export type End =
	| { record: WorkRecord & { answer: string } }
	| { refused: Error }
	| { unknown: true };

/** How much is kept, and how long. */
export interface LedgerLimits {
	/** Bytes of all records together, as estimated by `sizeOf`. */
	bytes: number;
	/** Milliseconds for which a record is kept. */
	age: number;
}

const LIMITS: LedgerLimits = { bytes: 5_000_000, age: 24 * 60 * 60 * 1000 };
/** Key, record and their places in the map, as measured; the text of the answer comes on top. */
const BYTES_OF_RECORD = 400;
/** An answer above this many characters is kept without its long parts. */
const LONGEST_ANSWER = 100_000;
const LONGEST_PART = 1000;

const sizeOf = ({ answer = '' }: WorkRecord): number => BYTES_OF_RECORD + 2 * answer.length;

function withoutLongParts(answer: string): string {
	const parts = Object.entries(JSON.parse(answer) as IDataObject);
	const short = parts.filter(([, part]) => JSON.stringify(part).length <= LONGEST_PART);
	const kept = JSON.stringify({ ...Object.fromEntries(short), shortened: true });
	return kept.length <= LONGEST_ANSWER ? kept : '{"shortened":true}';
}

/**
 * The works of this process by key: which are under way, and what came of the others. Bounded in size and
 * age, the oldest go first. Holds answers of the API and nothing of the requests, so no credential;
 * nothing of it is logged.
 */
export class Ledger {
	private readonly limits: LedgerLimits;

	private readonly now: () => number;

	private readonly underWay = new Map<string, Promise<End>>();

	/** Records in two halves: when the newer one is full, the older one goes. */
	private newer = new Map<string, WorkRecord>();

	private older = new Map<string, WorkRecord>();

	/** Bytes of the newer half. */
	private bytes = 0;

	constructor(limits: LedgerLimits = LIMITS, now: () => number = () => Date.now()) {
		this.limits = limits;
		this.now = now;
	}

	/** What is known of a work that is not under way. */
	find(key: string): WorkRecord | undefined {
		const record = this.newer.get(key) ?? this.older.get(key);
		if (!record || this.now() - record.sentAt <= this.limits.age) return record;
		this.forget(key);
		return undefined;
	}

	/** Keeps what is known of a work. */
	keep(key: string, record: WorkRecord): void {
		const { answer = '' } = record;
		const kept =
			answer.length > LONGEST_ANSWER ? { ...record, answer: withoutLongParts(answer) } : record;
		const before = this.newer.get(key);
		this.bytes += sizeOf(kept) - (before ? sizeOf(before) : 0);
		this.newer.set(key, kept);
		if (this.bytes <= this.limits.bytes / 2) return;
		this.older = this.newer;
		this.newer = new Map();
		this.bytes = 0;
	}

	/** Forgets a work that was refused: to send it again is no repetition. */
	forget(key: string): void {
		const record = this.newer.get(key);
		if (record) this.bytes -= sizeOf(record);
		this.newer.delete(key);
		this.older.delete(key);
	}

	/** The end of a work that is under way; undefined for one that is not. */
	ending(key: string): Promise<End> | undefined {
		return this.underWay.get(key);
	}

	/** Does a work, which is under way until then; `endOf` says how it has ended. */
	async follow<T>(
		key: string,
		work: () => Promise<T>,
		endOf: (result: { value: T } | { error: unknown }) => End,
	): Promise<T> {
		let tell: (end: End) => void = () => {};
		this.underWay.set(key, new Promise<End>((resolve) => (tell = resolve)));
		let end: End = { unknown: true };
		try {
			const value = await work();
			end = endOf({ value });
			return value;
		} catch (error) {
			end = endOf({ error });
			throw rethrow(error);
		} finally {
			this.underWay.delete(key);
			tell(end);
		}
	}
}
