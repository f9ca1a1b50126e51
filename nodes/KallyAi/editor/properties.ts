import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import {
	collectionName,
	creates,
	type Field,
	type Operation,
	type Resource,
	writes,
} from '../table/operation';
import {
	DEFAULT_DOWNLOAD_MEGABYTES,
	DEFAULT_READS_AT_ONCE,
	DEFAULT_TIMEOUT_SECONDS,
	DEFAULT_WAIT_SECONDS,
} from '../../shared/transport/settings';

const COLLECTION_TITLES: Record<string, [title: string, button: string]> = {
	additionalFields: ['Additional Fields', 'Add Field'],
	filters: ['Filters', 'Add Filter'],
	updateFields: ['Update Fields', 'Add Field'],
};

const RETURN_ALL: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

const LIMIT: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50,
	description: 'Max number of results to return',
};

const SIMPLIFY: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

function confirmSwitch(description: string): INodeProperties {
	return { displayName: 'Confirm', name: 'confirm', type: 'boolean', default: false, description };
}

/** What the editor says above the fields. Prices change, so it tells where they are found. */
function noticeOf(operation: Operation): INodeProperties[] {
	const { notice, costs, estimate, priceList = 'Credit: Get Costs' } = operation;
	const help = estimate
		? `'${priceList}' lists the prices, 'Budget: Estimate' tells what this would cost, and the option 'Max Credits per Call' sets a limit.`
		: `'${priceList}' lists the prices.`;
	const displayName = [notice, ...(costs ? [costs, help] : [])].filter(Boolean).join(' ');
	return displayName ? [{ displayName, name: 'notice', type: 'notice', default: '' }] : [];
}

function concurrencyOption(operation: Operation): INodeProperties {
	const usual = writes(operation) ? 1 : DEFAULT_READS_AT_ONCE;
	return {
		displayName: 'Concurrency',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 50 },
		default: usual,
		description: `How many items are sent side by side, from 1 to 50; ${usual} without this option`,
	};
}

const IDEMPOTENCY_KEY: INodeProperties = {
	displayName: 'Idempotency Key',
	name: 'idempotencyKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. lead-42',
	description:
		'Text that stands for this piece of work, such as the ID of the lead. The same key never does the work twice, even in another execution. Without this option each item of an execution has a key of its own.',
};

const DOWNLOAD: INodeProperties[] = [
	{
		displayName: 'Download',
		name: 'download',
		type: 'boolean',
		default: true,
		description: 'Whether to fetch the file itself as binary data',
	},
	{
		displayName: 'Max Download Size (MB)',
		name: 'maxDownloadSize',
		type: 'number',
		displayOptions: { show: { download: [true] } },
		typeOptions: { minValue: 1 },
		default: DEFAULT_DOWNLOAD_MEGABYTES,
		description: 'Largest file to accept, in megabytes; a larger one is refused',
	},
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		displayOptions: { show: { download: [true] } },
		default: 'data',
		hint: 'The name of the output binary field to put the file in',
	},
];

const WAIT: INodeProperties[] = [
	{
		displayName: 'Max Wait (Seconds)',
		name: 'maxWait',
		type: 'number',
		displayOptions: { show: { waitForCompletion: [true] } },
		typeOptions: { minValue: 1 },
		default: DEFAULT_WAIT_SECONDS,
		description:
			'How long to wait for the outcome; after that the last known state is returned with timedOut set to true',
	},
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: true,
		description: 'Whether to wait until the work has ended and return its outcome',
	},
];

const MAX_CREDITS: INodeProperties = {
	displayName: 'Max Credits per Call',
	name: 'maxCreditsPerCall',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 2 },
	default: 5,
	description:
		'Highest estimated cost at which an item, or a tool call of an AI agent, is sent. KallyAI estimates each first; above this nothing is sent for it.',
};

const CREDITS_WARNING: INodeProperties = {
	displayName: 'Warn Below Credits',
	name: 'creditsWarning',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 50,
	description:
		'Credits left below which the node shows a warning. The balance is read once, after all items.',
};

function timeoutOption({ timeout = DEFAULT_TIMEOUT_SECONDS }: Operation): INodeProperties {
	return {
		displayName: 'Timeout (Seconds)',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: timeout,
		description: 'How long to wait for the answer to one request',
	};
}

