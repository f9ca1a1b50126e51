import assert from 'node:assert/strict';
import { addCampaign } from '../../tools/campaignTables.mts';
import type { Stage } from '../../tools/e2e/stage.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { fillTable } from './campaignTables.mts';
import { rung } from './calling.mts';
import { assertSuccess, executionsOf, published } from './executions.mts';
import { formAddress, submit } from './forms.mts';
import { importExample } from './importExample.mts';
import type { Scenario } from './player.mts';

const CAMPAIGN = 'Call me';
const WITHIN_MS = 120_000;
const TASK = { task: 'Ask {name} what we can do for them.', category: 'general' };
/** One number as people write it; each is sent in at the same moment, and so are the others. */
const SPELLINGS = ['+15550160', '+1 555-0160', '+1 (555) 0160', '+1.555.0160'];
const OTHERS = ['+15550161', '+15550162', '+15550163', '+15550164'];

/** Leads that an event brings into a campaign. */
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
];
