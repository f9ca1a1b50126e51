import { ApiRequestError, rethrow } from '../errors/errors';
import { lostConnection } from '../errors/thrown';
import { OPTION_TITLES } from '../optionTitles';

/** Default maximum size of a response in megabytes after decompression, since a small one may expand. */
export const DEFAULT_RESPONSE_MEGABYTES = 64;

const BYTES_PER_MEGABYTE = 1024 * 1024;

/**
 * Bytes of a response for each list and object: empty ones take as much memory, and the parser needs more time.
 */
const BYTES_PER_OBJECT = 64;

/** How much may be read. The pages of a list share one limit, as they end up in one place. */
export interface ReadLimit {
	megabytes: number;
	bytesLeft: number;
	/** Lists and objects. */
	objectsLeft: number;
}

/** A limit with nothing read yet. */
export function readLimit(megabytes = DEFAULT_RESPONSE_MEGABYTES): ReadLimit {
	const bytesLeft = megabytes * BYTES_PER_MEGABYTE;
	return { megabytes, bytesLeft, objectsLeft: bytesLeft / BYTES_PER_OBJECT };
}

/** The body of a response as n8n's request helper returns it with `encoding: 'stream'`. */
interface BodyStream extends AsyncIterable<Uint8Array> {
	destroy(error?: Error): void;
}

export const isBodyStream = (body: unknown): body is BodyStream =>
	typeof body === 'object' && body !== null && Symbol.asyncIterator in body && 'destroy' in body;

function tooLarge({ megabytes, bytesLeft }: ReadLimit, status: number): ApiRequestError {
	const most = (megabytes * BYTES_PER_MEGABYTE) / BYTES_PER_OBJECT;
	return new ApiRequestError({
		code: 'unreadable_answer',
		status,
		connectionLost: false,
		text: {
			message:
				bytesLeft < 0
					? `The response of KallyAI is larger than the limit of ${megabytes} MB`
					: `The response of KallyAI has more than ${most} lists and objects, which is the limit at ${megabytes} MB`,
			advice: `What was requested may have been done anyway: check before retrying. Request less with 'Limit' and filters, or raise '${OPTION_TITLES.maxResponseSize}' in the options of the node.`,
		},
	});
}

/** Deeper than any response of the API, and less than n8n can store in an item. */
const DEEPEST = 100;

function tooDeep(status: number): ApiRequestError {
	return new ApiRequestError({
		code: 'unreadable_answer',
		status,
		connectionLost: false,
		text: {
			message: `The response of KallyAI is nested more than ${DEEPEST} levels deep`,
			advice:
				"The API never sends such a response. Check 'Base URL' in the credential, and check whether it already went through before retrying.",
		},
	});
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Tracks the structure of JSON while it arrives: parsing 60 MB of brackets takes more than 2 GB. */
class Structure {
	deepest = 0;

	objects = 0;

	private depth = 0;

	private inText = false;

	private escaped = false;

	add(bytes: Uint8Array): void {
		for (let index = 0; index < bytes.length; index++) {
			const byte = bytes[index];
			if (this.inText) {
				if (this.escaped) this.escaped = false;
				else if (byte === BACKSLASH) this.escaped = true;
				else if (byte === QUOTE) this.inText = false;
			} else if (byte === QUOTE) this.inText = true;
			else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
				this.objects++;
				this.depth++;
				if (this.depth > this.deepest) this.deepest = this.depth;
			} else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.depth--;
		}
	}
}

/** How a body is read. */
interface Reading {
	status: number;
	limit: ReadLimit;
	/** Timeout in seconds. */
	seconds: number;
	/** Whether it should be JSON. */
	isJson: boolean;
}

async function readToEnd(
	body: BodyStream,
	{ status, limit, isJson }: Omit<Reading, 'seconds'>,
): Promise<string> {
	const decoder = new TextDecoder();
	const structure = new Structure();
	let text = '';
	for await (const chunk of body) {
		limit.bytesLeft -= chunk.length;
		if (limit.bytesLeft < 0) throw tooLarge(limit, status);
		if (isJson) structure.add(chunk);
		if (structure.deepest > DEEPEST) throw tooDeep(status);
		if (structure.objects > limit.objectsLeft) throw tooLarge(limit, status);
		text += decoder.decode(chunk, { stream: true });
	}
	limit.objectsLeft -= structure.objects;
	return text + decoder.decode();
}

/**
 * Waits for a result of reading a body, but only for a number of seconds: n8n's own timeout ends with the headers
 * of the response.
 *
 * @param bytesRead if given, the time restarts as long as this number grows
 */
export async function withinSeconds<T>(
	seconds: number,
	work: Promise<T>,
	bytesRead: () => number = () => 0,
): Promise<T> {
	let stop = () => {};
	const late = new Promise<never>((_resolve, reject) => {
		const watch = (before: number) => {
			const timeout = AbortSignal.timeout(seconds * 1000);
			const look = () => {
				const now = bytesRead();
				if (now > before) watch(now);
				else reject(lostConnection('ETIMEDOUT'));
			};
			timeout.addEventListener('abort', look, { once: true });
			stop = () => timeout.removeEventListener('abort', look);
		};
		watch(bytesRead());
	});
	try {
		// Destroying a stalled stream does not end the reading of it: n8n waits for its next chunk.
		return await Promise.race([work, late]);
	} finally {
		stop();
	}
}

/**
 * Reads a body to its end; stops if it has more bytes, lists or objects than `limit` allows, takes longer than
 * `seconds` or is nested deeper than n8n can handle.
 */
export async function readText(
	body: BodyStream,
	{ seconds, ...reading }: Reading,
): Promise<string> {
	try {
		return await withinSeconds(seconds, readToEnd(body, reading));
	} catch (error) {
		body.destroy();
		const { code = 'ECONNRESET' } = error as { code?: string };
		throw error instanceof ApiRequestError ? rethrow(error) : lostConnection(code);
	}
}

/** The JSON value of a text, or the text itself if it is not JSON. */
export function parsedJson(text: string): unknown {
	if (text.trim() === '') return '';
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}
