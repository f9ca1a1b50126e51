import assert from 'node:assert/strict';
import type { SingleStage } from '../../tools/e2e/stage.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { hasEnded, itemsOf, type WorkflowFile } from '../../tools/n8n/client.mts';
import { leadingTo, signedIn, TRIGGER_TYPE, workflowNode } from '../../tools/n8n/workflowParts.mts';
import { executionIds, published } from './executions.mts';
import type { Scenario } from './player.mts';

const TRIGGER = 'KallyAI Trigger';
const KILLS = 5;
const EVENTS_A_ROUND = 40;
const POLL_MS = 5_000;
const LATE_MS = POLL_MS + 1_000;

/** n8n refuses intervals below a minute, but takes many that each have a second of their own. */
export const EVERY_FIVE_SECONDS = Array.from({ length: 60_000 / POLL_MS }, (_, index) => ({
	mode: 'custom',
	cronExpression: `${(index * POLL_MS) / 1000} * * * * *`,
}));

/** A workflow that waits for finished calls, looking every five seconds. */
export function everyFinishedCall({ credentials }: SingleStage): WorkflowFile {
	const trigger = workflowNode(TRIGGER, TRIGGER_TYPE, 1, {
		pollTimes: { item: EVERY_FIVE_SECONDS },
		authentication: 'oAuth2',
		event: ['callFinished'],
	});
	return {
		name: 'Every finished call',
		nodes: [
			signedIn(trigger, credentials.oAuth2),
			workflowNode('Done', 'n8n-nodes-base.noOp', 1, {}),
		],
		connections: { [TRIGGER]: leadingTo('Done') },
	};
}

/** The calls that the executions of a workflow were given, each execution's in one list; `known` keeps those that have ended. */
async function delivered(
	stage: SingleStage,
	workflowId: string,
	known: Map<string, string[]>,
): Promise<string[][]> {
	const read = async (id: string) => {
		const execution = await stage.client.execution(id);
		const calls = itemsOf(execution, TRIGGER).map(({ json }) => String(json.call_id));
		if (hasEnded(execution)) known.set(id, calls);
		return calls;
	};
	const ids = await executionIds(stage, { workflowId });
	return await Promise.all(ids.map(async (id) => known.get(id) ?? (await read(id))));
}

/** Waits until executions were given so many different calls; gives them execution by execution. */
export async function callsGiven(
	stage: SingleStage,
	workflowId: string,
	calls: number,
): Promise<string[][]> {
	const known = new Map<string, string[]>();
	return await waitFor(
		async () => {
			const batches = await delivered(stage, workflowId, known);
			return new Set(batches.flat()).size >= calls ? batches : undefined;
		},
		{ what: `${calls} events`, everyMs: 500 },
	);
}

/** How often the list of calls was read. */
async function looks({ sandbox }: SingleStage): Promise<number> {
	const requests = await sandbox.requests();
	return requests.filter(({ method, path }) => method === 'GET' && path === '/v1/calls').length;
}

/** Waits until the trigger has polled on its own schedule: its first look after a start belongs to the start. */
async function atWork(stage: SingleStage): Promise<void> {
	const before = await looks(stage);
	await waitFor(async () => ((await looks(stage)) >= before + 2 ? true : undefined), {
		what: 'two polls of the trigger',
		everyMs: 50,
	});
}

/** The trigger on a running n8n. */
export const triggerScenarios: Array<Scenario<SingleStage>> = [
	{
		name: 'the trigger emits 200 events while n8n is killed five times',
		async run(stage) {
			const { id } = await stage.client.createWorkflow(everyFinishedCall(stage));
			return await published(stage, id, async () => {
				const made: string[] = [];
				for (let round = 0; round < KILLS; round++) {
					// Killed while it starts a trigger, n8n leaves that one out of service for minutes.
					await atWork(stage);
					const count = EVENTS_A_ROUND / 2;
					made.push(...(await stage.sandbox.event({ type: 'callFinished', count })));
					// Dated now, and in the list only once the next poll is over: the start after the kill has to find them.
					const late = { type: 'callFinished', count, visibleAfterMs: LATE_MS };
					made.push(...(await stage.sandbox.event(late)));
					// Killed in the middle of an execution, n8n calls it crashed and keeps nothing of it: so between two polls.
					await callsGiven(stage, id, made.length - count);
					await stage.restart();
				}
				const batches = await callsGiven(stage, id, made.length);
				const all = batches.flat();
				assert.deepEqual([...new Set(all)].sort(), [...made].sort());
				const largest = Math.max(...batches.map((batch) => batch.length));
				const repeated = all.length - made.length;
				assert.ok(repeated <= KILLS * largest, `${repeated} repeated`);
				return `${made.length} events in ${batches.filter((batch) => batch.length > 0).length} executions, none lost, ${repeated} repeated`;
			});
		},
	},
];
