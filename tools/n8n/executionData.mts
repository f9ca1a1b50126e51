/** One item as n8n's nodes hand it on. */
export interface Item {
	json: Record<string, unknown>;
	binary?: Record<string, unknown>;
	pairedItem?: unknown;
	error?: unknown;
}

/** What one node did in one of its runs. */
export interface NodeRun {
	startTime: number;
	executionTime: number;
	executionStatus?: string;
	error?: { message: string; description?: string; [key: string]: unknown };
	data?: { main?: Array<Item[] | null> };
	[key: string]: unknown;
}

/** The part of an execution's data that tests and tools read. */
export interface ExecutionData {
	resultData: {
		runData: Record<string, NodeRun[]>;
		lastNodeExecuted?: string;
		error?: { message: string; description?: string; [key: string]: unknown };
	};
	[key: string]: unknown;
}

/** Reads n8n's stored form of execution data: one array of values in which strings inside objects are positions. */
export function parseExecutionData(stored: string): ExecutionData {
	const values = JSON.parse(stored) as unknown[];
	const made = new Map<number, unknown>();
	const valueAt = (position: number): unknown => {
		const value = values[position];
		if (typeof value !== 'object' || value === null) return value;
		if (made.has(position)) return made.get(position);
		const result: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
		// Known before it is filled: the data may refer to itself.
		made.set(position, result);
		for (const [key, part] of Object.entries(value)) {
			Object.assign(result, { [key]: typeof part === 'string' ? valueAt(Number(part)) : part });
		}
		return result;
	};
	return valueAt(0) as ExecutionData;
}
