import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { addCampaign } from '../../tools/campaignTables.mts';
import { CACHE } from '../../tools/lib/paths.mts';
import type { Row } from '../../tools/n8n/dataTables.mts';
import {
	emptyTables,
	HOSTILE,
	importForms,
	LEADS_CSV,
	NEW_CAMPAIGN,
	rowsOf,
} from '../e2e/campaignForms.mts';
import { fillTable } from '../e2e/campaignTables.mts';
import { published } from '../e2e/executions.mts';
import { importPage, PAGE_VISITOR } from '../e2e/importExample.mts';
import type { Scenario } from '../e2e/player.mts';
import { leads as people } from '../support/callsToMake.mts';
import type { BrowserStage } from './editorScenarios.mts';

const WIDTHS = [1440, 390];
const ENDS = ['reached', 'messaged', 'gave_up', 'refused', 'do_not_call'] as const;
const CREDITS = 2.25;

const LONG = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikantenverband '
	.repeat(3)
	.trim();

const token = Buffer.from(`${PAGE_VISITOR.user}:${PAGE_VISITOR.password}`).toString('base64');
const AS_VISITOR = { authorization: `Basic ${token}` };

/** A campaign to look at: so many leads of each status. */
interface Sight {
	name: string;
	leads: Partial<Record<(typeof ENDS)[number] | 'calling' | 'due', number>>;
	lead?: Row;
	settings?: Row;
	/** Shown in the documents. */
	isPictured?: boolean;
	/** What is said about its state and its end. */
	said: RegExp[];
}

const SIGHTS: Sight[] = [
	{ name: 'Nobody yet', leads: {}, said: [/running/, /not known before/] },
	{
		name: 'Spring & Sons, food market',
		isPictured: true,
		leads: {
			reached: 148,
			messaged: 12,
			gave_up: 21,
			refused: 3,
			do_not_call: 6,
			calling: 5,
			due: 105,
		},
		settings: { budget: 1000 },
		said: [/running/, /Done about/, /of 1000 credits/],
	},
	{
		name: `<b>${HOSTILE}</b> ${LONG}`,
		leads: { reached: 8, gave_up: 7, calling: 2, due: 13 },
		lead: {
			name: `${LONG} ${HOSTILE}`,
			summary: `${HOSTILE} https://example.org/${'x'.repeat(300)}`,
		},
		said: [/running/, /without a budget/],
	},
	{
		name: 'Budget passed',
		leads: { reached: 20, due: 10 },
		settings: { budget: 44, estimate: 2 },
		said: [/budget used up/, /until the budget is raised/, /45 of 44 credits.*1 more than planned/],
	},
	{
		name: 'Paused',
		leads: { reached: 3, due: 9 },
		settings: { status: 'paused' },
		said: [/paused/, /resume it/],
	},
	{
		name: 'Done',
		leads: { reached: 9, gave_up: 3 },
		settings: { status: 'done' },
		said: [/done/, /All leads are done/],
	},
	{
		name: 'Later',
		leads: { due: 4 },
		settings: { starts_at: new Date(Date.now() + 9 * 24 * 3_600_000).toISOString() },
		said: [/planned/, /The calls begin on/],
	},
];

/** The rows of a campaign's leads, with what became of each. */
function leadsOf({ leads, lead }: Sight): Row[] {
	return Object.entries(leads).flatMap(([status, count]) =>
		people(count).map(({ phone }, index) => {
			const called = status !== 'due' && status !== 'do_not_call' && status !== 'calling';
			return {
				lead: `${status}-${index}`,
				name: `Stall ${index + 1}, ${status.replace('_', ' ')}`,
				phone,
				status,
				outcome: called ? (status === 'reached' ? 'success' : 'no_answer') : '',
				summary: called ? 'They take part, and bring their own table.' : '',
				credits: called ? CREDITS : 0,
				next_at: new Date(Date.now() + index * 60_000).toISOString(),
				last_call_at: called ? new Date(Date.now() - index * 60_000).toISOString() : null,
				claimed_at: status === 'calling' ? new Date().toISOString() : null,
				...lead,
			};
		}),
	);
}

