import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import 'reflect-metadata';
import './engineEnvironment.mts';
import type { PackageDirectoryLoader as Loader } from 'n8n-core';
import type {
	FunctionsBase,
	IConnections,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	IExecuteData,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INode,
	INodeCredentialsDetails,
	INodeExecutionData,
	INodeListSearchResult,
	INodeParameters,
	INodeProperties,
	INodePropertyOptions,
	INodeType,
	INodeTypes,
	IRun,
	IRunExecutionData,
	IVersionedNodeType,
	IWorkflowExecuteAdditionalData,
	Workflow as WorkflowType,
	WorkflowExecuteMode,
} from 'n8n-workflow';

// The ES modules of n8n-workflow do not load in Node itself; the server uses the CommonJS ones, too.
const require = createRequire(import.meta.url);
const {
	BinaryDataService,
	ExecutionLifecycleHooks,
	InstanceSettings,
	LoadOptionsContext,
	PackageDirectoryLoader,
	PollContext,
	WebhookContext,
	WorkflowExecute,
} = require('n8n-core') as typeof import('n8n-core');
const { Container } = require('@n8n/di') as typeof import('@n8n/di');
const { createRunExecutionData, ICredentialsHelper, NodeHelpers, Workflow } =
	require('n8n-workflow') as typeof import('n8n-workflow');

/** The built package's folder. */
export const PACKAGE_FOLDER = path.resolve(import.meta.dirname, '../..');
/** Name of the node under test in a test workflow. */
export const NODE_NAME = 'KallyAI';
const TRIGGER_TYPE = 'n8n-nodes-base.manualTrigger';
const AGENT_TYPE = 'test.agent';

/** n8n's own OAuth2 base credential, as far as the engine reads it. */
const OAUTH2_BASE: ICredentialType = {
	name: 'oAuth2Api',
	displayName: 'OAuth2 API',
	properties: [
		['grantType', 'authorizationCode'],
		['authUrl', ''],
		['accessTokenUrl', ''],
		['clientId', ''],
		['clientSecret', ''],
		['scope', ''],
		['authQueryParameters', ''],
		['authentication', 'header'],
	].map(([name, value]) => ({ displayName: name, name, type: 'string' as const, default: value })),
};

/** Hands its items on: what stands before the node under test. */
const PASS_THROUGH: INodeType = {
	description: {
		displayName: 'Start',
		name: 'manualTrigger',
		group: ['trigger'],
		version: 1,
		description: '',
		defaults: { name: 'Start' },
		inputs: [],
		outputs: ['main'],
		properties: [],
	},
	async execute() {
		return [this.getInputData()];
	},
};

/** The trigger as it stands in a workflow. */
export const triggerNode = (parameters: INodeParameters): INode => ({
	id: 'trigger',
	name: 'Trigger',
	type: 'n8n-nodes-kallyai.kallyAiTrigger',
	typeVersion: 1,
	position: [0, 0],
	credentials: { kallyAiOAuth2Api: { id: 'kallyAiOAuth2Api', name: 'kallyAiOAuth2Api' } },
	parameters: { authentication: 'oAuth2', ...parameters },
});

type RunOptions = Parameters<
	InstanceType<(typeof import('n8n-core'))['WorkflowExecute']>['run']
>[0];

/** Credentials by ID, as a database would hold them; what the engine stores is put back here. */
export type CredentialStore = Record<string, ICredentialDataDecryptedObject>;

/** What one run of the node gave. */
export interface NodeOutcome {
	status: IRun['status'];
	/** Items of the node's output. */
	items: INodeExecutionData[];
	/** What stopped the run, if anything did. */
	error?: Error & { description?: string | null; httpCode?: string | null; context?: IDataObject };
	hints: unknown[];
	run: IRun;
}

