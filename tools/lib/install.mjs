// Plain JavaScript with nothing but Node's own modules: tools/run.mjs needs it before anything is installed, on Node 18.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	closeSync,
	existsSync,
	mkdirSync,
	openSync,
	readFileSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

const TICK_MS = 15_000;
const SHOWN_ON_FAILURE = 30;

/** Says one line of progress. */
export function say(line) {
	process.stdout.write(`${line}\n`);
}

/**
 * Runs a program with its output in a log file, saying now and then that it is still at work.
 * Rejects with the last lines of the log when it fails.
 */
export function runLogged({ title, command, args, cwd, env, log }) {
	mkdirSync(dirname(log), { recursive: true });
	const output = openSync(log, 'w');
	const started = Date.now();
	const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
	say(`${title} …`);
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd, env, stdio: ['ignore', output, output] });
		const ticks = setInterval(() => say(`  still at it after ${seconds()}`), TICK_MS);
		let signalled;
		const forward = (signal) => {
			signalled = signal;
			child.kill(signal);
		};
		for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, forward);
		const settle = (problem) => {
			clearInterval(ticks);
			closeSync(output);
			for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, forward);
			if (signalled) process.exit(128 + constants.signals[signalled]);
			if (problem === undefined) {
				say(`  done in ${seconds()}`);
				resolve();
				return;
			}
			const lines = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-SHOWN_ON_FAILURE);
			reject(new Error([`${title}: ${problem}`, ...lines, `(all of it: ${log})`].join('\n')));
		};
		child.once('error', (error) => settle(error.message));
		child.once('close', (code, signal) =>
			settle(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`),
		);
	});
}

/**
 * Whether the folder's node_modules is what its lockfile asks for: installed by us (a stamp holds the lockfile's hash)
 * or by the user's own npm after the lockfile was last written.
 */
export function isInstalled(folder) {
	const lockfile = join(folder, 'package-lock.json');
	const modules = join(folder, 'node_modules');
	const installed = join(modules, '.package-lock.json');
	const stamp = join(modules, '.lockfile-sha256');
	if (!existsSync(installed)) return false;
	const hash = createHash('sha256').update(readFileSync(lockfile)).digest('hex');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return true;
	if (statSync(installed).mtimeMs < statSync(lockfile).mtimeMs) return false;
	writeFileSync(stamp, hash);
	return true;
}

/**
 * Makes sure that a folder's dependencies are installed as locked and that the packages whose install scripts have to
 * run although the others' must not are built. Costs a few milliseconds when all is there.
 */
export async function ensureInstalled({ folder, name, hint, builds, env, logs }) {
	if (!isInstalled(folder)) {
		await runLogged({
			title: `Installing ${name}${hint ? ` (${hint})` : ''}`,
			command: 'npm',
			args: ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
			cwd: folder,
			env,
			log: join(logs, `${name.replace(/\W+/g, '-')}-install.log`),
		});
		isInstalled(folder);
	}
	for (const [build, built] of Object.entries(builds)) {
		if (existsSync(join(folder, 'node_modules', built))) continue;
		await runLogged({
			title: `Building ${build} for ${name}`,
			command: 'npm',
			args: ['rebuild', build, '--ignore-scripts=false', '--foreground-scripts'],
			cwd: folder,
			env,
			log: join(logs, `${name.replace(/\W+/g, '-')}-${build}.log`),
		});
	}
}
