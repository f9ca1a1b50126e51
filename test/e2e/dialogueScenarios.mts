import assert from 'node:assert/strict';
import type { SingleStage } from '../../tools/e2e/stage.mts';
import type { WorkflowNode } from '../../tools/n8n/client.mts';
import { workflowNode } from '../../tools/n8n/workflowParts.mts';
import { LOOPBACK } from '../../tools/lib/ports.mts';
import type { ChatModel, ToolUse, Turn } from '../support/chatModel.mts';
import { startMailbox } from '../support/mailbox.mts';
import {
	agentExample,
	type AgentSetup,
	buttonsIn,
	converse,
	type Press,
	toldBy,
	withModel,
} from './agents.mts';
import { called, POST_CALL, sent } from './calling.mts';
import type { Scenario } from './player.mts';

/** One dialogue: what the model does, what the person does in between, and what has to come of it. */
interface Dialogue extends AgentSetup {
	name: string;
	example?: string;
	faults?: object[];
	turns: Turn[];
	presses?: Press[];
	/** Whom the sandbox has called in the end. */
	calls: string[];
	/** What the tools told the model, in order. */
	told?: RegExp[];
	/** How the execution ends; with success unless said otherwise. */
	status?: string;
	check?: (stage: SingleStage, model: ChatModel) => Promise<void> | void;
}

const call = (to: string, task = 'Ask whether there is a slot on Friday'): ToolUse => ({
	tool: 'Call_somebody',
	args: { Phone_Number_to_Call: to, Task_Description: task, Business_Name: 'Harbour Dental' },
});
/** The same as the model gives it where a review stands before the tool. */
const gated = ({ tool, args }: ToolUse): ToolUse => ({
	tool,
	args: { toolParameters: args, hitlParameters: {} },
});
const earlier: ToolUse = { tool: 'Earlier_calls', args: { offset: 0, Offset: 0 } };
const credits: ToolUse = { tool: 'Credits_left', args: {} };
const contacts: ToolUse = { tool: 'Contacts', args: {} };

const LOST = { ...POST_CALL, drop: 'after' };
const NO_LIST = { method: 'GET', path: '/v1/calls', status: 500, times: 2 };
const EMAILS = 'POST /v1/actions/email/send';
const email: ToolUse = {
	tool: 'Send_email',
	args: { To: 'clara@example.org', Subject: 'Visit', Body: 'Does Friday at ten suit you?' },
};

const REPLAYED = /"replayed":true/;
const UNSURE = /may have been made; check earlier calls first \('Call: Get Many'\)/;
const [one, two] = ['+15550110', '+15550111'];
/** Called under 'Minutes Between Contacts', which n8n remembers beyond a dialogue. */
const RARELY = '+15550150';

const optionsOf = (nodes: WorkflowNode[], tool: string) =>
	nodes.find(({ name }) => name === tool)?.parameters.options as Record<string, unknown>;

