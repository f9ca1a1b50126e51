import assert from 'node:assert/strict';
import type { SingleStage, Stage } from '../../tools/e2e/stage.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { hasEnded, type Execution, type WorkflowNode } from '../../tools/n8n/client.mts';
import { startChatModel, type ChatModel } from '../support/chatModel.mts';
import { importExample } from './importExample.mts';

/** How an example with an agent is changed for a test. */
export interface AgentSetup {
	/** Version of the agent; the example's own unless given. */
	version?: number;
	/** Whether its tools go without the review. */
	ungated?: boolean;
	change?: (nodes: WorkflowNode[]) => void;
}

/** Gives the agents of a test a model that says what it is told to. */
export async function withModel<T>(run: (model: ChatModel) => Promise<T>): Promise<T> {
	const model = await startChatModel();
	try {
		return await run(model);
	} finally {
		await model.stop();
	}
}

/** Takes the review away: its tools belong to the agent then. */
function withoutReview(connections: Record<string, unknown>): Record<string, unknown> {
	const { Review: _, ...others } = connections;
	const text = JSON.stringify(others).replaceAll('"node":"Review"', '"node":"Assistant"');
	return JSON.parse(text) as Record<string, unknown>;
}

/** The credential by which n8n's model node reaches the scripted model. */
export const modelCredential = async ({ client }: Stage, { url }: ChatModel) =>
	await client.saveCredential('Scripted model', 'openAiApi', { apiKey: 'none', url });

/**
 * An example's agent with a scripted model. Its answer goes nowhere: nobody has the chat open. Numbers may be
 * called again at once, as tests share them.
 */
export async function agentExample(
	stage: SingleStage,
	file: string,
	model: ChatModel,
	{ version, ungated, change }: AgentSetup = {},
): Promise<string> {
	const { client } = stage;
	const id = await importExample(stage, file);
	const { nodes, connections } = await client.workflow(id);
	const { id: credential, name } = await modelCredential(stage, model);
	for (const node of nodes) {
		if (node.name === 'Chat model') node.credentials = { openAiApi: { id: credential, name } };
		if (node.name === 'Assistant' && version !== undefined) node.typeVersion = version;
		delete (node.parameters.options as Record<string, unknown> | undefined)?.minutesBetween;
	}
	change?.(nodes);
	const kept = nodes.filter(
		(node) => !['Answer', ...(ungated ? ['Review'] : [])].includes(node.name),
	);
	const { Assistant: _, ...links } = connections;
	await client.updateWorkflow(id, {
		nodes: kept,
		connections: ungated ? withoutReview(links) : links,
	});
	return id;
}

/**
 * What happens to a review: a person presses one button, once or several times at once, or lets it wait; n8n is killed
 * and started again; its time runs out.
 */
export type Press =
	| 'approve'
	| 'decline'
	| 'approve three times'
	| 'approve, and again when all is over'
	| 'wait'
	| 'restart'
	| 'run out';

/** The buttons in a text with reviews, such as the data of an execution; those of the latest review. */
export function buttonsIn(text: string): Record<'approve' | 'decline', string> {
	const links = text.match(/https?:[^"\\\s)<>]+webhook-waiting[^"\\\s)<>]+/g) ?? [];
	const last = (approved: boolean) =>
		links.filter((link) => link.includes(`approved=${approved}`)).at(-1) ?? '';
	return { approve: last(true), decline: last(false) };
}

/** n8n answers nothing to what does not look like a browser. */
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

const press = async (link: string): Promise<Response> =>
	await fetch(link, { headers: { 'user-agent': BROWSER } });

/** How often a person was asked so far. */
const asked = ({ data }: Execution) => data.resultData.runData.Review?.length ?? 0;

/**
 * Says something to an agent's workflow and does as a person with each review; gives the execution once it has
 * ended, or waits for nobody, or takes no answer any more.
 *
 * @param buttons where a review that waits can be answered
 */
export async function converse(
	{ client, restart }: SingleStage,
	id: string,
	chatInput: string,
	presses: Press[] = [],
	buttons = async ({ data }: Execution) => buttonsIn(JSON.stringify(data)),
): Promise<Execution> {
	const said = { sessionId: id, action: 'sendMessage', chatInput };
	const executionId = await client.start(id, 'Chat', [said]);
	const left = [...presses];
	let answered = -1;
	let later: string | undefined;
	const last = await waitFor(
		async () => {
			const execution = await client.execution(executionId);
			if (!execution.data) return undefined;
			if (hasEnded(execution)) return execution;
			if (execution.status !== 'waiting') return undefined;
			if (asked(execution) === answered) return undefined;
			const next = left.shift();
			if (next === undefined || next === 'wait') return execution;
			if (next === 'restart') {
				await restart();
				return undefined;
			}
			answered = asked(execution);
			if (next === 'run out') return undefined;
			const { approve, decline } = await buttons(execution);
			const link = next === 'decline' ? decline : approve;
			assert.notEqual(link, '', 'the review has no button');
			if (next === 'approve, and again when all is over') later = link;
			const pressed = await Promise.all(
				Array.from({ length: next === 'approve three times' ? 3 : 1 }, () => press(link)),
			);
			return pressed.some(({ ok }) => ok) ? undefined : execution;
		},
		{ what: `the dialogue of execution ${executionId}`, everyMs: 100 },
	);
	if (!later) return last;
	await press(later);
	return await client.execution(executionId);
}

/** What the tools answered so far, as the model got it, in order. */
export const toldBy = ({ requests }: ChatModel): string[] =>
	(requests.at(-1)?.messages ?? [])
		.filter(({ role }) => role === 'tool')
		.map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)));
