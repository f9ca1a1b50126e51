import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { Ajv, type ValidateFunction } from 'ajv';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { summary } from './domains/outreach.mts';
import { EVENT_TYPES, makeEvent } from './events.mts';
import { ApiError } from './errors.mts';
import type { FaultOrder } from './faults.mts';
import { OUTCOMES, OUTREACH_OUTCOMES, type Ending } from './model.mts';
import { ORDERS } from './listOrder.mts';
import { seedManyCalls } from './seed.mts';
import { DAY_MS } from './time.mts';
import { SWITCHES, WORLD_NAMES, worldNamed, type Readings, type SwitchName } from './worlds.mts';
import { advance, now } from './clock.mts';
import type { Memory } from './memory.mts';

const CONTROL_PREFIX = '/__sandbox/';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const MILLISECONDS = { type: 'integer', minimum: 0, maximum: 3_600_000 };

const ajv = new Ajv({ useDefaults: true, allowUnionTypes: true });

function closedObject(properties: object): ValidateFunction {
	return ajv.compile({ type: 'object', additionalProperties: false, properties });
}

const oneOrMore = (schema: object) => ({
	anyOf: [schema, { type: 'array', minItems: 1, items: schema }],
});

const ENDINGS = oneOrMore({
	anyOf: [
		{ enum: OUTCOMES },
		{
			type: 'object',
			additionalProperties: false,
			required: ['says'],
			properties: { says: { type: 'string', minLength: 1 } },
		},
	],
});

const isFault = closedObject({
	method: { type: 'string', minLength: 1 },
	path: { type: 'string', pattern: '^/' },
	status: { type: 'integer', minimum: 200, maximum: 599 },
	body: {},
	headers: { type: 'object', additionalProperties: { type: 'string' } },
	delayMs: MILLISECONDS,
	drop: { enum: ['before', 'within', 'after'] },
	truncate: { type: 'boolean' },
	gzip: { type: 'boolean' },
	times: { type: 'integer', minimum: 1 },
	forMs: MILLISECONDS,
});
const isScenario = closedObject({
	outcome: ENDINGS,
	byNumber: {
		type: 'object',
		propertyNames: { pattern: '^\\+[1-9]\\d{1,14}$' },
		additionalProperties: ENDINGS,
	},
	durationMs: MILLISECONDS,
	credits: { type: 'number', minimum: 0 },
	outreachOutcome: oneOrMore({ enum: OUTREACH_OUTCOMES }),
	outreachDurationMs: MILLISECONDS,
	order: { enum: ORDERS },
});
const isSeed = closedObject({
	count: { type: 'integer', minimum: 1, maximum: 100_000, default: 1 },
});
const isEvent = ajv.compile({
	type: 'object',
	additionalProperties: false,
	required: ['type'],
	properties: {
		type: { enum: EVENT_TYPES },
		data: {
			type: 'object',
			properties: {
				id: { type: 'string', minLength: 1 },
				call_id: { type: 'string', minLength: 1 },
				status: { type: 'string', minLength: 1 },
				credits_remaining: { type: 'number', minimum: 0 },
			},
		},
		count: { type: 'integer', minimum: 1, maximum: 100_000 },
		at: { type: 'string', minLength: 1 },
		visibleAfterMs: MILLISECONDS,
	},
});
const isWorld = closedObject({
	world: { type: 'string' },
	...Object.fromEntries(
		Object.entries(SWITCHES).map(([name, { readings }]) => [name, { enum: readings }]),
	),
});
const isAdvance = ajv.compile({
	type: 'object',
	additionalProperties: false,
	required: ['advanceMs'],
	properties: { advanceMs: { type: 'integer', minimum: 0, maximum: 366 * DAY_MS } },
});
const isRestart = closedObject({ downMs: { ...MILLISECONDS, default: 0 } });
const isNothing = closedObject({});

/** The body of a control request; 400 names the field that is unknown or wrong. */
function read(request: FastifyRequest, fits: ValidateFunction): any {
	const body = request.body ?? {};
	if (fits(body)) return body;
	const [error] = fits.errors ?? [];
	const field = error?.params['additionalProperty'] ?? error?.instancePath.slice(1);
	const message = error?.keyword === 'additionalProperties' ? 'is no known field' : error?.message;
	throw new ApiError('bad_request', `${field || 'The body'} ${message}`, 'invalid_control_request');
}

function list<T>(value: T | T[]): T[] {
	return Array.isArray(value) ? value : [value];
}

function state({ store, tokens, faults, requests }: Memory) {
	return {
		calls: store.calls.added(),
		seedCalls: store.calls.seeds(),
		outreachTasks: store.outreach.added().map((task) => summary(task)),
		seedOutreachTasks: store.outreach.seeds().map((task) => summary(task)),
		goals: store.goals.newestFirst(),
		conversations: store.conversations.newestFirst(),
		credits: store.remaining,
		creditEntries: store.creditEntries,
		tokensIssued: tokens.issued,
		scenario: store.scenario,
		faults: faults.list(),
		requests: requests.all().length,
		invalidAnswers: store.invalidAnswers,
	};
}

