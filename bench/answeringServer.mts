// The server under all measurements: answers at once or after a delay, checks nothing, in a process of its own.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const PAGE = 200;
const FIRST_CALL = Date.UTC(2026, 0, 1);

let delayMs = 0;
let total = 0;
let isQuiet = false;

const call = JSON.stringify({
	call_id: '7c1f0e9a-0001-4b6d-9a51-2f4e6d8c0b01',
	status: 'success',
	submission: { respondent_phone: '+15550100', business_name: 'La Brasa', party_size: 2 },
	metadata: { created_at: '2031-05-16T19:30:00Z', credits: 3 },
	summary: 'A table for two is booked for Friday at 20:00.',
});

/** Responses of an account in which nothing has happened; every other list is an empty array. */
const QUIET: Record<string, string> = {
	'/v1/credits/balance': JSON.stringify({ credits_remaining: 600 }),
	'/v1/notifications/pending': JSON.stringify({
		actions: { items: [], count: 0 },
		goals: { items: [], count: 0 },
		inbox: { items: [], count: 0 },
	}),
};

function page(query: URLSearchParams): string {
	const offset = Number(query.get('offset') ?? 0);
	const size = Math.max(0, Math.min(Number(query.get('limit') ?? PAGE), total - offset));
	// Newest first, and a call keeps its ID when further ones come in.
	const calls = Array.from({ length: size }, (_, index) => {
		const number = total - 1 - offset - index;
		const created_at = new Date(FIRST_CALL + number * 1000).toISOString();
		return { call_id: `call-${number}`, status: 'success', metadata: { created_at } };
	});
	return JSON.stringify({ calls, total });
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
	const url = new URL(request.url as string, 'http://127.0.0.1');
	request.resume();
	request.once('end', () => {
		if (url.pathname === '/set') {
			delayMs = Number(url.searchParams.get('delayMs'));
			total = Number(url.searchParams.get('total'));
			isQuiet = url.searchParams.has('quiet');
			response.end();
			return;
		}
		const isList = request.method === 'GET' && url.pathname === '/v1/calls';
		const answer = isList ? page(url.searchParams) : isQuiet ? (QUIET[url.pathname] ?? '[]') : call;
		const send = () => {
			response.setHeader('content-type', 'application/json');
			response.end(answer);
		};
		if (delayMs > 0) setTimeout(send, delayMs);
		else send();
	});
});
server.listen(0, '127.0.0.1', () => {
	process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once('disconnect', () => process.exit());
