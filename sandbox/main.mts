import { parseArgs } from 'node:util';

import {
	ACCESS_TOKEN,
	CLIENT_ID,
	CLIENT_SECRET,
	REFRESH_TOKEN,
} from './oauth/readyCredentials.mts';
import { createSandbox } from './server.mts';
import { WORLD_NAMES, worldNamed } from './worlds.mts';

const DEFAULT_PORT = '8787';

function fail(message: string): never {
	process.stderr.write(`${message}\n`);
	process.exit(1);
}

const USAGE = `Usage: npm run sandbox -- [--port <number, 0 for a free one>] [--world <${WORLD_NAMES}>]`;

function optionsFrom(args: string[]): { port: string; world: string } {
	try {
		const { values } = parseArgs({
			args,
			options: {
				port: { type: 'string', default: DEFAULT_PORT },
				world: { type: 'string', default: 'kind' },
			},
		});
		return values;
	} catch (error) {
		fail(`${(error as Error).message}\n${USAGE}`);
	}
}

const options = optionsFrom(process.argv.slice(2));
const port = Number(options.port);
if (!/^\d+$/.test(options.port) || port > 65_535) fail(`--port ${options.port} is no port number`);
const readings = worldNamed(options.world);
if (!readings) fail(`--world has to be ${WORLD_NAMES}`);
const sandbox = await createSandbox({ port, readings });
const baseUrl = await sandbox
	.listen()
	.catch((error: NodeJS.ErrnoException) =>
		fail(
			error.code === 'EADDRINUSE'
				? `Port ${port} is taken. Choose another one with --port, or 0 for a free one.`
				: `The sandbox cannot listen on port ${port}: ${error.message}`,
		),
	);
process.stdout.write(
	[
		`KallyAI sandbox listening on ${baseUrl}`,
		'',
		`  World          ${options.world}`,
		`  Base URL       ${baseUrl}`,
		`  Client ID      ${CLIENT_ID}`,
		`  Client Secret  ${CLIENT_SECRET}`,
		`  Access token   ${ACCESS_TOKEN}`,
		`  Refresh token  ${REFRESH_TOKEN}`,
		'',
		`  State          ${baseUrl}/__sandbox/state`,
		'  Ctrl-C stops it and forgets everything.',
		'',
	].join('\n'),
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => {
		void sandbox.close().finally(() => process.exit(0));
	});
}
