import { ApiRequestError, rethrow } from '../errors/errors';
import { lostConnection } from '../errors/thrown';

/** Megabytes of a response that are read unless the option says otherwise; decompressed, as a small one may swell. */
export const DEFAULT_RESPONSE_MEGABYTES = 64;

const BYTES_PER_MEGABYTE = 1024 * 1024;

/** How much may be read. The pages of a list share one limit, as they end up in one place. */
export interface ReadLimit {
	megabytes: number;
	bytesLeft: number;
}

/** A limit with nothing read yet. */
export function readLimit(megabytes = DEFAULT_RESPONSE_MEGABYTES): ReadLimit {
	return { megabytes, bytesLeft: megabytes * BYTES_PER_MEGABYTE };
}

/** The body of a response as n8n's request helper hands it on under `encoding: 'stream'`. */
interface BodyStream extends AsyncIterable<Uint8Array> {
	destroy(error?: Error): void;
}

export const isBodyStream = (body: unknown): body is BodyStream =>
	typeof body === 'object' && body !== null && Symbol.asyncIterator in body && 'destroy' in body;

function tooLarge(megabytes: number, status: number): ApiRequestError {
	return new ApiRequestError({
		code: 'unreadable_answer',
		status,
		connectionLost: false,
		text: {
			message: `The answer of KallyAI is larger than the ${megabytes} MB that are read`,
			advice:
				"What was asked for may be done all the same: look before you run it again. Ask for less with 'Limit' and filters, or raise 'Max Response Size (MB)' in the options of the node.",
		},
	});
}

/** Reads a body to its end; gives it up when it is larger than `limit` leaves, or takes longer than `seconds`. */
export async function readText(
	body: BodyStream,
	{ status, limit, seconds }: { status: number; limit: ReadLimit; seconds: number },
): Promise<string> {
	const decoder = new TextDecoder();
	// n8n's own timeout ends with the headers of the response.
	const timeout = AbortSignal.timeout(seconds * 1000);
	const giveUp = () => body.destroy(lostConnection('ETIMEDOUT'));
	timeout.addEventListener('abort', giveUp, { once: true });
	let text = '';
	try {
		for await (const chunk of body) {
			limit.bytesLeft -= chunk.length;
			if (limit.bytesLeft < 0) throw tooLarge(limit.megabytes, status);
			text += decoder.decode(chunk, { stream: true });
		}
		return text + decoder.decode();
	} catch (error) {
		const { code = 'ECONNRESET' } = error as { code?: string };
		throw error instanceof ApiRequestError ? rethrow(error) : lostConnection(code);
	} finally {
		timeout.removeEventListener('abort', giveUp);
	}
}

/** What a text says in JSON; the text itself where it is none. */
export function parsedJson(text: string): unknown {
	if (text.trim() === '') return '';
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}
