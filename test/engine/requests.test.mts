import type { INodeParameters, INodeProperties } from 'n8n-workflow';

import {
	contractOperations,
	type ContractOperation,
	type ContractParameter,
	parameterName,
	sample,
} from '../support/contract.mts';
import { type Engine, startEngine } from '../support/engine.mts';
import { anyCredentials, type Recorder, startRecorder } from '../support/recorder.mts';

let recorder: Recorder;
let engine: Engine;

beforeAll(async () => {
	recorder = await startRecorder();
	engine = await startEngine(anyCredentials(recorder.baseUrl));
});
afterAll(async () => await recorder.stop());

const READ_ONLY_POSTS = /^(search|bill\.analyze|booking\.search|budget\.estimate|channel\.test)/;

/** Where the description puts a parameter of an operation: at top level or in one of its collections. */
function placeOf(resource: string, operation: string, name: string): string | undefined {
	const shown = engine.node.description.properties.filter(({ displayOptions }) => {
		const { resource: resources, operation: operations } = displayOptions?.show ?? {};
		return resources?.includes(resource) && operations?.includes(operation);
	});
	if (shown.some((property) => property.name === name)) return '';
	return shown.find(
		({ type, options }) =>
			type === 'collection' &&
			(options as INodeProperties[]).some((option) => option.name === name),
	)?.name;
}

function nodeParameters(contract: ContractOperation, values: Map<ContractParameter, unknown>) {
	const [resource, operation] = contract.id.split('.');
	const parameters: INodeParameters = { resource, operation };
	if (placeOf(resource, operation, 'confirm') === '') parameters.confirm = true;
	for (const [{ wire, in: place }, value] of values) {
		const name = parameterName(wire);
		const collection = placeOf(resource, operation, name);
		if (collection === undefined) throw new Error(`${contract.id} has no parameter ${name}`);
		const stored = place === 'path' && name.endsWith('Id') ? locatorValue(value) : value;
		if (collection === '') parameters[name] = stored as INodeParameters;
		else
			parameters[collection] = { ...(parameters[collection] as object), [name]: stored as string };
	}
	return parameters;
}

const locatorValue = (value: unknown) => ({ __rl: true, mode: 'id', value });

interface Expected {
	method: string;
	path: string;
	query: Record<string, string>;
	body: unknown;
}

function expectedRequest(
	contract: ContractOperation,
	values: Map<ContractParameter, unknown>,
): Expected {
	const expected: Expected = {
		method: contract.method,
		path: contract.path,
		query: {},
		// Testing what is connected already is the one request without even an empty object.
		body: contract.hasBody && contract.id !== 'channel.test' ? {} : undefined,
	};
	for (const [{ in: place, wire }, value] of values) {
		if (place === 'path') {
			expected.path = expected.path.replace(`{${wire}}`, encodeURIComponent(String(value)));
		} else if (place === 'query') {
			expected.query[wire] = String(value);
		} else {
			const [outer, inner] = wire.split('.');
			expected.body ??= {};
			const body = expected.body as Record<string, any>;
			if (inner) body[outer] = { ...body[outer], [inner]: value };
			else body[outer] = value;
		}
	}
	return expected;
}

function valuesOf(contract: ContractOperation, all: boolean): Map<ContractParameter, unknown> {
	return new Map(
		contract.parameters
			.filter(({ required }) => all || required)
			.map((parameter) => [parameter, sample(parameter)]),
	);
}

/** What the node adds of itself: both languages of a call and a limit for lists. */
function withDefaults(contract: ContractOperation, expected: Expected, all: boolean): Expected {
	if (all) return expected;
	const takesLimit = contract.parameters.some(
		({ wire, in: place }) => place === 'query' && wire === 'limit',
	);
	if (takesLimit) expected.query.limit = '50';
	if (contract.id === 'call.make') {
		Object.assign((expected.body as Record<string, object>).submission, {
			language: 'en',
			call_language: 'en',
		});
	}
	return expected;
}

