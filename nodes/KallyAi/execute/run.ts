import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { ApiRequestError, rethrow } from '../../shared/errors/errors';
import { toNodeError } from '../../shared/errors/nodeError';
import { AUTHENTICATION } from '../../shared/authentication';
import { type Api, openApi } from '../../shared/transport/api';
import { type Lookups, type Resources, writes } from '../table/operation';
import { DEFAULT_CHARACTERS, DEFAULT_READS_AT_ONCE } from '../table/options';
import { capOf, checkEstimate } from './estimate';
import { isNotKnown, isRefusal } from './certainty';
import { failedItem, leaving } from './failedItem';
import { fitted } from './fit';
import { type Intent, intentOf, withInput } from './intent';
import { checkMoment, take, type Taken } from './limits';
import { readParameter } from './parameters';
import { logWaits, perform, type Result } from './perform';
import { type Plan, planItem } from './plan';
import { recommendKey, reportRun, warnOfResults, warnOfTexts } from './report';
import { isToolRun } from './standing';
import { unsure } from './unsure';
import { OwnKeys, Works } from './works';
import { concurrencyOf, inOrder } from './schedule';

/** An item that has been checked and may be sent. */
interface Planned {
	api: Api;
	plan: Plan;
}

/** "Continue on fail" does not apply to a cancelled execution. */
const isCancelled = (error: unknown): boolean =>
	error instanceof ApiRequestError && error.failure.cancelled === true;

/** The outcomes of the items of a run so far. */
class Outcomes {
	/** By item; undefined for those that were not done. */
	readonly results: Array<Result | undefined>;

	private readonly context: IExecuteFunctions;

	private readonly resources: Resources;

	private readonly intents = new Map<number, Intent>();

	private readonly plans = new Map<number, Plan>();

	private failure?: { error: unknown; itemIndex: number };

	/** The first item whose outcome is not known and that is not sent again. */
	private open?: { error: unknown; itemIndex: number };

	/** Whether a language model reads the output. */
	private readonly toModel: boolean;

	constructor(context: IExecuteFunctions, resources: Resources) {
		this.context = context;
		this.resources = resources;
		this.toModel = isToolRun(context);
		this.results = context.getInputData().map(() => undefined);
	}

	/** Whether every item was done. */
	get areWhole(): boolean {
		return this.results.every((result) => result !== undefined && !result.failed);
	}

	/** Whether an item has failed that stops the run. */
	get stopped(): boolean {
		return this.failure !== undefined;
	}

	/** Stores the intent of an item, so that its parameters need not be read again. */
	planned(plan: Plan): void {
		this.plans.set(plan.itemIndex, plan);
	}

	isOpen({ plan }: Planned): boolean {
		return this.results[plan.itemIndex] === undefined;
	}

	/**
	 * Runs a step for an item: the one catch. An error is the item's outcome, or stops the run.
	 *
	 * @param isOpen whether the item may have been done although the step failed
	 */
	async attempt(
		itemIndex: number,
		step: () => Promise<Result | void>,
		isOpen: (error: unknown) => boolean = () => false,
	): Promise<void> {
		try {
			const result = await step();
			if (result) this.results[itemIndex] = result;
		} catch (error) {
			if (this.context.continueOnFail() && !isCancelled(error)) {
				const { recipient } = this.intentOf(itemIndex);
				const item = failedItem(error, {
					itemIndex,
					recipient,
					isOpen: isOpen(error),
					toModel: this.toModel,
				});
				this.results[itemIndex] = { items: [item], failed: true };
			} else if (isNotKnown(error)) {
				// It was reported when it happened; the other items must not be lost.
				this.open ??= { error, itemIndex };
			} else {
				this.failure ??= { error, itemIndex };
			}
		}
	}

	private intentOf(itemIndex: number): Intent {
		const intent = this.intents.get(itemIndex) ?? intentOf(this.context, this.resources, itemIndex);
		this.intents.set(itemIndex, intent);
		return intent;
	}

	/** The items of an outcome as the node returns them. */
	private itemsOf({ items, failed }: Result, itemIndex: number): INodeExecutionData[] {
		const input = this.context.getInputData()[itemIndex]?.json;
		const plan = this.plans.get(itemIndex);
		const includesInput = plan
			? plan.options.includeInputFields === true
			: this.intentOf(itemIndex).includesInput;
		return items.map((item) => {
			const whole = includesInput ? { ...item, json: withInput(input, item.json) } : item;
			return failed ? leaving(this.context, whole) : whole;
		});
	}

	/**
	 * The output items, shortened for a model, or the error that stopped the run, with how far the run got and what
	 * it created.
	 */
	conclude(characters: number): INodeExecutionData[] {
		const failure = this.failure ?? this.open;
		if (failure) {
			const { error, itemIndex } = failure;
			const done = this.results.filter((result) => result !== undefined && !result.failed);
			const made = done.flatMap((result) => result?.made ?? []);
			const { results, toModel } = this;
			const progress = { itemIndex, items: results.length, done: done.length, made, toModel };
			throw toNodeError(this.context.getNode(), error, progress);
		}
		for (const result of this.results) result?.giveOut?.();
		const items = this.results.flatMap((result, itemIndex) =>
			result ? this.itemsOf(result, itemIndex) : [],
		);
		return this.toModel ? fitted(items, characters) : items;
	}
}

/** Maximum length of the output for a language model. */
const charactersOf = ([first]: Planned[]): number =>
	first?.plan.options.maxCharacters ?? DEFAULT_CHARACTERS;

