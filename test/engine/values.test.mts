import { DateTime } from 'luxon';
import type { IDataObject, INodeParameters, INodeProperties } from 'n8n-workflow';

import {
	type ContractOperation,
	contractOperations,
	type ContractParameter,
	parameterName,
} from '../support/contract.mts';
import type { NodeOutcome } from '../support/engine.mts';
import {
	GIVEN,
	type Given,
	type Kind,
	NOTHING,
	WORDS_FOR_NOTHING,
	WORKFLOW_ZONE,
} from '../support/givenValues.mts';
import { recordedNode } from '../support/builtNode.mts';
import { triggerNode } from '../support/engine.mts';
import type { Recorded } from '../support/recorder.mts';
import { shownFor } from '../support/shownFor.mts';
import { nodeParameters, placeOf, valuesOf } from '../support/expectedRequests.mts';

const built = recordedNode();

/** Parameters that the document has as texts and that are codes, names of a few letters or other people's IDs. */
const WORDS =
	/^(?:urgency|status|coordination_message_id|area_code|code|business_account_id|phone_number_id|restaurant_id|source|action|access_token|bot_token)$/;
/** Times of which the document says no form. */
const MOMENTS = /^(?:date_from|date_to|from|to|pickup_time)$/;
const EMAILS = /^(?:to|cc)$/;

/** The property of a parameter, as the editor shows it. */
function propertyOf(contract: ContractOperation, name: string): INodeProperties {
	const [resource, operation] = contract.id.split('.');
	const shown = shownFor(built.engine.node.description.properties, resource, operation);
	const inside = shown.flatMap(({ type, options }) =>
		type === 'collection' ? (options as INodeProperties[]) : [],
	);
	return [...shown, ...inside].find((property) => property.name === name) as INodeProperties;
}

/** What a parameter means, by the document where that says it, else by its kind in the editor. */
function kindOf({ wire, schema }: ContractParameter, property: INodeProperties): Kind {
	const [type] = [schema.type].flat();
	const name = wire.split('.').pop() as string;
	if (name === 'timezone' || name === 'country') return name;
	if (name === 'recipient_identifier') return 'recipient';
	if (property.type === 'resourceLocator') return 'id';
	if (property.type === 'multiOptions') return 'choices';
	if (property.type === 'options') return property.allowArbitraryValues ? 'word' : 'choice';
	if (type === 'boolean') return 'boolean';
	if (type === 'integer') return 'integer';
	if (type === 'number') return 'decimal';
	if (type === 'object') return 'json';
	if (type === 'array') return name.endsWith('ids') ? 'idList' : 'textList';
	if (schema.format === 'email' || (EMAILS.test(name) && property.type === 'string'))
		return 'email';
	if (schema.pattern?.includes('\\+')) return 'phone';
	if (property.typeOptions?.dateOnly) return 'date';
	if (property.type === 'dateTime') return MOMENTS.test(name) ? 'moment' : 'dateTime';
	if (schema.pattern?.includes(':') || property.placeholder === 'e.g. 19:30') return 'time';
	return WORDS.test(name) || property.typeOptions?.password ? 'word' : 'text';
}

/** Rows for a parameter that chooses from values of its own; others are taken where the parameter takes any. */
function choicesOf({ options = [], allowArbitraryValues }: INodeProperties): Given[] {
	const others = ['no such choice', 'constructor'];
	return (options as Array<{ name: string; value: string }>)
		.filter(({ value }) => value !== '')
		.flatMap(({ name, value }) =>
			[value, name, ` ${value}\u200b`, value.toUpperCase(), [value]].map((given) => ({
				value: given,
				sent: value,
			})),
		)
		.concat(
			others.map((value) =>
				allowArbitraryValues ? { value, sent: value } : ({ value, refused: `"${value}"` } as never),
			),
		);
}

const isWithin = ({ minimum = -Infinity, maximum = Infinity }, given: Given): boolean =>
	!('sent' in given) ||
	typeof given.sent !== 'number' ||
	(given.sent >= minimum && given.sent <= maximum);

