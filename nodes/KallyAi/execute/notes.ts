import type { IDataObject } from 'n8n-workflow';

import type { WorkRecord } from './ledger';

/** What one execution keeps of this node's works. */
interface Kept {
	/** What stands for the execution in the keys; a retry of the execution goes on under it. */
	scope?: string;
	/** Notes by loop round, then by item. */
	rounds?: Record<string, Record<string, WorkRecord>>;
}

/** Member of n8n's node context that is ours. */
const MEMBER = 'kallyAi';

/**
 * What an execution remembers of this node's works, in n8n's node context. n8n hands it to every try of
 * Retry On Fail, stores it with the execution, and gives it to the execution that the Retry button
 * starts, in whatever process that runs.
 */
export class Notes {
	private readonly kept: Kept;

	/** @param context what `getContext('node')` gives */
	constructor(context: IDataObject) {
		this.kept = (context[MEMBER] ??= {}) as Kept;
	}

	/** Undefined in the first run of the node in its execution. */
	get scope(): string | undefined {
		return this.kept.scope;
	}

	set scope(scope: string) {
		this.kept.scope = scope;
	}

	find(round: string, item: string): WorkRecord | undefined {
		return this.kept.rounds?.[round]?.[item];
	}

	keep(round: string, item: string, record: WorkRecord): void {
		const rounds = (this.kept.rounds ??= {});
		(rounds[round] ??= {})[item] = record;
	}

	forget(round: string, item: string): void {
		delete this.kept.rounds?.[round]?.[item];
	}

	/** Drops a round whose items have all come out: n8n has their output, and runs it no more. */
	close(round: string): void {
		delete this.kept.rounds?.[round];
	}
}
