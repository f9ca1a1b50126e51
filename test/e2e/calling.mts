import assert from 'node:assert/strict';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { itemsOf, type Execution } from '../../tools/n8n/client.mts';
import type { Stage } from '../../tools/e2e/stage.mts';
import { callLeads, KALLYAI, START, type Lead, type Setup } from './callWorkflow.mts';

/** One promise, shown on a running n8n. Gives the figure that was measured. */
export interface Scenario<S extends Stage> {
	name: string;
	run(stage: S): Promise<string>;
}

/** The request that makes a call, as faults name it. */
export const POST_CALL = { method: 'POST', path: '/v1/calls' };

const WITHIN_MS = 90_000;

interface SandboxCall {
	call_id: string;
	submission: { respondent_phone: string };
}

/** The numbers that the sandbox rang, in order. */
export async function rung({ sandbox }: Stage): Promise<string[]> {
	const { calls } = await sandbox.state();
	return (calls as unknown as SandboxCall[]).map(({ submission }) => submission.respondent_phone);
}

/** Every lead was rung exactly as often as it is in the list. */
export async function assertRung(stage: Stage, people: Lead[]): Promise<void> {
	assert.deepEqual((await rung(stage)).sort(), people.map(({ phone }) => phone).sort());
}

/** Nobody was rung more than once, and nobody who is not in the list. */
export async function assertNobodyTwice(stage: Stage, people: Lead[]): Promise<string[]> {
	const numbers = await rung(stage);
	assert.equal(new Set(numbers).size, numbers.length, `rung more than once: ${numbers.join(' ')}`);
	const strangers = numbers.filter((number) => !people.some(({ phone }) => phone === number));
	assert.deepEqual(strangers, []);
	return numbers;
}

/** How many times n8n asked the sandbox for another token since the last reset. */
export async function renewals({ sandbox }: Stage): Promise<number> {
	const requests = await sandbox.requests();
	return requests.filter(
		({ method, path }) => method === 'POST' && /\/auth\/(gpt\/token|refresh)$/.test(path),
	).length;
}

/** How many requests asked for a call. */
export async function callRequests({ sandbox }: Stage): Promise<number> {
	return (await sandbox.requests()).filter(
		({ method, path }) => method === 'POST' && path === '/v1/calls',
	).length;
}

/** Stores a workflow that rings the leads and starts it. */
export async function startCalling(stage: Stage, people: Lead[], setup?: Setup): Promise<string> {
	const { id } = await stage.client.createWorkflow(callLeads(stage, people, setup));
	return await stage.client.start(id, START);
}

/** Waits until so many calls were placed. */
export async function placed(stage: Stage, calls: number): Promise<void> {
	await waitFor(async () => ((await rung(stage)).length >= calls ? true : undefined), {
		what: `${calls} calls`,
		withinMs: WITHIN_MS,
		everyMs: 50,
	});
}

/** Waits for an execution's end, also over times when n8n itself does not answer. */
export async function ended(stage: Stage, executionId: string): Promise<Execution> {
	return await waitFor(
		async () =>
			await stage.client.finished(executionId, WITHIN_MS).catch((error: Error) => {
				if (/not within/.test(error.message)) throw error;
				return undefined;
			}),
		{ what: `execution ${executionId}`, withinMs: WITHIN_MS, everyMs: 500 },
	);
}

/** What an execution says when it did not succeed. */
export function complaint(execution: Execution): string {
	const { error } = execution.data.resultData;
	return [error?.message, error?.description].filter(Boolean).join(' ');
}

/** The execution succeeded and hands on the outcome of every lead, in their order. */
export function assertOutcomes(execution: Execution, people: Lead[]): void {
	assert.equal(execution.status, 'success', complaint(execution));
	const numbers = itemsOf(execution, KALLYAI).map(
		({ json }) => (json as unknown as SandboxCall).submission.respondent_phone,
	);
	assert.deepEqual(
		numbers,
		people.map(({ phone }) => phone),
	);
}

/** Publishes a workflow for as long as `use` takes. */
export async function published<T>(
	{ client }: Stage,
	id: string,
	use: () => Promise<T>,
): Promise<T> {
	await client.publish(id);
	try {
		return await use();
	} finally {
		await client.unpublish(id);
	}
}

/** The ids of executions that fit a filter of n8n's, newest first. */
export async function executionIds({ client }: Stage, filter: object): Promise<string[]> {
	const query = encodeURIComponent(JSON.stringify(filter));
	const { results } = await client.rest<{ results: Array<Pick<Execution, 'id'>> }>(
		'GET',
		`/executions?filter=${query}&limit=100`,
	);
	return results.map(({ id }) => id);
}
