import { addCampaign, campaignTable } from './campaignTables.mts';
import { say } from './lib/install.mjs';
import { textTable } from './lib/textTable.mts';
import { waitFor } from './lib/waitFor.mts';
import type { N8nClient } from './n8n/client.mts';
import type { Row } from './n8n/dataTables.mts';
import type { SandboxControl } from './sandbox.mts';

/** The example that calls the leads of campaigns, by the names in its file. */
export const LARGE_CAMPAIGN = 'KallyAI campaign';
const TRIGGER = 'Work on one line now';

const WITHIN_MS = 120_000;
const LINES = 5;
const SUMMARY_WIDTH = 48;

/** What becomes of the leads, call by call. */
const FATES = [
	['success'],
	['no_answer', 'success'],
	['voicemail'],
	['busy', 'no_answer', 'busy'],
	['success'],
	['failed'],
];
const NEVER_CALLED = '+15550143';
const LEADS = Array.from({ length: 24 }, (_, index) => ({
	name: `Stall ${index + 1}`,
	phone: `+155501${20 + index}`,
	email: `stall${index + 1}@market.example`,
	fate: FATES[index % FATES.length] as string[],
}));

/** A budget that lasts for about half of the calls. */
const FIRST_BUDGET = 30;

/** The leads of a campaign that has ended, and the budget that stopped it in between. */
export interface LargeCampaign {
	name: string;
	leads: Row[];
	spentBeforeRaise: number;
}

/**
 * Runs a campaign of 24 leads: several calls at once, redials after seconds, a number that must not be called, and a
 * budget that is reached and raised. It needs not be published: this starts the executions that the schedule would.
 */
export async function runLargeCampaign(
	client: N8nClient,
	sandbox: SandboxControl,
	workflowId: string,
): Promise<LargeCampaign> {
	const name = `Food market ${new Date().toISOString().slice(0, 19)}`;
	await sandbox.scenario({
		byNumber: Object.fromEntries(LEADS.map(({ phone, fate }) => [phone, fate])),
		durationMs: 300,
	});
	const doNotCall = await campaignTable(client, 'do not call');
	const listed = (await doNotCall.rows()).some(({ phone }) => phone === NEVER_CALLED);
	if (!listed) {
		const reason = 'Asked not to be called again';
		await doNotCall.insert([{ phone: NEVER_CALLED, reason, since: new Date().toISOString() }]);
	}
	await addCampaign(client, {
		campaign: name,
		lines: LINES,
		leads: LEADS.map(({ name: stall, phone, email }) => ({ name: stall, phone, email })),
		settings: {
			task: 'Ask {name} whether they take part in the food market on Saturday.',
			redial: 'no_answer 0.05, busy 0.05',
			fallback: 'email',
			budget: FIRST_BUDGET,
			estimate: 2,
		},
	});
	const [campaigns, leads, lines] = await Promise.all(
		(['campaigns', 'campaign leads', 'lines'] as const).map(
			async (table) => await campaignTable(client, table),
		),
	);
	const ofCampaign = async (table: typeof campaigns) =>
		(await table?.rows())?.filter(({ campaign }) => campaign === name) ?? [];
	const workUntil = async (what: string, isSo: () => Promise<boolean>) =>
		await waitFor(
			async () => {
				await client.start(workflowId, TRIGGER);
				return (await isSo()) || undefined;
			},
			{ what, withinMs: WITHIN_MS, everyMs: 500 },
		);
	let spentBeforeRaise = 0;
	await workUntil('the budget to be reached', async () => {
		const own = await ofCampaign(lines);
		spentBeforeRaise = own.reduce((sum, { credits }) => sum + Number(credits), 0);
		return spentBeforeRaise + 2 > FIRST_BUDGET && own.every(({ holder }) => holder === '');
	});
	await campaigns?.update('campaign', name, { budget: 1000 });
	await workUntil('the campaign to be done', async () => {
		const [campaign] = await ofCampaign(campaigns);
		return campaign?.status === 'done';
	});
	return { name, leads: await ofCampaign(leads), spentBeforeRaise };
}

/** Compares the leads' rows with the calls that the sandbox placed since `before`; gives one line for each thing that is wrong. */
export function checkLargeCampaign(
	{ leads, spentBeforeRaise }: LargeCampaign,
	calls: Array<Record<string, unknown>>,
): string[] {
	const callsTo = (phone: unknown) =>
		calls.filter(({ submission }) => (submission as Row | undefined)?.respondent_phone === phone)
			.length;
	return [
		...(leads.length === LEADS.length ? [] : [`leads: ${leads.length}, expected ${LEADS.length}`]),
		...(spentBeforeRaise <= FIRST_BUDGET
			? []
			: [`credits: ${spentBeforeRaise}, the budget was ${FIRST_BUDGET}`]),
		...leads.flatMap(({ lead, phone }, index) => {
			// An outcome that is not redialled is the last one, and the list is looked at before each call.
			const expected = phone === NEVER_CALLED ? 0 : (LEADS[index]?.fate.length ?? 0);
			const made = callsTo(phone);
			return made === expected ? [] : [`calls to ${lead}: ${made}, expected ${expected}`];
		}),
	];
}

/** Prints the row of every lead. */
export function printLargeCampaign({ leads, spentBeforeRaise }: LargeCampaign): void {
	const rows = leads.map(({ name, status, attempt, outcome, credits, summary }) => [
		String(name),
		String(status),
		Number(attempt),
		String(outcome),
		Number(credits),
		String(summary).slice(0, SUMMARY_WIDTH),
	]);
	say(`\n${textTable(['lead', 'status', 'attempts', 'outcome', 'credits', 'summary'], rows)}`);
	say(
		`The budget of ${FIRST_BUDGET} credits stopped it at ${spentBeforeRaise}, until it was raised.\n`,
	);
}
