import type { IExecuteFunctions } from 'n8n-workflow';

import { InputError } from '../../shared/errors/errors';
import { getMember } from '../../shared/objects';
import { OPTION_TITLES } from '../../shared/optionTitles';
import type { Api } from '../../shared/transport/api';
import { DEFAULT_TIMEOUT_SECONDS } from '../../shared/transport/request';
import { answerOf, creates, type Trace } from '../table/operation';
import { Ledger } from './ledger';
import type { Spending } from './limits';
import { isKnown, type OnceWork } from './once';
import type { Plan } from './plan';
import { isToolRun, noteFailure, type Standing, standingOf } from './standing';
import { reachedOf } from './trace';
import { fingerprint, type Work, workKeys } from './workKey';

/** The works of this process. */
export const ledger = new Ledger();

/** How far back the refusal of a retry looks for what was done. */
const LOOK_BACK_HOURS = 24;

/** Seconds after which MCP clients give up unless told otherwise. */
const CLIENTS_WAIT_SECONDS = 60;
/** How long those that may have given up are taken to ask again for the same. */
const REPEATED_WITHIN_MS = 10 * 60_000;

/** Whether an item's work may last longer than an MCP client waits for it. */
const outlastsClients = ({ operation, options }: Plan): boolean =>
	options.waitForCompletion === true ||
	(options.timeout ?? operation.request.timeout ?? DEFAULT_TIMEOUT_SECONDS) > CLIENTS_WAIT_SECONDS;

/** Refuses a key of the user's own that stands for two different works of a run: the second would be skipped. */
export class OwnKeys {
	private readonly given = new Map<string, { content: string; itemIndex: number }>();

	/** @throws InputError for the second of them */
	check({ work, path, body, itemIndex, options }: Plan): void {
		const { idempotencyKey: own } = options;
		if (own === undefined) return;
		const content = JSON.stringify([work, path, body]);
		const first = this.given.get(own) ?? { content, itemIndex };
		if (first.content !== content) {
			throw new InputError(
				`'${OPTION_TITLES.idempotencyKey}' is the same as that of item ${first.itemIndex + 1}, which asks for something else: this item would be skipped`,
				'Use an expression that gives each lead its own key, such as its ID.',
			);
		}
		this.given.set(own, first);
	}
}

/** What a tool was given, without n8n's ID of the call, which is another for each. */
function toolInput(context: IExecuteFunctions, itemIndex: number): unknown {
	const { json = {} } = context.getInputData()[itemIndex] ?? {};
	return Object.fromEntries(Object.entries(json).filter(([name]) => name !== 'toolCallId'));
}

/** How an operation's records are found again, where they can be. */
export function traceOf({ operation }: Plan): Trace | undefined {
	const answer = answerOf(operation);
	return answer.kind === 'record' ? answer.trace : undefined;
}

type Planned = Array<{ api: Api; plan: Plan }>;

/** The works of one run: what creates or starts something. */
export class Works {
	/** What the limits count this run with. */
	readonly group: Pick<Spending, 'group' | 'hourly'>;

	private readonly standing: Standing;

	private readonly planned: Planned;

	private readonly byItem: Map<number, OnceWork>;

	private reached?: Promise<string[]>;

	private constructor(standing: Standing, planned: Planned, byItem: Map<number, OnceWork>) {
		const { executionId, place } = standing;
		this.group =
			executionId === undefined
				? { group: `${place.instanceId} ${place.workflowId}`, hourly: true }
				: { group: place.scope };
		this.standing = standing;
		this.planned = planned;
		this.byItem = byItem;
	}

