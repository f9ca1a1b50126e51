import { startSingle, type SingleStage } from '../../tools/e2e/stage.mts';
import { UndoList } from '../../tools/lib/undoList.mts';
import { START } from '../../tools/n8n/workflowParts.mts';
import { least, spreadOf } from '../measure.mts';
import type { Section } from '../report.mts';
import {
	aimAt,
	type CallWork,
	httpRequestFor,
	type Measured,
	MEASURED,
	ours,
	workflowFor,
} from '../measuredWorkflow.mts';
import { type Bench, ms, ratio, SPREAD, spreadCell } from './figures.mts';

function contestantsOn(baseUrl: string): Array<[name: string, node: Measured]> {
	const http = (work: CallWork): Measured => [
		'n8n-nodes-base.httpRequest',
		4.2,
		httpRequestFor(work, baseUrl),
	];
	return [
		['KallyAI: call.get', ours('get')],
		['HTTP Request: call.get', http('get')],
		['KallyAI: call.make', ours('make')],
		['KallyAI: call.make, concurrency 10', ours('make', { concurrency: 10 })],
		['HTTP Request: call.make', http('make')],
	];
}

/** Milliseconds that n8n says the node took in one execution of the workflow. */
async function timeOf({ client }: SingleStage, workflowId: string, items: number): Promise<number> {
	const execution = await client.run(workflowId, START);
	const [run] = execution.data.resultData.runData[MEASURED] ?? [];
	const out = run?.data?.main?.[0]?.length;
	if (execution.status !== 'success' || out !== items) {
		throw new Error(
			`${execution.status} with ${out} items: ${execution.data.resultData.error?.message}`,
		);
	}
	return run.executionTime;
}

export async function host(bench: Bench): Promise<Section> {
	const items = bench.quick ? 50 : 300;
	const undo = new UndoList();
	const taken = new Map<string, number[]>();
	try {
		const stage = await startSingle(undo);
		await aimAt(stage, bench.baseUrl);
		const workflows: Array<[string, string]> = [];
		for (const [name, node] of contestantsOn(bench.baseUrl)) {
			const { id } = await stage.client.createWorkflow(workflowFor(stage, items, node));
			workflows.push([name, id]);
		}
		for (let round = 0; round <= bench.longRounds; round++) {
			for (const [name, id] of workflows) {
				const time = await timeOf(stage, id, items);
				if (round > 0) taken.set(name, [...(taken.get(name) ?? []), time]);
			}
		}
	} finally {
		await undo.run();
	}
	const times = new Map([...taken].map(([name, values]) => [name, least(values)]));
	const baseOf = (name: string) =>
		times.get(`HTTP Request: ${name.includes('get') ? 'call.get' : 'call.make'}`) as number;
	for (const name of ['KallyAI: call.get', 'KallyAI: call.make, concurrency 10']) {
		const part = (times.get(name) as number) / baseOf(name);
		bench.target(`On the real n8n, ${name} / HTTP Request`, '≤ 0.70', ratio(part), part <= 0.7);
	}
	return {
		title: `On the real n8n: ${items} items, immediate responses`,
		about:
			'n8n 2.41.1 as users run it, with SQLite, controlled through its REST API. The time is what n8n records for the node.',
		head: ['', 'Time / HTTP Request', 'Time (ms)', SPREAD],
		rows: [...times].map(([name, time]) => {
			const values = taken.get(name) as number[];
			return [name, ratio(time / baseOf(name)), ms(time), spreadCell(spreadOf(values))];
		}),
		chart: { title: `${items} items on the real n8n`, unit: 'ms', bars: [...times] },
	};
}
