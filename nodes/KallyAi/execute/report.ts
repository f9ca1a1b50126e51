import type { IExecuteFunctions } from 'n8n-workflow';

import { safeText, withoutMarkup } from '../../shared/errors/safeText';
import { isPlainObject, readNumber } from '../../shared/objects';
import { OPTION_TITLES } from '../../shared/optionTitles';
import { type Api, send } from '../../shared/transport/api';
import { creates, type Lookups, type ReportSpec } from '../table/operation';
import type { Result } from './perform';
import type { Plan } from './plan';

const BALANCE_TIMEOUT_SECONDS = 10;

type Results = Array<Result | undefined>;

/** Sums of credits have two decimals. */
const rounded = (credits: number): number => Math.round(credits * 100) / 100;

/** A status as text; responses are not validated, so it may be anything. */
const textOf = (status: unknown): string => (typeof status === 'string' ? status : 'unknown');

/** Reads the balance once; undefined if it cannot be read, since a report never fails a run. */
async function creditsLeft(
	api: Api,
	{ balance }: Pick<Lookups, 'balance'>,
): Promise<number | undefined> {
	const { method, path } = balance.request;
	try {
		const { body } = await send(api, {
			method,
			path,
			timeoutSeconds: BALANCE_TIMEOUT_SECONDS,
			maxRetries: 0,
		});
		return isPlainObject(body) ? readNumber(body.credits_remaining) : undefined;
	} catch {
		return undefined;
	}
}

/** "17 of 20 calls reached somebody, 2 no answer, 1 refused", with the credits if the responses have them. */
function summary(
	{ noun, done, statuses }: ReportSpec,
	results: Results,
	left: number | undefined,
): string {
	const counts = new Map<string, number>();
	let reached = 0;
	let spent: number | undefined;
	for (const { items, failed, replayed } of results.filter((result) => result !== undefined)) {
		const { status, credits_used: credits } = items[0]?.json ?? {};
		if (replayed) {
			counts.set('done before', (counts.get('done before') ?? 0) + 1);
			continue;
		}
		const used = readNumber(credits);
		if (used !== undefined) spent = (spent ?? 0) + used;
		if (!failed && (!statuses || statuses.includes(textOf(status)))) reached++;
		else {
			const state = safeText(textOf(status)).replace(/_/g, ' ');
			counts.set(state, (counts.get(state) ?? 0) + 1);
		}
	}
	const others = [...counts].map(([state, count]) => `, ${count} ${state}`).join('');
	const credits = [
		...(spent === undefined ? [] : [`${rounded(spent)} credits spent`]),
		...(left === undefined
			? []
			: [`${rounded(left)}${spent === undefined ? ' credits' : ''} left`]),
	].join(', ');
	return `${reached} of ${results.length} ${noun} ${done}${others}${credits && `; ${credits}`}`;
}

/** Reports on the whole run: a line in the log and a hint on the node. */
function say(message: string, type: 'info' | 'warning', context: IExecuteFunctions): void {
	context.logger[type === 'info' ? 'info' : 'warn'](`KallyAI: ${message}`);
	// Hosts before n8n 1.83 have no hints.
	context.addExecutionHints?.({
		message: withoutMarkup(message),
		type,
		location: 'outputPane',
	});
}

const ITEMS_IN_WARNING = 10;

/** "Item 3" or "Items 1, 3 and 12 more"; counted from 1, as everywhere. */
function itemNames(indexes: number[]): string {
	const listed = indexes.slice(0, ITEMS_IN_WARNING).map((index) => index + 1);
	const more = indexes.length - listed.length;
	return `${indexes.length === 1 ? 'Item' : 'Items'} ${listed.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Reports each thing once, with the items to which it applies. */
function warnOfItems(
	context: IExecuteFunctions,
	findings: Array<{ itemIndex: number; message: string }>,
): void {
	const items = new Map<string, number[]>();
	for (const { itemIndex, message } of findings) {
		items.set(message, [...(items.get(message) ?? []), itemIndex]);
	}
	for (const [message, indexes] of items)
		say(`${itemNames(indexes)}: ${message}`, 'warning', context);
}

/** Warns about texts in which an expression seems to have returned nothing, before they are sent. */
export function warnOfTexts(context: IExecuteFunctions, plans: Plan[]): void {
	warnOfItems(
		context,
		plans.flatMap(({ itemIndex, doubtful }) =>
			doubtful.map(({ displayName, trace }) => ({
				itemIndex,
				message: `'${displayName}' contains '${safeText(trace)}': an expression in it may have returned nothing`,
			})),
		),
	);
}

/**
 * Recommends a key if several items spend without one: nothing distinguishes a second run of them from the first.
 */
export function recommendKey(context: IExecuteFunctions, plans: Plan[]): void {
	const open = plans.filter(
		({ operation, options }) =>
			operation.spends && creates(operation) && options.idempotencyKey === undefined,
	);
	if (open.length < 2) return;
	say(
		`Running this node again repeats all of its items. To prevent that, set the option '${OPTION_TITLES.idempotencyKey}' to something that identifies each item, such as its ID.`,
		'info',
		context,
	);
}

/** Warns about problems in the results, such as a list that could not be read completely. */
export function warnOfResults(context: IExecuteFunctions, results: Results): void {
	warnOfItems(
		context,
		results.flatMap((result, itemIndex) =>
			result?.warning ? [{ itemIndex, ...result.warning }] : [],
		),
	);
}

/**
 * Reports the outcome of a run whose items all do the same work that uses credits: a line in the log, a hint on
 * the node, and a warning if the balance is low. A single item needs no report. Hosts without hints get only the
 * lines in the log.
 */
export async function reportRun(
	context: IExecuteFunctions,
	lookups: Lookups,
	planned: Array<{ api: Api; plan: Plan }>,
	results: Results,
): Promise<void> {
	const [first] = planned;
	const spec = first?.plan.operation.spends?.report;
	if (!spec || planned.some(({ plan }) => plan.operation.spends?.report !== spec)) return;
	const thresholds = planned.flatMap(({ plan }) => plan.options.creditsWarning ?? []);
	const warnBelow = thresholds.length > 0 ? Math.max(...thresholds) : undefined;
	const left = warnBelow === undefined ? undefined : await creditsLeft(first.api, lookups);
	if (results.length > 1) say(summary(spec, results, left), 'info', context);
	if (warnBelow === undefined) return;
	if (left === undefined) say('The credit balance could not be read', 'warning', context);
	else if (left < warnBelow) {
		say(
			`Only ${rounded(left)} credits are left, less than '${OPTION_TITLES.creditsWarning}' (${warnBelow})`,
			'warning',
			context,
		);
	}
}
