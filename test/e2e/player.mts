import { constants } from 'node:os';
import type { Stage } from '../../tools/e2e/stage.mts';
import { UndoList } from '../../tools/lib/undoList.mts';

/** What every scenario plays on. */
export type AnyStage = Pick<Stage, 'sandbox'>;

/** One promise, shown on a running n8n. Gives the figure that was measured. */
export interface Scenario<S extends AnyStage> {
	name: string;
	run(stage: S): Promise<string>;
}

const since = (started: number) => `${((performance.now() - started) / 1000).toFixed(1)} s`;

/** Plays scenarios on stages, tells how each went and counts. */
export class Player {
	private readonly wanted: string;
	private readonly undo = new UndoList();
	private passed = 0;
	private failed = 0;

	/** Plays only scenarios whose name has the wanted text. */
	constructor(wanted: string) {
		this.wanted = wanted;
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
			process.on(
				signal,
				() => void this.undo.run().then(() => process.exit(128 + constants.signals[signal])),
			);
		}
	}

	/** Starts a stage if any of the scenarios is wanted, plays those and takes the stage down. */
	async play<S extends AnyStage>(
		where: string,
		scenarios: Array<Scenario<S>>,
		start: (undo: UndoList) => Promise<S>,
	): Promise<void> {
		const chosen = scenarios.filter(({ name }) => `${where}: ${name}`.includes(this.wanted));
		if (chosen.length === 0) return;
		const starting = performance.now();
		const own = new UndoList();
		this.undo.add(async () => await own.run());
		try {
			const stage = await start(own);
			console.log(`${where}: started in ${since(starting)}`);
			for (const { name, run } of chosen) {
				const started = performance.now();
				try {
					await stage.sandbox.reset();
					// As documented: no other test may rest on keys.
					await stage.sandbox.world({ idempotencyKeys: 'calls' });
					await stage.sandbox.scenario({ durationMs: 0, outcome: 'success' });
					const measured = await run(stage);
					this.passed += 1;
					console.log(`ok     ${where}: ${name} (${measured}; ${since(started)})`);
				} catch (error) {
					this.failed += 1;
					console.log(`FAILED ${where}: ${name} (${since(started)})\n${(error as Error).stack}`);
				}
			}
		} catch (error) {
			this.failed += chosen.length;
			console.log(`FAILED ${where}: does not start\n${(error as Error).message}`);
		}
		await own.run();
	}

	/** Prints the count as the last line, "N passed, N failed", and ends the process. */
	async end(): Promise<never> {
		await this.undo.run();
		console.log(`${this.passed} passed, ${this.failed} failed`);
		process.exit(this.failed > 0 ? 1 : 0);
	}
}
