import assert from 'node:assert/strict';
import type { Stage } from '../../tools/e2e/stage.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { itemsOf, type Execution } from '../../tools/n8n/client.mts';
import { START } from '../../tools/n8n/workflowParts.mts';
import type { SandboxRequest } from '../../tools/sandbox.mts';
import type { Lead } from '../support/callsToMake.mts';
import { callLeads, KALLYAI, type Setup } from './callWorkflow.mts';
import { assertSuccess } from './executions.mts';

/** The request that makes a call, as faults name it. */
export const POST_CALL = { method: 'POST', path: '/v1/calls' };

/** The same, as it is looked for among what was sent. */
export const CALL = `${POST_CALL.method} ${POST_CALL.path}`;

/** Its body. */
export interface CallBody {
	submission: Record<string, unknown>;
}

interface SandboxCall {
	call_id: string;
	submission: { respondent_phone: string };
}

/** The numbers that the sandbox rang, in order. */
export async function called({ sandbox }: Stage): Promise<string[]> {
	const { calls } = await sandbox.state();
	return (calls as unknown as SandboxCall[]).map(({ submission }) => submission.respondent_phone);
}

/** Every lead was called exactly as often as it is in the list. */
export async function assertCalled(stage: Stage, people: Lead[]): Promise<void> {
	assert.deepEqual((await called(stage)).sort(), people.map(({ phone }) => phone).sort());
}

/** Nobody was called more than once, and nobody who is not in the list. */
export async function assertNobodyTwice(stage: Stage, people: Lead[]): Promise<string[]> {
	const numbers = await called(stage);
	assert.equal(
		new Set(numbers).size,
		numbers.length,
		`called more than once: ${numbers.join(' ')}`,
	);
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
export async function callRequests(stage: Stage): Promise<number> {
	return (await sent(stage, CALL)).length;
}

/** Stores a workflow that calls the leads and starts it. */
export async function startCalling(stage: Stage, people: Lead[], setup?: Setup): Promise<string> {
	const { id } = await stage.client.createWorkflow(callLeads(stage, people, setup));
	return await stage.client.start(id, START);
}

/** Waits until so many calls were placed. */
export async function placed(stage: Stage, calls: number): Promise<void> {
	await waitFor(async () => ((await called(stage)).length >= calls ? true : undefined), {
		what: `${calls} calls`,
		everyMs: 50,
	});
}

/** What was sent to the sandbox with this method and path, `{}` standing for one segment. */
export async function sent({ sandbox }: Stage, request: string): Promise<SandboxRequest[]> {
	const [method, path = ''] = request.split(' ');
	const pattern = new RegExp(`^${path.replace(/\{\}/g, '[^/]+')}$`);
	const requests = await sandbox.requests();
	return requests.filter((one) => one.method === method && pattern.test(one.path));
}

/** The bodies of such requests. */
export async function bodies<T>(stage: Stage, request: string): Promise<T[]> {
	return (await sent(stage, request)).map(({ body }) => body as T);
}

/** The execution succeeded and hands on the outcome of every lead, in their order. */
export function assertOutcomes(execution: Execution, people: Lead[]): void {
	assertSuccess(execution);
	const numbers = itemsOf(execution, KALLYAI).map(
		({ json }) => (json as unknown as SandboxCall).submission.respondent_phone,
	);
	assert.deepEqual(
		numbers,
		people.map(({ phone }) => phone),
	);
}
