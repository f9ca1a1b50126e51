/** One run of a node in a sub-execution. */
interface SubRun {
	/** Execution that called the sub-workflow. */
	callerId: string;
	executionId: string;
	/** Workflow, node, round and content of the run. */
	content: string;
}

interface Caller {
	/** How often a content has come since the caller began, or began again. */
	counts: Map<string, number>;
	/** Scope by sub-execution and content. */
	scopes: Map<string, string>;
	/** Sub-executions since then. */
	executionIds: Set<string>;
}

const MOST_CALLERS = 500;

/**
 * The executions of this process that call sub-workflows. When Execute Sub-workflow is tried again, n8n
 * starts new sub-executions, each with an ID of its own. A content that comes once more is new work
 * (another item, another loop round) as long as every sub-execution before it went well, and a
 * repetition once one of them has failed.
 */
export class Callers {
	private readonly callers = new Map<string, Caller>();

	/**
	 * What stands for the work of a sub-execution in the keys.
	 *
	 * @param hasFailed whether a sub-execution has ended with an error
	 */
	async scopeOf(
		run: SubRun,
		hasFailed: (executionId: string) => Promise<boolean>,
	): Promise<string> {
		const { callerId, executionId, content } = run;
		const caller = this.callerOf(callerId);
		const place = `${executionId} ${content}`;
		const known = caller.scopes.get(place);
		if (known !== undefined) return known;
		if (caller.counts.has(content) && (await anyFailed(caller.executionIds, hasFailed))) {
			caller.counts.clear();
			caller.executionIds.clear();
		}
		const count = caller.counts.get(content) ?? 0;
		const scope = `caller ${callerId} ${content} ${count}`;
		caller.counts.set(content, count + 1);
		caller.executionIds.add(executionId);
		caller.scopes.set(place, scope);
		return scope;
	}

	private callerOf(callerId: string): Caller {
		const caller = this.callers.get(callerId) ?? {
			counts: new Map(),
			scopes: new Map(),
			executionIds: new Set(),
		};
		this.callers.delete(callerId);
		this.callers.set(callerId, caller);
		for (const [oldest] of this.callers) {
			if (this.callers.size <= MOST_CALLERS) break;
			this.callers.delete(oldest);
		}
		return caller;
	}
}

/** The newest first: a repetition follows upon a failure. */
async function anyFailed(
	executionIds: Set<string>,
	hasFailed: (executionId: string) => Promise<boolean>,
): Promise<boolean> {
	for (const executionId of [...executionIds].reverse()) {
		if (await hasFailed(executionId)) return true;
	}
	return false;
}
