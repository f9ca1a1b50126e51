import { measure, type Entry } from '../measure.mts';
import type { Section } from '../report.mts';
import { type Bench, ratioHead, ratioRows, sampleOf } from './figures.mts';

/** What the declarative twin is asked for: nothing optional, and four optional fields given by expressions. */
const TWIN_WORKS = {
	get: 'call.get',
	make: 'call.make',
	makeInFull: 'call.make with four more fields',
} as const;

export async function declarative(bench: Bench): Promise<Section> {
	const { contestants, quick, rounds } = bench;
	const items = quick ? 10 : 100;
	const kallyAi = contestants.kallyAi();
	const works = Object.keys(TWIN_WORKS) as Array<keyof typeof TWIN_WORKS>;
	const entries: Entry[] = works.flatMap((work) => [
		{ name: `KallyAI, ${TWIN_WORKS[work]}`, items, run: async () => await kallyAi(work, items) },
		{
			name: `Declarative twin, ${TWIN_WORKS[work]}`,
			items,
			run: async () => await contestants.declarative(work, items),
		},
	]);
	const samples = await measure(entries, rounds);
	for (const work of works) {
		const times =
			sampleOf(samples, `Declarative twin, ${TWIN_WORKS[work]}`).cpuMs /
			sampleOf(samples, `KallyAI, ${TWIN_WORKS[work]}`).cpuMs;
		bench.target(
			`${TWIN_WORKS[work]}: CPU of the declarative twin / KallyAI`,
			'≥ 20',
			times.toFixed(1),
			times >= 20,
		);
	}
	const { properties } = contestants.description;
	const sharing = properties.filter(({ name }) => name === 'additionalFields').length;
	return {
		title: `Declarative twin: ${items} items`,
		about: `The same description (${properties.length} properties) with the routing of n8n’s declarative style instead of code, generated from the same table. It sends all items at once, and both send the same requests. n8n resolves a parameter twice for every property with its name, whether it is shown or not. An item without optional fields takes little time, but each expression in Additional Fields is evaluated for all ${sharing} properties of that name. KallyAI evaluates each of these expressions once.`,
		head: ratioHead('KallyAI call.get'),
		rows: ratioRows(entries, samples, 'KallyAI, call.get'),
		chart: {
			title: 'CPU per item',
			unit: 'ms',
			bars: [...samples].map(([name, { cpuMs }]) => [name, cpuMs / items]),
		},
	};
}
