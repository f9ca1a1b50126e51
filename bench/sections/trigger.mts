import { median } from '../measure.mts';
import type { Section } from '../report.mts';
import { type Bench, ms } from './common.mts';

export async function trigger(bench: Bench): Promise<Section> {
	const { contestants, quick, rounds } = bench;
	const total = quick ? 500 : 10_000;
	const rows: Record<string, number[]> = {};
	const note = (name: string, value: number) => (rows[name] ??= []).push(value);
	for (let round = 0; round < rounds; round++) {
		const state = {};
		await bench.server({ total: 0 });
		await contestants.poll(state);
		await bench.server({ total });
		let events = 0;
		let polls = 0;
		const started = performance.now();
		while (events < total) {
			const given = await contestants.poll(state);
			if (given === 0) throw new Error(`The trigger stopped at ${events} of ${total} events`);
			events += given;
			polls++;
		}
		note(`Draining ${total} events (ms)`, performance.now() - started);
		note('Polls for that', polls);
		note('State afterwards (bytes of JSON)', JSON.stringify(state).length);
		const quiet = performance.now();
		const given = await contestants.poll(state);
		note('A quiet poll after that (ms)', performance.now() - quiet);
		if (given !== 0 || events !== total) throw new Error('The trigger gave something out twice');
	}
	return {
		title: 'Trigger',
		about: `Finished calls, one a second, polled with at most 1000 events at a time. Each came out exactly once.`,
		head: ['', 'KallyAI Trigger'],
		rows: Object.entries(rows).map(([name, values]) => [name, ms(median(values))]),
	};
}
