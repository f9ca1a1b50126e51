import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { invalidInput, RequestFailed, toNodeError } from '../../shared/errors/errors';
import { checkEstimate, isCapped } from './estimate';
import { idempotencyKey } from './idempotency';
import { creates, type Operation, type Resource, writes } from '../table/operation';
import { logWaits, perform, type Result } from './perform';
import { type Plan, prepare, readParameter } from './plan';
import { report } from './report';
import { DEFAULT_READS_AT_ONCE } from '../../shared/transport/settings';
import { type Api, openApi } from '../../shared/transport/api';
import { Turns } from './turns';

function findOperation(
	context: IExecuteFunctions,
	resources: Record<string, Resource>,
	itemIndex: number,
): [key: string, operation: Operation] {
	const resource = String(readParameter(context, 'resource', itemIndex));
	const name = String(readParameter(context, 'operation', itemIndex));
	const operations = Object.hasOwn(resources, resource) ? resources[resource].operations : {};
	if (!Object.hasOwn(operations, name)) {
		throw invalidInput(`There is no operation '${name}' of the resource '${resource}'`);
	}
	return [`${resource}.${name}`, operations[name]];
}

/** The keys of creating operations, one by one; a key that the user gave for two different works is refused. */
function keyMaker(context: IExecuteFunctions) {
	const executionId = context.getExecutionId();
	const nodeId = context.getNode().id;
	const runIndex = Number(context.evaluateExpression('{{ $runIndex }}', 0));
	const given = new Map<string, { content: string; itemIndex: number }>();
	return (plan: Plan): string | undefined => {
		const { operation, key, path, body, itemIndex, options } = plan;
		if (!creates(operation)) return undefined;
		if (options.idempotencyKey === undefined) {
			return idempotencyKey({
				executionId,
				nodeId,
				runIndex,
				itemIndex,
				operation: key,
				path,
				body,
			});
		}
		const content = JSON.stringify([key, path, body]);
		const first = given.get(options.idempotencyKey) ?? { content, itemIndex };
		if (first.content !== content) {
			throw invalidInput(
				`'Idempotency Key' is the same as that of item ${first.itemIndex + 1}, which asks for something else: this item would be skipped`,
				'Use an expression that gives each lead its own key, such as its ID.',
			);
		}
		given.set(options.idempotencyKey, first);
		return options.idempotencyKey;
	};
}

/** How many items are sent side by side (design decision 4, rule 1). */
function concurrencyOf(plans: Plan[]): number {
	const [first] = plans;
	if (first?.options.concurrency !== undefined) return Math.floor(first.options.concurrency);
	return plans.some(({ operation }) => writes(operation)) ? 1 : DEFAULT_READS_AT_ONCE;
}

/**
 * Runs a step for every entry, `atOnce` side by side, started in order. The first goes alone: where the
 * token has expired it renews it for all, instead of each renewing it for itself on older hosts.
 * Nothing further is started once `stopped` says so.
 */
async function inOrder<T>(
	entries: T[],
	atOnce: number,
	stopped: () => boolean,
	step: (entry: T) => Promise<void>,
): Promise<void> {
	const queue = entries.values();
	const first = queue.next();
	if (first.done || stopped()) return;
	await step(first.value);
	const workers = Math.min(atOnce, entries.length - 1);
	const turns = workers > 1 ? new Turns() : undefined;
	const worker = async () => {
		for (const entry of queue) {
			if (stopped()) return;
			await step(entry);
			await turns?.next();
		}
	};
	try {
		await Promise.all(Array.from({ length: workers }, worker));
	} finally {
		turns?.close();
	}
}

/** Sums up a run whose items all do the same work that spends credits. */
async function reportOn(
	context: IExecuteFunctions,
	plans: Array<{ api: Api; plan: Plan }>,
	results: Array<Result | undefined>,
): Promise<void> {
	const [first] = plans;
	const spec = first?.plan.operation.report;
	if (!spec || plans.some(({ plan }) => plan.operation.report !== spec)) return;
	const thresholds = plans.flatMap(({ plan }) => plan.options.creditsWarning ?? []);
	const warnBelow = thresholds.length > 0 ? Math.max(...thresholds) : undefined;
	await report(context, { api: first.api, spec, results, warnBelow });
}