/** Puts the campaign into the tables, with what its lines have counted. */
async function show({ client }: BrowserStage, sight: Sight): Promise<Row[]> {
	const rows = leadsOf(sight);
	await addCampaign(client, {
		campaign: sight.name,
		lines: 2,
		leads: rows,
		settings: { starts_at: new Date(Date.now() - 3_600_000).toISOString(), ...sight.settings },
	});
	const lines = await fillTable(client, 'lines');
	const halves = [rows.filter((_, index) => index % 2 === 0), rows.filter((_, index) => index % 2)];
	await lines.insert(
		halves.map((half, index) => ({
			campaign: sight.name,
			line: index + 1,
			holder: '',
			calls: half.filter(({ credits }) => Number(credits) > 0).length,
			credits: half.reduce((sum, { credits }) => sum + Number(credits), 0),
			...Object.fromEntries(
				ENDS.map((end) => [end, half.filter(({ status }) => status === end).length]),
			),
		})),
	);
	return rows;
}

/** What a page shows outside of the window or only in part. */
async function cutOff(page: Page): Promise<string[]> {
	return await page.locator('body *').evaluateAll((all) => {
		const wide = all[0]?.ownerDocument.documentElement;
		if (!wide) return ['there is nothing'];
		const found = wide.scrollWidth > wide.clientWidth ? [`${wide.scrollWidth} pixels wide`] : [];
		for (const element of all) {
			const { left, right, width, height } = element.getBoundingClientRect();
			const text = element.textContent.trim().slice(0, 60);
			if (width === 0 || height === 0 || text === '') continue;
			const what = `${element.tagName} ${String(element.className)} ${text}`;
			if (left < -1 || right > wide.clientWidth + 1) found.push(`outside: ${what}`);
			const hides = element.ownerDocument.defaultView?.getComputedStyle(element).overflow;
			const isLarger =
				element.scrollWidth > element.clientWidth + 1 ||
				element.scrollHeight > element.clientHeight + 1;
			// Somebody who writes much scrolls.
			const isField = element.tagName === 'TEXTAREA';
			if (hides !== 'visible' && isLarger && !isField) found.push(`in part: ${what}`);
		}
		return found;
	});
}

/** Opens an address at each width; gives what is cut off there, and keeps a picture. */
async function lookAt(
	{ editor }: BrowserStage,
	address: string,
	name: string,
	check: (page: Page) => Promise<void>,
): Promise<void> {
	for (const width of WIDTHS) {
		const page = await editor.page.context().newPage();
		try {
			await page.setViewportSize({ width, height: 900 });
			await page.setExtraHTTPHeaders(AS_VISITOR);
			await page.goto(address);
			const path = join(
				CACHE,
				'images',
				'campaign',
				`${name.replace(/\W+/g, '-').slice(0, 30)}-${width}.png`,
			);
			await page.screenshot({ path, fullPage: true });
			assert.deepEqual(await cutOff(page), [], `${name} at ${width}`);
			await check(page);
		} finally {
			await page.close();
		}
	}
}

/** Keeps a picture of what is seen of a page at first. */
async function keepPicture({ editor }: BrowserStage, address: string): Promise<void> {
	const { page } = editor;
	await page.setExtraHTTPHeaders(AS_VISITOR);
	await page.goto(address);
	await editor.picture('campaign-page', page.locator('main'), 720);
	await page.setExtraHTTPHeaders({});
}

