import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { waitFor } from '../lib/waitFor.mts';
import { parseExecutionData, type ExecutionData, type Item } from './executionData.mts';

/** The person n8n belongs to. */
export interface Owner {
	email: string;
	firstName: string;
	lastName: string;
	password: string;
}

/** A stored credential, without its secrets. */
export interface Credential {
	id: string;
	name: string;
	type: string;
	data?: Record<string, unknown>;
}

/** A node as a workflow file holds it. */
export interface WorkflowNode {
	id: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string | null; name: string }>;
	[key: string]: unknown;
}

/** A workflow as a file holds it. */
export interface WorkflowFile {
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
	pinData?: Record<string, unknown>;
}

/** A workflow as n8n has stored it. */
export interface Workflow extends WorkflowFile {
	id: string;
	versionId: string;
	active: boolean;
}

/** One run of a workflow. */
export interface Execution {
	id: string;
	status: string;
	finished: boolean;
	data: ExecutionData;
}

/**
 * A connection for each request. n8n may close one that was kept in the moment in which the next request is sent, and what
 * writes must not be sent again.
 */
const ALONE = new Agent({ keepAlive: false });

const UNFINISHED = ['new', 'running', 'waiting'];

/** Whether an execution has come to its end, well or badly: what is stored of it stays as it is. */
export const hasEnded = ({ status }: Pick<Execution, 'status'>): boolean =>
	!UNFINISHED.includes(status);

/** n8n answered a request of this client with an error. */
export class N8nRequestError extends Error {
	readonly status: number;

	constructor(response: AxiosResponse<unknown>) {
		const { config, status, data } = response;
		const said = (data as { message?: unknown } | null)?.message ?? data;
		const text = typeof said === 'string' ? said : JSON.stringify(said);
		super(`${config.method?.toUpperCase()} ${config.url}: ${status} ${text.slice(0, 400)}`);
		this.name = 'N8nRequestError';
		this.status = status;
	}
}

/** A signed-in user of n8n without a browser: the requests the editor makes. */
export class N8nClient {
	readonly url: string;
	/** The session's cookies and the id they are bound to, for handing the session to a browser. */
	readonly cookies = new Map<string, string>();
	readonly browserId = randomUUID();
	private readonly http: AxiosInstance;

	constructor(url: string) {
		this.url = url;
		this.http = axios.create({
			baseURL: url,
			proxy: false,
			maxRedirects: 0,
			validateStatus: () => true,
			timeout: 60_000,
		});
	}

