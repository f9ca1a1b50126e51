// npm run bench: what the node costs beside the alternatives, written to docs/benchmarks.md.
// `--quick` shows in a minute that everything works and writes nothing; names of sections run only those.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import axios from 'axios';
import { pack, unpack } from '../tools/lib/pack.mts';
import { CACHE, HOST, ROOT } from '../tools/lib/paths.mts';
import { ensureHost } from '../tools/n8n/host.mts';
import { loadContestants, type Contestants } from './contestants.mts';
import { measure, median, type Entry, type Sample } from './measure.mts';
import { printSection, printTargets, writeReport, type Section, type Target } from './report.mts';
import { loadTimes, neighbours } from './weight.mts';

/** What a section has to work with. */
interface Bench {
	contestants: Contestants;
	packageFolder: string;
	packed: { size: number; files: number };
	baseUrl: string;
	rounds: number;
	quick: boolean;
	/** Lets the server wait before it answers, and hold so many rows. */
	server(settings: { delayMs?: number; total?: number }): Promise<void>;
	target(what: string, wanted: string, found: string, met: boolean): void;
}

const ms = (value: number) => value.toFixed(value < 10 ? 2 : 0);
const ratio = (value: number) => value.toFixed(2);

function sampleOf(samples: Map<string, Sample>, name: string): Sample {
	const sample = samples.get(name);
	if (sample === undefined) throw new Error(`${name} was not measured`);
	return sample;
}

/** Rows with the ratio to the entry that everything is compared with in front. */
function ratioRows(entries: Entry[], samples: Map<string, Sample>, to: string): string[][] {
	const base = sampleOf(samples, to).wallMs;
	return entries.map(({ name, items }) => {
		const { wallMs, cpuMs, spread } = sampleOf(samples, name);
		return [name, ratio(wallMs / base), ms(wallMs), spread.map(ms).join('–'), ms(cpuMs / items)];
	});
}

const ratioHead = (to: string) => [
	'',
	`Time / ${to}`,
	'Time (ms)',
	'Least–most',
	'CPU per item (ms)',
];
const barsOf = (samples: Map<string, Sample>) =>
	[...samples].map(([name, { wallMs }]): [string, number] => [name, wallMs]);

async function throughput(work: 'get' | 'make', bench: Bench): Promise<Section> {
	const { contestants, quick, rounds } = bench;
	const items = quick ? 50 : 1000;
	const kallyAi = contestants.kallyAi();
	const to = 'HTTP Request, defaults (all at once)';
	const entry = (name: string, run: Entry['run']): Entry => ({ name, items, run });
	const entries = [
		entry('KallyAI, defaults', async () => await kallyAi(work, items)),
		entry('KallyAI, concurrency 10', async () => await kallyAi(work, items, 10)),
		entry('KallyAI, concurrency 50', async () => await kallyAi(work, items, 50)),
		entry(to, async () => await contestants.httpRequest(work, items)),
		entry('axios loop, concurrency 10', async () => await contestants.axiosLoop(work, items, 10)),
	];
	const samples = await measure(entries, rounds);
	const part = (name: string) => sampleOf(samples, name).wallMs / sampleOf(samples, to).wallMs;
	for (const name of ['KallyAI, defaults', 'KallyAI, concurrency 10']) {
		bench.target(
			`call.${work}, fast answers: ${name} / HTTP Request`,
			'≤ 0.70',
			ratio(part(name)),
			part(name) <= 0.7,
		);
	}
	return {
		title: `Throughput: ${items} × call.${work}, answers at once`,
		about:
			'The same items with the same OAuth2 credential, in n8n-core. KallyAI sends reads five at a time and writes one at a time unless told otherwise. A CPU profile of call.make gives the package’s own code about 4 % of an item. The rest is n8n’s and the same for every node: about 0.1 ms for each expression (call.make has two, HTTP Request’s body is one) and for each of the credential’s two addresses, which n8n evaluates again for every request, and an agent and a connection of its own for each request.',
		head: ratioHead('HTTP Request'),
		rows: ratioRows(entries, samples, to),
		chart: { title: `${items} × call.${work}`, unit: 'ms', bars: barsOf(samples) },
	};
}

