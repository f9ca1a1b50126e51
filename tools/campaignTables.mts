import { readExample } from './examples.mts';
import type { N8nClient } from './n8n/client.mts';
import { type Column, DataTable, type Row } from './n8n/dataTables.mts';

/** The tables of campaigns, by the names behind "kallyai". */
export type CampaignTable = 'campaigns' | 'campaign leads' | 'lines' | 'do not call';

/** A table of campaigns; made with the columns that the control workflow gives it where it is not there. */
export async function campaignTable(client: N8nClient, name: CampaignTable): Promise<DataTable> {
	const { nodes } = await readExample('campaign-control');
	const tableName = `kallyai ${name}`;
	const maker = nodes.find(({ parameters }) => parameters.tableName === tableName);
	const { column } = maker?.parameters.columns as { column: Column[] };
	return await DataTable.named(client, tableName, column);
}

/** A campaign as its form starts it. */
export interface NewCampaign {
	campaign: string;
	/** How many calls at once. */
	lines: number;
	/** Columns of the campaign that differ from the usual ones. */
	settings?: Row;
	/** Columns of each lead; `phone` at least. */
	leads: Row[];
}

/** Puts a campaign into the tables as the form of the control workflow does. */
export async function addCampaign(
	client: N8nClient,
	{ campaign, lines, settings, leads }: NewCampaign,
): Promise<void> {
	const nothing = { reached: 0, gave_up: 0, refused: 0, do_not_call: 0, messaged: 0, credits: 0 };
	await (
		await campaignTable(client, 'lines')
	).insert(
		Array.from({ length: lines }, (_, index) => ({
			campaign,
			line: index + 1,
			holder: '',
			held_at: new Date(0).toISOString(),
			calls: 0,
			...nothing,
			counted: '',
		})),
	);
	await (
		await campaignTable(client, 'campaign leads')
	).insert(
		leads.map((lead, index) => ({
			campaign,
			lead: `lead-${index + 1}`,
			name: `Lead ${index + 1}`,
			email: '',
			timezone: '',
			variables: '{}',
			status: 'due',
			attempt: 0,
			day: '',
			day_attempts: 0,
			next_at: new Date().toISOString(),
			claim: '',
			call_id: '',
			transcript: '',
			credits: 0,
			...lead,
		})),
	);
	// The last one: nobody is called before all is there.
	await (
		await campaignTable(client, 'campaigns')
	).insert([
		{
			campaign,
			status: 'running',
			category: 'general',
			language: 'en',
			timezone: 'Europe/Madrid',
			hours: '',
			lines,
			max_attempts: 3,
			max_per_day: 9,
			redial: '',
			fallback: 'none',
			budget: 0,
			max_credits_per_call: 5,
			longest_call_minutes: 10,
			leads: leads.length,
			...settings,
		},
	]);
}
