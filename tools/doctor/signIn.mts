import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { spawn } from 'node:child_process';

import { Stop } from './stop.mts';

export interface Tokens {
	accessToken: string;
	refreshToken?: string;
}

/** Those that the vendor's command line listens on, so that they are let through. */
const PORTS = Array.from({ length: 20 }, (_, index) => 8740 + index);
const WITHIN_MS = 180_000;

const page = (text: string) =>
	`<!doctype html><meta charset="utf-8"><title>n8n doctor for KallyAI</title><p>${text}</p>`;
const HEADERS = {
	'content-type': 'text/html; charset=utf-8',
	'cache-control': 'no-store',
	'referrer-policy': 'no-referrer',
	connection: 'close',
};

/** Opens an address in the browser; whether that works shows on the screen only. */
function openBrowser(address: string): void {
	const [command, args] = {
		darwin: ['open', [address]] as const,
		win32: ['rundll32', ['url.dll,FileProtocolHandler', address]] as const,
	}[process.platform as string] ?? ['xdg-open', [address]];
	const child = spawn(command, args, { stdio: 'ignore', detached: true });
	child.once('error', () => {});
	child.unref();
}

async function listen(server: Server): Promise<number> {
	for (const port of PORTS) {
		const isOurs = await new Promise<boolean>((resolve) => {
			server.once('error', () => resolve(false));
			server.listen(port, '127.0.0.1', () => resolve(true));
		});
		server.removeAllListeners('error');
		if (isOurs) return port;
	}
	throw new Stop(
		`The ports ${PORTS[0]} to ${PORTS.at(-1)} of this machine are all in use, so the browser cannot return the tokens. Close the programs that use them, or paste tokens instead of --sign-in.`,
	);
}

/**
 * Signs in as the vendor's command line does: through the browser, which comes back to this machine with the tokens in
 * its address (docs/api.md, section 3).
 */
export async function signIn(
	baseUrl: string,
	say: (line: string) => void,
	open: (address: string) => void = openBrowser,
): Promise<Tokens> {
	const state = randomBytes(16).toString('hex');
	const server = createServer();
	try {
		const port = await listen(server);
		const redirect = `http://127.0.0.1:${port}`;
		const address = new URL(`${baseUrl}/v1/auth/cli`);
		address.searchParams.set('redirect_uri', redirect);
		address.searchParams.set('state', state);
		say(`Sign in with your browser. If no browser opens, open this URL:\n\n  ${address.href}\n`);
		open(address.href);
		return await new Promise<Tokens>((resolve, reject) => {
			AbortSignal.timeout(WITHIN_MS).addEventListener('abort', () =>
				reject(
					new Stop(
						'Nobody signed in within three minutes. Run the doctor again, or paste tokens instead of --sign-in.',
					),
				),
			);
			server.on('request', (request, response) => {
				const { pathname, searchParams } = new URL(request.url ?? '/', redirect);
				if (pathname === '/done') {
					response.writeHead(200, HEADERS);
					response.end(
						page('You are signed in. You can close this window and return to the terminal.'),
					);
					server.close();
					return;
				}
				const accessToken = searchParams.get('access_token');
				if (searchParams.get('state') !== state || !accessToken) {
					response.writeHead(404, HEADERS);
					response.end(page('Page not found.'));
					return;
				}
				// Another address, so that the tokens do not stay in the browser's.
				response.writeHead(303, { ...HEADERS, location: '/done' });
				response.end();
				const refreshToken = searchParams.get('refresh_token');
				resolve({ accessToken, ...(refreshToken && { refreshToken }) });
			});
		});
	} finally {
		// It goes on for the page that says that all is done, and keeps nobody waiting if that is not fetched.
		server.unref();
	}
}

/** Tokens as they are pasted: the access token alone, both with a space between, or the JSON of the app. */
export function tokensFrom(text: string): Tokens | undefined {
	const trimmed = text.trim();
	if (trimmed.startsWith('{')) {
		try {
			const { access_token: accessToken, refresh_token: refreshToken } = JSON.parse(trimmed);
			return typeof accessToken === 'string' ? { accessToken, refreshToken } : undefined;
		} catch {
			return undefined;
		}
	}
	const [accessToken, refreshToken] = trimmed.split(/\s+/);
	return accessToken ? { accessToken, ...(refreshToken && { refreshToken }) } : undefined;
}