async function equal(bench: Bench): Promise<Section> {
	const { contestants, quick } = bench;
	const items = 50;
	const kallyAi = contestants.kallyAi();
	const to = 'HTTP Request, 50 in flight';
	const entries: Entry[] = (['get', 'make'] as const).flatMap((work) => [
		{
			name: `KallyAI call.${work}, 50 in flight`,
			items,
			run: async () => await kallyAi(work, items, 50),
		},
		{ name: `${to}, ${work}`, items, run: async () => await contestants.httpRequest(work, items) },
	]);
	const samples = await measure(entries, quick ? 1 : 15);
	for (const work of ['get', 'make']) {
		const part =
			sampleOf(samples, `KallyAI call.${work}, 50 in flight`).wallMs /
			sampleOf(samples, `${to}, ${work}`).wallMs;
		bench.target(
			`call.${work}, equal concurrency: KallyAI / HTTP Request`,
			'≤ 1.00',
			ratio(part),
			part <= 1,
		);
	}
	return {
		title: 'Equal concurrency: 50 items, all in flight',
		about:
			'HTTP Request cannot bound its requests but by pausing between batches, so 50 items at concurrency 50 is where both do the same.',
		head: ratioHead('HTTP Request, get'),
		rows: ratioRows(entries, samples, `${to}, get`),
	};
}

async function floor(bench: Bench): Promise<Section> {
	const { contestants, quick, rounds } = bench;
	const items = quick ? 20 : 500;
	await bench.server({ delayMs: 5 });
	const kallyAi = contestants.kallyAi();
	const to = 'axios loop, concurrency';
	const entries: Entry[] = [1, 5].flatMap((concurrency) => [
		{
			name: `KallyAI, concurrency ${concurrency}`,
			items,
			run: async () => await kallyAi('get', items, concurrency),
		},
		{
			name: `${to} ${concurrency}`,
			items,
			run: async () => await contestants.axiosLoop('get', items, concurrency),
		},
	]);
	const samples = await measure(entries, rounds);
	for (const concurrency of [1, 5]) {
		const part =
			sampleOf(samples, `KallyAI, concurrency ${concurrency}`).wallMs /
			sampleOf(samples, `${to} ${concurrency}`).wallMs;
		bench.target(
			`5 ms answers, concurrency ${concurrency}: KallyAI / axios loop`,
			'≤ 1.25',
			ratio(part),
			part <= 1.25,
		);
	}
	return {
		title: `The floor: ${items} × call.get, answers after 5 ms`,
		about:
			'A loop of axios requests over kept connections, without n8n, without credentials, without items: what no node can undercut. n8n makes an agent for each request and so opens a connection for each; with its expressions that is about 1 ms of CPU an item, which one process cannot hide behind five answers of 5 ms.',
		head: ratioHead('axios loop 5'),
		rows: ratioRows(entries, samples, `${to} 5`),
		chart: { title: `${items} × call.get, 5 ms answers`, unit: 'ms', bars: barsOf(samples) },
	};
}

/** What the declarative twin is asked for: nothing optional, and four optional fields given by expressions. */
const TWIN_WORKS = {
	get: 'call.get',
	make: 'call.make',
	makeInFull: 'call.make with four more fields',
} as const;

async function declarative(bench: Bench): Promise<Section> {
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
		about: `The same description (${properties.length} properties) with the routing of n8n’s declarative style instead of code, made from the same table. It sends all items at once; both pay for the same requests. n8n resolves a parameter twice for every property that carries its name, shown or not: an item without optional fields costs it little, while each expression in Additional Fields is evaluated for all ${sharing} properties of that name. What KallyAI pays for the same expressions is one evaluation each.`,
		head: ratioHead('KallyAI call.get'),
		rows: ratioRows(entries, samples, 'KallyAI, call.get'),
		chart: {
			title: 'CPU per item',
			unit: 'ms',
			bars: [...samples].map(([name, { cpuMs }]) => [name, cpuMs / items]),
		},
	};
}

