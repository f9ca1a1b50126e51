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

/** Titles of the collections of optional fields in the editor, and of their buttons. */
export const COLLECTION_TITLES: Record<string, [title: string, button: string]> = {
	additionalFields: ['Additional Fields', 'Add Field'],
	filters: ['Filters', 'Add Filter'],
	updateFields: ['Update Fields', 'Add Field'],
};

/** The notice above the fields. Prices change, so it says where to find them. */
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

/** The properties of a collection, in the order that n8n requires. */
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

/** A field of a collection that cannot be added, but is shown if it has a value. */
function shownWhereSet(field: Field): Field {
	const { property } = field;
	const show = { [property.name]: [{ _cnd: { exists: true as const } }] };
	return { ...field, property: { ...property, displayOptions: { show } } };
}

interface Shown {
	property: INodeProperties;
	/** Additional display conditions, besides resource and operation. */
	when?: NonNullable<INodeProperties['displayOptions']>['show'];
}

/** Tells a language model what the tool does; n8n's own text would only repeat the action. */
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

/** A separate switch for tools, if it is on only there. */
function simplifySwitches({ simplify }: Operation): Shown[] {
	if (!simplify) return [];
	if (simplify.usual === 'always') return [simplifySwitch(true)];
	return [false, true].map((isTool) => ({
		property: simplifySwitch(isTool).property,
		when: { '@tool': [isTool] },
	}));
}

/** Shown only if it has a value: for fields that have moved to a better place in the editor. */
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

/** Fields that say how much is returned and in which form, shown below the other fields. */
const RESULT_FIELDS = [RETURN_ALL, LIMIT, simplifySwitch(false)].map(
	({ property }) => property.name,
);

/** Position of a property, regardless of the operation that has it: notices first, collections last. */
function rank({ property: { type, name } }: Shown): number {
	if (type === 'notice') return 0;
	if (type === 'collection') return RESULT_FIELDS.length + (name === 'options' ? 4 : 3);
	if (name === 'toolDescription') return 1;
	return 3 + RESULT_FIELDS.indexOf(name);
}

/** Properties of one resource; a property that several operations share appears once. */
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
				...property.displayOptions,
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
