import type { Stage } from '../../tools/e2e/stage.mts';
import type { WorkflowFile } from '../../tools/n8n/client.mts';
import {
	givingItems,
	leadingTo,
	NODE_TYPE,
	signedIn,
	workflowNode,
} from '../../tools/n8n/workflowParts.mts';
import { type Lead, MAKE_CALL } from '../support/callsToMake.mts';

/** The node under test. */
export const KALLYAI = 'KallyAI';

/** How the node under test is set up. */
export interface Setup {
	authentication?: 'oAuth2' | 'token';
	/** Parameters beside those of a call to `$json.phone`. */
	parameters?: Record<string, unknown>;
	options?: Record<string, unknown>;
	/** Settings of the node, such as Retry On Fail. */
	settings?: Record<string, unknown>;
	/** How many leads go round a loop at once; all in one run without it. */
	batchSize?: number;
}

/** A workflow that calls every lead. */
export function callLeads(stage: Stage, people: Lead[], setup: Setup = {}): WorkflowFile {
	const { authentication = 'oAuth2', batchSize } = setup;
	const node = workflowNode(KALLYAI, NODE_TYPE, 1, {
		authentication,
		...MAKE_CALL,
		timezone: 'Europe/Madrid',
		...setup.parameters,
		options: setup.options ?? {},
	});
	const calling = { ...signedIn(node, stage.credentials[authentication]), ...setup.settings };
	const name = `Call ${people.length} leads`;
	if (batchSize === undefined) {
		const { nodes, connections } = givingItems(people, KALLYAI);
		return { name, nodes: [...nodes, calling], connections };
	}
	const { nodes, connections } = givingItems(people, 'Loop');
	const loop = workflowNode('Loop', 'n8n-nodes-base.splitInBatches', 3, { batchSize, options: {} });
	const [round] = leadingTo(KALLYAI).main;
	return {
		name,
		nodes: [...nodes, loop, calling],
		connections: { ...connections, Loop: { main: [[], round] }, [KALLYAI]: leadingTo('Loop') },
	};
}
