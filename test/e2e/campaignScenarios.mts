import assert from 'node:assert/strict';
import { addCampaign } from '../../tools/campaignTables.mts';
import type { QueueStage, SingleStage, Stage } from '../../tools/e2e/stage.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import type { DataTable, Row } from '../../tools/n8n/dataTables.mts';
import { leads as people } from '../support/callsToMake.mts';
import { fillTable } from './campaignTables.mts';
import { bodies } from './calling.mts';
import { importExample } from './importExample.mts';
import type { Scenario } from './player.mts';

const WITHIN_MS = 240_000;
const LINES = 4;
/** A line whose execution was killed is taken up again after one and a half times this. */
const LONGEST_CALL_MINUTES = 0.2;

/** What becomes of a lead, call by call. */
const FATES = [
	['success'],
	['no_answer', 'success'],
	['no_answer', 'busy', 'no_answer'],
	['voicemail'],
	['failed'],
	['busy', 'busy', 'success'],
];
const ENDS = ['reached', 'reached', 'gave_up', 'reached', 'gave_up', 'reached'];
const REFUSED = '+15550198';
const NOT_CALLED_BY_KALLYAI = '+15550199';

interface SandboxCall {
	call_id: string;
	status: string;
	credits_used: number;
	submission: { respondent_phone: string };
}

/** A running campaign on its tables. */
interface Campaign {
	name: string;
	workflowId: string;
	campaigns: DataTable;
	leads: DataTable;
	lines: DataTable;
	doNotCall: DataTable;
}

const callsOf = async ({ sandbox }: Stage): Promise<SandboxCall[]> =>
	(await sandbox.state()).calls as unknown as SandboxCall[];

let campaigns = 0;

/** Fills the tables as the form of a new campaign does, and publishes the workflow that works on them. */
async function startCampaign(
	stage: Stage,
	leads: Row[],
	settings: Row = {},
	listed: string[] = [],
): Promise<Campaign> {
	const { client } = stage;
	// The keys of an earlier one would give its outcomes again.
	const name = `Food market ${++campaigns}`;
	const campaign = {
		name,
		campaigns: await fillTable(client, 'campaigns'),
		leads: await fillTable(client, 'campaign leads'),
		lines: await fillTable(client, 'lines'),
		doNotCall: await fillTable(
			client,
			'do not call',
			listed.map((phone) => ({ phone, reason: 'Asked', since: new Date().toISOString() })),
		),
		workflowId: await importExample(stage, 'campaign'),
	};
	await addCampaign(client, {
		campaign: name,
		lines: LINES,
		leads: leads.map((lead, index) => ({
			variables: JSON.stringify({ stall: `stall ${index + 1}` }),
			...lead,
		})),
		settings: {
			task: 'Ask {name} of {stall} whether they take part in the market.',
			redial: 'no_answer 0.02, busy 0.02',
			longest_call_minutes: LONGEST_CALL_MINUTES,
			...settings,
		},
	});
	await client.publish(campaign.workflowId);
	return campaign;
}

/** Waits until the campaign has this status; gives the most calls that were on the line at once. */
async function untilStatus(stage: Stage, { campaigns }: Campaign, wanted: string): Promise<number> {
	let most = 0;
	await waitFor(
		async () => {
			const open = (await callsOf(stage)).filter(({ status }) => status === 'in_progress');
			most = Math.max(most, open.length);
			const [row] = await campaigns.rows().catch(() => [{}] as Row[]);
			return row?.status === wanted ? true : undefined;
		},
		{ what: `the campaign to be ${wanted}`, withinMs: WITHIN_MS, everyMs: 250 },
	);
	return most;
}

/** Waits until so many calls were made. */
async function untilCalls(stage: Stage, count: number): Promise<void> {
	await waitFor(async () => ((await callsOf(stage)).length >= count ? true : undefined), {
		what: `${count} calls`,
		withinMs: WITHIN_MS,
		everyMs: 50,
	});
}

