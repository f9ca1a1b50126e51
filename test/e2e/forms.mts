import type { Stage } from '../../tools/e2e/stage.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { executionIds, outputOf } from './executions.mts';

/** The execution that waits for a decision, and the address of its form. */
export async function asked(
	stage: Stage,
	workflowId: string,
): Promise<{ execution: string; form: string }> {
	return await waitFor(
		async () => {
			const [execution] = await executionIds(stage, { workflowId, status: ['waiting'] });
			if (execution === undefined) return undefined;
			const [item] = outputOf([await stage.client.execution(execution)], 'Ask a person');
			return { execution, form: String(item?.form) };
		},
		{ what: 'an execution that waits', everyMs: 200 },
	);
}

/** The file that a form's last page saves in the browser. */
export function fileOf(page: string): { fileName: string; text: string } {
	const [, encoded = ''] = /decodeURIComponent\("([^"]+)"\)/.exec(page) ?? [];
	const [{ fileName, data }] = JSON.parse(decodeURIComponent(encoded)) as [
		{ fileName: string; data: { data: number[] } },
	];
	return { fileName, text: Buffer.from(data.data).toString() };
}
