import type { IDataObject, IExecuteFunctions, IRunExecutionData } from 'n8n-workflow';

import type { WorkRecord } from '../../nodes/KallyAi/execute/ledger';
import type { Plan } from '../../nodes/KallyAi/execute/plan';
import { ledger, Works } from '../../nodes/KallyAi/execute/works';
import { resources } from '../../nodes/KallyAi/resources';
import type { Operation } from '../../nodes/KallyAi/table/operation';
import type { Api } from '../../nodes/shared/transport/api';
import { fakeApi } from '../support/fakeApi.mts';

const NOW = Date.parse('2031-05-16T10:00:00Z');
const HOUR = 3_600_000;

beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(NOW));
afterEach(() => jest.restoreAllMocks());

const operationOf = (resource: string, name: string): Operation =>
	(resources as Record<string, { operations: Record<string, Operation> }>)[resource]!.operations[
		name
	]!;

const callTo = (itemIndex: number, to = `+1555010${itemIndex}`, more: Partial<Plan> = {}): Plan =>
	({
		itemIndex,
		work: 'call.make',
		operation: operationOf('call', 'make'),
		path: '/v1/calls',
		body: { submission: { respondent_phone: to, task_description: 'Ask for a table' } },
		options: {},
		...more,
	}) as Plan;

const other = (resource: string, name: string, more: Partial<Plan> = {}): Plan =>
	callTo(0, undefined, {
		work: `${resource}.${name}`,
		operation: operationOf(resource, name),
		...more,
	});

interface Run {
	executionId?: string;
	workflowId?: string;
	mode?: string;
	isTool?: boolean;
	round?: number;
	input?: IDataObject[];
	/** n8n's node context, which holds the notes. */
	kept?: IDataObject;
	stored?: object;
	credentials?: object;
	parent?: string;
}

let executions = 0;

/** Runs of one execution, unless said otherwise. */
const runOf = (
	run: Run = {},
): Required<Pick<Run, 'executionId' | 'workflowId' | 'kept'>> & Run => ({
	executionId: String(++executions),
	workflowId: `workflow ${executions}`,
	kept: {},
	...run,
});

const contextOf = (run: Run): IExecuteFunctions =>
	({
		getNode: () => ({ id: 'node', type: 'kallyAi', credentials: run.credentials }),
		getInstanceId: () => 'instance',
		getWorkflow: () => ({ id: run.workflowId }),
		getExecutionId: () => run.executionId,
		getMode: () => run.mode ?? 'trigger',
		getExecutionDataById: async () => run.stored as IRunExecutionData | undefined,
		getExecutionContext: () => ({ parentExecutionId: run.parent }),
		getContext: () => run.kept,
		evaluateExpression: () => run.round ?? 0,
		getInputData: () => (run.input ?? []).map((json) => ({ json })),
		isToolExecution: () => run.isTool ?? false,
	}) as unknown as IExecuteFunctions;

/** An API whose list of calls has these. */
function apiOf(calls: IDataObject[] = []): { api: Api; reads: () => number } {
	let reads = 0;
	const api = fakeApi(() => {
		reads++;
		const headers = { date: new Date(NOW).toUTCString() };
		return { headers, body: { calls, total: calls.length } };
	});
	return { api, reads: () => reads };
}

const worksOf = async (run: Run, plans: Plan[], { api } = apiOf()): Promise<Works> =>
	(await Works.of(
		contextOf(run),
		plans.map((plan) => ({ api, plan })),
	))!;

const record = (more: Partial<WorkRecord> = {}): WorkRecord => ({
	key: 'key',
	sentAt: NOW,
	sent: 1,
	...more,
});

