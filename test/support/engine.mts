import { createRequire } from 'node:module';
import path from 'node:path';

import 'reflect-metadata';
import './engineEnvironment.mts';
import type { PackageDirectoryLoader as Loader } from 'n8n-core';
import type {
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
	LoadOptionsContext,
	PackageDirectoryLoader,
	PollContext,
	WorkflowExecute,
} = require('n8n-core') as typeof import('n8n-core');
const { Container } = require('@n8n/di') as typeof import('@n8n/di');
const { ICredentialsHelper, NodeHelpers, Workflow } =
	require('n8n-workflow') as typeof import('n8n-workflow');

/** The built package's folder. */
export const PACKAGE_FOLDER = path.resolve(import.meta.dirname, '../..');
/** Name of the node under test in a test workflow. */
export const NODE_NAME = 'KallyAI';
const TRIGGER_TYPE = 'n8n-nodes-base.manualTrigger';

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
	executionId?: string;
	mode?: WorkflowExecuteMode;
	timezone?: string;
}

/** The real n8n engine in this process, with the built package loaded as a server loads it. */
export interface Engine {
	loader: Loader;
	node: INodeType;
	credentials: CredentialStore;
	execute(parameters: INodeParameters, settings?: ExecuteOptions): Promise<NodeOutcome>;
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
 * Loads the built package (`npm run build` first) into n8n-core. Credentials are found under the name of
 * their type.
 */
export async function startEngine(
	credentials: CredentialStore,
	packageFolder = PACKAGE_FOLDER,
): Promise<Engine> {
	const loader = new PackageDirectoryLoader(packageFolder, [], []);
	await loader.loadAll();
	await Container.get(BinaryDataService).init();

	const typeOf = (type: string): INodeType | IVersionedNodeType =>
		type === TRIGGER_TYPE ? PASS_THROUGH : loader.getNode(type.split('.').pop() as string).type;
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
			return workflow.expression.getComplexParameterValue(
				dummyNode,
				data as INodeParameters,
				mode,
				{},
				undefined,
				undefined,
				data as INodeParameters,
			) as ICredentialDataDecryptedObject;
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

	return {
		loader,
		credentials,
		node: nodeType,
		additionalData,

		async decrypted(name) {
			const details = { id: name, name };
			return await credentialsHelper.getDecrypted(additionalData({}), details, name, 'internal');
		},

		async execute(parameters, settings = {}) {
			const { items = [{}], credential = 'kallyAiOAuth2Api', executionId = '1' } = settings;
			const { mode = 'manual', timezone = 'Europe/London', node } = settings;
			const start: INode = { ...dummyNode, id: 'start', name: 'Start' };
			const nodes = [start, nodeJson(parameters, credential, node)];
			const connections = {
				Start: { main: [[{ node: NODE_NAME, type: 'main' as const, index: 0 }]] },
			};
			const workflow = new Workflow({
				id: 'test',
				name: 'test',
				active: false,
				nodes,
				connections,
				nodeTypes,
				settings: { executionOrder: 'v1', timezone },
				staticData: {},
			});
			const pinData = { Start: items.map((json) => ({ json })) };
			const hooks = new ExecutionLifecycleHooks(mode, executionId, {
				id: 'test',
				name: 'test',
				active: false,
				nodes,
				connections,
			} as unknown as ConstructorParameters<typeof ExecutionLifecycleHooks>[2]);
			const run = await new WorkflowExecute(
				additionalData({ executionId, hooks } as Partial<IWorkflowExecuteAdditionalData>),
				mode,
			).run({ workflow, pinData } as Parameters<InstanceType<typeof WorkflowExecute>['run']>[0]);
			const taskData = run.data.resultData.runData[NODE_NAME]?.at(-1);
			return {
				status: run.status,
				items: taskData?.data?.main?.[0] ?? [],
				error: run.data.resultData.error as NodeOutcome['error'],
				hints: taskData?.hints ?? [],
				run,
			};
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
