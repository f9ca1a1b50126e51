import { randomUUID } from 'node:crypto';

import { now } from './clock.mts';
import { ApiError, notFound, type Answer } from './errors.mts';
import { OnceMemory } from './idempotency.mts';
import type {
	Call,
	Conversation,
	CreditEntry,
	Ending,
	Goal,
	Outcome,
	OutreachTask,
	Scenario,
} from './model.mts';
import { round } from './prices.mts';
import { isoSeconds } from './time.mts';
import type { Readings } from './worlds.mts';

/** Time of a row under any of its names, in milliseconds. */
function rowTime(row: any): number {
	const text = row.metadata?.created_at ?? row.created_at ?? row.received_at;
	return text === undefined ? (row.createdMs ?? 0) : Date.parse(text);
}

/** ID of a row under any of its names. */
export function rowId(row: any): string | undefined {
	return row.id ?? row.call_id ?? row.phone_number;
}

/** Things with an id in the order they came, to be listed newest first. */
export class Table<Row> {
	private readonly rows = new Map<string, Row>();
	private readonly order: Row[] = [];
	/** Rows that lists do not have yet, with the time in milliseconds from which on they have them. */
	private readonly hidden = new Map<Row, number>();
	/** Rows that were put into a place by their time, with that time in milliseconds. */
	private readonly times = new Map<Row, number>();
	/** How many of the oldest rows were there before anybody did anything. */
	seeded = 0;

	/** Adds a row as the newest. */
	add(row: Row): Row {
		this.rows.set(String(rowId(row)), row);
		this.order.push(row);
		return row;
	}

	/** Adds a row that nobody asked for; only before the first `add`. */
	seed(row: Row): Row {
		this.seeded += 1;
		return this.add(row);
	}

	/** Adds a seeded row in the past of everything that was added. */
	seedOldest(row: Row): void {
		this.rows.set(String(rowId(row)), row);
		this.order.unshift(row);
		this.seeded += 1;
	}

	/**
	 * Moves the newest row to where its time belongs, and hides it from lists until `visibleMs`. Rows that were just
	 * added count as of their moment.
	 */
	place(id: string, timeMs: number, visibleMs: number): void {
		const row = this.rows.get(id) as Row;
		this.order.pop();
		const timeOf = (other: Row) => this.times.get(other) ?? rowTime(other);
		let position = this.order.length;
		while (position > 0 && timeOf(this.order[position - 1] as Row) > timeMs) position -= 1;
		this.order.splice(position, 0, row);
		this.times.set(row, timeMs);
		if (visibleMs > now()) this.hidden.set(row, visibleMs);
		if (position < this.seeded) this.seeded += 1;
	}

	private visible(): Row[] {
		for (const [row, visibleMs] of this.hidden) {
			if (visibleMs <= now()) this.hidden.delete(row);
		}
		return this.hidden.size === 0 ? this.order : this.order.filter((row) => !this.hidden.has(row));
	}

	get(id: string): Row | undefined {
		return this.rows.get(id);
	}

	/** The row with this id, or 404 that says of what kind it would be. */
	find(id = '', kind: string, reason: string): Row {
		const row = this.rows.get(id);
		if (row === undefined) throw notFound(kind, id, reason);
		return row;
	}

	/** Takes a row away; false if there is none. */
	remove(id: string): boolean {
		const row = this.rows.get(id);
		if (row === undefined) return false;
		const position = this.order.indexOf(row);
		this.order.splice(position, 1);
		if (position < this.seeded) this.seeded -= 1;
		return this.rows.delete(id);
	}

	get size(): number {
		return this.visible().length;
	}

	/** One page, newest first. */
	page(limit: number, offset: number): Row[] {
		const rows = this.visible();
		const end = Math.max(rows.length - offset, 0);
		return rows.slice(Math.max(end - limit, 0), end).reverse();
	}

	/** All rows, newest first. */
	newestFirst(): Row[] {
		return this.visible().toReversed();
	}

	/** Rows added since the seed, oldest first. */
	added(): Row[] {
		return this.order.slice(this.seeded);
	}

