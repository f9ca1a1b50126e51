import { createRequire } from 'node:module';

import type {
	IDataObject,
	INode,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

import { CODE_TEXTS } from '../../nodes/shared/errors/texts';
import { resources } from '../../nodes/KallyAi/resources';
import { sandboxedNode } from '../support/builtNode.mts';
import { problemsOf } from '../support/nodeProblems.mts';
import { blocksOf, emphasised, read, recipes, tablesOf } from './markdown.mts';

const require = createRequire(import.meta.url);
const { NodeHelpers } = require('n8n-workflow') as typeof import('n8n-workflow');

const OURS = /^n8n-nodes-kallyai\.(kallyAi|kallyAiTrigger)(Tool)?$/;
/** What n8n adds to the description of a node: as a tool, and as a trigger that polls. */
const OF_N8N = ['descriptionType', 'toolDescription', 'pollTimes'];
/** A lead as recipes expect it from the node in front of them. */
const LEAD = { id: 'lead-1', name: 'La Brasa', phone: '+15550101', date: '2031-05-16' };
/** What has to happen before a trigger of the recipes has something to tell. */
const HAPPENS: Record<string, IDataObject> = {
	emailAwaitingApproval: { to: 'clara@example.org' },
	outreachFinished: { status: 'failed' },
	callFinished: { status: 'busy' },
	creditsLow: { credits_remaining: 20 },
	notification: {},
	voicemail: {},
};

const built = sandboxedNode();

const descriptionOf = (type: string): INodeTypeDescription => {
	const [, name = ''] = OURS.exec(type) ?? [];
	return (built.engine.loader.getNode(name).type as INodeType).description;
};

interface Part {
	nodes: INode[];
	connections: Record<string, { main: Array<Array<{ node: string }>> }>;
}

const parts = recipes.flatMap((file) =>
	blocksOf(file)
		.filter(({ language }) => language === 'json')
		.map(({ code }) => JSON.parse(code) as Part)
		.map((part) => [file, part.nodes.map(({ name }) => name).join(', '), part] as const),
);

describe.each(parts)('%s: %s', (_file, _names, { nodes, connections }) => {
	test('has parameters that the editor knows', () => {
		for (const node of nodes.filter(({ type }) => OURS.test(type))) {
			const own = Object.entries(node.parameters).filter(([name]) => !OF_N8N.includes(name));
			const parameters = Object.fromEntries(own);
			expect(problemsOf({ ...node, parameters }, descriptionOf(node.type))).toEqual([]);
		}
	});

	test('is connected in the order of its nodes', () => {
		const links = nodes.slice(1).map(({ name }, index) => [nodes[index]?.name, name]);
		const found = Object.entries(connections).map(([from, { main }]) => [from, main[0]?.[0]?.node]);
		expect(found).toEqual(links);
	});

	if (nodes.some(({ type }) => type.endsWith('Tool'))) return;

	test('runs to its end in the sandbox', async () => {
		let items: IDataObject[] = [LEAD];
		for (const node of nodes) {
			if (node.type.endsWith('.kallyAiTrigger')) {
				for (const event of node.parameters.event as string[]) {
					await built.sandbox.control('events', { type: event, data: HAPPENS[event] });
				}
				const credentials = { kallyAiOAuth2Api: { id: 'kallyAiOAuth2Api', name: 'Sandbox' } };
				const [found = []] = (await built.engine.poll(
					{ ...node, id: node.name, credentials },
					{},
					'manual',
				)) as INodeExecutionData[][];
				items = found.map(({ json }) => json);
			} else if (OURS.test(node.type)) {
				const run = await built.engine.execute(node.parameters, { items });
				expect(run.error).toBeUndefined();
				items = run.items.map(({ json }) => json);
			}
			expect({ [node.name]: items.length }).not.toEqual({ [node.name]: 0 });
		}
	});
});

describe('the README', () => {
	const rows = tablesOf('README.md', 'Field', 'Value');

	/** The table's values under the names of the parameters that they belong to. */
	function firstCall(): IDataObject {
		const values: IDataObject = {};
		for (const [field, value] of rows) {
			const { properties } = built.engine.node.description;
			const property = properties.find(
				(one) =>
					one.displayName === field &&
					NodeHelpers.displayParameter(
						values as INode['parameters'],
						one,
						null,
						built.engine.node.description,
					),
			);
			const options = property?.options as Array<{ name: string; value: string }> | undefined;
			const chosen = options ? options.find(({ name }) => name === value)?.value : value;
			expect({ field, value, name: property?.name, chosen }).toEqual({
				field,
				value,
				name: expect.any(String),
				chosen: expect.any(String),
			});
			values[property?.name as string] = chosen;
		}
		return values;
	}

	test('names the action as the editor does', () => {
		expect(emphasised('README.md', 'strong')).toContain(resources.call?.operations.make?.action);
	});

	test('makes a first call that succeeds', async () => {
		const { items, error } = await built.engine.execute(firstCall() as INode['parameters']);
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({
			status: 'success',
			highlights: expect.any(String),
			credits_used: expect.any(Number),
		});
	});

	test('makes a second one that is refused', async () => {
		const number = '+15550199';
		expect(read('README.md')).toContain(
			`\`${number}\`, which is on the sandbox's do-not-call list`,
		);
		const call = { ...firstCall(), respondentPhone: number };
		const { error } = await built.engine.execute(call as INode['parameters']);
		expect(error?.message).toContain(CODE_TEXTS.suppression_violation?.message);
	});

	test('tells the scopes that the credential starts with', () => {
		const { properties } = built.engine.loader.getCredential('kallyAiOAuth2Api').type;
		const scope = properties.find(({ name }) => name === 'scope')?.default;
		const blocks = blocksOf('README.md').map(({ code }) => code.trim());
		expect(blocks).toContain(scope);
	});

	test('tells all options', () => {
		const { properties } = built.engine.node.description;
		const options = properties.filter(({ name }) => name === 'options');
		const names = options.flatMap(({ options: members }) =>
			(members as INodeProperties[]).map(({ displayName }) => displayName),
		);
		const told = tablesOf('docs/operations.md', 'Option').map(([name]) => name);
		expect(told.sort()).toEqual([...new Set(names)].sort());
	});

	test('tells how to sign in after npm start', () => {
		const block = blocksOf('README.md').find(({ code }) => code.startsWith('Editor'));
		const owner = read('tools/n8n/owner.mts');
		const valueOf = (label: string) =>
			new RegExp(`^${label} +(\\S+)$`, 'm').exec(block?.code ?? '')?.[1];
		expect(owner).toContain(`'${valueOf('Sign in')}'`);
		// Each folder has a password of its own.
		expect(valueOf('Password')).toBe('…');
	});
});
