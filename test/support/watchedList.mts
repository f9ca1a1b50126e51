import {
	compareRows,
	Memory,
	type Look,
	type Row,
	settle,
} from '../../nodes/KallyAiTrigger/cursor/memory';
import { lookAt, type Page, type Source } from '../../nodes/KallyAiTrigger/cursor/reader';
import { type ListState, nothingSeen } from '../../nodes/KallyAiTrigger/cursor/state';

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const NOW = Date.parse('2031-05-16T10:00:00Z');
/** How late a row may turn up. */
export const TOLERANCE = 10 * MINUTE;

/** A row with seven characters as its ID and key, as the state keeps them, and the time of its number in hours. */
export const row = (number: number, more: Partial<Row> = {}): Row => {
	const id = `row${String(number).padStart(4, '0')}`;
	return {
		id,
		key: id,
		eventId: id,
		status: '',
		open: false,
		again: false,
		wanted: true,
		time: NOW - 10_000 * HOUR + number * HOUR,
		content: undefined,
		...more,
	};
};

export const timeOf = (number: number): number => row(number).time!;
export const numberOf = ({ id }: Row): number => Number(id.slice(3));
export const timeless = (number: number): Row => row(number, { time: undefined });

/** Numbers from one to another, in either direction. */
export const range = (from: number, to: number): number[] =>
	Array.from({ length: Math.abs(to - from) + 1 }, (_, index) =>
		from < to ? from + index : from - index,
	);

export const rows = (from: number, to: number): Row[] =>
	range(from, to).map((number) => row(number));

/** Rows in no order of their times. */
export const mixed = (all: Row[]): Row[] =>
	all.toSorted((one, other) => ((numberOf(one) * 37) % 101) - ((numberOf(other) * 37) % 101));

/** The rows of these numbers in no order of their times. */
export const shuffled = (from: number, to: number): Row[] => mixed(rows(from, to));

export interface Answer {
	/** Rows that an answer has at most. */
	most?: number;
	/** Whether the server takes a limit and an offset. */
	takes?: (limit: number | undefined, offset: number) => boolean;
	/** Where the answer to an offset begins. */
	begin?: (offset: number, limit: number) => number;
	total?: (given: number) => number | undefined;
	hasMore?: (isMore: boolean) => boolean | undefined;
	isUntold?: boolean;
	/** Rows of an answer to a request without a limit. */
	usual?: number;
	serverNow?: number;
	/** What happens before the request of this number is answered, the first being 1. */
	before?: (request: number, list: List) => void;
}

/** A list whose answers can be set, and which notes what it is asked: `limit@offset`. */
export class List implements Source<unknown> {
	asked: string[] = [];

	/** The most requests that were answered at once. */
	atOnce = 0;

	pageSize?: number = 10;

	offset?: boolean = true;

	follows = false;

	host = NOW;

	/** Requests after which the poll has no time left. */
	lasts = Infinity;

	all: Row[];

	answer: Answer;

	private underWay = 0;

	constructor(all: Row[], { answer = {}, ...more }: Partial<Omit<List, 'all'>> = {}) {
		this.all = all;
		this.answer = answer;
		Object.assign(this, more);
	}

	hasTime = () => this.asked.length < this.lasts;

	now = () => this.host;

	async fetch({ limit, offset }: { limit?: number; offset?: number }) {
		this.asked.push(`${limit ?? ''}@${offset ?? ''}`);
		this.answer.before?.(this.asked.length, this);
		this.atOnce = Math.max(this.atOnce, ++this.underWay);
		const page = this.pageAt(limit, offset ?? 0);
		await Promise.resolve();
		this.underWay--;
		return page;
	}

	private pageAt(limit: number | undefined, offset: number): Page<unknown> | undefined {
		const { most = Infinity, usual = most, takes, begin, total, hasMore, ...more } = this.answer;
		if (takes && !takes(limit, offset)) return undefined;
		const size = Math.min(limit ?? usual, most);
		const from = begin ? begin(offset, size) : offset;
		return {
			rows: this.all.slice(from, from + size).map((one) => ({ ...one })),
			total: total?.(this.all.length),
			hasMore: hasMore?.(from + size < this.all.length),
			isUntold: more.isUntold,
			serverNow: more.serverNow,
		};
	}
}

/** Somebody who looks at a list again and again, as polls do: gives what is new, and notes what was asked. */
export class Watch {
	state?: ListState;

	look!: Look;

	readonly list: List;

	constructor(list: List, state?: ListState) {
		this.list = list;
		this.state = state;
	}

	/** What was asked for in a look. */
	async asks(): Promise<string[]> {
		await this.news();
		return this.list.asked;
	}

	/** Numbers of the rows that are new; the oldest of them, if at most so many are given at once. */
	async news(most = Infinity): Promise<number[]> {
		const { list, state } = this;
		list.asked = [];
		list.atOnce = 0;
		this.look = await lookAt(list, state, TOLERANCE);
		const memory = Memory.of(state ?? nothingSeen(''));
		const isNew = (one: Row) => !this.look.old.has(one) && memory.numberOf(one) > 0;
		const fresh = state ? this.look.rows.filter(isNew) : [];
		const given = fresh.length > most ? fresh.sort(compareRows).slice(0, most) : fresh;
		const settings = { tolerance: TOLERANCE, vanishes: false };
		this.state = settle(state, '', this.look, new Set(given), settings);
		return given.map(numberOf);
	}

	get numbers(): number[] {
		return this.look.rows.map(numberOf);
	}
}
