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
			`5 ms answers, concurrency ${concurrency}: KallyAI / axios loop`,
			'≤ 1.25',
			ratio(part),
			part <= 1.25,
		);
	}
	return {
		title: `The floor: ${items} × call.get, answers after 5 ms`,
		about:
			'A loop of axios requests over kept connections, without n8n, without credentials, without items: what no node can undercut. n8n opens a connection for each request, so requests that are prepared in one turn of its event loop leave together at the end of it: five answers of 5 ms that come at once are followed by the work for five items before anything is sent again.',
		head: ratioHead('axios loop 5'),
		rows: ratioRows(entries, samples, `${to} 5`),
		chart: { title: `${items} × call.get, 5 ms answers`, unit: 'ms', bars: barsOf(samples) },
	};
}
