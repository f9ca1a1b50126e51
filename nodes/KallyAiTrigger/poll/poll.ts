import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { InputError } from '../../shared/errors/errors';
import { toNodeError } from '../../shared/errors/nodeError';
import { type Api, openApi } from '../../shared/transport/api';
import { stableText } from '../cursor/ids';
import { compareRows, type Look, Memory, type Row, settle } from '../cursor/memory';
import { ListError, lookAt } from '../cursor/reader';
import { keyOf, type Lists, type ListState, nothingSeen, readLists } from '../cursor/state';
import { formerLists } from '../cursor/versionOne';
import { Clock } from './clock';
import type { Events, Filters } from './eventType';
import { ItemMaker, type Made, MOST_MINUTES_FOR_LATER } from './item';
import { type Content, EventList } from './list';
import { readSettings, type Settings } from './parameters';
import { newestEvents } from './testEvent';

const MINUTE_MS = 60_000;

/** Maximum size of the state of all lists in characters; n8n stores it in the workflow's row. */
const MOST_CHARACTERS = 256_000;

/** Events whose items are created in parallel. */
const ITEMS_AT_ONCE = 5;

/** With this many waiting events no other is started: each takes about forty characters in memory. */
const MOST_WAITING = 1000;

/** A selected event in one poll: what is remembered about its list, and the result of reading it. */
interface Watched {
	event: string;
	settings: string;
	list: EventList;
	/** Undefined if the first poll only sets the starting point. */
	state?: ListState;
	look?: Look<Content>;
	error?: unknown;
}

/** An event that can be emitted. */
interface Event {
	watched: Watched;
	row: Row<Content>;
	key: string;
	eventId: string;
}

/** Gaps already reported, so that a failed poll, whose state is not stored, does not repeat them. */
const told = new Set<string>();

/** The last line logged for a list that was never read, by its settings: it has no state to remember it. */
const saidBefore = new Map<string, string>();

const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Reads what is stored, with what version 0.1.0 left. */
function storedLists(
	context: IPollFunctions,
	api: Api,
	{ chosen, stored }: Settings,
	settingsOf: (event: string) => string,
): Lists {
	const data: unknown = context.getWorkflowStaticData('node').kallyAi;
	const filters = Object.assign({}, ...Object.values(stored)) as IDataObject;
	const parts = { chosen: [...chosen].sort(), filters, url: api.baseUrl };
	const former = formerLists(data, keyOf(stableText(parts), 16), settingsOf);
	return { ...former, ...readLists(data) };
}

/** Normalized filters: without those that exclude nothing, and with several values in a fixed order. */
function meaningOf(filters: Filters): Filters {
	const entries = Object.entries(filters)
		.map(([name, value]) => [name, String(value).split(',').sort().join()] as const)
		.filter(([, value]) => value !== 'false' && value !== '');
	return Object.fromEntries(entries);
}

/** The settings of a list: everything that makes it a different list. */
function fingerprints(context: IPollFunctions, api: Api, { filters }: Settings) {
	const credential = context.getNode().credentials?.[api.credentialType]?.id ?? null;
	return (event: string): string => {
		const meant = meaningOf(filters[event]);
		return keyOf(stableText({ event, filters: meant, url: api.baseUrl, credential }), 16);
	};
}

async function lookAtAll(watched: Watched[], tolerance: number): Promise<void> {
	await Promise.all(
		watched.map(async (one) => {
			try {
				one.look = await lookAt(one.list, one.state, tolerance);
				if (one.list.shared.size > 0) one.look.learnt.shared = [...one.list.shared];
			} catch (error) {
				one.error = error;
			}
		}),
	);
}

/** The events found in a list that have not been emitted yet, oldest first. */
function eventsOf(watched: Watched, state: ListState | undefined): Event[] {
	const { look } = watched;
	if (!look || !state) return [];
	const memory = Memory.of(state);
	return look.rows.flatMap((row) => {
		const number = look.old.has(row) ? 0 : memory.numberOf(row);
		if (number === 0) return [];
		const eventId = number === 1 ? row.eventId : `${row.eventId}:${number}`;
		return { watched, row, key: memory.keyOf(row, number), eventId };
	});
}

const inOrder = (a: Event, b: Event): number => compareRows(a.row, b.row);

/** Since when an event has been waiting for missing parts, and for how many polls. */
function waitOf({ watched: { state, look }, key }: Event): [since: number, polls: number] {
	return state?.waiting?.[key] ?? [look?.now ?? 0, 0];
}

