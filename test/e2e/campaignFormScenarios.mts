import assert from 'node:assert/strict';
import axios from 'axios';
import type { CampaignTable } from '../../tools/campaignTables.mts';
import type { SingleStage } from '../../tools/e2e/stage.mts';
import { DataTable, type Row } from '../../tools/n8n/dataTables.mts';
import {
	chooseAction,
	csvFile,
	HOSTILE,
	importForms,
	LEADS_CSV,
	NEW_CAMPAIGN,
	rowsOf,
} from './campaignForms.mts';
import { fillTable } from './campaignTables.mts';
import { assertSuccess, drained, executionsOf, outputOf, published } from './executions.mts';
import { begin, formAddress, lastPage, pageOf, submit, textOf } from '../../tools/n8n/forms.mts';
import { importExample, importPage, PAGE_VISITOR } from './importExample.mts';
import type { Scenario } from './player.mts';

const NAME = 'Spring & <b>Sons</b>';

/** A campaign of 40 leads in its middle, as its lines have counted it. */
async function fillCampaign({ client }: SingleStage): Promise<void> {
	const insert = async (name: CampaignTable, rows: Row[]) => await fillTable(client, name, rows);
	const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
	await insert('campaigns', [
		{ campaign: NAME, status: 'running', leads: 40, budget: 100, starts_at: at(-60) },
		{ campaign: 'Another one', status: 'paused', leads: 7, budget: 0, starts_at: at(-60) },
	]);
	const line = { campaign: NAME, calls: 16, reached: 6, gave_up: 1, refused: 1, do_not_call: 2 };
	await insert('lines', [
		{ ...line, line: 1, messaged: 1, credits: 22.25 },
		{ ...line, line: 2, calls: 17, gave_up: 2, do_not_call: 1, messaged: 0, credits: 23.25 },
		{ ...line, campaign: 'Another one', line: 1, messaged: 0, credits: 5 },
	]);
	const lead = { campaign: NAME, phone: '+15550110', timezone: 'Europe/Madrid' };
	await insert('campaign leads', [
		{
			...lead,
			lead: '1',
			name: HOSTILE,
			status: 'reached',
			outcome: 'success',
			summary: `They said ${HOSTILE}`,
			last_call_at: at(-5),
		},
		{ ...lead, lead: '2', name: HOSTILE, status: 'calling', outcome: 'no_answer' },
		{ ...lead, lead: '3', name: 'Clara', status: 'calling' },
		{ ...lead, lead: '4', name: HOSTILE, status: 'due', next_at: at(10) },
	]);
}