/** How the node is run. */
export interface ExecuteOptions {
	/** Input items, one run of the node for all of them; one empty item unless given. */
	items?: IDataObject[];
	credential?: 'kallyAiOAuth2Api' | 'kallyAiTokenApi';
	node?: Partial<INode>;
	/** One of its own unless given, since an execution that is run again does nothing twice; null for none. */
	executionId?: string | null;
	/** ID of the n8n that runs it. */
	instanceId?: string;
	workflowId?: string;
	/** The execution that this one retries: n8n's Retry button. */
	retryOf?: NodeOutcome;
	/** What n8n keeps of that execution: its end, or after a crash only how it began. */
	kept?: 'end' | 'begin';
	mode?: WorkflowExecuteMode;
	timezone?: string;
}

/** Calls that an agent makes of the node as its tool. */
export interface ToolOptions extends Omit<ExecuteOptions, 'mode' | 'retryOf' | 'kept'> {
	/** Version of the agent: 2 calls tools itself, 3 has n8n run them as nodes. */
	agent: 2 | 3;
	/** Arguments of the calls that the model makes for each item, one after the other. */
	calls: IDataObject[][];
}

/** What a tool call gave to the model. */
export type ToolResult = { records: IDataObject[] } | { error: string };

/** The real n8n engine in this process, with the built package loaded as a server loads it. */
export interface Engine {
	loader: Loader;
	node: INodeType;
	credentials: CredentialStore;
	/** n8n's log. */
	logger: FunctionsBase['logger'];
	execute(parameters: INodeParameters, settings?: ExecuteOptions): Promise<NodeOutcome>;
	/** The node as the tool of an agent; gives the results of all calls in their order. */
	useTool(parameters: INodeParameters, options: ToolOptions): Promise<ToolResult[]>;
	/** The node as a tool of an MCP server, called once; n8n makes no execution for it. */
	callOverMcp(
		parameters: INodeParameters,
		args: IDataObject,
		node?: Partial<INode>,
	): Promise<ToolResult>;
	search(
		resource: string,
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult>;
	/** The entries of a list that the editor loads. */
	choices(loadOptionsMethod: string): Promise<INodePropertyOptions[]>;
	poll(node: INode, staticData: IDataObject, mode?: WorkflowExecuteMode): Promise<unknown>;
	/** What the engine takes along into an execution. */
	additionalData(extra: Partial<IWorkflowExecuteAdditionalData>): IWorkflowExecuteAdditionalData;
	/** A credential's values, expressions evaluated. */
	decrypted(name: string): Promise<ICredentialDataDecryptedObject>;
}

/**
 * The engine as another process would have it: with a copy of the built package, which shares no memory
 * with the one in its place.
 */
export async function startOtherProcess(credentials: CredentialStore): Promise<Engine> {
	const cache = path.join(PACKAGE_FOLDER, '.cache');
	mkdirSync(cache, { recursive: true });
	// Below the package, so that it finds the same n8n-workflow.
	const folder = mkdtempSync(path.join(cache, 'process-'));
	// For Stryker, what is loaded belongs to no single test: it would ask only this one to detect changes to it.
	const { __stryker__: mutation } = globalThis as { __stryker__?: { currentTestId?: string } };
	const test = mutation?.currentTestId;
	if (mutation) mutation.currentTestId = undefined;
	try {
		cpSync(path.join(PACKAGE_FOLDER, 'dist'), path.join(folder, 'dist'), { recursive: true });
		cpSync(path.join(PACKAGE_FOLDER, 'package.json'), path.join(folder, 'package.json'));
		return await startEngine(credentials, folder);
	} finally {
		if (mutation) mutation.currentTestId = test;
		rmSync(folder, { recursive: true });
	}
}

/** The node as n8n makes a tool of it. */
function asTool(type: INodeType): INodeType {
	const tool = Object.create(type) as INodeType;
	tool.description = { ...type.description, name: 'kallyAiTool', inputs: [], outputs: ['ai_tool'] };
	return tool;
}

async function resultOf(call: Promise<unknown>): Promise<ToolResult> {
	try {
		return { records: JSON.parse((await call) as string) as IDataObject[] };
	} catch (error) {
		return { error: (error as Error).message };
	}
}

/** A model that makes the calls it is told to make, in an agent of either version. */
function agentNode(callsOf: () => IDataObject[][]): INodeType {
	type Tool = { invoke(args: IDataObject): Promise<unknown> };
	return {
		description: {
			...PASS_THROUGH.description,
			displayName: 'Agent',
			name: 'agent',
			inputs: ['main', 'ai_tool'],
		},
		async execute(response) {
			const version = this.getNode().typeVersion;
			if (version < 3) {
				const results: ToolResult[] = [];
				for (const [itemIndex, calls] of callsOf().entries()) {
					const [tool] = (await this.getInputConnectionData('ai_tool', itemIndex)) as Tool[];
					for (const args of calls) results.push(await resultOf(tool.invoke(args)));
				}
				return [results.map((json) => ({ json }))];
			}
			if (response?.actionResponses.length) {
				return [
					response.actionResponses.map(({ data }) => {
						const items = data.data?.ai_tool?.[0] ?? [];
						const { error } = items[0]?.json ?? {};
						const message = data.error?.message ?? (error as string | undefined);
						return {
							json: message ? { error: message } : { records: items.map(({ json }) => json) },
						};
					}),
				];
			}
			return {
				actions: callsOf().flatMap((calls, itemIndex) =>
					calls.map((input, index) => ({
						actionType: 'ExecutionNodeAction' as const,
						nodeName: NODE_NAME,
						input: input as never,
						type: 'ai_tool' as const,
						id: `call-${itemIndex}-${index}-${Math.random()}`,
						metadata: { itemIndex } as never,
					})),
				),
				metadata: {} as never,
			};
		},
	};
}

/**
 * Loads the built package (`npm run build` first) into n8n-core. Credentials are found under the name of
 * their type. With `evaluatesAgain`, their expressions cost each request what they cost it in n8n.
 */
export async function startEngine(
	credentials: CredentialStore,
	packageFolder = PACKAGE_FOLDER,
	{ evaluatesAgain = false } = {},
): Promise<Engine> {
	const loader = new PackageDirectoryLoader(packageFolder, [], []);
	await loader.loadAll();
	await Container.get(BinaryDataService).init();

	let toolCalls: IDataObject[][] = [];
	const agent = agentNode(() => toolCalls);
	const typeOf = (type: string): INodeType | IVersionedNodeType => {
		if (type === TRIGGER_TYPE) return PASS_THROUGH;
		if (type === AGENT_TYPE) return agent;
		const name = type.split('.').pop() as string;
		return name.endsWith('Tool')
			? asTool(loader.getNode(name.replace(/Tool$/, '')).type as INodeType)
			: loader.getNode(name).type;
	};
	const nodeTypes: INodeTypes = {
		getByName: typeOf,
		getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(typeOf(type), version),
		getKnownTypes: () => loader.known.nodes,
	};
	const credentialType = (name: string): ICredentialType =>
		name === OAUTH2_BASE.name ? OAUTH2_BASE : loader.getCredential(name).type;
	const parentsOf = (name: string): string[] => credentialType(name).extends ?? [];
	const propertiesOf = (name: string): INodeProperties[] => {
		const properties: INodeProperties[] = [];
		for (const part of [...parentsOf(name), name]) {
			NodeHelpers.mergeNodeProperties(properties, credentialType(part).properties);
		}
		return properties;
	};
	const dummyNode: INode = {
		id: 'dummy',
		name: 'Dummy',
		type: TRIGGER_TYPE,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};

	/** Decrypted values by type, mode and what is stored. */
	const decrypted = new Map<string, ICredentialDataDecryptedObject>();

	/** Keeps credentials in memory and does with them what a server does with its database. */
	class MemoryCredentials extends ICredentialsHelper {
		getParentTypes(name: string): string[] {
			return parentsOf(name);
		}

		async authenticate(
			data: ICredentialDataDecryptedObject,
			name: string,
			request: IHttpRequestOptions,
			workflow: WorkflowType,
			node: INode,
		): Promise<IHttpRequestOptions> {
			const { authenticate } = credentialType(name);
			if (typeof authenticate === 'function') return await authenticate(data, request);
			const headers = authenticate?.properties.headers ?? {};
			for (const [header, value] of Object.entries(headers)) {
				request.headers = {
					...request.headers,
					[header]: workflow.expression.getSimpleParameterValue(node, String(value), 'internal', {
						$credentials: data,
					}) as string,
				};
			}
			return request;
		}

		async preAuthentication(
			helpers: IHttpRequestHelper,
			data: ICredentialDataDecryptedObject,
			name: string,
			node: INode,
			expired: boolean,
		): Promise<ICredentialDataDecryptedObject | undefined> {
			const type = credentialType(name);
			const expirable = type.properties.find(
				(property) => property.type === 'hidden' && property.typeOptions?.expirable,
			);
			if (!expirable || !type.preAuthentication) return undefined;
			if (data[expirable.name] !== '' && !expired) return undefined;
			const output = await type.preAuthentication.call(helpers, data);
			const { id } = node.credentials?.[name] ?? {};
			credentials[id as string] = {
				...credentials[id as string],
				...(output as ICredentialDataDecryptedObject),
			};
			return Object.assign(data, output);
		}

		async runPreAuthentication(): Promise<undefined> {
			return undefined;
		}

		async getCredentials(): Promise<never> {
			throw new Error('The engine under test keeps no encrypted credentials');
		}

		async getDecrypted(
			_additional: IWorkflowExecuteAdditionalData,
			details: INodeCredentialsDetails,
			type: string,
			mode: WorkflowExecuteMode,
			_data?: IExecuteData,
			raw?: boolean,
		): Promise<ICredentialDataDecryptedObject> {
			const stored = credentials[details.id as string];
			if (!stored) throw new Error(`There is no credential ${details.id}`);
			if (raw) return structuredClone(stored);
			// Its expressions read nothing but the credential, and a test asks for the same one many thousand times.
			const key = JSON.stringify([type, mode, stored]);
			const known = decrypted.get(key);
			if (known && !evaluatesAgain) return structuredClone(known);
			const data = NodeHelpers.getNodeParameters(
				propertiesOf(type),
				stored as INodeParameters,
				true,
				false,
				null,
				null,
			) as ICredentialDataDecryptedObject;
			if (stored.oauthTokenData) data.oauthTokenData = structuredClone(stored.oauthTokenData);
			const workflow = new Workflow({
				nodes: [dummyNode],
				connections: {},
				active: false,
				nodeTypes,
			});
			const values = workflow.expression.getComplexParameterValue(
				dummyNode,
				data as INodeParameters,
				mode,
				{},
				undefined,
				undefined,
				data as INodeParameters,
			) as ICredentialDataDecryptedObject;
			decrypted.set(key, structuredClone(values));
			return values;
		}

		isCredentialUsableByNode(): boolean {
			return true;
		}

		getCredentialsProperties(name: string): INodeProperties[] {
			return propertiesOf(name);
		}

		async updateCredentials(
			details: INodeCredentialsDetails,
			_type: string,
			data: ICredentialDataDecryptedObject,
		): Promise<void> {
			credentials[details.id as string] = data;
		}

		async updateCredentialsOauthTokenData(
			details: INodeCredentialsDetails,
			_type: string,
			data: ICredentialDataDecryptedObject,
		): Promise<void> {
			const id = details.id as string;
			credentials[id] = { ...credentials[id], oauthTokenData: data.oauthTokenData };
		}
	}

	const credentialsHelper = new MemoryCredentials();
	const additionalData = (
		extra: Partial<IWorkflowExecuteAdditionalData>,
	): IWorkflowExecuteAdditionalData =>
		({
			workflowId: 'test',
			credentialsHelper,
			restApiUrl: 'http://127.0.0.1/rest',
			instanceBaseUrl: 'http://127.0.0.1',
			formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
			webhookBaseUrl: 'http://127.0.0.1/webhook',
			webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting',
			webhookTestBaseUrl: 'http://127.0.0.1/webhook-test',
			variables: {},
			currentNodeParameters: undefined,
			executionTimeoutTimestamp: undefined,
			setExecutionStatus() {},
			sendDataToUI() {},
			logAiEvent() {},
			...extra,
		}) as unknown as IWorkflowExecuteAdditionalData;

	const nodeJson = (
		parameters: INodeParameters,
		credential: string,
		extra?: Partial<INode>,
	): INode => ({
		id: 'b2b6f3a2-0000-4000-8000-000000000001',
		name: NODE_NAME,
		type: `${loader.packageName}.kallyAi`,
		typeVersion: 1,
		position: [200, 0],
		credentials: { [credential]: { id: credential, name: credential } },
		...extra,
		parameters: {
			authentication: credential === 'kallyAiTokenApi' ? 'token' : 'oAuth2',
			...parameters,
		},
	});

	const nodeType = loader.getNode('kallyAi').type as INodeType;
	const loadOptionsContext = () => {
		const node = nodeJson({}, 'kallyAiOAuth2Api');
		return new LoadOptionsContext(
			new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes }),
			node,
			additionalData({ currentNodeParameters: node.parameters }),
			'parameters.id',
		);
	};

	const agentJson = (typeVersion: number): INode => ({
		...dummyNode,
		id: 'agent',
		name: 'Agent',
		type: AGENT_TYPE,
		typeVersion,
	});

	const workflowOf = (
		others: INode[],
		{ workflowId = 'test', timezone = 'Europe/London' }: ExecuteOptions,
		connections: IConnections,
	) => {
		const start: INode = { ...dummyNode, id: 'start', name: 'Start' };
		const workflow = new Workflow({
			id: workflowId,
			name: 'test',
			active: false,
			nodes: [start, ...others],
			connections,
			nodeTypes,
			settings: { executionOrder: 'v1', timezone },
			staticData: {},
		});
		return { workflow, start };
	};

	/** What n8n goes on with when an execution is retried; stored as JSON in between. */
	const retriedData = (
		{ run }: NodeOutcome,
		kept: 'end' | 'begin',
		start: INode,
		items: IDataObject[],
	): IRunExecutionData => {
		const data = JSON.parse(JSON.stringify(run.data)) as IRunExecutionData;
		if (kept === 'begin') {
			const input = { main: [items.map((json) => ({ json }))] };
			data.executionData = {
				...createRunExecutionData({}).executionData!,
				nodeExecutionStack: [{ node: start, data: input, source: null }],
			};
			data.resultData = { runData: {} };
			return data;
		}
		delete data.resultData.error;
		const { lastNodeExecuted = '', runData } = data.resultData;
		if (runData[lastNodeExecuted]?.at(-1)?.error) runData[lastNodeExecuted].pop();
		return data;
	};

	let executions = 1_000_000;
	/** What a server's database holds of the executions. */
	const stored = new Map<string, IRunExecutionData>();

	const inExecution = async (
		workflow: WorkflowType,
		mode: WorkflowExecuteMode,
		{ executionId = String(++executions), instanceId }: ExecuteOptions,
		start: (
			execute: (data?: IRunExecutionData) => InstanceType<typeof WorkflowExecute>,
		) => Promise<IRun>,
	): Promise<IRun> => {
		const settings = Container.get(InstanceSettings) as { instanceId: string };
		const { instanceId: usual } = settings;
		const hooks = new ExecutionLifecycleHooks(mode, executionId ?? '', {
			id: workflow.id,
			name: 'test',
			active: false,
			nodes: Object.values(workflow.nodes),
			connections: workflow.connectionsBySourceNode,
		} as unknown as ConstructorParameters<typeof ExecutionLifecycleHooks>[2]);
		const additional = additionalData({
			executionId: executionId ?? undefined,
			hooks,
			getRunExecutionData: async (id: string) => stored.get(id),
		} as Partial<IWorkflowExecuteAdditionalData>);
		try {
			settings.instanceId = instanceId ?? usual;
			return await start((data) => {
				if (data && executionId) stored.set(executionId, structuredClone(data));
				return new WorkflowExecute(additional, mode, data);
			});
		} finally {
			settings.instanceId = usual;
		}
	};

	return {
		loader,
		credentials,
		node: nodeType,
		logger: loadOptionsContext().logger,
		additionalData,

		async decrypted(name) {
			const details = { id: name, name };
			return await credentialsHelper.getDecrypted(additionalData({}), details, name, 'internal');
		},

		async execute(parameters, settings = {}) {
			const { items = [{}], credential = 'kallyAiOAuth2Api', retryOf, node } = settings;
			const { mode = retryOf ? 'retry' : 'manual' } = settings;
			const { workflow, start } = workflowOf([nodeJson(parameters, credential, node)], settings, {
				Start: { main: [[{ node: NODE_NAME, type: 'main', index: 0 }]] },
			});
			const run = await inExecution(workflow, mode, settings, async (execute) => {
				const before = retryOf && retriedData(retryOf, settings.kept ?? 'end', start, items);
				if (!before) {
					const pinData = { Start: items.map((json) => ({ json })) };
					return await execute().run({ workflow, pinData } as RunOptions);
				}
				return await execute(before).processRunExecutionData(workflow);
			});
			const taskData = run.data.resultData.runData[NODE_NAME]?.at(-1);
			return {
				status: run.status,
				items: taskData?.data?.main?.[0] ?? [],
				error: run.data.resultData.error as NodeOutcome['error'],
				hints: taskData?.hints ?? [],
				run,
			};
		},

		async useTool(parameters, settings) {
			const { items = [{}], credential = 'kallyAiOAuth2Api', agent: version, node } = settings;
			const type = `${loader.packageName}.kallyAiTool`;
			const tool = nodeJson({ toolDescription: 'It calls', ...parameters }, credential, {
				type,
				...node,
			});
			const { workflow } = workflowOf([agentJson(version), tool], settings, {
				Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
				[NODE_NAME]: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
			});
			toolCalls = settings.calls;
			const run = await inExecution(workflow, 'manual', settings, async (execute) => {
				const pinData = { Start: items.map((json) => ({ json })) };
				return await execute().run({ workflow, pinData } as RunOptions);
			});
			const output = run.data.resultData.runData.Agent?.at(-1)?.data?.main?.[0] ?? [];
			return output.map(({ json }) => json as unknown as ToolResult);
		},

		async callOverMcp(parameters, args, node) {
			const type = `${loader.packageName}.kallyAiTool`;
			const tool = nodeJson({ toolDescription: 'It calls', ...parameters }, 'kallyAiOAuth2Api', {
				type,
				...node,
			});
			const server = agentJson(2);
			const { workflow } = workflowOf(
				[server, tool],
				{},
				{
					[NODE_NAME]: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
				},
			);
			const context = new WebhookContext(
				workflow,
				server,
				additionalData({}),
				'webhook',
				{} as never,
				[],
				null,
			);
			const [connected] = (await context.getInputConnectionData('ai_tool', 0)) as Array<{
				invoke(args: IDataObject): Promise<unknown>;
			}>;
			return await resultOf(connected.invoke(args));
		},

		async search(resource, filter, paginationToken) {
			const method = nodeType.methods?.listSearch?.[resource];
			if (!method) throw new Error(`There is no list search ${resource}`);
			return await method.call(loadOptionsContext(), filter, paginationToken);
		},

		async choices(loadOptionsMethod) {
			const method = nodeType.methods?.loadOptions?.[loadOptionsMethod];
			if (!method) throw new Error(`There is no list ${loadOptionsMethod}`);
			return await method.call(loadOptionsContext());
		},

		async poll(node, staticData, mode = 'trigger') {
			const workflow = new Workflow({
				id: 'test',
				nodes: [node],
				connections: {},
				active: true,
				nodeTypes,
				staticData,
			});
			const context = new PollContext(
				workflow,
				node,
				additionalData({}),
				mode,
				'activate',
				() => {},
				() => {},
			);
			return await (
				nodeTypes.getByNameAndVersion(node.type, node.typeVersion) as INodeType
			).poll?.call(context);
		},
	};
}
