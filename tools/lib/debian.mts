import { runLogged } from './install.mjs';
import { logFile } from './paths.mts';
import { runProgram } from './runProgram.mts';

/** Where a program is found on this machine's path. */
export async function pathOf(program: string): Promise<string | undefined> {
	return await runProgram('sh', ['-c', `command -v ${program}`]).then(
		({ stdout }) => stdout.trim(),
		() => undefined,
	);
}

/** Installs packages of the distribution, saying so; `what` needs them. */
export async function installPackages(what: string, packages: string[]): Promise<void> {
	if (packages.length === 0) return;
	const names = packages.join(' ');
	if (process.getuid?.() !== 0) {
		throw new Error(
			`${what} needs ${packages.join(' and ')}: install them (apt-get install ${names}).`,
		);
	}
	const install = `apt-get install -y --no-install-recommends ${names}`;
	await runLogged({
		title: `Installing ${packages.join(' and ')}`,
		command: 'sh',
		args: ['-c', `${install} || (apt-get update && ${install})`],
		cwd: '/',
		// Debian would start servers as well; ours have folders and ports of their own.
		env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
		log: logFile('apt'),
	});
}