/** The forms by which people run campaigns, and the page on which they look at them. */
export const campaignFormScenarios: Array<Scenario<SingleStage>> = [
	{
		name: 'campaign control: from a CSV of 20 leads with 3 bad rows to a campaign that can be paused',
		async run(stage) {
			const { id, form, change } = await importForms(stage);
			const changed = async (action: string, fields: Record<string, string | File> = {}) =>
				await chooseAction(change, action, { 'field-0': 'Spring', ...fields });
			await published(stage, id, async () => {
				const fill = async (changes: Record<string, string | File>) =>
					await begin(form, { ...NEW_CAMPAIGN, 'field-1': csvFile(LEADS_CSV), ...changes });

				// Refused as a whole.
				const refused = await lastPage(
					await fill({ 'field-6': 'office hours', 'field-7': 'Mars', 'field-14': '-1' }),
				);
				for (const text of [/hours are not valid/, /time zone .*unknown/, /budget cannot/])
					assert.match(refused, text);

				// Looked at and left.
				const left = await fill({});
				const dryRun = await pageOf(left);
				for (const text of [
					/Leads to call: 17, rows left out: 3/,
					/Row 5: .*555 0113.* does not start with \+ and a country code/,
					/Row 9: has the same number as row 2/,
					/Row 14: has no company/,
					/Ask Lead 2 of Company 2 whether Saturday suits them/,
					/one call is estimated at \d/,
				])
					assert.match(dryRun, text);
				assert.doesNotMatch(dryRun, /<img src=x/);
				await submit(left, { 'field-1': 'Cancel' });
				assert.match(textOf(await lastPage(left)), /not started/);
				assert.deepEqual(await rowsOf(stage, 'campaign leads'), []);

				// Started.
				const started = await fill({});
				await pageOf(started);
				await submit(started, { 'field-1': 'Confirm' });
				assert.match(textOf(await lastPage(started)), /Leads imported: 17, rows left out: 3/);
				const leads = await rowsOf(stage, 'campaign leads');
				assert.equal(leads.length, 17);
				assert.deepEqual([...new Set(leads.map(({ status }) => status))], ['due']);
				assert.deepEqual(JSON.parse(String(leads[0]?.variables)), { company: 'Company 2' });
				const [campaign] = await rowsOf(stage, 'campaigns');
				assert.equal(campaign?.status, 'running');
				assert.deepEqual([campaign?.leads, campaign?.budget, campaign?.lines], [17, 100, 2]);
				const lines = await rowsOf(stage, 'lines');
				assert.deepEqual(
					lines.map(({ line }) => line),
					[1, 2],
				);

				// The same name again.
				assert.match(textOf(await lastPage(await fill({}))), /already a campaign with this name/);

				assert.match(textOf(await lastPage(await changed('Pause'))), /The campaign is paused/);
				assert.equal((await rowsOf(stage, 'campaigns'))[0]?.status, 'paused');
				assert.match(textOf(await lastPage(await changed('Resume'))), /The campaign is running/);
				assert.match(
					textOf(await lastPage(await changed('Change the budget', { 'field-1': '250' }))),
					/its budget is 250/,
				);
				assert.match(
					textOf(await lastPage(await changed('Change the budget', { 'field-1': '-1' }))),
					/Nothing was changed/,
				);
				const added = await changed('Add leads', {
					'field-1': csvFile('name,phone,company\nLead 99,+15550199,C\nLead 2,+15550110,C'),
					'field-2': '',
				});
				const addedRun = await pageOf(added);
				assert.match(addedRun, /Leads to call: 1, rows left out: 1/);
				assert.match(addedRun, /Row 3: is already in the campaign/);
				await submit(added, { 'field-1': 'Confirm' });
				assert.match(textOf(await lastPage(added)), /Leads imported: 1\b/);
				assert.equal((await rowsOf(stage, 'campaigns'))[0]?.leads, 18);
				assert.match(textOf(await lastPage(await changed('Stop'))), /The campaign is stopped/);
				const stopped = await rowsOf(stage, 'campaign leads');
				assert.deepEqual([...new Set(stopped.map(({ status }) => status))], ['stopped']);
			});
			return '17 of 20 rows imported, 3 refused by row; paused, resumed, budget changed, 1 lead added, stopped';
		},
	},
	{
		name: 'campaign page: behind a password, the numbers of the lines, names with HTML harmless',
		async run(stage) {
			const id = await importPage(stage);
			const address = `${stage.client.url}/webhook/kallyai-campaign`;
			const get = async (query = '') =>
				await axios.get<string>(`${address}${query}`, {
					auth: { username: PAGE_VISITOR.user, password: PAGE_VISITOR.password },
					proxy: false,
				});
			await published(stage, id, async () => {
				const shut = await axios.get(address, { proxy: false, validateStatus: () => true });
				assert.equal(shut.status, 401);
				// Makes the tables, and has nothing to show.
				await get();
				await fillCampaign(stage);
				const { data: page, headers } = await get(`?campaign=${encodeURIComponent(NAME)}`);
				assert.match(String(headers['content-type']), /^text\/html/);
				assert.match(page, /http-equiv="refresh"/);
				const shown = (field: string) => new RegExp(`id="${field}">([^<]*)<`).exec(page)?.[1];
				assert.deepEqual(
					['status', 'ended', 'leads', 'calls', 'credits', 'calling', 'waiting'].map(shown),
					['running', '21', '40', '33', '45.5', '2', '17'],
				);
				assert.deepEqual(['reached', 'messaged', 'gave_up', 'refused', 'do_not_call'].map(shown), [
					'12',
					'1',
					'3',
					'2',
					'3',
				]);
				assert.match(textOf(page), /45.5 of 100 credits/);
				assert.doesNotMatch(page, /<img|<b>Sons|<script/);
				// Neither is an expression in a name evaluated, nor a pattern of JavaScript's.
				assert.ok(textOf(page).includes('&#123;&#123; 6 * 7 &#125;&#125;&#36;&#39;'));
				assert.ok(page.includes('&#60;img src=x onerror=alert(1)&#62;'));
				assert.ok(!/(?:src|href)="(?:https?:)?\/\//.test(page));
			});
			return '21 of 40 leads done, 45.5 credits of 100, 3 rows with HTML in their names';
		},
	},
	{
		name: 'campaign report: a text with the sums of each campaign',
		async run(stage) {
			await fillCampaign(stage);
			const id = await importExample(stage, 'campaign-report');
			const execution = await stage.client.run(id, 'On demand');
			const [report] = outputOf([execution], 'Report');
			const lines = String(report?.text).split('\n');
			assert.ok(
				lines.includes(
					`${NAME} (running): 12 reached, 1 messaged, 3 given up, 2 refused, 3 do not call, of 40 leads. 33 calls, 45.5 credits of 100.`,
				),
				lines.join('\n'),
			);
			return lines[0] ?? '';
		},
	},
	{
		name: 'campaign: a new lead becomes a row that is due, once while it is open, never against its will',
		async run(stage) {
			const id = await importExample(stage, 'campaign-new-lead', { campaign: NAME });
			const form = await formAddress(stage, id, 'New lead');
			const [phone, other, never] = ['+15550140', '+15550141', '+15550142'];
			await fillCampaign(stage);
			await published(stage, id, async () => {
				const send = async (number: string) =>
					await submit(form, {
						'field-0': 'Clara',
						'field-1': number,
						'field-2': '',
						'field-3': 'A table',
						'field-4': JSON.stringify(['I agree to be called by an assistant']),
					});
				await send('+1 (555) 01-40');
				await executionsOf(stage, id, (ended) => ended.length >= 1);
				await (
					await DataTable.named(stage.client, 'kallyai do not call')
				).insert([{ phone: '555 01-42', reason: 'asked', campaign: NAME }]);
				for (const number of [phone, '001 555\u20110141', 'nobody', never]) await send(number);
				const executions = await executionsOf(stage, id, (ended) => ended.length >= 5);
				executions.forEach(assertSuccess);
			});
			const leads = await rowsOf(stage, 'campaign leads');
			const added = leads.filter((lead) => [phone, other, never].includes(String(lead.phone)));
			assert.deepEqual(
				added.map((lead) => [lead.phone, lead.status, lead.campaign, lead.attempt]),
				[
					[phone, 'due', NAME, 0],
					[other, 'due', NAME, 0],
				],
			);
			assert.ok(added.every(({ next_at }) => Date.parse(String(next_at)) <= Date.now()));
			return '5 forms: 2 leads due now, the others left alone';
		},
	},
	{
		name: 'campaign: a missed call becomes a row that is due, once while it is open',
		async run(stage) {
			const id = await importExample(stage, 'campaign-missed-call', { campaign: NAME });
			await fillCampaign(stage);
			const missed = async (number: string) =>
				await stage.sandbox.event({
					type: 'inboundCall',
					data: { status: 'missed', caller_number: number },
				});
			await published(stage, id, async () => {
				for (const number of ['+15550150', '+15550150', 'anonymous', '+15550151'])
					await missed(number);
				await drained(stage, id, 'Missed call', 4);
			});
			const leads = await rowsOf(stage, 'campaign leads');
			const phones = leads
				.map(({ phone }) => String(phone))
				.filter((phone) => /015[01]$/.test(phone));
			assert.deepEqual(phones.sort(), ['+15550150', '+15550151']);
			return '4 missed calls: 2 leads due now';
		},
	},
];
