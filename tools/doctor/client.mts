import axios, { isAxiosError, type AxiosInstance, type AxiosResponse } from 'axios';

import packageJson from '../../package.json' with { type: 'json' };
import type { Clock } from './clock.mts';
import { Stop } from './stop.mts';

/** At most two requests a second. */
const APART_MS = 500;
const READ_MS = 60_000;
/** As long as the node waits for a call. */
const WRITE_MS = 300_000;
/** How often somebody who waits for a call is told so. */
const STILL_MS = 10_000;
/** That of the node, so that what is refused here is refused there. */
const USER_AGENT = `n8n-nodes-kallyai/${packageJson.version}`;

export interface Request {
	method: string;
	/** With `{name}` for what is filled in. */
	path: string;
	params?: Record<string, string>;
	query?: Record<string, string | number>;
	body?: unknown;
	/** A form instead of a JSON body. */
	form?: Record<string, string>;
	headers?: Record<string, string>;
	/** Sent without the token. */
	isPublic?: boolean;
}

export interface Answer {
	request: Request;
	status: number;
	headers: Record<string, string>;
	/** JSON where the body is some, else its text; undefined for none. */
	body: any;
	/** Media type, without its parameters. */
	type: string;
	ms: number;
}

/** What happened with a request, for the report: nothing of what was in it. */
export type Listener = (answer: Answer) => void;

interface Settings {
	baseUrl: string;
	clock: Clock;
	onAnswer?: Listener;
}

function bodyOf(text: unknown): unknown {
	if (typeof text !== 'string' || text === '') return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

function unreachable(baseUrl: string, code: string): Stop {
	if (CERTIFICATE.test(code)) {
		return new Stop(
			`The certificate of ${baseUrl} is not trusted here (${code}). If your network uses its own certificate, set NODE_EXTRA_CA_CERTS to the certificate file.`,
		);
	}
	return new Stop(
		`${baseUrl} cannot be reached (${code}). Check your network connection and --base-url, then run the doctor again.`,
	);
}

/** Sends requests, not more than two a second, and ends the run at 429. */
export class Client {
	/** How many were sent. */
	sent = 0;
	/** What the token in use is; none before signing in. */
	accessToken = '';
	readonly baseUrl: string;
	readonly clock: Clock;
	private readonly http: AxiosInstance;
	private readonly onAnswer: Listener;
	private next = 0;

	constructor({ baseUrl, clock, onAnswer = () => {} }: Settings) {
		this.baseUrl = baseUrl.replace(/\/+$/, '');
		this.clock = clock;
		this.onAnswer = onAnswer;
		this.http = axios.create({
			maxRedirects: 0,
			responseType: 'text',
			transformResponse: (text: unknown) => text,
			validateStatus: () => true,
			// A proxy cannot lead back to this machine.
			...(['127.0.0.1', 'localhost'].includes(new URL(this.baseUrl).hostname) && { proxy: false }),
		});
	}

	/**
	 * Sends one request. Throws a Stop at 429, unless `mayBeTooMuch`, and where nothing answers.
	 */
	async send(request: Request, mayBeTooMuch = false): Promise<Answer> {
		const { method, path, params = {}, query, body, form, headers, isPublic } = request;
		const url =
			this.baseUrl +
			path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
		await this.turn();
		const begun = this.clock.now();
		const response = await this.caught(
			this.http.request<unknown>({
				method,
				url,
				params: query,
				data: form ? new URLSearchParams(form) : body,
				timeout: method === 'GET' ? READ_MS : WRITE_MS,
				headers: {
					Accept: 'application/json, */*;q=0.5',
					'User-Agent': USER_AGENT,
					...(!isPublic && this.accessToken && { Authorization: `Bearer ${this.accessToken}` }),
					...headers,
				},
			}),
		);
		const answer = this.answered(request, response, begun);
		if (answer.status === 429 && !mayBeTooMuch) throw this.tooMuch(answer);
		return answer;
	}

	/**
	 * Status of a file at an absolute address, 0 where nothing answers; its content is not read. The token goes along only
	 * if that is asked for and the address lies below the base URL.
	 */
	async look(url: string, withToken = false): Promise<number> {
		if (!/^https?:/.test(url)) return 0;
		await this.turn();
		const isOurs = url.startsWith(`${this.baseUrl}/`);
		const headers = {
			'User-Agent': USER_AGENT,
			...(withToken && isOurs && { Authorization: `Bearer ${this.accessToken}` }),
		};
		try {
			const { status, data } = await this.http.get<NodeJS.ReadableStream & { destroy(): void }>(
				url,
				{ responseType: 'stream', headers, timeout: READ_MS },
			);
			data.destroy();
			return status;
		} catch {
			return 0;
		}
	}

	/** Waits for an answer, and says every few seconds that it still does. */
	async patiently<T>(work: Promise<T>, still: (seconds: number) => void): Promise<T> {
		let isOver = false;
		const ended = work.then(
			() => void (isOver = true),
			() => void (isOver = true),
		);
		for (let seconds = STILL_MS / 1000; !isOver; seconds += STILL_MS / 1000) {
			await Promise.race([ended, this.clock.wait(STILL_MS)]);
			if (!isOver) still(seconds);
		}
		return await work;
	}

	private async turn(): Promise<void> {
		const early = this.next - this.clock.now();
		if (early > 0) await this.clock.wait(early);
		this.next = this.clock.now() + APART_MS;
		this.sent += 1;
	}

	private async caught<T>(request: Promise<AxiosResponse<T>>): Promise<AxiosResponse<T>> {
		try {
			return await request;
		} catch (error) {
			const code = isAxiosError(error) ? (error.code ?? 'no answer') : 'no answer';
			throw unreachable(this.baseUrl, code);
		}
	}

	private answered(request: Request, response: AxiosResponse<unknown>, begun: number): Answer {
		const headers = Object.fromEntries(
			Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
		);
		const answer = {
			request,
			status: response.status,
			headers,
			body: bodyOf(response.data),
			type: (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase(),
			ms: this.clock.now() - begun,
		};
		this.onAnswer(answer);
		return answer;
	}

	private tooMuch({ headers }: Answer): Stop {
		const seconds = Number(headers['retry-after']);
		const when = seconds > 0 ? `in ${seconds} seconds` : 'in an hour';
		return new Stop(
			`KallyAI says that there were too many requests (429), so the doctor has stopped. Run it again ${when}; other programs that use this account count as well. The report has the results until then.`,
		);
	}
}
