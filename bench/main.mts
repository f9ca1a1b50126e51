// npm run bench: what the node costs beside the alternatives, written to docs/benchmarks.md.
// `--quick` shows in a minute that everything works; names of sections run only those; `--check` fails if a ratio is worse than
// in the document by more than a tenth. Only a run without any of them writes the document.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import axios from 'axios';
import { pack, unpack } from '../tools/lib/pack.mts';
import { CACHE, HOST, ROOT } from '../tools/lib/paths.mts';
import { ensureHost } from '../tools/n8n/host.mts';
import { loadContestants } from './contestants.mts';
import { documentedTargets, regressions } from './regressions.mts';
import { printSection, printTargets, writeReport, type Section, type Target } from './report.mts';
import type { Bench } from './sections/figures.mts';
import { campaign } from './sections/campaign.mts';
import { declarative } from './sections/declarative.mts';
import { floor } from './sections/floor.mts';
import { host } from './sections/host.mts';
import { latency, returnAll } from './sections/latency.mts';
import { parts } from './sections/parts.mts';
import { queue } from './sections/queue.mts';
import { scaling } from './sections/scaling.mts';
import { throughput, equal } from './sections/throughput.mts';
import { mechanisms, trigger } from './sections/trigger.mts';
import { volume } from './sections/volume.mts';
import { weight } from './sections/weight.mts';

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
	trigger: [trigger, mechanisms],
	weight: [weight],
	volume: [volume],
	host: [host],
	queue: [queue],
	campaign: [campaign],
	parts: [parts],
};

/** How often a section is measured before a worse ratio counts as a regression. */
const TRIES = 3;

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

const { values: flags, positionals: names } = parseArgs({
	allowPositionals: true,
	options: {
		quick: { type: 'boolean', default: false },
		check: { type: 'boolean', default: false },
	},
});
const { quick, check } = flags;
const unknown = names.filter((name) => !Object.hasOwn(SECTIONS, name));
if (unknown.length > 0)
	throw new Error(
		`There is no section ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}`,
	);

await ensureHost();
const { tarball, size, files } = await pack();
const packageFolder = await mkdtemp(join(CACHE, 'bench-'));
const server = fork(join(ROOT, 'bench', 'answeringServer.mts'));
try {
	await unpack(tarball, packageFolder);
	const [baseUrl] = (await once(server, 'message')) as [string];
	const started = performance.now();
	const secondsSince = (time: number) => Math.round((performance.now() - time) / 1000);
	const documented = documentedTargets(await readFile(join(ROOT, 'docs', 'benchmarks.md'), 'utf8'));
	const targets: Target[] = [];
	const regressed: Target[] = [];
	let measured: Target[] = [];
	const sections: Section[] = [];
	const bench: Bench = {
		contestants: await loadContestants(packageFolder, baseUrl),
		packageFolder,
		packed: { size, files: files.length },
		baseUrl,
		rounds: quick ? 1 : 10,
		longRounds: quick ? 1 : 5,
		quick,
		async server({ delayMs = 0, total = 0, quiet: isQuiet }) {
			await axios.get(`${baseUrl}/set`, {
				params: { delayMs, total, quiet: isQuiet },
				proxy: false,
			});
		},
		target: (what, wanted, found, met) => void measured.push({ what, wanted, found, met }),
	};
	for (const section of (names.length > 0 ? names : Object.keys(SECTIONS)).flatMap(
		(name) => SECTIONS[name],
	)) {
		const sectionStarted = performance.now();
		let worse: Target[] | undefined;
		for (let tries = 0; tries < (check ? TRIES : 1) && worse?.length !== 0; tries++) {
			measured = [];
			await bench.server({});
			const found = await section(bench);
			printSection(found);
			const again = regressions(documented, measured);
			// A ratio that was good once has not become worse: the machine was busy.
			worse = worse?.filter(({ what }) => again.some((one) => one.what === what)) ?? again;
			if (tries === 0) {
				sections.push(found);
				targets.push(...measured);
			}
		}
		regressed.push(...(worse ?? []));
		console.log(`(${secondsSince(sectionStarted)} s)`);
	}
	const seconds = secondsSince(started);
	printTargets(targets);
	console.log(`\n${seconds} s`);
	if (check) {
		for (const { what, found } of regressed)
			console.error(`Worse: ${what}: ${found}, in the document ${documented.get(what)?.found}`);
		console.log(`${targets.length} targets compared, ${regressed.length} worse`);
		if (regressed.length > 0) process.exitCode = 1;
	} else if (!quick && names.length === 0) {
		await writeReport(sections, targets, {
			rounds: [bench.rounds, bench.longRounds],
			seconds,
			versions: await versionsOf(),
		});
	}
} finally {
	server.disconnect();
	await rm(packageFolder, { recursive: true, force: true });
}
process.exit();
