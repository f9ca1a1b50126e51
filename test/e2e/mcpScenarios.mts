import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ErrorCode, type McpError } from '@modelcontextprotocol/sdk/types.js';
import type { INodeTypeDescription } from 'n8n-workflow';
import type { SingleStage, Stage } from '../../tools/e2e/stage.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import type { WorkflowNode } from '../../tools/n8n/client.mts';
import { NODE_TYPE, signedIn, workflowNode } from '../../tools/n8n/workflowParts.mts';
import { contractOperations } from '../support/contract.mts';
import { handedOver, keyOf, typeForModel } from '../support/handedOver.mts';
import { called, callRequests, POST_CALL, sent } from './calling.mts';
import { published } from './executions.mts';
import { POST_EMAIL, SEND_EMAIL, subjects } from './onceScenarios.mts';
import type { Scenario } from './player.mts';

/** A session of the official client with n8n's MCP Server Trigger. */
async function connect(url: string): Promise<Client> {
	const client = new Client({ name: 'test', version: '1.0.0' });
	await client.connect(new StreamableHTTPClientTransport(new URL(url)));
	return client;
}

/** What a tool call has brought. */
interface Given {
	text: string;
	isError: boolean;
}

async function call(
	client: Client,
	name: string,
	args: Record<string, unknown>,
	signal?: AbortSignal,
): Promise<Given> {
	const { content, isError } = await client.callTool({ name, arguments: args }, undefined, {
		signal,
	});
	return { text: JSON.stringify(content), isError: isError === true };
}

let servers = 0;

/** Gives MCP clients these tools for as long as `use` takes. */
async function served<T>(
	stage: Stage,
	tools: WorkflowNode[],
	use: (connectClient: () => Promise<Client>) => Promise<T>,
): Promise<T> {
	const path = `kallyai-${++servers}`;
	const trigger = {
		...workflowNode('MCP', '@n8n/n8n-nodes-langchain.mcpTrigger', 2, { path }),
		webhookId: path,
	};
	const toTrigger = { ai_tool: [[{ node: 'MCP', type: 'ai_tool', index: 0 }]] };
	const { id } = await stage.client.createWorkflow({
		name: 'Tools over MCP',
		nodes: [trigger, ...tools],
		connections: Object.fromEntries(tools.map(({ name }) => [name, toTrigger])),
	});
	const clients: Client[] = [];
	return await published(stage, id, async () => {
		try {
			return await use(async () => {
				const client = await connect(`${stage.client.url}/mcp/${path}`);
				clients.push(client);
				return client;
			});
		} finally {
			await Promise.all(clients.map(async (client) => await client.close()));
		}
	});
}

/** A tool of this package, signed in. */
const toolNode = (stage: Stage, name: string, parameters: Record<string, unknown>): WorkflowNode =>
	signedIn(
		workflowNode(name, `${NODE_TYPE}Tool`, 1, { authentication: 'oAuth2', ...parameters }),
		stage.credentials.oAuth2,
	);

const callTool = (stage: Stage, options: Record<string, unknown> = {}) =>
	toolNode(stage, 'Call somebody', {
		resource: 'call',
		operation: 'make',
		respondentPhone: "={{ $fromAI('number', 'The number to call', 'string') }}",
		taskDescription: "={{ $fromAI('task', 'What to arrange', 'string') }}",
		taskCategory: 'general',
		options,
	});
const CALL = 'Call_somebody';
const TASK = 'Ask whether the order has arrived';

