import type { ServerResponse } from 'node:http';

import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { type Engine, triggerNode } from '../support/engine.mts';
import type { Recorded, Recorder } from '../support/recorder.mts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export type Order = 'newest' | 'oldest' | 'random';

/** How the list of an event answers. */
interface List {
	path: string;
	rows: string;
	id: string;
	time: (iso: string) => object;
	/** Largest page; unset where the list knows no `limit`. */
	most?: number;
	offset?: boolean;
	total?: boolean;
	/** States of a row, the first from its beginning on; unset where rows have none. */
	states?: string[];
}

const created = (iso: string) => ({ created_at: iso });
const received = (iso: string) => ({ received_at: iso });

/** Lists of the kinds that there are: paged with and without a total, cut to a limit, whole; with states and without. */
export const LISTS: Record<string, List> = {
	actionLogged: { path: '/v1/actions/log', rows: 'actions', id: 'id', time: created, most: 1e9 },
	callFinished: {
		path: '/v1/calls',
		rows: 'calls',
		id: 'call_id',
		time: (iso) => ({ metadata: created(iso) }),
		most: 200,
		offset: true,
		total: true,
		states: ['in_progress', 'success'],
	},
	goalChanged: {
		path: '/v1/coordination/goals',
		rows: 'goals',
		id: 'id',
		time: created,
		most: 1e9,
		offset: true,
		states: ['active', 'needs_input', 'completed'],
	},
	inboundCall: {
		path: '/v1/inbound/calls',
		rows: 'calls',
		id: 'id',
		time: created,
		most: 100,
		offset: true,
		total: true,
	},
	message: { path: '/v1/messages/inbox', rows: 'messages', id: 'id', time: received, most: 1e9 },
	outreachFinished: {
		path: '/v1/outreach/tasks',
		rows: 'tasks',
		id: 'id',
		time: created,
		most: 100,
		offset: true,
		total: true,
		states: ['pending', 'failed', 'completed'],
	},
	voicemail: { path: '/v1/inbound/voicemails', rows: 'voicemails', id: 'id', time: created },
};

/** A row and how it came to be. */
export interface Made {
	id: string;
	timeMs: number;
	visibleMs: number;
	/** From when on the row is in which of its states. */
	changes: number[];
}

/** One poll as the host sees it. */
export interface Polled {
	/** `id`, or `id:status` where states are events. */
	given: string[];
	/** Set when the poll failed. */
	error?: Error;
	requests: number;
}

/**
 * An account with a clock of its own, polled through n8n's engine. As in n8n, what a poll that gave nothing wrote is
 * forgotten, and so is everything since the last event when the host starts anew.
 */
export class Account {
	now = Date.UTC(2026, 1, 1);
	/** Share of the requests that fail. */
	failing = 0;
	/** The node's static data as it is stored. */
	saved: string | undefined;
	readonly made: Made[] = [];
	readonly list: List;
	parameters: IDataObject;

	private readonly engine: Engine;
	private readonly recorder: Recorder;
	readonly order: Order;
	private readonly random: () => number;

	constructor(
		engine: Engine,
		recorder: Recorder,
		{
			event,
			order,
			random,
			options = {},
		}: {
			event: string;
			order: Order;
			random: () => number;
			options?: IDataObject;
		},
	) {
		this.engine = engine;
		this.recorder = recorder;
		this.order = order;
		this.random = random;
		this.list = LISTS[event] as List;
		this.parameters = { event: [event], options };
		recorder.answer((request, response) => this.answer(request, response));
	}

	/**
	 * Adds rows of one time, some time before the next poll unless given; each of their states begins `stateMs` after the
	 * one before.
	 */
	add(
		count: number,
		timeMs = this.now + this.random() * MINUTE,
		{ lateMs = 0, stateMs = 3 * MINUTE } = {},
	): void {
		// The service's times end in whole seconds.
		const second = Math.floor(timeMs / 1000) * 1000;
		for (let index = 0; index < count; index++) {
			const changes = (this.list.states ?? ['']).map((_, step) => second + step * stateMs);
			const id = `row-${this.made.length}`;
			this.made.push({ id, timeMs: second, visibleMs: second + lateMs, changes });
		}
	}

	private stateOf({ changes }: Made): string | undefined {
		const states = this.list.states;
		return states?.[changes.findLastIndex((at) => at <= this.now)] ?? states?.[0];
	}

	/** The rows that the list has by now. */
	visible(): Made[] {
		return this.made.filter(({ visibleMs }) => visibleMs <= this.now);
	}

	/** The rows in the order of the list. */
	private listed(): Made[] {
		const rows = this.visible();
		// Rows of one time have no order that anybody promised.
		rows.sort((a, b) => a.timeMs - b.timeMs || (a.id < b.id ? -1 : 1));
		if (this.order === 'newest') rows.reverse();
		if (this.order === 'random') rows.sort(() => this.random() - 0.5);
		return rows;
	}

	private asAnswered(row: Made): object {
		return {
			[this.list.id]: row.id,
			...this.list.time(new Date(row.timeMs).toISOString().replace('.000Z', 'Z')),
			...(this.list.states ? { status: this.stateOf(row) } : {}),
		};
	}

	private answer({ path, query }: Recorded, response: ServerResponse): unknown {
		response.setHeader('date', new Date(this.now).toUTCString());
		if (this.random() < this.failing) {
			if (this.random() < 0.5) response.destroy();
			else {
				response.statusCode = 500;
				response.end('{}');
			}
			return undefined;
		}
		if (path !== this.list.path) {
			response.statusCode = 404;
			return {};
		}
		const { most, offset, total } = this.list;
		const all = this.listed();
		const from = offset ? Number(query.offset ?? 0) : 0;
		const limit = most === undefined ? Infinity : Math.min(Number(query.limit ?? 20), most);
		return {
			[this.list.rows]: all.slice(from, from + limit).map((row) => this.asAnswered(row)),
			...(total ? { total: all.length } : {}),
		};
	}

	/** The trigger as it stands in a workflow. */
	asNode(): INode {
		return triggerNode(this.parameters as INodeParameters);
	}

	/** Lets a minute pass and polls. */
	async poll(): Promise<Polled> {
		this.now += MINUTE;
		this.recorder.requests.length = 0;
		const data = JSON.parse(this.saved ?? '{}') as IDataObject;
		const before = JSON.stringify(data);
		let output: Array<Array<{ json: IDataObject }>> | null;
		try {
			output = (await this.engine.poll(this.asNode(), data)) as typeof output;
		} catch (error) {
			if (JSON.stringify(data) !== before) throw new Error('A failed poll changed the state');
			return { given: [], error: error as Error, requests: this.recorder.requests.length };
		}
		if (output || this.saved === undefined) this.saved = JSON.stringify(data);
		const given = (output?.[0] ?? []).map(({ json }) => {
			const id = String(json[this.list.id]);
			return this.list.states ? `${id}:${String(json.status)}` : id;
		});
		return { given, requests: this.recorder.requests.length };
	}

	/** The first poll, until one succeeds; gives what it gave out, which should be nothing. */
	async activate(): Promise<string[]> {
		for (;;) {
			const { given, error } = await this.poll();
			if (!error) return given;
		}
	}
}
