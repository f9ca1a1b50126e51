import { measure, type Entry } from '../measure.mts';
import type { Section } from '../report.mts';
import {
	barsOf,
	type Bench,
	ms,
	ratio,
	ratioHead,
	ratioRows,
	sampleOf,
	timeRatio,
} from './figures.mts';

export async function latency(delayMs: number, bench: Bench): Promise<Section> {
	const items = bench.quick || delayMs > 100 ? 11 : 61;
	await bench.server({ delayMs });
	const kallyAi = bench.contestants.kallyAi();
	const entries = [1, 5, 20].map(
		(concurrency): Entry => ({
			name: `KallyAI, concurrency ${concurrency}`,
			items,
			run: async () => await kallyAi('make', items, concurrency),
		}),
	);
	const samples = await measure(entries, bench.rounds);
	const rows = entries.map(({ name }, index) => {
		const { wallMs } = sampleOf(samples, name);
		// The first item goes alone.
		const least = delayMs * (1 + Math.ceil((items - 1) / [1, 5, 20][index]));
		return [name, ratio(wallMs / least), ms(wallMs), ms(least)];
	});
	return {
		title: `Latency: ${items} × call.make, responses after ${delayMs} ms`,
		about:
			'Compared with the minimum time that the responses take at this concurrency if the first item is sent alone.',
		head: ['', 'Time / minimum', 'Time (ms)', 'Minimum (ms)'],
		rows,
		chart: {
			title: `${items} × call.make, ${delayMs} ms responses`,
			unit: 'ms',
			bars: barsOf(samples),
		},
	};
}

export async function returnAll(bench: Bench): Promise<Section> {
	const total = bench.quick ? 600 : 10_000;
	await bench.server({ delayMs: 50, total });
	const kallyAi = bench.contestants.kallyAi();
	const entries = [1, 5, 20].map(
		(concurrency): Entry => ({
			name: `KallyAI, pages ${concurrency} at a time`,
			items: total,
			run: async () => await kallyAi('getAll', 1, concurrency),
		}),
	);
	const samples = await measure(entries, bench.rounds);
	const parallel = timeRatio(samples, entries[1].name, entries[0].name);
	bench.target(
		'Return All: five pages at a time / one at a time',
		'≤ 0.33',
		ratio(parallel),
		parallel <= 1 / 3,
	);
	return {
		title: `Return All: ${total} calls in pages of 200, responses after 50 ms`,
		about: 'Five pages at a time is the default.',
		head: ratioHead('one at a time'),
		rows: ratioRows(entries, samples, entries[0].name),
		chart: { title: `${total} rows`, unit: 'ms', bars: barsOf(samples) },
	};
}
