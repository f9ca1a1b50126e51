import assert from 'node:assert/strict';
import type { SingleStage, Stage } from '../../tools/e2e/stage.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { itemsOf, type Execution, type WorkflowFile } from '../../tools/n8n/client.mts';
import {
	givingItems,
	NODE_TYPE,
	signedIn,
	START,
	workflowNode,
} from '../../tools/n8n/workflowParts.mts';
import { EMAIL_ABOUT_LEAD, leads, type Lead, REACH_LEAD } from '../support/callsToMake.mts';
import { startChatModel, type Turn } from '../support/chatModel.mts';
import { type Mishap, plainServer, type PlainServer } from '../support/plainServer.mts';
import { anyCredentials, type Answer, type Recorder, startRecorder } from '../support/recorder.mts';
import { startCalling } from './calling.mts';
import { callLeads, KALLYAI, type Setup } from './callWorkflow.mts';
import { assertSuccess, complaint, ended, executionIds } from './executions.mts';
import type { Scenario } from './player.mts';

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };

/** One work for each lead, of each kind that people ask about. */
const WORKS: Record<string, Record<string, unknown>> = {
	call: {},
	outreach: REACH_LEAD,
	email: EMAIL_ABOUT_LEAD,
	order: {
		resource: 'errand',
		operation: 'orderFood',
		description: '=Two pizzas for {{ $json.phone }}',
	},
};
const WITHOUT_KEYS = ['outreach', 'email', 'order'];

/** n8n, with a server that is no sandbox in KallyAI's place. */
interface Plain {
	stage: Stage;
	recorder: Recorder;
}

/** Puts a server that answers so in KallyAI's place. */
async function withServer<T>(
	stage: Stage,
	answer: Answer,
	use: (plain: Plain) => Promise<T>,
): Promise<T> {
	const recorder = await startRecorder();
	try {
		recorder.answer(answer);
		const token = await stage.client.saveCredential(
			'Another server',
			'kallyAiTokenApi',
			anyCredentials(recorder.baseUrl).kallyAiTokenApi,
		);
		const credentials = { ...stage.credentials, token };
		return await use({ stage: { ...stage, credentials }, recorder });
	} finally {
		await recorder.stop();
	}
}

const run = async ({ stage }: Plain, people: Lead[], setup: Setup) =>
	await ended(stage, await startCalling(stage, people, { authentication: 'token', ...setup }));

const posts = ({ recorder }: Plain) => recorder.requests.filter(({ method }) => method === 'POST');

/** The server has done one work for each of the leads, and no other. */
function assertDone({ done }: PlainServer, people: Lead[]): void {
	assert.equal(done.length, people.length);
	for (const { phone } of people)
		assert.equal(done.filter(({ body }) => JSON.stringify(body).includes(phone)).length, 1, phone);
}

const at = (mishap: Mishap, position: number) => (before: number) =>
	before === position ? mishap : undefined;

const refusedOnce = (settings: Record<string, unknown>): Scenario<Stage> => ({
	name: `Retry On Fail sends again what was refused, and no other (${settings.onError ?? 'stop'})`,
	async run(stage) {
		const people = leads(4);
		for (const [index, work] of Object.keys(WORKS).entries()) {
			// Where a node goes on, n8n tries it again if its first item has failed.
			const position = settings.onError === undefined ? index : 0;
			const server = plainServer(at(422, position));
			await withServer(stage, server.answer, async (plain) => {
				const parameters = WORKS[work];
				assertSuccess(await run(plain, people, { parameters, settings }));
				assertDone(server, people);
				assert.equal(posts(plain).length, people.length + 1);
			});
		}
		return '4 operations, 5 requests and 4 works each';
	},
});

const LOST: Mishap[] = ['500 after', '504 after', 'cut within', 'cut after'];

/** What a look at a call brings, how the execution ends, and what it says. */
const LOOKS: Array<[name: string, statuses: Array<number | string>, ends: RegExp | string]> = [
	['500 and 503', [500, 503, 'success'], 'success'],
	['a status of its own', ['terminated'], 'terminated'],
	['404', [404], /made-1/],
	['403', [403], /made-1/],
];

/** On Error, with the outputs by which three items leave of which the second one fails. */
const ON_ERROR = [
	['continueRegularOutput', 3, 0],
	['continueErrorOutput', 2, 1],
] as const;

