import type { IDataObject, INodeParameters, INodeProperties } from 'n8n-workflow';

import { recordedNode } from '../support/builtNode.mts';
import { EMAIL_ABOUT_LEAD, MAKE_CALL, REACH_LEAD } from '../support/callsToMake.mts';
import {
	contractOperations,
	type ContractOperation,
	type ContractParameter,
	parameterName,
	sample,
} from '../support/contract.mts';
import {
	expectedRequest,
	nodeParameters,
	isNeeded,
	valuesOf,
} from '../support/expectedRequests.mts';
import { plainServer } from '../support/plainServer.mts';
import { snakeCase } from '../../nodes/shared/names.ts';
import { shownFor } from '../support/shownFor.mts';

const built = recordedNode();
const AGENTS = [2, 3] as const;
const ZONE = 'America/New_York';

/** What one tool call gives, as the model gets it. */
async function told(
	parameters: INodeParameters,
	args: IDataObject = {},
	{
		agent = 3,
		...more
	}: { agent?: 2 | 3; timezone?: string; onError?: 'continueRegularOutput' } = {},
) {
	const { onError, ...settings } = more;
	const node = onError ? { onError } : undefined;
	const [result] = await built.engine.useTool(parameters, {
		agent,
		calls: [[args]],
		node,
		...settings,
	});
	return 'error' in result ? { error: result.error, records: [] } : { error: '', ...result };
}

const refuse = (status: number, error: IDataObject) =>
	built.recorder.answer((_, response) => {
		response.statusCode = status;
		return { error };
	});

const CALL = { ...MAKE_CALL, respondentPhone: '+15550101' };
const READ = { resource: 'credit', operation: 'getBalance' };

