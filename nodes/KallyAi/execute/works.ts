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

/** How far back to search for what was done when a retry is refused. */
const LOOK_BACK_HOURS = 24;

/** Seconds after which MCP clients give up by default. */
const CLIENTS_WAIT_SECONDS = 60;
/** How long a request of a client that may have given up counts as a repetition. */
const REPEATED_WITHIN_MS = 10 * 60_000;

/** Whether the work of an item may take longer than an MCP client waits for it. */
const outlastsClients = ({ operation, options }: Plan): boolean =>
	options.waitForCompletion === true ||
	(options.timeout ?? operation.request.timeout ?? DEFAULT_TIMEOUT_SECONDS) > CLIENTS_WAIT_SECONDS;

/** Refuses a user's key that two different works of a run share: the second one would be skipped. */
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
				`'${OPTION_TITLES.idempotencyKey}' is the same as that of item ${first.itemIndex + 1}, which requests something else: this item would be skipped`,
				'Use an expression that gives each lead its own key, such as its ID.',
			);
		}
		this.given.set(own, first);
	}
}

/** What a tool received, without n8n's ID of the tool call, which is always different. */
function toolInput(context: IExecuteFunctions, itemIndex: number): unknown {
	const { json = {} } = context.getInputData()[itemIndex] ?? {};
	return Object.fromEntries(Object.entries(json).filter(([name]) => name !== 'toolCallId'));
}

/** How to find an operation's records again, if possible. */
export function traceOf({ operation }: Plan): Trace | undefined {
	const answer = answerOf(operation);
	return answer.kind === 'record' ? answer.trace : undefined;
}

type Planned = Array<{ api: Api; plan: Plan }>;

/** The works of one run: the requests that create or start something. */
export class Works {
	/** The group in which the limits count this run. */
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

	/** Determines which works a run has, and what is remembered about them. */
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
			// A work is identified by its own note, even if its texts now evaluate differently.
			const made = notes?.find(round, slot)?.key ?? keys[index];
			const account = credentials[api.credentialType]?.id;
			byItem.set(itemIndex, {
				ledgerKey:
					own === undefined
						? made
						: fingerprint('own', place.instanceId, api.baseUrl, account, work, path, own),
				// An earlier response must never be returned if executions cannot be told apart.
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

	/** The work of an item of a creating operation. */
	of({ itemIndex }: Plan): OnceWork | undefined {
		return this.byItem.get(itemIndex);
	}

	/** Whether the work of an item was sent before, so that continuing it is nothing new. */
	isKnown(plan: Plan): boolean {
		const work = this.of(plan);
		return work !== undefined && isKnown(ledger, work);
	}

	/**
	 * Refuses new work in a retry of an execution for which n8n kept no data: people may have been contacted by it.
	 *
	 * @throws InputError that says who was, according to KallyAI's list
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
			`${who} Run the workflow again for the remaining items. Calls with their own '${OPTION_TITLES.idempotencyKey}' can be retried.`,
		);
	}

	/** The recipients of this run who were contacted, according to the API. */
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
	 * Notes how the run ended.
	 *
	 * @param isWhole whether all items were done: n8n then has their output and does not run them again
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
