// One contestant alone in a process: its time, its CPU and the most memory it held.
import { type Contestants, loadContestants } from './contestants.mts';

/** What to run: so many items, so many times. */
export interface Task {
	packageFolder: string;
	baseUrl: string;
	name: 'kallyAi' | 'httpRequest' | 'axiosLoop';
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
const AXIOS_CONCURRENCY = 10;

const task = JSON.parse(process.argv[2]) as Task;

function contestantOf(contestants: Contestants) {
	const { name, work } = task;
	if (name === 'axiosLoop')
		return async (items: number) => await contestants.axiosLoop(work, items, AXIOS_CONCURRENCY);
	const run = name === 'kallyAi' ? contestants.kallyAi() : contestants.httpRequest;
	return async (items: number) => await run(work, items);
}

const run = contestantOf(await loadContestants(task.packageFolder, task.baseUrl));
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
