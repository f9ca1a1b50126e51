import { isPlainObject } from '../../shared/objects';
import { KEY_LENGTH, keysIn, type Lists, nothingSeen, type Open, TIMELESS } from './state';
import { bucketOf } from './memory';

/** Length of a key in version 0.1.0; its beginning is the current key. */
const FORMER_KEY_LENGTH = 8;

function shortened(keys: string): string {
	return keysIn(keys, FORMER_KEY_LENGTH)
		.map((key) => key.slice(0, KEY_LENGTH))
		.join('');
}

/**
 * What version 0.1.0 stored in static data: keys of events by millisecond, and the tracked rows with the statuses
 * that were emitted. It had one fingerprint for all settings; with a different one the data is useless.
 *
 * @param settings fingerprint as in 0.1.0
 * @param settingsOf fingerprint of each list
 */
export function formerLists(
	stored: unknown,
	settings: string,
	settingsOf: (event: string) => string,
): Lists {
	if (!isPlainObject(stored) || stored.version !== 1 || stored.settings !== settings) return {};
	if (!isPlainObject(stored.lists)) return {};
	const lists: Lists = {};
	for (const [event, value] of Object.entries(stored.lists)) {
		if (!isPlainObject(value) || !Array.isArray(value.floor)) continue;
		const [time, key] = value.floor as [unknown, unknown];
		if (typeof time !== 'number' || typeof key !== 'string') continue;
		const list = nothingSeen(settingsOf(event));
		list.floor = [time, key.slice(0, KEY_LENGTH)];
		list.back = time;
		list.former = true;
		for (const [bucket, keys] of Object.entries(value.seen ?? {})) {
			if (typeof keys !== 'string') continue;
			const place = bucket === TIMELESS ? TIMELESS : bucketOf(parseInt(bucket, 36));
			list.seen[place] = (list.seen[place] ?? '') + shortened(keys);
		}
		for (const [id, entry] of Object.entries(value.pending ?? {})) {
			if (!Array.isArray(entry) || typeof entry[1] !== 'string') continue;
			const [at, given, isSought] = entry as [number | null, string, number];
			const open: Open = [isSought ? at : null, '', given];
			list.open[id.slice(0, KEY_LENGTH)] = open;
		}
		lists[event] = list;
	}
	return lists;
}
