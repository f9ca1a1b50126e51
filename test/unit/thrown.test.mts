import { type INode, NodeApiError, NodeOperationError } from 'n8n-workflow';

import { ApiRequestError } from '../../nodes/shared/errors/errors';
import { toNodeError } from '../../nodes/shared/errors/nodeError';
import { readThrown } from '../../nodes/shared/errors/thrown';

/** What an error of n8n's request helper says, as far as it is one of a request. */
function failureOf(thrown: object) {
	const read = readThrown(thrown);
	return read instanceof ApiRequestError ? read.failure : undefined;
}

describe('errors of hosts that keep no cause (n8n up to 2.8)', () => {
	test.each(['ECONNRESET', 'ECONNABORTED', 'EAI_AGAIN', 'ERR_BAD_RESPONSE', '200', '201'])(
		'%s is a lost connection',
		(httpCode) => {
			expect(failureOf({ httpCode })).toMatchObject({ code: httpCode, connectionLost: true });
			expect(failureOf({ httpCode })?.status).toBeUndefined();
		},
	);

	test('a cancelled request is known as such', () => {
		expect(failureOf({ httpCode: 'ERR_CANCELED' })).toMatchObject({ cancelled: true });
	});

	test('a status is an answer', () => {
		const context = { data: { error: { code: 'toll_number' } } };
		expect(failureOf({ httpCode: '422', context })).toMatchObject({
			code: 'toll_number',
			status: 422,
			connectionLost: false,
		});
	});

	test('a refused grant asks to connect again', () => {
		expect(failureOf({ httpCode: 'EAUTH' })).toMatchObject({ code: 'token_expired' });
	});

	test.each([{ httpCode: null }, {}])('%j is left to the host', (thrown) => {
		expect(failureOf(thrown)).toBeUndefined();
	});
});

const NODE = { name: 'KallyAI', type: 'kallyAi', typeVersion: 1 } as INode;

test.each([
	new NodeOperationError(NODE, 'No number to call'),
	new NodeApiError(NODE, { message: 'Forbidden' }),
])('an error that n8n shows as it is stays the same, with its item: %s', (thrown) => {
	const progress = { itemIndex: 2, items: 3, done: 2, made: [] };
	expect(toNodeError(NODE, thrown, progress)).toBe(thrown);
	expect(thrown.context.itemIndex).toBe(2);
	expect(toNodeError(NODE, thrown, { ...progress, itemIndex: 1 }).context.itemIndex).toBe(2);
});
