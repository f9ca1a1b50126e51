import { readFile } from 'node:fs/promises';
import { leads as people } from '../../test/support/callsToMake.mts';
import { addCampaign, type CampaignTable, campaignTable } from '../../tools/campaignTables.mts';
import { type SingleStage, startSingle } from '../../tools/e2e/stage.mts';
import { readExample, withCredential } from '../../tools/examples.mts';
import { UndoList } from '../../tools/lib/undoList.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { leadingTo, signedIn, startNode, workflowNode } from '../../tools/n8n/workflowParts.mts';
import type { Section } from '../report.mts';
import { MEASURED, ours } from '../measuredWorkflow.mts';
import { type Bench, ms, ratio } from './figures.mts';

const LINES = 5;
const QUICK_ANSWER_MS = 200;
const WITHIN_MS = 30 * 60_000;
const ROWS_AT_ONCE = 1000;
/** As the campaign does on average with such calls. */
const LEADS_AT_ONCE = 10;
const TRIGGER = 'Work on one line now';
const TABLES: CampaignTable[] = ['campaigns', 'campaign leads', 'lines', 'do not call'];

/** How a campaign went: milliseconds from its first call to the end of its last, and the memory of n8n in MiB, each second. */
interface Course {
	calls: number;
	answerMs: number;
	tookMs: number;
	megabytes: number[];
}

/** The part of the time in which all lines had a call. */
const efficiencyOf = ({ calls, answerMs, tookMs }: Course) => (calls * answerMs) / LINES / tookMs;
/** Milliseconds for which a line stands between two calls. */
const overheadOf = ({ calls, answerMs, tookMs }: Course) => (tookMs * LINES) / calls - answerMs;

async function megabytesOf(pid: number): Promise<number> {
	const [, kilobytes] =
		/^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
	return Number(kilobytes) / 1024;
}

const leadsFor = (count: number) => people(count).map(({ phone }) => ({ phone }));

/** Lets something make so many calls, and follows it. */
async function follow(
	{ sandbox, pid }: SingleStage,
	calls: number,
	answerMs: number,
	start: () => Promise<void>,
): Promise<Course> {
	await sandbox.reset();
	await sandbox.scenario({ durationMs: answerMs, outcome: 'success', credits: 1_000_000 });
	const callsOf = async () => (await sandbox.state()).calls;
	const ended = async () =>
		(await callsOf()).filter(({ status }) => status !== 'in_progress').length;
	await start();
	await waitFor(async () => (await callsOf()).length || undefined, {
		what: 'the first call',
		withinMs: WITHIN_MS,
		everyMs: 50,
	});
	const began = Date.now();
	const megabytes: number[] = [];
	await waitFor(
		async () => {
			megabytes.push(await megabytesOf(pid()));
			return (await ended()) >= calls ? true : undefined;
		},
		{ what: `${calls} calls`, withinMs: WITHIN_MS, everyMs: 500 },
	);
	return { calls, answerMs, tookMs: Date.now() - began, megabytes };
}

let campaigns = 0;

/** Runs a campaign on the tables as they are; several lines start at once, as the schedule starts them. */
async function campaignOf(
	stage: SingleStage,
	workflowId: string,
	count: number,
	answerMs: number,
): Promise<Course> {
	const { client } = stage;
	const campaign = `Bench ${++campaigns}`;
	await addCampaign(client, {
		campaign,
		lines: LINES,
		leads: leadsFor(count),
		settings: { task: 'Ask {name} whether Saturday suits them.' },
	});
	const course = await follow(stage, count, answerMs, async () => {
		for (let line = 0; line < LINES; line++) await client.start(workflowId, TRIGGER);
	});
	const table = await campaignTable(client, 'campaigns');
	await waitFor(async () => (await table.rows()).at(-1)?.status === 'done' || undefined, {
		what: 'the end of the campaign',
		withinMs: WITHIN_MS,
	});
	return course;
}

/** The minimum that n8n does for a campaign: the leads of a line are claimed in their rows, called, and their outcomes written, with nothing between. */
async function floorOf(stage: SingleStage, count: number, answerMs: number): Promise<Course> {
	const { client, credentials } = stage;
	const campaign = `Bench ${++campaigns}`;
	await addCampaign(client, {
		campaign,
		lines: 1,
		leads: leadsFor(count).map((lead, index) => ({ ...lead, line: (index % LINES) + 1 })),
		settings: { status: 'paused' },
	});
	const row = (name: string, operation: string, more: object) =>
		workflowNode(name, 'n8n-nodes-base.dataTable', 1.1, {
			resource: 'row',
			operation,
			dataTableId: { __rl: true, mode: 'name', value: 'kallyai campaign leads' },
			matchType: 'allConditions',
			options: {},
			...more,
		});
	const update = (name: string, keyValue: string, value: object) =>
		row(name, 'update', {
			filters: { conditions: [{ keyName: 'id', condition: 'eq', keyValue }] },
			columns: { mappingMode: 'defineBelow', value, matchingColumns: [], schema: [] },
		});
	const workflowOf = async (line: number) => {
		const equal = Object.entries({ campaign, line }).map(([keyName, keyValue]) => ({
			keyName,
			condition: 'eq',
			keyValue,
		}));
		const [type, version, parameters] = ours('make', { includeInputFields: true });
		const task = 'Ask whether Saturday suits them.';
		const nodes = [
			startNode(),
			row('Leads', 'get', { filters: { conditions: equal }, returnAll: true }),
			workflowNode('Loop', 'n8n-nodes-base.splitInBatches', 3, {
				batchSize: LEADS_AT_ONCE,
				options: {},
			}),
			update('Claim', '={{ $json.id }}', { status: 'calling' }),
			signedIn(
				workflowNode(MEASURED, type, version, { ...parameters, taskDescription: task }),
				credentials.oAuth2,
			),
			update('Outcome', "={{ $('Claim').item.json.id }}", {
				status: 'reached',
				call_id: '={{ $json.call_id }}',
			}),
		];
		const connections = {
			...Object.fromEntries(
				nodes.slice(1).map(({ name }, index) => [nodes[index]?.name, leadingTo(name)]),
			),
			Loop: { main: [[], ...leadingTo('Claim').main] },
			Outcome: leadingTo('Loop'),
		};
		const { id } = await client.createWorkflow({ name: campaign, nodes, connections });
		return id;
	};
	const ids = await Promise.all(
		Array.from({ length: LINES }, async (_, index) => await workflowOf(index + 1)),
	);
	return await follow(stage, count, answerMs, async () => {
		const trigger = startNode().name;
		await Promise.all(ids.map(async (id) => await client.start(id, trigger)));
	});
}