/** The same rows of promises with a server of which no promise but the documented one is known. */
export const plainScenarios: Array<Scenario<Stage>> = [
	refusedOnce(RETRY),
	refusedOnce({ ...RETRY, onError: 'continueRegularOutput' }),
	refusedOnce({ ...RETRY, onError: 'continueErrorOutput' }),
	{
		name: 'work whose answer is lost is not done twice, and the others are done',
		async run(stage) {
			const people = leads(3);
			for (const mishap of LOST) {
				for (const work of Object.keys(WORKS)) {
					const server = plainServer(at(mishap, 1));
					await withServer(stage, server.answer, async (plain) => {
						const setup = { parameters: WORKS[work], settings: RETRY };
						const execution = await run(plain, people, setup);
						assertDone(server, people);
						if (work === 'call') return assertSuccess(execution);
						assert.match(complaint(execution), /is not known.*\[item 2\]\. 2 of 3 items/);
					});
				}
			}
			return `${LOST.length} ways to lose an answer, 4 operations, 3 works each`;
		},
	},
	{
		name: 'failed items leave by the output that On Error names, with their details',
		async run(stage) {
			const people = leads(3);
			const isSecond = ({ body }: { body: unknown }) =>
				JSON.stringify(body).includes(people[1].phone);
			for (const work of Object.keys(WORKS)) {
				for (const [onError, regular, failed] of ON_ERROR) {
					const server = plainServer((_, request) => (isSecond(request) ? 422 : undefined));
					await withServer(stage, server.answer, async (plain) => {
						const setup = { parameters: WORKS[work], settings: { onError } };
						const execution = await run(plain, people, setup);
						assertSuccess(execution);
						const outputs = [0, 1].map((output) => itemsOf(execution, KALLYAI, output));
						assert.deepEqual(
							outputs.map((items) => items.length),
							[regular, failed],
						);
						const [{ json }] = outputs.flat().filter(({ json: { error } }) => error);
						assert.match(String(json.error), /\[item 2\]/);
						assert.match(JSON.stringify(json), /http_422/);
					});
				}
				const server = plainServer((_, request) => (isSecond(request) ? 422 : undefined));
				await withServer(stage, server.answer, async (plain) => {
					const execution = await run(plain, people, { parameters: WORKS[work] });
					assert.equal(execution.status, 'error');
					assert.match(complaint(execution), /\[item 2\]\. 1 of 3 items/);
					assert.equal(server.done.length, 1);
				});
			}
			return '4 operations, 3 settings';
		},
	},
	{
		name: 'a key of the user whose expression finds nothing is refused',
		async run(stage) {
			for (const work of Object.keys(WORKS)) {
				const server = plainServer();
				await withServer(stage, server.answer, async (plain) => {
					const options = { idempotencyKey: '={{ $json.missing }}' };
					const setup = { parameters: WORKS[work], options, settings: RETRY };
					const execution = await run(plain, leads(2), setup);
					assert.match(complaint(execution), /^'Do Only Once \(Key\)' must /);
					assert.deepEqual(posts(plain), []);
				});
			}
			return '4 operations, nothing sent';
		},
	},
	...LOOKS.map(
		([name, statuses, ends]): Scenario<Stage> => ({
			name: `a wait that meets ${name} loses nothing of what was made`,
			async run(stage) {
				let looks = 0;
				const answer: Answer = ({ method }, response) => {
					if (method === 'POST') return { call_id: 'made-1', status: 'queued' };
					const status = statuses[Math.min(looks++, statuses.length - 1)];
					if (typeof status === 'string') return { call_id: 'made-1', status };
					response.statusCode = status;
					return { error: { code: `http_${status}` } };
				};
				return await withServer(stage, answer, async (plain) => {
					const options = { waitForCompletion: true, maxWait: 60 };
					const execution = await run(plain, leads(1), { options, settings: RETRY });
					assert.equal(posts(plain).length, 1);
					if (typeof ends !== 'string') {
						assert.match(complaint(execution), ends);
						return '1 request to call, the call named';
					}
					assertSuccess(execution);
					const [{ json }] = itemsOf(execution, KALLYAI);
					assert.equal(json.status, ends);
					assert.equal(json.timedOut, undefined);
					return `1 request to call, ${looks} looks`;
				});
			},
		}),
	),
	{
		name: 'Max Wait holds against a server that asks to wait',
		async run(stage) {
			const answer: Answer = ({ method }, response) => {
				if (method === 'POST') return { call_id: 'made-1', status: 'queued' };
				response.statusCode = 429;
				response.setHeader('retry-after', '50');
				return { error: { code: 'rate_limited' } };
			};
			return await withServer(stage, answer, async (plain) => {
				const options = { waitForCompletion: true, maxWait: 3 };
				const execution = await run(plain, leads(1), { options });
				assertSuccess(execution);
				const [{ json }] = itemsOf(execution, KALLYAI);
				assert.deepEqual([json.call_id, json.timedOut], ['made-1', true]);
				const looks = plain.recorder.requests.length - 1;
				// n8n up to 2.8 does not hand on how long the server asks to wait.
				assert.ok(looks <= 3, `${looks} looks`);
				return `${looks} looks`;
			});
		},
	},
	{
		name: 'the Retry button does nothing again of what the failed execution had done',
		async run(stage) {
			const people = leads(4);
			for (const work of WITHOUT_KEYS) {
				const server = plainServer(at(422, 2));
				await withServer(stage, server.answer, async (plain) => {
					const id = await startCalling(plain.stage, people, {
						authentication: 'token',
						parameters: WORKS[work],
					});
					assert.equal((await ended(stage, id)).status, 'error');
					const retried = await stage.client.retry(id);
					assertSuccess(await ended(stage, retried.id));
					assertDone(server, people);
					assert.equal(posts(plain).length, people.length + 1);
				});
			}
			return '3 operations, 5 requests and 4 works each';
		},
	},
];

