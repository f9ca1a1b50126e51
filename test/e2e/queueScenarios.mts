import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { QueueStage, Worker } from '../../tools/e2e/stage.mts';
import { HOST } from '../../tools/lib/paths.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import type { Execution } from '../../tools/n8n/client.mts';
import { leads, type Lead } from '../support/callsToMake.mts';
import {
	assertNobodyTwice,
	assertOutcomes,
	assertCalled,
	callRequests,
	placed,
	startCalling,
} from './calling.mts';
import { complaint, ended } from './executions.mts';
import type { Scenario } from './player.mts';

/** The part of Bull, n8n's queue, that is used here. */
interface BullQueue {
	client: { del(key: string): Promise<unknown> };
	toKey(name: string): string;
	moveUnlockedJobsToWait(): Promise<unknown>;
	close(): Promise<void>;
}
type Bull = new (name: string, options: object) => BullQueue;

const workerLog = async ({ log }: Worker): Promise<string> => await readFile(log, 'utf8');

/** What a worker logs when the end of an execution could not be stored. */
const NOT_STORED = /problem running hook "workflowExecuteAfter"/;

/** What a worker logs when it takes an execution. */
const started = (executionId: string) => `Worker started execution ${executionId} (`;

/** The worker that has an execution, by what it logged. */
async function workerOf({ workers }: QueueStage, executionId: string): Promise<Worker> {
	return await waitFor(
		async () => {
			for (const worker of workers) {
				if ((await workerLog(worker)).includes(started(executionId))) return worker;
			}
			return undefined;
		},
		{ what: `a worker for execution ${executionId}` },
	);
}

/** Does something with n8n's queue. */
async function withQueue(
	{ redis }: QueueStage,
	use: (queue: BullQueue) => Promise<unknown>,
): Promise<void> {
	const Queue = createRequire(join(HOST, 'package.json'))('bull') as Bull;
	const queue = new Queue('jobs', {
		redis: { host: '127.0.0.1', port: redis.port },
		prefix: 'bull',
		settings: { maxStalledCount: 1, stalledInterval: 500 },
	});
	try {
		await use(queue);
	} finally {
		await queue.close();
	}
}

/**
 * Lets Bull give the jobs of dead workers to others, as n8n had it do until 1.x by default; n8n 2 tells its Bull to
 * fail them instead.
 */
async function giveStalledJobsAway(
	stage: QueueStage,
	isDone: () => Promise<boolean>,
): Promise<void> {
	await withQueue(stage, async (queue) => {
		await waitFor(
			async () => {
				// A worker that has just looked asks all others to leave it at that for a while.
				await queue.client.del(queue.toKey('stalled-check'));
				await queue.moveUnlockedJobsToWait();
				return (await isDone()) ? true : undefined;
			},
			{ what: 'another worker', everyMs: 600 },
		);
	});
}

/** Nobody was called twice, and whoever was not called is not passed over in silence. */
async function assertAccounted(
	stage: QueueStage,
	execution: Execution,
	people: Lead[],
): Promise<string> {
	const numbers = await assertNobodyTwice(stage, people);
	if (execution.status === 'success') assertOutcomes(execution, people);
	else
		assert.ok(
			complaint(execution) || execution.status === 'crashed',
			`ended with "${execution.status}" and no word`,
		);
	const said = execution.status === 'success' ? '' : `: ${complaint(execution).slice(0, 120)}`;
	return `${numbers.length} of ${people.length} leads called, nobody twice; ended with "${execution.status}"${said}`;
}

/** Kills the worker that has an execution, as if it had been dead for long, and takes it off the list. */
async function killWorkerOf(stage: QueueStage, executionId: string): Promise<void> {
	const worker = await workerOf(stage, executionId);
	await worker.kill();
	stage.workers.splice(stage.workers.indexOf(worker), 1);
	const [, log] = (await workerLog(worker)).split(started(executionId));
	const job = /^job (\d+)\)/.exec(log)?.[1];
	await withQueue(stage, async (queue) => {
		assert.equal(
			await queue.client.del(`${queue.toKey(String(job))}:lock`),
			1,
			'the job of the worker',
		);
	});
}

/**
 * The end of an execution; undefined where n8n could not store it, as its database was away in that moment: it
 * then shows the execution as running for good.
 */
async function endIfStored(stage: QueueStage, executionId: string): Promise<Execution | undefined> {
	const worker = await workerOf(stage, executionId);
	const wasNotStored = async () => {
		const log = await workerLog(worker);
		return log.includes(`Worker finished execution ${executionId} (`) && NOT_STORED.test(log);
	};
	const end = await waitFor(
		async () => {
			const execution = await stage.client.finished(executionId, 0).catch(() => undefined);
			return execution !== undefined || (await wasNotStored()) ? { execution } : undefined;
		},
		{ what: `the end of execution ${executionId}` },
	);
	return end.execution;
}

/** Starts to call 20 leads, one after the other, and lets something happen after a few of them. */
const disturbed = (
	what: string,
	happen: (stage: QueueStage) => Promise<void>,
	end: (stage: QueueStage, executionId: string) => Promise<Execution | undefined> = ended,
): Scenario<QueueStage> => ({
	name: `${what} restarts during a run`,
	async run(stage) {
		const people = leads(20);
		await stage.sandbox.scenario({ durationMs: 250 });
		const id = await startCalling(stage, people);
		await placed(stage, 6);
		await happen(stage);
		const execution = await end(stage, id);
		await waitFor(async () => (await stage.isReady()) || undefined, { what: 'n8n to recover' });
		if (execution) return await assertAccounted(stage, execution, people);
		const numbers = await assertNobodyTwice(stage, people);
		return `${numbers.length} of 20 leads called, nobody twice; n8n could not store the end`;
	},
});

/** What only queue mode can show. */
export const queueScenarios: Array<Scenario<QueueStage>> = [
	{
		name: 'a worker is killed with 20 calls on the line and another one runs the job again',
		async run(stage) {
			// The first goes alone, so that 20 others are on the line together.
			const people = leads(21);
			await stage.sandbox.scenario({ durationMs: 3000 });
			const id = await startCalling(stage, people, { options: { concurrency: 20 } });
			await placed(stage, people.length);
			await killWorkerOf(stage, id);
			await giveStalledJobsAway(stage, async () =>
				(await workerLog(stage.workers[0])).includes(started(id)),
			);
			assertOutcomes(await ended(stage, id), people);
			await assertCalled(stage, people);
			const requests = await callRequests(stage);
			assert.equal(requests, 2 * people.length);
			return `21 leads, ${requests} requests by 2 workers, 21 calls, 21 outcomes`;
		},
	},
	{
		name: 'a worker is killed and n8n gives its job up',
		async run(stage) {
			// In place of the one that was killed before, with n8n's own look-out for dead workers.
			await stage.addWorker({ QUEUE_WORKER_STALLED_INTERVAL: '2000' });
			const people = leads(20);
			await stage.sandbox.scenario({ durationMs: 1000 });
			const id = await startCalling(stage, people, { options: { concurrency: 10 } });
			await placed(stage, 11);
			await killWorkerOf(stage, id);
			if (stage.workers.length < 2)
				await stage.addWorker({ QUEUE_WORKER_STALLED_INTERVAL: '2000' });
			const execution = await ended(stage, id);
			assert.notEqual(execution.status, 'success');
			return await assertAccounted(stage, execution, people);
		},
	},
	disturbed('Redis', async ({ redis }) => await redis.restart()),
	disturbed('PostgreSQL', async ({ postgres }) => await postgres.restart(), endIfStored),
];
