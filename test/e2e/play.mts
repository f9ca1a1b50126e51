import { constants } from 'node:os';
import type { Stage } from '../../tools/e2e/stage.mts';
import { UndoList } from '../../tools/lib/undo.mts';
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

/** Starts a stage and plays those of its scenarios that the command line asks for. */
export async function play<S extends Stage>(
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

/** Counts what was played in the last line and ends the process. */
export async function finish(): Promise<never> {
	await undo.run();
	console.log(`${passed} passed, ${failed} failed`);
	process.exit(failed > 0 ? 1 : 0);
}
