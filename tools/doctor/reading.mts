import type { Answer } from './client.mts';

/** An ID that nothing has: what names it can change nothing. */
export const NOBODY = '00000000-0000-4000-8000-000000000000';

const isObject = (value: unknown): value is Record<string, any> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether an answer says no: by its status, or by an envelope of an error under a good one. A record that has an error
 * of its own, such as a call that failed, is no refusal.
 */
export function isRefused({ status, body }: Answer): boolean {
	if (status >= 400) return true;
	return isObject(body) && Boolean(body['error']) && !('id' in body || 'call_id' in body);
}

/** Code of an error, where there is one. */
export function codeOf({ body }: Answer): string | undefined {
	if (!isObject(body)) return undefined;
	const code = isObject(body['error']) ? body['error']['code'] : body['error'];
	return typeof code === 'string' ? code : undefined;
}

/** Whether there is no such thing or no such address. */
export function isMissing(answer: Answer): boolean {
	return answer.status === 404 || answer.status === 405 || /not_found$/.test(codeOf(answer) ?? '');
}

/** Whether the sign-in may not do this. */
export function isForbidden(answer: Answer): boolean {
	return answer.status === 401 || answer.status === 403 || codeOf(answer) === 'forbidden';
}

/** Whether an answer is a page for a browser. */
export const isPage = ({ type, body }: Answer): boolean =>
	type === 'text/html' || /^\s*<(!doctype|html)/i.test(typeof body === 'string' ? body : '');

/** Whether something in front of the service turns the client away. */
export const isTurnedAway = (answer: Answer) => answer.status === 403 && isPage(answer);

/** Which of some names of fields an answer speaks of. */
export function namesIn({ body }: Answer, names: string[]): string[] {
	const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
	return names.filter((name) => new RegExp(`(?<!\\w)${name}(?!\\w)`).test(text));
}

/** Names under which rows of a list can stand, the most likely first. */
const ROWS = ['items', 'data', 'results'];

/** Where the rows of an answer stand: the name of the property, '' for the body itself; undefined where there are none. */
export function placeOfRows(body: unknown, documented?: string): string | undefined {
	if (Array.isArray(body)) return '';
	if (!isObject(body)) return undefined;
	const arrays = Object.keys(body).filter((name) => Array.isArray(body[name]));
	const likely = [documented, ...ROWS].find((name) => name && arrays.includes(name));
	return likely ?? (arrays.length === 1 ? arrays[0] : undefined);
}

/** The rows of a list; undefined where none can be found. */
export function rowsOf({ body }: Answer, documented?: string): any[] | undefined {
	const place = placeOfRows(body, documented);
	if (place === undefined) return undefined;
	const rows: unknown[] = place === '' ? body : body[place];
	return rows.filter(isObject);
}

/** The ID of a row: by the name of its own kind, then by the usual ones. */
export function idOf(row: any, kind?: string): string | undefined {
	const names = [...(kind ? [`${kind}_id`] : []), 'id', 'call_id'];
	const id = names.map((name) => row[name]).find((value) => value !== undefined && value !== null);
	return id === undefined ? undefined : String(id);
}

const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i;

export interface Time {
	ms: number;
	spelling: 'Z' | 'other offset' | 'no offset' | 'seconds' | 'milliseconds';
	/** Digits behind the seconds. */
	digits: number;
	/** Whether it falls on a whole minute. */
	isMinute: boolean;
}

/** A value as a point in time, UTC where it says nothing of an offset; undefined where it is none. */
export function timeOf(value: unknown): Time | undefined {
	if (typeof value === 'number' && value > 1e9 && value < 1e14) {
		const isSeconds = value < 1e11;
		const ms = isSeconds ? value * 1000 : value;
		const digits = ms % 1000 === 0 ? 0 : 3;
		return {
			ms,
			spelling: isSeconds ? 'seconds' : 'milliseconds',
			digits,
			isMinute: ms % 60_000 === 0,
		};
	}
	const match = typeof value === 'string' ? ISO.exec(value) : null;
	if (!match) return undefined;
	const [text, seconds = '00', fraction = '', zone] = match;
	const ms = Date.parse(zone ? text : `${text}Z`);
	if (Number.isNaN(ms)) return undefined;
	const spelling = zone === undefined ? 'no offset' : /z/i.test(zone) ? 'Z' : 'other offset';
	const digits = Math.max(fraction.length - 1, 0);
	return { ms, spelling, digits, isMinute: seconds === '00' && digits === 0 };
}

/** When a row came, by whatever name it has. */
export function createdAt(row: any): number | undefined {
	const names = [row.metadata?.created_at, row.created_at, row.received_at, row.timestamp];
	return names.map(timeOf).find((time) => time !== undefined)?.ms;
}

/** Calls `visit` with every field in a body, however deep. */
export function eachField(body: unknown, visit: (name: string, value: unknown) => void): void {
	if (Array.isArray(body)) for (const member of body) eachField(member, visit);
	else if (isObject(body)) {
		for (const [name, member] of Object.entries(body)) {
			visit(name, member);
			eachField(member, visit);
		}
	}
}
