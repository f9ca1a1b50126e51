import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Contract, Described } from './contract.mts';
import { spoken } from './dialect/answers.mts';
import { refusal } from './dialect/errors.mts';
import { checkScope, slowDown } from './dialect/gate.mts';
import { understood } from './dialect/requests.mts';
import { operations } from './domains/index.mts';
import { ApiError, type Answer } from './errors.mts';
import { authorize } from './domains/auth.mts';
import { goOn } from './domains/goal.mts';
import type { Memory } from './memory.mts';
import type { Entry, Exchange } from './operation.mts';
import { MINUTE_MS } from './time.mts';

/** Where a world takes other choices than those that only the command line lists. */
const WITH_CHOICES = new Set(['booking.create', 'budget.estimate']);
const KEY_LIFETIME_MS = 10 * MINUTE_MS;

/** Sends an answer. */
export function send(reply: FastifyReply, { status, body, headers }: Answer): FastifyReply {
	return reply
		.code(status)
		.headers(headers ?? {})
		.send(body);
}

/** The parts of a request, in copies: a world may change them before they are read. */
function exchangeFor(
	memory: Memory,
	request: FastifyRequest,
	{ id, path }: Pick<Described, 'id' | 'path'>,
): Exchange {
	return {
		id,
		store: memory.store,
		tokens: memory.tokens,
		method: request.method,
		path,
		params: { ...(request.params as Record<string, string>) },
		query: { ...(request.query as Record<string, unknown>) },
		body: structuredClone(request.body),
		headers: request.headers,
		baseUrl: `http://${request.headers.host}`,
	};
}

function entryFor(described: Described): Entry {
	const entry = operations[described.id];
	if (!entry) throw new Error(`The sandbox has no handler for ${described.id}`);
	return typeof entry === 'function' ? { handle: entry } : entry;
}

/**
 * Refuses an answer of ours that breaks the document: better a loud 500 here than a node built on a wrong one. Looked at
 * before it is put as this world has it: other worlds leave the document on purpose.
 */
function checked(memory: Memory, contract: Contract, described: Described, answer: Answer): Answer {
	const objection = contract.objectionTo(described, answer);
	if (!objection) return answer;
	memory.store.invalidAnswers.push(objection);
	process.stderr.write(`Invalid answer of the sandbox: ${objection}\n`);
	throw new ApiError(
		'internal_error',
		`Invalid answer of the sandbox: ${objection}`,
		'invalid_answer',
	);
}

function registerOperation(
	app: FastifyInstance,
	memory: Memory,
	contract: Contract,
	described: Described,
): void {
	const { before, handle, ownValidation } = entryFor(described);

	const work = async (exchange: Exchange, path: string): Promise<Answer> => {
		const { readings } = exchange.store;
		const answer = understood(exchange, readings);
		if (answer) return answer;
		before?.(exchange);
		if (!ownValidation) {
			const sent = { ...exchange, path };
			if (readings.unknownFields === 'ignored') {
				contract.dropUnknown(described, sent);
				exchange.body = sent.body;
			}
			const anyChoice = readings.choices === 'any text' && WITH_CHOICES.has(described.id);
			exchange.query = contract.checkRequest(described, sent, anyChoice);
		}
		if (exchange.filledIn) exchange.body = exchange.filledIn;
		return await handle(exchange);
	};

	const answerTo = async (exchange: Exchange, path: string): Promise<Answer> => {
		const { store, tokens, headers } = exchange;
		const { readings } = store;
		slowDown(exchange);
		let account = '';
		if (!described.isPublic) {
			const token = tokens.authenticate(headers['authorization']);
			checkScope(described, token.scope, readings);
			account = token.account;
		}
		if (readings.goals === 'go on') goOn(store);
		const key = headers['idempotency-key'];
		const isHeeded =
			readings.idempotencyKeys === 'everywhere' ||
			(readings.idempotencyKeys === 'calls' && described.id === 'call.make');
		if (!key || described.method !== 'POST' || described.isPublic || !isHeeded)
			return await work(exchange, path);
		const name = JSON.stringify([account, described.id, exchange.params, key]);
		const lifetimeMs = readings.keyLifetime === 'for ever' ? Infinity : KEY_LIFETIME_MS;
		return await store.answers.once(name, lifetimeMs, async () => await work(exchange, path));
	};

	app.route({
		method: described.method,
		url: described.path.replace(/\{(\w+)\}/g, ':$1'),
		handler: async (request, reply) => {
			const exchange = exchangeFor(memory, request, described);
			const { readings } = exchange.store;
			try {
				const answer = await answerTo(exchange, request.url.split('?', 1)[0] ?? '');
				checked(memory, contract, described, answer);
				return send(reply, answer.status < 300 ? spoken(exchange, readings, answer) : answer);
			} catch (error) {
				if (!(error instanceof ApiError)) throw error;
				checked(memory, contract, described, error.answer());
				return send(reply, refusal(error, readings));
			}
		},
	});
}

/** Gives every operation of the document a route. */
export function registerApi(app: FastifyInstance, memory: Memory, contract: Contract): void {
	for (const described of contract.operations) registerOperation(app, memory, contract, described);
	// The form of the consent page; the document has the way in only.
	app.post('/v1/auth/authorize', async (request, reply) =>
		send(
			reply,
			await authorize(
				exchangeFor(memory, request, { id: 'auth.authorize', path: '/v1/auth/authorize' }),
			),
		),
	);
}
