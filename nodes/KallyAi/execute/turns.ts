/**
 * Turns of n8n's event loop. Items that start in the same turn go through n8n's request helper in step, which
 * takes little more than half the CPU time of starting each one when another has ended (docs/benchmarks.md).
 * n8n's lint rules do not allow `setImmediate`, and a timer would wait a millisecond each time.
 */
export class Turns {
	private readonly channel = new MessageChannel();

	private coming?: Promise<void>;

	/** Waits for the next turn; all callers that wait for it continue together. */
	async next(): Promise<void> {
		this.coming ??= new Promise((resolve) => {
			this.channel.port1.once('message', () => {
				this.coming = undefined;
				resolve();
			});
			this.channel.port2.postMessage(undefined);
		});
		await this.coming;
	}

	/** Allows the process to end, which an open channel would prevent. */
	close(): void {
		this.channel.port1.close();
	}
}