async function sent(contract: ContractOperation, all: boolean) {
	const values = valuesOf(contract, all);
	recorder.answer(() => contract.example ?? {});
	const run = await engine.execute(nodeParameters(contract, values));
	expect(run.error?.message).toBeUndefined();
	const expected = withDefaults(contract, expectedRequest(contract, values), all);
	return { expected, run, recorded: recorder.requests[0] };
}

describe.each(contractOperations.map((contract) => [contract.id, contract] as const))(
	'%s',
	(_id, contract) => {
		const needsOneOption = contract.id === 'call.reschedule';

		test.each([
			['required', false],
			['all', true],
		])('sends its %s parameters', async (_which, all) => {
			if (needsOneOption && !all) return await refusesNothing(contract);
			const { expected, recorded } = await sent(contract, all);
			const { method, path, query, body, headers } = recorded;
			expect({ method, path, query, body }).toEqual(expected);
			expect(headers.authorization).toBe('Bearer sandbox-token');
		});

		test('is not sent without a yes where it asks for one', async () => {
			const [resource, operation] = contract.id.split('.');
			const parameters = nodeParameters(contract, valuesOf(contract, true));
			recorder.answer(() => contract.example ?? {});
			const run = await engine.execute({ ...parameters, confirm: false });
			const asks = ['phoneNumber.release', 'subscription.changePlan'].includes(contract.id);
			expect(placeOf(resource, operation, 'confirm') === '').toBe(asks);
			expect(run.error?.message.startsWith("'Confirm' has to be on") ?? false).toBe(asks);
			expect(recorder.requests.length === 0).toBe(asks);
		});

		test('carries an idempotency key only where it starts something', async () => {
			const { recorded } = await sent(contract, true);
			const starts = contract.method === 'POST' && !READ_ONLY_POSTS.test(contract.id);
			expect(recorded.headers['idempotency-key'] !== undefined).toBe(starts);
		});

		test('pairs what comes out to the item that went in', async () => {
			const { run } = await sent(contract, true);
			expect(run.items.length).toBeGreaterThan(0);
			for (const item of run.items) {
				expect(item.pairedItem).toEqual({ item: 0 });
				expect(item.json).not.toHaveProperty('error');
			}
		});

		test('names each required parameter that is missing', async () => {
			const [resource, operation] = contract.id.split('.');
			for (const parameter of contract.parameters.filter(({ required }) => required)) {
				const values = valuesOf(contract, true);
				// A fixed empty value would already be stopped by n8n itself.
				values.set(parameter, '={{ "" }}');
				recorder.answer(() => ({}));
				const run = await engine.execute(nodeParameters(contract, values));
				const name = parameterName(parameter.wire);
				if (name === 'timezone') continue;
				const { displayName } = engine.node.description.properties.find(
					(property) =>
						property.name === name &&
						property.displayOptions?.show?.resource?.includes(resource) &&
						property.displayOptions.show.operation?.includes(operation),
				) as INodeProperties;
				expect(run.error?.message).toBe(`'${displayName}' is required [item 1]`);
				expect(recorder.requests).toEqual([]);
			}
		});
	},
);

async function refusesNothing(contract: ContractOperation) {
	recorder.answer(() => ({}));
	const run = await engine.execute(nodeParameters(contract, valuesOf(contract, false)));
	expect(run.error?.message).toMatch(/At least one of 'Date' and 'Time' is required/);
	expect(recorder.requests).toEqual([]);
}

test('the table and the document name the same operations', () => {
	const offered = engine.node.description.properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options, displayOptions }) =>
			(options as Array<{ value: string }>).map(
				({ value }) => `${displayOptions?.show?.resource?.[0]}.${value}`,
			),
		);
	expect(offered.sort()).toEqual(contractOperations.map(({ id }) => id).sort());
});
