// The promises of docs/reliability.md on the real n8n: `npm run test:e2e -- [part of a name]`.
// The last line counts: "N passed, N failed".
import { constants } from 'node:os';
import { ensureServices } from '../../tools/e2e/services.mts';
import { startQueue, startSingle, type Stage } from '../../tools/e2e/stage.mts';
import { UndoList } from '../../tools/lib/undo.mts';
import { ensureHost } from '../../tools/n8n/host.mts';
import { queueScenarios } from './queue.mts';
import { commonScenarios } from './common.mts';
import { exampleScenarios } from './examples.mts';
import { singleScenarios } from './single.mts';
import { triggerScenarios } from './trigger.mts';
import type { Scenario } from './scenario.mts';

const wanted = process.argv[2] ?? '';
const undo = new UndoList();
let [passed, failed] = [0, 0];

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(
		signal,
		() => void undo.run().then(() => process.exit(128 + constants.signals[signal])),
	);
}

const since = (started: number) => `${((performance.now() - started) / 1000).toFixed(1)} s`;

async function play<S extends Stage>(
	where: string,
	scenarios: Array<Scenario<S>>,
	start: (undo: UndoList) => Promise<S>,
): Promise<void> {
	const chosen = scenarios.filter(({ name }) => `${where}: ${name}`.includes(wanted));
	if (chosen.length === 0) return;
	const starting = performance.now();
	const own = new UndoList();
	undo.add(async () => await own.run());
	try {
		const stage = await start(own);
		console.log(`${where}: started in ${since(starting)}`);
		for (const { name, run } of chosen) {
			const started = performance.now();
			try {
				await stage.sandbox.reset();
				await stage.sandbox.scenario({ durationMs: 0, outcome: 'success' });
				const measured = await run(stage);
				passed += 1;
				console.log(`ok     ${where}: ${name} (${measured}; ${since(started)})`);
			} catch (error) {
				failed += 1;
				console.log(`FAILED ${where}: ${name} (${since(started)})\n${(error as Error).stack}`);
			}
		}
	} catch (error) {
		failed += chosen.length;
		console.log(`FAILED ${where}: does not start\n${(error as Error).message}`);
	}
	await own.run();
}

await ensureHost();
await play('one process', [...commonScenarios, ...singleScenarios, ...triggerScenarios, ...exampleScenarios], startSingle);
await play('queue mode', [...commonScenarios, ...queueScenarios], async (own) => {
	await ensureServices();
	return await startQueue(own);
});
await undo.run();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
