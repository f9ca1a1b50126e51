/** What one way of doing the work took: the least of all rounds, since whatever else runs on the machine can only add to it. */
export interface Sample {
	wallMs: number;
	cpuMs: number;
	/** The middle and the most wall time of a round. */
	spread: Spread;
}

/** What shows how steady the machine was. */
export type Spread = [median: number, most: number];

/** A thing to measure; gives how many items came out. */
export interface Entry {
	name: string;
	/** Items that have to come out. */
	items: number;
	run: () => Promise<number>;
}

function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The least of some times, which is what is compared. */
export const least = (values: number[]): number => Math.min(...values);

/** How far some times are from their least. */
export const spreadOf = (values: number[]): Spread => [median(values), Math.max(...values)];

/** Runs all entries in turns, in an order that turns with the rounds, so that what slows the machine slows all of them. */
export async function measure(entries: Entry[], rounds: number): Promise<Map<string, Sample>> {
	const taken = new Map(
		entries.map(({ name }) => [name, [] as Array<{ wallMs: number; cpuMs: number }>]),
	);
	// The first round warms up and is not counted.
	for (let round = 0; round <= rounds; round++) {
		for (let index = 0; index < entries.length; index++) {
			const { name, items, run } = entries[(index + round) % entries.length];
			globalThis.gc?.();
			const cpu = process.cpuUsage();
			const started = performance.now();
			const out = await run();
			const wallMs = performance.now() - started;
			const { user, system } = process.cpuUsage(cpu);
			if (out !== items) throw new Error(`${name} gave ${out} items instead of ${items}`);
			if (round > 0) taken.get(name)?.push({ wallMs, cpuMs: (user + system) / 1000 });
		}
	}
	return new Map(
		[...taken].map(([name, samples]) => {
			const walls = samples.map(({ wallMs }) => wallMs);
			return [
				name,
				{
					wallMs: least(walls),
					cpuMs: least(samples.map(({ cpuMs }) => cpuMs)),
					spread: spreadOf(walls),
				},
			];
		}),
	);
}
