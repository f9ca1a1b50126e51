/** What has to be undone when a program ends, last first. */
export class UndoList {
	private readonly steps: Array<() => Promise<void>> = [];
	private running: Promise<void> | undefined;

	/** Remembers one step. */
	add(step: () => Promise<void>): void {
		this.steps.push(step);
	}

	/** Whether undoing has begun. */
	get hasBegun(): boolean {
		return this.running !== undefined;
	}

	/** Takes all steps, whatever becomes of each; a second call waits for the first. */
	run(): Promise<void> {
		this.running ??= (async () => {
			for (const step of this.steps.reverse()) {
				await step().catch((error: Error) => process.stderr.write(`${error.message}\n`));
			}
		})();
		return this.running;
	}
}
