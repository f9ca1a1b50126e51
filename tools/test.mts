// npm test: everything that has to hold, quick things first. The last line counts: "N passed, N failed".
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { buildPackage } from './buildPackage.mts';
import { packContents } from './lib/pack.mts';
import { binary, CACHE, ROOT } from './lib/paths.mts';
import { ensureHost, pathWithNode } from './n8n/host.mts';

const STEP_WITHIN_MS = 40 * 60_000;
const LARGEST_PACKAGE = 200_000;
const PUBLISHED = /^(dist\/.+|README\.md|LICENSE|package\.json)$/;
const SOURCES = '**/*.{ts,mts,mjs,cjs,js}';
const JEST_REPORT = join(CACHE, 'jest.json');
const SLOWEST = 10;
/** Chromium, swc and gulp keep something of their own here instead of in the user's home. */
const OWN_HOME = {
	XDG_CACHE_HOME: join(CACHE, 'home'),
	XDG_CONFIG_HOME: join(CACHE, 'home'),
};
/** A line that a Player prints: a scenario and its seconds. */
const SCENARIO = /^(?:ok|FAILED) +(.+) \((?:.*; )?([\d.]+) s\)$/gm;
/** What a Player prints of a scenario that failed: its line, and the error up to the stack. */
const FAILED_SCENARIO = /^FAILED +(.+)\n((?:(?! +at |ok |FAILED ).*\n?)+)/gm;
/** Lines of a failed test's message that are shown at the end. */
const LINES_OF_FAILURE = 12;
/** The same of a program that failed as a whole: its last lines. */
const LINES_OF_PROGRAM = 40;

interface Tally {
	passed: number;
	failed: number;
}

/** A test and the seconds that it took. */
interface Timed {
	name: string;
	seconds: number;
}

/** One step; `run` counts what it tested and keeps why something failed in `failures`, under the name that it is given. */
interface Step {
	name: string;
	/** The step without which this one makes no sense; it is waited for. */
	needs?: string;
	run: (name: string) => Promise<Tally>;
}

const one = (passed: boolean): Tally => ({ passed: passed ? 1 : 0, failed: passed ? 0 : 1 });

const children = new Set<ChildProcess>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.on(signal, () => {
		const ends = [...children].map(async (child) => await once(child, 'close'));
		for (const child of children) child.kill(signal);
		void Promise.allSettled(ends).then(() => process.exit(128 + constants.signals[signal]));
	});
}

/** Prints what comes line by line, each with what it is of in front: two steps print at once. */
function printerOf(name: string): (chunk: Buffer) => void {
	let rest = '';
	return (chunk) => {
		const lines = `${rest}${chunk.toString()}`.split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) console.log(`${name} | ${line}`);
	};
}

/** Runs a program; gives whether it succeeded and what it printed. Those with a name show that as it comes. */
async function runStep(
	command: string,
	args: string[],
	name?: string,
): Promise<{ passed: boolean; printed: string }> {
	const child = spawn(command, args, {
		cwd: ROOT,
		env: { ...process.env, ...OWN_HOME, PATH: pathWithNode() },
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: STEP_WITHIN_MS,
	});
	children.add(child);
	const printed: Buffer[] = [];
	const print = name === undefined ? undefined : printerOf(name);
	for (const output of [child.stdout, child.stderr]) {
		output.on('data', (chunk: Buffer) => {
			printed.push(chunk);
			print?.(chunk);
		});
	}
	const passed = await new Promise<boolean>((resolve) => {
		child.once('error', (error) => {
			printed.push(Buffer.from(`${error.message}\n`));
			resolve(false);
		});
		child.once('close', (code) => resolve(code === 0));
	});
	children.delete(child);
	return { passed, printed: Buffer.concat(printed).toString() };
}

/** All tests that tell how long they took. */
const timed: Timed[] = [];

/** What each failed test and step said: shown at the end too, since the beginning of a long log may be gone. */
const failures: string[] = [];

/** Keeps what a step that failed as a whole printed last; gives that, under the step's name. */
function keepEnd(step: string, printed: string): string {
	const lines = stripVTControlCharacters(printed).trimEnd().split('\n');
	const said = [step, ...lines.slice(-LINES_OF_PROGRAM)].join('\n');
	failures.push(said);
	return said;
}

/** A program that passes or fails as a whole and prints nothing while it runs. */
const quietly =
	(command: string, ...args: string[]) =>
	async (name: string) => {
		const { passed, printed } = await runStep(command, args);
		if (!passed) console.log(keepEnd(name, printed));
		return one(passed);
	};

/** What rejects when it fails. */
const doing = (what: () => Promise<void>) => async () => {
	await what();
	return one(true);
};

const ourNode = (script: string, ...args: string[]) => [join(ROOT, script), ...args];

/** What is read of Jest's report. */
interface JestReport {
	numPassedTests: number;
	numFailedTests: number;
	numRuntimeErrorTestSuites: number;
	testResults: Array<{
		name: string;
		message: string;
		assertionResults: Array<{
			fullName: string;
			status: string;
			duration?: number | null;
			failureMessages: string[];
		}>;
	}>;
}

const beginningOf = (text: string) =>
	stripVTControlCharacters(text).split('\n').slice(0, LINES_OF_FAILURE).join('\n');

