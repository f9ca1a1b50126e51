import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Contract, Described } from './contract.mts';
import { operations } from './domains/index.mts';
import { ApiError, type Answer } from './errors.mts';
import { authorize } from './domains/auth.mts';
import type { Entry, Exchange } from './operation.mts';
import type { World } from './world.mts';

function send(reply: FastifyReply, { status, body, headers }: Answer): FastifyReply {
	return reply
		.code(status)
		.headers(headers ?? {})
		.send(body);
}

function exchangeFor(world: World, request: FastifyRequest): Exchange {
	return {
		store: world.store,
		tokens: world.tokens,
		method: request.method,
		params: request.params as Record<string, string>,
		query: request.query as Record<string, unknown>,
		body: request.body,
		headers: request.headers,
		baseUrl: `http://${request.headers.host}`,
	};
}

function entryFor(described: Described): Entry {
	const entry = operations[described.id];
	if (!entry) throw new Error(`The sandbox has no handler for ${described.id}`);
	return typeof entry === 'function' ? { handle: entry } : entry;
}

/** Refuses an answer of ours that breaks the document: better a loud 500 here than a node built on a wrong one. */
function checked(world: World, contract: Contract, described: Described, answer: Answer): Answer {
	const objection = contract.objectionTo(described, answer);
	if (!objection) return answer;
	world.store.invalidAnswers.push(objection);
	process.stderr.write(`Invalid answer of the sandbox: ${objection}\n`);
	return new ApiError(
		'internal_error',
		`Invalid answer of the sandbox: ${objection}`,
		'invalid_answer',
	).answer();
}

function registerOperation(
	app: FastifyInstance,
	world: World,
	contract: Contract,
	described: Described,
): void {
	const { before, handle, ownValidation } = entryFor(described);

	const work = async (exchange: Exchange, path: string): Promise<Answer> => {
		before?.(exchange);
		if (!ownValidation) exchange.query = contract.checkRequest(described, { ...exchange, path });
		return await handle(exchange);
	};

	const answerTo = async (exchange: Exchange, path: string): Promise<Answer> => {
		const account = described.isPublic
			? ''
			: exchange.tokens.authenticate(exchange.headers['authorization']);
		const key = exchange.headers['idempotency-key'];
		if (!key || described.method !== 'POST' || described.isPublic)
			return await work(exchange, path);
		const name = JSON.stringify([account, described.id, exchange.params, key]);
		return await exchange.store.answers.once(name, async () => await work(exchange, path));
	};

	app.route({
		method: described.method,
		url: described.path.replace(/\{(\w+)\}/g, ':$1'),
		handler: async (request, reply) => {
			let answer: Answer;
			try {
				answer = await answerTo(exchangeFor(world, request), request.url.split('?', 1)[0] ?? '');
			} catch (error) {
				if (!(error instanceof ApiError)) throw error;
				answer = error.answer();
			}
			return send(reply, checked(world, contract, described, answer));
		},
	});
}

/** Gives every operation of the document a route. */
export function registerApi(app: FastifyInstance, world: World, contract: Contract): void {
	for (const described of contract.operations) registerOperation(app, world, contract, described);
	// The form of the consent page; the document has the way in only.
	app.post('/v1/auth/authorize', async (request, reply) =>
		send(reply, await authorize(exchangeFor(world, request))),
	);
}
