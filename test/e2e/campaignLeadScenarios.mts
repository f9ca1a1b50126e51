import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { addCampaign, type CampaignTable, campaignTable } from '../../tools/campaignTables.mts';
import type { Stage } from '../../tools/e2e/stage.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { readExample, withCredential } from '../../tools/examples.mts';
import { itemsOf } from '../../tools/n8n/client.mts';
import { DataTable, type Row } from '../../tools/n8n/dataTables.mts';
import { csvFile, importForms, NEW_CAMPAIGN, rowsOf } from './campaignForms.mts';
import { fillTable } from './campaignTables.mts';
import { bodies, called } from './calling.mts';
import { assertSuccess, executionsOf, outputOf, published } from './executions.mts';
import { begin, formAddress, lastPage, pageOf, submit, textOf } from '../../tools/n8n/forms.mts';
import { importExample } from './importExample.mts';
import type { Scenario } from './player.mts';

const CAMPAIGN = 'Call me';
const TASK = { task: 'Ask {name} what we can do for them.', category: 'general' };
/** One number as people write it; each is sent in at the same moment, and so are the others. */
const SPELLINGS = ['+15550160', '+1 555-0160', '+1 (555) 0160', '+1.555.0160'];
const OTHERS = ['+15550161', '+15550162', '+15550163', '+15550164'];

const ENDED = {
	campaign: CAMPAIGN,
	call_id: randomUUID(),
	transcript: '',
	last_call_at: new Date().toISOString(),
};

const EVENT = 'POST /v1/actions/calendar/events';

const dayBefore = (day: string): string =>
	new Date(Date.parse(day) - 24 * 3_600_000).toISOString().slice(0, 10);

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
					{ what: 'leads that are all reached', everyMs: 500 },
				);
				await waitFor(
					async () => (await lines?.rows())?.every(({ holder }) => holder === '') || undefined,
					{ what: 'lines that are free', everyMs: 250 },
				);
			});
			assert.deepEqual((await called(stage)).sort(), wanted);
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
	{
		name: 'campaign: hot leads go to the team, the others into the calendar, once each',
		async run(stage) {
			const { client } = stage;
			const example = withCredential(
				await readExample('campaign-follow-up'),
				stage.credentials.oAuth2,
			);
			// Nothing is sent to Slack.
			const pinData = { 'Tell the team': [{ json: {} }] };
			const { id } = await client.createWorkflow({ ...example, pinData });
			await fillTable(client, 'campaign leads', [
				{ ...ENDED, name: 'Hot', status: 'reached', summary: 'They are interested' },
				{ ...ENDED, name: 'Later', status: 'reached', summary: 'Agreed; call me back at five' },
				{ ...ENDED, name: 'Cool', status: 'reached', summary: 'They decline' },
				{ ...ENDED, name: 'Silent', status: 'gave_up', summary: '' },
				{ ...ENDED, name: 'Waiting', status: 'due', summary: 'They are interested' },
			]);
			const outputs = ['Later', 'Hot', 'Silent'];
			const first = await client.run(id, 'Every minute');
			const again = await client.run(id, 'Every minute');
			for (const execution of [first, again]) assertSuccess(execution);
			outputs.forEach((name, output) => {
				const names = itemsOf(first, 'What follows?', output).map(({ json }) => json.name);
				assert.deepEqual(names, [name]);
			});
			assert.deepEqual(outputOf([again], 'Not followed up yet'), []);
			const titles = (await bodies<{ title: string }>(stage, EVENT)).map(({ title }) => title);
			assert.deepEqual(titles.sort(), ['Call back Later', 'Try Silent yourself']);
			return '5 leads: 1 for the team, 2 events, nothing a second time';
		},
	},
	{
		name: 'campaign: nobody is called before the day on which it begins',
		async run(stage) {
			const { id, form } = await importForms(stage);
			const inTwoDays = new Date(Date.now() + 2 * 24 * 3_600_000);
			const starts = inTwoDays.toISOString().slice(0, 10);
			await published(stage, id, async () => {
				const page = await begin(form, {
					...NEW_CAMPAIGN,
					'field-1': csvFile('name,phone,company\nJo,+15550110,Mill'),
					'field-6': '',
					'field-7': 'Europe/Madrid',
					'field-8': starts,
				});
				assert.match(textOf(await pageOf(page)), /from \d+ \w+ \d{4}/);
				await submit(page, { 'field-1': 'Confirm' });
				assert.match(textOf(await lastPage(page)), /The calls begin on/);
			});
			const calling = await importExample(stage, 'campaign');
			const untilCalled = async (...phones: string[]) =>
				await waitFor(
					async () => {
						await stage.client.start(calling, 'Work on one line now');
						return isDeepStrictEqual(await called(stage), phones) || undefined;
					},
					{ what: `calls to ${phones.join(', ')} alone`, everyMs: 1_000 },
				);
			const other = { campaign: 'Today', lines: 1, settings: TASK };
			await addCampaign(stage.client, { ...other, leads: [{ phone: '+15550111' }] });
			await untilCalled('+15550111');
			const [lead] = await rowsOf(stage, 'campaign leads');
			assert.match(String(lead?.next_at), new RegExp(`^${dayBefore(starts)}T2[23]:00`));
			// The day has come.
			const now = new Date().toISOString();
			const set = async (name: CampaignTable, changes: Row) =>
				await (await campaignTable(stage.client, name)).update('campaign', 'Spring', changes);
			await set('campaigns', { starts_at: now });
			await set('campaign leads', { next_at: now });
			await untilCalled('+15550111', '+15550110');
			return `no call before ${starts}, one after`;
		},
	},
];
