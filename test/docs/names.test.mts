import { globSync } from 'node:fs';

import type { INodeProperties } from 'n8n-workflow';

import { KallyAiOAuth2Api } from '../../credentials/KallyAiOAuth2Api.credentials';
import { KallyAiTokenApi } from '../../credentials/KallyAiTokenApi.credentials';
import { KallyAi } from '../../nodes/KallyAi/KallyAi.node';
import { resources } from '../../nodes/KallyAi/resources';
import { KallyAiTrigger } from '../../nodes/KallyAiTrigger/KallyAiTrigger.node';
import { allTexts } from '../../tools/words/texts.mts';
import { documents, emphasised, emphasisedIn, read, recipes } from './markdown.mts';

/** Names of n8n, of its nodes and of KallyAI's API that texts emphasise; all others are ours or none. */
const OF_OTHERS = [
	'AI Agent',
	'Basic Auth',
	'Client ID',
	'Client Secret',
	'Correlation ID',
	'Date & Time',
	'Error Trigger',
	'Error Workflow',
	'Execute Sub-workflow',
	'Fetch Test Event',
	'MCP Server Trigger',
	'OAuth Redirect URL',
	'On Error',
	'Poll Times',
	'Production URL',
	'Remove Duplicates',
	'Retry On Fail',
	'Schedule Trigger',
	'Send Email',
];

/** Properties with those in collections. */
const deep = (properties: INodeProperties[]): INodeProperties[] =>
	properties.flatMap((property) => [
		property,
		...(property.type === 'collection' ? deep(property.options as INodeProperties[]) : []),
	]);

const titlesOf = (properties: INodeProperties[]): string[] =>
	deep(properties).map(({ displayName }) => displayName);

const choicesOf = (properties: INodeProperties[]): string[] =>
	deep(properties).flatMap(({ options = [], modes = [] }) => [
		...options.map(({ name }) => name),
		...modes.map(({ displayName }) => displayName),
	]);

const nodes = [new KallyAi().description, new KallyAiTrigger().description];
const credentials = [new KallyAiOAuth2Api(), new KallyAiTokenApi()];
const fields = nodes.flatMap(({ properties }) => titlesOf(properties));

const OPERATIONS = new Map(
	Object.values(resources).map(({ name, operations }) => [
		name,
		Object.values(operations).map((operation) => operation.name),
	]),
);

/** `Call > Make` or `Call: Make`, with what follows it in the text; the longest resource first. */
const MENTION = new RegExp(
	`\\b(${[...OPERATIONS.keys()].sort((a, b) => b.length - a.length).join('|')})(?: > |: )(?=[A-Z])([^.,;:|()\`'"\\n]+)`,
	'g',
);

/** Whether what follows the resource is an operation of it, and not only the first word of another name. */
const isOperation = (resource: string, following: string): boolean =>
	(OPERATIONS.get(resource) ?? []).some(
		(name) => following.startsWith(name) && !/^(?:\w| [A-Z])/.test(following.slice(name.length)),
	);

/** What texts say with `>` or `:` of resources that have no such operation. */
function unknownOperations(text: string): string[] {
	return [...text.replaceAll(/\*\*|[_*](?=\w)|(?<=\w)[_*]/g, '').matchAll(MENTION)]
		.filter(([, resource = '', following = '']) => !isOperation(resource, following))
		.map(([mention]) => mention);
}

interface Exported {
	name: string;
	nodes: Array<{ name: string; type: string; parameters: { content?: string } }>;
}

const examples = globSync('examples/*.json').map((file) => JSON.parse(read(file)) as Exported);
const NOTE = 'n8n-nodes-base.stickyNote';
const workflows = examples.flatMap(({ name, nodes }) => [name, ...nodes.map((node) => node.name)]);

const known = [
	...nodes.map(({ displayName }) => displayName),
	...fields,
	...nodes.flatMap(({ properties }) => choicesOf(properties)),
	...credentials.map(({ displayName }) => displayName),
	...credentials.flatMap(({ properties }) => [...titlesOf(properties), ...choicesOf(properties)]),
	...workflows,
	...OF_OTHERS,
];

/** Whether a text is written as names of fields are: several words, each with a capital. */
const looksLikeName = (text: string): boolean =>
	/^(?:[A-Z][\w-]*)(?: (?:[A-Z][\w-]*|&|\([A-Z]\w*\)))+$/.test(text);

/** What texts may leave out at the end of a name, as in "Max Wait (Seconds)". */
const TAIL = / (?:Name or ID|\(.+\))$/;

/** Emphasised names that nothing has. */
const unknownNames = (emphasis: string[]): string[] =>
	emphasis
		.filter(looksLikeName)
		.filter((text) => !known.some((name) => name === text || name.replace(TAIL, '') === text));

test('every operation that a text mentions is one of its resource', () => {
	const unknown = allTexts().flatMap(({ where, text }) =>
		unknownOperations(text).map((mention) => `${where}: ${mention}`),
	);
	expect(unknown).toEqual([]);
});

test.each([
	['Use **Call > Make** or Call: Get and Get Many.', []],
	['Use **Voicemail > Get Audio**.', ['Voicemail > Get Audio']],
	['Use _Inbound Contact > Change_.', ['Inbound Contact > Change']],
	["See 'Credit: Get Prices'.", ['Credit: Get Prices']],
])('%s', (text, unknown) => {
	expect(unknownOperations(text)).toEqual(unknown);
});

test('the recipes name every resource', () => {
	const named = recipes.flatMap((file) => emphasised(file, 'strong'));
	const missing = [...OPERATIONS.keys()].filter(
		(name) => !named.some((text) => text.startsWith(`${name} > `)),
	);
	expect(missing).toEqual([]);
});

test.each(recipes)('%s names fields that are there', (file) => {
	expect(emphasised(file, 'em').filter((text) => !fields.includes(text))).toEqual([]);
});

test.each(documents)('names that %s emphasises are there', (file) => {
	const emphasis = [...emphasised(file, 'strong'), ...emphasised(file, 'em')];
	expect(unknownNames(emphasis)).toEqual([]);
});

test.each(examples.map((example) => [example.name, example.nodes] as const))(
	'names that the notes of %s emphasise are there',
	(_name, nodes) => {
		const notes = nodes
			.filter(({ type }) => type === NOTE)
			.map(({ parameters: { content = '' } }) => content);
		const emphasis = notes.flatMap((note) => [
			...emphasisedIn(note, 'strong'),
			...emphasisedIn(note, 'em'),
		]);
		expect(unknownNames(emphasis)).toEqual([]);
	},
);
