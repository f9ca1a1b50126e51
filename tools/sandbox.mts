import { join } from 'node:path';
import axios, { type AxiosInstance } from 'axios';
import {
	ACCESS_TOKEN,
	CLIENT_ID,
	CLIENT_SECRET,
	REFRESH_TOKEN,
} from '../sandbox/oauth/readyCredentials.mts';
import { ROOT } from './lib/paths.mts';
import { anyFreePort } from './lib/ports.mts';
import { startServer, type Server } from './lib/processes.mts';
import type { Credential, N8nClient } from './n8n/client.mts';

/** The name of the credential in n8n that leads to the sandbox. */
export const SANDBOX_CREDENTIAL = 'KallyAI sandbox';

/** What the credentials of each type hold to lead to the sandbox at this address. */
export const sandboxCredentials = (baseUrl: string) => ({
	kallyAiOAuth2Api: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, baseUrl },
	kallyAiTokenApi: {
		baseUrl,
		accessToken: ACCESS_TOKEN,
		refreshToken: REFRESH_TOKEN,
		sessionToken: '',
	},
});

/** What the sandbox says about itself; of the rest it says more. */
export interface SandboxState {
	calls: Array<Record<string, unknown>>;
	outreachTasks: Array<Record<string, unknown>>;
	tokensIssued: number | unknown[];
	/** Credits left. */
	credits: number;
	/** Answers that break the sandbox's own OpenAPI document. */
	invalidAnswers: string[];
	[key: string]: unknown;
}

/** One request as the sandbox recorded it. */
export interface SandboxRequest {
	method: string;
	path: string;
	status: number;
	body?: unknown;
	query?: unknown;
	headers?: Record<string, string>;
}

/** Steers a running sandbox and answers its authorize page. */
export class SandboxControl {
	readonly url: string;
	private readonly http: AxiosInstance;

	constructor(url: string) {
		this.url = url;
		this.http = axios.create({ baseURL: url, proxy: false, timeout: 30_000 });
	}

	/** Everything that was done since the start or the last reset. */
	async state(): Promise<SandboxState> {
		return (await this.http.get<SandboxState>('/__sandbox/state')).data;
	}

	/** The requests that came in, in order. */
	async requests(): Promise<SandboxRequest[]> {
		return (await this.http.get<SandboxRequest[]>('/__sandbox/requests')).data;
	}

	/** Decides how calls and outreach end and what credits are left. */
	async scenario(scenario: Record<string, unknown>): Promise<void> {
		await this.http.post('/__sandbox/scenario', scenario);
	}

	/** Changes how the service is, switch by switch. */
	async world(switches: Record<string, string>): Promise<void> {
		await this.http.post('/__sandbox/world', switches);
	}

	/** Everything as after start, except that clients who signed in stay signed in. */
	async reset(): Promise<void> {
		await this.http.post('/__sandbox/reset');
	}

	/** Orders a failure; without an effect of its own it lets `times` requests pass. */
	async fault(order: Record<string, unknown>): Promise<void> {
		await this.http.post('/__sandbox/faults', order);
	}

	/** Puts old calls at the end of the list. */
	async oldCalls(count: number): Promise<void> {
		await this.http.post('/__sandbox/calls', { count });
	}

	/** Makes something happen; gives the IDs of its rows. */
	async event(order: Record<string, unknown>): Promise<string[]> {
		return (await this.http.post<{ ids: string[] }>('/__sandbox/events', order)).data.ids;
	}

	/** Makes every access token issued so far too old. */
	async expireTokens(): Promise<void> {
		await this.http.post('/__sandbox/tokens/expire');
	}

	/** Ends every grant. */
	async revokeGrants(): Promise<void> {
		await this.http.post('/__sandbox/tokens/revoke');
	}

	/** Cuts every connection and refuses new ones for a while. */
	async restart(downMs: number): Promise<void> {
		await this.http.post('/__sandbox/restart', { downMs });
	}

	/** Presses Allow on the authorize page; gives the address it redirects to. */
	async approve(authorizeUrl: string): Promise<string> {
		const url = new URL(authorizeUrl);
		if (url.origin !== this.url)
			throw new Error(`n8n asks for consent at ${url.origin}, not at the sandbox`);
		url.searchParams.set('approve', '1');
		const { status, headers, data } = await this.http.get<unknown>(url.href, {
			maxRedirects: 0,
			validateStatus: () => true,
		});
		const location: unknown = headers.location;
		if (status !== 302 || typeof location !== 'string') {
			throw new Error(`The sandbox did not allow it: ${status} ${JSON.stringify(data)}`);
		}
		return location;
	}
}

/** Stores an OAuth2 credential that leads to the sandbox and signs it in. */
export async function connectToSandbox(
	client: N8nClient,
	sandbox: SandboxControl,
): Promise<Credential> {
	const credential = await client.saveCredential(
		SANDBOX_CREDENTIAL,
		'kallyAiOAuth2Api',
		sandboxCredentials(sandbox.url).kallyAiOAuth2Api,
	);
	await client.connectOAuth2(credential.id, async (address) => await sandbox.approve(address));
	return credential;
}

/** Starts the local KallyAI, on a free loopback port unless one is given, and waits until it takes requests. */
export async function startSandbox({
	port,
	log,
}: {
	port?: number;
	log: string;
}): Promise<Server & { control: SandboxControl }> {
	const { server, readiness } = await startServer({
		name: 'the KallyAI sandbox',
		command: process.execPath,
		args: [join(ROOT, 'sandbox', 'main.mts'), '--port', String(port ?? (await anyFreePort()))],
		cwd: ROOT,
		env: process.env,
		log,
		ready: async (printed) => /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(printed)?.[1],
	});
	return { ...server, control: new SandboxControl(readiness) };
}
