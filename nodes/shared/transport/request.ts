import type { IDataObject } from 'n8n-workflow';

import type { RequestFailure } from '../errors/errors';
import type { ReadLimit } from './body';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request to the API. */
export interface ApiRequest {
	method: HttpMethod;
	/** Path below the base URL, with its values already encoded. */
	path: string;
	query?: IDataObject;
	body?: IDataObject;
	headers?: Record<string, string>;
	/** Timeout in seconds; `DEFAULT_TIMEOUT_SECONDS` unless set. */
	timeoutSeconds?: number;
	/** Whether it may be retried after a lost connection, with the same idempotency key. */
	repeatable?: boolean;
	/** How often it may be retried; according to the retry policy unless set. */
	maxRetries?: number;
	/** `json` refuses a response that is not JSON; `text` and `stream` return any response. */
	expect?: 'json' | 'text' | 'stream';
	/** Called before it is sent, each time, also after waits; an error that it throws ends the request. */
	beforeSending?: () => void;
	/**
	 * Called before a request is retried after a lost connection; if it returns a response, that is used instead.
	 */
	beforeRepeat?: (failure: RequestFailure) => Promise<ApiResponse | undefined>;
	/** Maximum size of the response; `readLimit()` unless set. */
	readLimit?: ReadLimit;
	/** Called with the seconds to wait before a retry. */
	onWait?: (seconds: number, reason: string) => void;
}

/** A response with a status below 300. */
export interface ApiResponse {
	status: number;
	headers: IDataObject;
	body: unknown;
}

/**
 * A path with the ID of a record as returned by a server; undefined for an ID that would lead to another path.
 * Half characters, which cannot be sent, become U+FFFD.
 */
export function pathTo(path: string, id: string): string | undefined {
	if (id === '.' || id === '..') return undefined;
	const segment = encodeURIComponent(id.replace(/\p{Surrogate}/gu, '\ufffd'));
	return path.replace(/\{\w+\}/, () => segment);
}

/** Default timeout of one request in seconds. */
export const DEFAULT_TIMEOUT_SECONDS = 30;
