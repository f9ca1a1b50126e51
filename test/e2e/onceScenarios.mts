import assert from 'node:assert/strict';
import type { SingleStage, Stage } from '../../tools/e2e/stage.mts';
import { itemsOf, type WorkflowFile } from '../../tools/n8n/client.mts';
import {
	givingItems,
	leadingTo,
	NODE_TYPE,
	signedIn,
	START,
	workflowNode,
} from '../../tools/n8n/workflowParts.mts';
import { leads } from '../support/callsToMake.mts';
import { agentExample, withModel } from './agents.mts';
import {
	assertCalled,
	assertOutcomes,
	called,
	callRequests,
	placed,
	POST_CALL,
	sent,
	startCalling,
} from './calling.mts';
import { callLeads, KALLYAI } from './callWorkflow.mts';
import { assertSuccess, complaint, ended } from './executions.mts';
import type { Scenario } from './player.mts';

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
export const POST_EMAIL = { method: 'POST', path: '/v1/actions/email/send' };
const EMAIL = `${POST_EMAIL.method} ${POST_EMAIL.path}`;
const REFUSED = { status: 422, body: { error: { code: 'scheduling_violation' } } };

/** An email to each lead, which KallyAI's API has no key for. */
export const SEND_EMAIL = {
	resource: 'email',
	operation: 'send',
	to: 'clara@example.org',
	subject: '={{ $json.phone }}',
	body: 'Does Friday at ten suit you?',
};

/** The subjects of the emails that were written. */
export const subjects = async (stage: Stage) =>
	(await sent(stage, EMAIL))
		.filter(({ status }) => status < 300)
		.map(({ body }) => (body as { subject: string }).subject);

/** A workflow with a sub-workflow that calls the leads and writes an email in the end. */
async function callingWorkflow(stage: Stage, mode: 'once' | 'each'): Promise<string> {
	const people = leads(3);
	const trigger = workflowNode('Called', 'n8n-nodes-base.executeWorkflowTrigger', 1.1, {
		inputSource: 'passthrough',
	});
	const { nodes } = callLeads(stage, people);
	const caller = nodes.find(({ name }) => name === KALLYAI)!;
	const writing = signedIn(
		workflowNode('Email', NODE_TYPE, 1, {
			authentication: 'oAuth2',
			...SEND_EMAIL,
			subject: '={{ $json.submission.respondent_phone }}',
		}),
		stage.credentials.oAuth2,
	);
	const child = await stage.client.createWorkflow({
		name: 'Called workflow',
		nodes: [trigger, caller, writing],
		connections: { Called: leadingTo(KALLYAI), [KALLYAI]: leadingTo('Email') },
	});
	await stage.client.publish(child.id).catch((error: Error) => {
		// n8n 1 calls a workflow as it is saved, and publishes none without another trigger.
		if (!/no node to start the workflow/.test(error.message)) throw error;
	});
	const { nodes: beginning, connections } = givingItems(people, 'Call it');
	const calling = {
		...workflowNode('Call it', 'n8n-nodes-base.executeWorkflow', 1.2, {
			workflowId: { __rl: true, mode: 'id', value: child.id },
			mode,
			options: {},
		}),
		...RETRY,
	};
	const workflow: WorkflowFile = {
		name: 'Calling workflow',
		nodes: [...beginning, calling],
		connections,
	};
	return (await stage.client.createWorkflow(workflow)).id;
}

