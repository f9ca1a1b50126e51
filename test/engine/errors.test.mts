import type { ServerResponse } from 'node:http';

import codes from '../fixtures/errorCodes.json';
import { startEngine } from '../support/engine.mts';
import { anyCredentials } from '../support/recorder.mts';
import { SHORT_OF_TIME } from '../support/callsToMake.mts';
import { recordedNode } from '../support/builtNode.mts';

const built = recordedNode();

/** Answers a status that is not tried again, so that no test waits. */
async function refused(status: number, body: unknown, headers: Record<string, string> = {}) {
	built.recorder.answer(({ path }, response: ServerResponse) => {
		if (path === '/v1/auth/gpt/token') return { access_token: 'renewed', refresh_token: 'renewed' };
		response.writeHead(status, {
			'content-type': 'application/json',
			'retry-after': '7200',
			...headers,
		});
		return response.end(typeof body === 'string' ? body : JSON.stringify(body));
	});
	const { error } = await built.engine.execute({
		resource: 'budget',
		operation: 'approve',
		goalId: 'g-1',
	});
	if (!error) throw new Error('The node took the answer for a success');
	return error;
}

const FORBIDDEN_WORDS = /\b(?:error|problem|failure|mistake)\b/i;

describe('each code has its own message and advice', () => {
	const messages = new Map<string, string>();

	test.each(Object.entries(codes))('%s (%i)', async (code, status) => {
		const error = await refused(status, {
			error: { code, details: {}, correlation_id: 'c-123' },
		});
		const [message] = error.message.split(' [item 1]');
		expect(error.message).toBe(`${message} [item 1]`);
		expect(message.length).toBeGreaterThan(15);
		expect(message).not.toContain('_');
		expect(`${message} ${error.description}`).not.toMatch(FORBIDDEN_WORDS);
		expect(error.description).toContain('Correlation ID: c-123');
		expect(error.httpCode).toBe(String(status));
		expect(error.context?.data).toMatchObject({ code, correlationId: 'c-123' });
		expect([...messages.values()]).not.toContain(message);
		messages.set(code, message);
	});
});

describe('each published shape of an error is read', () => {
	const OWN = 'KallyAI never calls premium-rate numbers';

	test.each<[string, number, unknown, string]>([
		[
			'code with a message',
			422,
			{
				error: { code: 'toll_number', message: 'Not this number', details: { reason: 'premium' } },
			},
			`${OWN}: Not this number`,
		],
		[
			'code with the message in its details',
			422,
			{
				error: { code: 'toll_number', details: { message: 'Not this number', reason: 'premium' } },
			},
			`${OWN}: Not this number`,
		],
		[
			'code with a reason only',
			422,
			{ error: { code: 'toll_number', details: { reason: 'premium' } } },
			`${OWN}: premium`,
		],
		[
			'a bare quota',
			402,
			{
				plan_type: 'trial',
				minutes_allocated: 25,
				minutes_used: 25,
				upgrade_url: 'https://example.com/up',
			},
			'The KallyAI account has no credits left: 25 of 25 minutes of the plan are used',
		],
		[
			'a flat code',
			402,
			{ error: 'quota_exceeded', message: 'Out of minutes' },
			'The KallyAI account has no credits left: Out of minutes',
		],
		[
			'a detail',
			400,
			{ detail: 'No such thing' },
			'KallyAI could not process the request: No such thing',
		],
		[
			'a list of details',
			422,
			{ detail: [{ loc: ['body', 'message'], msg: 'field required' }] },
			'KallyAI refused a value: message: field required',
		],
		['a page', 500, '<html><body>Oops</body></html>', 'KallyAI had an internal error'],
		['nothing', 418, '', 'KallyAI responded with HTTP status 418'],
		[
			'an unknown code',
			409,
			{ error: { code: 'brand_new', message: 'New' } },
			'This conflicts with the current status of the record: New',
		],
	])('%s', async (_shape, status, body, message) => {
		expect((await refused(status, body)).message).toBe(`${message} [item 1]`);
	});

	test('the link to upgrade is shown', async () => {
		const error = await refused(402, {
			minutes_allocated: 1,
			upgrade_url: 'https://example.com/up',
		});
		expect(error.description).toContain('https://example.com/up');
	});
});

describe('what the API says is made safe', () => {
	const say = async (message: string) =>
		await refused(400, { error: { code: 'x', message, correlation_id: message } });

	test('no markup reaches the editor', async () => {
		const error = await say('<img src=x onerror=alert(1)>');
		expect(`${error.message}${error.description}`).not.toMatch(/[<>]/);
	});

	test('no token is shown, wherever it was echoed', async () => {
		const error = await say(
			'Header was Bearer sandbox-token; access_token=sandbox-token, "refresh_token": "sandbox-refresh"',
		);
		expect(JSON.stringify([error, error.message, error.description, error.stack])).not.toMatch(
			/sandbox-(?:token|refresh|secret)/,
		);
	});

	test('the names of system errors do not replace the message', async () => {
		const error = await say('approvePERMissions EPERM ECONNREFUSED');
		expect(error.message).toContain('approvePERMissions EPERM ECONNREFUSED');
	});

	test('a long text is cut', async () => {
		expect((await say('x'.repeat(100_000))).message.length).toBeLessThan(800);
	});
});

test('an address where nobody listens is named as unreachable', async () => {
	const away = await startEngine(anyCredentials('http://127.0.0.1:9'));
	const { error } = await away.execute({ resource: 'budget', operation: 'approve', goalId: 'g-1' });
	expect(error?.message).toBe('KallyAI could not be reached [item 1]');
});

test.each(['', 'ftp://example.org', 'not a url', 'http://user:pw@127.0.0.1'])(
	'the base URL %j is refused',
	async (baseUrl) => {
		const wrong = await startEngine(anyCredentials(baseUrl));
		const { error } = await wrong.execute({ resource: 'credit', operation: 'getBalance' });
		expect(error?.message).toMatch(/^'Base URL' of the credential must be/);
	},
);

test('a redirect is the result where the response is documented to be one, and an error elsewhere', async () => {
	const location = 'https://app.kallyai.com/verified?ok=1';
	built.recorder.answer((_request, response) => void response.writeHead(302, { location }).end());
	const verify = { resource: 'contactEmail', operation: 'verify', token: 'token-1' };
	const { items, error } = await built.engine.execute(verify);
	expect(error).toBeUndefined();
	expect(items.map(({ json }) => json)).toEqual([{ redirected: true, location }]);
	const balance = { resource: 'credit', operation: 'getBalance' };
	expect((await built.engine.execute(balance)).error?.message).toBe(
		'KallyAI responded with a redirect to https://app.kallyai.com/verified, which is not followed [item 1]',
	);
});

test('a response with a text for an error and nothing else is an error', async () => {
	built.recorder.answer(() => ({ error: 'maintenance', message: 'back at 9' }));
	const balance = { resource: 'credit', operation: 'getBalance' };
	expect((await built.engine.execute(balance)).error?.message).toBe(
		'KallyAI responded with HTTP status 200: back at 9 [item 1]',
	);
	built.recorder.answer(() => ({ error: 'maintenance', credits_remaining: 5 }));
	const { items } = await built.engine.execute(balance);
	expect(items[0]?.json).toMatchObject({ credits_remaining: 5 });
});

test('a connection that hangs is given up after the timeout', async () => {
	built.recorder.answer(async () => await new Promise(() => {}));
	const { error } = await built.engine.execute(SHORT_OF_TIME);
	expect(error?.message).toMatch(/ended without a response/);
});
