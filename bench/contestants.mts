import { createRequire } from 'node:module';
import { Agent } from 'node:http';
import { join } from 'node:path';
import axios from 'axios';
import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
	INodeParameterResourceLocator,
	INodeParameters,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import type * as Description from '../nodes/KallyAi/editor/properties.ts';
import type * as Once from '../nodes/KallyAi/execute/once.ts';
import type * as Run from '../nodes/KallyAi/execute/run.ts';
import type { Lookups, Resources } from '../nodes/KallyAi/table/operation.ts';
import { anyCredentials } from '../test/support/recorder.mts';
import { startEngine, triggerNode } from '../test/support/engine.mts';
import { HOST } from '../tools/lib/paths.mts';
import { declarativeTwin } from './declarativeTwin.mts';
import { type CallWork, GET, httpRequestFor, LEAD, MAKE } from './measuredWorkflow.mts';

const require = createRequire(import.meta.url);

/** What is measured: the operations that the issue of the day is about, a read and a write. */
export type Work = CallWork | 'makeInFull' | 'getAll';

/** Does the work for so many items and gives how many items came out. */
export type Contestant = (work: Work, items: number, concurrency?: number) => Promise<number>;

/** Events that one poll gives out in the benchmark. */
export const MOST_EVENTS = 1000;

/** The item, with what the optional fields take. */
const LEAD_IN_FULL = {
	...LEAD,
	business: 'La Brasa',
	day: '2031-05-16',
	guests: 2,
	name: 'Ada Example',
};

const PARAMETERS: Record<Work, INodeParameters> = {
	get: GET,
	make: MAKE,
	makeInFull: {
		...MAKE,
		additionalFields: {
			businessName: '={{ $json.business }}',
			appointmentDate: '={{ $json.day }}',
			partySize: '={{ $json.guests }}',
			userName: '={{ $json.name }}',
		},
	},
	getAll: { returnAll: true },
};

/** All that stand beside each other, in one process and one engine. */
export interface Contestants {
	/** The node with its table cut to so many operations; all of them unless given. */
	kallyAi(operations?: number): Contestant;
	/** n8n's own HTTP Request node with the same credential: every item at once, as it does by default. */
	httpRequest(work: CallWork, items: number): Promise<number>;
	declarative: Contestant;
	/** The least a node can do: it reads the parameters and calls n8n's helper with the credential. */
	helperAlone: Contestant;
	/** No n8n at all: axios with keep-alive. */
	axiosLoop: Contestant;
	/** Polls the trigger for these events, finished calls unless given, with a state that it changes; gives the events. */
	poll(state: IDataObject, event?: string[]): Promise<number>;
	/** Does something while works are sent without being remembered, so that they can be done twice. */
	withoutLedger<T>(work: () => Promise<T>): Promise<T>;
	/** A module of the built package. */
	built(path: string): unknown;
	operations: number;
	description: INodeTypeDescription;
}

function cut(resources: Resources, count: number): Resources {
	let left = count;
	const { call, ...others } = resources;
	const entries = Object.entries({ call, ...others }).map(([name, resource]) => {
		const operations = Object.entries(resource.operations).slice(0, Math.max(0, left));
		left -= operations.length;
		return [name, { ...resource, operations: Object.fromEntries(operations) }] as const;
	});
	return Object.fromEntries(
		entries.filter(([, { operations }]) => Object.keys(operations).length > 0),
	);
}

async function sideBySide(
	items: number,
	concurrency: number,
	step: (index: number) => Promise<void>,
): Promise<void> {
	const queue = Array.from({ length: items }).keys();
	const worker = async () => {
		for (const index of queue) await step(index);
	};
	await Promise.all(Array.from({ length: concurrency }, worker));
}

function helperAlone(description: INodeTypeDescription, baseUrl: string): INodeType {
	return {
		description: { ...description, name: 'helperAlone' },
		async execute() {
			const read = (name: string, index: number): unknown =>
				this.getNodeParameter(name, index, undefined, { skipValidation: true });
			const { concurrency } = this.getNode().parameters.options as { concurrency: number };
			const makes = this.getNode().parameters.operation === 'make';
			const requestOf = (index: number): IHttpRequestOptions => {
				if (!makes) {
					const { value } = read('callId', index) as INodeParameterResourceLocator;
					return { method: 'GET', url: `${baseUrl}/v1/calls/${String(value)}` };
				}
				const submission = {
					respondent_phone: read('respondentPhone', index),
					task_description: read('taskDescription', index),
				};
				return { method: 'POST', url: `${baseUrl}/v1/calls`, body: { submission } };
			};
			const out: INodeExecutionData[] = [];
			await sideBySide(this.getInputData().length, concurrency, async (item) => {
				const json = (await this.helpers.httpRequestWithAuthentication.call(
					this,
					'kallyAiOAuth2Api',
					{ ...requestOf(item), json: true },
				)) as IDataObject;
				out[item] = { json, pairedItem: { item } };
			});
			return [out];
		},
	};
}

