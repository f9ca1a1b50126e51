import { randomUUID } from 'node:crypto';
import type { Stage } from '../tools/e2e/stage.mts';
import type { WorkflowFile } from '../tools/n8n/client.mts';

/** Trigger of the workflows that are measured on the real n8n. */
export const START = 'Start';
/** Type of the node under test. */
export const KALLYAI = 'n8n-nodes-kallyai.kallyAi';
/** The node that is measured in them. */
export const MEASURED = 'Measured';

/** A node's parameters as a workflow file has them. */
export type Parameters = Record<string, unknown>;

/** A node to measure: its type, version and parameters. */
export type Measured = [type: string, version: number, parameters: Parameters];

/** Parameters of our node for one call. */
export const MAKE = {
	respondentPhone: '={{ $json.phone }}',
	taskDescription: '={{ $json.task }}',
	taskCategory: 'restaurant',
	timezone: 'Europe/London',
};
/** Parameters of our node for reading one call. */
export const GET = { callId: { __rl: true, mode: 'id', value: '={{ $json.id }}' } };
/** The item that is worked on. */
export const LEAD = {
	phone: '+15550100',
	task: 'Book a table for two on Friday at 20:00.',
	id: 'call-1',
};
/** The body of the same call, as HTTP Request's "Using Fields Below" takes it. */
const HTTP_BODY = Object.entries({
	'submission.respondent_phone': MAKE.respondentPhone,
	'submission.task_description': MAKE.taskDescription,
	'submission.task_category': MAKE.taskCategory,
	'submission.call_language': 'en',
	'submission.language': 'en',
	timezone: MAKE.timezone,
}).map(([name, value]) => ({ name, value }));

/** What is measured of calls: reading and making them. */
export type CallWork = 'get' | 'make';

/** Parameters of n8n's HTTP Request, with its defaults, for the same call, made or read, with our credential. */
export const httpRequestFor = (work: CallWork, baseUrl: string) => ({
	authentication: 'predefinedCredentialType',
	nodeCredentialType: 'kallyAiOAuth2Api',
	options: {},
	...(work === 'get'
		? { method: 'GET', url: `=${baseUrl}/v1/calls/{{ $json.id }}` }
		: {
				method: 'POST',
				url: `${baseUrl}/v1/calls`,
				sendBody: true,
				bodyParameters: { parameters: HTTP_BODY },
			}),
});

/** A workflow that gives so many items to one node with the stage's OAuth2 credential. */
export function workflowFor(
	{ credentials }: Stage,
	items: number,
	[type, typeVersion, parameters]: Measured,
): WorkflowFile {
	const { id, name, type: credentialType } = credentials.oAuth2;
	const node = (title: string, nodeType: string, version: number, given: Parameters) => ({
		id: randomUUID(),
		name: title,
		type: nodeType,
		typeVersion: version,
		position: [0, 0] as [number, number],
		parameters: given,
	});
	const to = (title: string) => ({ main: [[{ node: title, type: 'main', index: 0 }]] });
	return {
		name: `${items} × ${type}`,
		nodes: [
			node(START, 'n8n-nodes-base.manualTrigger', 1, {}),
			node('Leads', 'n8n-nodes-base.set', 3.4, {
				mode: 'raw',
				jsonOutput: JSON.stringify({ leads: Array.from({ length: items }, () => LEAD) }),
			}),
			node('Each', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'leads', options: {} }),
			{
				...node(MEASURED, type, typeVersion, parameters),
				credentials: { [credentialType]: { id, name } },
			},
		],
		connections: { [START]: to('Leads'), Leads: to('Each'), Each: to(MEASURED) },
	};
}

/** Our node making or reading calls; `options` are its own. */
export const ours = (work: CallWork, options: Parameters = {}): Measured => [
	KALLYAI,
	1,
	{
		authentication: 'oAuth2',
		resource: 'call',
		operation: work,
		...(work === 'get' ? GET : MAKE),
		options,
	},
];

/** Lets the stage's credential, signed in by now, lead to the benchmark's own server. */
export async function aimAt({ client, credentials }: Stage, baseUrl: string): Promise<void> {
	const { id, name, type } = credentials.oAuth2;
	const { data } = await client.credential(id);
	await client.rest('PATCH', `/credentials/${id}`, { name, type, data: { ...data, baseUrl } });
}