/** An agent with several items, whose tool reads them. n8n shows the tools of older agents the first item only. */
export const plainAgentScenario: Scenario<Stage> = {
	name: 'three items of an agent whose tool reads them are three works',
	async run(stage) {
		const people = leads(3);
		const model = await startChatModel();
		const server = plainServer();
		try {
			return await withServer(stage, server.answer, async (plain) => {
				const openAi = await stage.client.saveCredential('Scripted model', 'openAiApi', {
					apiKey: 'none',
					url: model.url,
				});
				const agent = workflowNode('Agent', '@n8n/n8n-nodes-langchain.agent', 3, {
					promptType: 'define',
					text: '={{ $json.phone }}',
					options: {},
				});
				const chat = signedIn(
					workflowNode('Chat model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.2, {
						model: { __rl: true, mode: 'id', value: 'scripted' },
						options: {},
					}),
					openAi,
				);
				const tool = signedIn(
					workflowNode('Order', `${NODE_TYPE}Tool`, 1, {
						descriptionType: 'manual',
						toolDescription: 'Orders food',
						authentication: 'token',
						...WORKS.order,
					}),
					plain.stage.credentials.token,
				);
				const { nodes, connections } = givingItems(people, 'Agent');
				const { id } = await stage.client.createWorkflow({
					name: 'An agent for each of three',
					nodes: [...nodes, agent, chat, tool],
					connections: {
						...connections,
						'Chat model': {
							ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]],
						},
						Order: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
					},
				});
				const call: Turn = { tool: 'Order', args: {} };
				model.script(...people.map(() => call), ...people.map(() => 'Done.'));
				assertSuccess(await stage.client.run(id, START));
				assertDone(server, people);
				return `${posts(plain).length} requests, 3 works`;
			});
		} finally {
			await model.stop();
		}
	},
};

/** How an execution that calls the leads is started, and how its ID is had. */
interface Starter {
	how: string;
	/** Changes the workflow before it is stored. */
	dress(workflow: WorkflowFile): void;
	run(stage: Stage, workflowId: string): Promise<Execution>;
}

const BY_HAND: Starter = {
	how: 'by hand',
	dress: () => {},
	run: async ({ client }, id) => await client.run(id, START),
};

const HOOK = 'call-leads';

const BY_WEBHOOK: Starter = {
	how: 'by a webhook',
	dress({ nodes }) {
		const start = nodes.find(({ name }) => name === START)!;
		Object.assign(start, {
			...workflowNode(START, 'n8n-nodes-base.webhook', 2, { path: HOOK }),
			webhookId: HOOK,
		});
	},
	async run(stage, workflowId) {
		const { client } = stage;
		if (!(await client.workflow(workflowId)).active) await client.publish(workflowId);
		await waitFor(
			async () =>
				(await client.request('GET', `/webhook/${HOOK}`)).status === 200 ? true : undefined,
			{ what: 'the webhook', everyMs: 200 },
		);
		const [id] = await executionIds(stage, { workflowId });
		return await client.finished(id);
	},
};

/** Databases that give IDs of executions a second time. */
const restored = ({ how, dress, run: start }: Starter): Scenario<SingleStage> => ({
	name: `an execution of a restored database makes its calls, though one before it had its ID (${how})`,
	async run(stage) {
		const people = leads(2);
		const server = plainServer();
		return await withServer(stage, server.answer, async (plain) => {
			const workflow = callLeads(plain.stage, people, { authentication: 'token' });
			dress(workflow);
			const { id } = await stage.client.createWorkflow(workflow);
			const restore = await stage.backUp();
			const before = await start(stage, id);
			assertSuccess(before);
			await restore();
			const after = await start(stage, id);
			assertSuccess(after);
			assert.equal(after.id, before.id);
			assertDone({ ...server, done: server.done.slice(0, 2) }, people);
			assertDone({ ...server, done: server.done.slice(2) }, people);
			assert.deepEqual(
				itemsOf(after, KALLYAI).map(({ json }) => json.replayed),
				[undefined, undefined],
			);
			return '2 executions with one ID, 4 calls';
		});
	},
});

/** A manual execution of such a database. */
export const restoredScenario = restored(BY_HAND);

/** One that a trigger starts. Not on n8n 1, which has its job done by another process if need be. */
export const restoredTriggerScenario = restored(BY_WEBHOOK);
