import type { IDataObject } from 'n8n-workflow';

import { isToolRun, noteFailure, standingOf } from '../../nodes/KallyAi/execute/standing';
import type { Work } from '../../nodes/KallyAi/execute/workKey';

const NODE = { id: 'node-1', name: 'KallyAI', type: 'n8n-nodes-kallyai.kallyAi' };
const WORKS: Work[] = [];

/** What n8n stores of an execution that has begun at some time, and fails in a node. */
const begun = (establishedAt?: number, more: object = {}) => ({
	executionData: {
		nodeExecutionStack: [{ node: { name: 'KallyAI' } }],
		...(establishedAt === undefined ? {} : { runtimeData: { establishedAt } }),
	},
	resultData: { lastNodeExecuted: 'KallyAI' },
	...more,
});

interface Host {
	executionId?: string;
	stored?: Record<string, unknown>;
	parent?: string;
	trigger?: string;
	mode?: string;
	/** Whether the host says which runs are those of tools: n8n from 2 on. */
	saysTool?: boolean;
	isTool?: boolean;
	runIndex?: number;
	notes?: IDataObject | 'none';
	type?: string;
	/** What the host tells of the context; `none` where it does not know the question. */
	tells?: 'context' | 'nothing' | 'none';
	workflowId?: string | null;
}

let ids = 0;
/** An execution ID that no other test has. */
const newId = () => `e${++ids}`;
/** What was asked of the database. */
let asked: string[] = [];
beforeEach(() => void (asked = []));

/** A node's context as a host gives it. */
function contextOf({
	executionId = newId(),
	stored = {},
	parent,
	trigger = 'n8n-nodes-base.manualTrigger',
	mode = 'trigger',
	saysTool = true,
	isTool = false,
	runIndex = 0,
	notes = {},
	type = NODE.type,
	tells = 'context',
	workflowId = 'workflow',
}: Host = {}) {
	const executionContext = { parentExecutionId: parent, triggerNode: { type: trigger } };
	return {
		...(saysTool ? { isToolExecution: () => isTool } : {}),
		...(tells === 'none'
			? {}
			: { getExecutionContext: () => (tells === 'nothing' ? undefined : executionContext) }),
		evaluateExpression: (expression: string) =>
			expression === '{{ $runIndex }}' ? runIndex : undefined,
		getContext: (kind: string) => {
			if (notes === 'none' || kind !== 'node') throw new Error('no context');
			return notes;
		},
		getExecutionDataById: async (id: string) => {
			asked.push(id);
			if (stored[id] === 'refused') throw new Error('no access');
			return stored[id];
		},
		getExecutionId: () => executionId,
		getInstanceId: () => 'instance',
		getMode: () => mode,
		getNode: () => ({ ...NODE, type }),
		getWorkflow: () => ({ id: workflowId }),
	} as never;
}

const scopeOf = async (host: Host, isTool = false) =>
	(await standingOf(contextOf(host), isTool, WORKS)).place.scope;

const OF_PROCESS = String(performance.timeOrigin);

describe('the scope of an execution', () => {
	test.each<[what: string, stored: unknown, saysTool: boolean, begin: string]>([
		['its stored begin', begun(123), true, '123'],
		['its stored begin, on n8n 1 as well', begun(123), false, '123'],
		['the begin of the process, where n8n 2 stores none', begun(), true, OF_PROCESS],
		[
			'nothing more, where n8n 1 stores none: another process may go on with it',
			begun(),
			false,
			'',
		],
		['nothing more, for a manual one that a worker does', { resultData: {} }, true, ''],
		['the begin of the process, where nothing is stored', undefined, true, OF_PROCESS],
		['the begin of the process, on n8n 1 as well', undefined, false, OF_PROCESS],
		['the begin of the process, where n8n gives no access', 'refused', true, OF_PROCESS],
	])('has its ID and %s', async (_what, stored, saysTool, begin) => {
		const executionId = newId();
		const scope = await scopeOf({ executionId, stored: { [executionId]: stored }, saysTool });
		expect(scope).toBe(`execution ${executionId} ${begin}`);
	});

	test('is kept in its notes, and n8n is asked once', async () => {
		const executionId = newId();
		const notes = {};
		const host = { executionId, notes, stored: { [executionId]: begun(5) } };
		const scope = await scopeOf(host);
		expect(await scopeOf({ ...host, runIndex: 1, stored: {} })).toBe(scope);
		expect(asked).toEqual([executionId]);
	});

	test.each<[string, Host]>([
		['without an ID', { executionId: '' }],
		['that n8n does not store', { executionId: '__UNKNOWN__' }],
		['of a request of an MCP client', { trigger: '@n8n/n8n-nodes-langchain.mcpTrigger' }],
	])('is none for one %s', async (_what, host) => {
		const standing = await standingOf(contextOf(host), false, WORKS);
		expect(standing).toMatchObject({ place: { scope: 'none' }, executionId: undefined });
		expect(asked).toEqual([]);
		expect((await standingOf(contextOf(host), true, WORKS)).notes).toBeUndefined();
	});

	test('is there without notes, and on hosts that tell no context', async () => {
		const executionId = newId();
		const stored = { [executionId]: begun(8) };
		const standing = await standingOf(
			contextOf({ executionId, stored, notes: 'none' }),
			false,
			WORKS,
		);
		expect(standing.notes).toBeUndefined();
		expect(standing.place.scope).toBe(`execution ${executionId} 8`);
		for (const tells of ['nothing', 'none'] as const)
			expect(await scopeOf({ executionId, stored, tells })).toBe(standing.place.scope);
	});
});

