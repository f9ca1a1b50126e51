import assert from 'node:assert/strict';
import { addCampaign } from '../../tools/campaignTables.mts';
import type { QueueStage, Stage } from '../../tools/e2e/stage.mts';
import { PATIENCE_MS, waitFor } from '../../tools/lib/waitFor.mts';
import type { DataTable, Row } from '../../tools/n8n/dataTables.mts';
import { leads as people } from '../support/callsToMake.mts';
import { fillTable } from './campaignTables.mts';
import { importExample } from './importExample.mts';

/** How long a campaign of a few leads takes at most on a busy machine. */
const WITHIN_MS_PER_LEAD = 6_000;
/** Enough for three calls; without any left a campaign pauses. */
const CREDITS_PER_LEAD = 10;
/** Lines are looked for more often than in real life, but not so often that executions pile up on a busy machine. */
const SCHEDULE = '*/5 * * * * *';
/** Calls at once. */
export const LINES = 5;
/** A line whose execution was killed is taken up again after one and a half times this. */
export const LONGEST_CALL_MINUTES = 0.2;

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

/** A call as the sandbox has placed it. */
export interface SandboxCall {
	call_id: string;
	status: string;
	credits_used: number;
	submission: { respondent_phone: string };
}

/** A running campaign on its tables. */
export interface Campaign {
	name: string;
	workflowId: string;
	campaigns: DataTable;
	leads: DataTable;
	lines: DataTable;
	doNotCall: DataTable;
}

/** The calls that the sandbox has placed. */
export const callsOf = async ({ sandbox }: Stage): Promise<SandboxCall[]> =>
	(await sandbox.state()).calls as unknown as SandboxCall[];

/** With accents, and the same each time: rows of a campaign that was deleted have nothing to do with new ones. */
const NAME = 'Feria de otoño 🌷';

/** Fills the tables as the form of a new campaign does, and publishes the workflow that works on them. */
export async function startCampaign(
	stage: Stage,
	leads: Row[],
	settings: Row = {},
	listed: string[] = [],
): Promise<Campaign> {
	const { client } = stage;
	const campaign = {
		name: NAME,
		campaigns: await fillTable(client, 'campaigns'),
		leads: await fillTable(client, 'campaign leads'),
		lines: await fillTable(client, 'lines'),
		doNotCall: await fillTable(
			client,
			'do not call',
			listed.map((phone) => ({ phone, reason: 'Asked', since: new Date().toISOString() })),
		),
		workflowId: await importExample(stage, 'campaign', {}, SCHEDULE),
	};
	await addCampaign(client, {
		campaign: NAME,
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
export async function untilStatus(
	stage: Stage,
	{ campaigns }: Campaign,
	wanted: string,
	withinMs?: number,
): Promise<number> {
	let most = 0;
	await waitFor(
		async () => {
			const open = (await callsOf(stage)).filter(({ status }) => status === 'in_progress');
			most = Math.max(most, open.length);
			const [row] = await campaigns.rows().catch(() => [{}] as Row[]);
			return row?.status === wanted ? true : undefined;
		},
		{ what: `the campaign to be ${wanted}`, withinMs, everyMs: 250 },
	);
	return most;
}

/** Waits until nobody works on the campaign. */
export async function untilFree({ lines }: Campaign): Promise<void> {
	await waitFor(
		async () => (await lines.rows()).every(({ holder }) => holder === '') || undefined,
		{ what: 'lines that are free', everyMs: 250 },
	);
}

/** Waits until so many calls were made. */
export async function untilCalls(stage: Stage, count: number): Promise<void> {
	await waitFor(async () => ((await callsOf(stage)).length >= count ? true : undefined), {
		what: `${count} calls`,
		everyMs: 50,
	});
}

/** The rows and the sandbox tell the same: one call for each attempt, its outcome, and what it cost. */
export async function assertAgreement(stage: Stage, { leads, lines }: Campaign): Promise<Row[]> {
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
export async function disturbedCampaign<S extends Stage>(
	stage: S,
	count: number,
	disturbances: Array<[calls: number, happen: (stage: S) => Promise<void>]>,
): Promise<string> {
	const { rows, byNumber } = everyFate(count);
	await stage.sandbox.scenario({ byNumber, durationMs: 700, credits: count * CREDITS_PER_LEAD });
	// The claims and the look at KallyAI have to do, whatever its keys are worth.
	await stage.sandbox.world({ idempotencyKeys: 'nowhere' });
	const campaign = await startCampaign(stage, rows);
	try {
		for (const [calls, happen] of disturbances) {
			await untilCalls(stage, calls);
			await happen(stage);
		}
		const most = await untilStatus(
			stage,
			campaign,
			'done',
			PATIENCE_MS + count * WITHIN_MS_PER_LEAD,
		);
		assert.ok(most <= LINES, `${most} calls at once`);
		assertEnds(await assertAgreement(stage, campaign));
		const { length } = await callsOf(stage);
		return `${rows.length} leads, ${length} calls, one for each attempt, at most ${most} at once`;
	} finally {
		await stage.client.unpublish(campaign.workflowId);
	}
}

/** Ends one of two workers without any farewell, and starts another one in its place. */
export async function killWorker({ workers, addWorker }: QueueStage): Promise<void> {
	await workers.shift()?.kill();
	if (workers.length < 2) await addWorker();
}