function setScenario({ store }: Memory, wish: any): void {
	const { scenario } = store;
	if (wish.outcome !== undefined) scenario.outcome = list(wish.outcome);
	if (wish.byNumber !== undefined) {
		const entries = Object.entries<Ending | Ending[]>(wish.byNumber);
		scenario.byNumber = Object.fromEntries(entries.map(([key, ending]) => [key, list(ending)]));
	}
	if (wish.outreachOutcome !== undefined) scenario.outreachOutcome = list(wish.outreachOutcome);
	if (wish.durationMs !== undefined) scenario.durationMs = wish.durationMs;
	const outreachDuration = wish.outreachDurationMs ?? wish.durationMs;
	if (outreachDuration !== undefined) scenario.outreachDurationMs = outreachDuration;
	if (wish.order !== undefined) scenario.order = wish.order;
	if (wish.credits !== undefined) store.setRemaining(wish.credits);
}

/** How the service is, and what of it differs from the world `kind`. */
function worldOf({ store }: Memory) {
	const kind = worldNamed('kind') as Readings;
	const others = Object.entries(store.readings).filter(
		([name, reading]) => reading !== kind[name as SwitchName],
	);
	return { readings: store.readings, differences: Object.fromEntries(others) };
}

/** Changes the world: to a named one, then by single switches. What the account owns stays. */
function setWorld({ store }: Memory, { world, ...switches }: any): void {
	const named = world === undefined ? store.readings : worldNamed(world);
	if (!named) {
		throw new ApiError('bad_request', `world has to be ${WORLD_NAMES}`, 'invalid_control_request');
	}
	store.readings = { ...named, ...switches };
	store.scenario.order = store.readings.order;
}

/** What clients see of a restart: connections cut, nobody listening for a while, then the same data as before. */
async function restart(server: Server, downMs: number): Promise<void> {
	const { address, port } = server.address() as AddressInfo;
	server.close();
	server.closeAllConnections();
	await wait(downMs);
	server.listen(port, address);
}

/** Whether a request is for the control API, however its address is spelt. */
export const isControl = ({ routeOptions }: FastifyRequest): boolean =>
	routeOptions.url?.startsWith(CONTROL_PREFIX) ?? false;

/** The levers for tests and for people who try failure handling. Not part of the KallyAI API. */
export function registerControl(app: FastifyInstance, memory: Memory): void {
	app.addHook('preHandler', async (request) => {
		const { origin } = request.headers;
		// A page of another site could send these from the user's browser.
		if (
			isControl(request) &&
			origin !== undefined &&
			!(URL.canParse(origin) && LOOPBACK.has(new URL(origin).hostname))
		) {
			throw new ApiError(
				'forbidden',
				'Control requests are not taken from other sites',
				'foreign_origin',
			);
		}
	});

	const post = (name: string, fits: ValidateFunction, act: (body: any) => void) =>
		app.post(CONTROL_PREFIX + name, async (request) => {
			act(read(request, fits));
			return { ok: true };
		});
	const get = (name: string, show: () => unknown) =>
		app.get(CONTROL_PREFIX + name, async () => show());

	post('reset', isNothing, () => memory.reset());
	get('state', () => state(memory));
	get('requests', () => memory.requests.all());
	post('faults', isFault, (order: FaultOrder) => {
		if (order.drop && order.status !== undefined) {
			throw new ApiError(
				'bad_request',
				'status and drop exclude each other',
				'invalid_control_request',
			);
		}
		memory.faults.add(order);
	});
	get('faults', () => memory.faults.list());
	app.delete(`${CONTROL_PREFIX}faults`, async () => {
		memory.faults.clear();
		return { ok: true };
	});
	post('tokens/expire', isNothing, () => memory.tokens.expireAccessTokens());
	post('tokens/revoke', isNothing, () => memory.tokens.revokeGrants());
	app.post(`${CONTROL_PREFIX}scenario`, async (request) => {
		setScenario(memory, read(request, isScenario));
		return { ...memory.store.scenario, credits: memory.store.remaining };
	});
	app.post(`${CONTROL_PREFIX}world`, async (request) => {
		setWorld(memory, read(request, isWorld));
		return worldOf(memory);
	});
	get('world', () => worldOf(memory));
	app.post(`${CONTROL_PREFIX}clock`, async (request) => {
		advance(read(request, isAdvance).advanceMs);
		return { now: new Date(now()).toISOString() };
	});
	app.post(`${CONTROL_PREFIX}events`, async (request) => ({
		ids: makeEvent(memory.store, read(request, isEvent)),
	}));
	app.post(`${CONTROL_PREFIX}restart`, async (request, reply) => {
		const { downMs } = read(request, isRestart);
		reply.raw.once('finish', () => void restart(app.server, downMs));
		return { ok: true };
	});
	post('calls', isSeed, ({ count }) => seedManyCalls(memory.store, count));
}
