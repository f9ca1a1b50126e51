import { existsSync, globSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

import { parse } from 'yaml';

import { describe as describeNode } from '../../nodes/KallyAi/editor/properties';
import { creates, type Operation, post } from '../../nodes/KallyAi/table/operation';
import { option, type Option, optionsOf } from '../../nodes/KallyAi/table/options';
import { resources } from '../../nodes/KallyAi/resources';
import { goalId } from '../../nodes/KallyAi/resources/goal';
import { events } from '../../nodes/KallyAiTrigger/events';
import type { EventType } from '../../nodes/KallyAiTrigger/poll/eventType';
import { SIGN_INS } from '../../nodes/shared/authentication';
import type { Field } from '../../nodes/shared/fields/field';
import { text } from '../../nodes/shared/fields/kinds';
import { readCollection } from '../../nodes/shared/fields/read';
import { contractOperations } from '../support/contract.mts';
import { blocksOf, read } from './markdown.mts';

const DOCUMENT = 'CONTRIBUTING.md';
const blocks = blocksOf(DOCUMENT);
const codeOf = (language: string) =>
	blocks.filter((block) => block.language === language).map(({ code }) => code);
const [operationEntry = '', optionEntry = '', eventEntry = '', signInEntry = ''] = codeOf('ts');

const entry = <T,>(code: string): Record<string, T> =>
	runInNewContext(`({${code}})`, { post, goalId, option, creates, text, ...resources }) as Record<
		string,
		T
	>;

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

test('the option to add is shown for what it says, and read', () => {
	const [[name = '', added] = []] = Object.entries(entry<Option<unknown>>(optionEntry));
	const named = (operation: Operation) => optionsOf(operation).map(({ property }) => property.name);
	expect(named(resources.call.operations.make)).not.toContain(name);
	expect(added?.isFor(resources.call.operations.make)).toBe(true);
	expect(added?.isFor(resources.call.operations.get)).toBe(false);
	const field = added?.field(resources.call.operations.make) as Field;
	expect(field.property).toMatchObject({ name, type: 'string', description: expect.any(String) });
	expect(readCollection([field], { [name]: 'some text' }, { timezone: 'UTC' })).toEqual({
		[name]: 'some text',
	});
});

test('the way to sign in to add is like the others', () => {
	const [[name = '', added] = []] = Object.entries(entry<Record<string, string>>(signInEntry));
	expect(SIGN_INS).not.toHaveProperty(name);
	for (const signIn of Object.values(SIGN_INS)) {
		expect(Object.keys(added ?? {})).toEqual(Object.keys(signIn));
	}
	const fileOf = (credential = '') =>
		`credentials/${credential[0]?.toUpperCase()}${credential.slice(1)}.credentials.ts`;
	expect(read(DOCUMENT)).toContain(fileOf(added?.credential));
	expect(
		Object.values(SIGN_INS)
			.map(({ credential }) => fileOf(credential))
			.filter(existsSync),
	).toHaveLength(Object.keys(SIGN_INS).length);
});

test('the event to add looks into a list of the contract and is not there yet', () => {
	const [[name = '', event] = []] = Object.entries(entry<EventType>(eventEntry));
	expect(events).not.toHaveProperty(name);
	expect(Object.keys(event ?? {}).sort()).toEqual(
		['description', 'list', 'name', 'resource', 'sample'].sort(),
	);
	expect(contractOperations.map(({ path }) => path)).toContain(event?.list.request.path);
});

test('every file of the structure is there', () => {
	const [tree = ''] = codeOf('text');
	const named = tree.match(/[\w/.-]+(?:\.(?:ts|js|yaml)|\/)/g) ?? [];
	expect(named.length).toBeGreaterThan(20);
	const missing = named.filter(
		(name) => !existsSync(name) && globSync(`nodes/**/${name}`).length === 0,
	);
	expect(missing).toEqual([]);
});
