import { createHash } from 'crypto';

import { isPlainObject } from '../../shared/objects';

/** What a work requests. */
export interface Work {
	/** `resource.operation`. */
	operation: string;
	path: string;
	body?: unknown;
	/** What a tool received besides the fields: the model's arguments and the item's data. */
	input?: unknown;
}

/** The context of works: if two works differ in any of these, they are never treated as the same. */
export interface WorkPlace {
	instanceId: string;
	workflowId: string;
	nodeId: string;
	/** The execution, or what identifies it (standing.ts). */
	scope: string;
	/** Round of the loop; undefined for tools, whose rounds also increase when n8n retries. */
	round?: number;
}

/** A value with the members of its objects in a fixed order, since equal JSON can be written in several ways. */
function inOrder(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(inOrder);
	if (!isPlainObject(value)) return value;
	return Object.fromEntries(
		Object.keys(value)
			.sort()
			.map((name) => [name, inOrder(value[name])]),
	);
}

/** A short text that is the same for the same values, and practically always different for others. */
export function fingerprint(...values: unknown[]): string {
	return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 40);
}

function contentOf({ operation, path, body, input }: Work): string {
	return JSON.stringify([operation, path, inOrder(body), inOrder(input)]);
}

/**
 * Keys of the works of one run, in order. They depend on the requests, not on the position of the items: a retry
 * with the items in another order, or without some of them, has the same keys. Equal items are separate works:
 * the first, the second, and so on.
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

/** What a run requests as a whole, regardless of the order of its items. */
export function contentOfRun(works: Work[], place: Omit<WorkPlace, 'scope'>): string {
	const { instanceId, workflowId, nodeId, round } = place;
	return fingerprint(instanceId, workflowId, nodeId, round, works.map(contentOf).sort());
}