/** Work that is done once, whatever runs again; in one process and in queue mode. */
export const onceScenarios: Array<Scenario<Stage>> = [
	{
		name: 'the Retry button reaches nobody again, without keys of the user',
		async run(stage) {
			const people = leads(6);
			await stage.sandbox.fault({ ...POST_CALL, times: 3 });
			await stage.sandbox.fault({ ...POST_CALL, ...REFUSED });
			const failed = await startCalling(stage, people);
			assert.equal((await ended(stage, failed)).status, 'error');
			const { id } = await stage.client.retry(failed);
			const execution = await ended(stage, id);
			assertOutcomes(execution, people);
			await assertCalled(stage, people);
			assert.equal(await callRequests(stage), 7);
			const replayed = itemsOf(execution, KALLYAI).map(({ json }) => json.replayed === true);
			assert.deepEqual(replayed, [true, true, true, false, false, false]);
			return '6 leads, 2 executions, 7 requests, 6 calls';
		},
	},
	{
		name: 'the Retry button and Retry On Fail write no email twice',
		async run(stage) {
			const people = leads(6);
			await stage.sandbox.fault({ ...POST_EMAIL, times: 3 });
			await stage.sandbox.fault({ ...POST_EMAIL, ...REFUSED, times: 4 });
			const failed = await startCalling(stage, people, { parameters: SEND_EMAIL, settings: RETRY });
			assert.equal((await ended(stage, failed)).status, 'error');
			const { id } = await stage.client.retry(failed);
			assertSuccess(await ended(stage, id));
			assert.deepEqual(
				(await subjects(stage)).sort(),
				people.map(({ phone }) => phone),
			);
			return `6 leads, ${(await sent(stage, EMAIL)).length} requests, 6 emails`;
		},
	},
	...(['once', 'each'] as const).map(
		(mode): Scenario<Stage> => ({
			name: `Retry On Fail of Execute Sub-workflow reaches nobody again (${mode})`,
			async run(stage) {
				const people = leads(3);
				// The third email: everybody was called before, in another node.
				await stage.sandbox.fault({ ...POST_EMAIL, times: 2 });
				await stage.sandbox.fault({ ...POST_EMAIL, ...REFUSED });
				const id = await callingWorkflow(stage, mode);
				const execution = await stage.client.run(id, START);
				assertSuccess(execution);
				await assertCalled(stage, people);
				assert.deepEqual(
					(await subjects(stage)).sort(),
					people.map(({ phone }) => phone),
				);
				return '3 leads, 3 calls, 3 emails, 1 refused in between';
			},
		}),
	),
];

/** The same for AI agents. */
export const agentOnceScenarios: Array<Scenario<SingleStage>> = [
	...[2.2, 3].map(
		(version): Scenario<SingleStage> => ({
			name: `an agent (${version}) whose call loses its answer, and who calls again, calls once`,
			async run(stage) {
				return await withModel(async (model) => {
					const id = await agentExample(stage, 'phone-agent', model, {
						version,
						ungated: true,
						change(nodes) {
							Object.assign(nodes.find(({ name }) => name === 'Call somebody') ?? {}, RETRY);
						},
					});
					const args = {
						Phone_Number_to_Call: '+15550102',
						Task_Description: 'Ask whether there is a slot on Friday',
						Business_Name: 'Harbour Dental',
					};
					const call = { tool: 'Call_somebody', args };
					await stage.sandbox.fault({ ...POST_CALL, status: 504 });
					await stage.sandbox.fault({ ...POST_CALL, drop: 'after' });
					model.script(call, call, 'Done.');
					const said = { sessionId: id, action: 'sendMessage', chatInput: 'Call them' };
					const execution = await stage.client.finished(
						await stage.client.start(id, 'Chat', [said]),
					);
					assertSuccess(execution);
					assert.deepEqual(await called(stage), ['+15550102']);
					const [, , last] = model.requests;
					assert.match(JSON.stringify(last?.messages.at(-1)), /replayed/);
					return `${await callRequests(stage)} requests, 1 call`;
				});
			},
		}),
	),
];

/** What n8n keeps nothing of is not repeated blindly. */
export const crashScenario: Scenario<SingleStage> = {
	name: 'the Retry button after a crash refuses, and says who was called',
	async run(stage) {
		const people = leads(3);
		await stage.sandbox.scenario({ durationMs: 3000 });
		const id = await startCalling(stage, people);
		await placed(stage, 1);
		await stage.restart();
		await ended(stage, id);
		const before = (await called(stage)).length;
		const retried = await stage.client.retry(id).catch((error: Error) => error);
		if (retried instanceof Error) return `n8n refuses: ${retried.message.slice(0, 80)}`;
		const execution = await ended(stage, retried.id);
		assert.match(complaint(execution), /Nothing was sent: this is a retry/);
		assert.ok(complaint(execution).includes(people[0].phone));
		assert.equal((await called(stage)).length, before);
		return 'refused, naming 1 lead';
	},
};
