import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface Heard {
	method: string;
	url: string;
	headers: IncomingMessage['headers'];
	body: string;
}

export interface Reply {
	status?: number;
	headers?: Record<string, string>;
	/** JSON unless it is a text. */
	body?: unknown;
}

/** A server on 127.0.0.1 that does what it is told and remembers what it heard. */
export class ToldServer {
	readonly heard: Heard[] = [];
	baseUrl = '';
	private readonly server: Server;

	constructor(reply: (heard: Heard) => Reply | Promise<Reply>) {
		this.server = createServer(async (request, response) => {
			let body = '';
			for await (const chunk of request) body += chunk;
			const heard = {
				method: request.method ?? '',
				url: request.url ?? '',
				headers: request.headers,
				body,
			};
			this.heard.push(heard);
			send(response, await reply(heard));
		});
	}

	async listen(): Promise<this> {
		this.server.listen(0, '127.0.0.1');
		await once(this.server, 'listening');
		this.baseUrl = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
		return this;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: Reply): void {
	const isText = typeof body === 'string';
	const type = isText ? 'text/plain' : 'application/json';
	response.writeHead(status, { 'content-type': type, ...headers });
	response.end(isText ? body : JSON.stringify(body));
}
