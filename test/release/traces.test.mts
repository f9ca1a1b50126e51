import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const CACHE = path.join(ROOT, '.cache');

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(path.join(CACHE, 'traces-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a script the way the commands of package.json do; gives what it printed. */
function run(script: string): { status: number | null; stdout: string } {
	const file = path.join(folder, 'script.mjs');
	writeFileSync(file, script);
	const { status, stdout } = spawnSync('node', ['tools/run.mjs', file], {
		cwd: ROOT,
		env: { ...process.env, TMPDIR: folder },
		encoding: 'utf8',
	});
	return { status, stdout };
}

test.each(['', 'process.exitCode = 3', 'process.kill(process.pid, "SIGKILL")'])(
	'temporary files go with the run (%j)',
	(end) => {
		const { status, stdout } = run(`
			import { mkdtempSync } from 'node:fs';
			import { tmpdir } from 'node:os';
			console.log(mkdtempSync(tmpdir() + '/left-'));
			${end}
		`);
		expect(status).toBe(end === '' ? 0 : end.includes('3') ? 3 : 137);
		expect(stdout).toMatch(/left-/);
		expect(existsSync(stdout.trim())).toBe(false);
		expect(readdirSync(folder)).toEqual(['script.mjs']);
	},
);

test('npm keeps its downloads in the checkout', () => {
	expect(run('console.log(process.env.npm_config_cache)').stdout.trim()).toBe(
		path.join(CACHE, 'npm'),
	);
});
