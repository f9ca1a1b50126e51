import { recordedNode } from '../support/builtNode.mts';

const built = recordedNode();

const UNITED_KINGDOM = { name: 'United Kingdom', value: 'GB' };
const UNITED_STATES = { name: 'United States', value: 'US' };

// The form of this answer is not published.
test.each([
	[
		'objects with a code',
		{ countries: [{ iso_country: 'US', credits: 10 }, { iso_country: 'GB' }] },
	],
	['objects with another code', { data: [{ name: 'USA', code: 'US' }, { code: 'GB' }] }],
	['codes', ['US', 'GB']],
])('countries come as %s and are shown by name', async (_form, answer) => {
	built.recorder.answer(() => answer);
	expect(await built.engine.choices('getCountries')).toEqual([UNITED_KINGDOM, UNITED_STATES]);
	expect(built.recorder.requests.map(({ path }) => path)).toEqual([
		'/v1/phone-numbers/supported-countries',
	]);
});

test('a country that cannot be read is left out', async () => {
	built.recorder.answer(() => ({ countries: [{ id: 7 }, { code: 'US' }] }));
	expect(await built.engine.choices('getCountries')).toEqual([UNITED_STATES]);
});

test('a refusal of the countries says what to do', async () => {
	built.recorder.answer((_request, response) => {
		response.statusCode = 403;
		return { error: { code: 'forbidden', message: 'No' } };
	});
	await expect(built.engine.choices('getCountries')).rejects.toMatchObject({
		description: expect.stringMatching(/scope|permission/i),
	});
});

test('time zones begin with the one of the workflow and stand by their names', async () => {
	const [first, second, ...others] = await built.engine.choices('getTimezones');
	expect(first).toEqual({ name: 'Same as the Workflow', value: '' });
	expect(second).toEqual({ name: 'UTC', value: 'UTC' });
	expect(others).toContainEqual({ name: 'America/New York', value: 'America/New_York' });
});

test('calls to choose from are named by whom they called, when and how they ended, and at least by their ID', async () => {
	built.recorder.answer(() => ({
		calls: [
			{
				call_id: 'c-1',
				status: 'success',
				submission: { business_name: 'Café Luna', respondent_phone: '+15550100' },
				metadata: { created_at: '2026-03-01T08:05:00Z' },
			},
			{ call_id: 'c-2', status: 'busy', submission: { respondent_phone: '+15550101' } },
			{ call_id: 'c-3' },
		],
	}));
	expect((await built.engine.search('call')).results).toEqual([
		{ name: 'Café Luna, 2026-03-01 08:05, success', value: 'c-1' },
		{ name: '+15550101, busy', value: 'c-2' },
		{ name: 'c-3', value: 'c-3' },
	]);
});

describe('From List', () => {
	/** A row that has every member by which one of the lists names its rows. */
	const ROW = {
		id: 'x-1',
		action: 'block',
		business_name: 'Bakery',
		caller_name: 'Ines',
		caller_number: '+15550100',
		channel: 'email',
		created_at: '2026-03-01T08:05:00Z',
		description: 'Description',
		email: 'box@example.org',
		email_address: 'ines@example.org',
		from: 'dana@example.org',
		goal: 'Goal',
		iso_country: 'US',
		label: 'Work',
		name: 'Name',
		phone_number: '+15550101',
		preview: 'Preview',
		provider: 'gmail',
		received_at: '2026-03-02T08:05:00Z',
		recipient_identifier: '+15550102',
		recipient_name: 'Kim',
		status: 'open',
		subject: 'Subject',
		title: 'Title',
		to: 'kim@example.org',
		type: 'sms',
	};
	const NAMES: Record<string, string> = {
		action: 'Description, sms, 2026-03-01 08:05',
		call: 'Bakery, 2026-03-01 08:05, open',
		contactEmail: 'ines@example.org, Work',
		conversation: 'Title',
		email: 'Subject, dana@example.org, 2026-03-02 08:05',
		emailAccount: 'box@example.org, gmail, open',
		emailOutbox: 'Subject, kim@example.org, open',
		goal: 'Title (open)',
		inboundCall: '+15550100, 2026-03-01 08:05, open',
		inboundContact: 'Name, +15550101',
		inboundRule: 'Name, block',
		message: 'dana@example.org, Subject, 2026-03-02 08:05',
		outreach: 'Kim, Goal, open',
		phoneNumber: '+15550101, US',
		voicemail: 'Ines, 2026-03-01 08:05',
	};

	test('names the rows of every list, and a row of which it knows nothing by its ID', async () => {
		const names: Record<string, string> = {};
		for (const list of Object.keys(built.engine.node.methods?.listSearch ?? {})) {
			built.recorder.answer(() => [ROW, { id: 'x-2' }]);
			const { results } = await built.engine.search(list);
			names[list] = results[0]?.name as string;
			expect(results).toEqual([
				{ name: expect.any(String), value: 'x-1' },
				{ name: 'x-2', value: 'x-2' },
			]);
		}
		expect(names).toEqual(NAMES);
	});
});
