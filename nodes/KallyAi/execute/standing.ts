import type { IExecuteFunctions, IRunExecutionData } from 'n8n-workflow';

import { Callers } from './callers';
import { Notes } from './notes';
import { contentOfRun, type Work, type WorkPlace } from './workKey';

/** Where a run of the node stands: what tells its works from all others, and what is remembered of them. */
export interface Standing {
	place: WorkPlace;
	/** This very execution; undefined where n8n gives it no ID. */
	executionId?: string;
	/** Whether an AI agent or an MCP client has called the node as a tool. */
	isTool: boolean;
	/** Loop round as the notes name it. */
	round: string;
	/** What the execution has noted; undefined for MCP clients, which have none. */
	notes?: Notes;
	/** Whether this repeats an execution of which n8n has kept nothing. */
	isBlind: boolean;
}

const callers = new Callers();

/** What n8n has stored of an execution; undefined where there is nothing, or no way to it. */
async function storedExecution(
	context: IExecuteFunctions,
	executionId: string,
): Promise<IRunExecutionData | undefined> {
	try {
		return await context.getExecutionDataById(executionId);
	} catch {
		return undefined;
	}
}

/**
 * Whether a retry goes on from an execution that n8n has stored when it ended: then the node that failed
 * is the one to go on with. After a crash n8n starts from what it had before the first node.
 */
function endWasStored(stored: IRunExecutionData | undefined): boolean {
	const next = stored?.executionData?.nodeExecutionStack?.[0]?.node.name;
	return next !== undefined && next === stored?.resultData?.lastNodeExecuted;
}

/**
 * Whether another process may go on with an execution of which n8n has stored this and no begin: a manual
 * one that was given to a worker, and any on n8n 1, which gives the job of a dead worker to another one.
 */
function mayMove(context: IExecuteFunctions, stored: IRunExecutionData | undefined): boolean {
	if (!stored) return false;
	return !stored.executionData || context.isToolExecution === undefined;
}

/**
 * What stands for an execution in the keys: its ID, which may come again in a database that was restored,
 * and its begin. That has to be the same in another process that goes on with the execution, so it is the
 * one that n8n has stored (not up to 2.8, nor for manual executions). Without one, the begin of the process
 * tells, since a database is restored while n8n does not run.
 */
async function namedWithBegin(
	context: IExecuteFunctions,
	executionId: string,
	storedData: () => Promise<IRunExecutionData | undefined>,
): Promise<string> {
	const stored = await storedData();
	const begin = stored?.executionData?.runtimeData?.establishedAt;
	const ofProcess = mayMove(context, stored) ? '' : performance.timeOrigin;
	return `execution ${executionId} ${begin ?? ofProcess}`;
}

/** What stands for a new execution in the keys: itself, or its caller and what it was called for. */
async function newScope(
	context: IExecuteFunctions,
	executionId: string,
	content: () => string,
	stored: () => Promise<IRunExecutionData | undefined>,
): Promise<string> {
	const callerId = context.getExecutionContext?.()?.parentExecutionId;
	if (callerId === undefined) return await namedWithBegin(context, executionId, stored);
	const caller = await callers.nameOf(
		callerId,
		async () =>
			await namedWithBegin(context, callerId, async () => await storedExecution(context, callerId)),
	);
	return await callers.scopeOf(
		{ caller, executionId, content: content() },
		async (earlier) => (await storedExecution(context, earlier))?.resultData?.error !== undefined,
	);
}

/** Notes that a run of the node has failed, whatever n8n stores of its execution. */
export function noteFailure({ executionId }: Standing): void {
	if (executionId !== undefined) callers.noteFailure(executionId);
}

const MCP_TRIGGER = '@n8n/n8n-nodes-langchain.mcpTrigger';
/** What n8n calls an execution that it does not store. */
const NO_EXECUTION = '__UNKNOWN__';

/** The ID of the execution, where there is one that holds several works together. */
function executionIdOf(context: IExecuteFunctions): string | undefined {
	const executionId = context.getExecutionId();
	// With a queue, n8n makes an execution for each request of an MCP client.
	const isMcp = context.getExecutionContext?.()?.triggerNode?.type === MCP_TRIGGER;
	return !executionId || executionId === NO_EXECUTION || isMcp ? undefined : executionId;
}

/** The execution's notes; some contexts of n8n have none. */
function notesOf(context: IExecuteFunctions): Notes | undefined {
	try {
		return new Notes(context.getContext('node'));
	} catch {
		return undefined;
	}
}

/** Whether an AI agent or an MCP client runs the node as a tool. */
export function isToolRun(context: IExecuteFunctions): boolean {
	// Agents from version 3 run tools as nodes, and hosts before n8n 2 cannot be asked: there the type tells.
	return context.isToolExecution?.() || context.getNode().type.endsWith('Tool');
}

/** Finds out where a run stands. Asks n8n's database when the node first runs in an execution. */
export async function standingOf(
	context: IExecuteFunctions,
	isTool: boolean,
	works: Work[],
): Promise<Standing> {
	const executionId = executionIdOf(context);
	const round = isTool ? undefined : Number(context.evaluateExpression('{{ $runIndex }}', 0));
	const notes = isTool && executionId === undefined ? undefined : notesOf(context);
	const place = {
		instanceId: context.getInstanceId(),
		workflowId: String(context.getWorkflow().id ?? ''),
		nodeId: context.getNode().id,
		round,
	};
	let scope = notes?.scope;
	let isBlind = false;
	if (scope === undefined && executionId !== undefined) {
		const mode = context.getMode();
		const stored = async () => await storedExecution(context, executionId);
		isBlind = mode === 'retry' && !endWasStored(await stored());
		const content = () => contentOfRun(works, place);
		scope = await newScope(context, executionId, content, stored);
		// A refused retry leaves nothing behind that would let the next one pass.
		if (notes && !isBlind) notes.scope = scope;
	}
	return {
		place: { ...place, scope: scope ?? 'none' },
		executionId,
		isTool,
		round: round === undefined ? 'tool' : String(round),
		notes,
		isBlind,
	};
}
