// One contestant alone in a process: its time, its CPU and the most memory it held, for one work after the other.
import { loadContestants } from './contestants.mts';
import type { CallWork } from './measuredWorkflow.mts';

/** What to run: so many items, so many times, of each work. */
export interface Task {
	packageFolder: string;
	baseUrl: string;
	name: 'kallyAi' | 'httpRequest';
	works: CallWork[];
	items: number;
	times: number;
}

/** What came of one work. */
export interface Volume {
	out: number;
	wallMs: number;
	cpuMs: number;
	/** Most memory up to then. */
	megabytes: number;
}

const WARM_UP = 500;

const { packageFolder, baseUrl, name, works, items, times } = JSON.parse(process.argv[2]) as Task;
const contestants = await loadContestants(packageFolder, baseUrl);
const contestant = name === 'kallyAi' ? contestants.kallyAi() : contestants.httpRequest;

async function measured(work: CallWork): Promise<Volume> {
	await contestant(work, WARM_UP);
	const cpu = process.cpuUsage();
	const started = performance.now();
	let out = 0;
	for (let time = 0; time < times; time++) out += await contestant(work, items);
	const wallMs = performance.now() - started;
	const { user, system } = process.cpuUsage(cpu);
	const megabytes = process.resourceUsage().maxRSS / 1024;
	return { out, wallMs, cpuMs: (user + system) / 1000, megabytes };
}

const volumes: Volume[] = [];
for (const work of works) volumes.push(await measured(work));
process.send?.(volumes, () => process.exit());
