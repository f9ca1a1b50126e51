import assert from 'node:assert/strict';
import { addCampaign } from '../../tools/campaignTables.mts';
import type { Stage } from '../../tools/e2e/stage.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { readExample } from '../../tools/examples.mts';
import { DataTable } from '../../tools/n8n/dataTables.mts';
import { fillTable } from './campaignTables.mts';
import { rung } from './calling.mts';
import { assertSuccess, executionsOf, outputOf, published } from './executions.mts';
import { formAddress, submit } from '../../tools/n8n/forms.mts';
import { importExample } from './importExample.mts';
import type { Scenario } from './player.mts';

const CAMPAIGN = 'Call me';
const WITHIN_MS = 120_000;
const TASK = { task: 'Ask {name} what we can do for them.', category: 'general' };
/** One number as people write it; each is sent in at the same moment, and so are the others. */
const SPELLINGS = ['+15550160', '+1 555-0160', '+1 (555) 0160', '+1.555.0160'];
const OTHERS = ['+15550161', '+15550162', '+15550163', '+15550164'];

const ENDED = {
	campaign: CAMPAIGN,
	call_id: 'call',
	transcript: '',
	last_call_at: new Date().toISOString(),
};

/** Leads that come from outside into a campaign, and back. */
export const campaignLeadScenarios: Array<Scenario<Stage>> = [
	{
		name: 'campaign: forms sent at the same moment make one lead for each number, and one call',
		async run(stage) {
			const { client } = stage;
			const [campaigns, leads, lines] = await Promise.all(
				(['campaigns', 'campaign leads', 'lines', 'do not call'] as const).map(
					async (name) => await fillTable(client, name),
				),
			);
			await addCampaign(client, { campaign: CAMPAIGN, lines: 3, leads: [], settings: TASK });
			// It was done before they came.
			await campaigns?.update('campaign', CAMPAIGN, { status: 'done' });
			const id = await importExample(stage, 'campaign-new-lead', { campaign: CAMPAIGN });
			const form = await formAddress(stage, id, 'New lead');
			const numbers = [...SPELLINGS, ...SPELLINGS, ...OTHERS];
			await published(stage, id, async () => {
				await Promise.all(
					numbers.map(
						async (phone, index) =>
							await submit(form, {
								'field-0': `Clara ${index}`,
								'field-1': phone,
								'field-2': '',
								'field-3': '',
								'field-4': JSON.stringify(['I agree to be called by an assistant']),
							}),
					),
				);
				(await executionsOf(stage, id, ({ length }) => length >= numbers.length)).forEach(
					assertSuccess,
				);
			});
			const wanted = ['+15550160', ...OTHERS];
			const rows = (await leads?.rows()) ?? [];
			assert.deepEqual(rows.map(({ phone }) => String(phone)).sort(), wanted);
			const [campaign] = (await campaigns?.rows()) ?? [];
			assert.deepEqual([campaign?.leads, campaign?.status], [wanted.length, 'running']);

			const calling = await importExample(stage, 'campaign');
			await published(stage, calling, async () => {
				await waitFor(
					async () =>
						(await leads?.rows())?.every(({ status }) => status === 'reached') || undefined,
					{ what: 'leads that are all reached', withinMs: WITHIN_MS, everyMs: 500 },
				);
				await waitFor(
					async () => (await lines?.rows())?.every(({ holder }) => holder === '') || undefined,
					{ what: 'lines that are free', withinMs: WITHIN_MS, everyMs: 250 },
				);
			});
			assert.deepEqual((await rung(stage)).sort(), wanted);
			return `${numbers.length} forms at once, ${rows.length} leads, ${wanted.length} calls`;
		},
	},
	{
		name: 'campaign: leads of a sheet, HubSpot and Airtable, and what became of them, once',
		async run(stage) {
			const { client } = stage;
			const sources = {
				'Rows of the sheet': [{ row_number: 2, Name: 'Clara', Phone: '+15550170' }],
				'Contacts of HubSpot': [
					{ id: '51', properties: { firstname: 'Tom', lastname: 'Mill', phone: '+15550171' } },
				],
				'Records of Airtable': [
					{ id: 'rec7', fields: { Name: 'Lea', Phone: '+15550172', Email: 'lea@example.org' } },
				],
			};
			// What those services answer; nothing is sent to the targets.
			const targets = ['Write into the sheet', 'Write into HubSpot', 'Write into Airtable'];
			const pinData = Object.fromEntries(
				[...Object.entries(sources), ...targets.map((name) => [name, [{}]] as const)].map(
					([name, items]) => [name, items.map((json) => ({ json }))],
				),
			);
			const example = await readExample('campaign-sheets-crm');
			const { id } = await client.createWorkflow({ ...example, pinData });
			for (const _ of ['first', 'again']) assertSuccess(await client.run(id, 'Fetch the leads'));
			const fetched = await (await DataTable.named(client, 'my leads')).rows();
			assert.deepEqual(
				fetched.map((row) => ['lead', 'name', 'phone', 'email'].map((name) => row[name])).sort(),
				[
					['+15550170', 'Clara', '+15550170', ''],
					['51', 'Tom Mill', '+15550171', ''],
					['rec7', 'Lea', '+15550172', 'lea@example.org'],
				],
			);

			const leads = await fillTable(client, 'campaign leads', [
				{ ...ENDED, lead: 'rec7', status: 'reached' },
				{ ...ENDED, lead: '51', status: 'due' },
			]);
			const written = async () => {
				const execution = await client.run(id, 'Every ten minutes');
				assertSuccess(execution);
				return outputOf([execution], 'Not written back yet').map(({ lead }) => lead);
			};
			assert.deepEqual(await written(), ['rec7']);
			assert.deepEqual(await written(), []);
			await leads.update('lead', '51', { status: 'gave_up' });
			await leads.update('lead', 'rec7', { transcript: 'Hello' });
			assert.deepEqual((await written()).sort(), ['51', 'rec7']);
			return '3 leads fetched, 2 written back, one of them again with its transcript';
		},
	},
];
