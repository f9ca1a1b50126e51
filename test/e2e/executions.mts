import assert from 'node:assert/strict';
import type { Stage } from '../../tools/e2e/stage.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { itemsOf, type Execution } from '../../tools/n8n/client.mts';

/** Waits for an execution's end, also over times when n8n itself does not answer. */
export async function ended(stage: Stage, executionId: string): Promise<Execution> {
	return await waitFor(
		async () =>
			await stage.client.finished(executionId).catch((error: Error) => {
				if (/not within/.test(error.message)) throw error;
				return undefined;
			}),
		{ what: `execution ${executionId}`, everyMs: 500 },
	);
}

/** What an execution says when it did not succeed. */
export function complaint(execution: Execution): string {
	const { error } = execution.data.resultData;
	return [error?.message, error?.description].filter(Boolean).join(' ');
}

/** The executions of a workflow, oldest first, once they have ended and are enough. */
export async function executionsOf(
	stage: Stage,
	workflowId: string,
	areEnough: (executions: Execution[]) => boolean,
): Promise<Execution[]> {
	const known = new Map<string, Execution>();
	return await waitFor(
		async () => {
			const ids = (await executionIds(stage, { workflowId })).reverse();
			const executions = await Promise.all(
				ids.map(async (id) => known.get(id) ?? (await stage.client.finished(id))),
			);
			executions.forEach((execution) => known.set(execution.id, execution));
			return areEnough(executions) ? executions : undefined;
		},
		{ what: 'enough executions', everyMs: 300 },
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
		(ended) => outputOf(ended, trigger).length >= items,
	);
	for (const execution of executions) assertSuccess(execution);
	return executions;
}

/** The execution has succeeded. */
export function assertSuccess(execution: Execution): void {
	assert.equal(execution.status, 'success', complaint(execution));
}

/** The items that a node gave out in several executions. */
export function outputOf(executions: Execution[], node: string): Array<Record<string, unknown>> {
	return executions.flatMap((execution) => itemsOf(execution, node)).map(({ json }) => json);
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
