// One contestant alone in a process, with many items: its time, its CPU and the most memory it held.
import { loadContestants } from './contestants.mts';

const [packageFolder, baseUrl, name, items] = process.argv.slice(2);
const contestants = await loadContestants(packageFolder, baseUrl);
const contestant = name === 'httpRequest' ? contestants.httpRequest : contestants.kallyAi();
await contestant('get', 10);
const cpu = process.cpuUsage();
const started = performance.now();
const out = await contestant('get', Number(items));
const wallMs = performance.now() - started;
const { user, system } = process.cpuUsage(cpu);
process.send?.(
	{ out, wallMs, cpuMs: (user + system) / 1000, megabytes: process.resourceUsage().maxRSS / 1024 },
	() => process.exit(),
);
