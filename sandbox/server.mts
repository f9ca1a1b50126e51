import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate, setTimeout as wait } from 'node:timers/promises';

import formBody from '@fastify/formbody';
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';

import { registerApi, send } from './api.mts';
import { Contract } from './contract.mts';
import { isControl, registerControl } from './control.mts';
import { refusal } from './dialect/errors.mts';
import { turnedAway } from './dialect/gate.mts';
import { ApiError, unknownEndpoint, type ErrorCode } from './errors.mts';
import { disfigured, type FaultOrder } from './faults.mts';
import { registerFiles } from './recordingFiles.mts';
import { registerMailboxes } from './mailboxLinks.mts';
import type { LoggedRequest } from './requestLog.mts';
import { Memory } from './memory.mts';
import { worldNamed, type Readings } from './worlds.mts';

const HOST = '127.0.0.1';
/** Longer than any id, so that an odd one still reaches its endpoint and is refused there. */
const PARAMETER_LENGTH = 2000;

export interface SandboxOptions {
	/** 0 takes a free one. */
	port?: number;
	/** How the service is; as in the world `kind` unless given. */
	readings?: Readings;
}

export interface Sandbox {
	/** Starts to listen on 127.0.0.1 and gives the base URL. */
	listen(): Promise<string>;
	/** Stops, whatever is still open. */
	close(): Promise<void>;
}

/** What one request carries from hook to hook. */
interface Journey {
	entry?: LoggedRequest;
	/** What its answer has to suffer. */
	fault?: FaultOrder;
}

const ONE_NUMBER =
	/^\/v1\/phone-numbers\/(?!supported-countries|forwarding-targets|available)[^/?]+(?=$|\?)/;

const CODES: Record<number, ErrorCode> = { 404: 'not_found', 405: 'method_not_allowed' };

function asApiError(error: unknown): ApiError {
	if (error instanceof ApiError) return error;
	const { statusCode = 500, message } = error as Partial<FastifyError>;
	if (statusCode < 500) {
		return new ApiError(
			CODES[statusCode] ?? 'bad_request',
			message ?? '',
			'unreadable_request',
			statusCode,
		);
	}
	process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
	return new ApiError('internal_error', 'The sandbox failed; its log says more');
}

/** Levels of a body; whoever reads deeper ones recursively runs out of stack. */
const MOST_LEVELS = 100;

/** Levels of a JSON value, counted without recursion. */
function depthOf(value: unknown): number {
	let depth = 0;
	for (let level: unknown[] = [value]; level.length > 0; depth++) {
		level = level.flatMap((one) => (one && typeof one === 'object' ? Object.values(one) : []));
	}
	return depth;
}

/** Empty JSON bodies are no bodies: many clients name a type and send nothing. */
function readJson(app: FastifyInstance): void {
	// The service reads JSON and forms; a text would reach handlers that expect members.
	app.removeContentTypeParser('text/plain');
	app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
		if (text === '') return done(null, undefined);
		try {
			const body = JSON.parse(text as string) as unknown;
			const isDeep = depthOf(body) > MOST_LEVELS;
			done(
				isDeep ? new ApiError('bad_request', 'The body is nested too deep', 'too_deep') : null,
				body,
			);
		} catch {
			done(new ApiError('bad_request', 'The body is no JSON', 'malformed_json'));
		}
	});
}

/** Nor is what the form parser makes of nothing: some clients call an empty body a form. */
function forgetEmptyBodies(app: FastifyInstance): void {
	app.addHook('preHandler', async (request) => {
		if (request.headers['content-length'] === '0') request.body = undefined;
	});
}

/** Only names for this machine: a page elsewhere cannot point a name of its own here. */
function refuseForeignHosts(app: FastifyInstance): void {
	app.addHook('onRequest', async (request) => {
		const { host } = request.headers;
		const port = request.socket.localPort;
		if (host !== `${HOST}:${port}` && host !== `localhost:${port}`) {
			throw new ApiError(
				'forbidden',
				`The sandbox only accepts requests to ${HOST}:${port} and localhost:${port}`,
				'foreign_host',
				421,
			);
		}
	});
}

