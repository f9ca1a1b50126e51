import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';

import type { INodeParameters } from 'n8n-workflow';

import { recordedNode } from '../support/builtNode.mts';
import { triggerNode } from '../support/engine.mts';
import { anyCredentials, type Recorded } from '../support/recorder.mts';

const built = recordedNode();

const GET = { resource: 'call', operation: 'get', callId: 'a' };
const PAGE =
	'<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><b>Checking</b></body></html>';

const page =
	(status: number, text = PAGE) =>
	(_request: Recorded, response: ServerResponse) => {
		response.writeHead(status, { 'content-type': 'text/html' });
		response.end(text);
	};

const json =
	(status: number, body: unknown) =>
	(_request: Recorded, response: ServerResponse): unknown => {
		response.statusCode = status;
		return body;
	};

async function refusal(
	answer: Parameters<typeof built.recorder.answer>[0],
	parameters: INodeParameters = GET,
	settings: Parameters<typeof built.engine.execute>[1] = {},
) {
	built.recorder.answer(answer);
	const { error } = await built.engine.execute(parameters, settings);
	return { message: error?.message ?? '', advice: error?.description ?? '' };
}

describe('a web page in place of an answer', () => {
	test.each([401, 403, 405, 407])('%d is of something in front of KallyAI', async (status) => {
		const { message, advice } = await refusal(page(status), GET, {
			// n8n renews an OAuth2 sign-in after a 401 by itself.
			...(status === 401 ? { credential: 'kallyAiTokenApi' } : {}),
		});
		expect(message).toMatch(
			/^Something in front of KallyAI refused .*: Just a moment\.\.\. \[item 1\]$/,
		);
		expect(advice).toMatch(/proxy/);
		expect(advice).not.toMatch(/scope|number/i);
	});

	test('one without a title', async () => {
		const { message } = await refusal(page(403, '<html><body>Access denied</body></html>'));
		expect(message).toBe(
			'Something in front of KallyAI refused the request with a web page (HTTP status 403) [item 1]',
		);
	});

	test('its title is no markup', async () => {
		const title = '&lt;img src=x onerror=alert(1)&gt; access_token=sandbox-token';
		const { message } = await refusal(page(403, `<html><title>${title}</title></html>`));
		expect(message).not.toMatch(/<img|sandbox-token/);
	});
});

test('the version says who asks', async () => {
	built.recorder.answer(() => ({}));
	await built.engine.execute(GET);
	const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
	expect(built.recorder.requests[0].headers['user-agent']).toBe(`n8n-nodes-kallyai/${version}`);
});

test('a quota without an address names the page with the prices', async () => {
	const { advice } = await refusal(json(402, { error: { code: 'quota_exceeded' } }));
	expect(advice).toContain('https://kallyai.com/pricing');
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
	'the code %s is one like any other',
	async (code) => {
		const { message, advice } = await refusal(
			json(404, { error: { code, message: 'No such call' } }),
		);
		expect(message).toBe('KallyAI does not know this record: No such call [item 1]');
		expect(advice).toBe('Check the ID.');
	},
);

test.each([
	[
		'suppression_violation',
		'This number is on a do-not-call list',
		'The number is on a do-not-call list',
	],
	['call_not_found', 'No call with this ID', 'There is no call with this ID'],
	['toll_number', 'premium', 'KallyAI never calls premium-rate numbers: premium'],
])('%s with "%s"', async (code, detail, message) => {
	const refused = await refusal(json(422, { error: { code, message: detail } }));
	expect(refused.message).toBe(`${message} [item 1]`);
});

describe('a base URL with the version in it', () => {
	const credentials = anyCredentials('');
	afterEach(() => Object.assign(built.engine.credentials, anyCredentials(built.recorder.baseUrl)));

	test('a 404 says so', async () => {
		credentials.kallyAiOAuth2Api.baseUrl = `${built.recorder.baseUrl}/v1/`;
		Object.assign(built.engine.credentials, credentials);
		const { message, advice } = await refusal(json(404, { detail: 'Not Found' }));
		expect(message).toBe('KallyAI does not know this address: Not Found [item 1]');
		expect(advice).toMatch(/'Base URL'.*\/v1.*remove it/);
	});
});

test.each([400, 401, 403])(
	'a refused refresh (%d) says that the sign-in has ended',
	async (status) => {
		const { message, advice } = await refusal(
			(request, response) => {
				response.statusCode = request.path === '/v1/auth/refresh' ? status : 401;
				return request.path === '/v1/auth/refresh'
					? { error: 'invalid_grant' }
					: { error: { code: 'token_expired' } };
			},
			GET,
			{ credential: 'kallyAiTokenApi' },
		);
		expect(message).toMatch(/^The sign-in to KallyAI has ended/);
		expect(advice).toMatch(/new access token and a new refresh token/);
	},
);

describe('the trigger names no option that it does not have', () => {
	const poll = async (options: INodeParameters = {}) => {
		const node = triggerNode({ event: ['inboundCall'], options });
		return await built.engine.poll(node, {}).then(
			() => ({ message: '', description: '' }),
			(error: Error & { description?: string }) => error,
		);
	};

	test('too many requests', async () => {
		built.recorder.answer((_request, response) => {
			response.setHeader('retry-after', '3600');
			response.statusCode = 429;
			return {};
		});
		const { message, description } = await poll();
		expect(message).toMatch(/too many requests/);
		expect(description).not.toMatch(/Concurrency|options/);
	});

	test('no answer', async () => {
		built.recorder.answer((_request, response) => void response.destroy());
		const { message, description } = await poll();
		expect(message).toMatch(/without a response/);
		expect(description).not.toMatch(/Timeout|options/);
	});
});
