import { ensureServices } from '../../tools/e2e/services.mts';
import { type QueueStage, startQueue } from '../../tools/e2e/stage.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { UndoList } from '../../tools/lib/undoList.mts';
import { START } from '../../tools/n8n/workflowParts.mts';
import { least, spreadOf } from '../measure.mts';
import type { Section } from '../report.mts';
import { aimAt, ours, workflowFor } from '../measuredWorkflow.mts';
import { type Bench, ms, ratio, SPREAD, spreadCell } from './figures.mts';

const ANSWER_MS = 200;
const EXECUTIONS = 20;
const CONCURRENCY = 3;

interface Listed {
	id: string;
	status: string;
	startedAt: string;
	stoppedAt: string;
}

/** Milliseconds from the start of the first to the end of the last of executions that were all queued at once. */
async function timeOf({ client }: QueueStage, workflowId: string): Promise<number> {
	const ids = new Set(
		await Promise.all(
			Array.from({ length: EXECUTIONS }, async () => await client.start(workflowId, START)),
		),
	);
	const filter = encodeURIComponent(
		JSON.stringify({ workflowId, status: ['success', 'error', 'crashed'] }),
	);
	const ended = await waitFor(
		async () => {
			const path = `/executions?filter=${filter}&limit=100`;
			const { results } = await client.rest<{ results: Listed[] }>('GET', path);
			const own = results.filter(({ id }) => ids.has(id));
			return own.length === EXECUTIONS ? own : undefined;
		},
		{ what: `${EXECUTIONS} executions`, everyMs: 500 },
	);
	const failed = ended.filter(({ status }) => status !== 'success');
	if (failed.length > 0) throw new Error(`${failed.length} executions failed`);
	const times = (key: 'startedAt' | 'stoppedAt') => ended.map((one) => Date.parse(one[key]));
	return Math.max(...times('stoppedAt')) - Math.min(...times('startedAt'));
}

export async function queue(bench: Bench): Promise<Section> {
	const items = bench.quick ? 10 : 100;
	const undo = new UndoList();
	const taken: Record<1 | 2, number[]> = { 1: [], 2: [] };
	await ensureServices();
	await bench.server({ delayMs: ANSWER_MS });
	try {
		const stage = await startQueue(undo);
		await aimAt(stage, bench.baseUrl);
		const node = ours('make', { concurrency: CONCURRENCY });
		const { id } = await stage.client.createWorkflow(workflowFor(stage, items, node));
		for (const workers of [2, 1] as const) {
			if (workers === 1) await stage.workers.pop()?.stop();
			// The first time warms up both.
			if (workers === 2) await timeOf(stage, id);
			for (let round = 0; round < bench.longRounds; round++) {
				taken[workers].push(await timeOf(stage, id));
			}
		}
	} finally {
		await undo.run();
	}
	const calls = EXECUTIONS * items;
	const gain = least(taken[1]) / least(taken[2]);
	bench.target(
		`Queue mode, ${ANSWER_MS} ms responses: throughput of two workers / one`,
		'≥ 1.70',
		ratio(gain),
		gain >= 1.7,
	);
	return {
		title: `Queue mode: ${calls} calls, responses after ${ANSWER_MS} ms`,
		about: `${EXECUTIONS} executions of ${items} calls, ${CONCURRENCY} at a time, queued at once; each worker runs ten executions at a time. Redis, PostgreSQL, n8n’s main process, the workers and the server all run on this machine. Measured with two workers, then with one.`,
		head: ['', 'Time / one worker', 'Time (ms)', SPREAD, 'Calls per second'],
		rows: ([1, 2] as const).map((workers) => {
			const values = taken[workers];
			return [
				`${workers} worker${workers > 1 ? 's' : ''}`,
				ratio(least(values) / least(taken[1])),
				ms(least(values)),
				spreadCell(spreadOf(values)),
				ms((calls * 1000) / least(values)),
			];
		}),
	};
}