/** A cancelled execution is no matter of "continue on fail". */
const isCancelled = (error: unknown): boolean =>
	error instanceof RequestFailed && error.failure.cancelled === true;

/**
 * What comes out for an item that failed under "continue on fail". n8n would strip an item with an
 * `error` of its own down to the message; these three keys it takes for a failed item as they are.
 */
function failedItem(
	context: IExecuteFunctions,
	error: unknown,
	itemIndex: number,
): INodeExecutionData {
	const progress = { itemIndex, items: 1, done: 0, made: [] };
	const nodeError = toNodeError(context.getNode(), error, progress);
	const failure = error instanceof RequestFailed ? error.failure : undefined;
	const { code = 'invalid_input', status, correlationId } = failure ?? {};
	return {
		json: {
			error: nodeError.message,
			message: nodeError.description ?? '',
			details: { code, status, correlationId },
		},
		pairedItem: { item: itemIndex },
	};
}

/**
 * Runs the node for all of its items: the one item loop and the one catch.
 *
 * Every item is checked, and estimated where it has a cap, before the first of them is sent. Items come
 * out in the order in which they went in, each paired to its own. Without "continue on fail" nothing
 * further is sent after the first refusal, and the error says how far the run came and what it made.
 */
export async function run(
	context: IExecuteFunctions,
	resources: Record<string, Resource>,
): Promise<INodeExecutionData[]> {
	const items = context.getInputData().length;
	const results: Array<Result | undefined> = new Array<undefined>(items).fill(undefined);
	const plans: Array<{ api: Api; plan: Plan; key?: string }> = [];
	let failure: { error: unknown; itemIndex: number } | undefined;

	const attempt = async (itemIndex: number, step: () => Promise<void>) => {
		try {
			await step();
		} catch (error) {
			if (context.continueOnFail() && !isCancelled(error)) {
				results[itemIndex] = { items: [failedItem(context, error, itemIndex)], failed: true };
			} else {
				failure ??= { error, itemIndex };
			}
		}
	};

	const authentication = readParameter(context, 'authentication', 0, 'oAuth2');
	const keyOf = keyMaker(context);
	let opening: Promise<Api> | undefined;
	for (let itemIndex = 0; itemIndex < items && !failure; itemIndex++) {
		await attempt(itemIndex, async () => {
			const api = await (opening ??= openApi(context, authentication));
			const plan = prepare(context, ...findOperation(context, resources, itemIndex), itemIndex);
			plans.push({ api, plan, key: keyOf(plan) });
		});
	}
	const atOnce = concurrencyOf(plans.map(({ plan }) => plan));
	await inOrder(
		plans.flatMap(({ api, plan }) => (isCapped(plan) ? { api, plan } : [])),
		Math.max(atOnce, DEFAULT_READS_AT_ONCE),
		() => failure !== undefined,
		async ({ api, plan }) =>
			await attempt(plan.itemIndex, async () => {
				await checkEstimate(api, plan, logWaits(context, plan));
			}),
	);
	// Lists share the bound between the items and their pages.
	const pagesAtOnce = Math.max(1, Math.floor(atOnce / Math.max(plans.length, 1)));
	await inOrder(
		plans.filter(({ plan }) => results[plan.itemIndex] === undefined),
		atOnce,
		() => failure !== undefined,
		async ({ api, plan, key }) =>
			await attempt(plan.itemIndex, async () => {
				results[plan.itemIndex] = await perform(api, context, plan, { key, pagesAtOnce });
			}),
	);
	if (failure) {
		const done = results.filter((result) => result !== undefined && !result.failed);
		const made = done.flatMap((result) => result?.made ?? []);
		const progress = { itemIndex: failure.itemIndex, items, done: done.length, made };
		throw toNodeError(context.getNode(), failure.error, progress);
	}
	await reportOn(context, plans, results);
	return results.flatMap((result) => result?.items ?? []);
}