/** The rows and the sandbox tell the same: one call for each attempt, its outcome, and what it cost. */
async function assertAgreement(stage: Stage, { leads, lines }: Campaign): Promise<Row[]> {
	const calls = await callsOf(stage);
	const rows = await leads.rows();
	for (const row of rows) {
		const own = calls.filter(({ submission }) => submission.respondent_phone === row.phone);
		assert.equal(own.length, row.call_id === '' ? 0 : row.attempt, `calls to ${row.phone}`);
		const last = own.find(({ call_id: id }) => id === row.call_id);
		assert.equal(last?.call_id ?? '', row.call_id);
		if (last && row.status !== 'messaged')
			assert.equal(row.outcome, last.status, `outcome of ${row.phone}`);
		const cost = own.reduce((sum, { credits_used: credits }) => sum + credits, 0);
		assert.equal(row.credits, cost, `credits for ${row.phone}`);
	}
	const counted = await lines.rows();
	const sum = (column: string) => counted.reduce((all, line) => all + Number(line[column]), 0);
	assert.equal(sum('calls'), calls.length);
	for (const status of ['reached', 'gave_up', 'refused', 'do_not_call', 'messaged']) {
		const there = rows.filter((row) => row.status === status).length;
		assert.equal(sum(status), there, `leads counted as ${status}`);
	}
	assert.equal(
		sum('credits'),
		calls.reduce((all, { credits_used: credits }) => all + credits, 0),
	);
	return rows;
}

/** Leads with every fate, one refused and one that KallyAI does not call. */
function everyFate(count: number): { rows: Row[]; byNumber: Record<string, string[]> } {
	const callable = people(count).map(({ phone }, index) => ({
		phone,
		fate: FATES[index % FATES.length] as string[],
	}));
	return {
		rows: [
			...callable.map(({ phone }) => ({ phone })),
			...[REFUSED, NOT_CALLED_BY_KALLYAI].map((phone) => ({ phone })),
		],
		byNumber: Object.fromEntries(callable.map(({ phone, fate }) => [phone, fate])),
	};
}

/** Every lead ended as its fate wants it. */
function assertEnds(rows: Row[]): void {
	const ends = rows.map(({ status }) => status);
	const wanted = rows.map((_, index) => ENDS[index % ENDS.length]);
	assert.deepEqual(ends, [...wanted.slice(0, -2), 'refused', 'do_not_call']);
}

/** Runs a campaign of all fates, with something happening to n8n after so many calls each. */
async function disturbedCampaign<S extends Stage>(
	stage: S,
	count: number,
	disturbances: Array<[calls: number, happen: (stage: S) => Promise<void>]>,
): Promise<string> {
	const { rows, byNumber } = everyFate(count);
	await stage.sandbox.scenario({ byNumber, durationMs: 700 });
	// The claims and the look at KallyAI have to do, whatever its keys are worth.
	await stage.sandbox.world({ idempotencyKeys: 'nowhere' });
	const campaign = await startCampaign(stage, rows);
	try {
		for (const [calls, happen] of disturbances) {
			await untilCalls(stage, calls);
			await happen(stage);
		}
		const most = await untilStatus(stage, campaign, 'done');
		assert.ok(most <= LINES, `${most} calls at once`);
		assertEnds(await assertAgreement(stage, campaign));
		const { length } = await callsOf(stage);
		return `${rows.length} leads, ${length} calls, one for each attempt, at most ${most} at once`;
	} finally {
		await stage.client.unpublish(campaign.workflowId);
	}
}

const kill = async (stage: SingleStage) => await stage.restart();

