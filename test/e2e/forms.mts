import axios from 'axios';
import type { Stage } from '../../tools/e2e/stage.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { executionIds, outputOf, WAITING_WITHIN_MS } from './executions.mts';

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
		{ what: 'an execution that waits', withinMs: WAITING_WITHIN_MS, everyMs: 200 },
	);
}

/** Fills in a form of n8n's as a browser would. */
export async function submit(
	address: string,
	fields: Record<string, string | File>,
): Promise<unknown> {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.append(name, value);
	const { data } = await axios.postForm<unknown>(address, form, { proxy: false });
	return data;
}

/** Fills in the first page of a form that has several; gives the address of the others. */
export async function begin(
	address: string,
	fields: Record<string, string | File>,
): Promise<string> {
	return ((await submit(address, fields)) as { formWaitingUrl: string }).formWaitingUrl;
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

/** What a page says to people. */
export const textOf = (page: string): string =>
	page
		.replace(/<(script|style)\b.*?<\/\1>/gs, '')
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ');

/** The page of a form that waits to be filled in, or that it ends with. */
export async function pageOf(address: string): Promise<string> {
	const get = async (url: string) => (await axios.get<string>(url, { proxy: false })).data;
	const status = new URL(address);
	status.pathname += '/n8n-execution-status';
	await waitFor(async () => ((await get(status.href)) === 'form-waiting' ? true : undefined), {
		what: 'the next page of the form',
		withinMs: WAITING_WITHIN_MS,
		everyMs: 200,
	});
	return await get(address);
}

/** The page a form ends with; the browser's last request, which lets the execution end, is made as well. */
export async function lastPage(address: string): Promise<string> {
	const page = await pageOf(address);
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
