import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { recordedNode } from '../support/builtNode.mts';
import type { Recorded } from '../support/recorder.mts';

const built = recordedNode();

const TASK = { resource: 'outreach', operation: 'create', goal: 'Ask whether Friday suits' };
const PHONE = '+15550100';
const EMAIL = 'dana@example.org';

/** Every run has an account of its own: what one service takes says nothing of another. */
let accounts = 0;
function account() {
	const id = `account-${++accounts}`;
	const { credentials } = built.engine;
	credentials[id] = credentials.kallyAiOAuth2Api as never;
	return { kallyAiOAuth2Api: { id, name: 'KallyAI' } };
}

async function run(parameters: INodeParameters, details: { items?: object[]; as?: object } = {}) {
	const { items = [{}], as = account() } = details;
	return await built.engine.execute(parameters, {
		items: items as IDataObject[],
		node: { credentials: as } as object,
	});
}

const bodies = () => built.recorder.requests.map(({ body }) => body);

/** Refuses a body without the fields `wanted` in the words of a service; otherwise gives a record. */
const wants =
	(wanted: string[], words: (missing: string[]) => IDataObject, status = 422) =>
	({ body }: Recorded, response: { statusCode: number }) => {
		const missing = wanted.filter((name) => !Object.hasOwn(body as object, name));
		if (missing.length === 0) return { id: 'made', status: 'completed' };
		response.statusCode = status;
		return words(missing);
	};

const WORDINGS: Array<[string, (missing: string[]) => IDataObject]> = [
	[
		'a web framework',
		(missing) => ({
			detail: missing.map((name) => ({
				loc: ['body', name],
				msg: 'Field required',
				type: 'missing',
			})),
		}),
	],
	[
		'an envelope',
		(missing) => ({
			error: { code: 'validation_failed', message: `${missing.join(', ')} are missing` },
		}),
	],
	[
		'a code and a text',
		([first]) => ({ error: 'invalid_request', message: `Missing field: ${first}` }),
	],
];

describe.each(WORDINGS)(
	'a service that speaks like the command line, refusing like %s',
	(_, says) => {
		test('gets an outreach task in its form, once, and is remembered', async () => {
			built.recorder.answer(wants(['channel', 'target', 'description'], says));
			const as = account();
			const first = await run({ ...TASK, recipientIdentifier: PHONE }, { as });
			expect(first.error).toBeUndefined();
			expect(bodies()).toEqual([
				{ goal: TASK.goal, recipient_identifier: PHONE },
				{ description: TASK.goal, target: PHONE, channel: 'call' },
			]);
			built.recorder.requests.length = 0;
			const next = await run({ ...TASK, recipientIdentifier: EMAIL }, { as });
			expect(next.error).toBeUndefined();
			expect(bodies()).toEqual([{ description: TASK.goal, target: EMAIL, channel: 'email' }]);
		});

		test('gets a plan and a contact address in its form', async () => {
			built.recorder.answer(wants(['target_plan'], says, 400));
			const change = { resource: 'subscription', operation: 'changePlan', newPlan: 'pro' };
			expect((await run({ ...change, confirm: true })).error).toBeUndefined();
			expect(bodies().at(-1)).toEqual({ target_plan: 'pro' });
			built.recorder.answer(wants(['display_name'], says));
			const add = { resource: 'contactEmail', operation: 'add', emailAddress: EMAIL };
			const named = await run({ ...add, additionalFields: { label: 'Studio' } });
			expect(named.error).toBeUndefined();
			expect(bodies().at(-1)).toEqual({ email_address: EMAIL, display_name: 'Studio' });
		});

		test('is not asked again what its form has no words for', async () => {
			built.recorder.answer(wants(['channel', 'target', 'description'], says));
			const { error } = await run({
				...TASK,
				recipientIdentifier: PHONE,
				additionalFields: { autoExecute: false },
			});
			expect(error?.message).toMatch(/description|channel/);
			expect(bodies()).toHaveLength(1);
		});
	},
);

test('a service that goes over to the other form is followed', async () => {
	const [, says] = WORDINGS[0] as [string, (missing: string[]) => IDataObject];
	const as = account();
	const task = { ...TASK, recipientIdentifier: PHONE };
	for (const wanted of ['target', 'recipient_identifier', 'target', 'recipient_identifier']) {
		built.recorder.answer(wants([wanted], says));
		expect((await run(task, { as })).error).toBeUndefined();
	}
	for (const wanted of ['target', 'recipient_identifier', 'recipient_identifier']) {
		built.recorder.answer(wants([wanted], wanted === 'target' ? says : () => ({})));
		expect((await run(task, { as })).error).toBeUndefined();
	}
	expect(bodies()).toEqual([{ goal: TASK.goal, recipient_identifier: PHONE }]);
});

