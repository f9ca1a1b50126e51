import { readIds } from '../../nodes/KallyAiTrigger/cursor/ids';
import {
	compareRows,
	type Look,
	Memory,
	type Row,
	settle,
} from '../../nodes/KallyAiTrigger/cursor/memory';
import {
	ListError,
	lookAt,
	type Page,
	type Source,
} from '../../nodes/KallyAiTrigger/cursor/reader';
import { keyOf, type ListState } from '../../nodes/KallyAiTrigger/cursor/state';
import { readTimes } from '../../nodes/KallyAiTrigger/cursor/times';
import { DAY, type History, HOUR, MINUTE, ModelList, type Server, START } from './serverModel.mts';

class Failed extends Error {}

const TOLERANCE = 15 * MINUTE;
const BUDGET = 60_000;

/** What a history came to. */
export interface Outcome {
	lost: string[];
	repeated: string[];
	old: string[];
	/** What was said loudly. */
	said: string[];
	/** Requests of a poll to which nothing happened. */
	quiet: number;
	longest: number;
	/** Requests of one poll, at most. */
	most: number;
	state?: ListState;
}

function sourceOf(list: ModelList, began: number, shared: Set<string>): Source<string> {
	const { published, statuses } = list.server;
	return {
		...published,
		follows: statuses,
		hasTime: () => list.now - began < BUDGET,
		now: () => list.now,
		async fetch(query): Promise<Page<string> | undefined> {
			const { status, body, date } = list.answer(query);
			if (status === 400 || status === 422) {
				if (query.limit === undefined && query.offset === undefined) throw new Failed();
				return undefined;
			}
			if (status !== 200) throw new Failed();
			const found = (body.messages ?? []) as Array<Record<string, unknown>>;
			const ids = readIds(found, ['message_id'], ['conversation_id'], shared);
			const times = readTimes(found);
			return {
				total: body.total as number | undefined,
				hasMore: body.has_more as boolean | undefined,
				serverNow: date,
				rows: found.map((row, index): Row<string> => {
					const id = ids[index] as string;
					const isOpen = row.status === 'in_progress';
					const eventId = statuses ? `${id}:${String(row.status)}` : id;
					return {
						id: keyOf(id),
						key: keyOf(isOpen ? `-${eventId}` : eventId),
						eventId,
						status: statuses ? keyOf(String(row.status), 4) : '',
						open: isOpen,
						again: isOpen,
						wanted: !isOpen,
						time: times[index],
						content: id,
					};
				}),
			};
		},
	};
}

