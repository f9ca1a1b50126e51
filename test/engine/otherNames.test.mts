import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { recordedNode } from '../support/builtNode.mts';

const built = recordedNode();

/** Fields that the sources name differently (docs/api.md, rows 30, 31 and 41). */
const NAMES: Array<[INodeParameters, name: string, other: string]> = [
	[{ resource: 'assistant', operation: 'ask', message: 'Hello' }, 'response', 'message'],
	[{ resource: 'conversation', operation: 'create' }, 'conversation_id', 'id'],
	[{ resource: 'subscription', operation: 'getBillingPortal' }, 'url', 'portal_url'],
];

describe.each(NAMES)('%j', (parameters, name, other) => {
	const resultOf = async (answer: IDataObject) => {
		built.recorder.answer(() => answer);
		const { items, error } = await built.engine.execute(parameters);
		expect(error).toBeUndefined();
		return items[0]?.json;
	};

	test.each([
		['one name only', {}],
		['null under the other', { [name]: null }],
	])('a response with %s has the value under both', async (_what, first) => {
		const result = await resultOf({ ...first, [other]: 'https://pay.example', status: 'done' });
		expect(result).toMatchObject({ [name]: 'https://pay.example', [other]: 'https://pay.example' });
	});

	test('what the documented name has stays', async () => {
		const result = await resultOf({ [other]: 'b', [name]: 'a', status: 'done' });
		expect(result).toMatchObject({ [name]: 'a', [other]: 'b' });
	});
});
