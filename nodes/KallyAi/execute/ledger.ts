import type { IDataObject } from 'n8n-workflow';

import { rethrow } from '../../shared/errors/errors';

/**
 * What is known about a work that was sent: its response, or only that it was sent. Plain JSON, as n8n stores it
 * with an execution.
 */
export interface WorkRecord {
	/** The idempotency key with which it was sent. */
	key: string;
	/** When it was first sent, in milliseconds since 1970. */
	sentAt: number;
	/** The item that sent it; unset for tools. */
	place?: string;
	/** How often it was sent. */
	sent: number;
	/** The response as JSON text; unset while the outcome is not known. */
	answer?: string;
	/** Whether the work was tracked until it ended, so that the response has the outcome. */
	ended?: boolean;
	/** When n8n received the response as an item, if that ends the work, in milliseconds since 1970. */
	givenOut?: number;
}

/** How a work in progress has ended, for those who waited for it. */
export type End =
	| { record: WorkRecord & { answer: string } }
	| { refused: Error }
	| { unknown: true };

/** How much is kept, and how long. */
export interface LedgerLimits {
	/** Total size of all records in bytes, as estimated by `sizeOf`. */
	bytes: number;
	/** Milliseconds for which a record is kept. */
	age: number;
}

const LIMITS: LedgerLimits = { bytes: 5_000_000, age: 24 * 60 * 60 * 1000 };
/** Measured size of a key, a record and their map entries; the text of the response is added. */
const BYTES_OF_RECORD = 400;
/** A longer response is kept without its long parts. */
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
 * The works of this process by key: those in progress, and the outcomes of the others. Bounded in size and age;
 * the oldest are removed first. Contains responses of the API but no requests, so no credentials. Never logged.
 */
export class Ledger {
	private readonly limits: LedgerLimits;

	private readonly now: () => number;

	private readonly underWay = new Map<string, Promise<End>>();

	/** Records in two halves: when the newer one is full, the older one is dropped. */
	private newer = new Map<string, WorkRecord>();

	private older = new Map<string, WorkRecord>();

	/** Bytes of the newer half. */
	private bytes = 0;

	constructor(limits: LedgerLimits = LIMITS, now: () => number = () => Date.now()) {
		this.limits = limits;
		this.now = now;
	}

	/** What is known about a work that is not in progress. */
	find(key: string): WorkRecord | undefined {
		const record = this.newer.get(key) ?? this.older.get(key);
		if (!record || this.now() - record.sentAt <= this.limits.age) return record;
		this.forget(key);
		return undefined;
	}

	/** Stores what is known about a work. */
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

	/** Forgets a work that was refused: sending it again is not a repetition. */
	forget(key: string): void {
		const record = this.newer.get(key);
		if (record) this.bytes -= sizeOf(record);
		this.newer.delete(key);
		this.older.delete(key);
	}

	/** The end of a work in progress; undefined for others. */
	ending(key: string): Promise<End> | undefined {
		return this.underWay.get(key);
	}

	/** Runs a work, which is in progress until it ends; `endOf` returns how it ended. */
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
