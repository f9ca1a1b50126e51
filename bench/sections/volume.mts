import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../../tools/lib/paths.mts';
import { median } from '../measure.mts';
import type { Section } from '../report.mts';
import type { Task, Volume } from '../volume.mts';
import { type Bench, ms, ratio } from './common.mts';

const NAMES: Record<Task['name'], string> = {
	kallyAi: 'KallyAI, defaults',
	httpRequest: 'HTTP Request, defaults',
};

async function alone(task: Task): Promise<Volume> {
	const child = fork(join(ROOT, 'bench', 'volume.mts'), [JSON.stringify(task)]);
	const ended = once(child, 'exit');
	const message = await Promise.race([
		once(child, 'message').then(([given]) => given as Volume),
		ended,
	]);
	if (!('out' in message) || message.out !== task.items * task.times)
		throw new Error(`${task.name} did not do ${task.items} items`);
	await ended;
	return message;
}

export async function volume(work: 'get' | 'make', bench: Bench): Promise<Section> {
	const { baseUrl, packageFolder, quick, rounds } = bench;
	const items = quick ? 100 : 10_000;
	const names = Object.keys(NAMES) as Array<Task['name']>;
	const found = new Map<string, Volume[]>();
	const few: Volume[] = [];
	for (let round = 0; round < rounds; round++) {
		for (const name of names) {
			const volume = await alone({ packageFolder, baseUrl, name, work, items, times: 1 });
			found.set(name, [...(found.get(name) ?? []), volume]);
		}
		few.push(
			await alone({ packageFolder, baseUrl, name: 'kallyAi', work, items: 10, times: items / 10 }),
		);
	}
	const middle = (name: Task['name'], key: keyof Volume) =>
		median((found.get(name) as Volume[]).map((one) => one[key]));
	const part = (key: keyof Volume) => middle('kallyAi', key) / middle('httpRequest', key);
	bench.target(
		`Memory at ${items} × call.${work}: KallyAI / HTTP Request`,
		'≤ 1.30',
		ratio(part('megabytes')),
		part('megabytes') <= 1.3,
	);
	bench.target(
		`${items} × call.${work} in n8n-core: KallyAI, defaults / HTTP Request`,
		'≤ 0.70',
		ratio(part('wallMs')),
		part('wallMs') <= 0.7,
	);
	const growth =
		median(few.map(({ cpuMs, out }) => cpuMs / out)) / (middle('kallyAi', 'cpuMs') / items);
	bench.target(
		`CPU per item of call.${work}: 10 items / ${items}`,
		'0.90–1.10',
		ratio(growth),
		Math.abs(growth - 1) <= 0.1,
	);
	return {
		title: `Volume: ${items} × call.${work}, each in a process of its own`,
		about: `Most memory that the process held (resident), the engine included. Runs of 10 items beside them take ${ratio(growth)} of the CPU per item of one run of ${items}, the start of each execution in n8n’s engine included.`,
		head: [
			'',
			'Memory / HTTP Request',
			'Time / HTTP Request',
			'Memory (MB)',
			'Time (ms)',
			'CPU per item (ms)',
		],
		rows: names.map((name) => [
			NAMES[name],
			ratio(middle(name, 'megabytes') / middle('httpRequest', 'megabytes')),
			ratio(middle(name, 'wallMs') / middle('httpRequest', 'wallMs')),
			ms(middle(name, 'megabytes')),
			ms(middle(name, 'wallMs')),
			ms(middle(name, 'cpuMs') / items),
		]),
	};
}
