import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

import axios, { type AxiosInstance } from 'axios';

/** A sandbox running in its own process. */
export interface RunningSandbox {
	/** Address to give to clients, without a trailing slash. */
	baseUrl: string;
	/** Axios with the base URL and the ready access token; no status throws. */
	http: AxiosInstance;
	/** Calls the control API: POST with a body, GET for `state`, `requests` and `faults`, POST without one otherwise. */
	control<T = any>(path: string, body?: unknown): Promise<T>;
	/** Ends the process and waits until it is gone. */
	stop(): Promise<void>;
}

const LISTENING = /listening on (http:\/\/127\.0\.0\.1:\d+)/;
const READ_ONLY = new Set(['state', 'requests', 'faults']);

/** Starts the sandbox on a free port and resolves when it takes requests. */
export async function startSandbox(): Promise<RunningSandbox> {
	const child = spawn(process.execPath, [resolve('sandbox/main.mts'), '--port', '0'], {
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const exited = once(child, 'exit');
	let output = '';
	const baseUrl = await new Promise<string>((accept, refuse) => {
		const read = (chunk: Buffer) => {
			output += chunk.toString();
			const address = LISTENING.exec(output)?.[1];
			if (address) accept(address);
		};
		child.stdout.on('data', read);
		child.stderr.on('data', read);
		child.once('exit', (code) =>
			refuse(new Error(`The sandbox ended with code ${code}:\n${output}`)),
		);
	});
	const http = axios.create({
		baseURL: baseUrl,
		headers: { Authorization: 'Bearer sandbox-token' },
		maxRedirects: 0,
		// A proxy of the machine must not see, or lose, loopback traffic.
		proxy: false,
		validateStatus: () => true,
	});
	return {
		baseUrl,
		http,
		async control(path, body) {
			const name = path.replace(/^\/?(?:__sandbox\/)?/, '');
			const reading = body === undefined && READ_ONLY.has(name);
			const answer = await http.request({
				method: reading ? 'GET' : 'POST',
				url: `/__sandbox/${name}`,
				data: body,
			});
			if (answer.status >= 300)
				throw new Error(`${name}: ${answer.status} ${JSON.stringify(answer.data)}`);
			return answer.data;
		},
		async stop() {
			if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
			await exited;
		},
	};
}
