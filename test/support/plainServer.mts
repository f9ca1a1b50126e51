import type { ServerResponse } from 'node:http';

import type { Answer, Recorded } from './recorder.mts';

/** What befalls a request. `after` and `within` do the work first. */
export type Mishap =
	| 422
	| 500
	| '500 after'
	| '504 after'
	| 'cut before'
	| 'cut within'
	| 'cut after';

export const MISHAPS: Mishap[] = [
	422,
	500,
	'500 after',
	'504 after',
	'cut before',
	'cut within',
	'cut after',
];

const STATUSES: Partial<Record<Mishap, number>> = {
	422: 422,
	500: 500,
	'500 after': 500,
	'504 after': 504,
};

/** A work that the server has done. */
export interface DoneWork {
	path: string;
	body: unknown;
	id: string;
	madeAt: string;
}

/** A service that knows no idempotency key but that of `POST /v1/calls`, and no other record of what it did. */
export interface PlainServer {
	done: DoneWork[];
	/** POST requests so far. */
	posts: Recorded[];
	answer: Answer;
}

let servers = 0;

/**
 * Makes such a service, whose records are `made-1`, `made-2` and so on after its own number.
 *
 * @param mishapOf what befalls a POST; gets how many came before it
 * @param listsCalls whether `GET /v1/calls` tells what was done
 */
export function plainServer(
	mishapOf: (posts: number, request: Recorded) => Mishap | undefined = () => undefined,
	{ listsCalls = false }: { listsCalls?: boolean } = {},
): PlainServer {
	const server = ++servers;
	const done: DoneWork[] = [];
	const posts: Recorded[] = [];
	const byKey = new Map<string, object>();

	const recordOf = ({ id, body, madeAt }: DoneWork) => ({
		...(body as object),
		call_id: id,
		id,
		status: 'success',
		metadata: { created_at: madeAt },
	});
	const work = ({ path, body, headers }: Recorded): object => {
		const key = path === '/v1/calls' ? String(headers['idempotency-key']) : undefined;
		const before = key === undefined ? undefined : byKey.get(key);
		if (before) return before;
		const one = {
			path,
			body,
			id: `${server}-made-${done.length + 1}`,
			madeAt: new Date().toISOString(),
		};
		done.push(one);
		const record = recordOf(one);
		if (key !== undefined) byKey.set(key, record);
		return record;
	};
	const answer = (request: Recorded, response: ServerResponse): unknown => {
		if (request.method !== 'POST') {
			return listsCalls ? { calls: done.map(recordOf) } : {};
		}
		const mishap = mishapOf(posts.length, request);
		posts.push(request);
		if (mishap === undefined) return work(request);
		if (String(mishap).endsWith('after') || mishap === 'cut within') work(request);
		const status = STATUSES[mishap];
		if (status !== undefined) {
			response.statusCode = status;
			return { error: { code: `http_${status}` } };
		}
		if (mishap === 'cut within') {
			response.writeHead(201, { 'content-type': 'application/json', 'content-length': '1000' });
			response.write('{"call_id": "ma');
		}
		setImmediate(() => response.destroy());
		return new Promise((resolve) => response.once('close', () => resolve(undefined)));
	};
	return { done, posts, answer };
}
