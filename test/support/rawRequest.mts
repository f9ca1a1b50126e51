import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request as it is to go out. */
export interface RawRequest {
	method?: string;
	/** The target of the request line, to the letter; clients with better manners would tidy it. */
	path?: string;
	/** A Host header among them replaces the usual one. */
	headers?: Record<string, string>;
	body?: string;
}

/** Sends a request on a connection of its own. */
export function openRaw(
	baseUrl: string,
	{ method = 'GET', path = '/', headers = {}, body }: RawRequest = {},
): ClientRequest {
	const { hostname, port, host } = new URL(baseUrl);
	const sent = request({
		hostname,
		port,
		method,
		path,
		agent: false,
		setHost: false,
		headers: { host, ...headers },
	});
	sent.end(body);
	return sent;
}

/** Sends a request on a connection of its own and reads the answer to its end. */
export async function sendRaw(
	baseUrl: string,
	raw?: RawRequest,
): Promise<{ status: number; said: string }> {
	const [response] = (await once(openRaw(baseUrl, raw), 'response')) as [IncomingMessage];
	return { status: response.statusCode ?? 0, said: await text(response) };
}
