import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { N8nClient } from '../../tools/n8n/client.mts';

test('what writes is sent once, although n8n closes a connection that is used a second time', async () => {
	const used = new WeakSet<Socket>();
	const seen: string[] = [];
	const server = createServer(({ method, socket }, response) => {
		seen.push(method ?? '');
		if (used.has(socket)) return void socket.destroy();
		used.add(socket);
		response.setHeader('content-type', 'application/json').end('{"data":1}');
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const client = new N8nClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
	const methods = ['GET', 'POST', 'POST', 'PATCH', 'DELETE'];
	try {
		for (const method of methods) expect(await client.rest(method, '/workflows')).toBe(1);
	} finally {
		server.closeAllConnections();
		server.close();
	}
	expect(seen).toEqual(methods);
});
