import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

import { LOOPBACK } from '../../tools/lib/ports.mts';

/** A mail server that keeps what it gets, for whoever it is. */
export interface Mailbox {
	port: number;
	/** The messages so far as they were sent, without the breaks of quoted-printable text. */
	messages: string[];
	stop(): Promise<void>;
}

const decoded = (message: string): string =>
	message
		.replace(/=\r?\n/g, '')
		.replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

/** Speaks as much of SMTP with a client as it takes to get its messages. */
async function receive(socket: Socket, messages: string[]): Promise<void> {
	const say = (line: string) => socket.write(`${line}\r\n`);
	let message: string[] | undefined;
	say('220 ready');
	for await (const line of createInterface({ input: socket })) {
		if (message && line !== '.') message.push(line.replace(/^\./, ''));
		else if (message) {
			messages.push(decoded(message.join('\n')));
			message = undefined;
			say('250 kept');
		} else if (/^DATA/i.test(line)) {
			message = [];
			say('354 go on');
		} else say(/^QUIT/i.test(line) ? '221 bye' : '250 fine');
	}
}

/** Starts a mail server on a free port of 127.0.0.1. */
export async function startMailbox(): Promise<Mailbox> {
	const messages: string[] = [];
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
		void receive(socket, messages).catch(() => socket.destroy());
	});
	server.listen(0, LOOPBACK);
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		messages,
		async stop() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