test.each([
	['HTTP 500', 500, { error: { message: 'channel, target and description are missing' } }],
	['a conflict', 409, { error: { message: 'target is missing' } }],
	['a rule', 422, { error: { code: 'safety_violation', message: 'description is missing' } }],
	['another field', 422, { detail: [{ loc: ['body', 'goal'], msg: 'Field required' }] }],
	['a text about the target', 400, { message: 'The target is on a do-not-call list' }],
])('%s is no wish for the other form', async (_, status, answer) => {
	built.recorder.answer((_request, response) => {
		response.statusCode = status;
		return answer;
	});
	const { error } = await run({ ...TASK, recipientIdentifier: PHONE });
	expect(error).toBeDefined();
	expect(bodies()).toHaveLength(1);
});

test('a lost connection of the other form is not sent again', async () => {
	built.recorder.answer(({ body }, response) => {
		if (Object.hasOwn(body as object, 'target')) return void response.destroy();
		response.statusCode = 422;
		return { detail: [{ loc: ['body', 'target'], msg: 'Field required' }] };
	});
	const { error } = await run({ ...TASK, recipientIdentifier: PHONE });
	expect(error?.description).toMatch(/not known/);
	expect(bodies()).toHaveLength(2);
});

describe('a chosen channel', () => {
	test.each([
		['call', PHONE, PHONE],
		['whatsapp', ' +1 555-0100', PHONE],
		['email', ` ${EMAIL}`, EMAIL],
		['telegram', '@dana_white', '@dana_white'],
		['telegram', PHONE, PHONE],
	])('%s is sent with %s', async (channel, recipientIdentifier, target) => {
		built.recorder.answer(() => ({ id: 'made', status: 'completed' }));
		const { error } = await run({ ...TASK, channel, recipientIdentifier });
		expect(error).toBeUndefined();
		expect(bodies()).toEqual([{ channel, target, description: TASK.goal }]);
	});

	test.each([
		['call', EMAIL, /'Recipient' must be a phone number/],
		['whatsapp', '@dana_white', /'Recipient' must be a phone number/],
		['email', PHONE, /'Recipient' must be/],
		['telegram', 'dana white', /'Recipient' must be .*Telegram/],
		['fax', PHONE, /'Channel' must be/],
	])('%s does not take %s', async (channel, recipientIdentifier, message) => {
		built.recorder.answer(() => ({}));
		const { error } = await run({ ...TASK, channel, recipientIdentifier });
		expect(error?.message).toMatch(message);
		expect(bodies()).toEqual([]);
	});

	test('leaves no room for what KallyAI does not take with it', async () => {
		built.recorder.answer(() => ({}));
		const { error } = await run({
			...TASK,
			channel: 'call',
			recipientIdentifier: PHONE,
			additionalFields: { recipientName: 'Dana' },
		});
		expect(error?.message).toMatch(/^'Recipient Name' cannot be used with a chosen 'Channel'/);
		expect(bodies()).toEqual([]);
	});

	test.each([
		['', EMAIL, 'email'],
		['', PHONE, 'call'],
		['email', EMAIL, 'email'],
		['whatsapp', PHONE, 'call'],
	])('%s to %s is estimated as %s', async (channel, recipientIdentifier, type) => {
		built.recorder.answer(({ path }) =>
			path.endsWith('/estimate') ? { estimated_credits: 1 } : { id: 'made', status: 'completed' },
		);
		const options = { maxCreditsPerCall: 2 };
		const { error } = await run({ ...TASK, channel, recipientIdentifier, options });
		expect(error).toBeUndefined();
		expect(bodies()[0]).toMatchObject({ type });
	});

	test('is held to the recipients that are allowed', async () => {
		built.recorder.answer(() => ({}));
		const options = { allowedRecipients: ['+4420*'] };
		const task = { ...TASK, channel: 'call', recipientIdentifier: PHONE, options };
		expect((await run(task)).error?.message).toMatch(/'Allowed Recipients' does not name/);
		expect(bodies()).toEqual([]);
	});
});
