import { sublimeSearch } from '@n8n/utils/search/sublime-search';
import {
	type CodexData,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyOptions,
	type INodeType,
	NodeHelpers,
} from 'n8n-workflow';

import { contractOperations, parameterName } from '../support/contract.mts';
import { type Engine, startEngine } from '../support/engine.mts';
import { EVERYDAY_WORDS } from '../support/everydayWords.mts';
import { shownFor } from '../support/shownFor.mts';

let engine: Engine;
let properties: INodeProperties[];
let operations: Array<{ resource: string; option: INodePropertyOptions }>;

beforeAll(async () => {
	engine = await startEngine({});
	({ properties } = engine.node.description);
	operations = properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options, displayOptions }) =>
			(options as INodePropertyOptions[]).map((option) => ({
				resource: displayOptions?.show?.resource?.[0] as string,
				option,
			})),
		);
});

const WHATSAPP = ['accessToken', 'businessAccountId', 'phoneNumberId'];

/** A property and everything in it. */
function* withInner(property: INodeProperties): Generator<INodeProperties> {
	yield property;
	if (property.type !== 'collection') return;
	for (const option of property.options as INodeProperties[]) yield* withInner(option);
}

const everyProperty = () => properties.flatMap((property) => [...withInner(property)]);

const triggerProperties = () =>
	(engine.loader.getNode('kallyAiTrigger').type as INodeType).description.properties;

test('the default is to ask the assistant', () => {
	expect(properties.find(({ name }) => name === 'resource')?.default).toBe('assistant');
	expect(
		properties.find(
			({ name, displayOptions }) =>
				name === 'operation' && displayOptions?.show?.resource?.includes('assistant'),
		)?.default,
	).toBe('ask');
});

/** The texts of a property and of everything in it, each after where it stands; undefined for what may be left out. */
function textsOf(property: INodeProperties): Array<[string, unknown]> {
	return [...withInner(property)].flatMap(({ name, displayName, description, options = [] }) => {
		const choices = options.filter((option) => 'value' in option) as INodePropertyOptions[];
		return [
			[`${name}: name`, displayName],
			[`${name}: description`, description],
			...choices.flatMap(
				(choice): Array<[string, unknown]> => [
					[`${name}=${choice.value}: name`, choice.name],
					[`${name}=${choice.value}: description`, choice.description],
					[`${name}=${choice.value}: action`, choice.action],
				],
			),
		] as Array<[string, unknown]>;
	});
}

