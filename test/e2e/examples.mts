import assert from 'node:assert/strict';
import type { SingleStage, Stage } from '../../tools/e2e/stage.mts';
import { readExample, withCredential } from '../../tools/examples.mts';
import { poll } from '../../tools/lib/poll.mts';
import { itemsOf, type Execution, type WorkflowFile } from '../../tools/n8n/client.mts';
import type { SandboxRequest } from '../../tools/sandbox.mts';
import { complaint, rung, type Scenario } from './scenario.mts';
import { EVERY_FIVE_SECONDS } from './trigger.mts';

const WITHIN_MS = 60_000;

/** Puts an example into n8n with the stage's credential. Polling triggers look every few seconds. */
async function importExample(
	stage: Stage,
	file: string,
	changes: Record<string, Record<string, unknown>> = {},
): Promise<string> {
	const example = withCredential(await readExample(file), stage.credentials.oAuth2);
	const nodes = example.nodes.map((node) => ({
		...node,
		parameters: {
			...node.parameters,
			...('pollTimes' in node.parameters ? { pollTimes: { item: EVERY_FIVE_SECONDS } } : {}),
			...changes[node.name],
		},
	}));
	return (await stage.client.createWorkflow({ ...example, nodes } as WorkflowFile)).id;
}

/** Publishes a workflow for as long as `use` takes. */
async function published<T>({ client }: Stage, id: string, use: () => Promise<T>): Promise<T> {
	await client.publish(id);
	try {
		return await use();
	} finally {
		await client.unpublish(id);
	}
}

/** The executions of a workflow once its trigger has given out so many items; all of them have succeeded. */
async function drained(
	{ client }: Stage,
	id: string,
	trigger: string,
	items: number,
): Promise<Execution[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
	const executions = await poll(
		async () => {
			const { results } = await client.rest<{ results: Array<Pick<Execution, 'id'>> }>(
				'GET',
				`/executions?filter=${filter}&limit=100`,
			);
			const ended = await Promise.all(results.map(async (one) => await client.finished(one.id)));
			const given = ended.flatMap((execution) => itemsOf(execution, trigger)).length;
			return given >= items ? ended.reverse() : undefined;
		},
		{ what: `${items} items of "${trigger}"`, withinMs: WITHIN_MS, everyMs: 300 },
	);
	for (const execution of executions) assertSuccess(execution);
	return executions;
}

function assertSuccess(execution: Execution): void {
	assert.equal(execution.status, 'success', complaint(execution));
}

/** The items that a node gave out in several executions. */
function given(executions: Execution[], node: string): Array<Record<string, unknown>> {
	return executions.flatMap((execution) => itemsOf(execution, node)).map(({ json }) => json);
}

/** What was sent to the sandbox with this method and path, `{}` standing for one segment. */
async function sent({ sandbox }: Stage, request: string): Promise<SandboxRequest[]> {
	const [method, path = ''] = request.split(' ');
	const pattern = new RegExp(`^${path.replace(/\{\}/g, '[^/]+')}$`);
	const requests = await sandbox.requests();
	return requests.filter((one) => one.method === method && pattern.test(one.path));
}

/** The bodies of such requests. */
async function bodies<T>(stage: Stage, request: string): Promise<T[]> {
	return (await sent(stage, request)).map(({ body }) => body as T);
}

interface CallBody {
	submission: Record<string, unknown>;
}

const CALL = 'POST /v1/calls';

/** Every workflow of `examples`, run to its end. */
export const exampleScenarios: Array<Scenario<SingleStage>> = [
	{
		name: 'example missed-call: a VIP is rung back once, everybody else is put on the list',
		async run(stage) {
			const TRIGGER = 'Missed call';
			const [VIP, OTHER, BLOCKED] = ['+15550160', '+15550161', '+15550198'];
			const missed = async (data: Record<string, unknown>, at?: Date) =>
				await stage.sandbox.event({
					type: 'inboundCall',
					data: { status: 'missed', ...data },
					at: at?.toISOString(),
				});
			const id = await importExample(stage, 'missed-call');
			const [old] = await missed(
				{ caller_number: VIP, status: 'active' },
				new Date(Date.now() - 40 * 60_000),
			);
			await published(stage, id, async () => {
				await missed({ caller_number: VIP });
				await missed({ caller_number: VIP });
				await missed({ id: old });
				await missed({ caller_number: OTHER });
				await missed({ caller_number: BLOCKED, is_vip: true });
				await missed({ caller_number: 'anonymous' });
				await drained(stage, id, TRIGGER, 6);
				await stage.sandbox.scenario({ outcome: 'no_answer' });
				await missed({ caller_number: '+15550170', is_vip: true });
				const executions = await drained(stage, id, TRIGGER, 7);
				assert.deepEqual(
					given(executions, 'Called back').map(({ caller }) => caller),
					['Clara Soto', 'Clara Soto'],
				);
				assert.equal(given(executions, 'Nobody to call back').length, 1);
			});
			assert.deepEqual(await rung(stage), [VIP, '+15550170']);
			const [first] = await bodies<CallBody>(stage, CALL);
			assert.match(String(first?.submission.task_description), /^Apologise that Ines Soto missed/);
			assert.equal(first?.submission.business_name, 'Clara Soto');
			const events = await bodies<{ title: string; description: string }>(
				stage,
				'POST /v1/actions/calendar/events',
			);
			assert.deepEqual(events.map(({ title }) => title).sort(), [
				'Call back +15550170',
				`Call back ${BLOCKED}`,
				'Call back Clara Soto',
				'Call back Otto Berg',
			]);
			return "7 missed calls: 2 of 4 VIPs' rung, 4 on the list";
		},
	},
];
