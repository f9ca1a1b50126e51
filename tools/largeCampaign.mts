import { round } from '../sandbox/prices.mts';
import { campaignTable } from './campaignTables.mts';
import { readExample } from './examples.mts';
import { say } from './lib/install.mjs';
import { textTable } from './lib/textTable.mts';
import { waitFor } from './lib/waitFor.mts';
import type { N8nClient } from './n8n/client.mts';
import type { Row } from './n8n/dataTables.mts';
import { begin, formAddress, lastPage, pageOf, submit, textOf } from './n8n/forms.mts';
import type { SandboxControl } from './sandbox.mts';

/** The example that calls the leads of campaigns, by the names in its file. */
export const LARGE_CAMPAIGN = 'KallyAI campaign';
const TRIGGER = 'Work on one line now';

/** The forms that start and change campaigns, and the page that shows them. */
export const CAMPAIGN_CONTROL = 'KallyAI campaign control';
export const NEW_CAMPAIGN = 'New campaign';
export const CHANGE_CAMPAIGN = 'Change a campaign';
export const CAMPAIGN_PAGE = 'KallyAI campaign page';

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
/** Numbers that the sandbox refuses: one is on KallyAI's do-not-call list. */
const [REFUSED, NEVER_CALLED] = ['+15550198', '+15550199'];
const SLEEPING = '+15550142';
/** Who is not called, and what stands in the row. */
const NOT_CALLED = { [SLEEPING]: 'due', [REFUSED]: 'refused', [NEVER_CALLED]: 'do_not_call' };
const LEADS = [
	...Array.from({ length: 21 }, (_, index) => ({
		phone: `+155501${20 + index}`,
		fate: FATES[index % FATES.length] as string[],
	})),
	...Object.keys(NOT_CALLED).map((phone) => ({ phone, fate: [] })),
].map((lead, index) => ({ name: `Stall ${index + 1}`, ...lead }));

/** Where it is day and night at one hour; one of them is always open. */
const ZONES = [
	'Pacific/Auckland',
	'Asia/Tokyo',
	'Asia/Dubai',
	'Europe/London',
	'America/New_York',
	'America/Los_Angeles',
	'Pacific/Honolulu',
];
const [OPENS, CLOSES] = [7, 19];

/** A budget that lasts for about half of the calls. */
const FIRST_BUDGET = 30;

/** The leads of a campaign that has ended but for who sleeps, and the budget that stopped it in between. */
export interface LargeCampaign {
	name: string;
	/** What the dry run said. */
	dryRun: string;
	leads: Row[];
	spentBeforeRaise: number;
}

