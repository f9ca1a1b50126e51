import { testSandbox } from '../support/sandbox.mts';
import {
	documentedOperations,
	objections,
	pathOf,
	urlOf,
	type DocumentedOperation,
} from './documentedOperations.mts';

const sandbox = testSandbox();

const api = documentedOperations.filter(({ id }) => !id.startsWith('auth.'));
const named = (operations: DocumentedOperation[]) =>
	operations.map((operation) => [operation.id, operation] as const);
const closed = api.filter(({ request }) => request);
const withId = api.filter(({ path }) => path.includes('_id}'));

function ask(
	operation: DocumentedOperation,
	changes: { path?: string; data?: unknown; headers?: object } = {},
) {
	return sandbox.http.request({
		method: operation.method,
		url: changes.path ?? urlOf(operation),
		data: changes.data ?? operation.request?.example,
		headers: { ...changes.headers },
	});
}

test.each(named(api))('%s answers its example as the document says', async (_id, operation) => {
	const { status, data, headers } = await ask(operation);
	const described = Object.keys(operation.responses).filter((code) => code !== 'default');
	expect(described).toContain(String(status));
	if (String(headers['content-type']).startsWith('application/json')) {
		expect(objections(operation, status, data)).toEqual([]);
	} else if (status === 200) {
		expect(headers['content-type']).toMatch(/^text\/calendar/);
	} else {
		expect([204, 302]).toContain(status);
	}
	expect((await sandbox.control('state')).invalidAnswers).toEqual([]);
});

test.each(named(api))('the examples of %s fit its schemas', (_id, operation) => {
	for (const [status, { content }] of Object.entries(operation.responses)) {
		const media = content?.['application/json'];
		if (media) expect(objections(operation, Number(status) || 500, media.example)).toEqual([]);
	}
});

test.each(named(api.filter(({ isPublic }) => !isPublic)))(
	'%s wants a valid token',
	async (_id, operation) => {
		const without = await ask(operation, { headers: { Authorization: null } });
		expect([without.status, without.data.error.code]).toEqual([401, 'missing_token']);
		expect(objections(operation, 401, without.data)).toEqual([]);
		const wrong = await ask(operation, { headers: { Authorization: 'Bearer nonsense' } });
		expect([wrong.status, wrong.data.error.code]).toEqual([401, 'token_expired']);
	},
);

test.each(named(api.filter(({ isPublic }) => isPublic)))('%s is public', async (_id, operation) => {
	expect((await ask(operation, { headers: { Authorization: null } })).status).toBeLessThan(400);
});

test.each(named(closed))('%s refuses a misspelt field by name', async (_id, operation) => {
	const { status, data } = await ask(operation, {
		data: { ...operation.request?.example, mispelt: 1 },
	});
	expect([status, data.error.code]).toEqual([422, 'validation_failed']);
	expect(data.error.message).toContain('mispelt');
});

test.each(named(closed.filter(({ request }) => request?.required)))(
	'%s wants its body',
	async (_id, operation) => {
		const { status, data } = await sandbox.http.request({
			method: operation.method,
			url: pathOf(operation),
		});
		expect([status, data.error.code]).toEqual([422, 'validation_failed']);
	},
);

test.each(named(api.filter(({ method, request }) => method === 'POST' && !request)))(
	'%s refuses a body',
	async (_id, operation) => {
		const { status, data } = await ask(operation, { data: { surprise: true } });
		expect([status, data.error.code]).toEqual([422, 'validation_failed']);
	},
);

test.each(named(api))(
	'%s refuses a query parameter that the document does not know',
	async (_id, operation) => {
		const url = urlOf(operation);
		const path = `${url}${url.includes('?') ? '&' : '?'}mispelt=1`;
		const { status, data } = await ask(operation, { path });
		expect([status, data.error.code]).toEqual([422, 'validation_failed']);
		expect(data.error.message).toContain('mispelt');
	},
);

test.each(named(withId))(
	'%s answers 404 for an unknown id, however odd',
	async (_id, operation) => {
		for (const id of ['nobody', 'a/b?c=1', '%2e%2e']) {
			const names = operation.path.match(/\w+_id(?=\})/g) ?? [];
			const ids = Object.fromEntries(names.map((name) => [name, id]));
			const { status, data } = await ask(operation, { path: pathOf(operation, ids) });
			expect([id, status]).toEqual([id, 404]);
			expect(data.error.code).toMatch(/^(goal_not_found|call_not_found|not_found)$/);
			expect(data.error.message).toContain(id);
		}
	},
);

test('an unknown path is no endpoint', async () => {
	const { status, data } = await sandbox.http.get('/v1/nothing');
	expect([status, data.error.code]).toEqual([404, 'not_found']);
});

test('a body that is no JSON is refused', async () => {
	const { status, data } = await sandbox.http.post('/v1/calls', Buffer.from('{"a":'), {
		headers: { 'Content-Type': 'application/json' },
	});
	expect([status, data.error.code]).toEqual([400, 'bad_request']);
});
