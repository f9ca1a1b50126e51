import { parseArgs } from 'node:util';

import {
	ACCESS_TOKEN,
	CLIENT_ID,
	CLIENT_SECRET,
	REFRESH_TOKEN,
} from './oauth/readyCredentials.mts';
import { createSandbox } from './server.mts';

const DEFAULT_PORT = '8787';

function fail(message: string): never {
	process.stderr.write(`${message}\n`);
	process.exit(1);
}

function portOf(args: string[]): number {
	try {
		const { values } = parseArgs({
			args,
			options: { port: { type: 'string', default: DEFAULT_PORT } },
		});
		const port = Number(values.port);
		if (/^\d+$/.test(values.port) && port <= 65_535) return port;
		fail(`--port ${values.port} is no port number`);
	} catch (error) {
		fail(
			`${(error as Error).message}\nUsage: npm run sandbox -- [--port <number, 0 for a free one>]`,
		);
	}
}

const port = portOf(process.argv.slice(2));
const sandbox = await createSandbox({ port });
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
