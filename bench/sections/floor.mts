import { measure, type Entry } from '../measure.mts';
import type { Section } from '../report.mts';
import { barsOf, type Bench, ratio, ratioHead, ratioRows, timeRatio } from './figures.mts';

export async function floor(bench: Bench): Promise<Section> {
	const { contestants, quick, rounds } = bench;
	const items = quick ? 20 : 150;
	await bench.server({ delayMs: 5 });
	const kallyAi = contestants.kallyAi();
	const to = 'axios loop, concurrency';
	const entries: Entry[] = [1, 5].flatMap((concurrency) => [
		{
			name: `KallyAI, concurrency ${concurrency}`,
			items,
			run: async () => await kallyAi('get', items, concurrency),
		},
		{
			name: `${to} ${concurrency}`,
			items,
			run: async () => await contestants.axiosLoop('get', items, concurrency),
		},
	]);
	const samples = await measure(entries, rounds);
	for (const concurrency of [1, 5]) {
		const part = timeRatio(samples, `KallyAI, concurrency ${concurrency}`, `${to} ${concurrency}`);
		bench.target(
			`5 ms responses, concurrency ${concurrency}: KallyAI / axios loop`,
			'≤ 1.25',
			ratio(part),
			part <= 1.25,
		);
	}
	return {
		title: `Lower bound: ${items} × call.get, responses after 5 ms`,
		about:
			'A loop of axios requests over reused connections, without n8n, credentials or items: no node can be faster. n8n opens a connection for each request, so requests prepared in one turn of the event loop are sent together at the end of it. If five responses arrive at once, the five next items are processed before anything is sent again.',
		head: ratioHead('axios loop 5'),
		rows: ratioRows(entries, samples, `${to} 5`),
		chart: { title: `${items} × call.get, 5 ms responses`, unit: 'ms', bars: barsOf(samples) },
	};
}