test('a place has the instance, the workflow, the node and the round; a tool has no round', async () => {
	const context = contextOf({ runIndex: 3 });
	const place = { instanceId: 'instance', workflowId: 'workflow', nodeId: 'node-1' };
	expect(await standingOf(context, false, WORKS)).toMatchObject({
		place: { ...place, round: 3 },
		round: '3',
		isTool: false,
	});
	expect(await standingOf(context, true, WORKS)).toMatchObject({
		place: { ...place, round: undefined },
		round: 'tool',
		isTool: true,
	});
	const unsaved = await standingOf(contextOf({ workflowId: null }), false, WORKS);
	expect(unsaved.place.workflowId).toBe('');
});

describe('a retry', () => {
	const OTHER_NODE = { ...begun(5), resultData: { lastNodeExecuted: 'Before' } };
	test.each<[what: string, stored: unknown, isBlind: boolean]>([
		['goes on where n8n stored how it ended', begun(5), false],
		['is blind after a crash', OTHER_NODE, true],
		['is blind where nothing is stored', undefined, true],
		['is blind where n8n gives no access', 'refused', true],
		['is blind where nothing is about to run', { executionData: {}, resultData: {} }, true],
		['is blind where nothing more runs', { executionData: { nodeExecutionStack: [] } }, true],
		['is blind where n8n stored no result', { executionData: begun(5).executionData }, true],
		['is blind where n8n stored only the result', { resultData: {} }, true],
	])('%s', async (_what, stored, isBlind) => {
		const executionId = newId();
		const notes: IDataObject = {};
		const host = { executionId, notes, mode: 'retry', stored: { [executionId]: stored } };
		expect((await standingOf(contextOf(host), false, WORKS)).isBlind).toBe(isBlind);
		// A refused retry leaves nothing behind that would let the next one through.
		expect((await standingOf(contextOf(host), false, WORKS)).isBlind).toBe(isBlind);
		expect(
			(await standingOf(contextOf({ ...host, mode: 'manual', notes: {} }), false, WORKS)).isBlind,
		).toBe(false);
	});
});

describe('a sub-execution', () => {
	const stored = (parent: string, more: Record<string, unknown> = {}) => ({
		[parent]: begun(77),
		...more,
	});

	test('is named by its caller and what it does: again it is new work', async () => {
		const parent = newId();
		const [one, two] = [
			await scopeOf({ parent, stored: stored(parent) }),
			await scopeOf({ parent, stored: stored(parent) }),
		];
		expect(one).toMatch(new RegExp(`^execution ${parent} 77 .* 0$`));
		expect(two).toBe(one.replace(/0$/, '1'));
		expect(asked.filter((id) => id === parent)).toEqual([parent]);
	});

	test('that does something else has another name', async () => {
		const parent = newId();
		const scopes = [];
		for (const content of ['call Ines', 'call Kim']) {
			const work = { operation: 'call.make', path: '/v1/calls', body: { content } } as never;
			const context = contextOf({ parent, stored: stored(parent) });
			scopes.push((await standingOf(context, false, [work])).place.scope);
		}
		expect(scopes[0]?.slice(0, -2)).not.toBe(scopes[1]?.slice(0, -2));
	});

	test('is the same work again after one that n8n stored with an error', async () => {
		const [parent, executionId] = [newId(), newId()];
		const failed = { [executionId]: { resultData: { error: new Error('no') } } };
		const one = await scopeOf({ parent, executionId, stored: stored(parent) });
		const begunOnly = { [executionId]: {} };
		const next = await scopeOf({ parent, stored: stored(parent, begunOnly) });
		expect(next).not.toBe(one);
		expect(await scopeOf({ parent, stored: stored(parent, failed) })).toBe(one);
	});

	test('is the same work again after one of whose failure this process knows', async () => {
		const parent = newId();
		const context = contextOf({ parent, stored: stored(parent) });
		const standing = await standingOf(context, false, WORKS);
		noteFailure(standing);
		noteFailure({ ...standing, executionId: undefined });
		expect(await scopeOf({ parent, stored: stored(parent) })).toBe(standing.place.scope);
	});
});

test.each<[boolean, Host]>([
	[true, { isTool: true }],
	[true, { isTool: false, type: `${NODE.type}Tool` }],
	[true, { saysTool: false, type: `${NODE.type}Tool` }],
	[false, { isTool: false }],
	[false, { saysTool: false }],
])('a run is one of a tool: %s, %j', (isTool, host) => {
	expect(isToolRun(contextOf(host))).toBe(isTool);
});
