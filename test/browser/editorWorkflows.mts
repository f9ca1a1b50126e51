import type { Stage } from '../../tools/e2e/stage.mts';
import type { WorkflowFile, WorkflowNode } from '../../tools/n8n/client.mts';

/** The node under test. */
export const KALLYAI = 'KallyAI';

const START: WorkflowNode = {
	id: '1d0a3f6e-52a8-4d1e-9a77-0c6c2f0b9d11',
	name: 'Start',
	type: 'n8n-nodes-base.manualTrigger',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** A workflow in which nothing happens yet. */
export const EMPTY: WorkflowFile = { name: 'My first call', nodes: [START], connections: {} };

function kallyAi(
	{ credentials }: Stage,
	type: 'kallyAi' | 'kallyAiTrigger',
	parameters: Record<string, unknown>,
): WorkflowNode {
	const { id, name, type: credentialType } = credentials.oAuth2;
	return {
		id: '5b0f8a52-7d0e-4c0b-8f0b-7a3f3f6f6c12',
		name: KALLYAI,
		type: `n8n-nodes-kallyai.${type}`,
		typeVersion: 1,
		position: [240, 0],
		parameters: { authentication: 'oAuth2', ...parameters },
		credentials: { [credentialType]: { id, name } },
	};
}

/** A workflow with the node behind a start button. */
export const withNode = (stage: Stage, parameters: Record<string, unknown>): WorkflowFile => ({
	name: 'One step',
	nodes: [START, kallyAi(stage, 'kallyAi', parameters)],
	connections: { [START.name]: { main: [[{ node: KALLYAI, type: 'main', index: 0 }]] } },
});

/** A workflow that begins with the trigger. */
export const withTrigger = (stage: Stage, parameters: Record<string, unknown>): WorkflowFile => ({
	name: 'One event',
	nodes: [kallyAi(stage, 'kallyAiTrigger', parameters)],
	connections: {},
});
