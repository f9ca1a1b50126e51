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

/** An item that is checked and may be sent. */
interface Planned {
	api: Api;
	plan: Plan;
}

/** A cancelled execution is no matter of "continue on fail". */
const isCancelled = (error: unknown): boolean =>
	error instanceof ApiRequestError && error.failure.cancelled === true;

/** What has become of the items of a run so far. */
class Outcomes {
	/** By item; undefined for those that were not done. */
	readonly results: Array<Result | undefined>;

	private readonly context: IExecuteFunctions;

	private readonly resources: Resources;

	private readonly intents = new Map<number, Intent>();

	private readonly plans = new Map<number, Plan>();

	private failure?: { error: unknown; itemIndex: number };

	/** The first item of which it is not known whether it was done, and that is not sent again. */
	private open?: { error: unknown; itemIndex: number };

	/** Whether a language model reads what comes of them. */
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

	/** Notes what an item asks for, so that its parameters need not be read again. */
	planned(plan: Plan): void {
		this.plans.set(plan.itemIndex, plan);
	}

	isOpen({ plan }: Planned): boolean {
		return this.results[plan.itemIndex] === undefined;
	}

	/**
	 * Takes a step for an item: the one catch. A refusal is the item's outcome, or stops the run.
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
				// It was said when it came about; the others are not to be lost for it.
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

	/** The items of an outcome as they leave the node. */
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

	/** The items that come out, of which a model gets so many characters, or the error that stopped the run, which says how far it came and what it made. */
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

/** How much a language model gets of what comes out. */
const charactersOf = ([first]: Planned[]): number =>
	first?.plan.options.maxCharacters ?? DEFAULT_CHARACTERS;

/** Checks every item before the first of them is sent. */
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

/** Whether an earlier try may have done it: that is looked for before anything can stand against it. */
const mayBeTried = ({ plan }: Planned): boolean => plan.options.firstTriedAt !== undefined;

/** Has the items estimated that have a cap, so that none above it is sent. */
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

/** Takes the items into account that spend, so that none beyond a limit is sent. */
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

/** Sends the items that were not refused so far. */
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
	// Lists share the bound between the items and their pages.
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
 * Runs the node for all of its items: check, ask for the costs, send, report.
 *
 * Items come out in the order in which they went in, each paired to its own. Without "continue on fail"
 * nothing further is sent after the first refusal, and the error says how far the run came and what it made.
 * What an earlier try has left open does not stop the others.
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
		// What was not sent, or refused, has reached nobody.
		for (const entry of taken.values()) entry.giveBack();
	}
}
