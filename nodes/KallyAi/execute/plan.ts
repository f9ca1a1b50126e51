import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { InputError } from '../../shared/errors/errors';
import type { Field, ItemContext } from '../../shared/fields/field';
import { checked, failedExpressionIn, readCollection, readField } from '../../shared/fields/read';
import { asPathSegment, asQueryValue, isEmpty } from '../../shared/fields/values';
import { isPlainObject, setMember } from '../../shared/objects';
import { fieldsOf, standsAtTop } from '../table/fields';
import { answerOf, collectionName, type Operation, type Resources } from '../table/operation';
import {
	confirmSwitch,
	LIMIT,
	optionsOf,
	type OptionValues,
	RETURN_ALL,
	simplifySwitch,
} from '../table/options';
import { checkDialects } from './dialects';
import { readParameter, readSetting } from './parameters';
import { isToolRun } from './standing';

/** The checked request of one item, ready to be sent. */
export interface Plan {
	itemIndex: number;
	/** `resource.operation`. */
	work: string;
	operation: Operation;
	path: string;
	query: IDataObject;
	/** Undefined for requests that have no body at all. */
	body?: IDataObject;
	options: OptionValues;
	/** Time after which it is no longer sent, in milliseconds since 1970; undefined if it may wait. */
	sendBefore?: number;
	/** The workflow's. */
	timezone: string;
	/** Rows wanted from a list; undefined for all. */
	limit?: number;
	/** Selects the wanted rows of a list that cannot filter them. */
	matches?: (row: IDataObject) => boolean | undefined;
	simplify: boolean;
	/** Whether a language model provided values and reads the result. */
	forModel: boolean;
	/** Display names of the texts in which an expression seems to have failed, with the trace it left. */
	doubtful: Array<{ displayName: string; trace: string }>;
}

/** The operation of an item, with its name `resource.operation`. */
export function findOperation(
	context: IExecuteFunctions,
	resources: Resources,
	itemIndex: number,
): { work: string; operation: Operation } {
	const resource = String(readParameter(context, 'resource', itemIndex));
	const name = String(readParameter(context, 'operation', itemIndex));
	const operations = Object.hasOwn(resources, resource) ? resources[resource].operations : {};
	if (!Object.hasOwn(operations, name)) {
		throw new InputError(`There is no operation '${name}' of the resource '${resource}'`);
	}
	return { work: `${resource}.${name}`, operation: operations[name] };
}

/** The parameters of an operation. Created once for each: the cost of an item must not depend on the table. */
interface Parameters {
	/** At top level. */
	top: Field[];
	/** In the operation's collection. */
	optional: Field[];
	/** All fields, in the order of the table. */
	fields: Field[];
	options: Field[];
}

const known = new WeakMap<Operation, Parameters>();

export function parametersOf(operation: Operation): Parameters {
	const before = known.get(operation);
	if (before) return before;
	const fields = fieldsOf(operation);
	const parameters = {
		top: fields.filter(standsAtTop),
		optional: fields.filter((field) => !standsAtTop(field) || field.wasOptional),
		fields,
		options: optionsOf(operation),
	};
	known.set(operation, parameters);
	return parameters;
}

/** Refuses an update whose added fields are all empty: KallyAI would respond as if something had changed. */
function refuseNoChange(fields: Field[], collection: unknown): void {
	const added = fields.filter(
		({ property: { name } }) => isPlainObject(collection) && Object.hasOwn(collection, name),
	);
	if (added.length === 0) return;
	const names = added.map(({ property }) => `'${property.displayName}'`);
	throw new InputError(
		`Nothing would change: no value is given for ${names.join(' and ')}`,
		'Nothing was sent for this item. Check what the expressions return.',
	);
}

/** Refuses an item without the values that its choice requires, and names all of them. */
function refuseLacking(operation: Operation, given: IDataObject): void {
	const { needs } = operation;
	const entries = needs?.fields[String(given[needs.by])] ?? [];
	const titles = new Map(
		parametersOf(operation).fields.map(({ property }) => [property.name, property.displayName]),
	);
	const lacking = entries
		.filter((names) => names.every((name) => given[name] === undefined))
		.map((names) => names.map((name) => `'${titles.get(name)}'`).join(' or '));
	if (lacking.length === 0) return;
	const all = lacking.join(', ').replace(/, ([^,]*)$/, ' and $1');
	throw new InputError(lacking.length === 1 ? `${all} is required` : `${all} are required`);
}