async function scaling(bench: Bench): Promise<Section> {
	const { contestants, quick } = bench;
	const counts = [16, 64, contestants.operations];
	const sizes = quick ? [10, 50] : [10, 100, 1000];
	const entries: Entry[] = counts.flatMap((count) => {
		const kallyAi = contestants.kallyAi(count);
		return sizes.map((items) => {
			// Few items are repeated until there is something to measure.
			const times = Math.max(1, Math.round((quick ? 50 : 500) / items));
			return {
				name: `KallyAI, ${count} operations, ${items} items`,
				items: items * times,
				async run() {
					let out = 0;
					for (let time = 0; time < times; time++) out += await kallyAi('get', items);
					return out;
				},
			};
		});
	});
	const samples = await measure(entries, bench.rounds);
	const perItem = ({ name, items }: Entry) => sampleOf(samples, name).cpuMs / items;
	const cost = new Map(entries.map((entry) => [entry.name, perItem(entry)]));
	const at = (count: number, items: number) =>
		cost.get(`KallyAI, ${count} operations, ${items} items`) as number;
	const most = sizes.at(-1) as number;
	const byOperations = at(contestants.operations, most) / at(16, most);
	const byItems = at(contestants.operations, sizes[0]) / at(contestants.operations, most);
	bench.target(
		`CPU per item: ${contestants.operations} operations / 16`,
		'0.90–1.10',
		ratio(byOperations),
		Math.abs(byOperations - 1) <= 0.1,
	);
	bench.target(
		`CPU per item: ${sizes[0]} items / ${most}`,
		'0.90–1.10',
		ratio(byItems),
		Math.abs(byItems - 1) <= 0.1,
	);
	return {
		title: 'Scaling: CPU per item of call.get',
		about:
			'The table cut to 16 and 64 operations, and whole. A run of few items carries the start of an execution in n8n’s engine, which is counted here as well.',
		head: ['Operations', ...sizes.map((items) => `${items} items (ms)`)],
		rows: counts.map((count) => [
			String(count),
			...sizes.map((items) => at(count, items).toFixed(3)),
		]),
		chart: { title: 'CPU per item', unit: 'ms', bars: [...cost] },
	};
}

async function latency(delayMs: number, bench: Bench): Promise<Section> {
	const items = bench.quick ? 20 : delayMs > 100 ? 20 : 60;
	await bench.server({ delayMs });
	const kallyAi = bench.contestants.kallyAi();
	const entries = [1, 5, 20].map(
		(concurrency): Entry => ({
			name: `KallyAI, concurrency ${concurrency}`,
			items,
			run: async () => await kallyAi('make', items, concurrency),
		}),
	);
	const samples = await measure(entries, bench.rounds);
	const rows = entries.map(({ name }, index) => {
		const { wallMs } = sampleOf(samples, name);
		// The first item goes alone.
		const least = delayMs * (1 + Math.ceil((items - 1) / [1, 5, 20][index]));
		return [name, ratio(wallMs / least), ms(wallMs), ms(least)];
	});
	return {
		title: `Latency: ${items} × call.make, answers after ${delayMs} ms`,
		about:
			'Beside the least time that the answers alone take at that concurrency, the first item going alone.',
		head: ['', 'Time / least possible', 'Time (ms)', 'Least possible (ms)'],
		rows,
		chart: {
			title: `${items} × call.make, ${delayMs} ms answers`,
			unit: 'ms',
			bars: barsOf(samples),
		},
	};
}

async function returnAll(bench: Bench): Promise<Section> {
	const total = bench.quick ? 600 : 10_000;
	await bench.server({ delayMs: 50, total });
	const kallyAi = bench.contestants.kallyAi();
	const entries = [1, 5, 20].map(
		(concurrency): Entry => ({
			name: `KallyAI, pages ${concurrency} at a time`,
			items: total,
			run: async () => await kallyAi('getAll', 1, concurrency),
		}),
	);
	const samples = await measure(entries, bench.rounds);
	const parallel =
		sampleOf(samples, entries[1].name).wallMs / sampleOf(samples, entries[0].name).wallMs;
	bench.target(
		'Return All: five pages at a time / one by one',
		'≤ 0.33',
		ratio(parallel),
		parallel <= 1 / 3,
	);
	return {
		title: `Return All: ${total} calls in pages of 200, answers after 50 ms`,
		about: 'Five pages at a time is the default.',
		head: ratioHead('one by one'),
		rows: ratioRows(entries, samples, entries[0].name),
		chart: { title: `${total} rows`, unit: 'ms', bars: barsOf(samples) },
	};
}

