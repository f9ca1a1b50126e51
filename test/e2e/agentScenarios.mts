import assert from 'node:assert/strict';
import type { SingleStage } from '../../tools/e2e/stage.mts';
import type { ChatModel } from '../support/chatModel.mts';
import { agentExample, withModel } from './agents.mts';
import { bodies, CALL, type CallBody, sent } from './calling.mts';
import { assertSuccess, outputOf } from './executions.mts';
import type { Scenario } from './player.mts';

const TOOL = 'Call_somebody';
const ARGUMENTS = {
	Phone_Number_to_Call: '+15550102',
	Task_Description: 'Ask whether there is a slot on Friday',
	Business_Name: 'Harbour Dental',
};

/** The example's agent with a scripted model; `maxCreditsPerCall` of the tool may be another one. */
async function agent(
	stage: SingleStage,
	model: ChatModel,
	maxCreditsPerCall?: number,
): Promise<string> {
	return await agentExample(stage, 'phone-agent', model, {
		ungated: true,
		change(nodes) {
			const tool = nodes.find(({ name }) => name === 'Call somebody');
			if (maxCreditsPerCall !== undefined)
				Object.assign(tool?.parameters.options as object, { maxCreditsPerCall });
		},
	});
}

/** Says something to the agent; gives its answer. */
async function chat({ client }: SingleStage, id: string, chatInput: string): Promise<unknown> {
	const said = { sessionId: id, action: 'sendMessage', chatInput };
	const execution = await client.finished(await client.start(id, 'Chat', [said]));
	assertSuccess(execution);
	return outputOf([execution], 'Assistant')[0]?.output;
}

/** What the tool answered, as the model got it. */
const toolAnswer = ({ requests }: ChatModel): string =>
	String(
		JSON.stringify(
			requests
				.at(-1)
				?.messages.filter(({ role }) => role === 'tool')
				.at(-1)?.content,
		),
	);

/** The node as a tool of n8n's AI Agent, whose model is scripted. */
export const agentScenarios: Array<Scenario<SingleStage>> = [
	{
		name: "example phone-agent: the model's values reach the sandbox, the outcome reaches the model",
		run: async (stage) =>
			await withModel(async (model) => {
				const id = await agent(stage, model);
				model.script({ tool: TOOL, args: ARGUMENTS }, 'They have noted it.');
				assert.equal(await chat(stage, id, 'Call Harbour Dental'), 'They have noted it.');

				const [call, ...others] = await bodies<CallBody>(stage, CALL);
				assert.deepEqual(others, []);
				assert.deepEqual(call?.submission, {
					respondent_phone: '+15550102',
					task_description: 'Ask whether there is a slot on Friday',
					task_category: 'general',
					business_name: 'Harbour Dental',
					language: 'en',
					call_language: 'en',
				});
				assert.match(toolAnswer(model), /They agreed and noted everything down/);

				const tools = (model.requests[0]?.tools ?? []).map((tool) => tool.function);
				assert.deepEqual(tools.map(({ name }) => name).sort(), [
					TOOL,
					'Contacts',
					'Credits_left',
					'Earlier_calls',
					'Unread_messages',
				]);
				const { description, parameters } = tools.find(({ name }) => name === TOOL) ?? {};
				assert.match(String(description), /calls a real phone and uses credits/);
				assert.deepEqual(parameters?.required, Object.keys(ARGUMENTS));
				return `1 call with the model's 3 values, ${tools.length} tools described`;
			}),
	},
	{
		name: 'example phone-agent: reading tools answer from the sandbox',
		run: async (stage) =>
			await withModel(async (model) => {
				const id = await agent(stage, model);
				const { credits } = await stage.sandbox.state();
				model.script({ tool: 'Credits_left', args: {} }, 'So many.');
				await chat(stage, id, 'What is left?');
				assert.ok(toolAnswer(model).includes(String(credits)), toolAnswer(model));
				model.script({ tool: 'Unread_messages', args: {} }, 'These.');
				await chat(stage, id, 'What came in?');
				assert.match(toolAnswer(model), /Do you deliver on Sundays/);
				model.script({ tool: 'Earlier_calls', args: { Offset: 0 } }, 'These.');
				await chat(stage, id, 'Whom did you call?');
				assert.match(toolAnswer(model), /Branch 9/);
				assert.equal((await sent(stage, CALL)).length, 0);
				return '3 tools, nobody called';
			}),
	},
	{
		name: 'a tool call above Max Credits per Item is refused before anything is sent',
		run: async (stage) =>
			await withModel(async (model) => {
				const id = await agent(stage, model, 1);
				model.script({ tool: TOOL, args: ARGUMENTS }, 'That costs too much.');
				assert.equal(await chat(stage, id, 'Call Harbour Dental'), 'That costs too much.');
				assert.match(toolAnswer(model), /Max Credits per Item' is 1, but KallyAI estimates 2/);
				assert.equal((await sent(stage, 'POST /v1/goals/estimate')).length, 1);
				assert.equal((await sent(stage, CALL)).length, 0);
				return 'estimated at 2 credits, 1 allowed: no call, and the model knows why';
			}),
	},
	{
		name: "a tool call with the model's mistakes is refused before anything is sent, and can be put right",
		run: async (stage) =>
			await withModel(async (model) => {
				const id = await agent(stage, model);
				model.script(
					{ tool: TOOL, args: { ...ARGUMENTS, Phone_Number_to_Call: 'Harbour Dental' } },
					{ tool: TOOL, args: ARGUMENTS },
					'Done.',
				);
				assert.equal(await chat(stage, id, 'Call Harbour Dental'), 'Done.');
				const [, second] = model.requests;
				assert.match(JSON.stringify(second?.messages.at(-1)?.content), /E\.164/);
				assert.equal((await sent(stage, CALL)).length, 1);
				return '1 refused tool call, 1 call';
			}),
	},
];
