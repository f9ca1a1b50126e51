import type { INodeParameters, INodeProperties } from 'n8n-workflow';

import { contractOperations, type ContractOperation, parameterName } from '../support/contract.mts';
import {
	expectedRequest,
	nodeParameters,
	placeOf,
	shownValues,
	valuesOf,
} from '../support/expectedRequests.mts';
import { recordedNode } from '../support/builtNode.mts';
import { shownFor } from '../support/shownFor.mts';

const built = recordedNode();

const READ_ONLY_POSTS = /^(search|bill\.analyze|booking\.search|budget\.estimate|channel\.test)/;

/** What is said where nothing but the required parameters is given, and that would do nothing useful. */
const EMPTY = new Map([['call.reschedule', "At least one of 'Date' and 'Time' is required"]]);

const WHATSAPP = ['access_token', 'business_account_id', 'phone_number_id'];
const BOOKING = ['type', 'date', 'time', 'party_size', 'name', 'notes'];

async function sent(contract: ContractOperation, all: boolean, chosen: INodeParameters = {}) {
	const filled = valuesOf(contract, all);
	for (const parameter of filled.keys()) {
		const name = parameterName(parameter.wire);
		if (name in chosen) filled.set(parameter, chosen[name]);
	}
	const values = shownValues(built.engine.node, contract, filled);
	built.recorder.answer(() => contract.example ?? {});
	const run = await built.engine.execute(nodeParameters(built.engine.node, contract, filled));
	expect(run.error?.message).toBeUndefined();
	const expected = expectedRequest(contract, values, all);
	return { expected, run, recorded: built.recorder.requests[0] };
}

describe.each(contractOperations.map((contract) => [contract.id, contract] as const))(
	'%s',
	(_id, contract) => {
		test.each([
			['required', false],
			['all', true],
		])('sends its %s parameters', async (_which, all) => {
			const refusal = EMPTY.get(contract.id);
			if (refusal && !all) return await refusesNothing(contract, refusal);
			const { expected, recorded } = await sent(contract, all);
			const { method, path, query, body, headers } = recorded;
			expect({ method, path, query, body }).toEqual(expected);
			expect(headers.authorization).toBe('Bearer sandbox-token');
		});

		test('is not sent without a yes where it asks for one', async () => {
			const [resource, operation] = contract.id.split('.');
			const parameters = nodeParameters(built.engine.node, contract, valuesOf(contract, true));
			built.recorder.answer(() => contract.example ?? {});
			const run = await built.engine.execute({ ...parameters, confirm: false });
			const asks = [
				'phoneNumber.provision',
				'phoneNumber.release',
				'subscription.changePlan',
			].includes(contract.id);
			expect(placeOf(built.engine.node, resource, operation, 'confirm') === '').toBe(asks);
			expect(run.error?.message.startsWith("'Confirm' must be on") ?? false).toBe(asks);
			expect(built.recorder.requests.length === 0).toBe(asks);
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
				built.recorder.answer(() => ({}));
				const run = await built.engine.execute(nodeParameters(built.engine.node, contract, values));
				const name = parameterName(parameter.wire);
				if (name === 'timezone') continue;
				const { properties } = built.engine.node.description;
				const { displayName } = shownFor(properties, resource, operation).find(
					(property) => property.name === name,
				) as INodeProperties;
				expect(run.error?.message).toBe(`'${displayName}' is required [item 1]`);
				expect(built.recorder.requests).toEqual([]);
			}
		});
	},
);

async function refusesNothing(contract: ContractOperation, refusal: string) {
	built.recorder.answer(() => ({}));
	const run = await built.engine.execute(
		nodeParameters(built.engine.node, contract, valuesOf(contract, false)),
	);
	expect(run.error?.message).toBe(`${refusal} [item 1]`);
	expect(built.recorder.requests).toEqual([]);
}

test('the table and the document name the same operations', () => {
	const offered = built.engine.node.description.properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options, displayOptions }) =>
			(options as Array<{ value: string }>).map(
				({ value }) => `${displayOptions?.show?.resource?.[0]}.${value}`,
			),
		);
	expect(offered.sort()).toEqual(contractOperations.map(({ id }) => id).sort());
});

describe('a booking', () => {
	const create = async (parameters: INodeParameters) =>
		await built.engine.execute({ resource: 'booking', operation: 'create', ...parameters });
	const TABLE = { date: '2031-05-16', time: '20:00', partySize: 4, name: 'Ines Soto' };

	test.each([
		[
			'restaurant',
			{},
			"'Restaurant ID' or 'Notes', 'Date', 'Time', 'Party Size' and 'Name' are required [item 1]",
		],
		['restaurant', TABLE, "'Restaurant ID' or 'Notes' is required [item 1]"],
		['hotel', { notes: 'Hotel Sol' }, "'Date' and 'Name' are required [item 1]"],
		['service', { ...TABLE, time: '', notes: 'Salon Uno' }, "'Time' is required [item 1]"],
		['other', {}, "'Notes' is required [item 1]"],
	])('of the type %s with %j is refused before it is sent', async (type, given, message) => {
		const { error } = await create({ type, ...given });
		expect(error?.message).toBe(message);
		expect(built.recorder.requests).toEqual([]);
	});

	test('takes its values from the place where earlier workflows have them', async () => {
		built.recorder.answer(() => ({ booking_id: 'b-1' }));
		const additionalFields = { ...TABLE, restaurantId: 'rst-2' };
		expect((await create({ type: 'restaurant', additionalFields })).error).toBeUndefined();
		expect(built.recorder.requests[0].body).toEqual({
			type: 'restaurant',
			restaurant_id: 'rst-2',
			date: '2031-05-16',
			time: '20:00',
			party_size: 4,
			name: 'Ines Soto',
		});
	});
});

test.each([
	['channel.connect', 'channel', 'telegram', ['bot_token']],
	['channel.connect', 'channel', 'whatsapp', WHATSAPP],
	['channel.test', 'channel', 'telegram', ['bot_token']],
	['channel.test', 'channel', 'whatsapp', WHATSAPP],
	['booking.create', 'type', 'restaurant', [...BOOKING, 'restaurant_id']],
	['booking.create', 'type', 'hotel', BOOKING],
])('%s sends for the %s %s only what belongs to it', async (id, by, choice, names) => {
	const contract = contractOperations.find((each) => each.id === id) as ContractOperation;
	const { expected, recorded } = await sent(contract, true, { [by]: choice });
	expect(recorded.body).toEqual(expected.body);
	expect(Object.keys(recorded.body as object).sort()).toEqual([...names].sort());
});
