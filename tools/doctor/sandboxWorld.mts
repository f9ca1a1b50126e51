import { setImmediate } from 'node:timers/promises';

import axios from 'axios';

import { advance, now } from '../../sandbox/clock.mts';
import { ACCESS_TOKEN, REFRESH_TOKEN } from '../../sandbox/oauth/readyCredentials.mts';
import { createSandbox } from '../../sandbox/server.mts';
import type { Clock } from './clock.mts';

/** The time of the sandbox in this process: who waits puts it forward. */
export const sandboxClock: Clock = {
	now,
	wait: async (milliseconds) => {
		advance(milliseconds);
		await setImmediate();
	},
};

/** What a service is told to be: a world by its name, single switches, or both. */
export type World = { world?: string } & Record<string, string | undefined>;

/** A sandbox for the doctor, with an account on which everything can be seen. */
export interface Played {
	baseUrl: string;
	accessToken: string;
	refreshToken: string;
	/** Begins anew in a world. Throws where there is none of that name. */
	play(world: World): Promise<void>;
	close(): Promise<void>;
}

/** More rows than the pages of any world have, and one thing of each kind. */
const HISTORY = [
	{ path: 'calls', body: { count: 60 } },
	{ path: 'events', body: { type: 'callFinished', data: { status: 'failed' } } },
	{ path: 'events', body: { type: 'callFinished', data: { status: 'in_progress' } } },
	{ path: 'events', body: { type: 'message', count: 30, at: '2026-05-16T08:30:20Z' } },
];

export async function playedSandbox(): Promise<Played> {
	const sandbox = await createSandbox();
	const baseUrl = await sandbox.listen();
	const http = axios.create({ baseURL: `${baseUrl}/__sandbox/`, proxy: false });
	return {
		baseUrl,
		accessToken: ACCESS_TOKEN,
		refreshToken: REFRESH_TOKEN,
		async play(world) {
			await http.post('reset');
			for (const { path, body } of HISTORY) await http.post(path, body);
			await http.post('world', world);
		},
		close: async () => await sandbox.close(),
	};
}