describe('the works of a run', () => {
	test('are those of the items that create or start something', async () => {
		const api = apiOf();
		const reading = [other('call', 'getAll'), other('call', 'get')];
		expect(
			await Works.of(
				contextOf(runOf()),
				reading.map((plan) => ({ ...api, plan })),
			),
		).toBe(undefined);
		const plans = [other('search', 'run'), callTo(1), other('call', 'getAll', { itemIndex: 2 })];
		const works = await worksOf(runOf(), plans);
		expect(plans.map((plan) => works.of(plan) !== undefined)).toEqual([false, true, false]);
		const free = other('contactEmail', 'add');
		expect((await worksOf(runOf(), [free])).of(free)).toBeDefined();
	});

	test('have the same keys in the same execution, whatever reads stand between them', async () => {
		const run = runOf();
		const [one, two] = [callTo(0), callTo(2)];
		const works = await worksOf(run, [one, other('call', 'get', { itemIndex: 1 }), two]);
		const without = await worksOf({ ...run, kept: {} }, [one, two]);
		expect([one, two].map((plan) => works.of(plan)!.key)).toEqual(
			[one, two].map((plan) => without.of(plan)!.key),
		);
		const elsewhere = await worksOf({ ...run, kept: {}, workflowId: 'other' }, [one]);
		expect(elsewhere.of(one)!.key).not.toBe(works.of(one)!.key);
	});

	test('are limited with those of their execution, and tools without one by the hour', async () => {
		const run = runOf({ workflowId: 'w' });
		const { group } = await worksOf(run, [callTo(0)]);
		expect(group).toEqual({ group: expect.stringContaining(`execution ${run.executionId} `) });
		const tool = await worksOf(
			{ workflowId: 'w', isTool: true, input: [{}], executionId: undefined },
			[callTo(0)],
		);
		expect(tool.group).toEqual({ group: 'instance w', hourly: true });
	});

	test('stand for their item, round and execution', async () => {
		const run = runOf({ round: 3 });
		const plan = callTo(2);
		const work = (await worksOf(run, [plan])).of(plan)!;
		expect(work).toMatchObject({
			place: `${run.executionId} node 3 2`,
			lasting: true,
			repeatedWithinMs: 0,
		});
		expect(work.ledgerKey).toBe(work.key);
		const tool = (await worksOf({ ...run, isTool: true, input: [{}, {}, {}] }, [plan])).of(plan)!;
		expect(tool.place).toBeUndefined();
	});

	test('of a tool are what it was given, but for the ID of the call', async () => {
		const keyWith = async (json: IDataObject, isTool = true) => {
			const plan = callTo(0);
			const run = { executionId: 'e', workflowId: 'w', isTool, kept: {}, input: [json] };
			return (await worksOf(run, [plan])).of(plan)!.key;
		};
		const key = await keyWith({ toolCallId: 'a', name: 'Clara' });
		expect(await keyWith({ toolCallId: 'b', name: 'Clara' })).toBe(key);
		expect(await keyWith({ toolCallId: 'a', name: 'Ada' })).not.toBe(key);
		expect(await keyWith({ name: 'Clara' }, false)).toBe(await keyWith({ name: 'Ada' }, false));
		const none = { executionId: 'e', workflowId: 'w', isTool: true, kept: {}, input: [] };
		expect((await worksOf(none, [callTo(0)])).of(callTo(0))).toBeDefined();
	});

	test('without an execution have another key each time, though the process knows them', async () => {
		const plan = callTo(0);
		const run = { workflowId: 'w', isTool: true, input: [{}], executionId: undefined };
		const [one, two] = [
			(await worksOf(run, [plan])).of(plan)!,
			(await worksOf(run, [plan])).of(plan)!,
		];
		expect(one.ledgerKey).toBe(two.ledgerKey);
		expect(one.key).not.toBe(two.key);
		expect(one).toMatchObject({ lasting: false, note: undefined });
	});

	test.each<[string, Plan, boolean, number]>([
		['a call', callTo(0), true, 600_000],
		['a call in a workflow', callTo(0), false, 0],
		['an email', other('email', 'send'), true, 0],
		[
			'an email that is waited for',
			other('email', 'send', { options: { waitForCompletion: true } }),
			true,
			600_000,
		],
		[
			'an email that may take a minute',
			other('email', 'send', { options: { timeout: 60 } }),
			true,
			0,
		],
		[
			'one that may take longer',
			other('email', 'send', { options: { timeout: 61 } }),
			true,
			600_000,
		],
		['a call that may not', callTo(0, undefined, { options: { timeout: 30 } }), true, 0],
	])(
		'of tools that outlast their client stand for a repetition: %s',
		async (_what, plan, isTool, ms) => {
			const work = (await worksOf(runOf({ isTool, input: [{}] }), [plan])).of(plan)!;
			expect(work.repeatedWithinMs).toBe(ms);
		},
	);
});

