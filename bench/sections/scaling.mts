import { measure, type Entry } from '../measure.mts';
import type { Section } from '../report.mts';
import { type Bench, ratio, sampleOf } from './figures.mts';

export async function scaling(bench: Bench): Promise<Section> {
	const { contestants, quick } = bench;
	const counts = [16, 64, contestants.operations];
	const sizes = quick ? [10, 50] : [10, 100, 1000];
	const entries: Entry[] = counts.flatMap((count) => {
		const kallyAi = contestants.kallyAi(count);
		return sizes.map((items) => {
			// Few items are repeated until there is something to measure.
			const times = Math.max(1, Math.round((quick ? 50 : 500) / items));
			return {
				name: `KallyAI, ${count} operations, ${items} items`,
				items: items * times,
				async run() {
					let out = 0;
					for (let time = 0; time < times; time++) out += await kallyAi('get', items);
					return out;
				},
			};
		});
	});
	const samples = await measure(entries, bench.rounds);
	const perItem = ({ name, items }: Entry) => sampleOf(samples, name).cpuMs / items;
	const cost = new Map(entries.map((entry) => [entry.name, perItem(entry)]));
	const at = (count: number, items: number) =>
		cost.get(`KallyAI, ${count} operations, ${items} items`) as number;
	const most = sizes.at(-1) as number;
	const byOperations = at(contestants.operations, most) / at(16, most);
	const byItems = at(contestants.operations, sizes[0]) / at(contestants.operations, most);
	bench.target(
		`CPU per item: ${contestants.operations} operations / 16`,
		'0.90–1.10',
		ratio(byOperations),
		Math.abs(byOperations - 1) <= 0.1,
	);
	bench.target(
		`CPU per item: ${sizes[0]} items / ${most}`,
		'0.90–1.10',
		ratio(byItems),
		Math.abs(byItems - 1) <= 0.1,
	);
	return {
		title: 'Scaling: CPU per item of call.get',
		about:
			'The table reduced to 16 and 64 operations, and complete. The time includes the start of the execution in n8n’s engine, which matters more in runs with few items.',
		head: ['Operations', ...sizes.map((items) => `${items} items (ms)`)],
		rows: counts.map((count) => [
			String(count),
			...sizes.map((items) => at(count, items).toFixed(3)),
		]),
		chart: { title: 'CPU per item', unit: 'ms', bars: [...cost] },
	};
}