/** Values of the operation's fields by parameter name, in the API's format. */
function readFields(
	context: IExecuteFunctions,
	operation: Operation,
	itemIndex: number,
	item: ItemContext,
): IDataObject {
	const { top, optional, fields } = parametersOf(operation);
	const given: IDataObject = {};
	for (const field of top) {
		const { name, default: usual } = field.property;
		// A workflow saved before an optional field existed has no value for it.
		const stored = readParameter(context, name, itemIndex, field.required ? undefined : usual);
		const value = readField(field, stored, { ...item, given });
		if (!isEmpty(value)) given[name] = value as IDataObject;
	}
	const zone = top.find(({ isZone }) => isZone)?.property.name ?? '';
	const { [zone]: ofOperation = item.timezone } = given as Record<string, string>;
	const zoned = item.forModel ? { ...item, timezone: ofOperation } : item;
	if (optional.length > 0) {
		const name = collectionName(operation);
		const collection = readParameter(context, name, itemIndex, {});
		const updates = name === 'updateFields';
		const values = readCollection(optional, collection, zoned, updates);
		if (updates && !isEmpty(collection) && Object.keys(values).length === 0)
			refuseNoChange(optional, collection);
		for (const [key, value] of Object.entries(values)) given[key] ??= value as IDataObject;
	}
	for (const { property, required: isRequired, fallback } of fields) {
		if (given[property.name] !== undefined) continue;
		const value = fallback?.(given, item);
		if (value !== undefined) given[property.name] = value as IDataObject;
		else if (isRequired) throw new InputError(`'${property.displayName}' is required`);
	}
	refuseLacking(operation, given);
	if (operation.needsOneField && !optional.some(({ property }) => property.name in given)) {
		const names = optional.map(({ property }) => `'${property.displayName}'`);
		throw new InputError(`At least one of ${names.join(' and ')} is required`);
	}
	return given;
}

/** The texts of an item in which an expression seems to have failed. */
function doubtfulTexts(
	context: IExecuteFunctions,
	operation: Operation,
	given: IDataObject,
): Plan['doubtful'] {
	return parametersOf(operation).fields.flatMap((field) => {
		const { name, displayName } = field.property;
		if (!field.prose || given[name] === undefined) return [];
		const trace = failedExpressionIn(given[name], () => {
			const { parameters } = context.getNode();
			const collection = parameters[collectionName(operation)] as IDataObject | undefined;
			return standsAtTop(field) ? parameters[name] || collection?.[name] : collection?.[name];
		});
		return trace === undefined ? [] : [{ displayName, trace }];
	});
}

/** How to select the wanted rows, if values are given by which the node itself filters them. */
function matcherOf(operation: Operation, given: IDataObject): Plan['matches'] {
	const answer = answerOf(operation);
	const matches = answer.kind === 'list' ? answer.matches : undefined;
	const isPicking = parametersOf(operation).fields.some(
		({ isLocal, property }) => isLocal && given[property.name] !== undefined,
	);
	return matches && isPicking ? (row) => matches(row, given) : undefined;
}

/** Puts the values in their places: path, query or body. */
function makeRequest(
	operation: Operation,
	given: IDataObject,
): Pick<Plan, 'path' | 'query' | 'body'> {
	const { method, bodyOptional } = operation.request;
	const query: IDataObject = {};
	const body: IDataObject = {};
	let { path } = operation.request;
	let hasBodyFields = false;
	for (const { property, wire, isLocal } of parametersOf(operation).fields) {
		if (isLocal) continue;
		const { name, displayName } = property;
		const value = given[name];
		const placeholder = `{${name}}`;
		if (path.includes(placeholder)) {
			path = path.replace(placeholder, () => checked(displayName, () => asPathSegment(value)));
		} else if (method === 'GET') {
			// A false switch is left out of a query, as the vendor's own client does.
			if (value !== undefined && value !== false) {
				query[wire] = checked(displayName, () => asQueryValue(value));
			}
		} else {
			hasBodyFields = true;
			if (value !== undefined) setMember(body, wire, value);
		}
	}
	const hasBody = hasBodyFields && !(bodyOptional && Object.keys(body).length === 0);
	return { path, query, body: hasBody ? body : undefined };
}

/**
 * Checks an item's parameters and builds its request.
 *
 * @throws InputError naming the parameter
 */
export function planItem(
	context: IExecuteFunctions,
	resources: Resources,
	itemIndex: number,
): Plan {
	const { work, operation } = findOperation(context, resources, itemIndex);
	const forModel = isToolRun(context);
	const item: ItemContext = { timezone: context.getTimezone(), forModel };
	const read = <T>(field: Field<T>) => readSetting(context, field, itemIndex, item);
	const given = readFields(context, operation, itemIndex, item);
	const request = makeRequest(operation, given);
	checkDialects(operation, request.body);
	if (operation.confirm && !read(confirmSwitch(operation.confirm))) {
		throw new InputError(
			"'Confirm' must be on for this operation",
			"Nothing was sent for this item. Turn on 'Confirm' if you really want to do this.",
		);
	}
	const isSimplified = ({ simplify }: Operation) => {
		if (!simplify) return false;
		const usual = forModel || simplify.usual === 'always';
		return read(simplifySwitch(usual)) ?? usual;
	};
	const isList = answerOf(operation).kind === 'list';
	const options = readCollection(
		parametersOf(operation).options,
		readParameter(context, 'options', itemIndex, {}),
		item,
	) as OptionValues;
	const { sendWithin } = options;
	return {
		itemIndex,
		work,
		operation,
		...request,
		options,
		sendBefore: sendWithin === undefined ? undefined : Date.now() + sendWithin * 1000,
		timezone: item.timezone,
		limit: isList && !read(RETURN_ALL) ? Math.floor(read(LIMIT) as number) : undefined,
		matches: matcherOf(operation, given),
		simplify: isSimplified(operation),
		forModel,
		doubtful: doubtfulTexts(context, operation, given),
	};
}