/** The hour of day in a time zone. */
const hourIn = (timeZone: string): number =>
	Number(new Date().toLocaleString('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone }));

/** The zones in which it is open for the longest time yet, and closed for the longest. */
function zones(): { open: string; closed: string } {
	const untilClosed = (zone: string) => {
		const hour = hourIn(zone);
		return hour >= OPENS && hour < CLOSES ? CLOSES - hour : 0;
	};
	const untilOpen = (zone: string) =>
		untilClosed(zone) > 0 ? 0 : (OPENS - hourIn(zone) + 24) % 24;
	const most = (value: (zone: string) => number) =>
		ZONES.reduce((best, zone) => (value(zone) > value(best) ? zone : best));
	return { open: most(untilClosed), closed: most(untilOpen) };
}

/** The entries of a form's first page: those given by the names of its fields, otherwise their defaults. */
async function entries(
	trigger: string,
	given: Record<string, string | File>,
): Promise<Record<string, string | File>> {
	const { nodes } = await readExample('campaign-control');
	const { formFields } = nodes.find(({ name }) => name === trigger)?.parameters as {
		formFields: { values: Array<{ fieldName: string; defaultValue?: string }> };
	};
	return Object.fromEntries(
		formFields.values.map(({ fieldName, defaultValue = '' }, index) => [
			`field-${index}`,
			given[fieldName] ?? defaultValue,
		]),
	);
}

/**
 * Runs a campaign of 24 leads as somebody does who has the forms: from a CSV file with one bad number, several calls at
 * once, redials after seconds, a number that must not be called, somebody where it is night, and a budget that is reached
 * and raised. The workflow that calls needs not be published: this starts the executions that the schedule would.
 */
export async function runLargeCampaign(
	client: N8nClient,
	sandbox: SandboxControl,
	{ calling, control }: { calling: string; control: string },
): Promise<LargeCampaign> {
	const name = `Food market ${new Date().toISOString().slice(0, 19)}`;
	const { open, closed } = zones();
	await sandbox.scenario({
		byNumber: Object.fromEntries(
			LEADS.filter(({ fate }) => fate.length > 0).map(({ phone, fate }) => [phone, fate]),
		),
		durationMs: 300,
	});
	const csv = [
		'name,phone,email,timezone',
		...LEADS.map(
			({ name: stall, phone }, index) =>
				`${stall},${phone},stall${index + 1}@market.example,${phone === SLEEPING ? closed : ''}`,
		),
		'Stall without a code,555 0144,stall25@market.example,',
	].join('\n');
	const page = await begin(
		await formAddress({ client }, control, NEW_CAMPAIGN),
		await entries(NEW_CAMPAIGN, {
			campaign: name,
			csv: new File([csv], 'leads.csv', { type: 'text/csv' }),
			task: 'Ask {name} whether they take part in the food market on Saturday.',
			hours: `Daily 0${OPENS}:00-${CLOSES}:00`,
			timezone: open,
			lines: '5',
			perDay: '9',
			redial: 'no_answer 0.05, busy 0.05',
			fallback: 'email',
			budget: String(FIRST_BUDGET),
		}),
	);
	const dryRun = /(Leads to call: .*?)First call/.exec(textOf(await pageOf(page)))?.[1];
	await submit(page, { 'field-1': 'Confirm' });
	await lastPage(page);

	const [leads, lines] = await Promise.all(
		(['campaign leads', 'lines'] as const).map(async (table) => await campaignTable(client, table)),
	);
	const ofCampaign = async (table: typeof leads) =>
		(await table?.rows())?.filter(({ campaign }) => campaign === name) ?? [];
	/** Whether one more execution has something to do: a line is free and a lead is due, or nobody is at work. */
	const isWork = async () => {
		const free = (await ofCampaign(lines)).map(({ holder }) => holder === '');
		if (free.every(Boolean)) return true;
		const isDue = ({ status, next_at: next }: Row) =>
			status === 'due' && Date.parse(String(next)) <= Date.now();
		return free.some(Boolean) && (await ofCampaign(leads)).some(isDue);
	};
	const workUntil = async (what: string, isSo: () => Promise<boolean>) =>
		await waitFor(
			async () => {
				if (await isWork()) await client.start(calling, TRIGGER);
				return (await isSo()) || undefined;
			},
			{ what, everyMs: 500 },
		);
	let spentBeforeRaise = 0;
	await workUntil('the budget to be reached', async () => {
		const own = await ofCampaign(lines);
		spentBeforeRaise = round(own.reduce((sum, { credits }) => sum + Number(credits), 0));
		return spentBeforeRaise + 2 > FIRST_BUDGET && own.every(({ holder }) => holder === '');
	});
	const change = await begin(
		await formAddress({ client }, control, CHANGE_CAMPAIGN),
		await entries(CHANGE_CAMPAIGN, { action: 'Change the budget' }),
	);
	await pageOf(change);
	await submit(change, { 'field-0': name, 'field-1': '1000' });
	await lastPage(change);
	await workUntil('all leads to be done but the one who sleeps', async () =>
		(await ofCampaign(leads)).every(
			({ status, phone, next_at: next }) =>
				(phone === SLEEPING && Date.parse(String(next)) > Date.now()) ||
				(status !== 'due' && status !== 'calling'),
		),
	);
	return {
		name,
		dryRun: (dryRun ?? '').trim().replace(/(left out: \d+) /, '$1. '),
		leads: await ofCampaign(leads),
		spentBeforeRaise,
	};
}

/** Compares the leads' rows with the calls that the sandbox placed since `before`; gives one line for each thing that is wrong. */
export function checkLargeCampaign(
	{ dryRun, leads, spentBeforeRaise }: LargeCampaign,
	calls: Array<Record<string, unknown>>,
): string[] {
	const callsTo = (phone: unknown) =>
		calls.filter(({ submission }) => (submission as Row | undefined)?.respondent_phone === phone)
			.length;
	const statusOf = (phone: string) => leads.find((lead) => lead.phone === phone)?.status;
	return [
		...(leads.length === LEADS.length ? [] : [`leads: ${leads.length}, expected ${LEADS.length}`]),
		...(/rows left out: 1.*Row 26: .*555 0144/.test(dryRun) ? [] : [`the dry run said: ${dryRun}`]),
		...(spentBeforeRaise <= FIRST_BUDGET
			? []
			: [`credits: ${spentBeforeRaise}, the budget was ${FIRST_BUDGET}`]),
		...Object.entries(NOT_CALLED).flatMap(([phone, status]) =>
			statusOf(phone) === status ? [] : [`${phone} is ${String(statusOf(phone))}, not ${status}`],
		),
		...LEADS.flatMap(({ name, phone, fate }) => {
			// An outcome that is not redialled is the last one.
			const made = callsTo(phone);
			return made === fate.length ? [] : [`calls to ${name}: ${made}, expected ${fate.length}`];
		}),
	];
}

/** Prints what the dry run said, and the row of every lead. */
export function printLargeCampaign({ dryRun, leads, spentBeforeRaise }: LargeCampaign): void {
	const rows = leads.map(
		({ name, status, attempt, outcome, credits, summary, timezone, next_at: next }) => [
			String(name),
			String(status),
			Number(attempt),
			String(outcome),
			Number(credits),
			status === 'due'
				? `is called in ${String(timezone)} from ${String(next)}`
				: String(summary).slice(0, SUMMARY_WIDTH),
		],
	);
	say(`\nDry run: ${dryRun}.`);
	say(`\n${textTable(['lead', 'status', 'attempts', 'outcome', 'credits', 'summary'], rows)}`);
	say(
		`The budget of ${FIRST_BUDGET} credits stopped the campaign at ${spentBeforeRaise}, until the budget was raised.\n`,
	);
}
