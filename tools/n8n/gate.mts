import { randomUUID } from 'node:crypto';
import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import { Agent } from 'node:https';
import type { Duplex } from 'node:stream';
import { ProxyServer } from 'http-proxy-3';
import { LOOPBACK } from '../lib/ports.mts';

/** The names under which a browser on this machine finds a server of this machine. */
const NAMES = [LOOPBACK, 'localhost'];

/**
 * What a link on another site may open in a window of its own: pages that only show something, and the ways back from
 * somebody else's page, which carry a secret made for that one visit.
 */
const VISITED =
	/^\/(?:(?:home|workflow|form|form-test|form-waiting|webhook-waiting)\/[\w./-]+|rest\/oauth[12]-credential\/callback)?(?:\?|$)/;

/**
 * Forms. n8n sandboxes their pages, so that a browser names no origin and no address with what they send: as if any page
 * had sent it. What tells theirs is a pass in the address, which the gate gives to whoever opens a form in a window and
 * takes away again before n8n sees it. The addresses of forms that wait are secret, and n8n checks that.
 */
const FORM = /^\/form(?:-test)?\//;
const WAITING = /^\/(?:form|webhook)-waiting\/[\w-]+(?:\/[\w-]+)?(?:\?|$)/;
const PASS = 'gate-pass';

/**
 * What n8n only reads, so that it may be asked twice. Not the ways back from somebody else's page, whose secret is good
 * for one visit, and nothing that starts a workflow.
 */
const READ = /^\/(?:$|\?|(?:assets|static|icons|schemas|types)\/|rest\/(?!oauth))/i;

/** Headers by which n8n would believe that somebody else was addressed. */
const FORWARDING = /^(?:forwarded|x-forwarded-.*|x-real-ip)$/;

/** Why a request goes no further. */
interface Refusal {
	status: number;
	message: string;
}

/** What a refusal depends on. */
type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'headersDistinct'>;

/** Where n8n itself listens: with a certificate that nobody else trusts, so that no browser gets there. */
export interface InnerServer {
	port: number;
	/** Its certificate, in PEM. */
	certificate: string;
}

/** The address without the pass that it may carry, and that pass. */
function takePass(url: string): { url: string; pass: string | null } {
	const [path = '', query = ''] = url.split(/\?(.*)/s);
	const parameters = new URLSearchParams(query);
	const pass = parameters.get(PASS);
	if (pass === null) return { url, pass };
	parameters.delete(PASS);
	return { url: parameters.size > 0 ? `${path}?${parameters}` : path, pass };
}

/**
 * Whether a request comes from a page of the same origin, or from no page at all. Browsers say so themselves and let no
 * page change it (Fetch Metadata); older ones and other programs say less.
 */
function isOwn({ headers }: Asked): boolean {
	const { host, origin, 'sec-fetch-site': site } = headers;
	const isNear = site === 'same-origin' || site === 'none';
	if (origin === undefined) return isNear || site === undefined;
	if (origin === 'null') return isNear;
	return origin === `http://${host}` && (isNear || site === undefined);
}

/** Whether a request comes from a page of a form. */
function isFromForm({ url = '', headers }: Asked, pass: string): boolean {
	if (headers.origin !== 'null') return false;
	return WAITING.test(url) || (FORM.test(url) && takePass(url).pass === pass);
}

const isNavigation = ({ method, headers }: Asked): boolean =>
	method === 'GET' && headers['sec-fetch-mode'] === 'navigate';

const isRead = ({ method, url = '', headers }: Asked): boolean =>
	method === 'GET' &&
	READ.test(url) &&
	headers['content-length'] === undefined &&
	headers['transfer-encoding'] === undefined;

const isVisit = (request: Asked): boolean =>
	isNavigation(request) &&
	request.headers['sec-fetch-dest'] === 'document' &&
	VISITED.test(request.url ?? '');

/**
 * Why n8n is not to see a request, or nothing. A name that a foreign site has pointed at this machine (DNS rebinding)
 * gives itself away by the Host header, a page of another site by where the browser says the request comes from.
 */