test.each([
	['the node', () => properties],
	['the trigger', triggerProperties],
])('no text of %s is missing or begun without a word', (_what, propertiesOf) => {
	const texts = propertiesOf().flatMap(textsOf);
	expect(texts.length).toBeGreaterThan(50);
	const bad = texts.filter(([place, text]) =>
		text === undefined
			? place.endsWith(': name')
			: typeof text !== 'string' || !/^[\p{L}\d'"(@+$€£]/u.test(text),
	);
	expect(bad).toEqual([]);
});

test('a resource, an event and their operations are described', () => {
	const { options: events = [] } = triggerProperties().find(
		({ name }) => name === 'event',
	) as INodeProperties;
	const { options: resources = [] } = properties.find(
		({ name }) => name === 'resource',
	) as INodeProperties;
	const options = [...events, ...resources, ...operations.map(({ option }) => option)];
	expect(options.length).toBeGreaterThan(150);
	for (const option of options as INodePropertyOptions[]) {
		expect([option.value, option.description]).toEqual([
			option.value,
			expect.stringMatching(/^[A-Z].{10}/),
		]);
	}
});

test('a time is empty until somebody picks one', () => {
	const times = [
		...everyProperty(),
		...triggerProperties().flatMap((property) => [...withInner(property)]),
	].filter(({ type }) => type === 'dateTime');
	expect(times.length).toBeGreaterThan(10);
	expect(times.filter(({ default: initial }) => initial !== '')).toEqual([]);
});

test('a list of texts is empty until somebody adds one', () => {
	const lists = everyProperty().filter(
		({ type, typeOptions }) => type === 'string' && typeOptions?.multipleValues,
	);
	expect(lists.length).toBeGreaterThan(3);
	for (const { name, default: initial } of lists) expect([name, initial]).toEqual([name, []]);
});

test('the trigger marks that an event has to be chosen', () => {
	expect(triggerProperties().find(({ name }) => name === 'event')?.required).toBe(true);
});

test('the node can be used as a tool', () => {
	expect(engine.node.description.usableAsTool).toBe(true);
});

test('operations have a name, an action and a description that say what they do', () => {
	for (const { resource, option } of operations) {
		const { name, action, description = '' } = option;
		const where = `${resource}.${option.value}`;
		expect([where, name]).toEqual([
			where,
			// Small words stay small in n8n's title case.
			name.replace(/\b(?!as\b)[a-z]/g, (letter) => letter.toUpperCase()),
		]);
		expect([where, action]).toEqual([
			where,
			expect.stringMatching(/^[A-Z][^A-Z_]*(?:[A-Z]{2,}[^A-Z_]*)?.*$/),
		]);
		expect([where, description.length > 20]).toEqual([where, true]);
		expect([where, description]).toEqual([where, expect.stringMatching(/^[A-Z]/)]);
		const sentences = description.split(/\. /).length;
		expect([where, description.endsWith('.')]).toEqual([where, sentences > 1]);
	}
});

test('actions are told apart', () => {
	const actions = operations.map(({ option }) => option.action);
	expect(new Set(actions).size).toBe(actions.length);
});

/** What is on the service's price list, and what lets work go on that is. */
const COSTS_CREDITS = [
	'assistant.ask',
	'bill.analyze',
	'bill.dispute',
	'booking.create',
	'booking.searchRestaurants',
	'budget.acknowledgeSoftCap',
	'budget.approve',
	'call.make',
	'email.approve',
	'email.respond',
	'email.send',
	'errand.orderFood',
	'errand.requestRide',
	'errand.run',
	'goal.approveStep',
	'goal.continueNegotiating',
	'outreach.create',
	'outreach.retry',
	'phoneNumber.provision',
	'search.run',
	'search.runQuick',
];
const COSTS_MONEY = ['subscription.changePlan'];

test.each([...COSTS_CREDITS, ...COSTS_MONEY])('%s tells above its fields what it costs', (id) => {
	const [resource, operation] = id.split('.');
	const [{ type, displayName }, ...fields] = shownFor(properties, resource, operation);
	expect(type).toBe('notice');
	expect(displayName).toMatch(/(?:costs|uses) (?:money or )?credits|is charged/);
	expect(displayName).toMatch(/'Credit: Get (?:Costs|Plans)' lists the prices/);
	const options = fields.find(({ name }) => name === 'options')?.options as INodeProperties[];
	const capped = options.some(({ name }) => name === 'maxCreditsPerCall');
	expect(displayName.includes("'Max Credits per Item'")).toBe(capped);
});

test('what says that it costs something is among those with a notice', () => {
	const saying = operations
		.filter(({ option }) =>
			/(?:costs|uses) (?:money or )?credits|is charged/.test(option.description ?? ''),
		)
		.map(({ resource, option }) => `${resource}.${option.value}`);
	expect([...COSTS_CREDITS, ...COSTS_MONEY]).toEqual(expect.arrayContaining(saying));
});

test('notices name operations and options by the words of the editor', () => {
	const titles = operations.map(({ resource, option }) => {
		const { options } = properties.find(({ name }) => name === 'resource') as INodeProperties;
		const entry = (options as INodePropertyOptions[]).find(({ value }) => value === resource);
		return `${entry?.name}: ${option.name}`;
	});
	for (const { displayName } of properties.filter(({ type }) => type === 'notice')) {
		for (const [, title] of displayName.matchAll(/'([^']+: [^']+)'/g))
			expect(titles).toContain(title);
	}
});

/** What two lines of a list, a label beside its buttons and an entry of the node panel have room for. */
const FITS = { description: 105, displayName: 30, action: 45 };

test('no text is longer than what the editor shows of it', () => {
	const long = [
		...operations.flatMap(({ resource, option }) => [
			[`${resource}.${option.value}`, option.description, FITS.description],
			[`${resource}.${option.value}`, option.action, FITS.action],
			[`${resource}.${option.value}`, option.name, FITS.displayName],
		]),
		...everyProperty()
			.filter(({ type }) => type !== 'notice')
			.map(({ name, displayName }) => [name, displayName, FITS.displayName]),
	].filter(([, text, room]) => String(text).length > Number(room));
	expect(long).toEqual([]);
});

test('the name of a text field in a collection has room beside what n8n shows there', () => {
	const room = 24;
	const long = properties
		.flatMap(({ type, options }) => (type === 'collection' ? (options as INodeProperties[]) : []))
		.filter(({ type, displayName }) => type === 'string' && displayName.length > room);
	expect(long.map(({ displayName }) => displayName)).toEqual([]);
});

test('actions leave out articles', () => {
	const articles = operations
		.map(({ option }) => option.action)
		.filter((action) => / (?:an?|the) /i.test(` ${action} `));
	expect(articles).toEqual([]);
});

test('a resource begins with what is harmless or asked for most', () => {
	const first = properties
		.filter(({ name }) => name === 'operation')
		.map(({ default: value }) => String(value));
	expect(
		first.filter((value) =>
			/^(?:cancel|delete|release|stop|reject|undo|disconnect|change)/.test(value),
		),
	).toEqual([]);
});

test('everyday words find the node', () => {
	const { displayName, codex } = engine.node.description;
	const { alias = [], subcategories } = codex as CodexData;
	const data = [{ properties: { displayName, codex } }];
	// n8n's own search, as its list of nodes asks it.
	const missing = EVERYDAY_WORDS.filter((words) => sublimeSearch(words, data).length === 0);
	expect(missing).toEqual([]);
	expect(sublimeSearch('spreadsheet formula', data)).toEqual([]);
	expect(new Set(alias).size).toBe(alias.length);
	// n8n lists no actions of a node that calls itself an AI tool.
	expect(subcategories?.AI).toBeUndefined();
});

test('the line below a node says in words what it does', () => {
	const { subtitle } = engine.node.description;
	expect(subtitle).toContain('"call.make":"Make: Call"');
	expect(subtitle).toContain('"goal.getAll":"Get Many: Goal"');
});

test('fields that matter only with another one are hidden without it', () => {
	for (const [name, needed] of [
		['maxWait', 'waitForCompletion'],
		['maxDownloadSize', 'download'],
		['binaryPropertyName', 'download'],
	]) {
		const found = everyProperty().filter((property) => property.name === name);
		expect(found.length).toBeGreaterThan(0);
		for (const { displayOptions } of found)
			expect(displayOptions?.show).toEqual({ [needed as string]: [true] });
	}
});

/** Operations whose optional fields stand at top level, since a choice makes them required. */
const MOVED = ['booking.create', 'channel.connect'];

test.each([
	['channel.connect', 'channel', 'whatsapp', ['botToken']],
	['channel.connect', 'channel', 'telegram', WHATSAPP],
	['channel.test', 'channel', 'whatsapp', ['botToken']],
	['channel.test', 'channel', 'telegram', WHATSAPP],
	...['hotel', 'service', 'other'].map((type) => [
		'booking.create',
		'type',
		type,
		['restaurantId'],
	]),
] as Array<[string, string, string, string[]]>)(
	'%s hides for the %s %s what has no effect there, and hides nothing for an expression',
	(id, by, choice, hidden) => {
		const [resource, operation] = id.split('.');
		const root = { resource, operation, [by]: choice };
		const open = { ...root, [by]: '={{ $json.choice }}' };
		const shown = shownFor(properties, resource, operation).flatMap((each) => [...withInner(each)]);
		const isHiddenIn = (values: INodeParameters) => (property: INodeProperties) =>
			!NodeHelpers.displayParameter(values, property, null, null, values);
		const found = shown.filter(({ name }) => hidden.includes(name));
		expect(found).toHaveLength(hidden.length);
		expect(found.filter(isHiddenIn(root))).toEqual(found);
		expect(found.filter(isHiddenIn(open))).toEqual([]);
	},
);

test('a field that is empty at first shows an example of what to write', () => {
	const without = everyProperty().filter(
		({ type, default: value, placeholder, typeOptions }) =>
			(type === 'string' || type === 'number') &&
			value === '' &&
			!placeholder &&
			!typeOptions?.password,
	);
	expect(without.map(({ name }) => name)).toEqual([]);
});

/** What an operation describes, under the name that it has there. */
const OWN_TITLES = ['description'];

test('a parameter has the same title in all operations of a resource', () => {
	const titles = new Map<string, Set<string>>();
	for (const property of properties) {
		const [resource] = property.displayOptions?.show?.resource ?? [];
		for (const { name, displayName, type } of withInner(property)) {
			if (type === 'notice' || type === 'collection' || OWN_TITLES.includes(name)) continue;
			const key = `${String(resource)} ${name}`;
			titles.set(key, (titles.get(key) ?? new Set()).add(displayName));
		}
	}
	const several = [...titles].filter(([, found]) => found.size > 1);
	expect(several.map(([key, found]) => [key, ...found])).toEqual([]);
});

test('each parameter of the contract is in the editor once for its operation', () => {
	for (const { id, parameters } of contractOperations) {
		const [resource, operation] = id.split('.');
		for (const { wire, required } of parameters) {
			const name = parameterName(wire);
			const outer = shownFor(properties, resource, operation);
			const top = outer.filter((property) => property.name === name);
			const inner = outer
				.filter(({ type, name: collection }) => type === 'collection' && collection !== 'options')
				.flatMap(({ options }) => options as INodeProperties[])
				.filter((option) => option.name === name);
			if (wire === 'limit') continue;
			const isMoved = MOVED.includes(id) && !required;
			expect([id, name, top.length, inner.length]).toEqual([
				id,
				name,
				required || isMoved ? 1 : 0,
				required || isMoved ? 0 : 1,
			]);
		}
	}
});

test('a list has Return All and a limit that is shown without it', () => {
	for (const { resource, option } of operations.filter(
		({ option: { value } }) => value === 'getAll',
	)) {
		const shown = shownFor(properties, resource, option.value);
		expect(option.name).toBe('Get Many');
		expect(shown.find(({ name }) => name === 'returnAll')).toMatchObject({ default: false });
		expect(shown.find(({ name }) => name === 'limit')).toMatchObject({
			default: 50,
			typeOptions: { minValue: 1 },
			displayOptions: { show: { returnAll: [false] } },
		});
	}
});

test('what must be set comes before Return All, Limit and Simplify, and those before collections', () => {
	const rank = ({ name, type }: INodeProperties) =>
		type === 'collection' ? 4 : 1 + ['returnAll', 'limit', 'simplify'].indexOf(name);
	for (const { resource, option } of operations) {
		const ranks = shownFor(properties, resource, String(option.value))
			.filter(({ type }) => type !== 'notice')
			.map(rank);
		expect([resource, option.value, ranks]).toEqual([
			resource,
			option.value,
			[...ranks].sort((a, b) => a - b),
		]);
	}
});

test('a description says more than the name of its field', () => {
	const essence = (text = '') =>
		text
			.toLowerCase()
			.replace(/\b(?:the|an?|of|whether)\b/g, '')
			.replace(/\W+/g, ' ')
			.trim();
	const repeating = everyProperty().filter(
		({ displayName, description }) => description && essence(description) === essence(displayName),
	);
	expect(repeating.map(({ displayName }) => displayName)).toEqual([]);
});

test('IDs in a path are locators with a By ID mode, and a list that exists', () => {
	const searches = Object.keys(engine.node.methods?.listSearch ?? {});
	for (const { id, parameters } of contractOperations) {
		const [resource, operation] = id.split('.');
		for (const { wire, in: place } of parameters) {
			if (place !== 'path' || !wire.endsWith('_id')) continue;
			const property = shownFor(properties, resource, operation).find(
				({ name }) => name === parameterName(wire),
			);
			expect([id, property?.type]).toEqual([id, 'resourceLocator']);
			const modes = property?.modes ?? [];
			expect(modes.map(({ name }) => name)).toContain('id');
			for (const { typeOptions } of modes.filter(({ type }) => type === 'list')) {
				expect(searches).toContain(typeOptions?.searchListMethod);
			}
		}
	}
});

test('texts of parameters follow the rules of the editor', () => {
	for (const property of everyProperty()) {
		const { name, displayName, description, type, placeholder, default: value } = property;
		expect([name, displayName]).toEqual([name, expect.stringMatching(/^[A-Z]/)]);
		expect([name, value === undefined]).toEqual([name, false]);
		if (type === 'boolean')
			expect([name, description]).toEqual([name, expect.stringMatching(/^Whether /)]);
		if (placeholder && type !== 'collection') {
			expect([name, placeholder]).toEqual([name, expect.stringMatching(/^e\.g\. /)]);
		}
		// The one piece of markup that n8n prescribes is the link to its expressions.
		const text = description?.replace(/<a href="https:\/\/docs\.n8n\.io[^>]*>expression<\/a>/, '');
		if (text) expect([name, text]).toEqual([name, expect.not.stringMatching(/[<>]/)]);
	}
});

test('secrets are hidden', () => {
	const secret = /token|secret|password/i;
	for (const { name, type, typeOptions } of everyProperty()) {
		if (type !== 'string' || !secret.test(name)) continue;
		expect([name, typeOptions?.password]).toEqual([name, true]);
	}
	for (const credential of ['kallyAiOAuth2Api', 'kallyAiTokenApi']) {
		const { type } = engine.loader.getCredential(credential);
		for (const { name, typeOptions } of type.properties) {
			if (!/(?:Token|Secret)$/.test(name)) continue;
			expect([credential, name, typeOptions?.password]).toEqual([credential, name, true]);
		}
	}
});

test.each(['kallyAiOAuth2Api', 'kallyAiTokenApi'])(
	'nothing that is shown of %s begins with an expression, which its dialog cannot resolve',
	(credential) => {
		const { type } = engine.loader.getCredential(credential);
		const shown = type.properties.filter((property) => property.type !== 'hidden');
		expect(shown.length).toBeGreaterThan(0);
		expect(shown.filter(({ default: value }) => String(value).startsWith('='))).toEqual([]);
	},
);

test('no parameter is shown twice for one operation', () => {
	for (const { resource, option } of operations) {
		const names = shownFor(properties, resource, option.value).map(({ name }) => name);
		expect([resource, option.value, new Set(names).size]).toEqual([
			resource,
			option.value,
			names.length,
		]);
	}
});

test('the description stays small', () => {
	expect(JSON.stringify(engine.node.description).length).toBeLessThan(350_000);
});

test('an internal ID is shown only where a workflow has it', () => {
	const members = engine.node.description.properties
		.filter(({ name }) => name === 'additionalFields')
		.flatMap(({ options }) => (options ?? []) as INodeProperties[]);
	const ids = members.filter(({ name }) => name === 'coordinationMessageId');
	expect(ids.map(({ displayOptions }) => displayOptions)).toEqual([
		{ show: { coordinationMessageId: [{ _cnd: { exists: true } }] } },
	]);
});
