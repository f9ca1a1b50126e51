import { runLogged } from './lib/install.mjs';
import { binary, logFile, ROOT } from './lib/paths.mts';
import { pathWithNode } from './n8n/host.mts';

/** Builds the package into dist. */
export async function buildPackage(): Promise<void> {
	await runLogged({
		title: 'Building the package',
		command: binary('n8n-node'),
		args: ['build'],
		cwd: ROOT,
		env: { ...process.env, PATH: pathWithNode() },
		log: logFile('build'),
	});
}