async function jest(step: string): Promise<Tally> {
	await mkdir(CACHE, { recursive: true });
	await rm(JEST_REPORT, { force: true });
	const args = ourNode(
		'node_modules/jest/bin/jest.js',
		'--ci',
		'--json',
		`--outputFile=${JEST_REPORT}`,
	);
	const { passed, printed } = await runStep(process.execPath, args, step);
	const report = await readFile(JEST_REPORT, 'utf8').then(
		(text) => JSON.parse(text) as JestReport,
		() => undefined,
	);
	if (report === undefined) {
		keepEnd(step, printed);
		return one(false);
	}
	for (const { name: file, message, assertionResults } of report.testResults) {
		const path = relative(ROOT, file);
		for (const { fullName, status, duration, failureMessages } of assertionResults) {
			const name = `${path}: ${fullName}`;
			timed.push({ name, seconds: (duration ?? 0) / 1000 });
			if (status === 'failed') failures.push(`${name}\n${beginningOf(failureMessages.join('\n'))}`);
		}
		if (assertionResults.length === 0) failures.push(`${path}\n${beginningOf(message)}`);
	}
	const tally = {
		passed: report.numPassedTests,
		failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
	};
	// Jest may also fail as a whole, by its coverage threshold or because it found no tests.
	if (!passed && tally.failed === 0) {
		tally.failed = 1;
		keepEnd(step, printed);
	}
	return tally;
}

/** A script of ours that counts by itself: its last line is "N passed, N failed". */
const counting =
	(script: string) =>
	async (step: string): Promise<Tally> => {
		const { passed, printed } = await runStep(process.execPath, ourNode(script), step);
		const counts = /(\d+) passed, (\d+) failed\s*$/.exec(printed)?.slice(1).map(Number);
		for (const [, scenario, seconds] of printed.matchAll(SCENARIO)) {
			timed.push({ name: `${step}: ${scenario}`, seconds: Number(seconds) });
		}
		const failedOnes = [...printed.matchAll(FAILED_SCENARIO)];
		for (const [, scenario, message] of failedOnes) {
			failures.push(`${step}: ${scenario}\n${beginningOf(message)}`);
		}
		const [succeeded = 0, counted = 0] = counts ?? [];
		// It may also fail as a whole, with all that it counted passed or before it counted.
		const failed = counts === undefined || !passed ? Math.max(counted, 1) : counted;
		if (counts === undefined || failed > failedOnes.length) keepEnd(step, printed);
		return { passed: succeeded, failed };
	};

async function packageContents(step: string): Promise<Tally> {
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
			.map((path) => `${path} is not needed by users`),
		...wanted.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
		...(size < LARGEST_PACKAGE
			? []
			: [`the package has ${size} bytes, more than ${LARGEST_PACKAGE}`]),
		...(manifest.dependencies === undefined ? [] : ['package.json has dependencies']),
	];
	console.log(`${files.length} files, ${size} bytes packed`);
	if (problems.length > 0) console.log(keepEnd(step, problems.join('\n')));
	return one(problems.length === 0);
}

/** Two lines of steps that run side by side, since the real n8n mostly waits. */
const lines: Step[][] = [
	[
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
		{ name: 'words', run: counting('tools/words.mts') },
		{ name: 'types', run: quietly(binary('tsc'), '--project', 'tsconfig.tools.json') },
		{ name: 'jest', needs: 'build', run: jest },
		{ name: 'browser', needs: 'n8n', run: counting('test/browser/main.mts') },
	],
	[
		{ name: 'build', run: doing(buildPackage) },
		{
			name: 'scanner',
			needs: 'build',
			run: quietly(process.execPath, ...ourNode('tools/scan.mts')),
		},
		{
			name: 'artifact',
			needs: 'build',
			run: quietly(process.execPath, ...ourNode('tools/artifact.mts')),
		},
		{ name: 'package contents', needs: 'build', run: packageContents },
		{
			name: 'package form',
			needs: 'build',
			run: quietly(process.execPath, ...ourNode('tools/lintPackage.mts')),
		},
		{ name: 'generated files', needs: 'build', run: quietly(binary('gulp'), 'check') },
		{ name: 'n8n', needs: 'build', run: doing(ensureHost) },
		{
			name: 'npm start -- --once',
			needs: 'n8n',
			run: async (step) => {
				const args = ourNode('tools/start.mts', '--once');
				const { passed, printed } = await runStep(process.execPath, args, step);
				if (!passed) keepEnd(step, printed);
				return one(passed);
			},
		},
		{ name: 'e2e', needs: 'n8n', run: counting('test/e2e/main.mts') },
	],
];

const total: Tally = { passed: 0, failed: 0 };
const report: string[] = [];
const ended = new Map(
	lines.flat().map(({ name }) => [name, Promise.withResolvers<boolean>()] as const),
);

async function play({ name, needs, run }: Step): Promise<void> {
	const skipped = needs !== undefined && !(await ended.get(needs)?.promise);
	console.log(`=== ${name}`);
	const started = performance.now();
	const tally = skipped
		? one(false)
		: await run(name).catch((error: Error) => {
				console.log(keepEnd(name, error.message));
				return one(false);
			});
	total.passed += tally.passed;
	total.failed += tally.failed;
	ended.get(name)?.resolve(tally.failed === 0);
	const seconds = ((performance.now() - started) / 1000).toFixed(1);
	const result = skipped ? `not run, ${needs} failed` : tally.failed > 0 ? 'FAILED' : 'ok';
	report.push(
		`${name.padEnd(20)} ${seconds.padStart(7)} s  ${result}, ${tally.passed}/${tally.passed + tally.failed}`,
	);
	console.log(`=== ${report.at(-1)}`);
}

const began = performance.now();
await Promise.all(
	lines.map(async (steps) => {
		for (const step of steps) await play(step);
	}),
);
const slowest = timed
	.sort((a, b) => b.seconds - a.seconds)
	.slice(0, SLOWEST)
	.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${name}`);
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
if (failures.length > 0) console.log(`\nWhat failed:\n${failures.join('\n\n')}`);
console.log(
	`\nEach step, ${minutes} minutes in all:\n${report.join('\n')}\n\nThe slowest tests:\n${slowest.join('\n')}`,
);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