/** Whether an event has waited for the maximum time. */
function isLate(event: Event): boolean {
	const [since] = waitOf(event);
	return (event.watched.look?.now ?? 0) - since >= MOST_MINUTES_FOR_LATER * MINUTE_MS;
}

/** Whether an event continues to wait for missing parts. */
function isWaiting(event: Event, { waits }: Made): boolean {
	const [, polls] = waitOf(event);
	return polls + 1 < waits && !isLate(event);
}

/** Which events a poll may emit, in the order in which their items are created, and how many of them. */
interface Choice {
	events: Event[];
	room: number;
}

/**
 * Events that may be out of reach later are always emitted. Waiting events take no space from the others before
 * their time is over.
 */
function chosenOf(events: Event[], most: number): Choice {
	const urgent = events.filter(({ watched }) => watched.look?.urgent);
	const others = events.filter(({ watched }) => !watched.look?.urgent).sort(inOrder);
	const hasWaited = (event: Event) => waitOf(event)[1] > 0;
	const waiting = others.filter(hasWaited);
	const room = waiting.length < MOST_WAITING ? most : 0;
	const fresh = others.filter((event) => !hasWaited(event)).slice(0, room);
	const inTurn = [...waiting.filter(isLate), ...fresh, ...waiting];
	return { events: [...new Set([...urgent, ...inTurn])], room: Math.max(most, urgent.length) };
}

/**
 * Creates the items of events until there are enough to emit, as far as the time allows; at least some, so that a
 * slow one does not block the others.
 */
async function makeItems(
	maker: ItemMaker,
	{ events, room }: Choice,
	clock: Clock,
): Promise<Map<string, Made>> {
	const made = new Map<string, Made>();
	let ready = 0;
	for (let from = 0; from < events.length && ready < room; ) {
		if (from > 0 && !clock.hasTime()) break;
		const batch = events.slice(from, from + Math.min(ITEMS_AT_ONCE, room - ready));
		const items = await Promise.all(
			batch.map(async ({ watched, row, eventId }) => maker.make(watched.list.type, row, eventId)),
		);
		items.forEach((item, index) => {
			made.set(batch[index].key, item);
			if (!isWaiting(batch[index], item)) ready++;
		});
		from += batch.length;
	}
	return made;
}

/** State of a list after a poll. */
function stateAfter(
	{ settings, look, list }: Watched,
	now: ListState | undefined,
	given: Event[],
	waiting: Array<[event: Event, isTried: boolean]>,
	tolerance: number,
): ListState {
	const next = settle(now, settings, look as Look, new Set(given.map(({ row }) => row)), {
		tolerance,
		vanishes: list.type.returns ?? false,
	});
	if (now?.missed && !told.delete(`${settings}${now.missed}`)) next.missed ??= now.missed;
	const waits = waiting.map(([event, isTried]): [string, [number, number]] => {
		const [since, polls] = waitOf(event);
		return [event.key, [since, isTried ? polls + 1 : polls]];
	});
	if (waits.length > 0) next.waiting = Object.fromEntries(waits);
	return next;
}

/** One poll: the events since the last one, each once, oldest first; null if there are none. */
export async function poll(
	context: IPollFunctions,
	events: Events,
): Promise<INodeExecutionData[][] | null> {
	const settings = readSettings(context, events);
	const tolerance = settings.tolerance * MINUTE_MS;
	const api = await openApi(context, context.getNodeParameter('authentication'));
	const clock = new Clock(context, settings.chosen.length);
	const maker = new ItemMaker(context, api, clock, settings);
	const settingsOf = fingerprints(context, api, settings);
	const stored = copyOf(storedLists(context, api, settings, settingsOf));
	const isManual = context.getMode() === 'manual';
	const watched = settings.chosen.map((event): Watched => {
		const fingerprint = settingsOf(event);
		const known = stored[event]?.settings === fingerprint ? stored[event] : undefined;
		const state = known ?? (settings.emitExisting ? nothingSeen(fingerprint) : undefined);
		const list = new EventList(api, clock, [event, events[event]], settings.filters[event], state);
		return { event, settings: fingerprint, list, state };
	});
	if (isManual) {
		return await newestEvents(
			context,
			watched.map(({ list }) => list),
			maker,
			tolerance,
		);
	}
	await lookAtAll(watched, tolerance);
	const fresh = watched.flatMap((one) => eventsOf(one, one.state));
	const chosen = chosenOf(fresh, settings.maxEvents);
	const made = await makeItems(maker, chosen, clock);
	return conclude(context, watched, stored, { chosen: chosen.events, made, tolerance });
}

