import { randomUUID } from 'node:crypto';
import type { Stage } from '../../tools/e2e/stage.mts';
import type { WorkflowFile, WorkflowNode } from '../../tools/n8n/client.mts';

/** The trigger of every workflow here. */
export const START = 'Start';
/** The node under test. */
export const KALLYAI = 'KallyAI';

/** Somebody to ring. */
export interface Lead {
	id: string;
	phone: string;
}

/** As many different leads, with numbers that are reserved for fiction. */
export const leads = (count: number): Lead[] =>
	Array.from({ length: count }, (_, index) => ({
		id: `lead-${index + 1}`,
		phone: `+155501${String(index).padStart(2, '0')}`,
	}));

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

const CALL = {
	resource: 'call',
	operation: 'make',
	taskCategory: 'general',
	taskDescription: 'Ask whether the order has arrived',
	respondentPhone: '={{ $json.phone }}',
	timezone: 'Europe/Madrid',
};

function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
): WorkflowNode {
	return { id: randomUUID(), name, type, typeVersion, position: [0, 0], parameters };
}

const to = (name: string) => [{ node: name, type: 'main', index: 0 }];

/** A workflow that rings every lead. */
export function callLeads(stage: Stage, people: Lead[], setup: Setup = {}): WorkflowFile {
	const { authentication = 'oAuth2', batchSize } = setup;
	const { id, name, type } = stage.credentials[authentication];
	const rounds = batchSize === undefined ? KALLYAI : 'Loop';
	return {
		name: `Ring ${people.length} leads`,
		nodes: [
			node(START, 'n8n-nodes-base.manualTrigger', 1, {}),
			node('Leads', 'n8n-nodes-base.set', 3.4, {
				mode: 'raw',
				jsonOutput: JSON.stringify({ leads: people }),
			}),
			node('Each lead', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'leads', options: {} }),
			...(batchSize === undefined
				? []
				: [node('Loop', 'n8n-nodes-base.splitInBatches', 3, { batchSize, options: {} })]),
			{
				...node(KALLYAI, 'n8n-nodes-kallyai.kallyAi', 1, {
					authentication,
					...CALL,
					...setup.parameters,
					options: setup.options ?? {},
				}),
				credentials: { [type]: { id, name } },
				...setup.settings,
			},
		],
		connections: {
			[START]: { main: [to('Leads')] },
			Leads: { main: [to('Each lead')] },
			'Each lead': { main: [to(rounds)] },
			...(batchSize === undefined
				? {}
				: { Loop: { main: [[], to(KALLYAI)] }, [KALLYAI]: { main: [to('Loop')] } }),
		},
	};
}