/** Checks every item before the first one is sent. */
async function planAll(
	context: IExecuteFunctions,
	resources: Resources,
	outcomes: Outcomes,
): Promise<Planned[]> {
	const planned: Planned[] = [];
	const { name, default: usual } = AUTHENTICATION;
	const authentication = readParameter(context, name, 0, usual);
	const ownKeys = new OwnKeys();
	let opening: Promise<Api> | undefined;
	for (let itemIndex = 0; itemIndex < outcomes.results.length && !outcomes.stopped; itemIndex++) {
		await outcomes.attempt(itemIndex, async () => {
			const api = await (opening ??= openApi(context, authentication));
			const plan = planItem(context, resources, itemIndex);
			ownKeys.check(plan);
			planned.push({ api, plan });
			outcomes.planned(plan);
		});
	}
	return planned;
}

/** Whether an earlier attempt may have done it: this is checked before any limit applies. */
const mayBeTried = ({ plan }: Planned): boolean => plan.options.firstTriedAt !== undefined;

/** Estimates the items that have a limit, so that none above it is sent. */
async function checkCosts(
	context: IExecuteFunctions,
	lookups: Lookups,
	outcomes: Outcomes,
	planned: Planned[],
	works: Works | undefined,
	atOnce: number,
): Promise<void> {
	await inOrder(
		planned.filter(
			(entry) =>
				outcomes.isOpen(entry) &&
				capOf(entry.plan) &&
				!mayBeTried(entry) &&
				!works?.isKnown(entry.plan),
		),
		Math.max(atOnce, DEFAULT_READS_AT_ONCE),
		() => outcomes.stopped,
		async ({ api, plan }) =>
			await outcomes.attempt(plan.itemIndex, async () => {
				await checkEstimate(api, lookups, plan, logWaits(context, plan));
			}),
	);
}

/** Counts the items that spend, so that none above a limit is sent. */
async function checkLimits(
	outcomes: Outcomes,
	planned: Planned[],
	works: Works | undefined,
): Promise<Map<number, Taken>> {
	const taken = new Map<number, Taken>();
	for (const entry of planned) {
		const { plan } = entry;
		if (!works || outcomes.stopped) break;
		await outcomes.attempt(plan.itemIndex, async () => {
			await works.refuseBlindly(plan);
			if (works.isKnown(plan)) return;
			if (!mayBeTried(entry)) checkMoment(plan);
			const spending = take(plan, works.group);
			if (spending) taken.set(plan.itemIndex, spending);
		});
	}
	return taken;
}

/** Sends the items that have not been refused. */
async function performAll(
	context: IExecuteFunctions,
	resources: Resources,
	lookups: Lookups,
	outcomes: Outcomes,
	planned: Planned[],
	works: Works | undefined,
	taken: Map<number, Taken>,
	atOnce: number,
): Promise<void> {
	// Lists divide the limit between the items and their pages.
	const pagesAtOnce = Math.max(1, Math.floor(atOnce / Math.max(planned.length, 1)));
	const send = async (entry: Planned) => {
		const { api, plan } = entry;
		const onWait = logWaits(context, plan);
		const checkCost = async () => await checkEstimate(api, lookups, plan, onWait);
		try {
			const result = await perform({
				api,
				context,
				plan,
				once: works?.of(plan),
				checkCost: mayBeTried(entry) ? checkCost : undefined,
				pagesAtOnce,
			});
			taken.delete(plan.itemIndex);
			return result;
		} catch (error) {
			if (!isRefusal(error, { repeated: false })) taken.delete(plan.itemIndex);
			throw works?.isKnown(plan) ? unsure(error, plan, resources) : rethrow(error);
		}
	};
	const mayBeDone = ({ plan }: Planned, error: unknown) =>
		writes(plan.operation) &&
		(!isRefusal(error, { repeated: false }) || works?.isKnown(plan) === true);
	await inOrder(
		planned.filter((entry) => outcomes.isOpen(entry)),
		atOnce,
		() => outcomes.stopped,
		async (entry) =>
			await outcomes.attempt(
				entry.plan.itemIndex,
				async () => await send(entry),
				(error) => mayBeDone(entry, error),
			),
	);
}

/**
 * Runs the node for all of its items: check, estimate, send, report. The output has the order of the input, and
 * each item is paired with its own. Without "continue on fail", nothing more is sent after the first error; the
 * error says how far the run got and what it created. An item that an earlier attempt left open does not stop the
 * others.
 */
export async function run(
	context: IExecuteFunctions,
	resources: Resources,
	lookups: Lookups,
): Promise<INodeExecutionData[]> {
	const outcomes = new Outcomes(context, resources);
	const planned = await planAll(context, resources, outcomes);
	const plans = planned.map(({ plan }) => plan);
	warnOfTexts(context, plans);
	const works = outcomes.stopped ? undefined : await Works.of(context, planned);
	const atOnce = concurrencyOf(plans);
	const taken = await checkLimits(outcomes, planned, works);
	try {
		await checkCosts(context, lookups, outcomes, planned, works, atOnce);
		await performAll(context, resources, lookups, outcomes, planned, works, taken, atOnce);
		const items = outcomes.conclude(charactersOf(planned));
		works?.close(outcomes.areWhole);
		warnOfResults(context, outcomes.results);
		await reportRun(context, lookups, planned, outcomes.results);
		recommendKey(context, plans);
		return items;
	} catch (error) {
		works?.fail();
		throw rethrow(error);
	} finally {
		// Items that were refused or not sent have contacted nobody.
		for (const entry of taken.values()) entry.giveBack();
	}
}