/** Plays a history on a server, as a host does that forgets what a poll without events wrote when it starts anew. */
export async function play(
	server: Server,
	history: History,
	log: (line: unknown) => void = () => {},
): Promise<Outcome> {
	const list = new ModelList(server, history.seed);
	const { statuses } = server;
	for (let index = 0; index < history.backlog; index++) {
		const time = START - HOUR - index * history.apart * 1000;
		list.add({
			time,
			visible: time,
			gone: Infinity,
			ends: index % 5 === 2 ? START + 3 * MINUTE : time,
		});
	}
	let state: ListState | undefined;
	let stored: ListState | undefined;
	const given: string[] = [];
	const said: string[] = [];
	let longest = 0;
	let most = 0;
	const poll = async (room: number): Promise<number> => {
		const began = list.now;
		list.requests = 0;
		const before = JSON.stringify(state);
		let look: Look<string>;
		try {
			const shared = new Set(state?.learnt.shared);
			look = await lookAt(sourceOf(list, began, shared), state, TOLERANCE);
			if (shared.size > 0) look.learnt.shared = [...shared];
		} catch (error) {
			longest = Math.max(longest, list.now - began);
			most = Math.max(most, list.requests);
			if (error instanceof ListError) said.push(error.message);
			else if (!(error instanceof Failed)) throw error as Error;
			return -1;
		}
		longest = Math.max(longest, list.now - began);
		most = Math.max(most, list.requests);
		if (JSON.stringify(state) !== before) throw new Error('A look changed the state');
		if (look.missed) said.push(look.missed);
		if (look.warning) said.push(look.warning);
		const fresh: Array<Row<string>> = [];
		if (state) {
			const memory = Memory.of(state);
			fresh.push(...look.rows.filter((row) => !look.old.has(row) && memory.numberOf(row) > 0));
			fresh.sort(compareRows);
		}
		log({
			rows: look.rows.length,
			fresh: fresh.length,
			whole: look.whole,
			newest: look.newest,
			oldest: look.oldest,
			learnt: look.learnt,
			queries: list.queries.splice(0),
			missed: look.missed,
			warning: look.warning,
		});
		const out = look.urgent ? fresh : fresh.slice(0, room);
		given.push(...out.map(({ content }) => content));
		const isFirst = state === undefined;
		state = JSON.parse(
			JSON.stringify(
				settle(state, 'settings', look, new Set(out), { tolerance: TOLERANCE, vanishes: false }),
			),
		) as ListState;
		if (out.length > 0 || isFirst) stored = state;
		return out.length;
	};
	let began = Infinity;
	for (let tries = 0; tries < 8 && state === undefined; tries++) {
		list.now += MINUTE;
		began = list.now;
		await poll(50);
	}
	const expected = new Set<string>();
	if (state === undefined)
		return { lost: [], repeated: [], old: [], said, quiet: 0, longest, most };
	began = list.now;
	for (const minute of history.minutes) {
		list.now += MINUTE + minute.off * MINUTE;
		const add = (time: number, gone: number, ends: number, dated: number) =>
			list.add({
				time: Math.floor(time / 1000) * 1000,
				visible: list.now,
				gone: gone ? list.now + gone * MINUTE : Infinity,
				ends: statuses ? list.now + ends * MINUTE : 0,
				...(dated ? { dated: dated > DAY * 10 ? Date.UTC(9999, 0, 1) : list.now + dated } : {}),
			});
		for (const { late, gone, ends, dated } of minute.rows) {
			// Late rows of a list that gives only its newest ones may never be among these.
			add(list.now - (list.isReachable ? late : 0) * 1000, gone, ends, dated);
		}
		for (let index = 0; index < minute.burst; index++) add(list.now - 1000, 0, index % 4, 0);
		// Of a row without a time nobody could tell whether it is old, were all those before it taken away; and what is
		// taken away makes up in the total for what was not seen.
		const tells = !['some', 'none'].includes(server.time) && server.ties === 'stay';
		if (minute.deletes > 0 && tells) {
			const rows = list.visible().sort((a, b) => b.time - a.time);
			// What nobody can have seen yet is left.
			const old = rows.filter(({ visible }) => visible < list.now - MINUTE);
			for (const row of old.slice(0, minute.deletes)) row.gone = list.now;
		}
		if (minute.restarts) state = stored;
		await poll(minute.room);
	}
	list.calm = true;
	let idle = 0;
	let quiet = Infinity;
	for (let polls = 0; polls < 40 && idle < 3; polls++) {
		// Whatever is open ends within forty minutes.
		list.now += statuses && polls === 3 ? 45 * MINUTE : MINUTE;
		const count = await poll(1000);
		idle = count === 0 && (!statuses || polls > 3) ? idle + 1 : 0;
		quiet = count === 0 ? Math.min(list.requests, quiet) : quiet;
		if (given.length > 3 * list.rows.length + 10) break;
	}
	const lost: string[] = [];
	for (const row of list.rows) {
		const from = statuses ? row.ends : row.visible;
		const isNew = from > began;
		const id = list.idOf(row);
		// A stale first look has seen the list as it was before.
		if (from > began - (server.stale > 0 ? 3 * MINUTE : 0)) expected.add(id);
		if (isNew && !given.includes(id) && row.gone === Infinity) lost.push(id);
	}
	const repeated = given.filter((id, index) => given.indexOf(id) !== index);
	const old = given.filter((id) => !expected.has(id));
	return { lost, repeated, old, said, quiet, longest, most, state };
}
