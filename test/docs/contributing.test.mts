import { existsSync, globSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

import { parse } from 'yaml';

import { describe as describeNode } from '../../nodes/KallyAi/engine/description';
import { type Operation, post } from '../../nodes/KallyAi/engine/operation';
import { resources } from '../../nodes/KallyAi/resources';
import { goalId } from '../../nodes/KallyAi/resources/goal';
import { events } from '../../nodes/KallyAiTrigger/events';
import { contractOperations } from '../support/contract.mts';
import { blocksOf, read } from './markdown.mts';

const DOCUMENT = 'CONTRIBUTING.md';
const blocks = blocksOf(DOCUMENT);
const codeOf = (language: string) =>
	blocks.filter((block) => block.language === language).map(({ code }) => code);
const [operationEntry = '', eventEntry = ''] = codeOf('ts');

const entry = <T,>(code: string): Record<string, T> =>
	runInNewContext(`({${code}})`, { post, goalId }) as Record<string, T>;

test('the operation to add is one that the editor shows', () => {
	const added = entry<Operation>(operationEntry);
	const [name = ''] = Object.keys(added);
	expect(resources.goal?.operations).not.toHaveProperty(name);
	const { goal } = resources;
	const properties = describeNode({
		goal: { ...goal, name: 'Goal', description: '', operations: added },
	});
	expect(properties.find((one) => one.name === 'goalId')?.displayOptions?.show).toEqual({
		resource: ['goal'],
		operation: [name],
	});
});

test('the path to add is one of that operation, and leads to what the contract has', () => {
	const [path = ''] = codeOf('yaml');
	const [[, added] = []] = Object.entries(parse(path) as Record<string, { post: object }>);
	expect(added?.post).toMatchObject({
		operationId: `goal.${Object.keys(entry(operationEntry))[0]}`,
	});
	const contract = parse(read('openapi/kallyai.yaml')) as Record<string, unknown>;
	const references = [...path.matchAll(/'#\/([\w/]+)'/g)].map(([, to = '']) => to.split('/'));
	expect(references.length).toBeGreaterThan(1);
	for (const reference of references) expect(contract).toHaveProperty(reference);
});

test('the event to add looks into a list of the contract and is not there yet', () => {
	const [[name = '', event] = []] = Object.entries(entry<{ list: { path: string } }>(eventEntry));
	expect(events).not.toHaveProperty(name);
	expect(Object.keys(event ?? {}).sort()).toEqual(
		['description', 'list', 'name', 'resource', 'sample'].sort(),
	);
	expect(contractOperations.map(({ path }) => path)).toContain(event?.list.path);
});

test('every file of the house is there', () => {
	const [tree = ''] = codeOf('text');
	const named = tree.match(/[\w/.-]+(?:\.(?:ts|js|yaml)|\/)/g) ?? [];
	expect(named.length).toBeGreaterThan(20);
	const missing = named.filter(
		(name) => !existsSync(name) && globSync(`nodes/**/${name}`).length === 0,
	);
	expect(missing).toEqual([]);
});
