import { testSandbox } from '../support/sandbox.mts';
import { documentedOperations, urlOf, type DocumentedOperation } from './documentedOperations.mts';

const sandbox = testSandbox();

/** What the command line sends where that is not the example of the document (docs/api.md, section 8). */
const BODIES: Record<string, unknown> = {
	'call.make': {
		submission: {
			task_category: 'restaurant',
			task_description: 'Book',
			respondent_phone: '+442079460123',
			language: 'es',
			call_language: 'es',
		},
		timezone: 'Europe/Madrid',
	},
	'call.reschedule': { date: '2099-05-17' },
	'outreach.create': { channel: 'whatsapp', target: '+15550120', description: 'Say hello' },
	'subscription.changePlan': { target_plan: 'power' },
	'contactEmail.add': { email_address: 'new@example.org', display_name: 'New', is_primary: false },
	'contactEmail.update': { display_name: 'Other' },
	'channel.connect': {},
	'channel.test': undefined,
	'email.respond': {},
	'inboundCall.reject': {},
	'inboundRule.create': { name: 'A', action: 'answer', priority: 100, is_active: true },
	'inboundRule.update': {},
	'inboundContact.update': { is_vip: true },
};

/** Endpoints that the command line does not know (docs/api.md, section 6), and those of a browser. */
const NOT_ASKED =
	/^(auth|cli)\.|^inboundCall\.(getStreamInfo|updateActionItem)|^phoneNumber\.getForwarding|^contactEmail\.verify|^referral\.(validate|track)/;
const asked = documentedOperations.filter(({ id }) => !NOT_ASKED.test(id));

async function ask(operation: DocumentedOperation) {
	const { id, method, request } = operation;
	const data = id in BODIES ? BODIES[id] : request?.example;
	return await sandbox.http.request({
		method,
		url: urlOf(operation),
		data,
		headers: { 'User-Agent': 'KallyAI-CLI/2.0' },
	});
}

describe.each(['kind', 'vendor'])('in the world %s', (world) => {
	beforeEach(async () => await sandbox.control('world', { world }));

	test.each(asked.map((operation) => [operation.id, operation] as const))(
		'the command line is served %s',
		async (_id, operation) => {
			const { status, data } = await ask(operation);
			expect([status < 300, status < 300 ? undefined : data]).toEqual([true, undefined]);
		},
	);

	test('the command line finds the rows and fields that it reads', async () => {
		const get = async (path: string) => (await sandbox.http.get(path)).data;
		expect((await get('/v1/calls')).calls[0]).toMatchObject({
			call_id: expect.any(String),
			metadata: { created_at: expect.any(String) },
			submission: { respondent_phone: expect.any(String) },
		});
		const { calls, total } = await get('/v1/inbound/calls');
		expect(calls).toHaveLength(total);
		expect(Object.keys(calls[0])).toEqual(
			expect.arrayContaining(['id', 'caller_number', 'status', 'created_at']),
		);
		expect(Object.keys((await get('/v1/phone-numbers')).phone_numbers[0])).toEqual(
			expect.arrayContaining(['id', 'phone_number', 'iso_country']),
		);
		expect((await get('/v1/users/me/subscription')).has_active_subscription).toBe(true);
		expect((await get('/v1/stripe/billing-portal')).url).toMatch(/^https:/);
	});

	test('the MCP server finds its rows of calls, its error and its tokens', async () => {
		const { data } = await sandbox.http.get('/v1/calls?limit=2');
		expect(data.items).toHaveLength(2);
		expect(Object.keys(data.items[0])).toEqual(
			expect.arrayContaining([
				'call_id',
				'status',
				'to',
				'business_name',
				'result_summary',
				'created_at',
				'metadata',
			]),
		);
		const { error } = (await sandbox.http.get('/v1/calls/nobody')).data;
		expect(error.message ?? error.details.message).toContain('nobody');
		const renewed = await sandbox.http.post('/v1/auth/refresh', {
			refresh_token: 'sandbox-refresh',
		});
		expect(Object.keys(renewed.data)).toEqual(
			expect.arrayContaining(['access_token', 'refresh_token', 'expires_in']),
		);
	});

	test.each([[], ['tokens/revoke'], ['tokens/expire']])(
		'the command line signs in with tokens that hold, also after %s',
		async (...before) => {
			for (const order of before) await sandbox.control(order);
			const { status, headers } = await sandbox.http.get('/v1/auth/cli', {
				params: { redirect_uri: 'http://127.0.0.1:8740', state: 's1' },
			});
			const { searchParams } = new URL(headers['location']);
			expect([status, searchParams.get('state')]).toEqual([302, 's1']);
			const Authorization = `Bearer ${searchParams.get('access_token')}`;
			const read = await sandbox.http.get('/v1/calls', { headers: { Authorization } });
			expect(read.status).toBe(200);
			const refresh_token = searchParams.get('refresh_token');
			expect((await sandbox.http.post('/v1/auth/refresh', { refresh_token })).status).toBe(200);
		},
	);
});
