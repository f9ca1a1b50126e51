// npm run test:mutation [-- a name or a file]: makes every small change to the code and counts those that no test detects.
// Without a name it checks all modules, one after the other, of tables and the rest of the code only a sample: all of it
// would take days. `--share 0.1` makes a tenth of the changes. What was detected in unchanged code is taken from the previous run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { binary, CACHE, ROOT } from './lib/paths.mts';
import { textTable } from './lib/textTable.mts';
import { pathWithNode } from './n8n/host.mts';

/** Code, and the suites below test/ that must detect changes to it. */
interface Module {
	files: string[];
	suites: string[];
	/** The part of all changes that is made: 1 where it is missing. */
	share?: number;
	/** Leaves out what is made when a file is loaded: each change of that costs a run of all suites. */
	withoutLoaded?: boolean;
}

/** So many of the changes to the tables and to all other code as a run of some hours can make. */
const SHARE = 0.05;

/** The modules that ensure that nobody is called twice and no event is lost, and the tables. */
const MODULES: Record<string, Module> = {
	retry: { files: ['nodes/shared/transport/retry.ts'], suites: ['unit/retry'] },
	ledger: { files: ['nodes/KallyAi/execute/ledger.ts'], suites: ['unit/ledger'] },
	idempotency: {
		files: ['nodes/KallyAi/execute/{once,workKey,works,trace,standing,callers}.ts'],
		suites: ['unit/once', 'unit/trace', 'unit/works', 'unit/standing', 'unit/callers'],
	},
	cursor: {
		files: ['nodes/KallyAiTrigger/cursor/*.ts'],
		suites: ['unit/reader', 'unit/cursor', 'unit/versionOne'],
	},
	links: {
		files: ['nodes/shared/transport/links.ts'],
		suites: ['security/links', 'unit/{addresses,files}'],
		withoutLoaded: true,
	},
	values: {
		files: ['nodes/shared/fields/{values,read}.ts'],
		suites: ['unit/values', 'unit/read', 'unit/spellings'],
	},
	/** The tables of operations and events, of which nearly all is made when they are loaded. */
	tables: {
		files: ['nodes/KallyAi/resources/*.ts', 'nodes/KallyAiTrigger/events.ts'],
		suites: [
			'unit/tables',
			'docs/{api,names,documents}',
			'engine/{requests,description,inboundRules,lists,callList,credits,conduct,dialects}',
			'trigger/{answers,filters,spellings,situations}',
			'agent/toolTexts',
			'security/clearText',
			'worlds/operations',
		],
		share: SHARE,
	},
};

/** All other code is checked by these: quick suites first, and without those that take minutes. */
const OTHERS = [
	'unit/*',
	'engine/{texts,inboundRules,callList,errors,dialects,requests,lists,conduct,credits,description}',
	'trigger/{answers,situations,spellings}',
	'security/{credentials,gate,links,masking}',
	'engine/{contactHours,earlierTry,onceVariants,waiting,once}',
	'agent/{toolTexts,models}',
	'worlds/operations',
];

const FOLDER = join(CACHE, 'mutation');

/** The outcomes of the mutants of a file. */
type Report = { files: Record<string, { mutants: Array<{ status: string }> }> };

const DETECTED = ['Killed', 'Timeout'];
const MISSED = ['Survived', 'NoCoverage'];

/**
 * Removes what no test detected from the results of the previous run: Stryker would take it over, although there may be
 * a test for it now, where it is a change of what is made when a file is loaded.
 */
async function forgetMissed(file: string): Promise<void> {
	const text = await readFile(file, 'utf8').catch(() => undefined);
	if (text === undefined) return;
	const results = JSON.parse(text) as Report;
	for (const each of Object.values(results.files))
		each.mutants = each.mutants.filter(({ status }) => !MISSED.includes(status));
	await writeFile(file, JSON.stringify(results));
}

/** The test files of a suite, below the repository. */
function testsOf(suite: string): string[] {
	const files = globSync(`test/${suite}.test.mts`, { cwd: ROOT }).sort();
	if (files.length === 0) throw new Error(`There are no tests ${suite}.`);
	return files;
}