/** MCP clients, for whom n8n has no executions. Not with a queue: its workers share no memory. */
export const mcpScenario: Scenario<Stage> = {
	name: 'an MCP client that asks again gets a second email, one that repeats itself at once does not',
	async run(stage) {
		const tool = toolNode(stage, 'Send email', {
			descriptionType: 'manual',
			toolDescription: 'Writes an email',
			...SEND_EMAIL,
			subject: "={{ $fromAI('subject', '', 'string') }}",
		});
		return await served(stage, [tool], async (newClient) => {
			const [first, second] = [await newClient(), await newClient()];
			const [{ name }] = (await first.listTools()).tools;
			const ask = async (client: Client, subject: string) => await call(client, name, { subject });
			await ask(first, 'one');
			await ask(first, 'one');
			await ask(second, 'one');
			assert.deepEqual(await subjects(stage), ['one', 'one', 'one']);
			await stage.sandbox.fault({ ...POST_EMAIL, delayMs: 4000 });
			const both = await Promise.all([ask(first, 'two'), ask(second, 'two')]);
			assert.match(JSON.stringify(both), /replayed/);
			assert.deepEqual((await subjects(stage)).slice(3), ['two']);
			return '3 emails for 3 requests, 1 for 2 at once';
		});
	},
};

const wentWrong = (given: Promise<Given>): Promise<unknown> =>
	given.then(
		({ text }) => text,
		(error: McpError) => error.code,
	);

/** Asks for a call and gives up as soon as KallyAI has the request, before it responds. */
async function giveUp(stage: Stage, client: Client, args: Record<string, unknown>): Promise<void> {
	const before = await callRequests(stage);
	const patience = new AbortController();
	const given = wentWrong(call(client, CALL, args, patience.signal));
	await waitFor(async () => ((await callRequests(stage)) > before ? true : undefined), {
		what: 'the request',
		everyMs: 20,
	});
	patience.abort();
	assert.equal(await given, ErrorCode.RequestTimeout as number);
}

