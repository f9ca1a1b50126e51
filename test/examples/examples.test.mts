import type { INodeTypeDescription } from 'n8n-workflow';

import { readExamples } from '../../tools/examples.mts';
import type { WorkflowFile, WorkflowNode } from '../../tools/n8n/client.mts';
import { type Engine, startEngine } from '../support/engine.mts';
import { problemsOf } from '../support/nodeProblems.mts';

const OURS = 'n8n-nodes-kallyai.';
const NOTE = 'n8n-nodes-base.stickyNote';
/** A node with its name and subtitle below it, and with a gap to the next one. */
const [NODE_WIDTH, NODE_HEIGHT] = [160, 144];
/** In pixels of the canvas: wider ones cannot be read where n8n fits them into its window. */
const WIDEST = 2000;

let engine: Engine;
let examples: WorkflowFile[];

beforeAll(async () => {
	[engine, examples] = await Promise.all([startEngine({}), readExamples()]);
});

/** Checks every example; fails with what is wrong, example by example. */
function eachExample(check: (example: WorkflowFile) => unknown[]): void {
	const problems = examples.flatMap((example) =>
		check(example).map((problem) => `${example.name}: ${String(problem)}`),
	);
	expect(problems).toEqual([]);
}

/** What n8n adds to the description of a node that agents use as a tool. */
function asTool(description: INodeTypeDescription): INodeTypeDescription {
	const text = { type: 'string' as const, default: '' };
	return {
		...description,
		properties: [
			{ ...text, displayName: 'Tool Description', name: 'descriptionType' },
			{ ...text, displayName: 'Description', name: 'toolDescription' },
			...description.properties,
		],
	};
}

function descriptionOf({ type }: WorkflowNode): INodeTypeDescription {
	const name = type.slice(OURS.length);
	const isTool = name.endsWith('Tool');
	const { description } = engine.loader.getNode(isTool ? name.slice(0, -'Tool'.length) : name).type;
	return isTool
		? asTool(description as INodeTypeDescription)
		: (description as INodeTypeDescription);
}

const nodesOf = ({ nodes }: WorkflowFile) => nodes.filter(({ type }) => type !== NOTE);

test('all examples are read', () => {
	expect(examples.map(({ name }) => name).sort()).toEqual([
		'KallyAI appointment by phone',
		'KallyAI campaign',
		'KallyAI campaign control',
		'KallyAI campaign page',
		'KallyAI campaign report',
		'KallyAI campaign that resumes itself',
		'KallyAI campaign: Google Sheets, HubSpot and Airtable',
		'KallyAI campaign: call back missed calls',
		'KallyAI campaign: call new leads',
		'KallyAI campaign: follow up',
		'KallyAI daily digest',
		'KallyAI email approval',
		'KallyAI missed call follow-up',
		'KallyAI outreach campaign',
		'KallyAI phone agent',
		'KallyAI recordings archive',
		'KallyAI tools for AI agents',
	]);
});

test('every KallyAI node asks for an operation and parameters that are there', () => {
	let checked = 0;
	eachExample(({ nodes }) =>
		nodes
			.filter(({ type }) => type.startsWith(OURS))
			.flatMap((node) => {
				checked += 1;
				return problemsOf(node, descriptionOf(node));
			}),
	);
	expect(checked).toBeGreaterThan(examples.length);
});

test('the check notices an operation, a parameter and an option that are not there', () => {
	const [digest] = examples.filter(({ name }) => name === 'KallyAI daily digest');
	const node = digest.nodes.find(({ name }) => name === 'Unread messages') as WorkflowNode;
	const problems = (changes: object) =>
		problemsOf({ ...node, parameters: { ...node.parameters, ...changes } }, descriptionOf(node));
	expect(problems({})).toEqual([]);
	expect(problems({ operation: 'shout' }).join()).toMatch(/operation has no choice shout/);
	expect(problems({ volume: 11 })).toEqual(['Unread messages: there is no parameter volume']);
	expect(problems({ filters: { loud: true } }).join()).toMatch(/filters\.loud/);
});

test('names and ids of nodes are unique', () => {
	eachExample(({ nodes }) =>
		(['name', 'id'] as const).flatMap((key) => {
			const values = nodes.map((node) => node[key]);
			return values.filter((value, index) => values.indexOf(value) !== index);
		}),
	);
});

interface Target {
	node: string;
	type: string;
}

test('connections lead from and to nodes that are there, and leave none out', () => {
	eachExample((example) => {
		const names = nodesOf(example).map(({ name }) => name);
		const links = Object.entries(example.connections).flatMap(([from, outputs]) =>
			(Object.values(outputs as object) as Array<Array<Target[] | null>>)
				.flat(2)
				.map((target) => [from, (target as Target).node]),
		);
		const linked = new Set(links.flat());
		return [
			...[...linked].filter((name) => !names.includes(name)),
			...names.filter((name) => !linked.has(name)),
		];
	});
});

test('whichever workflow makes a table first, it has the same columns', () => {
	const made = examples.flatMap(({ nodes }) =>
		nodes
			.filter(({ parameters }) => parameters.resource === 'table')
			.map(({ parameters }) => [parameters.tableName, JSON.stringify(parameters.columns)]),
	);
	const distinct = new Set(made.map((table) => table.join()));
	expect(made.length).toBeGreaterThan(distinct.size);
	expect(distinct.size).toBe(new Set(made.map(([name]) => name)).size);
});