	/** One request with the session's cookies; keeps the cookies of the answer. */
	async request(method: string, path: string, body?: unknown): Promise<AxiosResponse<unknown>> {
		const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
		const response = await this.http.request<unknown>({
			method,
			url: path,
			data: body,
			httpAgent: method === 'GET' ? undefined : ALONE,
			headers: { 'browser-id': this.browserId, ...(cookie ? { cookie } : {}) },
		});
		for (const setCookie of response.headers['set-cookie'] ?? []) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(setCookie) ?? [];
			if (name !== undefined) this.cookies.set(name, value);
		}
		return response;
	}

	/** One request to n8n's internal API; gives what the answer wraps in `data`. */
	async rest<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await this.request(method, `/rest${path}`, body);
		if (response.status >= 400) throw new N8nRequestError(response);
		return (response.data as { data: T }).data;
	}

	/** Signs in as the owner, who is set up first when n8n has none yet. */
	async signIn(owner: Owner): Promise<void> {
		const login = { emailOrLdapLoginId: owner.email, password: owner.password };
		await this.rest('POST', '/login', login).catch(async (refusal: Error) => {
			await this.rest('POST', '/owner/setup', owner).catch(() => {
				throw refusal;
			});
		});
	}

	/** All credentials the user can see. */
	async credentials(): Promise<Credential[]> {
		return await this.rest('GET', '/credentials');
	}

	/** One credential with its data; n8n blanks the secrets. */
	async credential(id: string): Promise<Credential> {
		return await this.rest('GET', `/credentials/${id}?includeData=true`);
	}

	/** Stores a credential under this name, in place of one of the same name and type. */
	async saveCredential(
		name: string,
		type: string,
		data: Record<string, unknown>,
	): Promise<Credential> {
		const existing = (await this.credentials()).find(
			(one) => one.name === name && one.type === type,
		);
		if (existing)
			return await this.rest('PATCH', `/credentials/${existing.id}`, { name, type, data });
		return await this.rest('POST', '/credentials', { name, type, data });
	}

	/**
	 * Connects an OAuth2 credential as the editor's popup does: n8n makes the authorize address, `approve` says yes there
	 * and gives the address the provider redirects to, and n8n's callback exchanges the code.
	 */
	async connectOAuth2(
		id: string,
		approve: (authorizeUrl: string) => Promise<string>,
	): Promise<void> {
		const authorizeUrl = await this.rest<string>('GET', `/oauth2-credential/auth?id=${id}`);
		const callback = new URL(await approve(authorizeUrl));
		if (callback.origin !== this.url)
			throw new Error(`The provider redirected to ${callback.origin}, not to n8n`);
		const response = await this.request('GET', callback.pathname + callback.search);
		if (response.status >= 400) throw new N8nRequestError(response);
		const { data } = await this.credential(id);
		if (!data?.oauthTokenData)
			throw new Error(`n8n stored no token: ${String(response.data).slice(0, 400)}`);
	}

	/** All workflows by name and id. */
	async workflows(): Promise<Array<Pick<Workflow, 'id' | 'name'>>> {
		return await this.rest('GET', '/workflows');
	}

	/** One workflow. */
	async workflow(id: string): Promise<Workflow> {
		return await this.rest('GET', `/workflows/${id}`);
	}

	/** Stores a new workflow. */
	async createWorkflow(workflow: WorkflowFile): Promise<Workflow> {
		return await this.rest('POST', '/workflows', {
			active: false,
			...workflow,
			settings: { executionOrder: 'v1', ...workflow.settings },
		});
	}

	/** Changes parts of a stored workflow. */
	async updateWorkflow(id: string, changes: Partial<WorkflowFile>): Promise<Workflow> {
		const { versionId } = await this.workflow(id);
		return await this.rest('PATCH', `/workflows/${id}`, { ...changes, versionId });
	}

	/** Publishes a workflow, so that its trigger runs, and waits until n8n has done so. */
	async publish(id: string): Promise<void> {
		const { versionId } = await this.workflow(id);
		await this.rest('POST', `/workflows/${id}/activate`, { versionId });
		await waitFor(
			async () => {
				const status = await this.publicationStatus(id);
				if (status === 'failed') throw new Error(`Workflow ${id} could not be published`);
				return status === 'published' ? true : undefined;
			},
			{ what: `publishing workflow ${id}` },
		);
	}

	/** Older n8n know no such status: there a workflow is active at once or not at all. */
	private async publicationStatus(id: string): Promise<string> {
		const response = await this.request('GET', `/rest/workflows/${id}/publication-status`);
		if (response.status === 404) return (await this.workflow(id)).active ? 'published' : 'failed';
		if (response.status >= 400) throw new N8nRequestError(response);
		return (response.data as { data: { status: string } }).data.status;
	}

	/** Takes a workflow's trigger out of service. */
	async unpublish(id: string): Promise<void> {
		await this.rest('POST', `/workflows/${id}/deactivate`, {});
	}

	/**
	 * Starts a workflow at one of its triggers, as the editor's button does; gives the execution's id. A trigger that
	 * waits for somebody, such as a chat, is given what it would have received.
	 */
	async start(
		id: string,
		trigger: string,
		received?: Array<Record<string, unknown>>,
	): Promise<string> {
		const workflowData = await this.workflow(id);
		const data = received && {
			startTime: Date.now(),
			executionIndex: 0,
			executionTime: 0,
			source: [null],
			data: { main: [received.map((json) => ({ json }))] },
		};
		const { executionId } = await this.rest<{ executionId: string }>(
			'POST',
			`/workflows/${id}/run`,
			{
				workflowData,
				triggerToStartFrom: { name: trigger, data },
			},
		);
		return executionId;
	}

	/** Runs a failed execution again from the node that failed, as the editor's Retry does; gives the new one. */
	async retry(id: string): Promise<Pick<Execution, 'id' | 'status'>> {
		return await this.rest('POST', `/executions/${id}/retry`, { loadWorkflow: false });
	}

	/** One execution with its data. */
	async execution(id: string): Promise<Execution> {
		const stored = await this.rest<Omit<Execution, 'data'> & { data: string | ExecutionData }>(
			'GET',
			`/executions/${id}`,
		);
		const { data } = stored;
		return { ...stored, data: typeof data === 'string' ? parseExecutionData(data) : data };
	}

	/** Waits until an execution has ended, well or badly. */
	async finished(id: string, withinMs?: number): Promise<Execution> {
		return await waitFor(
			async () => {
				const execution = await this.execution(id);
				// n8n 1 says that it ended a moment before it stores what came of it; a crash leaves nothing.
				const isStored = execution.data !== undefined || execution.status === 'crashed';
				return hasEnded(execution) && isStored ? execution : undefined;
			},
			{ what: `execution ${id}`, withinMs, everyMs: 200, lessAndLess: true },
		);
	}

	/** Runs a workflow from one of its triggers to its end. */
	async run(id: string, trigger: string): Promise<Execution> {
		return await this.finished(await this.start(id, trigger));
	}
}

/** The items a node gave out in all its runs, from one of its outputs. */
export function itemsOf(execution: Execution, node: string, output = 0): Item[] {
	return (execution.data.resultData.runData[node] ?? []).flatMap(
		(run) => run.data?.main?.[output] ?? [],
	);
}
