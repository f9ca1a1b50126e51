import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import axios, { type AxiosInstance } from 'axios';

import { ACCESS_TOKEN } from '../../sandbox/oauth/readyCredentials.mts';
import * as launcher from '../../tools/sandbox.mts';

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

const READ_ONLY = new Set(['state', 'requests', 'faults']);

/** Starts the sandbox on a free port, with a client that tests ask anything with. */
export async function startSandbox(): Promise<RunningSandbox> {
	const log = join(tmpdir(), `kallyai-sandbox-${randomUUID()}.log`);
	const { control, stop } = await launcher.startSandbox({ log });
	const http = axios.create({
		baseURL: control.url,
		headers: { Authorization: `Bearer ${ACCESS_TOKEN}` },
		maxRedirects: 0,
		// A proxy of the machine must not see, or lose, loopback traffic.
		proxy: false,
		validateStatus: () => true,
	});
	return {
		baseUrl: control.url,
		http,
		async control(name, body) {
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
			await stop();
			await rm(log, { force: true });
		},
	};
}

/** A sandbox for the tests of a file, as after start before each of them; it is there once these run. */
export function testSandbox(): RunningSandbox {
	const sandbox = {} as RunningSandbox;
	beforeAll(async () => void Object.assign(sandbox, await startSandbox()));
	afterAll(async () => await sandbox.stop());
	beforeEach(async () => await sandbox.control('reset'));
	return sandbox;
}

/** Short forms of what tests of a sandbox ask it most. */
export function requestsTo(sandbox: RunningSandbox) {
	/** The data that a GET answers. */
	const get = async (path: string, params?: object) =>
		(await sandbox.http.get(path, { params })).data;
	const post = async (path: string, body?: unknown) => await sandbox.http.post(path, body);
	/** Credits that are left. */
	const credits = async (): Promise<number> => (await get('/v1/credits/balance')).credits_remaining;
	return { get, post, credits };
}

/** A request for a call as the API takes it. */
export const CALL_BODY = {
	submission: {
		respondent_phone: '+15550100',
		task_description: 'Ask for the opening hours',
		task_category: 'general',
		language: 'en',
		call_language: 'en',
	},
	timezone: 'Europe/Madrid',
};