function rowsFor(kind: Kind, parameter: ContractParameter, property: INodeProperties): Given[] {
	const own = property.options === undefined ? [] : choicesOf(property);
	const rows = /^choices?$/.test(kind) ? own : [...GIVEN[kind], ...own];
	return rows.filter((given) => isWithin(parameter.schema, given));
}

/** What a request carries for a parameter; a query has texts. */
function wireValue(request: Recorded | undefined, contract: ContractOperation, wire: string) {
	const parameter = contract.parameters.find((entry) => entry.wire === wire) as ContractParameter;
	if (!request) return undefined;
	if (parameter.in === 'query') return request.query[wire];
	if (parameter.in === 'path') {
		const pattern = contract.path.replace(`{${wire}}`, '([^/]+)').replace(/\{\w+\}/g, '[^/]+');
		return decodeURIComponent(new RegExp(`^${pattern}$`).exec(request.path)?.[1] ?? '');
	}
	return wire
		.split('.')
		.reduce<unknown>((value, part) => (value as IDataObject | undefined)?.[part], request.body);
}

function asSent({ in: place }: ContractParameter, value: unknown): unknown {
	if (place === 'body') return value;
	// A switch that is off is left out of a query.
	return place === 'query' && value === false ? undefined : String(value);
}

/** Runs an operation once for each value of a parameter; gives what became of each. */
async function outcomes(
	contract: ContractOperation,
	parameter: ContractParameter,
	values: unknown[],
	typed: unknown,
): Promise<Array<{ request?: Recorded; error?: string }>> {
	// One that wants some of its optional fields gets them all.
	const filled = valuesOf(contract, /^(?:call\.reschedule|booking\.create)$/.test(contract.id));
	const known = [...filled.keys()].find(({ wire }) => wire === parameter.wire) ?? parameter;
	// Given by an expression, a choice hides no field.
	for (const [other, value] of filled)
		if (other.schema.enum) filled.set(other, `={{ "${value}" }}`);
	filled.set(known, typed);
	const parameters: INodeParameters = {
		...nodeParameters(built.engine.node, contract, filled),
		options: { concurrency: 1 },
	};
	built.recorder.answer(() => contract.example ?? {});
	const run = await built.engine.execute(parameters, {
		items: values.map((value) => ({ v: value })) as IDataObject[],
		timezone: WORKFLOW_ZONE,
		node: { onError: 'continueRegularOutput' },
	});
	expect(run.error?.message).toBeUndefined();
	const errors = errorsOf(run);
	const requests = [...built.recorder.requests];
	expect(requests).toHaveLength(values.length - errors.size);
	return values.map((_, index) =>
		errors.has(index) ? { error: errors.get(index) } : { request: requests.shift() },
	);
}

function errorsOf({ items }: NodeOutcome): Map<number, string> {
	return new Map(
		items.flatMap(({ json, pairedItem }) =>
			typeof json.error === 'string' && 'details' in json
				? [[(pairedItem as { item: number }).item, json.error] as const]
				: [],
		),
	);
}

const EXPRESSION = '={{ $json.v }}';
/** What an agent's model gives: n8n runs the node once for each call of the tool. */
const FROM_AI = "={{ $fromAI('v', ``, 'string') }}";

const isInvalidDate = ({ value }: Given): boolean => DateTime.isDateTime(value) && !value.isValid;

const cases = contractOperations.flatMap((contract) =>
	contract.parameters
		.filter(({ wire }) => wire !== 'limit')
		.map((parameter) => [contract.id, parameter.wire, contract, parameter] as const),
);

