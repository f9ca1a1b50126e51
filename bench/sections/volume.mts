import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../../tools/lib/paths.mts';
import { least } from '../measure.mts';
import type { Section } from '../report.mts';
import type { Task, Volume } from '../volumeProcess.mts';
import type { CallWork } from '../measuredWorkflow.mts';
import { type Bench, ms, ratio } from './figures.mts';

const NAMES: Record<Task['name'], string> = { kallyAi: 'KallyAI', httpRequest: 'HTTP Request' };
const WORKS: CallWork[] = ['get', 'make'];

/** Executions of ten items that stand beside the one of many. */
const FEW = { items: 10, times: 400 };

async function alone(task: Task): Promise<Volume[]> {
	const child = fork(join(ROOT, 'bench', 'volumeProcess.mts'), [JSON.stringify(task)]);
	const ended = once(child, 'exit');
	const volumes = await Promise.race([
		once(child, 'message').then(([given]) => given as Volume[]),
		ended.then((): Volume[] => []),
	]);
	if (
		volumes.length < task.works.length ||
		volumes.some(({ out }) => out !== task.items * task.times)
	)
		throw new Error(`${task.name} did not do ${task.items} items`);
	await ended;
	return volumes;
}

export async function volume(bench: Bench): Promise<Section> {
	const { baseUrl, packageFolder, quick, longRounds } = bench;
	const items = quick ? 100 : 10_000;
	const of = { packageFolder, baseUrl, works: WORKS, items, times: 1 };
	const names = Object.keys(NAMES) as Array<Task['name']>;
	const found: Record<Task['name'], Volume[][]> = { kallyAi: [], httpRequest: [] };
	const few: Volume[] = [];
	for (let round = 0; round < longRounds; round++) {
		for (const name of names) found[name].push(await alone({ ...of, name }));
		few.push(...(await alone({ ...of, name: 'kallyAi', works: ['get'], ...FEW })));
	}
	const leastOf = (name: Task['name'], work: CallWork, key: keyof Volume) =>
		least(found[name].map((volumes) => volumes[WORKS.indexOf(work)][key]));
	const part = (work: CallWork, key: keyof Volume) =>
		leastOf('kallyAi', work, key) / leastOf('httpRequest', work, key);
	for (const work of WORKS) {
		bench.target(
			`Memory at ${items} × call.${work}: KallyAI / HTTP Request`,
			'≤ 1.30',
			ratio(part(work, 'megabytes')),
			part(work, 'megabytes') <= 1.3,
		);
		bench.target(
			`${items} × call.${work} in n8n-core: KallyAI, defaults / HTTP Request`,
			'≤ 0.70',
			ratio(part(work, 'wallMs')),
			part(work, 'wallMs') <= 0.7,
		);
	}
	const growth =
		least(few.map(({ cpuMs, out }) => cpuMs / out)) / (leastOf('kallyAi', 'get', 'cpuMs') / items);
	bench.target(
		`CPU per item of call.get: ${FEW.items} items / ${items}`,
		'0.90–1.10',
		ratio(growth),
		Math.abs(growth - 1) <= 0.1,
	);
	return {
		title: `Volume: ${items} items, each contestant in its own process`,
		about: `Memory is the maximum resident memory of the process, including the engine. Executions of ${FEW.items} items take ${ratio(growth)} times the CPU per item of an execution of ${items}, including the start in n8n’s engine.`,
		head: [
			'',
			'Memory / HTTP Request',
			'Time / HTTP Request',
			'Memory (MB)',
			'Time (ms)',
			'CPU per item (ms)',
		],
		rows: WORKS.flatMap((work) =>
			names.map((name) => [
				`${NAMES[name]}, defaults: call.${work}`,
				ratio(leastOf(name, work, 'megabytes') / leastOf('httpRequest', work, 'megabytes')),
				ratio(leastOf(name, work, 'wallMs') / leastOf('httpRequest', work, 'wallMs')),
				ms(leastOf(name, work, 'megabytes')),
				ms(leastOf(name, work, 'wallMs')),
				ms(leastOf(name, work, 'cpuMs') / items),
			]),
		),
	};
}
