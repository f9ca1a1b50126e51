import fc from '../support/property.mts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const START = Date.UTC(2026, 2, 1, 8);

/** How a server may answer a list: everything that nobody has published of KallyAI's. */
export interface Server {
	order: 'newest' | 'oldest' | 'id';
	/** Whether rows stand by their own time or by when they turned up. */
	by: 'time' | 'arrival';
	/** Whether rows of one time change places from one answer to the next. */
	ties: 'stay' | 'move';
	/** Rows that one answer has at most. */
	most: number;
	limit: 'taken' | 'capped' | 'refused' | 'ignored';
	offset: 'taken' | 'ignored' | 'refused' | 'rounded' | 'clamped';
	total: 'true' | 'none' | 'page' | 'zero' | 'negative' | 'toomany';
	hasMore: 'true' | 'none';
	time: 'iso' | 'bare' | 's' | 'ms' | 'us' | 'text' | 'some' | 'none';
	id: 'id' | 'own' | 'foreign' | 'number';
	clock: 'true' | 'none' | 'ahead';
	/** Share of answers that are as the list was some minutes ago. */
	stale: number;
	/** Share of requests that fail. */
	failing: number;
	/** Milliseconds that an answer takes. */
	takes: number;
	/** What is published of the list. */
	published: { pageSize?: number; offset: boolean };
	statuses: boolean;
}

/** A row and what becomes of it. */
export interface ModelRow {
	number: number;
	time: number;
	visible: number;
	gone: number;
	/** From when on the row has ended; it is open before. */
	ends: number;
	dated?: number;
}

const published = fc.constantFrom(
	{ pageSize: 50, offset: true },
	{ pageSize: 20, offset: true },
	{ pageSize: 20, offset: false },
	{ offset: false },
);

const anyAnswers = fc.record({
	order: fc.constantFrom('newest', 'oldest', 'id'),
	by: fc.constantFrom('time', 'time', 'arrival'),
	ties: fc.constantFrom('stay', 'stay', 'move'),
	most: fc.constantFrom(10, 15, 20, 40, 100, 1000, 1000),
	limit: fc.constantFrom('taken', 'taken', 'capped', 'capped', 'refused', 'ignored'),
	offset: fc.constantFrom('taken', 'taken', 'taken', 'ignored', 'refused', 'rounded', 'clamped'),
	total: fc.constantFrom('true', 'true', 'none', 'none', 'page', 'zero', 'negative', 'toomany'),
	hasMore: fc.constantFrom('true', 'none', 'none'),
	time: fc.constantFrom('iso', 'iso', 'bare', 's', 'ms', 'us', 'text', 'some', 'none'),
	id: fc.constantFrom('id', 'own', 'foreign', 'number'),
	clock: fc.constantFrom('true', 'true', 'none', 'ahead'),
	stale: fc.constantFrom(0, 0, 0, 0.2),
	failing: fc.constantFrom(0, 0, 0, 0.1),
	takes: fc.constantFrom(0, 50, 300),
	published,
	statuses: fc.boolean(),
} as const) as fc.Arbitrary<Server>;

/** Any server; where rows change places from one answer to the next, nobody could tell without a total whether all came. */
export const anyServer: fc.Arbitrary<Server> = anyAnswers.map((server) =>
	server.ties === 'move' ? { ...server, total: 'true', time: 'iso', statuses: false } : server,
);

export interface Answer {
	status: number;
	body: Record<string, unknown>;
	date?: number;
}

function spelt(time: number, { time: spelling }: Server, number: number): unknown {
	switch (spelling) {
		case 'iso':
			return new Date(time).toISOString().replace('.000Z', 'Z');
		case 'bare':
			return new Date(time).toISOString().replace('T', ' ').slice(0, 19);
		case 's':
			return Math.floor(time / 1000);
		case 'ms':
			return time;
		case 'us':
			return time * 1000;
		case 'text':
			return String(time / 1000);
		case 'some':
			return number % 7 === 3 ? null : new Date(time).toISOString();
		default:
			return undefined;
	}
}

/** A number in [0, 1) for a number, always the same. */
function mixed(seed: number): number {
	let mix = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d);
	mix = Math.imul(mix ^ (mix >>> 12), 0x297a2d39);
	return ((mix ^ (mix >>> 15)) >>> 0) / 4294967296;
}

/** A list of such a server, with a clock of its own. */
export class ModelList {
	readonly rows: ModelRow[] = [];

	now = START;

	/** Requests since somebody set it to 0, and of all. */
	requests = 0;

	private asked = 0;

	readonly server: Server;

	readonly queries: unknown[] = [];

	/** Whether answers are what they are meant to be: neither stale nor failed. */
	calm = false;

	private readonly seed: number;

	constructor(server: Server, seed: number) {
		this.server = server;
		this.seed = seed;
	}

	private random(): number {
		return mixed(this.seed + 7919 * this.asked + (this.now % 86_400_000));
	}

	add(row: Omit<ModelRow, 'number'>): ModelRow {
		const made = { ...row, number: this.rows.length };
		this.rows.push(made);
		return made;
	}

	visible(now = this.now): ModelRow[] {
		return this.rows.filter(({ visible, gone }) => visible <= now && gone > now);
	}

