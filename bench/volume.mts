// One contestant alone in a process: its time, its CPU and the most memory it held.
import { loadContestants } from './contestants.mts';

/** What to run: so many items, so many times. */
export interface Task {
	packageFolder: string;
	baseUrl: string;
	name: 'kallyAi' | 'httpRequest';
	work: 'get' | 'make';
	items: number;
	times: number;
}

/** What came of it. */
export interface Volume {
	out: number;
	wallMs: number;
	cpuMs: number;
	megabytes: number;
}

const WARM_UP = 500;

const task = JSON.parse(process.argv[2]) as Task;

const { packageFolder, baseUrl, name, work } = task;
const contestants = await loadContestants(packageFolder, baseUrl);
const contestant = name === 'kallyAi' ? contestants.kallyAi() : contestants.httpRequest;
const run = async (items: number) => await contestant(work, items);
await run(WARM_UP);
const cpu = process.cpuUsage();
const started = performance.now();
let out = 0;
for (let time = 0; time < task.times; time++) out += await run(task.items);
const wallMs = performance.now() - started;
const { user, system } = process.cpuUsage(cpu);
const megabytes = process.resourceUsage().maxRSS / 1024;
process.send?.({ out, wallMs, cpuMs: (user + system) / 1000, megabytes } satisfies Volume, () =>
	process.exit(),
);
