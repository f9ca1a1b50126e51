import { measure, type Entry } from '../measure.mts';
import type { Section } from '../report.mts';
import type { CallWork } from '../measuredWorkflow.mts';
import { barsOf, type Bench, ratio, ratioHead, ratioRows, timeRatio } from './figures.mts';

export async function throughput(work: CallWork, bench: Bench): Promise<Section> {
	const { contestants, quick, rounds } = bench;
	const items = quick ? 50 : 1000;
	const kallyAi = contestants.kallyAi();
	const to = 'HTTP Request, defaults (all at once)';
	const helper = 'n8n’s request helper only, concurrency 10';
	const entry = (name: string, run: Entry['run']): Entry => ({ name, items, run });
	const entries = [
		entry('KallyAI, defaults', async () => await kallyAi(work, items)),
		entry('KallyAI, concurrency 10', async () => await kallyAi(work, items, 10)),
		entry(helper, async () => await contestants.helperAlone(work, items, 10)),
		entry(to, async () => await contestants.httpRequest(work, items)),
		entry('axios loop, concurrency 10', async () => await contestants.axiosLoop(work, items, 10)),
	];
	const samples = await measure(entries, rounds);
	const part = (name: string, of = to) => timeRatio(samples, name, of);
	for (const name of ['KallyAI, defaults', 'KallyAI, concurrency 10']) {
		bench.target(
			`call.${work} in n8n-core, immediate responses: ${name} / HTTP Request`,
			'≤ 0.70',
			ratio(part(name)),
			part(name) <= 0.7,
		);
	}
	const least = part('KallyAI, concurrency 10', helper);
	bench.target(
		`call.${work} in n8n-core, immediate responses: KallyAI / n8n’s request helper only, both at concurrency 10`,
		'≤ 1.00',
		ratio(least),
		least <= 1,
	);
	return {
		title: `Throughput: ${items} × call.${work}, immediate responses`,
		about:
			'The same items with the same OAuth2 credential, in n8n-core. By default, KallyAI sends five reads at a time and one write at a time. HTTP Request has its default settings and sends everything at once. “n8n’s request helper only” is the minimum that a node can do: it reads the parameters and calls the helper that n8n provides, and starts the next item whenever one ends. KallyAI starts the next items together when several end in one turn of the event loop. n8n evaluates the three addresses in the credential again for each request, and its HTTP client opens a connection for each. Here the credential is in memory. On the real n8n (below) it takes longer to load, and HTTP Request loads it twice per item.',
		head: ratioHead('HTTP Request'),
		rows: ratioRows(entries, samples, to),
		chart: { title: `${items} × call.${work}`, unit: 'ms', bars: barsOf(samples) },
	};
}

export async function equal(bench: Bench): Promise<Section> {
	const { contestants, quick } = bench;
	const items = 50;
	const kallyAi = contestants.kallyAi();
	const to = 'HTTP Request, 50 at once';
	const entries: Entry[] = (['get', 'make'] as const).flatMap((work) => [
		{
			name: `KallyAI call.${work}, 50 at once`,
			items,
			run: async () => await kallyAi(work, items, 50),
		},
		{ name: `${to}, ${work}`, items, run: async () => await contestants.httpRequest(work, items) },
	]);
	const samples = await measure(entries, quick ? 1 : 15);
	for (const work of ['get', 'make']) {
		const part = timeRatio(samples, `KallyAI call.${work}, 50 at once`, `${to}, ${work}`);
		bench.target(
			`call.${work}, equal concurrency: KallyAI / HTTP Request`,
			'≤ 1.00',
			ratio(part),
			part <= 1,
		);
	}
	return {
		title: 'Equal concurrency: 50 items, all at once',
		about:
			'HTTP Request can limit its requests only by pausing between batches. With 50 items at concurrency 50, both nodes do the same.',
		head: ratioHead('HTTP Request, get'),
		rows: ratioRows(entries, samples, `${to}, get`),
	};
}
