import { randomUUID } from 'node:crypto';
import type { Credential, WorkflowFile, WorkflowNode } from './client.mts';

/** The types of the package's nodes. */
export const NODE_TYPE = 'n8n-nodes-kallyai.kallyAi';
export const TRIGGER_TYPE = 'n8n-nodes-kallyai.kallyAiTrigger';

/** The trigger of the workflows that are made here. */
export const START = 'Start';

/** A node of a workflow. */
export function workflowNode(
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
): WorkflowNode {
	return { id: randomUUID(), name, type, typeVersion, position: [0, 0], parameters };
}

/** The same node with a credential. */
export const signedIn = (node: WorkflowNode, { id, name, type }: Credential): WorkflowNode => ({
	...node,
	credentials: { [type]: { id, name } },
});

/** The trigger that a person starts. */
export const startNode = (): WorkflowNode =>
	workflowNode(START, 'n8n-nodes-base.manualTrigger', 1, {});

/** The way from the first output of a node to the first input of another one. */
export const leadingTo = (name: string) => ({ main: [[{ node: name, type: 'main', index: 0 }]] });

/** The beginning of a workflow that gives these items to the node with this name. */
export function givingItems(
	items: object[],
	next: string,
): Pick<WorkflowFile, 'nodes' | 'connections'> {
	const jsonOutput = JSON.stringify({ items });
	return {
		nodes: [
			startNode(),
			workflowNode('Items', 'n8n-nodes-base.set', 3.4, { mode: 'raw', jsonOutput }),
			workflowNode('Each item', 'n8n-nodes-base.splitOut', 1, {
				fieldToSplitOut: 'items',
				options: {},
			}),
		],
		connections: {
			[START]: leadingTo('Items'),
			Items: leadingTo('Each item'),
			'Each item': leadingTo(next),
		},
	};
}
