import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { say } from './install.mjs';

/** n8n, its task runner and the sandbox listen here only. */
export const LOOPBACK = '127.0.0.1';

const ATTEMPTS = 100;
/** Systems give those from 32768 on to connections, so that a server that restarts might find its own taken. */
const LOWEST = 20_000;
const ABOVE = 32_768;
/** Those that were given to somebody, who may not listen yet. */
const given = new Set<number>();

/** Whether a server could listen on this loopback port now. */
export async function isFree(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen({ port, host: LOOPBACK, exclusive: true }, () =>
			server.close(() => resolve(true)),
		);
	});
}

/** A port nobody listens on, and that no connection is given while its server restarts. */
export async function anyFreePort(): Promise<number> {
	for (;;) {
		const port = randomInt(LOWEST, ABOVE);
		if (given.has(port) || !(await isFree(port))) continue;
		given.add(port);
		return port;
	}
}

/** The preferred port, or, said aloud, the next free one that is not spoken for. */
export async function choosePort(
	what: string,
	preferred: number,
	spokenFor: number[] = [],
): Promise<number> {
	for (let port = preferred; port < preferred + ATTEMPTS; port += 1) {
		if (spokenFor.includes(port) || !(await isFree(port))) continue;
		if (port !== preferred) say(`Port ${preferred} is taken: ${what} uses ${port} instead.`);
		return port;
	}
	throw new Error(`No free port for ${what} between ${preferred} and ${preferred + ATTEMPTS - 1}.`);
}