describe('a key of the user', () => {
	const keyed = (key: string, more: Partial<Plan> = {}) =>
		callTo(0, undefined, { options: { idempotencyKey: key }, ...more });
	const CREDENTIALS = { kallyAiTokenApi: { id: 'a' } };
	const ledgerKey = async (plan: Plan, run: Run = {}, baseUrl?: string) => {
		const listed = apiOf();
		if (baseUrl) listed.api.baseUrl = baseUrl;
		const works = await worksOf(runOf({ credentials: CREDENTIALS, ...run }), [plan], listed);
		return works.of(plan)!.ledgerKey;
	};

	test('is sent, and stands for the work in every execution of the account', async () => {
		const plan = keyed('lead-1');
		const work = (await worksOf(runOf({ credentials: CREDENTIALS }), [plan])).of(plan)!;
		expect(work).toMatchObject({ key: 'lead-1', lasting: true });
		expect(await ledgerKey(keyed('lead-1', { body: {} }))).toBe(work.ledgerKey);
		const others = [
			await ledgerKey(keyed('lead-2')),
			await ledgerKey(keyed('lead-1', { path: '/v2/calls' })),
			await ledgerKey(keyed('lead-1', { work: 'call.remake' })),
			await ledgerKey(plan, { credentials: { kallyAiTokenApi: { id: 'b' } } }),
			await ledgerKey(plan, { credentials: undefined }),
			await ledgerKey(plan, {}, 'https://other.example.org/v1'),
		];
		expect(new Set([work.ledgerKey, ...others]).size).toBe(7);
	});

	test('does so without an execution as well', async () => {
		const plan = keyed('lead-1');
		const run = { workflowId: 'w', isTool: true, input: [{}], executionId: undefined };
		expect((await worksOf(run, [plan])).of(plan)).toMatchObject({ key: 'lead-1', lasting: true });
	});
});

describe('the notes of an execution', () => {
	test('keep a work by its round and item until all items of the round are done', async () => {
		const run = runOf({ round: 1 });
		const plan = callTo(4);
		const works = await worksOf(run, [plan]);
		const { note } = works.of(plan)!;
		expect(note!.find()).toBeUndefined();
		note!.keep(record());
		expect(note!.find()).toEqual(record());
		expect(run.kept).toMatchObject({ kallyAi: { rounds: { 1: { 4: record() } } } });
		works.close(false);
		expect(note!.find()).toEqual(record());
		works.close(true);
		expect(note!.find()).toBeUndefined();
		note!.keep(record());
		note!.forget();
		expect(note!.find()).toBeUndefined();
	});

	test('hold a work to its key, whatever its texts have become', async () => {
		const run = runOf();
		const works = await worksOf(run, [callTo(0)]);
		works.of(callTo(0))!.note!.keep(record({ key: works.of(callTo(0))!.key }));
		const again = await worksOf(run, [callTo(0, '+15550109')]);
		expect(again.of(callTo(0))!.key).toBe(works.of(callTo(0))!.key);
		const later = await worksOf({ ...run, round: 1 }, [callTo(0, '+15550109')]);
		expect(later.of(callTo(0))!.key).not.toBe(works.of(callTo(0))!.key);
	});

	test('keep the works of a tool by what it was given, to the end of the execution', async () => {
		const run = runOf({ isTool: true, input: [{}] });
		const works = await worksOf(run, [callTo(0)]);
		const { note, key } = works.of(callTo(0))!;
		note!.keep(record({ key }));
		expect(run.kept).toMatchObject({ kallyAi: { rounds: { tool: { [key]: record({ key }) } } } });
		works.close(true);
		expect(note!.find()).toEqual(record({ key }));
	});

	test('may be missing', async () => {
		const run = { workflowId: 'w', isTool: false, kept: undefined, executionId: '9' };
		const context = contextOf(run);
		context.getContext = () => {
			throw new Error('none');
		};
		const { api } = apiOf();
		const works = (await Works.of(context, [{ api, plan: callTo(0) }]))!;
		expect(works.of(callTo(0))!.note).toBeUndefined();
		expect(() => works.close(true)).not.toThrow();
	});
});

test('a work is known once the process has sent it', async () => {
	const works = await worksOf(runOf(), [callTo(0), callTo(1)]);
	ledger.keep(works.of(callTo(1))!.ledgerKey, record());
	expect([callTo(0), callTo(1), callTo(2)].map((plan) => works.isKnown(plan))).toEqual([
		false,
		true,
		false,
	]);
});

