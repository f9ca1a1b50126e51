import { anyCredentials } from '../support/recorder.mts';
import { recordedNode } from '../support/builtNode.mts';

const built = recordedNode();

const OUTREACH = {
	resource: 'outreach',
	operation: 'create',
	goal: 'Confirm the visit',
	recipientIdentifier: '+15550100',
};
const IN_REFERENCE = { goal: 'Confirm the visit', recipient_identifier: '+15550100' };
const ON_COMMAND_LINE = { channel: 'call', target: '+15550100', description: 'Confirm the visit' };

/** Requests in which the names differ, as given and in both readings. */
const DIFFERING: Array<[name: string, parameters: object, reference: object, other: object]> = [
	['an outreach task', OUTREACH, IN_REFERENCE, ON_COMMAND_LINE],
	[
		'a plan',
		{ resource: 'subscription', operation: 'changePlan', newPlan: 'pro', confirm: true },
		{ new_plan: 'pro' },
		{ target_plan: 'pro' },
	],
	[
		'a contact address',
		{
			resource: 'contactEmail',
			operation: 'add',
			emailAddress: 'dana@example.org',
			additionalFields: { label: 'Studio' },
		},
		{ email_address: 'dana@example.org', label: 'Studio' },
		{ email_address: 'dana@example.org', display_name: 'Studio' },
	],
];

let accounts = 0;
const bodies = () => built.recorder.requests.map(({ body }) => body);
const keys = () => built.recorder.requests.map(({ headers }) => headers['idempotency-key']);

/** A server that takes one reading, and refuses whatever lacks its names or has others. */
function takeOnly(taken: object): void {
	built.recorder.answer(({ body }: any, response) => {
		const missing = Object.keys(taken).filter((name) => body?.[name] === undefined);
		const others = Object.keys(body ?? {}).filter((name) => !(name in taken));
		const detail = [
			...missing.map((name) => ({ loc: ['body', name], msg: 'Field required' })),
			...others.map((name) => ({ loc: ['body', name], msg: 'Extra inputs are not permitted' })),
		];
		if (detail.length === 0) return { id: '7c1f0e9a-0080-4b6d-9a51-2f4e6d8c0b80' };
		response.writeHead(422, { 'Content-Type': 'application/json' });
		return void response.end(JSON.stringify({ detail }));
	});
}

function refuseWith(status: number, body: unknown): void {
	built.recorder.answer((_request, response) => {
		response.writeHead(status, { 'Content-Type': 'application/json' });
		response.end(JSON.stringify(body));
	});
}

/** Refuses the names of the reference, in JSON or in plain text, and takes those of the command line. */
function refuseReference(status: number, body: string | object): void {
	built.recorder.answer(({ body: sent }: any, response) => {
		if (sent.target !== undefined) return { id: '7c1f0e9a-0080-4b6d-9a51-2f4e6d8c0b80' };
		const isText = typeof body === 'string';
		response.writeHead(status, { 'Content-Type': isText ? 'text/plain' : 'application/json' });
		return void response.end(isText ? body : JSON.stringify(body));
	});
}

beforeEach(() => {
	// What is remembered is remembered for an address and a credential.
	const credentials = anyCredentials(`${built.recorder.baseUrl}/account${accounts++}`);
	Object.assign(built.engine.credentials, credentials);
	built.recorder.answer(() => ({}));
});

describe.each(DIFFERING)('the request of %s', (_name, parameters, reference, other) => {
	test('is sent as the reference has it where that is taken', async () => {
		takeOnly(reference);
		const { error } = await built.engine.execute(parameters as any);
		expect(error).toBeUndefined();
		expect(bodies()).toEqual([reference]);
	});

	test('is sent in the other reading once, and that is remembered', async () => {
		takeOnly(other);
		const first = await built.engine.execute(parameters as any);
		expect(first.error).toBeUndefined();
		expect(bodies()).toEqual([reference, other]);
		expect(new Set(keys()).size).toBe(2);
		const second = await built.engine.execute(parameters as any);
		expect(second.error).toBeUndefined();
		expect(bodies()).toEqual([reference, other, other]);
	});

	test('is sent no third time where both readings are refused', async () => {
		takeOnly({ something: 'else' });
		const { error } = await built.engine.execute(parameters as any);
		expect(`${error?.message} ${error?.description}`).toMatch(/something/);
		expect(bodies().length).toBeLessThanOrEqual(2);
	});
});

/** A refusal of the names as the body of a service that sends errors in JSON. */
const refused = (message: string) => ({ error: { code: 'validation_failed', message } });

test.each<[status: number, body: string | object]>([
	[422, refused('target is missing')],
	[422, refused('Required: target')],
	[422, refused('target must be given')],
	[422, refused('target must be set')],
	[422, refused('target has to be given')],
	[422, refused('unknown field recipient_identifier')],
	[422, refused('Unexpected recipient_identifier')],
	[422, refused('unrecognized key "recipient_identifier"')],
	[422, refused('unrecognised key "recipient_identifier"')],
	[422, refused('recipient_identifier is no known field')],
	[422, refused('recipient_identifier is not a valid parameter')],
	[422, refused('recipient_identifier is not known')],
	[422, refused('recipient_identifier: not permitted')],
	[422, refused('recipient_identifier is not allowed here')],
	[400, 'channel, target, description are missing'],
])('the names may be refused with %i, %j', async (status, body) => {
	refuseReference(status, body);
	const { error } = await built.engine.execute(OUTREACH);
	expect(error).toBeUndefined();
	expect(bodies()).toEqual([IN_REFERENCE, ON_COMMAND_LINE]);
});