/** Loads the packed package from a folder and what it is compared with. */
export async function loadContestants(
	packageFolder: string,
	baseUrl: string,
): Promise<Contestants> {
	const engine = await startEngine(anyCredentials(baseUrl), packageFolder, {
		evaluatesAgain: true,
	});
	const nodes = (
		engine.loader as unknown as {
			nodeTypes: Record<string, { type: INodeType; sourcePath: string }>;
		}
	).nodeTypes;
	const built = (path: string): unknown => require(join(packageFolder, 'dist/nodes', path));
	const { lookups, resources } = built('KallyAi/resources') as {
		lookups: Lookups;
		resources: Resources;
	};
	const { describe } = built('KallyAi/editor/properties') as typeof Description;
	const { run } = built('KallyAi/execute/run') as typeof Run;
	const { description } = engine.node;
	const operations = Object.values(resources).flatMap((resource) =>
		Object.keys(resource.operations),
	).length;

	const add = (name: string, type: INodeType) => (nodes[name] = { type, sourcePath: '' });
	const base = createRequire(join(HOST, 'package.json'));
	const { HttpRequest } = base('n8n-nodes-base/dist/nodes/HttpRequest/HttpRequest.node.js') as {
		HttpRequest: new () => INodeType;
	};
	add('httpRequest', new HttpRequest());
	add('declarativeTwin', declarativeTwin(description, resources));

	add('helperAlone', helperAlone(description, baseUrl));

	const execute = async (
		type: string,
		parameters: INodeParameters,
		items: number,
		typeVersion = 1,
	) => {
		const { items: out, error } = await engine.execute(parameters, {
			items: Array.from({ length: items }, () => LEAD_IN_FULL),
			node: { type, typeVersion },
		});
		if (error) throw error;
		return out.length;
	};
	const callOf = (work: Work): INodeParameters => ({
		resource: 'call',
		operation: work === 'makeInFull' ? 'make' : work,
		...PARAMETERS[work],
	});

	return {
		built,
		async withoutLedger(work) {
			const module = built('KallyAi/execute/once') as { once: typeof Once.once };
			const { once } = module;
			module.once = async (_ledger, { key }, { send }) => ({
				answer: await send({ key, sent: () => 0, sending() {} }),
				replayed: false,
				ended: false,
				keepEnd() {},
				giveOut() {},
			});
			try {
				return await work();
			} finally {
				module.once = once;
			}
		},
		async poll(state, event = ['callFinished']) {
			const node = triggerNode({
				event,
				options: { maxEvents: MOST_EVENTS },
			});
			const found = (await engine.poll(node, state)) as unknown[][] | null;
			return found?.[0].length ?? 0;
		},
		operations,
		description,
		kallyAi(count = operations) {
			const name = `kallyAi${count}`;
			const table = count < operations ? cut(resources, count) : resources;
			const [authentication] = description.properties;
			add(name, {
				...engine.node,
				description: { ...description, properties: [authentication, ...describe(table)] },
				async execute(this: IExecuteFunctions) {
					return [await run(this, table, lookups)];
				},
			});
			return async (work, items, concurrency) => {
				const options = concurrency === undefined ? {} : { concurrency };
				return await execute(name, { ...callOf(work), options }, items);
			};
		},
		async httpRequest(work, items) {
			// n8n-core lets the node of this very type use other nodes' credentials.
			return await execute('n8n-nodes-base.httpRequest', httpRequestFor(work, baseUrl), items, 4.2);
		},
		async declarative(work, items) {
			return await execute('declarativeTwin', { ...callOf(work), options: {} }, items);
		},
		async helperAlone(work, items, concurrency = 1) {
			return await execute('helperAlone', { ...callOf(work), options: { concurrency } }, items);
		},
		async axiosLoop(work, items, concurrency = 1) {
			const http = axios.create({
				baseURL: baseUrl,
				proxy: false,
				httpAgent: new Agent({ keepAlive: true }),
			});
			const headers = { Authorization: 'Bearer sandbox-token' };
			const data = { submission: { respondent_phone: LEAD.phone, task_description: LEAD.task } };
			let done = 0;
			await sideBySide(items, concurrency, async () => {
				if (work.startsWith('make')) await http.post('/v1/calls', data, { headers });
				else await http.get(`/v1/calls/${LEAD.id}`, { headers });
				done++;
			});
			return done;
		},
	};
}
