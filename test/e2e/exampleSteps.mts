import assert from 'node:assert/strict';
import axios from 'axios';
import type { Stage } from '../../tools/e2e/stage.mts';
import { readExample, withCredential } from '../../tools/examples.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { itemsOf, type Execution } from '../../tools/n8n/client.mts';
import type { SandboxRequest } from '../../tools/sandbox.mts';
import { complaint, executionIds } from './calling.mts';
import { EVERY_FIVE_SECONDS } from './triggerScenarios.mts';

/** n8n looks once a minute for executions that have waited long enough. */
const WITHIN_MS = 120_000;

/** Puts an example into n8n as a user would: with a credential, and with values of one's own in "Settings". */
export async function importExample(
	stage: Stage,
	file: string,
	settings: Record<string, unknown> = {},
): Promise<string> {
	const example = withCredential(await readExample(file), stage.credentials.oAuth2);
	for (const { name, parameters } of example.nodes) {
		if ('pollTimes' in parameters) parameters.pollTimes = { item: EVERY_FIVE_SECONDS };
		if (name !== 'Settings') continue;
		for (const field of (parameters as unknown as Assigned).assignments.assignments)
			if (field.name in settings) field.value = settings[field.name];
	}
	return (await stage.client.createWorkflow(example)).id;
}

/** The parameters of n8n's Edit Fields node. */
interface Assigned {
	assignments: { assignments: Array<{ name: string; value: unknown }> };
}

/** The executions of a workflow, oldest first, once they have ended and are enough. */
export async function executionsOf(
	stage: Stage,
	workflowId: string,
	areEnough: (executions: Execution[]) => boolean,
): Promise<Execution[]> {
	return await waitFor(
		async () => {
			const ids = (await executionIds(stage, { workflowId })).reverse();
			const executions = await Promise.all(
				ids.map(async (id) => await stage.client.finished(id, WITHIN_MS)),
			);
			return areEnough(executions) ? executions : undefined;
		},
		{ what: 'enough executions', withinMs: WITHIN_MS, everyMs: 300 },
	);
}

/** The executions of a workflow once its trigger has given out so many items; all of them have succeeded. */
export async function drained(
	stage: Stage,
	workflowId: string,
	trigger: string,
	items: number,
): Promise<Execution[]> {
	const executions = await executionsOf(
		stage,
		workflowId,
		(ended) => given(ended, trigger).length >= items,
	);
	for (const execution of executions) assertSuccess(execution);
	return executions;
}

export function assertSuccess(execution: Execution): void {
	assert.equal(execution.status, 'success', complaint(execution));
}

/** The items that a node gave out in several executions. */
export function given(executions: Execution[], node: string): Array<Record<string, unknown>> {
	return executions.flatMap((execution) => itemsOf(execution, node)).map(({ json }) => json);
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

/** The execution that waits for a decision, and the address of its form. */
export async function asked(
	stage: Stage,
	workflowId: string,
): Promise<{ execution: string; form: string }> {
	return await waitFor(
		async () => {
			const [execution] = await executionIds(stage, { workflowId, status: ['waiting'] });
			if (execution === undefined) return undefined;
			const [item] = given([await stage.client.execution(execution)], 'Ask a person');
			return { execution, form: String(item?.form) };
		},
		{ what: 'an execution that waits', withinMs: WITHIN_MS, everyMs: 200 },
	);
}

/** Fills in a form of n8n's as a browser would. */
export async function submit(address: string, fields: Record<string, string>): Promise<unknown> {
	const { data } = await axios.postForm<unknown>(address, fields, { proxy: false });
	return data;
}

/** The address at which the form of a published workflow stands. */
export async function formAddress(
	{ client }: Stage,
	workflowId: string,
	trigger: string,
): Promise<string> {
	const { nodes } = await client.workflow(workflowId);
	return `${client.url}/form/${String(nodes.find(({ name }) => name === trigger)?.webhookId)}`;
}

/** The page a form ends with; the browser's last request, which lets the execution end, is made as well. */
export async function lastPage(address: string): Promise<string> {
	const get = async (url: string) => (await axios.get<string>(url, { proxy: false })).data;
	const status = new URL(address);
	status.pathname += '/n8n-execution-status';
	await waitFor(async () => ((await get(status.href)) === 'form-waiting' ? true : undefined), {
		what: 'the last page of the form',
		withinMs: WITHIN_MS,
		everyMs: 200,
	});
	const page = await get(address);
	await axios.post(address, undefined, { proxy: false });
	return page;
}

/** The file that a form's last page saves in the browser. */
export function fileOf(page: string): { fileName: string; text: string } {
	const [, encoded = ''] = /decodeURIComponent\("([^"]+)"\)/.exec(page) ?? [];
	const [{ fileName, data }] = JSON.parse(decodeURIComponent(encoded)) as [
		{ fileName: string; data: { data: number[] } },
	];
	return { fileName, text: Buffer.from(data.data).toString() };
}

/** The body of a request for a call. */
export interface CallBody {
	submission: Record<string, unknown>;
}

/** The request for a call. */
export const CALL = 'POST /v1/calls';
