import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { sandboxCredentials } from '../../tools/sandbox.mts';

/** A request as it came over the wire. */
export interface Recorded {
	method: string;
	/** Path as sent, percent-encoding kept. */
	path: string;
	query: Record<string, string>;
	headers: IncomingMessage['headers'];
	/** Parsed JSON, the raw text where it is none, or undefined for no body at all. */
	body: unknown;
}

/** Answers one request; what it returns is sent as JSON with status 200. */
export type Answer = (request: Recorded, response: ServerResponse) => unknown;

/** A server on loopback that records what it gets and answers as the test says. */
export interface Recorder {
	baseUrl: string;
	requests: Recorded[];
	/** Sets the answer and forgets the requests so far. */
	answer(next: Answer): void;
	stop(): Promise<void>;
}

/** Starts a recorder on a free port of 127.0.0.1. */
export async function startRecorder(): Promise<Recorder> {
	let respond: Answer = () => ({});
	const requests: Recorded[] = [];
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const text = Buffer.concat(chunks).toString();
		const [path, search] = (request.url as string).split('?');
		const recorded: Recorded = {
			method: request.method as string,
			path,
			query: Object.fromEntries(new URLSearchParams(search)),
			headers: request.headers,
			body: text === '' ? undefined : parsed(text),
		};
		requests.push(recorded);
		const answer = await respond(recorded, response);
		if (response.headersSent || response.destroyed) return;
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify(answer ?? {}));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		answer(next) {
			respond = next;
			requests.length = 0;
		},
		async stop() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** Credentials, signed in, for a server that takes every token. */
export function anyCredentials(baseUrl: string) {
	const { kallyAiOAuth2Api, kallyAiTokenApi } = sandboxCredentials(baseUrl);
	const { accessToken: access_token, refreshToken: refresh_token } = kallyAiTokenApi;
	return {
		kallyAiOAuth2Api: { ...kallyAiOAuth2Api, oauthTokenData: { access_token, refresh_token } },
		kallyAiTokenApi,
	};
}
