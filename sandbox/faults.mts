import { gzipSync } from 'node:zlib';

import { now } from './clock.mts';

/** An order to go wrong. Without method or path it fits every request. */
export interface FaultOrder {
	method?: string;
	path?: string;
	status?: number;
	body?: unknown;
	headers?: Record<string, string>;
	delayMs?: number;
	/** Cuts the connection: before the work, in the middle of its answer, or with the work done and no answer. */
	drop?: 'before' | 'within' | 'after';
	/** Ends the answer in its middle as if that were all of it. */
	truncate?: boolean;
	/** Compresses the answer. */
	gzip?: boolean;
	/** How many requests suffer it; one unless given. */
	times?: number;
	/** Every request suffers it for so long, counted from the first one that does. */
	forMs?: number;
}

interface Fault {
	order: FaultOrder;
	pattern: RegExp | undefined;
	remaining: number;
	/** When an order for a time is over; undefined until a request has suffered it. */
	until?: number;
}

/** The answer as an order wants it to leave. */
export function disfigured({ truncate, gzip }: FaultOrder, payload: string): string | Buffer {
	const text = truncate ? payload.slice(0, payload.length / 2) : payload;
	return gzip ? gzipSync(text) : text;
}

/** `/v1/calls/{id}` fits any one segment in the place of the braces. */
function patternOf(path: string): RegExp {
	const parts = path.split(/\{[^}/]*\}/).map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'));
	return new RegExp(`^${parts.join('[^/]+')}$`);
}

/** Orders that wait for a request they fit, first come, first served. */
export class FaultQueue {
	private faults: Fault[] = [];

	add(order: FaultOrder): void {
		this.faults.push({
			order,
			pattern: order.path ? patternOf(order.path) : undefined,
			remaining: order.forMs === undefined ? (order.times ?? 1) : Infinity,
		});
	}

	/** The order this request has to suffer, if any; uses it up by one. */
	take(method: string, path: string): FaultOrder | undefined {
		if (!this.faults.length) return undefined;
		this.faults = this.faults.filter(({ until = Infinity }) => until > now());
		const fault = this.faults.find(
			({ order, pattern }) =>
				(!order.method || order.method.toUpperCase() === method) &&
				(!pattern || pattern.test(path)),
		);
		if (!fault) return undefined;
		const { forMs } = fault.order;
		if (forMs !== undefined) fault.until ??= now() + forMs;
		fault.remaining -= 1;
		if (fault.remaining === 0) this.faults = this.faults.filter((other) => other !== fault);
		return fault.order;
	}

	list(): Array<FaultOrder & { remaining: number }> {
		return this.faults.map(({ order, remaining }) => ({ ...order, remaining }));
	}

	clear(): void {
		this.faults = [];
	}
}
