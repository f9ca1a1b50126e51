import type { IDataObject } from 'n8n-workflow';

import type { RequestFailure } from '../errors/errors';
import type { ReadLimit } from './body';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request to the API. */
export interface ApiRequest {
	method: HttpMethod;
	/** Path below the base URL, its values encoded already. */
	path: string;
	query?: IDataObject;
	body?: IDataObject;
	headers?: Record<string, string>;
	/** Seconds until it is given up; `DEFAULT_TIMEOUT_SECONDS` unless set. */
	timeoutSeconds?: number;
	/** Whether a lost connection may be tried again under the same idempotency key. */
	repeatable?: boolean;
	/** How often it may be sent again; as the retry policy says unless set. */
	maxRetries?: number;
	/** `json` refuses a response that is no JSON; `text` and `stream` hand on what comes. */
	expect?: 'json' | 'text' | 'stream';
	/** Called right before each time it is sent, also after waits; what it throws ends the request. */
	beforeSending?: () => void;
	/** Called before a request is sent again whose connection was lost; a response that it gives is taken instead. */
	beforeRepeat?: (failure: RequestFailure) => Promise<ApiResponse | undefined>;
	/** How much may be read of the response; as `readLimit()` says unless set. */
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
 * A path with the ID of a record as a server has named it; undefined for an ID that would lead to another path.
 * Halves of characters, which cannot be sent, become U+FFFD.
 */
export function pathTo(path: string, id: string): string | undefined {
	if (id === '.' || id === '..') return undefined;
	const segment = encodeURIComponent(id.replace(/\p{Surrogate}/gu, '\ufffd'));
	return path.replace(/\{\w+\}/, () => segment);
}

/** Seconds until one request is given up. */
export const DEFAULT_TIMEOUT_SECONDS = 30;
