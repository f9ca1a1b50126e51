import type { Stage } from '../../tools/e2e/stage.mts';
import type { WorkflowFile, WorkflowNode } from '../../tools/n8n/client.mts';
import {
	leadingTo,
	NODE_TYPE,
	signedIn,
	START,
	startNode,
	TRIGGER_TYPE,
	workflowNode,
} from '../../tools/n8n/workflowParts.mts';

/** The node under test. */
export const KALLYAI = 'KallyAI';

/** A workflow in which nothing happens yet. */
export const EMPTY: WorkflowFile = { name: 'My first call', nodes: [startNode()], connections: {} };

const kallyAi = (
	{ credentials }: Stage,
	type: string,
	parameters: Record<string, unknown>,
): WorkflowNode => ({
	...signedIn(
		workflowNode(KALLYAI, type, 1, { authentication: 'oAuth2', ...parameters }),
		credentials.oAuth2,
	),
	position: [240, 0],
});

/** A workflow with the node behind a start button. */
export const withNode = (stage: Stage, parameters: Record<string, unknown>): WorkflowFile => ({
	name: 'One step',
	nodes: [startNode(), kallyAi(stage, NODE_TYPE, parameters)],
	connections: { [START]: leadingTo(KALLYAI) },
});

/** A workflow that begins with the trigger. */
export const withTrigger = (stage: Stage, parameters: Record<string, unknown>): WorkflowFile => ({
	name: 'One event',
	nodes: [kallyAi(stage, TRIGGER_TYPE, parameters)],
	connections: {},
});
