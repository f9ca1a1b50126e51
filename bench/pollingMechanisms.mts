import type { Made } from '../test/trigger/account.mts';

/** One look at a list: gives what counts as new. `read` is the request, newest first, and may fail. */
export type Look = (now: number, read: () => Made[]) => Made[];

const newestOf = (rows: Made[], least: number) =>
	rows.reduce((newest, { timeMs }) => Math.max(newest, timeMs), least);

/**
 * How polling triggers of n8n and its community tell new rows from old ones, written again for the comparison. Each
 * starts with a look of its own at `now`, as an activated trigger does.
 */
export const MECHANISMS: Record<string, (now: number, rows: Made[]) => Look> = {
	'own clock, only later rows (Airtable, Google Drive)': (start) => {
		let since = start;
		return (now, read) => {
			const fresh = read().filter(({ timeMs }) => timeMs > since);
			since = now;
			return fresh;
		};
	},
	'own clock, moved before the request (Notion)': (start) => {
		let last = start;
		return (now, read) => {
			const since = last;
			last = now;
			return read().filter(({ timeMs }) => timeMs > since);
		};
	},
	'newest time, only later rows (RSS)': (start, rows) => {
		let since = newestOf(rows, start);
		return (_now, read) => {
			const fresh = read().filter(({ timeMs }) => timeMs > since);
			since = newestOf(fresh, since);
			return fresh;
		};
	},
	"first row's time, none before the first poll (Retell AI)": () => {
		let since: number | undefined;
		return (_now, read) => {
			const rows = read();
			const fresh = rows.filter(({ timeMs }) => since === undefined || timeMs > since);
			since = rows[0]?.timeMs ?? since;
			return fresh;
		};
	},
	'newest time and its IDs (Gmail up to 1.3)': (start, rows) => {
		let since = newestOf(rows, start);
		let there = new Set(rows.filter(({ timeMs }) => timeMs === since).map(({ id }) => id));
		return (_now, read) => {
			const rows = read();
			const fresh = rows.filter(({ timeMs, id }) => timeMs >= since && !there.has(id));
			since = newestOf(fresh, since);
			there = new Set(rows.filter(({ timeMs }) => timeMs === since).map(({ id }) => id));
			return fresh;
		};
	},
};
