// Runs a script of this repository on the Node version the repository asks for, whatever Node the machine has,
// and installs the root dependencies first when they are missing: `node tools/run.mjs <script> [arguments]`.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './lib/install.mjs';

const PARENT_CHECK_MS = 250;

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const node = process.platform === 'win32' ? 'node/bin/node.exe' : 'node/bin/node';

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
	process.stderr.write('usage: node tools/run.mjs <script> [arguments]\n');
	process.exit(2);
}

// Nothing stays behind outside the checkout: npm's cache is inside, temporary files go with the run. Those are not
// inside, since Debian's PostgreSQL runs as a user of its own and a socket's path may have 107 characters only.
process.env.npm_config_cache = join(root, '.cache', 'npm');
const temporary = mkdtempSync(join(tmpdir(), 'kallyai-'));
chmodSync(temporary, 0o711);
process.on('exit', () => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }));

try {
	await ensureInstalled({
		folder: root,
		name: 'the development tools',
		hint: 'first time only, about a minute',
		builds: { node },
		env: process.env,
		logs: join(root, '.cache', 'logs'),
	});
} catch (error) {
	process.stderr.write(`${error.message}\n`);
	process.exit(1);
}

const child = spawn(join(root, 'node_modules', node), [resolve(root, script), ...args], {
	stdio: 'inherit',
	env: {
		...process.env,
		TMPDIR: temporary,
		TMP: temporary,
		TEMP: temporary,
		PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
	},
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
if (process.env.npm_lifecycle_event !== undefined) {
	// A signal for npm ends the shell between npm and us without reaching us: losing that parent is the signal.
	const parent = process.ppid;
	setInterval(() => process.ppid === parent || child.kill('SIGTERM'), PARENT_CHECK_MS).unref();
}
child.once('error', (error) => {
	process.stderr.write(`${error.message}\n`);
	process.exit(1);
});
child.once('close', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
