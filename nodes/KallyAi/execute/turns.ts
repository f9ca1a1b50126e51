/**
 * Turns of n8n's event loop. Items that start in the same turn go through n8n's request helper in step,
 * which takes little more than half the processor time of starting each one when another has ended
 * (docs/benchmarks.md). n8n's rules leave no `setImmediate`, and a timer would take a millisecond each.
 */
export class Turns {
	private readonly channel = new MessageChannel();

	private coming?: Promise<void>;

	/** Waits for the next turn; all who ask for it until then go on together. */
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

	/** Lets the process end, which an open channel would keep alive. */
	close(): void {
		this.channel.port1.close();
	}
}
