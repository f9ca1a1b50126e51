import { round } from '../sandbox/prices.mts';
import { say } from './lib/install.mjs';
import { textTable } from './lib/textTable.mts';
import { itemsOf, type Execution, type N8nClient } from './n8n/client.mts';
import { DataTable } from './n8n/dataTables.mts';
import type { SandboxControl, SandboxState } from './sandbox.mts';

/** The example that `npm start` runs, by the names in its file. */
export const CAMPAIGN = 'KallyAI outreach campaign';
export const CAMPAIGN_TRIGGER = 'Start campaign';

const SUMMARY_WIDTH = 60;

/** What became of one lead. */
export interface LeadOutcome {
	lead: string;
	channel: string;
	status: string;
	summary: string;
}

/** The campaign's own summary, as its last node gives it. */
export interface CampaignSummary {
	leads: number;
	outcomes: Array<{ channel: string; status: string; count_lead: number }>;
	creditsEstimated: number;
	creditsBefore: number;
	creditsAfter: number;
	creditsSpent: number;
}

/** The result of a campaign as n8n has it, before anybody checked it. */
export interface CampaignResult {
	leads: LeadOutcome[];
	summary: CampaignSummary;
}

const rows = <T,>(execution: Execution, node: string): T[] =>
	itemsOf(execution, node).map(({ json }) => json as unknown as T);

/** The table that the campaign keeps its leads in. */
const LEADS_TABLE = 'kallyai leads';

/** Lets the campaign reach its leads once more: it leaves out those whose status is known. */
export async function emptyStatuses(client: N8nClient): Promise<void> {
	const table = await DataTable.find(client, LEADS_TABLE);
	if (!table) return;
	const rows = await table.rows();
	for (const { id } of rows) await table.update('id', id, { status: '' });
}

/** Reads the outcome of every lead and the summary from the campaign's execution. */
export function readCampaign(execution: Execution): CampaignResult {
	if (execution.status !== 'success') {
		const { lastNodeExecuted, error } = execution.data.resultData;
		throw new Error(
			[
				`The campaign ended with "${execution.status}" at "${lastNodeExecuted}".`,
				error?.message,
				error?.description,
			]
				.filter(Boolean)
				.join('\n'),
		);
	}
	const [summary] = rows<CampaignSummary>(execution, 'Summary');
	if (summary === undefined) throw new Error('The campaign returned no summary.');
	return { leads: rows<LeadOutcome>(execution, 'Every outcome'), summary };
}

/** Compares what n8n says with what the sandbox saw since `before`; gives one line for each thing that is wrong. */
export async function checkCampaign(
	{ leads, summary }: CampaignResult,
	sandbox: SandboxControl,
	before: SandboxState,
): Promise<string[]> {
	const [state, requests] = [await sandbox.state(), await sandbox.requests()];
	const posts = (path: string) =>
		requests.filter((one) => one.method === 'POST' && one.path === path).length;
	const through = (channel: string) =>
		leads.filter((lead) => lead.channel === channel && lead.status !== 'refused').length;
	const counted = summary.outcomes.reduce((sum, { count_lead }) => sum + count_lead, 0);
	const spent = round(summary.creditsBefore - summary.creditsAfter);

	const expectations: Array<[what: string, actual: number, expected: number]> = [
		['outcomes for the leads', leads.length, summary.leads],
		['leads counted in the summary', counted, summary.leads],
		['leads refused', leads.filter(({ status }) => status === 'refused').length, 0],
		['leads still pending', leads.filter(({ status }) => status === 'pending').length, 0],
		['calls made in the sandbox', state.calls.length - before.calls.length, through('call')],
		['requests for calls', posts('/v1/calls'), through('call')],
		[
			'outreach tasks in the sandbox',
			state.outreachTasks.length - before.outreachTasks.length,
			through('email'),
		],
		['requests for outreach tasks', posts('/v1/outreach/tasks'), through('email')],
		['sandbox responses that violate its document', state.invalidAnswers.length, 0],
		['credits spent in the summary', summary.creditsSpent, spent],
		['credits left in the sandbox', state.credits, summary.creditsAfter],
		['credits spent in the sandbox', round(before.credits - state.credits), spent],
	];
	return expectations
		.filter(([, actual, expected]) => actual !== expected)
		.map(([what, actual, expected]) => `${what}: ${actual}, expected ${expected}`);
}

/** Prints the outcome of every lead and the totals. */
export function printCampaign({ leads, summary }: CampaignResult): void {
	const shortened = (text: string) =>
		text.length > SUMMARY_WIDTH ? `${text.slice(0, SUMMARY_WIDTH - 1)}…` : text;
	const tables: Array<[head: string[], rows: Array<Array<string | number>>]> = [
		[
			['lead', 'channel', 'status', 'summary'],
			leads.map(({ lead, channel, status, summary: text }) => [
				lead,
				channel,
				status,
				shortened(text),
			]),
		],
		[
			['channel', 'status', 'leads'],
			summary.outcomes.map(({ channel, status, count_lead: count }) => [channel, status, count]),
		],
		[
			['leads', 'credits estimated', 'credits before', 'credits after', 'credits spent'],
			[
				[
					summary.leads,
					summary.creditsEstimated,
					summary.creditsBefore,
					summary.creditsAfter,
					summary.creditsSpent,
				],
			],
		],
	];
	for (const [head, body] of tables) say(`\n${textTable(head, body)}`);
	say('');
}