const reviewed: Dialogue[] = [
	{
		name: 'approved',
		turns: [gated(call(one)), 'They have noted it.'],
		presses: ['approve'],
		calls: [one],
		told: [/They agreed and noted everything down/],
		check(_stage, { requests }) {
			const text = JSON.stringify(requests[0]?.tools);
			assert.match(text, /Never guess|never a guess/);
			assert.match(text, /calls a real phone and uses credits/);
		},
	},
	{ name: 'declined', turns: [gated(call(one)), 'As you like.'], presses: ['decline'], calls: [] },
	{
		name: 'approved three times at once',
		turns: [gated(call(one)), 'Done.'],
		presses: ['approve three times'],
		calls: [one],
	},
	{
		name: 'asked for again after it was approved, and approved again',
		turns: [gated(call(one)), gated(call(one)), 'Done.'],
		presses: ['approve', 'approve'],
		calls: [one],
	},
	{
		name: 'asked for again after it was declined, and declined again',
		turns: [gated(call(one)), gated(call(one)), 'As you like.'],
		presses: ['decline', 'decline'],
		calls: [],
	},
	{
		name: 'not pressed',
		turns: [gated(call(one))],
		presses: ['wait'],
		calls: [],
		status: 'waiting',
	},
	{
		name: 'two people one after the other, one of them declined',
		turns: [gated(call(one)), gated(call(two)), 'Done.'],
		presses: ['approve', 'decline'],
		calls: [one],
	},
	{
		name: 'approved, and its answer is lost',
		faults: [LOST],
		turns: [gated(call(one)), 'Done.'],
		presses: ['approve'],
		calls: [one],
		told: [/They agreed/],
	},
	{
		name: 'approved, its answer is lost, and the list cannot be read: the model is told to look first',
		faults: [LOST, LOST, NO_LIST],
		turns: [gated(call(one)), earlier, 'I cannot tell.'],
		presses: ['approve'],
		calls: [one],
		told: [UNSURE],
	},
	{
		name: 'pressed again when all is over',
		turns: [gated(call(one)), 'Done.'],
		presses: ['approve, and again when all is over'],
		calls: [one],
	},
	{
		name: 'n8n is killed while the review waits: the button is dead, and nobody is called',
		turns: [gated(call(one))],
		presses: ['restart', 'approve'],
		calls: [],
		status: 'waiting',
	},
	{
		name: 'the time of the review runs out: the model hears it as feedback, and is asked about again',
		change(nodes) {
			const review = nodes.find(({ name }) => name === 'Review')!;
			const values = { limitType: 'afterTimeInterval', resumeAmount: 0.02, resumeUnit: 'minutes' };
			review.parameters.options = { limitWaitTime: { values } };
		},
		turns: [gated(call(one)), gated(call(one)), 'Done.'],
		presses: ['run out', 'approve'],
		calls: [one],
		told: [/provided feedback/, /They agreed/],
	},
	{
		name: 'two reviewed calls in one step: n8n asks about the first only, and the model asks again',
		turns: [[gated(call(one)), gated(call(two))], gated(call(two)), 'Done.'],
		presses: ['approve', 'approve'],
		calls: [one, two],
		told: [/They agreed/, /They agreed/],
	},
	{
		name: 'two reviewed calls in one step, the first declined: neither is made',
		turns: [[gated(call(one)), gated(call(two))], 'As you like.'],
		presses: ['decline'],
		calls: [],
		told: [/User rejected the tool call/, /The tool is still available/],
	},
	{
		name: 'the same reviewed call twice in one step',
		turns: [[gated(call(one)), gated(call(one))], gated(call(one)), 'Done.'],
		presses: ['approve', 'approve'],
		calls: [one],
		told: [/They agreed/, REPLAYED],
	},
	{
		name: 'a reviewed call and a tool that reads in one step, declined: what was read is not lost',
		turns: [[credits, gated(call(one))], 'As you like.'],
		presses: ['decline'],
		calls: [],
		told: [/credits_remaining/, /User rejected the tool call/],
	},
	{
		name: 'a reviewed call and a tool that acts in one step: n8n loses its outcome, and the model gets it again',
		example: 'agent-tools',
		turns: [[gated(call(one)), email], email, 'Done.'],
		presses: ['approve'],
		calls: [one],
		told: [/They agreed/, REPLAYED],
		async check(stage) {
			assert.equal((await sent(stage, EMAILS)).length, 1);
		},
	},
];

const plain: Dialogue[] = [
	{
		name: 'the same call twice in one step',
		turns: [[call(one), call(one)], 'Done.'],
		calls: [one],
	},
	{
		name: 'two people in one step',
		turns: [[call(one), call(two)], 'Done.'],
		calls: [one, two],
		told: [/They agreed/, /They agreed/],
	},
	{
		name: 'the same call again after its answer was lost',
		faults: [{ ...POST_CALL, status: 504 }, LOST],
		turns: [call(one), call(one), 'Done.'],
		calls: [one],
	},
	{
		name: 'the same person again in other words, while the outcome is unknown',
		faults: [LOST, LOST, NO_LIST],
		change: (nodes) => Object.assign(optionsOf(nodes, 'Call somebody'), { minutesBetween: 30 }),
		turns: [call(RARELY), call(RARELY, 'Is there anything free on Friday?'), 'Done.'],
		calls: [RARELY],
		told: [UNSURE, /'Minutes Between Contacts' has not passed for \+15550150/],
	},
	{
		name: 'a number that is none, put right',
		turns: [call('Harbour Dental'), call(one), 'Done.'],
		calls: [one],
		told: [/E\.164/, /They agreed/],
	},
	{
		name: 'a number that is not allowed',
		turns: [call('+442079460000'), 'I may not.'],
		calls: [],
		told: [/does not include \+442079460000\. Nothing was sent/],
	},
	{
		name: 'more calls than an execution may make',
		change: (nodes) => Object.assign(optionsOf(nodes, 'Call somebody'), { maxPerExecution: 1 }),
		turns: [call(one), call(two), 'One of them.'],
		calls: [one],
		told: [/They agreed/, /'Max per Execution' is 1/],
	},
	{
		name: 'no credits left',
		faults: [{ ...POST_CALL, status: 402, body: { error: { code: 'quota_exceeded' } } }],
		turns: [call(one), 'There are no credits.'],
		calls: [],
		told: [/no credits left\. Buy credits/],
	},
	{
		name: 'tools that read, three in one step',
		turns: [[earlier, credits, contacts], 'So it is.'],
		calls: [],
		told: [/./, /credits_remaining/, /./],
		check(_stage, model) {
			for (const text of toldBy(model)) assert.ok(text.length < 4000, `${text.length} characters`);
		},
	},
];