	/** Rows of the seed, oldest first. */
	seeds(): Row[] {
		return this.order.slice(0, this.seeded);
	}
}

/** What a reservation becomes in the end. */
export interface Charge {
	type: string;
	description: string;
	credits: number;
	goalId?: string;
}

/**
 * Everything the account owns, and how the service is. A reset replaces the whole object, so that work under way cannot
 * leak into the new one.
 */
export class Store {
	/** How the service is in the world that is played. */
	readings: Readings;
	readonly calls = new Table<Call>();
	/** What the person said who answered a call, by call id. */
	readonly said = new Map<string, string>();
	/** Ends a call that is on the line, by call id. */
	readonly onTheLine = new Map<string, () => void>();
	readonly goals = new Table<Goal>();
	readonly conversations = new Table<Conversation>();
	readonly outreach = new Table<OutreachTask>();
	readonly creditEntries: CreditEntry[] = [];
	readonly answers = new OnceMemory<Answer>();
	readonly scenario: Scenario = {
		outcome: ['success'],
		byNumber: {},
		durationMs: 0,
		outreachOutcome: [],
		outreachDurationMs: 1500,
		order: 'newest',
	};
	/** Answers of the sandbox that broke its own document. */
	readonly invalidAnswers: string[] = [];
	allocated = 500;
	used = 0;
	private reserved = 0;
	private readonly turns = new Map<unknown[], number>();
	private readonly parts = new Map<(store: Store) => unknown, unknown>();

	constructor(readings: Readings) {
		this.readings = readings;
		this.scenario.order = readings.order;
	}

	/** State that one domain alone has: made, and seeded, by `make` when it is first asked for. */
	part<T>(make: (store: Store) => T): T {
		if (!this.parts.has(make)) this.parts.set(make, make(this));
		return this.parts.get(make) as T;
	}

	/** Credits that can still be spent. */
	get remaining(): number {
		return round(this.allocated - this.used);
	}

	/** Sets what is left without rewriting what was spent. */
	setRemaining(credits: number): void {
		this.allocated = round(this.used + credits);
	}

	/** Holds credits back until the work is done; the returned function books what it really cost, or nothing. */
	reserve(credits: number): (charge?: Charge) => void {
		if (this.remaining - this.reserved < credits) {
			throw new ApiError(
				'quota_exceeded',
				'The account has not enough credits left',
				'credits_exhausted',
			);
		}
		this.reserved += credits;
		return (charge) => {
			this.reserved -= credits;
			if (charge) this.book(charge);
		};
	}

	/** Spends credits at once. */
	spend(charge: Charge): void {
		this.reserve(charge.credits)(charge);
	}

	/** The next of a list of endings that are used in turn. */
	inTurn<T>(choices: T[]): T {
		return choices[this.takeTurn(choices) % choices.length] as T;
	}

	/** How the next call to somebody ends: the status, and what the person says where the scenario has words for it. */
	nextEnding(recipient: string): { status: Outcome; says?: string } {
		const { outcome, byNumber } = this.scenario;
		const own = Object.hasOwn(byNumber, recipient) ? byNumber[recipient] : undefined;
		const ending = own
			? (own[Math.min(this.takeTurn(own), own.length - 1)] as Ending)
			: this.inTurn(outcome);
		return typeof ending === 'string' ? { status: ending } : { status: 'success', ...ending };
	}

	/** Counts a use of a list, from 0. */
	private takeTurn(choices: unknown[]): number {
		const turn = this.turns.get(choices) ?? 0;
		this.turns.set(choices, turn + 1);
		return turn;
	}

	private book({ type, description, credits, goalId }: Charge): void {
		const timestamp = isoSeconds();
		this.used = round(this.used + credits);
		this.creditEntries.push({
			id: randomUUID(),
			type,
			description,
			credits,
			timestamp,
			goal_id: goalId ?? null,
		});
		if (goalId) this.goals.get(goalId)?.costs.push({ action: type, credits, timestamp });
	}
}
