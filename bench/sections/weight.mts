import type { Section } from '../report.mts';
import { loadTimes, neighbours } from '../packageWeight.mts';
import { type Bench, ms } from './figures.mts';

export async function weight(bench: Bench): Promise<Section> {
	const { packed, contestants } = bench;
	const { ours, empty } = await loadTimes(bench.packageFolder, bench.quick ? 1 : 11);
	const description = JSON.stringify(contestants.description).length;
	bench.target('Packed size', '≤ 200 kB', `${ms(packed.size / 1000)} kB`, packed.size <= 200_000);
	bench.target(
		'Description of the node as JSON',
		'≤ 350 kB',
		`${ms(description / 1000)} kB`,
		description <= 350_000,
	);
	bench.target(
		'Load time beyond an empty package',
		'≤ 60 ms',
		`${ms(ours - empty)} ms`,
		ours - empty <= 60,
	);
	const others = await neighbours(bench.quick ? 1 : 5);
	return {
		title: 'Weight',
		about: `The load time is measured in a process that has already loaded n8n-workflow; an empty package takes ${ms(empty)} ms. The description of KallyAI’s ${contestants.operations} operations is ${ms(description / 1000)} kB of JSON. The other packages are published by companies. A dash means that a package does not load without its own dependencies.`,
		head: ['', 'Packed (kB)', 'Files', 'Load time (ms)'],
		rows: [
			['KallyAI', ms(packed.size / 1000), String(packed.files), ms(ours)],
			...others.map(({ name, size, files, loadMs }) => [
				name,
				ms(size / 1000),
				String(files),
				loadMs === undefined ? '–' : ms(loadMs),
			]),
		],
	};
}
