import { mkdir } from 'node:fs/promises';
import axios, { type AxiosResponse } from 'axios';
import { startServer, type Server } from '../lib/processes.mts';
import { filesFolder, n8nEnvironment, n8nUrl, type N8nPlace } from './environment.mts';
import { CURRENT_HOST, n8nProgram } from './host.mts';

/** Which n8n process to start and what it needs beyond the usual environment. */
export interface N8nOptions extends N8nPlace {
	log: string;
	/** n8n's command and its arguments; the main process by default. */
	command?: string[];
	/** Further environment variables, for a queue or another database. */
	env?: Record<string, string>;
	/** For commands other than `start`: the address that answers 200 once the process is ready. */
	readyUrl?: string;
}

/** A running n8n. */
export interface RunningN8n extends Server {
	url: string;
	/** Whether it can work: its database and its queue are there. */
	isReady(): Promise<boolean>;
}

/** Starts n8n and waits until it answers as itself, not with its "starting" page. */
export async function startN8n(options: N8nOptions): Promise<RunningN8n> {
	const url = n8nUrl(options.port);
	const { readyUrl, host = CURRENT_HOST } = options;
	const isReady = async () =>
		readyUrl === undefined ? await isUp(url) : (await get(readyUrl))?.status === 200;
	await mkdir(filesFolder(options.userFolder), { recursive: true });
	const { server } = await startServer({
		name: 'n8n',
		command: host.node,
		args: [n8nProgram(host), ...(options.command ?? ['start'])],
		env: n8nEnvironment(options, options.env),
		log: options.log,
		ready: async () => (await isReady()) || undefined,
	});
	return { ...server, url, isReady };
}

async function isUp(url: string): Promise<boolean> {
	if ((await get(`${url}/healthz/readiness`))?.status !== 200) return false;
	// Nobody is signed in: with an editor or without one, n8n says so once its API is there.
	const answer = await get(`${url}/rest/login`);
	return answer?.status === 401 && typeof answer.data === 'object';
}

async function get(url: string): Promise<AxiosResponse<unknown> | undefined> {
	const options = { proxy: false, timeout: 5_000, validateStatus: () => true } as const;
	return await axios.get<unknown>(url, options).catch(() => undefined);
}