/** Dialogues of MCP clients. */
export const mcpScenarios: Array<Scenario<SingleStage>> = [
	mcpScenario,
	{
		name: 'dialogue (MCP): a client that gives up and repeats itself under one ID calls once',
		async run(stage) {
			const tool = callTool(stage, {
				idempotencyKey: "={{ $fromAI('request_id', 'An ID of this request', 'string') }}",
			});
			return await served(stage, [tool], async (newClient) => {
				const client = await newClient();
				const args = { number: '+15550152', task: TASK, request_id: 'order-1' };
				await stage.sandbox.fault({ ...POST_CALL, delayMs: 1500 });
				await giveUp(stage, client, args);
				assert.match((await call(client, CALL, args)).text, /replayed/);
				assert.match((await call(await newClient(), CALL, args)).text, /replayed/);
				assert.deepEqual(await called(stage), ['+15550152']);
				await call(client, CALL, { ...args, request_id: 'order-2' });
				assert.equal((await called(stage)).length, 2);
				return '1 call for 3 requests with one ID, 1 more with another';
			});
		},
	},
	{
		name: 'dialogue (MCP): a client that gives up, and asks again without an ID when the call is over, calls once',
		run: async (stage) =>
			await served(stage, [callTool(stage)], async (newClient) => {
				const client = await newClient();
				const args = { number: '+15550153', task: TASK };
				await stage.sandbox.fault({ ...POST_CALL, delayMs: 1500 });
				await giveUp(stage, client, args);
				const while_ = await call(client, CALL, args);
				const after = await call(await newClient(), CALL, args);
				for (const { text } of [while_, after]) assert.match(text, /nothing was done now/);
				assert.deepEqual(await called(stage), ['+15550153']);
				await call(client, CALL, { ...args, task: `${TASK} or not` });
				assert.equal((await called(stage)).length, 2);
				return '1 call for 3 requests, 1 more for another task';
			}),
	},
	{
		name: 'dialogue (MCP): errors are marked as such, and say what to do',
		run: async (stage) =>
			await served(
				stage,
				[callTool(stage, { allowedRecipients: ['+15550*'] })],
				async (newClient) => {
					const client = await newClient();
					const refusals: Array<[number: string, fault: object | undefined, says: RegExp]> = [
						['Joe', undefined, /E\.164/],
						['+442079460000', undefined, /does not include \+442079460000/],
						[
							'+15550154',
							{ status: 402, body: { error: { code: 'quota_exceeded' } } },
							/Buy credits/,
						],
						[
							'+15550155',
							{ status: 500, times: 3 },
							/may have been made; check earlier calls first/,
						],
					];
					for (const [number, fault, says] of refusals) {
						if (fault) await stage.sandbox.fault({ ...POST_CALL, ...fault });
						const { text, isError } = await call(client, CALL, { number, task: TASK });
						assert.match(text, says);
						assert.doesNotMatch(text, /\[item/);
						assert.ok(isError, text);
					}
					assert.deepEqual(await called(stage), []);
					const { text, isError } = await call(client, CALL, { number: '+15550156' });
					assert.match(text, /did not match expected schema|[Ii]nvalid/);
					assert.ok(isError, text);
					return `${refusals.length + 1} errors, nobody called`;
				},
			),
	},
	{
		name: 'dialogue (MCP): of a number n8n takes numbers only; asked for as a text, it may be left empty',
		async run(stage) {
			const list = (name: string, type: string) =>
				toolNode(stage, name, {
					resource: 'call',
					operation: 'getAll',
					limit: `={{ $fromAI('Limit', 'How many calls', '${type}') }}`,
				});
			const tools = [list('By number', 'number'), list('By text', 'string')];
			return await served(stage, tools, async (newClient) => {
				const client = await newClient();
				const asked = async (name: string, Limit: unknown) => await call(client, name, { Limit });
				for (const Limit of [5, 0]) assert.ok(!(await asked('By_number', Limit)).isError);
				for (const Limit of ['5', '', null]) {
					const { text, isError } = await asked('By_number', Limit);
					assert.match(text, /Expected number/);
					assert.ok(isError);
				}
				for (const Limit of ['5', '', '0', 'null', 'N/A'])
					assert.ok(!(await asked('By_text', Limit)).isError);
				const limits = (await sent(stage, 'GET /v1/calls')).map(({ query }) => query);
				assert.deepEqual(
					limits.map((query) => (query as { limit: string }).limit),
					['5', '50', '5', '50', '50', '50', '50'],
				);
				return '7 lists, 3 refused by n8n';
			});
		},
	},
];

/** Needs an n8n with its editor, which makes the list of types. */
export const listedScenario: Scenario<Stage> = {
	name: "dialogue (MCP): every operation is listed with all of its fields in n8n's automatic way",
	async run(stage) {
		const { data } = await stage.client.request('GET', '/types/nodes.json');
		const { properties } = (data as INodeTypeDescription[]).find(
			({ name }) => name === `${NODE_TYPE}Tool`,
		)!;
		const tools = contractOperations.map(({ id }) => {
			const [resource, operation] = id.split('.');
			const { parameters } = handedOver(properties, id);
			return toolNode(stage, `${resource} ${operation}`, {
				...parameters,
				descriptionType: 'auto',
			});
		});
		return await served(stage, tools, async (newClient) => {
			const listed = (await (await newClient()).listTools()).tools;
			assert.equal(new Set(listed.map(({ name }) => name)).size, 131);
			let most = 0;
			for (const { id } of contractOperations) {
				const { fields } = handedOver(properties, id);
				const tool = listed.find(({ name }) => name === id.replace('.', '_'));
				assert.ok(tool, id);
				const { name, description = '', inputSchema } = tool;
				assert.match(name, /^[\w-]{1,64}$/);
				const given = inputSchema.properties as Record<string, { type: string }>;
				assert.deepEqual(Object.keys(given).sort(), fields.map(keyOf).sort(), id);
				for (const field of fields) {
					const key = keyOf(field);
					const type = typeForModel(field);
					// Of JSON n8n says no type: it takes objects, lists and texts.
					if (type !== 'json') assert.equal(given[key].type, type, `${id}: ${key}`);
					const line = description.split('\n').find((one) => one.startsWith(`- ${key}: `)) ?? '';
					assert.ok(line.split(/\s+/).length > 4, `${id}: ${key}: ${line}`);
				}
				most = Math.max(most, JSON.stringify(tool).length);
			}
			assert.ok(most < 6000, `${most} characters`);
			return `${listed.length} tools, the longest of ${most} characters`;
		});
	},
};