test('a reading that is no longer taken is forgotten', async () => {
	takeOnly(ON_COMMAND_LINE);
	await built.engine.execute(OUTREACH);
	refuseWith(422, {});
	await built.engine.execute(OUTREACH);
	takeOnly(IN_REFERENCE);
	const { error } = await built.engine.execute(OUTREACH);
	expect(error).toBeUndefined();
	expect(bodies()).toEqual([IN_REFERENCE]);
});

describe('the other reading is not sent', () => {
	const missing = { error: { code: 'validation_failed', message: 'target is missing' } };

	test.each([409, 500, 502, 504, 408, 403])('after a %i, whatever it says', async (status) => {
		refuseWith(status, missing);
		const { error } = await built.engine.execute(OUTREACH);
		expect(error).toBeDefined();
		expect(bodies()).toEqual([IN_REFERENCE]);
	});

	test('after a refusal that is about a value', async () => {
		refuseWith(400, {
			error: { code: 'validation_failed', message: 'goal is too short a description' },
		});
		await built.engine.execute(OUTREACH);
		expect(bodies()).toEqual([IN_REFERENCE]);
	});

	test('after a refusal by a rule, even in such words', async () => {
		refuseWith(422, { error: { code: 'safety_violation', message: 'description is missing' } });
		await built.engine.execute(OUTREACH);
		expect(bodies()).toEqual([IN_REFERENCE]);
	});

	test('after a refusal that says nothing, and the message tells what may differ', async () => {
		refuseWith(422, {});
		const { error } = await built.engine.execute(OUTREACH);
		expect(bodies()).toEqual([IN_REFERENCE]);
		expect(error?.description).toMatch(/channel, target, description/);
	});

	test('after a lost connection', async () => {
		built.recorder.answer((_request, response) => void response.destroy());
		await built.engine.execute(OUTREACH);
		expect(bodies()).toEqual([IN_REFERENCE]);
	});

	test.each([{ recipientName: 'Clara Soto' }, { autoExecute: false }])(
		'where it has no name for %p, and the message says which names differ',
		async (additionalFields) => {
			takeOnly(ON_COMMAND_LINE);
			const { error } = await built.engine.execute({ ...OUTREACH, additionalFields });
			expect(bodies()).toHaveLength(1);
			expect(`${error?.message} ${error?.description}`).toMatch(/channel, target, description/);
		},
	);
});

describe('a chosen channel', () => {
	test.each([
		['call', '+1 555 0100', '+15550100'],
		['whatsapp', '+15550100', '+15550100'],
		['email', 'dana@example.org', 'dana@example.org'],
		['telegram', 'clara_soto', '@clara_soto'],
		['telegram', '@clara_soto', '@clara_soto'],
		['telegram', '+1 555 0100', '+15550100'],
	])('%s reaches %s in the fields that name it', async (channel, recipientIdentifier, target) => {
		const { error } = await built.engine.execute({ ...OUTREACH, channel, recipientIdentifier });
		expect(error).toBeUndefined();
		expect(bodies()).toEqual([{ channel, target, description: 'Confirm the visit' }]);
	});

	test.each([
		['call', 'dana@example.org', /phone number/],
		['whatsapp', 'dana@example.org', /phone number/],
		['email', '+15550100', /email address/],
		['telegram', 'dana@example.org', /Telegram name/],
		['assistant', '@clara_soto', /phone number.*or one email address/],
	])('%s does not reach %s', async (channel, recipientIdentifier, message) => {
		const { error } = await built.engine.execute({ ...OUTREACH, channel, recipientIdentifier });
		expect(error?.message).toMatch(message);
		expect(bodies()).toEqual([]);
	});

	test.each([
		[{ recipientName: 'Clara Soto' }, "'Channel' cannot be combined with 'Recipient Name'"],
		[{ autoExecute: false }, "'Channel' cannot be combined with 'Start Without Approval'"],
	])('is refused with %p, which its request lacks', async (additionalFields, message) => {
		const parameters = { ...OUTREACH, channel: 'call', additionalFields };
		const { error } = await built.engine.execute(parameters);
		expect(error?.message).toContain(message);
		expect(bodies()).toEqual([]);
	});

	test('is held to the allowed recipients', async () => {
		const { error } = await built.engine.execute({
			...OUTREACH,
			channel: 'telegram',
			recipientIdentifier: 'clara_soto',
			options: { allowedRecipients: ['@ines_soto'] },
		});
		expect(error?.message).toMatch(/^'Allowed Recipients' does not include/);
		expect(bodies()).toEqual([]);
	});

	test.each([
		['email', 'dana@example.org', 'email'],
		['whatsapp', '+15550100', 'call'],
	])('%s is estimated for %s as %s', async (channel, recipientIdentifier, type) => {
		built.recorder.answer(() => ({ estimated_credits: 1 }));
		const options = { maxCreditsPerCall: 2 };
		await built.engine.execute({ ...OUTREACH, channel, recipientIdentifier, options });
		expect(bodies()[0]).toMatchObject({ type });
	});

	test('is none where it is left to the assistant', async () => {
		await built.engine.execute({ ...OUTREACH, channel: 'assistant' });
		expect(bodies()).toEqual([IN_REFERENCE]);
	});
});
