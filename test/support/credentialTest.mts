import { createRequire } from 'node:module';

import type {
	ICredentialTestRequest,
	ICredentialsDecrypted,
	INode,
	INodeType,
	IRunExecutionData,
} from 'n8n-workflow';

import type { Engine } from './engine.mts';

const require = createRequire(import.meta.url);
const { ExecuteContext, RoutingNode } = require('n8n-core') as typeof import('n8n-core');
const { createEmptyRunExecutionData, Workflow } =
	require('n8n-workflow') as typeof import('n8n-workflow');

const NAME = 'temporary';

/** What the editor shows after a test of a credential. */
export interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

/**
 * Tests a credential as n8n's server does when somebody saves it: the credential's own request, sent by the
 * engine's declarative node, with the rules for what is said of its outcome.
 */
export async function testCredential(engine: Engine, name: string): Promise<CredentialTestResult> {
	const { test } = engine.loader.getCredential(name).type;
	const { request, rules = [] } = test as ICredentialTestRequest;
	const node: INode = {
		id: NAME,
		name: NAME,
		type: NAME,
		typeVersion: 1,
		position: [0, 0],
		parameters: { temp: '' },
		credentials: { [name]: { id: name, name } },
	};
	const type: INodeType = {
		description: {
			displayName: NAME,
			name: NAME,
			group: [],
			version: 1,
			description: '',
			defaults: {},
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name, required: true }],
			properties: [
				{ displayName: 'Temp', name: 'temp', type: 'string', routing: { request }, default: '' },
			],
		},
	};
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: {
			getByName: () => type,
			getByNameAndVersion: () => type,
			getKnownTypes: () => ({}),
		},
	});
	const context = new ExecuteContext(
		workflow,
		node,
		engine.additionalData({}),
		'internal',
		createEmptyRunExecutionData() as IRunExecutionData,
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	const data = await engine.decrypted(name);
	const decrypted = { id: name, name, type: name, data } as ICredentialsDecrypted;
	try {
		await new RoutingNode(context, type, decrypted).runNode();
		return { status: 'OK', message: '' };
	} catch (error) {
		const { cause, message } = error as Error & { cause?: { response?: { status: number } } };
		const said = rules.find(
			({ type: kind, properties }) =>
				kind === 'responseCode' && properties.value === cause?.response?.status,
		);
		return { status: 'Error', message: said?.properties.message ?? message };
	}
}