	/** Finds out which works a run has, and what is remembered of them. */
	static async of(context: IExecuteFunctions, all: Planned): Promise<Works | undefined> {
		const planned = all.filter(({ plan }) => creates(plan.operation) || plan.operation.spends);
		if (planned.length === 0) return undefined;
		const isTool = isToolRun(context);
		const works = planned.map(
			({ plan: { work, path, body, itemIndex } }): Work => ({
				operation: work,
				path,
				body,
				input: isTool ? toolInput(context, itemIndex) : undefined,
			}),
		);
		const standing = await standingOf(context, isTool, works);
		const { notes, round, executionId, place } = standing;
		const credentials = context.getNode().credentials ?? {};
		const keys = workKeys(place, works);
		const byItem = new Map<number, OnceWork>();
		for (const [index, { api, plan }] of planned.entries()) {
			const { itemIndex, options, work, path } = plan;
			if (!creates(plan.operation)) continue;
			const { idempotencyKey: own } = options;
			const slot = isTool ? keys[index] : String(itemIndex);
			// Its own note tells a work, whatever a new evaluation of its texts gives.
			const made = notes?.find(round, slot)?.key ?? keys[index];
			const account = credentials[api.credentialType]?.id;
			byItem.set(itemIndex, {
				ledgerKey:
					own === undefined
						? made
						: fingerprint('own', place.instanceId, api.baseUrl, account, work, path, own),
				// An answer from before must never come where no execution tells old work from new.
				key:
					own ?? (executionId === undefined ? fingerprint(made, Date.now(), Math.random()) : made),
				lasting: own !== undefined || executionId !== undefined,
				repeatedWithinMs: isTool && outlastsClients(plan) ? REPEATED_WITHIN_MS : 0,
				place: isTool ? undefined : [executionId, place.nodeId, round, itemIndex].join(' '),
				note: notes && {
					find: () => notes.find(round, slot),
					keep: (record) => notes.keep(round, slot, record),
					forget: () => notes.forget(round, slot),
				},
			});
		}
		return new Works(standing, planned, byItem);
	}

	/** The work of a creating operation's item. */
	of({ itemIndex }: Plan): OnceWork | undefined {
		return this.byItem.get(itemIndex);
	}

	/** Whether an item's work was sent before, so that to go on with it is nothing new. */
	isKnown(plan: Plan): boolean {
		const work = this.of(plan);
		return work !== undefined && isKnown(ledger, work);
	}

	/**
	 * Refuses new work in a retry of an execution of which n8n has kept nothing: people may have been
	 * reached by it.
	 *
	 * @throws InputError that says who was, as far as KallyAI's list tells
	 */
	async refuseBlindly(plan: Plan): Promise<void> {
		const { operation, options } = plan;
		const isSafe = options.idempotencyKey !== undefined && operation.request.repeatable;
		if (!this.standing.isBlind || isSafe || !creates(operation) || this.isKnown(plan)) return;
		const reached = await (this.reached ??= this.reachedLately());
		const who =
			reached.length > 0
				? `KallyAI's list has calls of the last ${LOOK_BACK_HOURS} hours to ${reached.join(', ')}.`
				: 'Check the list of the resource for what was done.';
		throw new InputError(
			'Nothing was sent: this is a retry, and n8n did not keep what the failed execution had done',
			`${who} Run the workflow again for the remaining items. Calls whose '${OPTION_TITLES.idempotencyKey}' is the lead's own can be retried.`,
		);
	}

	/** Whom the API shows as reached of those that this run is for. */
	private async reachedLately(): Promise<string[]> {
		const [first] = this.planned;
		const trace = traceOf(first.plan);
		if (!trace) return [];
		const recipients = new Set(
			this.planned.map(({ plan }) => getMember(plan.body ?? {}, trace.of)),
		);
		const since = Date.now() - LOOK_BACK_HOURS * 3_600_000;
		return await reachedOf(first.api, trace, recipients, since);
	}

	/**
	 * Notes how the run has ended.
	 *
	 * @param isWhole whether all items were done: n8n has their output then, and runs them no more
	 */
	close(isWhole: boolean): void {
		const { notes, isTool, round } = this.standing;
		if (isWhole && !isTool) notes?.close(round);
	}

	/** Notes that the run has failed, so that n8n may start it again. */
	fail(): void {
		noteFailure(this.standing);
	}
}
