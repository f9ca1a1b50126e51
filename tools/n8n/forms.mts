import axios from 'axios';
import { waitFor } from '../lib/waitFor.mts';
import type { N8nClient } from './client.mts';

/** What is entered into the fields of a form. */
export type Entries = Record<string, string | File>;

/** Fills in a form of n8n's as a browser would. */
export async function submit(address: string, fields: Entries): Promise<unknown> {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.append(name, value);
	const { data } = await axios.postForm<unknown>(address, form, { proxy: false });
	return data;
}

/** Fills in the first page of a form that has several; gives the address of the others. */
export async function begin(address: string, fields: Entries): Promise<string> {
	return ((await submit(address, fields)) as { formWaitingUrl: string }).formWaitingUrl;
}

/** The address at which the form of a published workflow stands. */
export async function formAddress(
	{ client }: { client: N8nClient },
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