	private listed(now: number, offset: number): ModelRow[] {
		const { order, by, ties } = this.server;
		const sign = order === 'newest' ? -1 : 1;
		const moves = ties === 'move' && order !== 'id' ? offset * 17 + this.asked : 0;
		return this.visible(now)
			.map((row) => {
				const place = by === 'time' ? (row.dated ?? row.time) : row.visible;
				const tie = mixed(row.number * 31 + moves);
				return { row, place: order === 'id' ? 0 : sign * place, tie };
			})
			.sort((a, b) => a.place - b.place || a.tie - b.tie)
			.map(({ row }) => row);
	}

	idOf(row: ModelRow): string {
		return String(this.server.id === 'number' ? 1000 + row.number : `row-${row.number}`);
	}

	private shown(row: ModelRow, now: number): Record<string, unknown> {
		const { id, statuses } = this.server;
		const own = { id: 'id', own: 'message_id', foreign: 'message_id', number: 'id' }[id];
		return {
			// A conversation that several rows have in common.
			...(id === 'foreign' ? { conversation_id: `talk-${row.number % 3}` } : {}),
			[own]: id === 'number' ? 1000 + row.number : this.idOf(row),
			created_at: spelt(row.dated ?? row.time, this.server, row.number),
			...(statuses ? { status: row.ends <= now ? 'success' : 'in_progress' } : {}),
		};
	}

	answer(query: { limit?: number; offset?: number }): Answer {
		const { server } = this;
		this.requests++;
		this.asked++;
		if (this.queries.length < 100) this.queries.push(query);
		this.now += server.takes;
		const { clock } = server;
		const date = { true: this.now, none: undefined, ahead: this.now + 3 * DAY }[clock];
		if (!this.calm && this.random() < server.failing) return { status: 500, body: {}, date };
		if (server.limit === 'refused' && (query.limit ?? 0) > server.most) {
			return { status: 422, body: { detail: 'limit' }, date };
		}
		if (server.offset === 'refused' && query.offset !== undefined) {
			return { status: 400, body: { detail: 'offset' }, date };
		}
		const isStale = !this.calm && this.random() < server.stale;
		const now = isStale ? this.now - 3 * MINUTE : this.now;
		const asked = query.limit ?? Math.min(20, server.most);
		const size =
			server.limit === 'taken'
				? asked
				: server.limit === 'ignored'
					? server.most
					: Math.min(asked, server.most);
		let offset = query.offset ?? 0;
		const all = this.listed(now, offset);
		if (server.offset === 'ignored') offset = 0;
		if (server.offset === 'rounded') offset = Math.floor(offset / size) * size;
		if (server.offset === 'clamped' && offset >= all.length)
			offset = Math.max(0, all.length - size);
		const rows = all.slice(offset, offset + size);
		const totals = {
			true: all.length,
			none: undefined,
			page: rows.length,
			zero: 0,
			negative: -1,
			toomany: all.length + 7,
		};
		const total = totals[server.total];
		return {
			status: 200,
			date,
			body: {
				messages:
					all.length === 0 && server.total === 'none'
						? null
						: rows.map((row) => this.shown(row, now)),
				...(total === undefined ? {} : { total }),
				...(server.hasMore === 'true' ? { has_more: offset + rows.length < all.length } : {}),
			},
		};
	}

	/** Whether everything that the list has can be reached. */
	get isReachable(): boolean {
		const { offset, limit, most } = this.server;
		if (this.server.published.pageSize === undefined) return limit === 'ignored' && most >= 1000;
		if (['taken', 'rounded', 'clamped'].includes(offset)) return true;
		return limit === 'taken' || most >= 1000;
	}
}

/** What happens in the minute before a poll. */
export interface Minute {
	/** Rows that come, each so many seconds late; `gone` after so many minutes, or never. */
	rows: Array<{ late: number; gone: number; ends: number; dated: number }>;
	/** Rows of one second. */
	burst: number;
	/** Minutes that nobody looks. */
	off: number;
	/** Whether the host starts anew, with what it had stored. */
	restarts: boolean;
	/** Events that the poll may give out. */
	room: number;
	/** Rows that are taken out of the list, from the newest on. */
	deletes: number;
}

const row = fc.record({
	late: fc.oneof(
		{ weight: 3, arbitrary: fc.constant(0) },
		{ weight: 1, arbitrary: fc.integer({ min: 1, max: 14 * 60 }) },
	),
	gone: fc.constantFrom(0, 0, 0, 0, 30),
	ends: fc.integer({ min: 0, max: 40 }),
	dated: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 2 * DAY, 3e14),
});

const minute: fc.Arbitrary<Minute> = fc.record({
	rows: fc.array(row, { maxLength: 4 }),
	burst: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 14, 35, 70),
	off: fc.constantFrom(0, 0, 0, 0, 20, 300),
	restarts: fc.constantFrom(false, false, false, true),
	room: fc.constantFrom(5, 50, 50, 1000),
	deletes: fc.constantFrom(0, 0, 0, 0, 3, 25),
});

/** What is there at the beginning, and what happens after it. */
export interface History {
	seed: number;
	/** Rows at the beginning, and the seconds between them. */
	backlog: number;
	apart: number;
	minutes: Minute[];
}

export const anyHistory: fc.Arbitrary<History> = fc.record({
	seed: fc.integer({ min: 1, max: 1e6 }),
	backlog: fc.constantFrom(0, 0, 1, 7, 10, 19, 20, 21, 40, 60, 90),
	apart: fc.constantFrom(0, 1, 30, 60, 600),
	minutes: fc.array(minute, { minLength: 1, maxLength: 5 }),
});
