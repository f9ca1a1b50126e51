import type { IExecuteFunctions, IRunExecutionData } from 'n8n-workflow';

import { Callers } from './callers';
import { Notes } from './notes';
import { contentOfRun, type Work, type WorkPlace } from './workKey';

/** The context of a run: what distinguishes its works from all others, and what is remembered about them. */
export interface Standing {
	place: WorkPlace;
	/** The ID of this execution; undefined if n8n assigns none. */
	executionId?: string;
	/** Whether an AI agent or an MCP client has called the node as a tool. */
	isTool: boolean;
	/** Round of the loop, as used in the notes. */
	round: string;
	/** The notes of the execution; undefined for MCP clients, which have no execution. */
	notes?: Notes;
	/** Whether this is a retry of an execution for which n8n kept no data. */
	isBlind: boolean;
}

const callers = new Callers();

/** What n8n has stored about an execution; undefined if there is nothing, or no access to it. */
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
 * Whether a retry continues an execution that n8n stored when it ended: then it starts with the failed node.
 * After a crash, n8n starts with the data from before the first node.
 */
function endWasStored(stored: IRunExecutionData | undefined): boolean {
	const next = stored?.executionData?.nodeExecutionStack?.[0]?.node.name;
	return next !== undefined && next === stored?.resultData?.lastNodeExecuted;
}

/**
 * Whether another process may continue an execution with this stored data and no start: a manual one that was
 * given to a worker, and any on n8n 1, which reassigns the job of a dead worker.
 */
function mayMove(context: IExecuteFunctions, stored: IRunExecutionData | undefined): boolean {
	if (!stored) return false;
	return !stored.executionData || context.isToolExecution === undefined;
}

/**
 * Identifies an execution in the keys: its ID, which may be assigned again in a restored database, and its start.
 * The start must be the same in another process that continues the execution, so it is the one that n8n has
 * stored (not up to 2.8, nor for manual executions). Without one, the start of the process is used, since a
 * database is restored while n8n is not running.
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

/** Identifies a new execution in the keys: itself, or its caller and the content for which it was called. */
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

/** Notes that a run of the node has failed, regardless of what n8n stores about its execution. */
export function noteFailure({ executionId }: Standing): void {
	if (executionId !== undefined) callers.noteFailure(executionId);
}

const MCP_TRIGGER = '@n8n/n8n-nodes-langchain.mcpTrigger';
/** The ID that n8n uses for an execution it does not store. */
const NO_EXECUTION = '__UNKNOWN__';

/** The ID of the execution, if it groups several works. */
function executionIdOf(context: IExecuteFunctions): string | undefined {
	const executionId = context.getExecutionId();
	// In queue mode, n8n creates an execution for each request of an MCP client.
	const isMcp = context.getExecutionContext?.()?.triggerNode?.type === MCP_TRIGGER;
	return !executionId || executionId === NO_EXECUTION || isMcp ? undefined : executionId;
}

/** The notes of the execution; some contexts of n8n have none. */
function notesOf(context: IExecuteFunctions): Notes | undefined {
	try {
		return new Notes(context.getContext('node'));
	} catch {
		return undefined;
	}
}

/** Whether an AI agent or an MCP client runs the node as a tool. */
export function isToolRun(context: IExecuteFunctions): boolean {
	// Agents from version 3 run tools as nodes, and hosts before n8n 2 do not say so: there the type shows it.
	return context.isToolExecution?.() || context.getNode().type.endsWith('Tool');
}

/** Determines the context of a run. Queries n8n's database when the node first runs in an execution. */
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
		// A refused retry must not store anything that would allow the next one.
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
