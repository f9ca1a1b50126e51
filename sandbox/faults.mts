/** An order to go wrong. Without method or path it fits every request. */
export interface FaultOrder {
	method?: string;
	path?: string;
	status?: number;
	body?: unknown;
	headers?: Record<string, string>;
	delayMs?: number;
	drop?: 'before' | 'after';
	times: number;
}

interface Fault {
	order: FaultOrder;
	pattern: RegExp | undefined;
	remaining: number;
}

/** `/v1/calls/{id}` fits any one segment in the place of the braces. */
function patternOf(path: string): RegExp {
	const parts = path.split(/\{[^}/]*\}/).map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'));
	return new RegExp(`^${parts.join('[^/]+')}$`);
}

/** Orders that wait for a request they fit, first come, first served. */
export class FaultQueue {
	#faults: Fault[] = [];

	add(order: FaultOrder): void {
		this.#faults.push({
			order,
			pattern: order.path ? patternOf(order.path) : undefined,
			remaining: order.times,
		});
	}

	/** The order this request has to suffer, if any; uses it up by one. */
	take(method: string, path: string): FaultOrder | undefined {
		if (!this.#faults.length) return undefined;
		const fault = this.#faults.find(
			({ order, pattern }) =>
				(!order.method || order.method.toUpperCase() === method) &&
				(!pattern || pattern.test(path)),
		);
		if (!fault) return undefined;
		fault.remaining -= 1;
		if (fault.remaining === 0) this.#faults = this.#faults.filter((other) => other !== fault);
		return fault.order;
	}

	list(): Array<FaultOrder & { remaining: number }> {
		return this.#faults.map(({ order, remaining }) => ({ ...order, remaining }));
	}

	clear(): void {
		this.#faults = [];
	}
}
