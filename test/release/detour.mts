import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { LOOPBACK } from '../../tools/lib/ports.mts';
import type { UndoList } from '../../tools/lib/undoList.mts';

/**
 * Starts an HTTPS proxy that leads from names of hosts to ports of this machine, and nowhere else; gives its address.
 */
export async function startDetour(ways: Record<string, number>, undo: UndoList): Promise<string> {
	const open = new Set<Socket>();
	const proxy = createServer((_request, response) => response.writeHead(403).end());
	proxy.on('connect', ({ url = '' }, socket: Socket) => {
		const port = ways[url.replace(/:443$/, '')];
		if (port === undefined) {
			socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
			return;
		}
		const onward = connect(port, LOOPBACK, () => {
			socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			socket.pipe(onward).pipe(socket);
		});
		for (const [one, other] of [
			[socket, onward],
			[onward, socket],
		]) {
			open.add(one);
			one.on('error', () => other.destroy()).on('close', () => open.delete(one));
		}
	});
	proxy.listen(0, LOOPBACK);
	await once(proxy, 'listening');
	undo.add(async () => {
		for (const socket of open) socket.destroy();
		proxy.close();
		await once(proxy, 'close');
	});
	return `http://${LOOPBACK}:${(proxy.address() as AddressInfo).port}`;
}