/** Rows of campaigns that have ended. */
async function fill({ client }: SingleStage, rows: number): Promise<void> {
	const table = await campaignTable(client, 'campaign leads');
	const have = (await table.rows()).length;
	for (let at = have; at < rows; at += ROWS_AT_ONCE) {
		const ended = Array.from({ length: Math.min(ROWS_AT_ONCE, rows - at) }, (_, index) => ({
			campaign: 'Ended',
			lead: `ended-${at + index}`,
			name: `Lead ${at + index}`,
			phone: '+15550100',
			status: 'reached',
			attempt: 1,
			outcome: 'success',
			summary: 'Saturday suits them.',
		}));
		await table.insert(ended);
	}
}

export async function campaign(bench: Bench): Promise<Section> {
	const { quick } = bench;
	const [count, few, minute] = quick ? [60, 20, 10] : [1000, 200, 25];
	const [small, large] = quick ? [500, 5000] : [1000, 50_000];
	const longMs = quick ? 1000 : 5000;
	const undo = new UndoList();
	try {
		const stage = await startSingle(undo, { name: 'bench-campaign' });
		for (const table of TABLES) await campaignTable(stage.client, table);
		const example = withCredential(await readExample('campaign'), stage.credentials.oAuth2);
		const { id } = await stage.client.createWorkflow(example);
		const floor = await floorOf(stage, few, QUICK_ANSWER_MS);
		const whole = await campaignOf(stage, id, count, QUICK_ANSWER_MS);
		const long = await campaignOf(stage, id, minute, longMs);
		await (await campaignTable(stage.client, 'campaign leads')).clear();
		await fill(stage, small);
		const onSmall = await campaignOf(stage, id, few, QUICK_ANSWER_MS);
		await fill(stage, large);
		const onLarge = await campaignOf(stage, id, few, QUICK_ANSWER_MS);

		const growth = onLarge.tookMs / onSmall.tookMs;
		const most = ({ megabytes }: Course) => Math.max(...megabytes);
		const rise = Math.max(...[long, onSmall, onLarge].map(most)) / most(whole);
		const efficiency = efficiencyOf(whole);
		bench.target(
			`Campaign of ${count} leads, calls of ${QUICK_ANSWER_MS} ms: share of the maximum with ${LINES} calls at once`,
			'≥ 90 %',
			// No ratio of two things that were measured: a fast machine has a larger share.
			`${Math.round(efficiency * 100)} %`,
			efficiency >= 0.9,
		);
		const least = efficiency / efficiencyOf(floor);
		bench.target(
			'The same / the share that n8n’s nodes reach when they only claim, call and write',
			'≥ 0.90',
			ratio(least),
			least >= 0.9,
		);
		bench.target(
			'Maximum memory of n8n in the campaigns after it / in it',
			'≤ 1.25',
			ratio(rise),
			rise <= 1.25,
		);
		bench.target(
			`Time of a campaign in a table of ${large} leads / ${small}`,
			'≤ 2.00',
			ratio(growth),
			growth <= 2,
		);
		const described: Array<[string, Course]> = [
			[`${few} leads that n8n’s nodes only claim, call and write`, floor],
			[`${count} leads`, whole],
			[`${few} leads in a table of ${small}`, onSmall],
			[`${few} leads in a table of ${large}`, onLarge],
			[`${minute} leads, calls of ${longMs / 1000} s`, long],
		];
		return {
			title: `A campaign on the real n8n: ${LINES} calls at once`,
			about: `The example campaign.json with SQLite. Unless stated otherwise, the sandbox ends calls after ${QUICK_ANSWER_MS} ms. The time is from the start of the first call to the end of the last. A real call takes a minute or more, with the same overhead.`,
			head: [
				'',
				'Share of the maximum',
				'Time (s)',
				'Overhead per call (ms)',
				'Memory (MiB), first–max',
			],
			rows: described.map(([name, course]) => [
				name,
				ratio(efficiencyOf(course)),
				(course.tookMs / 1000).toFixed(1),
				ms(overheadOf(course)),
				[course.megabytes[0] as number, most(course)].map(ms).join('–'),
			]),
		};
	} finally {
		await undo.run();
	}
}