describe.each(cases)('%s, %s', (_id, wire, contract, parameter) => {
	const [resource, operation] = contract.id.split('.');
	const name = parameterName(wire);
	const parts = () => {
		const property = propertyOf(contract, name);
		const kind = kindOf(parameter, property);
		const place = placeOf(built.engine.node, resource, operation, name);
		return { property, kind, place, rows: rowsFor(kind, parameter, property) };
	};

	/** Compares what became of values with what the table says of them. */
	const expectRows = (
		rows: Given[],
		came: Array<{ request?: Recorded; error?: string }>,
		{ displayName }: INodeProperties,
	) => {
		rows.forEach((row, index) => {
			const { request, error } = came[index];
			const expected =
				'sent' in row
					? { sent: asSent(parameter, row.sent) }
					: { refused: `(given: ${row.refused}) [item ${index + 1}]` };
			const actual = error
				? { refused: error.slice(error.lastIndexOf('(given: ')) }
				: { sent: wireValue(request, contract, wire) };
			expect([row, actual]).toEqual([row, expected]);
			if (error) {
				expect(error.startsWith(`'${displayName}' must `)).toBe(true);
			}
		});
	};

	test('given by an expression', async () => {
		const { property, place, rows } = parts();
		// n8n itself makes text of a date that is none, where it stands in a collection.
		const tried = rows.filter((row) => place === '' || !isInvalidDate(row));
		const values = tried.map(({ value }) => value);
		expectRows(tried, await outcomes(contract, parameter, values, EXPRESSION), property);
	});

	test('given by a model, and as it is', async () => {
		const { property, rows } = parts();
		const texts = rows.filter(({ value }) => typeof value === 'string');
		const refused = texts.filter((row) => 'refused' in row);
		for (const row of [...texts.slice(0, 3), ...refused.slice(0, 2)]) {
			expectRows([row], await outcomes(contract, parameter, [row.value], FROM_AI), property);
			expectRows([row], await outcomes(contract, parameter, [''], row.value), property);
		}
	});

	test('not given', async () => {
		const { property, kind, place } = parts();
		const prose = kind === 'text' || kind === 'textList';
		// A word may well be "None"; a moment is sent as it is given.
		const words = /^(?:word|country|moment)$/.test(kind)
			? ['null', 'undefined', ['null']]
			: WORDS_FOR_NOTHING;
		const values = [...NOTHING, ...(prose ? [] : words)];
		const came = await outcomes(contract, parameter, values, EXPRESSION);
		came.forEach(({ request, error }, index) => {
			const value = values[index];
			const item = `[item ${index + 1}]`;
			if (error !== undefined) {
				const isWord = index >= NOTHING.length;
				const refusals = [
					isWord ? /^'.+' must .*\(given: / : `'${property.displayName}' is required ${item}`,
					...(place === 'updateFields' ? [/^Nothing would change: no value is given for '/] : []),
					...(contract.id === 'call.reschedule' ? [/^At least one of /] : []),
				];
				expect(
					refusals.some((text) =>
						typeof text === 'string' ? text === error : text.test(error) && error.endsWith(item),
					),
				).toBe(true);
				expect(
					place === '' || !/is required|must/.test(error) || contract.id === 'call.reschedule',
				).toBe(true);
				return;
			}
			const clears =
				place === 'updateFields' &&
				kind === 'text' &&
				!/(?:^|\.)name$/.test(wire) &&
				typeof value === 'string';
			const fallbacks: Record<string, unknown> = {
				timezone: WORKFLOW_ZONE,
				'submission.language': 'en',
				'submission.call_language': 'en',
			};
			expect([value, wireValue(request, contract, wire)]).toEqual([
				value,
				clears ? '' : fallbacks[wire],
			]);
		});
	});
});

/** Servers refuse a long address, or one with the headers, for its length as a whole: HTTP 414 or 431. */
test.each(cases.filter(([, , , parameter]) => parameter.in !== 'body'))(
	'%s, %s: a text that is too long for an address is refused',
	async (_id, _wire, contract, parameter) => {
		const { displayName } = propertyOf(contract, parameterName(parameter.wire));
		const came = await outcomes(contract, parameter, ['x'.repeat(30_000)], EXPRESSION);
		expect(came[0].request).toBeUndefined();
		expect(came[0].error?.startsWith(`'${displayName}' must `)).toBe(true);
	},
);

test('every kind of value has a field', () => {
	const kinds = new Set(
		cases.map(([, wire, contract, parameter]) =>
			kindOf(parameter, propertyOf(contract, parameterName(wire))),
		),
	);
	expect([...kinds].sort()).toEqual(Object.keys(GIVEN).sort());
});

describe('switches', () => {
	const run = async (parameters: INodeParameters, v: unknown, answer: unknown = {}) => {
		built.recorder.answer(() => answer);
		return await built.engine.execute(parameters, { items: [{ v }] as IDataObject[] });
	};
	const V = '={{ $json.v }}';

	describe.each<
		[
			name: string,
			parameters: INodeParameters,
			answer: unknown,
			isOn: (run: NodeOutcome) => boolean,
		]
	>([
		[
			'Return All',
			{ resource: 'call', operation: 'getAll', returnAll: V },
			{ calls: [] },
			() => built.recorder.requests[0].query.limit === '200',
		],
		[
			'Confirm',
			{ resource: 'phoneNumber', operation: 'release', phoneNumberId: 'a', confirm: V },
			{},
			() => built.recorder.requests.length === 1,
		],
		[
			'Simplify',
			{ resource: 'outreach', operation: 'getAll', simplify: V },
			{ tasks: [{ id: 'a', surplus: 1 }] },
			({ items }) => !('surplus' in items[0].json),
		],
		[
			'Download',
			{ resource: 'call', operation: 'getCalendarEvent', callId: 'a', options: { download: V } },
			'BEGIN:VCALENDAR',
			({ items }) => items[0].binary !== undefined,
		],
	])('%s', (name, parameters, answer, isOn) => {
		test.each(GIVEN.boolean.map((row) => [row]))('%p', async (row) => {
			const result = await run(parameters, row.value, answer);
			if ('refused' in row) {
				expect(result.error?.message).toBe(
					`'${name}' must be true or false (given: ${row.refused}) [item 1]`,
				);
				expect(built.recorder.requests).toEqual([]);
			} else {
				expect(isOn(result)).toBe(row.sent);
			}
		});
	});

	test.each([
		['FALSE', false],
		[0, false],
		['True', true],
		['1', true],
	])('Wait for Completion %j', async (v, waits) => {
		const { items } = await run(
			{
				resource: 'outreach',
				operation: 'create',
				goal: 'some goal',
				recipientIdentifier: '+15550100',
				options: { waitForCompletion: V, maxWait: '1' },
			},
			v,
			{ id: 'a', status: 'pending' },
		);
		expect(items[0].json.timedOut ?? false).toBe(waits);
	});
});

describe('numbers of the options', () => {
	const GET = { resource: 'call', operation: 'getAll' };
	test.each<[INodeParameters, string]>([
		[
			{ ...GET, options: { timeout: 3_600_000 } },
			"'Timeout (Seconds)' must be a number between 1 and 3600",
		],
		[
			{ ...GET, options: { timeout: 'soon' } },
			"'Timeout (Seconds)' must be a number between 1 and 3600",
		],
		[
			{ ...GET, options: { timeout: 0 } },
			"'Timeout (Seconds)' must be a number between 1 and 3600",
		],
		[{ ...GET, options: { concurrency: 51 } }, "'Concurrency' must be a number between 1 and 50"],
		[{ ...GET, limit: '1,000' }, "'Limit' must be a number of at least 1"],
		[{ ...GET, limit: '' }, "'Limit' must be a number of at least 1"],
		[{ ...GET, filters: { offset: '1.5' } }, "'Offset' must be a whole number"],
	])('%j', async (parameters, message) => {
		built.recorder.answer(() => ({}));
		const { error } = await built.engine.execute(parameters);
		expect(error?.message.startsWith(`${message} (given: `)).toBe(true);
		expect(error?.message.endsWith(') [item 1]')).toBe(true);
		expect(built.recorder.requests).toEqual([]);
	});

	test.each(['7', ' 7 ', 7, "'7", '7.0', ['7'], '\uff17'])('Limit %j is 7', async (v) => {
		built.recorder.answer(() => ({ calls: [] }));
		await built.engine.execute({ ...GET, limit: '={{ $json.v }}' }, { items: [{ v }] as never });
		expect(built.recorder.requests[0].query.limit).toBe('7');
	});

	test.each(['30', ' 30.0 ', 30, 'null', null, ''])('Timeout %j is taken', async (v) => {
		built.recorder.answer(() => ({ calls: [] }));
		const options = { timeout: '={{ $json.v }}' };
		const run = await built.engine.execute({ ...GET, options }, { items: [{ v }] as never });
		expect(run.error?.message).toBeUndefined();
		expect(built.recorder.requests).toHaveLength(1);
	});
});

test('no item is sent when one of the recipients is none', async () => {
	built.recorder.answer(() => ({ id: 'a' }));
	const { error } = await built.engine.execute(
		{
			resource: 'outreach',
			operation: 'create',
			goal: 'some goal',
			recipientIdentifier: '={{ $json.to }}',
		},
		{ items: [{ to: '+15550100' }, { to: 'ines@example.com' }, { to: 15551234567 }] },
	);
	expect(error?.message).toMatch(/^'Recipient' must .*\(given: 15551234567\) \[item 3\]/);
	expect(built.recorder.requests).toEqual([]);
});

describe('what an expression did not find', () => {
	const MAKE = {
		resource: 'call',
		operation: 'make',
		respondentPhone: '+15550100',
		taskCategory: 'general',
	};
	const hintsOf = async (
		parameters: INodeParameters,
		items: IDataObject[] = [{}, { name: 'Ines' }],
	) => {
		built.recorder.answer(() => ({ call_id: 'a', status: 'success' }));
		const { hints } = await built.engine.execute({ ...MAKE, ...parameters }, { items });
		return hints.map((hint) => (hint as { message: string }).message);
	};

	test('is said of a text of its own', async () => {
		expect(await hintsOf({ taskDescription: "={{ 'Call ' + $json.name + ' back' }}" })).toContain(
			"Item 1: 'Task Description' contains 'undefined': an expression in it may have returned nothing",
		);
	});

	test('is said once for many items, of which ten are named', async () => {
		const items = Array.from({ length: 12 }, () => ({}));
		expect(await hintsOf({ taskDescription: "={{ 'Call ' + $json.name }}" }, items)).toContain(
			"Items 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more: 'Task Description' contains 'undefined': an expression in it may have returned nothing",
		);
	});

	test('is said of a text in a collection, and of a list', async () => {
		const hints = await hintsOf({
			taskDescription: 'Call back today',
			additionalFields: {
				businessName: "={{ 'Room ' + $json.room }}",
				additionalInstructions: ['={{ `Ask for ${$json.name}` }}'],
			},
		});
		expect(hints).toEqual(
			expect.arrayContaining([
				expect.stringMatching(/^Items 1, 2: 'Business Name' contains 'undefined':/),
				expect.stringMatching(/^Item 1: 'Additional Instructions' contains 'undefined':/),
			]),
		);
	});

	test('is not said of what somebody wrote', async () => {
		for (const taskDescription of ['Say that undefined is a word', '=Is {{ 1 }} undefined?']) {
			expect((await hintsOf({ taskDescription })).join()).not.toContain(
				'may have returned nothing',
			);
		}
	});
});

describe('a list that cannot be read whole', () => {
	const rowsOf = (count: number, from = 0) =>
		Array.from({ length: count }, (_, index) => ({ id: `row-${from + index}` }));
	const all = async (resource: string, answer: (query: Record<string, string>) => unknown) => {
		built.recorder.answer(({ query }) => answer(query));
		const run = await built.engine.execute({ resource, operation: 'getAll', returnAll: true });
		return { ...run, said: run.hints.map((hint) => (hint as { message: string }).message).join() };
	};

	test('smaller pages than asked for are read to the end', async () => {
		const rows = rowsOf(95);
		const { items, said } = await all('goal', ({ offset = '0' }) => ({
			goals: rows.slice(Number(offset), Number(offset) + 25),
		}));
		expect(items).toHaveLength(95);
		expect(said).toBe('');
	});

	test('a short list is settled by one more request', async () => {
		const { items, said } = await all('goal', ({ offset }) => ({ goals: offset ? [] : rowsOf(3) }));
		expect(items).toHaveLength(3);
		expect(built.recorder.requests).toHaveLength(2);
		expect(said).toBe('');
	});

	test('a full page that comes again is said', async () => {
		const { items, said } = await all('goal', () => ({ goals: rowsOf(25) }));
		expect(items).toHaveLength(25);
		expect(said).toMatch(/Item 1: KallyAI returned 25 goals and no way to request more/);
	});

	test('a list without paging says so where it tells a total', async () => {
		const { said } = await all('phoneNumber', () => ({ phone_numbers: rowsOf(20), total: 31 }));
		expect(said).toMatch(/KallyAI returned 20 of 31 phone_numbers/);
	});

	test.each<[string, unknown, number]>([
		['null', { goals: null, total: 0 }, 0],
		['a wrapper', { data: { goals: rowsOf(2) } }, 2],
		['a wrapper with a total', { data: { goals: rowsOf(2), total: 2 } }, 2],
		['a wrapper around nothing', { data: { goals: null } }, 0],
		['a wrapper beside its success', { success: true, data: { items: rowsOf(2) } }, 2],
		['another list that is null', { items: null, total: 0, has_more: false }, 0],
		['nothing but a total', { total: 0 }, 0],
	])('%s', async (_form, answer, count) => {
		const { items } = await all('goal', ({ offset }) => (offset ? { goals: [] } : answer));
		expect(items).toHaveLength(count);
	});
});

describe('the trigger', () => {
	const poll = async (parameters: INodeParameters) => {
		built.recorder.answer(() => ({ calls: [] }));
		const node = triggerNode(parameters);
		await built.engine.poll(node, {});
		return built.recorder.requests;
	};

	test.each(GIVEN.boolean.map((row) => [row]))('VIP Callers Only %p', async (row) => {
		const polling = poll({ event: ['inboundCall'], vipOnly: row.value as string });
		if ('refused' in row) {
			await expect(polling).rejects.toThrow(
				`'VIP Callers Only' must be true or false (given: ${row.refused})`,
			);
		} else {
			expect((await polling)[0].query.vip_only).toBe(row.sent ? 'true' : undefined);
		}
	});

	test.each<[INodeParameters, string]>([
		[{ options: { maxEvents: 'many' } }, "'Max Events per Poll' must be a number of at least 1"],
		[{ options: { tolerance: -1 } }, "'Late Arrival Window (Minutes)' must be a number between 0"],
		[{ options: { emitExisting: 'perhaps' } }, "'Emit Existing' must be true or false"],
		[{ event: ['constructor'] }, "'Trigger On' must be one of"],
		[{ event: ['creditsLow'], creditsThreshold: 'few' }, "'Credits Threshold' must be a number"],
		[{ event: ['callFinished'], callOutcomes: ['lost'] }, "'Call Outcomes' must be one of"],
	])('%j is refused', async (parameters, message) => {
		await expect(poll({ event: ['inboundCall'], ...parameters })).rejects.toThrow(message);
		expect(built.recorder.requests).toEqual([]);
	});

	test.each<[INodeParameters, string]>([
		[{ event: 'inboundCall' }, '/v1/inbound/calls'],
		[{ event: ['Inbound Call'] }, '/v1/inbound/calls'],
		[
			{ event: ['inboundCall'], options: { maxEvents: '7', tolerance: ' 5 ' } },
			'/v1/inbound/calls',
		],
		[{ event: ['inboundCall'], options: { emitExisting: 'FALSE' } }, '/v1/inbound/calls'],
	])('%j is read', async (parameters, path) => {
		expect((await poll(parameters))[0].path).toBe(path);
	});
});
