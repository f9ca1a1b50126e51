import { MAKE_CALL } from '../test/support/callsToMake.mts';
import type { Stage } from '../tools/e2e/stage.mts';
import type { WorkflowFile } from '../tools/n8n/client.mts';
import { givingItems, NODE_TYPE, signedIn, workflowNode } from '../tools/n8n/workflowParts.mts';

/** The node that is measured in them. */
export const MEASURED = 'Measured';

/** A node's parameters as a workflow file has them. */
export type Parameters = Record<string, unknown>;

/** A node to measure: its type, version and parameters. */
export type Measured = [type: string, version: number, parameters: Parameters];

/** Parameters of our node for one call. */
export const MAKE = {
	...MAKE_CALL,
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
	const { nodes, connections } = givingItems(
		Array.from({ length: items }, () => LEAD),
		MEASURED,
	);
	const measured = workflowNode(MEASURED, type, typeVersion, parameters);
	return {
		name: `${items} × ${type}`,
		nodes: [...nodes, signedIn(measured, credentials.oAuth2)],
		connections,
	};
}

/** Our node making or reading calls; `options` are its own. */
export const ours = (work: CallWork, options: Parameters = {}): Measured => [
	NODE_TYPE,
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