const START = '2031-05-16T10:00';
const event = (args: Record<string, unknown>): ToolUse => ({
	tool: 'Create_event',
	args: { Title: 'Dentist', End: '', Location: '', ...args },
});
const EVENTS = 'POST /v1/actions/calendar/events';
const bodiesOf = async (stage: SingleStage, request: string) =>
	(await sent(stage, request)).map(({ body }) => body);

const ready: Dialogue[] = [
	{
		name: 'a time in UTC that was meant as local is put right',
		example: 'agent-tools',
		turns: [event({ Start: `${START}:00Z` }), event({ Start: START }), 'Done.'],
		calls: [],
		told: [/must be local time without Z/, /Dentist/],
		async check(stage) {
			assert.deepEqual(await bodiesOf(stage, EVENTS), [{ title: 'Dentist', start: `${START}` }]);
		},
	},
	{
		name: 'an email whose answer was lost is written once, and the model told where to look',
		example: 'agent-tools',
		faults: [{ method: 'POST', path: '/v1/actions/email/send', drop: 'after' }],
		turns: [email, email, 'It may be there already.'],
		calls: [],
		told: [
			/email to clara@example\.org may have been written; check the outbox first/,
			/may have been/,
		],
		async check(stage) {
			assert.equal((await sent(stage, EMAILS)).length, 1);
		},
	},
	{
		name: 'what is left empty is left out',
		example: 'agent-tools',
		turns: [{ tool: 'Free_slots', args: { Date: '', Duration__Minutes_: 0 } }, 'These.'],
		calls: [],
		async check(stage) {
			const [{ query }] = await sent(stage, 'GET /v1/actions/calendar/slots');
			assert.deepEqual(
				Object.keys(query as object),
				['limit'].filter((name) => name in (query as object)),
			);
		},
	},
	{
		name: 'every tool is described in less than 6,000 characters',
		example: 'agent-tools',
		turns: ['Hello.'],
		calls: [],
		check(_stage, { requests }) {
			const tools = requests[0]?.tools ?? [];
			assert.equal(tools.length, 12);
			for (const { function: tool } of tools) {
				assert.ok(JSON.stringify(tool).length < 6000, tool.name);
				const { properties } = tool.parameters as { properties: Record<string, any> };
				const fields = Object.entries<any>(properties.toolParameters?.properties ?? properties);
				for (const [name, { description }] of fields)
					assert.ok(String(description ?? '').length > 15, `${tool.name}: ${name}`);
			}
		},
	},
	{
		name: "n8n's automatic parameters come with what they mean",
		example: 'agent-tools',
		change(nodes) {
			const tool = nodes.find(({ name }) => name === 'Create event')!;
			const auto = (key: string) =>
				`={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${key}', \`\`, 'string') }}`;
			const { toolDescription: _, ...parameters } = tool.parameters;
			Object.assign(tool, {
				parameters: {
					...parameters,
					descriptionType: 'auto',
					title: auto('Title'),
					start: auto('Start'),
				},
			});
		},
		turns: ['Hello.'],
		calls: [],
		check(_stage, { requests }) {
			const tools = (requests[0]?.tools ?? []).map((tool) => tool.function);
			const { description = '' } = tools.find(({ name }) => name === 'Create_event') ?? {};
			assert.match(description, /Create an event in the calendar/);
			assert.match(description, /- Start: .*Local time without Z/);
		},
	},
];

/** The agent hands its calls to an agent below it, with the same model. */
const subAgent: Scenario<SingleStage> = {
	name: 'dialogue (sub-agent): an agent below another one calls once, and its outcome is handed up',
	run: async (stage) =>
		await withModel(async (model) => {
			const to = '+15550151';
			const id = await agentExample(stage, 'phone-agent', model, { version: 3.1, ungated: true });
			const { nodes, connections } = await stage.client.workflow(id);
			const below = workflowNode('Caller', '@n8n/n8n-nodes-langchain.agentTool', 3, {
				toolDescription: 'Makes phone calls',
				text: "={{ $fromAI('what', 'Whom to call, and what for', 'string') }}",
				options: {},
			});
			const link = (node: string, type: string) => ({ [type]: [[{ node, type, index: 0 }]] });
			const both = ['Assistant', 'Caller'].map((node) => ({
				node,
				type: 'ai_languageModel',
				index: 0,
			}));
			await stage.client.updateWorkflow(id, {
				nodes: [...nodes, below],
				connections: {
					...connections,
					Caller: link('Assistant', 'ai_tool'),
					'Call somebody': link('Caller', 'ai_tool'),
					'Chat model': { ai_languageModel: [both] },
				},
			});
			await stage.sandbox.fault(LOST);
			model.script(
				{ tool: 'Caller', args: { what: `Call ${to}` } },
				call(to),
				call(to),
				'They have noted it.',
				'It is arranged.',
			);
			const execution = await converse(stage, id, 'Call them');
			assert.equal(execution.status, 'success', JSON.stringify(execution.data.resultData.error));
			assert.deepEqual(await called(stage), [to]);
			assert.match(toldBy(model).join(), /They have noted it/);
			return '1 call, 2 agents';
		}),
};

