// npm test: everything that has to hold, quick things first. The last line counts: "N passed, N failed".
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { packContents } from './lib/pack.mts';
import { binary, CACHE, ROOT } from './lib/paths.mts';
import { pathWithNode } from './n8n/host.mts';

const STEP_WITHIN_MS = 15 * 60_000;
const LARGEST_PACKAGE = 200_000;
const PUBLISHED = /^(dist\/.+|README\.md|LICENSE|package\.json)$/;
const SOURCES = '**/*.{ts,mts,mjs,cjs,js}';
const JEST_REPORT = join(CACHE, 'jest.json');

interface Tally {
	passed: number;
	failed: number;
}

/** One step; `run` counts what it tested and prints why something failed. */
interface Step {
	name: string;
	/** The step without which this one makes no sense. */
	needs?: string;
	run: () => Promise<Tally>;
}

const one = (passed: boolean): Tally => ({ passed: passed ? 1 : 0, failed: passed ? 0 : 1 });

/** Runs a program; gives whether it succeeded and what it printed. Quiet ones show that only when they fail. */
async function runStep(
	command: string,
	args: string[],
	{ quiet }: { quiet: boolean },
): Promise<{ passed: boolean; printed: string }> {
	const child = spawn(command, args, {
		cwd: ROOT,
		env: { ...process.env, PATH: pathWithNode() },
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: STEP_WITHIN_MS,
	});
	const printed: Buffer[] = [];
	const keep = (chunk: Buffer) => {
		printed.push(chunk);
		if (!quiet) process.stdout.write(chunk);
	};
	child.stdout.on('data', keep);
	child.stderr.on('data', keep);
	const forward = (signal: NodeJS.Signals) => {
		child.kill(signal);
		child.once('close', () => process.exit(128 + constants.signals[signal]));
	};
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, forward);
	const passed = await new Promise<boolean>((resolve) => {
		child.once('error', (error) => {
			printed.push(Buffer.from(`${error.message}\n`));
			resolve(false);
		});
		child.once('close', (code) => resolve(code === 0));
	});
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, forward);
	const text = Buffer.concat(printed).toString();
	if (!passed && quiet) process.stdout.write(text);
	return { passed, printed: text };
}

const quietly =
	(command: string, ...args: string[]) =>
	async () =>
		one((await runStep(command, args, { quiet: true })).passed);

const ourNode = (script: string, ...args: string[]) => [join(ROOT, script), ...args];

async function jest(): Promise<Tally> {
	await mkdir(CACHE, { recursive: true });
	await rm(JEST_REPORT, { force: true });
	const args = ourNode(
		'node_modules/jest/bin/jest.js',
		'--ci',
		'--json',
		`--outputFile=${JEST_REPORT}`,
	);
	const { passed } = await runStep(process.execPath, args, { quiet: false });
	const report = await readFile(JEST_REPORT, 'utf8').then(
		(text) => JSON.parse(text) as Record<string, number>,
		() => undefined,
	);
	if (report === undefined) return one(false);
	const tally = {
		passed: report.numPassedTests,
		failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
	};
	// Jest may also fail as a whole, by its coverage threshold or because it found no tests.
	if (!passed && tally.failed === 0) tally.failed = 1;
	return tally;
}

/** A script of ours that counts by itself: its last line is "N passed, N failed". */
const counting = (script: string) => async (): Promise<Tally> => {
	const { passed, printed } = await runStep(process.execPath, ourNode(script), { quiet: false });
	const [, ...counts] = /(\d+) passed, (\d+) failed\s*$/.exec(printed) ?? [];
	if (counts.length === 0) return one(false);
	const tally = { passed: Number(counts[0]), failed: Number(counts[1]) };
	return passed || tally.failed > 0 ? tally : { ...tally, failed: 1 };
};

async function packageContents(): Promise<Tally> {
	const { files, size } = await packContents();
	const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
		dependencies?: object;
		n8n: { nodes: string[]; credentials: string[] };
	};
	const paths = files.map(({ path }) => path);
	const wanted = [
		'README.md',
		'LICENSE',
		'package.json',
		...manifest.n8n.nodes,
		...manifest.n8n.credentials,
	];
	const problems = [
		...paths.filter((path) => !PUBLISHED.test(path)).map((path) => `${path} must not be published`),
		...paths
			.filter((path) => /\.(tsbuildinfo|map)$/.test(path))
			.map((path) => `${path} is of no use to users`),
		...wanted.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
		...(size < LARGEST_PACKAGE
			? []
			: [`the package has ${size} bytes, more than ${LARGEST_PACKAGE}`]),
		...(manifest.dependencies === undefined ? [] : ['package.json has dependencies']),
	];
	console.log([`${files.length} files, ${size} bytes packed`, ...problems].join('\n'));
	return one(problems.length === 0);
}

const steps: Step[] = [
	{ name: 'format', run: quietly(binary('prettier'), '--check', SOURCES) },
	{ name: 'clones', run: quietly(binary('jscpd')) },
	{ name: 'lint', run: quietly(binary('n8n-node'), 'lint') },
	{
		name: 'architecture',
		run: quietly(
			binary('depcruise'),
			'--config',
			'.dependency-cruiser.cjs',
			'nodes',
			'credentials',
		),
	},
	{ name: 'build', run: quietly(binary('n8n-node'), 'build') },
	{ name: 'scanner', needs: 'build', run: quietly(process.execPath, ...ourNode('tools/scan.mts')) },
	{
		name: 'artifact',
		needs: 'build',
		run: quietly(process.execPath, ...ourNode('tools/artifact.mts')),
	},
	{ name: 'types', run: quietly(binary('tsc'), '--project', 'tsconfig.tools.json') },
	{ name: 'generated files', run: quietly(binary('gulp'), 'check') },
	{ name: 'package contents', needs: 'build', run: packageContents },
	{ name: 'jest', needs: 'build', run: jest },
	{
		name: 'npm start -- --once',
		needs: 'build',
		run: async () =>
			one(
				(await runStep(process.execPath, ourNode('tools/start.mts', '--once'), { quiet: false }))
					.passed,
			),
	},
	{ name: 'npm run test:e2e', needs: 'build', run: counting('test/e2e/main.mts') },
	{ name: 'npm run test:browser', needs: 'build', run: counting('test/browser/main.mts') },
];

const total: Tally = { passed: 0, failed: 0 };
const failedSteps = new Set<string>();
const report: string[] = [];
for (const { name, needs, run } of steps) {
	console.log(`\n=== ${name}`);
	const started = performance.now();
	const skipped = needs !== undefined && failedSteps.has(needs);
	const tally = skipped
		? one(false)
		: await run().catch((error: Error) => {
				console.log(error.message);
				return one(false);
			});
	total.passed += tally.passed;
	total.failed += tally.failed;
	if (tally.failed > 0) failedSteps.add(name);
	const seconds = ((performance.now() - started) / 1000).toFixed(1);
	const result = skipped ? `not run, ${needs} failed` : tally.failed > 0 ? 'FAILED' : 'ok';
	report.push(
		`${name.padEnd(20)} ${seconds.padStart(7)} s  ${result}, ${tally.passed}/${tally.passed + tally.failed}`,
	);
	console.log(report.at(-1));
}
console.log(`\n${report.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
