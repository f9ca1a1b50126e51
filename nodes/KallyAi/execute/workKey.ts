import { createHash } from 'crypto';

import { isPlainObject } from '../../shared/objects';

/** What a piece of work asks for. */
export interface Work {
	/** `resource.operation`. */
	operation: string;
	path: string;
	body?: unknown;
	/** What a tool was given beside the fields: arguments of the model, data of the item. */
	input?: unknown;
}

/** Where works are done: two of them that differ in any of this are never taken for the same. */
export interface WorkPlace {
	instanceId: string;
	workflowId: string;
	nodeId: string;
	/** The execution, or what stands for it (standing.ts). */
	scope: string;
	/** Loop round; undefined for tools, whose rounds are also counted up when n8n tries again. */
	round?: number;
}

/** A value with the members of its objects in one order, as equal JSON can be written in several. */
function inOrder(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(inOrder);
	if (!isPlainObject(value)) return value;
	return Object.fromEntries(
		Object.keys(value)
			.sort()
			.map((name) => [name, inOrder(value[name])]),
	);
}

/** A short text that is the same for the same values and, for all that is likely, for no others. */
export function fingerprint(...values: unknown[]): string {
	return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 40);
}

function contentOf({ operation, path, body, input }: Work): string {
	return JSON.stringify([operation, path, inOrder(body), inOrder(input)]);
}

/**
 * Keys of the works of one run, in their order. They follow from what is asked for, not from the place
 * among the items: a run again with the items in another order, or without some of them, has the same
 * keys. Equal items are as many works: the first, the second, ...
 */
export function workKeys(place: WorkPlace, works: Work[]): string[] {
	const { instanceId, workflowId, nodeId, scope, round } = place;
	const seen = new Map<string, number>();
	return works.map((work) => {
		const content = contentOf(work);
		const occurrence = seen.get(content) ?? 0;
		seen.set(content, occurrence + 1);
		return fingerprint(instanceId, workflowId, nodeId, scope, round, content, occurrence);
	});
}

/** What a run asks for as a whole, whatever the order of its items. */
export function contentOfRun(works: Work[], place: Omit<WorkPlace, 'scope'>): string {
	const { instanceId, workflowId, nodeId, round } = place;
	return fingerprint(instanceId, workflowId, nodeId, round, works.map(contentOf).sort());
}
