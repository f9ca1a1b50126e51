import { createServer, type AddressInfo } from 'node:net';
import { say } from './install.mjs';

/** n8n, its task runner and the sandbox listen here only. */
export const LOOPBACK = '127.0.0.1';

/** A port nobody listens on, picked by the system. */
export async function anyFreePort(): Promise<number> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, LOOPBACK, () => {
			const { port } = server.address() as AddressInfo;
			server.close(() => resolve(port));
		});
	});
}

const ATTEMPTS = 100;

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
