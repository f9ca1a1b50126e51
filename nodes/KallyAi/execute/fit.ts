import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { isPlainObject } from '../../shared/objects';
import { OPTION_TITLES } from '../../shared/optionTitles';

/** Characters reserved for the note about what is missing. */
const NOTE_LENGTH = 400;
/** Shorter values are left out instead of cut. */
const LEAST_CUT = 40;

const sizeOf = (value: unknown): number => JSON.stringify(value)?.length ?? 0;

/** The beginning of a text, to the end of a line or a word. */
function cutText(text: string, most: number): string {
	let end = Math.min(text.length, most);
	while (sizeOf(text.slice(0, end)) + 2 > most) end = Math.floor(end * 0.9);
	const begin = text.slice(0, end);
	const whole = [begin.lastIndexOf('\n'), begin.lastIndexOf(' ')].find((at) => at > end / 2);
	return `${begin.slice(0, whole ?? end).trimEnd()} …`;
}

/** The first entries of a list that fit, or the beginning of the first. */
function cutList(list: unknown[], most: number): unknown[] {
	let left = most - 2;
	const count = list.findIndex((entry) => (left -= sizeOf(entry) + 1) < 0);
	if (count === 0) return [cut(list[0], most - 2)].filter((entry) => entry !== undefined);
	return count < 0 ? list : list.slice(0, count);
}

/** The members that fit, short ones first; of the others, the beginning. */
function cutRecord(record: IDataObject, most: number): IDataObject {
	const names = Object.keys(record);
	const kept = new Map<string, unknown>();
	let left = most - 2;
	const bySize = [...names].sort((one, other) => sizeOf(record[one]) - sizeOf(record[other]));
	for (const name of bySize) {
		const room = left - sizeOf(name) - 2;
		const value = cut(record[name], room);
		if (value === undefined) continue;
		kept.set(name, value);
		left = room - sizeOf(value);
	}
	const inOrder = names.filter((name) => kept.has(name)).map((name) => [name, kept.get(name)]);
	return Object.fromEntries(inOrder) as IDataObject;
}

/** A value shortened to a number of characters as JSON; undefined if nothing of it fits. */
function cut(value: unknown, most: number): unknown {
	if (sizeOf(value) <= most) return value;
	if (most < LEAST_CUT) return undefined;
	if (typeof value === 'string') return cutText(value, most);
	if (Array.isArray(value)) return cutList(value, most);
	return isPlainObject(value) ? cutRecord(value, most) : undefined;
}

/** Says what is missing, and how to get it. */
function noteOf(rows: number, all: number, most: number): string {
	const shown =
		rows < all ? `Only the first ${rows} of ${all} results are shown` : 'Parts are omitted or cut';
	const rest =
		all > 1
			? 'request one of them by its ID, or fewer with a limit, filters or an offset'
			: 'request a part of it, if a tool can do this';
	return `${shown}, because results for AI agents have at most ${most} characters. For the rest, ${rest}. The creator of this workflow can raise '${OPTION_TITLES.maxCharacters}' in the options of this tool.`;
}

/**
 * Items shortened to a number of characters for a language model: complete rows, then complete members, with a
 * `note` about what is missing.
 */
export function fitted(items: INodeExecutionData[], most: number): INodeExecutionData[] {
	const records = items.map(({ json }) => json);
	if (sizeOf(records) < most) return items;
	const room = most - NOTE_LENGTH;
	let left = room;
	const rows = records.findIndex((record) => (left -= sizeOf(record) + 1) < 0);
	if (rows === 0) {
		const [first] = items;
		const note = noteOf(1, items.length, most);
		return [{ ...first, json: { ...cutRecord(first.json, room), note } }];
	}
	const kept = rows < 0 ? items : items.slice(0, rows);
	const { pairedItem } = items[kept.length - 1];
	return [...kept, { json: { note: noteOf(kept.length, items.length, most) }, pairedItem }];
}