/** What kept a list from being read, as an error of the node. */
function nodeErrorOf(context: IPollFunctions, error: unknown): Error {
	const cause = error instanceof ListError ? new InputError(error.message, error.advice) : error;
	return toNodeError(context.getNode(), cause);
}

/** The errors of the lists, as one error that names those that could not be read. */
function errorOf(context: IPollFunctions, watched: Watched[], lists: Lists): Error | undefined {
	const failed = watched.filter(({ error }) => error !== undefined);
	const gap = watched.find(({ event, settings }) => {
		const missed = lists[event]?.missed;
		return missed !== undefined && !told.has(`${settings}${missed}`);
	});
	const named = failed.length > 0 ? failed : gap ? [gap] : [];
	if (named.length === 0) return undefined;
	const { error = undefined, event, settings } = named[0];
	const missed = lists[event]?.missed;
	if (error === undefined) told.add(`${settings}${missed}`);
	const nodeError = nodeErrorOf(
		context,
		error ?? new InputError(`${missed}`, 'Check KallyAI for what arrived since the last event.'),
	);
	nodeError.message = `${named.map(({ list }) => list.type.name).join(', ')}: ${nodeError.message}`;
	return nodeError;
}

/** Writes to n8n's log what the last poll did not write. */
function warn(context: IPollFunctions, watched: Watched[], lists: Lists): void {
	for (const { event, settings, list, look, state, error } of watched) {
		const text =
			error === undefined ? (look?.missed ?? look?.warning) : nodeErrorOf(context, error).message;
		const last = state ? state.said : saidBefore.get(settings);
		if (text === undefined || text === last) continue;
		context.logger.warn(`KallyAI Trigger, ${list.type.name}: ${text}`);
		if (lists[event]) lists[event].said = text;
		else saidBefore.set(settings, text);
	}
}

/**
 * Stores the state after a poll and returns the items to emit. It does not wait for anything, since another poll
 * may have stored a state after this one began: events that the other poll emitted are left out. A poll that has
 * nothing to emit fails if a list could not be read; the results for the others are stored.
 */
function conclude(
	context: IPollFunctions,
	watched: Watched[],
	before: Lists,
	{ chosen, made, tolerance }: { chosen: Event[]; made: Map<string, Made>; tolerance: number },
): INodeExecutionData[][] | null {
	const data = context.getWorkflowStaticData('node');
	const latest = readLists(data.kallyAi);
	const lists: Lists = {};
	const given: Event[] = [];
	for (const one of watched) {
		const { event, settings } = one;
		const stored = latest[event] ?? before[event];
		const isOurs = stored?.settings === settings;
		if (latest[event] && !isOurs && latest[event].settings !== before[event]?.settings) {
			// The settings were changed in the meantime, and a poll with the new ones was faster.
			lists[event] = latest[event];
		} else if (!one.look) {
			if (isOurs) lists[event] = stored;
		} else {
			const isSame = JSON.stringify(stored) === JSON.stringify(one.state);
			const now = isOurs && !isSame ? stored : one.state;
			const still = new Set(eventsOf(one, now).map(({ key }) => key));
			const mine = chosen.filter(
				({ watched: { event: of }, key }) => of === event && still.has(key),
			);
			const done = mine.filter((entry) => {
				const item = made.get(entry.key);
				return item !== undefined && !isWaiting(entry, item);
			});
			const waiting = mine
				.filter((entry) => !done.includes(entry) && (made.has(entry.key) || waitOf(entry)[1] > 0))
				.map((entry): [Event, boolean] => [entry, made.has(entry.key)]);
			lists[event] = stateAfter(one, now, done, waiting, tolerance);
			given.push(...done);
		}
	}
	const error = errorOf(context, watched, given.length > 0 ? {} : lists);
	if (given.length > 0 || !error) warn(context, watched, lists);
	const next = { version: 2, lists };
	const text = JSON.stringify(next);
	if (text.length > MOST_CHARACTERS) {
		throw new InputError(
			'The trigger must remember more than n8n can store',
			"Lower 'Late Arrival Window (Minutes)' in the options, or choose fewer events or a filter.",
		);
	}
	const isLookedAt = watched.some(({ look }) => look !== undefined);
	const isGap = error !== undefined && watched.every(({ error: own }) => own === undefined);
	const isKept = given.length > 0 || !error || (isLookedAt && !isGap);
	if (isKept && text !== JSON.stringify(data.kallyAi))
		data.kallyAi = JSON.parse(text) as IDataObject;
	if (given.length === 0) {
		if (error) throw error;
		return null;
	}
	const items = given.sort(inOrder).map(({ key }) => (made.get(key) as Made).item);
	return [items];
}