/** What people see of campaigns, on a wide screen and on a phone. */
export const campaignScenarios: Array<Scenario<BrowserStage>> = [
	{
		name: 'the page of a campaign shows the numbers of its table, with nothing cut off',
		async run(stage) {
			const id = await importPage(stage);
			const address = `${stage.client.url}/webhook/kallyai-campaign`;
			await emptyTables(stage);
			await published(stage, id, async () => {
				await lookAt(stage, address, 'No campaign', async (page) => {
					assert.match(await page.innerText('body'), /There is no campaign yet/);
				});
				for (const sight of SIGHTS) {
					await emptyTables(stage);
					const rows = await show(stage, sight);
					const query = `?campaign=${encodeURIComponent(sight.name)}`;
					if (sight.isPictured) await keepPicture(stage, address + query);
					await lookAt(stage, address + query, sight.name, async (page) => {
						const shown = async (field: string) => Number(await page.innerText(`#${field}`));
						const count = (status: string) => rows.filter((row) => row.status === status).length;
						for (const status of [...ENDS, 'calling'])
							assert.equal(await shown(status), count(status), status);
						assert.equal(await shown('waiting'), count('due'));
						assert.equal(await shown('leads'), rows.length);
						assert.equal(await shown('ended'), rows.length - count('due') - count('calling'));
						const credits = rows.reduce((sum, row) => sum + Number(row.credits), 0);
						assert.equal(await shown('credits'), credits);
						assert.equal(await page.locator('#next .lead').count(), Math.min(10, count('due')));
						assert.equal(await page.locator('#line .lead').count(), count('calling'));
						const text = await page.innerText('body');
						assert.ok(text.includes(sight.name));
						for (const said of sight.said) assert.match(text, said);
						assert.equal(await page.locator('img, script, main b b').count(), 0);
					});
				}
			});
			return `${SIGHTS.length + 1} campaigns at ${WIDTHS.join(' and ')} pixels`;
		},
	},
	{
		name: 'a new user starts a campaign from a CSV with three bad rows, and changes it, with forms alone',
		async run(stage) {
			const { id, form, change: changing } = await importForms(stage);
			const page = await stage.editor.page.context().newPage();
			await page.setViewportSize({ width: 390, height: 900 });
			let [steps, toStart] = [0, 0];
			const step = async (act: () => Promise<unknown>) => {
				steps += 1;
				await act();
			};
			const give = async (csv: string) =>
				await step(
					async () =>
						await page.locator('input[type=file]').setInputFiles({
							name: 'leads.csv',
							mimeType: 'text/csv',
							buffer: Buffer.from(csv),
						}),
				);
			const press = async (name: string) =>
				await step(async () => await page.getByRole('button', { name, exact: true }).click());
			const seen = async (name: string, text: RegExp) => {
				await page.getByText(text).first().waitFor();
				const path = join(CACHE, 'images', 'campaign', `form-${name}.png`);
				await page.screenshot({ path, fullPage: true });
				assert.deepEqual(await cutOff(page), [], name);
			};
			const statusOf = async () => {
				const [campaign] = await rowsOf(stage, 'campaigns');
				return campaign?.status;
			};
			const choose = async (label: string, value: string) =>
				await step(async () => await page.getByLabel(label).selectOption(value));
			await published(stage, id, async () => {
				await page.goto(form);
				await seen('new', /Nobody is called until/);
				await step(async () => await page.getByLabel('Name of the campaign').fill('Spring'));
				await give(LEADS_CSV);
				await step(
					async () =>
						await page.getByLabel('What the assistant should do').fill(NEW_CAMPAIGN['field-3']),
				);
				await press('Dry run');
				await seen('dry-run', /Leads to call: 17, rows left out: 3/);
				await press('Submit');
				await seen('started', /Leads imported: 17\b/);
				assert.equal(await statusOf(), 'running');
				toStart = steps;
				const change = async (action: string, more: () => Promise<unknown> = async () => {}) => {
					await page.goto(changing);
					await choose('What to do', action);
					await press('Next');
					await page.getByRole('button', { name: action, exact: true }).waitFor();
					await choose('Campaign', 'Spring');
					await more();
					await seen(`which-${action}`, /Campaign/);
					await press(action);
				};
				const changes = async (action: string, status: string) => {
					await change(action);
					await seen(`changed-${action}`, new RegExp(`The campaign is ${status}`));
					assert.equal(await statusOf(), status);
				};
				await changes('Pause', 'paused');
				await changes('Resume', 'running');
				await change('Add leads', async () => await give('phone,name,company\n+15550150,Ann,Mill'));
				await seen('more', /Leads to call: 1\b/);
				await press('Submit');
				await seen('added', /Leads imported: 1\b/);
				assert.equal((await rowsOf(stage, 'campaign leads')).length, 18);
				await changes('Stop', 'stopped');
			});
			await page.close();
			return `${toStart} steps from the form to a running campaign`;
		},
	},
];