function refusalOf(request: Asked, port: number, pass: string): Refusal | undefined {
	const hosts = NAMES.map((name) => `${name}:${port}`);
	const [host = '', ...more] = request.headersDistinct.host ?? [];
	if (!hosts.includes(host) || more.length > 0)
		return { status: 421, message: `This n8n only accepts requests to ${hosts.join(' and ')}.` };
	if (!request.url?.startsWith('/'))
		return { status: 400, message: 'The path of a request must begin with a slash.' };
	if (isOwn(request) || isVisit(request) || isFromForm(request, pass)) return undefined;
	return { status: 403, message: 'Requests from pages of other sites are refused.' };
}

const REPLY_HEADERS = { 'content-type': 'text/plain; charset=utf-8', connection: 'close' };

function endUpgrade(socket: Duplex, { status, message }: Refusal): void {
	const headers = { ...REPLY_HEADERS, 'content-length': Buffer.byteLength(message) };
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
	socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${message}`);
}

/** The only way to n8n from a browser of this machine. */
export interface Gate {
	/** Cuts every connection. */
	close(): Promise<void>;
}

/** Listens on a loopback port and passes to n8n what comes from this machine and from n8n's own pages. */
export async function openGate(port: number, inner: InnerServer): Promise<Gate> {
	// Otherwise each request would begin with a handshake. n8n may close a connection in the moment in which the next
	// request is sent: what must not be sent twice has a connection of its own.
	const agent = new Agent({ keepAlive: true });
	const proxy = new ProxyServer({
		target: new URL(`https://${LOOPBACK}:${inner.port}`),
		ca: inner.certificate,
		// The address goes on as it came.
		toProxy: true,
	});
	// Each request has its own handler; a socket that breaks after its answer is no event.
	proxy.on('error', () => {});
	// A half answer must not look like one that is still coming.
	proxy.on('proxyRes', (answer, _request, response) =>
		answer.once('error', () => response.destroy()),
	);

	const pass = randomUUID();
	const passedOn = (request: IncomingMessage): IncomingMessage => {
		for (const name of Object.keys(request.headers))
			if (FORWARDING.test(name)) delete request.headers[name];
		// n8n would write links with the scheme by which the gate reaches it.
		request.headers['x-forwarded-proto'] = 'http';
		return request;
	};
	const unreachable = { status: 502, message: 'n8n does not respond.' };

	const server = createServer((request, response) => {
		const reply = ({ status, message }: Refusal) => {
			if (response.headersSent) response.destroy();
			else response.writeHead(status, REPLY_HEADERS).end(message);
		};
		const refusal = refusalOf(request, port, pass);
		if (refusal) return reply(refusal);
		if (FORM.test(request.url ?? '')) {
			const taken = takePass(request.url ?? '');
			if (isNavigation(request) && taken.pass !== pass) {
				const location = `${taken.url}${taken.url.includes('?') ? '&' : '?'}${PASS}=${pass}`;
				response.writeHead(302, { location, 'cache-control': 'no-store' }).end();
				return;
			}
			request.url = taken.url;
		}
		const incoming = passedOn(request);
		const alone = () => proxy.web(incoming, response, {}, () => reply(unreachable));
		if (!isRead(request)) return alone();
		proxy.web(incoming, response, { agent }, () =>
			response.headersSent ? response.destroy() : alone(),
		);
	});
	const upgraded = new Set<Duplex>();
	server.on('upgrade', (request, socket, head) => {
		upgraded.add(socket);
		socket.once('close', () => upgraded.delete(socket));
		socket.on('error', () => socket.destroy());
		const refusal = refusalOf(request, port, pass);
		if (refusal) endUpgrade(socket, refusal);
		else
			proxy.ws(passedOn(request), socket as never, head, {}, () => endUpgrade(socket, unreachable));
	});
	await listening(server, port);
	return {
		async close() {
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			for (const socket of upgraded) socket.destroy();
			agent.destroy();
			await closed;
		},
	};
}

async function listening(server: Server, port: number): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen({ port, host: LOOPBACK, exclusive: true }, resolve);
	});
}
