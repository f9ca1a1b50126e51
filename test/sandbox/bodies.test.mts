import { testSandbox } from '../support/sandbox.mts';

const sandbox = testSandbox();

test('a body that is nested deep is refused, and the record of requests can still be read', async () => {
	const body = `{"message": ${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`;
	const { status, data } = await sandbox.http.post('/v1/coordination/message', body, {
		headers: { 'Content-Type': 'application/json' },
	});
	expect([status, data.error.details.reason]).toEqual([400, 'too_deep']);
	expect(await sandbox.control('requests')).toHaveLength(1);
});

test.each<unknown>([{ toString: 1 }, [], 1, null, { a: { b: 1 } }])(
	'the token endpoint takes texts only, not %j',
	async (value) => {
		const { status, data } = await sandbox.http.post('/v1/auth/gpt/token', {
			grant_type: 'refresh_token',
			client_id: 'x',
			client_secret: value,
			refresh_token: value,
		});
		expect(status).toBe(400);
		expect(data.error).toMatch(/^invalid_/);
	},
);

test('so does the consent page', async () => {
	const query = 'client_id=a&client_id=b&redirect_uri[x]=1&approve=1&approve=2';
	const { status } = await sandbox.http.get(`/v1/auth/authorize?${query}`);
	expect(status).toBe(400);
});