/** The review comes by email, with its buttons in it. */
const emailReview: Scenario<SingleStage> = {
	name: 'dialogue (reviewed by email): approved twice over, then declined, and each email says whom and what for',
	run: async (stage) =>
		await withModel(async (model) => {
			const mailbox = await startMailbox();
			try {
				const { client } = stage;
				const smtp = await client.saveCredential('Mail', 'smtp', {
					host: LOOPBACK,
					port: mailbox.port,
					secure: false,
					disableStartTls: true,
				});
				const id = await agentExample(stage, 'phone-agent', model, {
					change(nodes) {
						const review = nodes.find(({ name }) => name === 'Review')!;
						const { message, ...asked } = review.parameters;
						Object.assign(review, {
							type: 'n8n-nodes-base.emailSendHitlTool',
							typeVersion: 2.1,
							credentials: { smtp: { id: smtp.id, name: smtp.name } },
							parameters: {
								...asked,
								message,
								fromEmail: 'agent@example.org',
								toEmail: 'owner@example.org',
								subject: 'A call',
							},
						});
					},
				});
				model.script(gated(call(one)), gated(call(two)), 'Done.');
				const buttons = async () =>
					buttonsIn((mailbox.messages.at(-1) ?? '').replaceAll('&amp;', '&'));
				const presses: Press[] = ['approve three times', 'decline'];
				const execution = await converse(stage, id, 'Call them', presses, buttons);
				assert.equal(execution.status, 'success', JSON.stringify(execution.data.resultData.error));
				assert.deepEqual(await called(stage), [one]);
				assert.equal(mailbox.messages.length, 2);
				for (const [index, to] of [one, two].entries()) {
					const text = mailbox.messages[index];
					assert.ok(text.includes(to) && text.includes('Ask whether there is a slot'), text);
				}
				assert.match(toldBy(model).at(-1) ?? '', /User rejected the tool call/);
				return '2 emails, 1 call';
			} finally {
				await mailbox.stop();
			}
		}),
};

async function play(stage: SingleStage, dialogue: Dialogue, setup: AgentSetup): Promise<string> {
	return await withModel(async (model) => {
		const {
			example = 'phone-agent',
			turns,
			presses,
			calls,
			told = [],
			status = 'success',
		} = dialogue;
		const id = await agentExample(stage, example, model, { change: dialogue.change, ...setup });
		for (const fault of dialogue.faults ?? [])
			await stage.sandbox.fault(fault as Record<string, unknown>);
		model.script(...turns);
		const execution = await converse(stage, id, 'Please do it', presses);
		assert.equal(execution.status, status, JSON.stringify(execution.data.resultData.error));
		const answers = toldBy(model);
		const made = (await called(stage)).sort();
		assert.deepEqual(made, [...calls].sort(), `called ${made.join()}, told ${answers.join()}`);
		for (const [index, wanted] of told.entries()) assert.match(answers[index] ?? '', wanted);
		if (status === 'success') assert.equal(model.requests.length, turns.length);
		await dialogue.check?.(stage, model);
		return `${calls.length} calls, ${answers.length} answers of tools`;
	});
}

const scenarios = (dialogues: Dialogue[], setup: AgentSetup): Array<Scenario<SingleStage>> =>
	dialogues.map((dialogue) => ({
		name: `dialogue (agent ${setup.version}${setup.ungated ? '' : ', reviewed'}): ${dialogue.name}`,
		run: async (stage) => await play(stage, dialogue, setup),
	}));

/** Dialogues with an agent, of version 3 and of the newest. */
export const dialogueScenarios: Array<Scenario<SingleStage>> = [
	...scenarios(reviewed, { version: 3.1 }),
	...scenarios(reviewed.slice(0, 3), { version: 3 }),
	...scenarios(plain, { version: 3.1, ungated: true }),
	...scenarios(plain.slice(0, 3), { version: 3, ungated: true }),
	...scenarios(ready, { version: 3.1 }),
	subAgent,
	emailReview,
];
