import {
	type IDataObject,
	type INodeExecutionData,
	type IPollFunctions,
	NodeOperationError,
} from 'n8n-workflow';

import { rethrow } from '../../shared/errors/errors';
import { type Api, openApi } from '../../shared/transport/api';
import { events } from '../events';
import {
	compareRows,
	type Row,
	type Scan,
	settle,
	startState,
	stillFresh,
	withinBounds,
} from '../cursor/advance';
import type { Filters } from './eventType';
import { type Additions, toItem } from './item';
import { readParameters } from './settings';
import { scanList, type Source } from '../cursor/scan';
import { type Content, sourceOf, stableText } from './source';
import { keyOf, type ListState, NOTHING_SEEN, readState, type TriggerState } from '../cursor/state';

interface Settings {
	/** Names of the chosen events. */
	chosen: string[];
	filters: Filters;
	additions: Additions;
	/** State of a list that was not looked at yet; undefined where its first look is only to start from. */
	unseen?: ListState;
	/** Milliseconds by which an event may turn up late. */
	tolerance: number;
	/** Events that one poll gives out. */
	most: number;
}

/** The lists of the chosen events and what a look at them gave, by the name of the event. */
type Sources = Array<[event: string, source: Source<Content>]>;
type Scans = Array<[event: string, scan: Scan<Content>]>;

/** What was stored when a poll began. */
interface Begun {
	/** Fingerprint of the settings that the poll runs with. */
	fingerprint: string;
	/** Fingerprint of the settings that the stored state is of. */
	storedFingerprint: unknown;
	/** A copy: another poll may write the state meanwhile. */
	state?: TriggerState;
}

type Items = Map<Row<Content>, INodeExecutionData>;

/** Milliseconds for a poll where the host does not say. */
const DEFAULT_BUDGET_MS = 40_000;

/** Part of the time after which nothing further is asked for. */
const BUDGET_SHARE = 0.8;

function clockOf(context: IPollFunctions): () => boolean {
	const started = Date.now();
	const budget = (context.getPollBudgetMs?.() ?? DEFAULT_BUDGET_MS) * BUDGET_SHARE;
	return () => Date.now() - started < budget;
}

function readSettings(context: IPollFunctions): Settings {
	const { chosen, filters, options } = readParameters(context);
	const { emitExisting, maxEvents = 50, tolerance = 15, ...additions } = options;
	return {
		chosen,
		filters,
		additions,
		unseen: emitExisting ? NOTHING_SEEN : undefined,
		tolerance: tolerance * 60_000,
		most: maxEvents,
	};
}

/** The newest event there is, for building a workflow on it; nothing is remembered. */
async function newestItem(
	context: IPollFunctions,
	api: Api,
	sources: Sources,
	{ additions, tolerance }: Settings,
): Promise<INodeExecutionData[][]> {
	const found: Array<Row<Content>> = [];
	for (const [, source] of sources) {
		const { harvest } = await scanList({ ...source, follows: false }, undefined, 0, tolerance);
		found.push(...harvest.freshRows());
	}
	const timed = found.filter(({ time }) => time !== undefined);
	const [newest] = (timed.length > 0 ? timed : found).sort((a, b) => compareRows(b, a));
	if (newest) return [[await toItem(context, api, newest.content, additions)]];
	const names = sources.map(([name]) => events[name].name).join(', ');
	const fields = new Set(sources.flatMap(([name]) => Object.keys(events[name].sample)));
	throw new NodeOperationError(context.getNode(), `Nothing found yet for: ${names}`, {
		description: `Let one happen and fetch again, or publish the workflow and wait for it. Items carry event, eventId, occurredAt and fields such as ${[...fields].join(', ')}.`,
	});
}

function begin(context: IPollFunctions, { chosen, filters }: Settings, api: Api): Begun {
	const parts = { chosen: [...chosen].sort(), filters, url: api.baseUrl };
	const fingerprint = keyOf(stableText(parts), 16);
	const stored = context.getWorkflowStaticData('node').kallyAi as IDataObject | undefined;
	const state = readState(stored, fingerprint);
	return {
		fingerprint,
		storedFingerprint: stored?.settings,
		state: state && (JSON.parse(JSON.stringify(state)) as TriggerState),
	};
}

/** The items of the events, oldest first, as far as they can be completed in this poll. */
async function complete(
	rows: Array<Row<Content>>,
	itemOf: (row: Row<Content>) => Promise<INodeExecutionData>,
	hasTime: () => boolean,
): Promise<Items> {
	const items: Items = new Map();
	for (const row of rows) {
		if (items.size > 0 && !hasTime()) break;
		try {
			items.set(row, await itemOf(row));
		} catch (error) {
			// What is complete is given out; the next poll starts with this one and says what is wrong.
			if (items.size === 0) throw rethrow(error);
			break;
		}
	}
	return items;
}

/**
 * Stores the state after a poll and gives the items that are handed out. It waits for nothing, as another
 * poll may have stored a state since this one began: what that one handed out is left out here.
 */
function conclude(
	context: IPollFunctions,
	{ fingerprint, storedFingerprint, state: before }: Begun,
	scans: Scans,
	items: Items,
	{ unseen, tolerance }: Settings,
): INodeExecutionData[][] | null {
	const data = context.getWorkflowStaticData('node');
	const latest = data.kallyAi as IDataObject | undefined;
	const now = readState(latest, fingerprint);
	if (!now && (before || latest?.settings !== storedFingerprint)) return null;
	if (now && !before && !unseen) return null;
	const given: Array<Row<Content>> = [];
	const lists = { ...now?.lists };
	for (const [name, scan] of scans) {
		const current = lists[name] ?? unseen;
		const mine = [...items.keys()].filter(({ content }) => content.event === name);
		const still = current ? stillFresh(current, mine) : [];
		given.push(...still);
		lists[name] = current ? settle(current, scan, still, tolerance) : startState(scan, tolerance);
	}
	const next: TriggerState = { version: 1, settings: fingerprint, lists: withinBounds(lists) };
	const text = JSON.stringify(next);
	if (text !== JSON.stringify(latest)) data.kallyAi = JSON.parse(text) as IDataObject;
	if (given.length === 0) return null;
	return [given.sort(compareRows).map((row) => items.get(row) as INodeExecutionData)];
}

/** One poll: what is new since the last one, each once, oldest first; null when there is nothing. */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const hasTime = clockOf(context);
	const settings = readSettings(context);
	const { chosen, filters, additions, unseen, tolerance, most } = settings;
	const api = await openApi(context, context.getNodeParameter('authentication'));
	const sources: Sources = chosen.map((name) => [
		name,
		sourceOf(context, api, name, filters, hasTime),
	]);
	if (context.getMode() === 'manual') return await newestItem(context, api, sources, settings);

	const begun = begin(context, settings, api);
	const stateOf = (name: string) => begun.state?.lists[name] ?? unseen;
	const scans: Scans = [];
	for (const [name, source] of sources) {
		scans.push([name, await scanList(source, stateOf(name), most, tolerance)]);
	}
	const fresh = scans
		.flatMap(([name, { harvest }]) => (stateOf(name) ? harvest.freshRows() : []))
		.sort(compareRows)
		.slice(0, most);
	const itemOf = async ({ content }: Row<Content>) =>
		await toItem(context, api, content, additions);
	const items = await complete(fresh, itemOf, hasTime);
	return conclude(context, begun, scans, items, settings);
}