/** Half of an answer, then the end of its connection. */
async function* cutOff(payload: string, socket: Socket): AsyncGenerator<string> {
	yield payload.slice(0, payload.length / 2);
	// Node keeps what is written back until the next turn.
	await setImmediate();
	socket.destroy();
}

/** Writes down what comes in and lets the ordered faults happen. */
function watch(app: FastifyInstance, memory: Memory): void {
	const journeys = new WeakMap<FastifyRequest, Journey>();

	app.addHook('onRequest', async (request) => {
		if (isControl(request)) return;
		const path = request.url.split('?', 1)[0] ?? '';
		journeys.set(request, {
			entry: memory.requests.open(request.method, path, request.query, request.headers),
		});
	});
	app.addHook('preHandler', async (request, reply) => {
		const journey = journeys.get(request);
		if (!journey?.entry) return;
		memory.requests.setBody(journey.entry, request.body, request.routeOptions.url);
		const fault = memory.faults.take(request.method, journey.entry.path);
		if (!fault) return;
		if (fault.delayMs) await wait(fault.delayMs, undefined, { ref: false });
		if (fault.drop === 'before') {
			journey.entry.dropped = 'before';
			reply.hijack();
			request.raw.socket.destroy();
			return;
		}
		journey.fault = fault;
		if (fault.status !== undefined || fault.body !== undefined || fault.headers) {
			const { status = 200, body, headers } = fault;
			return reply
				.code(status)
				.headers(headers ?? {})
				.send(body);
		}
	});
	app.addHook('onSend', async (request, reply, payload) => {
		const journey = journeys.get(request);
		if (!journey?.entry) return payload;
		const { entry, fault } = journey;
		entry.status = reply.statusCode;
		if (!fault) return payload;
		const { socket } = request.raw;
		if (fault.drop) entry.dropped = fault.drop;
		if (fault.drop === 'after') socket.destroy();
		if (typeof payload !== 'string') return payload;
		if (fault.drop === 'within') return Readable.from(cutOff(payload, socket));
		if (fault.gzip) reply.header('content-encoding', 'gzip');
		return disfigured(fault, payload);
	});
}

/** Whether a request is for what the sandbox has beside the service: levers, files, mailboxes. */
function isOwn({ routeOptions }: FastifyRequest): boolean {
	return routeOptions.url?.startsWith('/__') ?? false;
}

/** What stands in front of the service may not like a client. */
function turnAway(app: FastifyInstance, memory: Memory): void {
	app.addHook('preHandler', async (request, reply) => {
		const path = request.url.split('?', 1)[0] ?? '';
		if (isOwn(request)) return;
		const answer = turnedAway(memory.store.readings, request, path);
		if (answer) return send(reply, answer);
	});
}

/** A KallyAI of your own: the API, its OAuth2 server and the control API, all in memory. */
export async function createSandbox({
	port = 0,
	readings = worldNamed('kind') as Readings,
}: SandboxOptions = {}): Promise<Sandbox> {
	const memory = new Memory(readings);
	const contract = await Contract.load();
	const app = fastify({
		forceCloseConnections: true,
		routerOptions: { maxParamLength: PARAMETER_LENGTH },
		// The other address of a phone number (docs/api.md, row 19).
		rewriteUrl: ({ method, url = '' }) =>
			memory.store.readings.numberPath === 'both' && method === 'GET'
				? url.replace(ONE_NUMBER, '$&/details')
				: url,
	});
	await app.register(formBody);
	readJson(app);
	forgetEmptyBodies(app);
	refuseForeignHosts(app);
	watch(app, memory);
	turnAway(app, memory);
	app.setErrorHandler((error, request, reply) => {
		const refused = asApiError(error);
		const isOurs = isOwn(request);
		return send(reply, isOurs ? refused.answer() : refusal(refused, memory.store.readings));
	});
	app.setNotFoundHandler(({ method, url }) =>
		unknownEndpoint({ method, path: url.split('?', 1)[0] ?? '' }),
	);
	registerApi(app, memory, contract);
	registerFiles(app, memory);
	registerMailboxes(app, memory);
	registerControl(app, memory);
	return {
		listen: async () => await app.listen({ host: HOST, port }),
		close: async () => await app.close(),
	};
}