describe.each(AGENTS)('what agent %i is told of a refusal', (agent) => {
	test.each<[string, INodeParameters, () => void, RegExp]>([
		[
			'a value',
			{ ...CALL, respondentPhone: 'Joe' },
			() => {},
			/^'Phone Number to Call' must be a phone/,
		],
		[
			'no credits',
			CALL,
			() => refuse(402, { code: 'quota_exceeded' }),
			/no credits left\. Buy credits or upgrade/,
		],
		['a record', READ, () => refuse(500, { code: 'x' }), /internal error\. Check whether it/],
		[
			'a limit',
			{ ...CALL, options: { allowedRecipients: ['+15550199'] } },
			() => {},
			/does not include \+15550101\. Nothing was sent/,
		],
	])(
		'%s: the advice is part of the message, and no item',
		async (_what, parameters, serve, says) => {
			built.recorder.answer(() => ({}));
			serve();
			const { error } = await told(parameters, {}, { agent });
			expect(error).toMatch(says);
			expect(error).not.toMatch(/\[item|Details:/);
			// Nothing is said twice.
			const sentences = error.split(/(?<=\.)\s+/);
			expect(new Set(sentences).size).toBe(sentences.length);
		},
	);

	test('an item that goes on under On Error says the same', async () => {
		refuse(402, { code: 'quota_exceeded' });
		const { records, error } = await told(CALL, {}, { agent, onError: 'continueRegularOutput' });
		expect(JSON.stringify([records, error])).toMatch(/no credits left\. Buy credits/);
		expect(JSON.stringify([records, error])).not.toMatch(/\[item/);
	});

	test.each(['500 after', '504 after', 'cut within', 'cut after'] as const)(
		'a call that may have been made after %s: what to check first',
		async (mishap) => {
			built.recorder.answer(plainServer(() => mishap).answer);
			const { error } = await told(CALL, {}, { agent });
			expect(error).toMatch(
				/The call to \+15550101 may have been made; check earlier calls first \('Call: Get Many'\)/,
			);
		},
	);

	test.each<[string, INodeParameters, RegExp]>([
		[
			'email',
			{ ...EMAIL_ABOUT_LEAD, subject: 'Visit' },
			/The email to clara@example.org may have been written; check the outbox first \('Email: Get Outbox'\)/,
		],
		[
			'outreach',
			{ ...REACH_LEAD, recipientIdentifier: '+15550102' },
			/The task to \+15550102 may have been started; check earlier .* \('Outreach Task: Get Many'\)/,
		],
		[
			'ride',
			{ resource: 'errand', operation: 'requestRide', pickup: 'A', destination: 'B' },
			/This may have been done; check what was done first \('Action: Get Many'\)/,
		],
		[
			'contact',
			{ resource: 'inboundContact', operation: 'create', name: 'Ann', phoneNumber: '+15550103' },
			/check what was done first \('Inbound Contact: Get Many'\)/,
		],
	])('the same of other work: %s', async (_name, parameters, says) => {
		built.recorder.answer(plainServer(() => '504 after').answer);
		expect((await told(parameters, {}, { agent })).error).toMatch(says);
	});

	test('a call that was made and could not be followed is named by its ID', async () => {
		built.recorder.answer(({ method }, response) => {
			if (method === 'POST') return { call_id: 'made-77', status: 'queued' };
			response.statusCode = 403;
			return { error: { code: 'forbidden' } };
		});
		const parameters = { ...CALL, options: { waitForCompletion: true } };
		expect((await told(parameters, {}, { agent })).error).toMatch(
			/The call to \+15550101 was made with the ID made-77; check it by that ID/,
		);
	});

	test('what was refused for certain may be done again', async () => {
		refuse(422, { code: 'validation_error' });
		expect((await told(CALL, {}, { agent })).error).not.toMatch(/may have been/);
	});
});

test('a workflow of items is told what it always was', async () => {
	refuse(402, { code: 'quota_exceeded' });
	const { error } = await built.engine.execute(CALL);
	expect(error?.message).toBe('The KallyAI account has no credits left [item 1]');
	expect(error?.description).toMatch(/^Buy credits/);
});

/** The operations with a field of theirs that may be left out. */
const optional = contractOperations
	.filter(({ id }) => id !== 'call.reschedule')
	.flatMap((contract) =>
		contract.parameters
			.filter((field) => !isNeeded(contract, field) && field.wire !== 'limit')
			.map((field) => [contract.id, parameterName(field.wire), contract, field] as const),
	);

/** Parameters of which the model fills in this one with whatever is its argument `v`. */
function filledIn(contract: ContractOperation, field: ContractParameter): INodeParameters {
	const values = valuesOf(contract, false);
	const parameters = nodeParameters(built.engine.node, contract, values);
	const own = nodeParameters(
		built.engine.node,
		contract,
		new Map<ContractParameter, unknown>([[field, "={{ $fromAI('v', '', 'string') }}"]]),
	);
	return { ...parameters, ...own };
}

/** What models write where they have nothing to say. */
const NOTHING: unknown[] = [
	'',
	' ',
	null,
	'None',
	'N/A',
	'n/a',
	'nil',
	'null',
	'undefined',
	'"null"',
	'-',
	'Not specified',
	'not provided',
	'unspecified',
	[],
	[''],
	['null'],
	'[]',
	'{}',
	{},
];

describe('what a model leaves empty', () => {
	test.each(optional)('%s: %s', async (_id, _name, contract, field) => {
		const nothing: unknown[] = [...NOTHING];
		if ((field.schema.minimum ?? 0) >= 1) nothing.push(0, '0');
		const isUpdate = ['PUT', 'PATCH'].includes(contract.method);
		for (const v of nothing) {
			built.recorder.answer(() => contract.example ?? {});
			const { error } = await told(filledIn(contract, field), { v } as IDataObject);
			if (isUpdate) {
				expect([v, error]).toEqual([v, expect.stringMatching(/^(?:|Nothing would change.*)$/s)]);
				const changed = JSON.stringify(built.recorder.requests.map(({ body }) => body));
				expect(changed).not.toContain(`"${field.wire}"`);
				continue;
			}
			expect([v, error]).toEqual([v, '']);
			const [{ path, query, body }] = built.recorder.requests;
			const expected = expectedRequest(contract, valuesOf(contract, false), false);
			expect({ path, query, body }).toEqual({
				path: expected.path,
				query: expected.query,
				body: expected.body,
			});
		}
	});

	test.each([null, '', 0, '0', 'null'])('Limit %p is the usual one', async (v) => {
		built.recorder.answer(() => ({ calls: [] }));
		const parameters = {
			resource: 'call',
			operation: 'getAll',
			limit: "={{ $fromAI('v', '', 'number') }}",
		};
		expect((await told(parameters, { v })).error).toBe('');
		expect(built.recorder.requests[0].query.limit).toBe('50');
	});

	test.each([
		'maxCreditsPerCall',
		'maxPerExecution',
		'minutesBetween',
		'idempotencyKey',
		'allowedRecipients',
	])('but never the limit %s', async (name) => {
		for (const v of ['', null, []]) {
			built.recorder.answer(() => ({ call_id: 'c', status: 'success' }));
			const options = { [name]: "={{ $fromAI('v', '', 'string') }}" };
			expect((await told({ ...CALL, options }, { v })).error).toMatch(/' must /);
			expect(built.recorder.requests).toEqual([]);
		}
	});

	test('nor a field that has to be filled in', async () => {
		built.recorder.answer(() => ({}));
		for (const v of ['', null, 'null']) {
			const parameters = { ...CALL, respondentPhone: "={{ $fromAI('v', '', 'string') }}" };
			expect((await told(parameters, { v })).error).toMatch(/^'Phone Number to Call' /);
			expect(built.recorder.requests).toEqual([]);
		}
	});

	test('a number of its own least is a value', async () => {
		const contract = contractOperations.find(({ id }) => id === 'goal.getAll')!;
		const field = contract.parameters.find(({ wire }) => wire === 'offset')!;
		built.recorder.answer(() => contract.example ?? {});
		await told(filledIn(contract, field), { v: 3 });
		expect(built.recorder.requests[0].query.offset).toBe('3');
	});
});

describe('choices in any case', () => {
	const choices = contractOperations.flatMap((contract) =>
		contract.parameters
			.filter(({ schema, wire }) => schema.enum && wire !== 'limit')
			.map((field) => [contract.id, field.wire, contract, field] as const),
	);

	test.each(choices)('%s: %s', async (_id, _wire, contract, field) => {
		const value = String(sample(field));
		for (const v of [value, value.toUpperCase(), value[0].toUpperCase() + value.slice(1)]) {
			built.recorder.answer(() => contract.example ?? {});
			expect((await told(filledIn(contract, field), { v })).error).toBe('');
			const [{ query, body, path }] = built.recorder.requests;
			expect(JSON.stringify([query, body, path])).toContain(value);
		}
	});
});

/** How models write a value, and what is sent; an error where they have to put it right. */
const WRITTEN: Array<[field: string, written: unknown, sent: unknown]> = [
	['respondentPhone', '+1 (555) 010-0', '+15550100'],
	['respondentPhone', 'tel:+1-555-0100', '+15550100'],
	['respondentPhone', '<tel:+15550100>', '+15550100'],
	['respondentPhone', '`+15550100`', '+15550100'],
	['respondentPhone', '[+1 555 0100](tel:+15550100)', '+15550100'],
	['respondentPhone', ['+15550100'], '+15550100'],
	['respondentPhone', '555-0100', /without a plus sign and a country code/],
	['respondentPhone', '+44 (0)20 7946 0000', /leave out the \(0\)/],
	['respondentPhone', '+15550100, +15550101', /E\.164/],
	['respondentPhone', 'the number of the dentist', /E\.164/],
	['partySize', '4', 4],
	['partySize', '4.0', 4],
	['partySize', 'four', /must be a whole number/],
	['partySize', '4 people', /must be a whole number/],
	['appointmentDate', '2031/05/16', '2031-05-16'],
	['appointmentDate', 'tomorrow', /must be a date in the form YYYY-MM-DD.*"tomorrow"/],
	['appointmentDate', 'Friday', /must be a date in the form YYYY-MM-DD/],
	['appointmentDate', '05/16/2031', /must be a date in the form YYYY-MM-DD/],
	['appointmentTime', '7:30 pm', '19:30'],
	['appointmentTime', '7pm', '19:00'],
	['appointmentTime', 'in the evening', /must be a time in the form HH:MM/],
	['language', 'ES', 'es'],
	['language', 'Spanish', 'es'],
	['language', 'Klingon', /must be one of/],
];

test.each(WRITTEN)('%s written as %j', async (name, written, wanted) => {
	built.recorder.answer(() => ({ call_id: 'c', status: 'success' }));
	const field = { [name]: "={{ $fromAI('v', '', 'string') }}" };
	const parameters =
		name === 'respondentPhone' ? { ...CALL, ...field } : { ...CALL, additionalFields: field };
	const { error } = await told(parameters, { v: written } as IDataObject);
	if (wanted instanceof RegExp) {
		expect(error).toMatch(wanted);
		expect(error).toMatch(/^'[A-Z]/);
		expect(built.recorder.requests).toEqual([]);
		return;
	}
	expect(error).toBe('');
	const body = JSON.stringify(built.recorder.requests[0].body);
	expect(body).toContain(`"${snakeCase(name)}":${JSON.stringify(wanted)}`);
});

/** Lists as models write them. */
test.each([
	['7c1f, 8d20', ['7c1f', '8d20']],
	['["7c1f", "8d20"]', ['7c1f', '8d20']],
	["['7c1f', '8d20']", ['7c1f', '8d20']],
	[
		['7c1f', '8d20'],
		['7c1f', '8d20'],
	],
	['7c1f\n8d20', ['7c1f', '8d20']],
	['- 7c1f\n- 8d20', ['7c1f', '8d20']],
	['1. 7c1f\n2. 8d20', ['7c1f', '8d20']],
	['* 7c1f\n* 8d20\n', ['7c1f', '8d20']],
])('IDs written as %j', async (v, wanted) => {
	built.recorder.answer(() => ({}));
	const batch = contractOperations.find(({ id }) => id === 'message.markRead')!;
	const field = batch.parameters.find(({ wire }) => wire === 'message_ids')!;
	expect((await told(filledIn(batch, field), { v } as IDataObject)).error).toBe('');
	expect(JSON.stringify(built.recorder.requests[0])).toContain(JSON.stringify(wanted).slice(1, -1));
});

const EVENT = { resource: 'calendar', operation: 'createEvent', title: 'Dentist' };
const AI = "={{ $fromAI('v', '', 'string') }}";

/** Fields that mean local time: parameters, the time as it is meant, and where it stands in the request. */
const LOCAL: Array<[name: string, parameters: INodeParameters, written: string, wire: string]> = [
	['start', { ...EVENT, start: AI }, '2031-05-16T10:00:00', 'start'],
	[
		'end',
		{ ...EVENT, start: '2031-05-16T09:00', additionalFields: { end: AI } },
		'2031-05-16T10:00:00',
		'end',
	],
	[
		'appointment time',
		{ ...CALL, additionalFields: { appointmentTime: AI } },
		'10:00',
		'appointment_time',
	],
	[
		'appointment date',
		{ ...CALL, additionalFields: { appointmentDate: AI } },
		'2031-05-16',
		'appointment_date',
	],
	[
		'booking time',
		{ resource: 'booking', operation: 'create', type: 'other', time: AI, notes: 'Salon Uno' },
		'10:00',
		'time',
	],
];

describe('times of a model', () => {
	test.each(LOCAL)(
		'%s: UTC is refused where the clocks say otherwise',
		async (name, parameters, written, wire) => {
			built.recorder.answer(() => ({ call_id: 'c', status: 'success' }));
			// The hour at which New York has the day before.
			const v = name.endsWith('date') ? '2031-05-16T02:00:00Z' : '2031-05-16T10:00:00Z';
			const { error } = await told(parameters, { v }, { timezone: ZONE });
			expect(error).toMatch(/must be local time without Z.*in America\/New_York/);
			expect(built.recorder.requests).toEqual([]);

			const right = v.slice(0, -1);
			expect((await told(parameters, { v: right }, { timezone: ZONE })).error).toBe('');
			const { body } = built.recorder.requests[0];
			expect(JSON.stringify(body)).toContain(`"${wire}":"${written}"`);
		},
	);

	test.each(LOCAL)(
		'%s: UTC is read where the clocks agree',
		async (_name, parameters, written, wire) => {
			built.recorder.answer(() => ({ call_id: 'c', status: 'success' }));
			const { error } = await told(
				parameters,
				{ v: '2031-12-16T10:00:00Z' },
				{ timezone: 'Europe/London' },
			);
			expect(error).toBe('');
			const day = written.replace('2031-05', '2031-12');
			expect(JSON.stringify(built.recorder.requests[0].body)).toContain(`"${wire}":"${day}"`);
		},
	);

	test('an offset that is written on purpose is heeded', async () => {
		built.recorder.answer(() => ({}));
		await told({ ...EVENT, start: AI }, { v: '2031-05-16T16:00:00+02:00' }, { timezone: ZONE });
		expect(built.recorder.requests[0].body).toMatchObject({ start: '2031-05-16T10:00:00' });
	});

	test("the call's own time zone counts, not the workflow's", async () => {
		built.recorder.answer(() => ({ call_id: 'c', status: 'success' }));
		const parameters = { ...CALL, timezone: ZONE, additionalFields: { appointmentTime: AI } };
		const args = { v: '2031-01-16T10:00:00Z' };
		expect((await told(parameters, args, { timezone: 'UTC' })).error).toMatch(/without Z/);
		expect(built.recorder.requests).toEqual([]);
	});

	test('what a workflow gives in UTC is converted as before', async () => {
		built.recorder.answer(() => ({}));
		await built.engine.execute({ ...EVENT, start: '2031-05-16T10:00:00Z' }, { timezone: ZONE });
		expect(built.recorder.requests[0].body).toMatchObject({ start: '2031-05-16T06:00:00' });
	});
});

const LONG = 'They said that the order is on its way and will be there soon. '.repeat(100);
const row = (index: number) => ({
	id: `r-${index}`,
	call_id: `r-${index}`,
	status: 'success',
	highlights: `Call ${index} went well, and ${LONG.slice(0, 200)}`,
	submission: {
		respondent_phone: '+15550101',
		business_name: 'Harbour Dental',
		task_description: LONG.slice(0, 300),
	},
	metadata: { created_at: '2031-05-16T10:00:00Z' },
});
const LIST_CALLS = { resource: 'call', operation: 'getAll', returnAll: true };
const SUMMARY = {
	call_id: 'r-1',
	status: 'success',
	highlights: row(1).highlights,
	respondent_phone: '+15550101',
	business_name: 'Harbour Dental',
	created_at: '2031-05-16T10:00:00Z',
};

describe('the size of results', () => {
	test('Call > Get and Get Many are simplified in tools, raw in workflows unless asked', async () => {
		const get = {
			resource: 'call',
			operation: 'get',
			callId: { __rl: true, mode: 'id', value: 'r-1' },
		};
		for (const parameters of [get, LIST_CALLS]) {
			built.recorder.answer(({ path }) => (path === '/v1/calls' ? { calls: [row(1)] } : row(1)));
			expect((await told(parameters)).records).toEqual([SUMMARY]);
			expect((await told({ ...parameters, simplify: false })).records).toEqual([row(1)]);
			const usual = await built.engine.execute(parameters);
			expect(usual.items.map(({ json }) => json)).toEqual([row(1)]);
			const asked = await built.engine.execute({ ...parameters, simplify: true });
			expect(asked.items.map(({ json }) => json)).toEqual([SUMMARY]);
		}
	});

	test('flat rows have the same summary', async () => {
		const { submission, metadata, highlights, ...rest } = row(1);
		const flat = {
			...rest,
			to: submission.respondent_phone,
			business_name: submission.business_name,
			result_summary: highlights,
			...metadata,
		};
		built.recorder.answer(() => ({ calls: [flat] }));
		expect((await told(LIST_CALLS)).records).toEqual([SUMMARY]);
	});

	test('a transcript is given once', async () => {
		built.recorder.answer(() => ({ entries: [{ speaker: 'agent', content: 'Hello' }] }));
		for (const resource of ['call', 'inboundCall']) {
			const parameters = {
				resource,
				operation: 'getTranscript',
				callId: { __rl: true, mode: 'id', value: 'r-1' },
			};
			expect((await told(parameters)).records).toEqual([{ text: 'agent: Hello' }]);
			const { items } = await built.engine.execute(parameters);
			expect(Object.keys(items[0].json)).toEqual(['entries', 'text']);
		}
	});

	test.each([1, 5, 50, 400])(
		'%i rows have less than 4,000 characters, and say what is missing',
		async (count) => {
			built.recorder.answer(() => ({ calls: Array.from({ length: count }, (_, at) => row(at)) }));
			const { records } = await told({ ...LIST_CALLS, simplify: false });
			expect(JSON.stringify(records).length).toBeLessThan(4000);
			const shown = records.filter(({ id }) => id);
			for (const [at, record] of shown.entries()) expect(record).toEqual(row(at));
			if (shown.length < count)
				expect(records.at(-1)?.note).toMatch(
					new RegExp(`^Only the first ${shown.length} of ${count} results`),
				);
			expect(shown.length).toBeGreaterThanOrEqual(Math.min(count, 4));
		},
	);

	test('the option gives more', async () => {
		built.recorder.answer(() => ({ calls: Array.from({ length: 50 }, (_, at) => row(at)) }));
		const { records } = await told({ ...LIST_CALLS, options: { maxCharacters: 100_000 } });
		expect(records).toHaveLength(50);
		expect(records.some(({ note }) => note)).toBe(false);
	});

	/** Everything that an operation gives, made long in every member. */
	function swollen(value: unknown): unknown {
		if (typeof value === 'string') return `${value} ${LONG}`;
		if (Array.isArray(value)) return value.flatMap((entry) => Array(12).fill(swollen(entry)));
		if (value === null || typeof value !== 'object') return value;
		return Object.fromEntries(
			Object.entries(value).map(([name, member]) => [name, swollen(member)]),
		);
	}

	test.each(contractOperations.map((contract) => [contract.id, contract] as const))(
		'%s of any length has less than 4,000 characters',
		async (_id, contract) => {
			const answer = swollen(contract.example ?? { data: 'x' });
			built.recorder.answer(() => answer);
			const values = valuesOf(contract, contract.id === 'call.reschedule');
			const parameters = nodeParameters(built.engine.node, contract, values);
			const { records, error } = await told(parameters);
			expect(JSON.stringify(records).length).toBeLessThan(4000);
			// Some look for something in a value that is no longer there, some give numbers only.
			if (error || JSON.stringify(answer).length < 4000) return;
			expect(JSON.stringify(records)).toMatch(/results are shown|omitted or cut|redirected/);
		},
	);

	test('a workflow of items gets everything', async () => {
		built.recorder.answer(() => ({ calls: Array.from({ length: 50 }, (_, at) => row(at)) }));
		const { items } = await built.engine.execute(LIST_CALLS);
		expect(items).toHaveLength(50);
	});
});

test('an ordinary node and a tool each show Simplify once', () => {
	const { properties } = built.engine.node.description;
	for (const operation of ['get', 'getAll']) {
		for (const isTool of [true, false]) {
			const found = shownFor(properties, 'call', operation, { isTool }).filter(
				({ name }: INodeProperties) => name === 'simplify',
			);
			expect(found.map(({ default: usual }) => usual)).toEqual([isTool]);
		}
	}
});
