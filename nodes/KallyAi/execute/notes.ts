import type { IDataObject } from 'n8n-workflow';

import type { WorkRecord } from './ledger';

/** What one execution stores about this node's works. */
interface Kept {
	/** Identifies the execution in the keys; a retry of the execution continues with it. */
	scope?: string;
	/** Notes by loop round, then by item. */
	rounds?: Record<string, Record<string, WorkRecord>>;
}

/** Our member of n8n's node context. */
const MEMBER = 'kallyAi';

/**
 * What an execution remembers about this node's works, in n8n's node context. n8n passes it to every attempt of
 * Retry On Fail, stores it with the execution, and passes it to the execution that the Retry button starts, in
 * any process.
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

	/** Drops a round whose items are all done: n8n has their output and does not run it again. */
	close(round: string): void {
		delete this.kept.rounds?.[round];
	}
}