describe('a retry of an execution of which n8n has kept nothing', () => {
	const blind = (run: Run = {}) => runOf({ mode: 'retry', ...run });
	const MESSAGE =
		'Nothing was sent: this is a retry, and n8n did not keep what the failed execution had done';
	const LAST =
		"Run the workflow again for the remaining items. Calls with their own 'Do Only Once (Key)' can be retried.";
	const listed = (to: string, ageMs: number): IDataObject => ({
		call_id: `${to} ${ageMs}`,
		submission: { respondent_phone: to },
		created_at: new Date(NOW - ageMs).toISOString(),
	});

	test('refuses new work, and says whom it may have reached within a day', async () => {
		const calls = [
			listed('+15550100', HOUR),
			listed('+15550101', 24 * HOUR),
			listed('+15550102', 24 * HOUR + 1000),
			listed('+15550109', HOUR),
		];
		const list = apiOf(calls);
		const plans = [callTo(0), callTo(1), callTo(2)];
		const works = await worksOf(blind(), plans, list);
		for (const plan of plans) {
			const error = await works.refuseBlindly(plan).catch((thrown: unknown) => thrown);
			expect(error).toMatchObject({
				message: MESSAGE,
				advice: `KallyAI's list has calls of the last 24 hours to +15550100, +15550101. ${LAST}`,
			});
		}
		expect(list.reads()).toBe(1);
	});

	test('tells where to look where the list shows nobody, or there is none', async () => {
		const advice = `Check the list of the resource for what was done. ${LAST}`;
		const nobody = apiOf([listed('+15550109', HOUR)]);
		const works = await worksOf(blind(), [callTo(0)], nobody);
		await expect(works.refuseBlindly(callTo(0))).rejects.toMatchObject({
			message: MESSAGE,
			advice,
		});
		const ride = other('errand', 'requestRide');
		const untraced = apiOf([listed('+15550100', HOUR)]);
		const rides = await worksOf(blind(), [ride], untraced);
		await expect(rides.refuseBlindly(ride)).rejects.toMatchObject({ advice });
		expect(untraced.reads()).toBe(0);
	});

	test('sends what is known, what does not create, and calls under a key of the user', async () => {
		const keyed = callTo(0, undefined, { options: { idempotencyKey: 'lead-1' } });
		const search = other('search', 'run', { itemIndex: 2 });
		const works = await worksOf(blind(), [keyed, callTo(1), search]);
		await works.refuseBlindly(keyed);
		await works.refuseBlindly(search);
		ledger.keep(works.of(callTo(1))!.ledgerKey, record());
		await works.refuseBlindly(callTo(1));
		const email = other('email', 'send', { options: { idempotencyKey: 'lead-1' } });
		const emails = await worksOf(blind(), [email]);
		await expect(emails.refuseBlindly(email)).rejects.toThrow(MESSAGE);
	});

	test('is none where the execution is new, or n8n has stored its end', async () => {
		const fresh = await worksOf(runOf(), [callTo(0)]);
		await fresh.refuseBlindly(callTo(0));
		const stored = {
			executionData: { nodeExecutionStack: [{ node: { name: 'KallyAI' } }] },
			resultData: { lastNodeExecuted: 'KallyAI' },
		};
		const ended = await worksOf(blind({ stored }), [callTo(0)]);
		await ended.refuseBlindly(callTo(0));
		const elsewhere = { ...stored, resultData: { lastNodeExecuted: 'Start' } };
		const crashed = await worksOf(blind({ stored: elsewhere }), [callTo(0)]);
		await expect(crashed.refuseBlindly(callTo(0))).rejects.toThrow(MESSAGE);
	});

	test('is refused once more where it is tried again', async () => {
		const run = blind();
		for (let retry = 0; retry < 2; retry++) {
			const works = await worksOf(run, [callTo(0)]);
			await expect(works.refuseBlindly(callTo(0))).rejects.toThrow(MESSAGE);
		}
	});
});

test('sub-executions that are started again after a failure have the keys of before', async () => {
	const parent = `caller ${executions}`;
	const run = () => runOf({ parent, workflowId: 'sub' });
	const keyOf = async (works: Works) => works.of(callTo(0))!.key;
	const first = await worksOf(run(), [callTo(0)]);
	const second = await worksOf(run(), [callTo(0)]);
	expect(await keyOf(second)).not.toBe(await keyOf(first));
	second.fail();
	expect(await keyOf(await worksOf(run(), [callTo(0)]))).toBe(await keyOf(first));
});
