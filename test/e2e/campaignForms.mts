import type { Stage } from '../../tools/e2e/stage.mts';
import { DataTable, type Row } from '../../tools/n8n/dataTables.mts';
import { fillTable } from './campaignTables.mts';
import { begin, formAddress, pageOf, submit } from '../../tools/n8n/forms.mts';
import { importExample } from './importExample.mts';

/** Text that would do harm in a page or an expression. */
export const HOSTILE = "<img src=x onerror=alert(1)>{{ 6 * 7 }}$'";

/** Twenty leads, of which the rows 5, 9 and 14 cannot be called. */
export const LEADS_CSV = [
	'name,phone,company',
	...Array.from({ length: 20 }, (_, index) => {
		const number = `+155501${String(index + 10)}`;
		const row = index + 2;
		const phone = row === 5 ? '555 0113' : row === 9 ? '+1 555-0110' : number;
		const company = row === 14 ? '' : `Company ${row}`;
		return `${row === 9 ? HOSTILE : `Lead ${row}`},${phone},${company}`;
	}),
].join('\r\n');

/** A file as spreadsheets save it, with a mark before the first name. */
export const csvFile = (text: string): File =>
	new File([`\uFEFF${text}`], 'leads.csv', { type: 'text/csv' });

/** What the form of a new campaign is sent with when only the first fields are filled in. */
export const NEW_CAMPAIGN = {
	'field-0': 'Spring',
	'field-2': '',
	'field-3': 'Ask {name} of {company} whether Saturday suits them.',
	'field-4': 'general',
	'field-5': 'en',
	'field-6': 'Mon-Fri 09:00-17:00',
	'field-7': '',
	'field-8': '',
	'field-9': '2',
	'field-10': '3',
	'field-11': '2',
	'field-12': 'no_answer 60, busy 15, voicemail 240, failed 60',
	'field-13': 'none',
	'field-14': '100',
	'field-15': '5',
	'field-16': '10',
};

/** The rows of one of the tables of campaigns, by its name behind "kallyai". */
export async function rowsOf({ client }: Stage, name: string): Promise<Row[]> {
	return await (await DataTable.named(client, `kallyai ${name}`)).rows();
}

/** Takes all rows out of the tables of campaigns. */
export async function emptyTables({ client }: Stage): Promise<void> {
	for (const name of ['campaigns', 'campaign leads', 'lines', 'do not call'] as const)
		await fillTable(client, name);
}

/** Puts the forms of campaigns into n8n, with nothing in their tables; gives where they stand. */
export async function importForms(
	stage: Stage,
): Promise<{ id: string; form: string; change: string }> {
	await emptyTables(stage);
	const id = await importExample(stage, 'campaign-control');
	const [form, change] = await Promise.all(
		['New campaign', 'Change a campaign'].map(
			async (trigger) => await formAddress(stage, id, trigger),
		),
	);
	return { id, form: String(form), change: String(change) };
}

/** Chooses an action in the form that changes a campaign and sends its page; gives the page that comes then. */
export async function chooseAction(
	change: string,
	action: string,
	fields: Record<string, string | File>,
): Promise<string> {
	const page = await begin(change, { 'field-0': action });
	await pageOf(page);
	await submit(page, fields);
	return page;
}