/** Runs Stryker over a module; gives how many mutants were noticed, and how many there are. */
async function run(
	name: string,
	{ files, suites, share = 1, withoutLoaded = false }: Module,
): Promise<[noticed: number, all: number]> {
	const folder = join(FOLDER, name);
	await mkdir(folder, { recursive: true });
	const common = JSON.parse(await readFile(join(ROOT, 'stryker.config.json'), 'utf8')) as object;
	// A larger share must not take over that a change was left out of a smaller one.
	const incrementalFile = join(folder, `incremental-${share}.json`);
	await forgetMissed(incrementalFile);
	const settings = {
		...common,
		mutate: globSync(files, { cwd: ROOT }),
		ignoreStatic: withoutLoaded,
		incrementalFile,
		tempDirName: join(folder, 'sandbox'),
		htmlReporter: { fileName: join(folder, 'report.html') },
		jsonReporter: { fileName: join(folder, 'report.json') },
		...(share < 1 && {
			plugins: ['@stryker-mutator/*', join(ROOT, 'test', 'mutation', 'sample.mjs')],
			checkers: ['sample'],
		}),
	};
	const file = join(folder, 'settings.json');
	await writeFile(file, JSON.stringify(settings));
	const stryker = spawn(process.execPath, [binary('stryker'), 'run', file], {
		cwd: ROOT,
		env: {
			...process.env,
			PATH: pathWithNode(),
			MUTATION_TESTS: JSON.stringify(suites.flatMap(testsOf)),
			MUTATION_SHARE: String(share),
			RUNS: '500',
		},
		stdio: 'inherit',
	});
	const forward = () => stryker.kill('SIGTERM');
	process.once('SIGINT', forward).once('SIGTERM', forward);
	const [code] = (await once(stryker, 'close')) as [number | null];
	process.off('SIGINT', forward).off('SIGTERM', forward);
	// The lint would find what a run that was stopped leaves behind.
	await rm(settings.tempDirName, { recursive: true, force: true });
	if (code !== 0) throw new Error(`Stryker ended with ${code}`);
	const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Report;
	const statuses = Object.values(report.files).flatMap(({ mutants }) =>
		mutants.map(({ status }) => status),
	);
	const noticed = statuses.filter((status) => DETECTED.includes(status)).length;
	const missed = statuses.filter((status) => MISSED.includes(status)).length;
	return [noticed, noticed + missed];
}

/** All named modules, and a sample of whatever else there is. */
function everything(): Array<[string, Module]> {
	const named = new Set(
		Object.values(MODULES).flatMap(({ files }) => globSync(files, { cwd: ROOT })),
	);
	const all = globSync('{nodes,credentials}/**/*.ts', { cwd: ROOT });
	const files = all.filter((file) => !named.has(file));
	return [
		...Object.entries(MODULES),
		['others', { files, suites: OTHERS, share: SHARE, withoutLoaded: true }],
	];
}

/** The module of this name, or the files before the suites of the module that has the first of them. */
function moduleOf(wanted: string): [string, Module] {
	const modules = everything();
	const named = modules.find(([name]) => name === wanted);
	if (named !== undefined) return named;
	const files = globSync(wanted, { cwd: ROOT });
	const owner = modules.find(([, module]) =>
		globSync(module.files, { cwd: ROOT }).some((file) => file === files[0]),
	);
	if (owner === undefined) throw new Error(`There is neither a module nor code ${wanted}.`);
	return [owner[0], { ...owner[1], files, share: 1 }];
}

const { values, positionals } = parseArgs({
	options: { share: { type: 'string' } },
	allowPositionals: true,
});
const share = values.share === undefined ? {} : { share: Number(values.share) };
const chosen = positionals.length > 0 ? positionals.map(moduleOf) : everything();
const rows: string[][] = [];
for (const [name, module] of chosen) {
	const [noticed, all] = await run(name, { ...module, ...share });
	rows.push([name, `${noticed} of ${all}`, `${((100 * noticed) / all).toFixed(1)} %`]);
}
console.log(textTable(['Module', 'Detected', 'Share'], rows));
