import { setNewest } from './bounded';

/** One run of a node in a sub-execution. */
interface SubRun {
	/** Identifies the execution that called the sub-workflow. */
	caller: string;
	executionId: string;
	/** Workflow, node, round and content of the run. */
	content: string;
}

interface Caller {
	/** How often each content has occurred since the caller started, or started again. */
	counts: Map<string, number>;
	/** Scope by sub-execution and content. */
	scopes: Map<string, string>;
	/** Sub-executions since then. */
	executionIds: Set<string>;
}

const MOST_CALLERS = 500;
/** Sub-executions that may have been running when one of them failed. */
const NEWEST = 5;

/**
 * The executions of this process that call sub-workflows. When Execute Sub-workflow is retried, n8n starts new
 * sub-executions with new IDs. If the same content occurs again, it is new work (another item or round of the
 * loop) as long as all earlier sub-executions succeeded, and a retry once one of them has failed.
 */
export class Callers {
	private readonly callers = new Map<string, Caller>();

	private readonly names = new Map<string, string>();

	private readonly failed = new Map<string, true>();

	/** Identifies a caller; looked up once. */
	async nameOf(executionId: string, lookUp: () => Promise<string>): Promise<string> {
		const name = this.names.get(executionId) ?? (await lookUp());
		setNewest(this.names, executionId, name, MOST_CALLERS);
		return name;
	}

	/** Notes that a run in an execution has failed. */
	noteFailure(executionId: string): void {
		setNewest(this.failed, executionId, true, MOST_CALLERS);
	}

	/**
	 * Identifies the work of a sub-execution in the keys.
	 *
	 * @param hasFailed whether a sub-execution has ended with an error
	 */
	async scopeOf(
		run: SubRun,
		hasFailed: (executionId: string) => Promise<boolean>,
	): Promise<string> {
		const { executionId, content } = run;
		const caller = this.callerOf(run.caller);
		const place = `${executionId} ${content}`;
		const known = caller.scopes.get(place);
		if (known !== undefined) return known;
		if (caller.counts.has(content) && (await this.anyFailed(caller.executionIds, hasFailed))) {
			caller.counts.clear();
			caller.executionIds.clear();
		}
		const count = caller.counts.get(content) ?? 0;
		const scope = `${run.caller} ${content} ${count}`;
		caller.counts.set(content, count + 1);
		caller.executionIds.add(executionId);
		caller.scopes.set(place, scope);
		return scope;
	}

	private callerOf(name: string): Caller {
		const caller = this.callers.get(name) ?? {
			counts: new Map<string, number>(),
			scopes: new Map<string, string>(),
			executionIds: new Set<string>(),
		};
		setNewest(this.callers, name, caller, MOST_CALLERS);
		return caller;
	}

	/** Newest first: a retry follows a failure. */
	private async anyFailed(
		executionIds: Set<string>,
		hasFailed: (executionId: string) => Promise<boolean>,
	): Promise<boolean> {
		for (const executionId of [...executionIds].slice(-NEWEST).reverse()) {
			if (this.failed.has(executionId) || (await hasFailed(executionId))) return true;
		}
		return false;
	}
}