function byDisplayName(a: INodeProperties, b: INodeProperties): number {
	return a.displayName.localeCompare(b.displayName);
}

function optionsOf(operation: Operation): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			concurrencyOption(operation),
			timeoutOption(operation),
			...(creates(operation) ? [IDEMPOTENCY_KEY] : []),
			...(operation.download ? DOWNLOAD : []),
			...(operation.completion ? WAIT : []),
			...(operation.estimate ? [MAX_CREDITS] : []),
			...(operation.report ? [CREDITS_WARNING] : []),
		].sort(byDisplayName),
	};
}

function collectionOf(operation: Operation, fields: Field[]): INodeProperties {
	const name = collectionName(operation);
	const [displayName, placeholder] = COLLECTION_TITLES[name];
	return {
		displayName,
		name,
		type: 'collection',
		placeholder,
		default: {},
		options: fields.map(({ property }) => property).sort(byDisplayName),
	};
}

interface Shown {
	property: INodeProperties;
	/** Further display conditions, beside resource and operation. */
	when?: Record<string, boolean[]>;
}

function propertiesOf(operation: Operation): Shown[] {
	const fields = operation.fields ?? [];
	const optional = fields.filter(({ required }) => !required);
	return [
		...noticeOf(operation).map((property) => ({ property })),
		...fields.filter(({ required }) => required).map(({ property }) => ({ property })),
		...(operation.confirm ? [{ property: confirmSwitch(operation.confirm) }] : []),
		...(operation.list
			? [{ property: RETURN_ALL }, { property: LIMIT, when: { returnAll: [false] } }]
			: []),
		...(operation.simplify ? [{ property: SIMPLIFY }] : []),
		...(optional.length ? [{ property: collectionOf(operation, optional) }] : []),
		{ property: optionsOf(operation) },
	];
}

/** Properties of one resource; a property that several operations share stands once. */
function resourceProperties(value: string, { operations }: Resource): INodeProperties[] {
	const merged = new Map<string, Shown & { operations: string[] }>();
	for (const [name, operation] of Object.entries(operations)) {
		for (const shown of propertiesOf(operation)) {
			const key = JSON.stringify(shown);
			const entry = merged.get(key) ?? { ...shown, operations: [] };
			entry.operations.push(name);
			merged.set(key, entry);
		}
	}
	// Whichever operation brought them in, notices come first and collections last.
	const rank = ({ property: { type, name } }: Shown) =>
		type === 'notice' ? 0 : type !== 'collection' ? 1 : name === 'options' ? 3 : 2;
	return [...merged.values()]
		.sort((a, b) => rank(a) - rank(b))
		.map(({ property, when, operations: names }) => ({
			...property,
			displayOptions: { show: { resource: [value], operation: names, ...when } },
		}));
}

function operationProperty(value: string, { operations }: Resource): INodeProperties {
	const [first] = Object.keys(operations);
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [value] } },
		options: Object.entries(operations)
			.map(
				([name, operation]): INodePropertyOptions => ({
					name: operation.name,
					value: name,
					action: operation.action,
					description: operation.description,
				}),
			)
			.sort((a, b) => a.name.localeCompare(b.name)),
		default: first,
	};
}

/** The line below a node on the canvas, such as "Make: Call"; n8n evaluates it for each node. */
export function subtitle(resources: Record<string, Resource>): string {
	const lines = Object.entries(resources).flatMap(([value, { name, operations }]) =>
		Object.entries(operations).map(([key, operation]) => [
			`${value}.${key}`,
			`${operation.name}: ${name}`,
		]),
	);
	const names = JSON.stringify(Object.fromEntries(lines));
	return `={{ (${names})[$parameter["resource"] + "." + $parameter["operation"]] }}`;
}

/** The node's properties, made from the table: resource, operations, then each resource's fields. */
export function describe(resources: Record<string, Resource>): INodeProperties[] {
	const [first] = Object.keys(resources);
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			options: Object.entries(resources).map(
				([value, { name, description }]): INodePropertyOptions => ({ name, value, description }),
			),
			default: first,
		},
		...Object.entries(resources).map(([value, entry]) => operationProperty(value, entry)),
		...Object.entries(resources).flatMap(([value, entry]) => resourceProperties(value, entry)),
	];
}
