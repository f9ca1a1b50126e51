import { createRequire } from 'node:module';

import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { recordedNode } from '../support/builtNode.mts';

// The ES modules of n8n-workflow do not load in Node itself.
const require = createRequire(import.meta.url);
const { NodeHelpers } = require('n8n-workflow') as typeof import('n8n-workflow');

const built = recordedNode();

const RULE = { resource: 'inboundRule', operation: 'create', name: 'VIP callers' };
const PHONE = '+15550150';

/** The body that parameters make, with what the node says instead where nothing was sent. */
async function bodyOf(parameters: IDataObject, item: IDataObject = {}): Promise<unknown> {
	built.recorder.requests.length = 0;
	built.recorder.answer(() => ({ id: 'r1' }));
	const { error } = await built.engine.execute(parameters as INodeParameters, { items: [item] });
	return error?.message ?? built.recorder.requests[0].body;
}

test.each<[string, IDataObject, IDataObject]>([
	[
		'fields for the transfer and the VIP callers',
		{ action: 'transfer', transferTo: '+1 555 0150', vipOnly: true },
		{ action: 'transfer', action_config: { target: PHONE }, conditions: { caller_vip: true } },
	],
	['neither of them', { action: 'transfer' }, { action: 'transfer' }],
	['a rule for everybody', { action: 'transfer', vipOnly: false }, { action: 'transfer' }],
	[
		'JSON, as before there were fields',
		{
			action: 'transfer',
			additionalFields: {
				actionConfig: `{"target": "${PHONE}"}`,
				conditions: { caller_vip: true },
			},
		},
		{ action: 'transfer', action_config: { target: PHONE }, conditions: { caller_vip: true } },
	],
	[
		'JSON beside the fields',
		{
			action: 'transfer',
			transferTo: PHONE,
			vipOnly: true,
			additionalFields: { actionConfig: '{"timeout": 20}', conditions: '{"after_hours": true}' },
		},
		{
			action: 'transfer',
			action_config: { timeout: 20, target: PHONE },
			conditions: { after_hours: true, caller_vip: true },
		},
	],
	['another action', { action: 'answer' }, { action: 'answer' }],
	['another action by expression', { action: '={{ "answer" }}' }, { action: 'answer' }],
])('a rule with %s', async (_what, parameters, body) => {
	expect(await bodyOf({ ...RULE, ...parameters })).toEqual({ name: RULE.name, ...body });
});

test('an update has the same fields', async () => {
	const updateFields = { transferTo: PHONE, vipOnly: true };
	const parameters = { resource: 'inboundRule', operation: 'update', ruleId: 'r1', updateFields };
	expect(await bodyOf(parameters)).toEqual({
		action_config: { target: PHONE },
		conditions: { caller_vip: true },
	});
	expect(await bodyOf({ ...parameters, updateFields: { vipOnly: false } })).toMatch(
		/Nothing would change/,
	);
});

test('an object of the input stays as it came', async () => {
	const item = { config: { timeout: 20 } };
	await bodyOf(
		{
			...RULE,
			action: 'transfer',
			transferTo: PHONE,
			additionalFields: { actionConfig: '={{ $json.config }}' },
		},
		item,
	);
	expect(built.recorder.requests[0].body).toMatchObject({
		action_config: { timeout: 20, target: PHONE },
	});
	expect(item).toEqual({ config: { timeout: 20 } });
});

test('a number that is none is refused, naming its field', async () => {
	expect(await bodyOf({ ...RULE, action: 'transfer', transferTo: 'reception' })).toMatch(
		/'Transfer To' must be a phone number/,
	);
});

test.each([
	[{ ...RULE, action: 'answer' }, 'action'],
	[
		{
			resource: 'outreach',
			operation: 'create',
			goal: 'Confirm the visit',
			recipientIdentifier: PHONE,
			additionalFields: { urgency: 'asap' },
		},
		'urgency',
	],
])(
	'what workflows have beside the list is no mistake to the editor: %j',
	async (parameters, name) => {
		const { properties } = built.engine.node.description;
		const all = properties.flatMap((property) => [property, ...(property.options ?? [])]);
		const lists = all.filter(
			(property) => property.name === name && 'allowArbitraryValues' in property,
		);
		expect(lists.length).toBeGreaterThan(0);
		expect(await bodyOf(parameters)).toMatchObject({
			[name]: expect.stringMatching(/answer|asap/),
		});
	},
);

test('an ID of KallyAI that nobody has at hand is shown only where a workflow has it', async () => {
	const { properties } = built.engine.node.description;
	const create = { resource: 'outreach', operation: 'create', goal: 'Confirm the visit' };
	const shownIn = (additionalFields: INodeParameters) => {
		const parameters = { ...create, recipientIdentifier: PHONE, additionalFields };
		const { additionalFields: shown } = NodeHelpers.getNodeParameters(
			properties,
			parameters,
			true,
			false,
			null,
			built.engine.node.description,
		) as { additionalFields: INodeParameters };
		return Object.keys(shown);
	};
	const coordinationMessageId = '7c1f0e9a-0003';
	expect(shownIn({ urgency: 'high' })).toEqual(['urgency']);
	expect(shownIn({ coordinationMessageId })).toEqual(['coordinationMessageId']);
	expect(
		await bodyOf({
			...create,
			recipientIdentifier: PHONE,
			additionalFields: { coordinationMessageId },
		}),
	).toMatchObject({ coordination_message_id: coordinationMessageId });
});
