import type { INodeProperties, INodePropertyOptions, NodeParameterValue } from 'n8n-workflow';

import type { Field } from '../../shared/fields/field';
import { OPTION_TITLES } from '../../shared/optionTitles';
import { fieldsOf, standsAtTop } from '../table/fields';
import {
	answerOf,
	collectionName,
	type Operation,
	type Resource,
	type Resources,
} from '../table/operation';
import { confirmSwitch, LIMIT, optionsOf, RETURN_ALL, simplifySwitch } from '../table/options';
import { toolText } from './toolText';

/** What the editor calls the collections of optional fields, and their buttons. */
export const COLLECTION_TITLES: Record<string, [title: string, button: string]> = {
	additionalFields: ['Additional Fields', 'Add Field'],
	filters: ['Filters', 'Add Filter'],
	updateFields: ['Update Fields', 'Add Field'],
};

/** What the editor says above the fields. Prices change, so it tells where they are found. */
function noticeOf(operation: Operation): INodeProperties[] {
	const { notice, spends } = operation;
	const { text, priceList = 'Credit: Get Costs', estimate } = spends ?? {};
	const help = estimate
		? `'${priceList}' lists the prices, 'Budget: Estimate' estimates what this would cost, and the option '${OPTION_TITLES.maxCreditsPerCall}' sets a limit.`
		: `'${priceList}' lists the prices.`;
	const displayName = [notice, ...(text ? [text, help] : [])].filter(Boolean).join(' ');
	return displayName ? [{ displayName, name: 'notice', type: 'notice', default: '' }] : [];
}

function byDisplayName(a: INodeProperties, b: INodeProperties): number {
	return a.displayName.localeCompare(b.displayName);
}

/** The fields of a collection as its properties, in the order that n8n wants. */
function propertiesIn(fields: Field[]): INodeProperties[] {
	return fields.map(({ property }) => property).sort(byDisplayName);
}

function optionsProperty(operation: Operation): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: propertiesIn(optionsOf(operation)),
	};
}

function collectionProperty(operation: Operation, fields: Field[]): INodeProperties {
	const name = collectionName(operation);
	const [displayName, placeholder] = COLLECTION_TITLES[name];
	return {
		displayName,
		name,
		type: 'collection',
		placeholder,
		default: {},
		options: propertiesIn(fields.map((field) => (field.isInternal ? shownWhereSet(field) : field))),
	};
}

/** A field of a collection that is not offered, but shown where it has a value. */
function shownWhereSet(field: Field): Field {
	const { property } = field;
	const show = { [property.name]: [{ _cnd: { exists: true as const } }] };
	return { ...field, property: { ...property, displayOptions: { show } } };
}

interface Shown {
	property: INodeProperties;
	/** Further display conditions, beside resource and operation. */
	when?: NonNullable<INodeProperties['displayOptions']>['show'];
}

/** The text that tells a language model what the tool does; n8n's own would say no more than the action. */
const toolDescription = (operation: Operation): INodeProperties => ({
	displayName: 'Description',
	name: 'toolDescription',
	type: 'string',
	typeOptions: { rows: 4 },
	default: toolText(operation),
	required: true,
	noDataExpression: true,
	description: 'What the AI agent is told about this tool',
});

/** A switch of its own for tools where it is on in those only. */
function simplifySwitches({ simplify }: Operation): Shown[] {
	if (!simplify) return [];
	if (simplify.usual === 'always') return [simplifySwitch(true)];
	return [false, true].map((isTool) => ({
		property: simplifySwitch(isTool).property,
		when: { '@tool': [isTool] },
	}));
}

/** Shown only where something is in it: fields of which the editor has a better place now. */
const formerly = (collection: string): Shown['when'] => ({
	[`/${collection}`]: [{ _cnd: { not: {} as NodeParameterValue } }],
});

function propertiesOf(operation: Operation): Shown[] {
	const fields = fieldsOf(operation);
	const optional = fields.filter((field) => !standsAtTop(field));
	const former = fields.filter(({ wasOptional }) => wasOptional);
	const settings = [
		...fields.filter(standsAtTop),
		...(operation.confirm ? [confirmSwitch(operation.confirm)] : []),
		...(answerOf(operation).kind === 'list' ? [RETURN_ALL, LIMIT] : []),
	];
	return [
		{ property: toolDescription(operation), when: { '@tool': [true] } },
		...noticeOf(operation).map((property) => ({ property })),
		...settings.map((field) => ({
			property: field.property,
			...(field === LIMIT ? { when: { [RETURN_ALL.property.name]: [false] } } : {}),
		})),
		...simplifySwitches(operation),
		...(optional.length ? [{ property: collectionProperty(operation, optional) }] : []),
		...(former.length
			? [
					{
						property: collectionProperty(operation, former),
						when: formerly(collectionName(operation)),
					},
				]
			: []),
		{ property: optionsProperty(operation) },
	];
}

/** How much is returned, and in which form: below what is asked for. */
const RESULT_FIELDS = [RETURN_ALL, LIMIT, simplifySwitch(false)].map(
	({ property }) => property.name,
);

/** Where a property stands, whichever operation brought it in: notices first, collections last. */
function rank({ property: { type, name } }: Shown): number {
	if (type === 'notice') return 0;
	if (type === 'collection') return RESULT_FIELDS.length + (name === 'options' ? 4 : 3);
	if (name === 'toolDescription') return 1;
	return 3 + RESULT_FIELDS.indexOf(name);
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
	return [...merged.values()]
		.sort((a, b) => rank(a) - rank(b))
		.map(({ property, when, operations: names }) => ({
			...property,
			displayOptions: {
				show: { resource: [value], operation: names, ...property.displayOptions?.show, ...when },
			},
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
export function subtitle(resources: Resources): string {
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
export function describe(resources: Resources): INodeProperties[] {
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