test('expressions refer to nodes that are there', () => {
	eachExample((example) => {
		const names = nodesOf(example).map(({ name }) => name);
		const text = JSON.stringify(example.nodes.map(({ parameters }) => parameters));
		return [...text.matchAll(/\$\('([^']+)'\)/g)]
			.map(([, name]) => name)
			.filter((name) => !names.includes(name));
	});
});

test('nothing overlaps or is too wide, all stands on notes, and one of them says how to set the workflow up', () => {
	eachExample((example) => {
		const nodes = nodesOf(example);
		const notes = example.nodes.filter(({ type }) => type === NOTE);
		const boxes = nodes.map(({ name, position }) => ({
			name,
			position,
			size: [NODE_WIDTH, NODE_HEIGHT],
		}));
		const sheets = notes.map(({ name, position, parameters: { width, height } }) => ({
			name,
			position,
			size: [Number(width), Number(height)],
		}));
		const overlaps = (list: typeof boxes) =>
			list.flatMap((one, index) =>
				list.slice(index + 1).flatMap((other) => {
					const apart = [0, 1].some((axis) => {
						const [first, second] =
							one.position[axis] <= other.position[axis] ? [one, other] : [other, one];
						return first.position[axis] + first.size[axis] <= second.position[axis];
					});
					return apart ? [] : [`${one.name} overlaps ${other.name}`];
				}),
			);
		const outside = boxes.filter(
			(box) =>
				!sheets.some((sheet) =>
					[0, 1].every(
						(axis) =>
							box.position[axis] >= sheet.position[axis] &&
							box.position[axis] + box.size[axis] <= sheet.position[axis] + sheet.size[axis],
					),
				),
		);
		const left = Math.min(...[...boxes, ...sheets].map(({ position }) => position[0]));
		const right = Math.max(
			...[...boxes, ...sheets].map(({ position, size }) => position[0] + size[0]),
		);
		const setUp = notes.some(({ parameters }) => /credential/.test(String(parameters.content)));
		return [
			...overlaps(boxes),
			...overlaps(sheets),
			...outside.map(({ name }) => `${name} stands on no note`),
			...(setUp ? [] : ['no note on the set-up']),
			...(right - left <= WIDEST ? [] : [`is ${right - left} pixels wide`]),
		];
	});
});

// What people say on a call may begin with =, and a number begins with a plus sign.
test('what is written into a sheet is never a formula', () => {
	const written = examples
		.flatMap(nodesOf)
		.filter(({ type }) => type === 'n8n-nodes-base.googleSheets')
		.filter(({ parameters: { operation } }) => operation !== 'read');
	expect(written.map(({ parameters: { options } }) => options)).toEqual([{ cellFormat: 'RAW' }]);
});

/** All texts in a value, however deep. */
function textsOf(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** What compares an entry of the do-not-call list with a number, as it stands in each workflow that asks the list. */
const COMPARISON = /\(text, phone\) => [^]*?number\.endsWith\(phone\.slice\(1\)\)\)\)/;

describe('the do-not-call list', () => {
	const texts = () =>
		examples
			.flatMap(({ nodes }) => nodes.flatMap(({ parameters }) => textsOf(parameters)))
			.flatMap((text) => COMPARISON.exec(text)?.[0] ?? []);

	test('is read the same way in each workflow that asks it', () => {
		expect(texts()).toHaveLength(4);
		expect(new Set(texts()).size).toBe(1);
	});

	const LONDON = '+442079460101';
	const isListed = (entry: string, phone: string) => {
		const compare = new Function(`return ${texts()[0]}`)() as (...args: string[]) => boolean;
		return compare(entry, phone);
	};

	test.each([
		[LONDON],
		['+44 (0)20 7946-0101'],
		['+44 020 7946 0101'],
		['(+44) 020 7946 0101'],
		['0044 20.7946.0101'],
		['011 44 20 7946 0101'],
		['020 7946 0101'],
		['7946 0101'],
		['442079460101.0'],
		['tel:+442079460101'],
		['Fax: +44 20 7946 0101'],
		['Max Felix, +44 20 7946 0101 ext. 12'],
		['+44 20 7946 0101 x12'],
		['+44 20 7946 0100 / +44 20 7946 0101'],
		['020 7946 0100;020 7946 0101'],
		['020 7946 0100\n020 7946 0101'],
		['#1 +44 20 7946 0101 or 0102'],
		['+44 20 7946 0101 since 2025'],
		['\u202a+44 20 7946 0101\u202c'],
	])('has the number in %j', (entry) => {
		expect(isListed(entry, LONDON)).toBe(true);
	});

	test.each([
		[''],
		['0'],
		['0101'],
		['46 0101'],
		['+44 20 7946 0102'],
		['+44 20 7946 0102 ext. 0101'],
		['+44 21 7946 0101'],
		['021 7946 0101'],
		['+1 207 946 0101'],
		['asked on 2026-11-27'],
	])('does not have it in %j', (entry) => {
		expect(isListed(entry, LONDON)).toBe(false);
	});
});

test('no secret, no pinned data, nobody real', () => {
	const RESERVED = /^\+(155501\d\d|442079460\d{3})$/;
	eachExample((example) => {
		const text = JSON.stringify(example);
		const numbers = [...text.matchAll(/\+\d{6,}/g)].map(([number]) => number);
		const addresses = [...text.matchAll(/[\w.]+@([\w.-]+\.\w+)/g)].map(([, host]) => host);
		const credentials = example.nodes.flatMap((node) => Object.values(node.credentials ?? {}));
		return [
			...numbers.filter((number) => !RESERVED.test(number)),
			...addresses.filter((host) => !/(^|\.)example(\.(org|com|net))?$/.test(host)),
			...credentials.filter(({ id }) => id !== null).map(({ name }) => name),
			...Object.keys(example.pinData ?? {}),
		];
	});
});