/** What only one process can show. */
export const campaignScenarios: Array<Scenario<SingleStage>> = [
	{
		name: 'campaign: n8n is killed twice, nobody is called twice for an attempt and nobody is forgotten',
		run: async (stage) =>
			await disturbedCampaign(stage, 24, [
				[5, kill],
				[22, kill],
			]),
	},
	{
		name: 'campaign: budget, hours, do not call and messages',
		async run(stage) {
			const [first, second, third, closed, listed, silent, asking, failing] = people(8).map(
				({ phone }) => phone,
			) as [string, string, string, string, string, string, string, string];
			await stage.sandbox.scenario({
				byNumber: {
					[silent]: ['no_answer'],
					[failing]: ['failed'],
					[asking]: { says: 'Please take me off your list' },
				},
				outreachDurationMs: 0,
			});
			const day = new Date(Date.now() + 3 * 24 * 3_600_000).toLocaleDateString('en-GB', {
				weekday: 'short',
				timeZone: 'Pacific/Auckland',
			});
			const elsewhere = { timezone: 'Pacific/Auckland' };
			const campaign = await startCampaign(
				stage,
				[
					{ phone: first },
					{ phone: asking },
					{ phone: silent, email: 'silent@example.org' },
					{ phone: listed },
					{ phone: failing, email: 'failing@example.org' },
					{ phone: second },
					{ phone: third },
				],
				{ status: 'paused', fallback: 'email', max_attempts: 2, budget: 3, estimate: 2 },
				[listed],
			);
			try {
				const statusOf = async (phone: string) =>
					(await campaign.leads.rows()).find((row) => row.phone === phone)?.status;
				const set = async (changes: Row) =>
					await campaign.campaigns.update('campaign', campaign.name, changes);
				const quiet = async () =>
					await waitFor(
						async () =>
							(await campaign.lines.rows()).every(({ holder }) => holder === '') || undefined,
						{ what: 'lines that are free', withinMs: WITHIN_MS, everyMs: 250 },
					);

				// The budget of three allows one call of two, and not a second one.
				await set({ status: 'running' });
				await untilCalls(stage, 1);
				await quiet();
				const spent = (await campaign.lines.rows()).reduce(
					(sum, { credits }) => sum + Number(credits),
					0,
				);
				assert.ok(spent <= 3, `${spent} credits of 3`);

				await set({ budget: 1000 });
				await untilStatus(stage, campaign, 'done');
				const rows = await assertAgreement(stage, campaign);
				const ends = Object.fromEntries(rows.map(({ phone, status }) => [phone, status]));
				assert.equal(ends[listed], 'do_not_call');
				assert.equal(ends[silent], 'messaged');
				// What is not redialled is not called again before the message.
				assert.equal(ends[failing], 'messaged');
				assert.equal(rows.find(({ phone }) => phone === failing)?.attempt, 1);
				assert.equal(ends[first], 'reached');
				const messages = JSON.stringify(await bodies<Row>(stage, 'POST /v1/outreach/tasks'));
				for (const address of [/silent@example\.org/, /failing@example\.org/])
					assert.match(messages, address);
				const numbers = (await campaign.doNotCall.rows()).map(({ phone }) => phone);
				assert.deepEqual(numbers.sort(), [listed, asking].sort());
				const [{ submission }] = (await callsOf(stage)) as unknown as [
					{ submission: { task_description: string } },
				];
				assert.match(submission.task_description, /^Ask Lead \d of stall \d whether/);

				// Outside of the hours, where the lead is.
				await campaign.leads.insert([
					{
						campaign: campaign.name,
						lead: 'closed',
						name: 'Closed',
						phone: closed,
						...elsewhere,
						variables: '',
						status: 'due',
						attempt: 0,
						next_at: new Date().toISOString(),
						call_id: '',
						credits: 0,
					},
				]);
				const before = (await callsOf(stage)).length;
				await set({ status: 'running', hours: `${day} 10:00-11:00` });
				await waitFor(
					async () =>
						(await campaign.leads.rows()).some(
							({ lead, next_at: next, status }) =>
								lead === 'closed' &&
								status === 'due' &&
								Date.parse(String(next)) > Date.now() + 24 * 3_600_000,
						) || undefined,
					{ what: 'a lead that waits for its hours', withinMs: WITHIN_MS, everyMs: 250 },
				);
				assert.equal((await callsOf(stage)).length, before);
				assert.equal(await statusOf(closed), 'due');
				return `budget, list, message and hours held with ${before} calls`;
			} finally {
				await stage.client.unpublish(campaign.workflowId);
			}
		},
	},
];

/** What only queue mode can show. */
export const campaignQueueScenarios: Array<Scenario<QueueStage>> = [
	{
		name: 'campaign: one of two workers is killed, nobody is called twice for an attempt and nobody is forgotten',
		run: async (stage) =>
			await disturbedCampaign(stage, 24, [
				[
					6,
					async ({ workers, addWorker }) => {
						await workers.shift()?.kill();
						if (workers.length < 2) await addWorker();
					},
				],
			]),
	},
];
