import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../../tools/lib/paths.mts';
import { median } from '../measure.mts';
import type { Section } from '../report.mts';
import { type Bench, ms, ratio } from './common.mts';

interface Volume {
	out: number;
	wallMs: number;
	cpuMs: number;
	megabytes: number;
}

export async function volume(bench: Bench): Promise<Section> {
	const items = bench.quick ? 100 : 10_000;
	const names = ['kallyAi', 'httpRequest'] as const;
	const found: Record<string, Volume[]> = { kallyAi: [], httpRequest: [] };
	for (let round = 0; round < bench.rounds; round++) {
		for (const name of names) {
			const child = fork(join(ROOT, 'bench', 'volume.mts'), [
				bench.packageFolder,
				bench.baseUrl,
				name,
				String(items),
			]);
			const ended = once(child, 'exit');
			const message = await Promise.race([
				once(child, 'message').then(([given]) => given as Volume),
				ended,
			]);
			if (!('out' in message) || message.out !== items)
				throw new Error(`${name} did not do ${items} items`);
			found[name].push(message);
			await ended;
		}
	}
	const middle = (name: string, key: keyof Volume) => median(found[name].map((one) => one[key]));
	const part = (key: keyof Volume) => middle('kallyAi', key) / middle('httpRequest', key);
	bench.target(
		`Memory at ${items} items: KallyAI / HTTP Request`,
		'≤ 1.30',
		ratio(part('megabytes')),
		part('megabytes') <= 1.3,
	);
	bench.target(
		`call.get, ${items} items: KallyAI, defaults / HTTP Request`,
		'≤ 0.70',
		ratio(part('wallMs')),
		part('wallMs') <= 0.7,
	);
	return {
		title: `Volume: ${items} × call.get, each in a process of its own`,
		about: 'Most memory that the process held (resident), the engine included.',
		head: [
			'',
			'Memory / HTTP Request',
			'Time / HTTP Request',
			'Memory (MB)',
			'Time (ms)',
			'CPU per item (ms)',
		],
		rows: names.map((name) => [
			name === 'kallyAi' ? 'KallyAI, defaults' : 'HTTP Request, defaults',
			ratio(middle(name, 'megabytes') / middle('httpRequest', 'megabytes')),
			ratio(middle(name, 'wallMs') / middle('httpRequest', 'wallMs')),
			ms(middle(name, 'megabytes')),
			ms(middle(name, 'wallMs')),
			ms(middle(name, 'cpuMs') / items),
		]),
	};
}