async function trigger(bench: Bench): Promise<Section> {
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

interface Volume {
	out: number;
	wallMs: number;
	cpuMs: number;
	megabytes: number;
}

async function volume(bench: Bench): Promise<Section> {
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

async function weight(bench: Bench): Promise<Section> {
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
		'Load time over an empty package',
		'≤ 60 ms',
		`${ms(ours - empty)} ms`,
		ours - empty <= 60,
	);
	const others = await neighbours(bench.quick ? 1 : 5);
	return {
		title: 'Weight',
		about: `Load time is that of a host which has n8n-workflow already; an empty package takes ${ms(empty)} ms. The description of KallyAI’s ${contestants.operations} operations is ${ms(description / 1000)} kB of JSON. Beside it stand packages of companies that the registry at hand has; a dash stands for one that does not load without dependencies of its own.`,
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

const SECTIONS: Record<string, Array<(bench: Bench) => Promise<Section>>> = {
	throughput: [
		async (bench) => await throughput('get', bench),
		async (bench) => await throughput('make', bench),
		equal,
	],
	floor: [floor],
	declarative: [declarative],
	scaling: [scaling],
	latency: [
		async (bench) => await latency(50, bench),
		async (bench) => await latency(500, bench),
		returnAll,
	],
	trigger: [trigger],
	weight: [weight],
	volume: [volume],
};

async function versionsOf(): Promise<string> {
	const read = async (file: string) =>
		(JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
	const of = async (name: string, folder: string) =>
		`${name} ${await read(join(folder, 'node_modules', name, 'package.json'))}`;
	const named = [
		of('n8n-core', ROOT),
		of('n8n-workflow', ROOT),
		of('n8n-nodes-base', HOST),
		of('axios', ROOT),
	];
	return [
		`Node ${process.versions.node}`,
		`this package ${await read(join(ROOT, 'package.json'))}`,
		...(await Promise.all(named)),
	].join(', ');
}

const asked = process.argv.slice(2);
const quick = asked.includes('--quick');
const names = asked.filter((name) => name !== '--quick');
const unknown = names.filter((name) => !Object.hasOwn(SECTIONS, name));
if (unknown.length > 0)
	throw new Error(
		`There is no section ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}`,
	);

await ensureHost();
const { tarball, size, files } = await pack();
const packageFolder = await mkdtemp(join(CACHE, 'bench-'));
const server = fork(join(ROOT, 'bench', 'target.mts'));
try {
	await unpack(tarball, packageFolder);
	const [baseUrl] = (await once(server, 'message')) as [string];
	const targets: Target[] = [];
	const sections: Section[] = [];
	const bench: Bench = {
		contestants: await loadContestants(packageFolder, baseUrl),
		packageFolder,
		packed: { size, files: files.length },
		baseUrl,
		rounds: quick ? 1 : 5,
		quick,
		async server({ delayMs = 0, total = 0 }) {
			await axios.get(`${baseUrl}/set`, { params: { delayMs, total }, proxy: false });
		},
		target: (what, wanted, found, met) => void targets.push({ what, wanted, found, met }),
	};
	const started = performance.now();
	for (const section of (names.length > 0 ? names : Object.keys(SECTIONS)).flatMap(
		(name) => SECTIONS[name],
	)) {
		await bench.server({});
		sections.push(await section(bench));
		printSection(sections.at(-1) as Section);
	}
	const seconds = (performance.now() - started) / 1000;
	printTargets(targets);
	console.log(`\n${Math.round(seconds)} s`);
	if (!quick) {
		const command = ['npm run bench', ...(names.length > 0 ? ['--', ...names] : [])].join(' ');
		await writeReport(sections, targets, {
			rounds: bench.rounds,
			seconds,
			versions: await versionsOf(),
			command,
		});
	}
} finally {
	server.disconnect();
	await rm(packageFolder, { recursive: true, force: true });
}
process.exit();
