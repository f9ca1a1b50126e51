import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import {
	asBoolean,
	asHeaderValue,
	asPathSegment,
	InvalidValue,
	isEmpty,
} from '../../shared/fields/values';
import { invalidInput, passedOn } from '../../shared/errors/errors';
import { isPlainObject, readNumber, setMember } from '../../shared/objects';
import { collectionName, type Field, type ItemSettings, type Operation } from '../table/operation';

/** The values of the node's options that an operation may read. */
export interface OperationOptions {
	concurrency?: number;
	timeout?: number;
	idempotencyKey?: string;
	download?: boolean;
	maxDownloadSize?: number;
	binaryPropertyName?: string;
	waitForCompletion?: boolean;
	maxWait?: number;
	maxCreditsPerCall?: number;
	creditsWarning?: number;
}

/** What one item asks for, checked and ready to be sent. */
export interface Plan {
	itemIndex: number;
	/** `resource.operation`. */
	key: string;
	operation: Operation;
	path: string;
	query: IDataObject;
	/** Undefined for requests that have no body at all. */
	body?: IDataObject;
	options: OperationOptions;
	/** Rows wanted from a list; undefined for all. */
	limit?: number;
	simplify: boolean;
}

// Scanning the whole description for each value would make an item's cost grow with the table.
const UNVALIDATED = { skipValidation: true };

/** Reads a parameter of an item without the host's look through all properties. */
export function readParameter(
	context: IExecuteFunctions,
	name: string,
	itemIndex: number,
	fallback?: unknown,
): unknown {
	return context.getNodeParameter(name, itemIndex, fallback, UNVALIDATED) as unknown;
}

function check<T>(name: string, run: () => T): T {
	try {
		return run();
	} catch (error) {
		if (error instanceof InvalidValue) throw invalidInput(`'${name}' ${error.message}`);
		throw passedOn(error);
	}
}

function readObject(context: IExecuteFunctions, name: string, itemIndex: number): IDataObject {
	const value = readParameter(context, name, itemIndex, {});
	return isPlainObject(value) ? value : {};
}

/** Values of the operation's fields by parameter name, as the wire wants them. */
function readFields(
	context: IExecuteFunctions,
	operation: Operation,
	itemIndex: number,
	settings: ItemSettings,
): IDataObject {
	const fields = operation.fields ?? [];
	const given: IDataObject = {};
	const collection = fields.some(({ required }) => !required)
		? readObject(context, collectionName(operation), itemIndex)
		: {};
	for (const { property, required, parse } of fields) {
		const { name, displayName } = property;
		const value = required
			? readParameter(context, name, itemIndex, undefined)
			: Object.hasOwn(collection, name)
				? collection[name]
				: undefined;
		const parsed = isEmpty(value)
			? undefined
			: check(displayName, () => parse(value, settings) as IDataObject);
		if (!isEmpty(parsed)) given[name] = parsed;
	}
	for (const { property, required, fallback } of fields) {
		if (given[property.name] !== undefined) continue;
		const value = fallback?.(given, settings) as IDataObject | undefined;
		if (value !== undefined) given[property.name] = value;
		else if (required) throw invalidInput(`'${property.displayName}' is required`);
	}
	if (operation.needsOneField && !fields.some((field) => isGivenOption(field, given))) {
		const names = fields
			.filter(({ required }) => !required)
			.map(({ property }) => `'${property.displayName}'`);
		throw invalidInput(`At least one of ${names.join(' and ')} is required`);
	}
	return given;
}

const isGivenOption = ({ required, property }: Field, given: IDataObject): boolean =>
	!required && given[property.name] !== undefined;

/** Checks an item's parameters and makes its request; throws `InvalidInput` naming the parameter. */
export function prepare(
	context: IExecuteFunctions,
	key: string,
	operation: Operation,
	itemIndex: number,
): Plan {
	const { method } = operation.request;
	const settings: ItemSettings = { timezone: context.getTimezone() };
	const given = readFields(context, operation, itemIndex, settings);
	const query: IDataObject = {};
	const body: IDataObject = {};
	let { path } = operation.request;
	let hasBodyFields = false;
	for (const { property, wire } of operation.fields ?? []) {
		const { name, displayName } = property;
		const value = given[name];
		const placeholder = `{${name}}`;
		if (path.includes(placeholder)) {
			path = path.replace(placeholder, () => check(displayName, () => asPathSegment(value)));
		} else if (method === 'GET') {
			// A false switch is left out of a query, as the vendor's own client does (contract, section 2).
			if (value !== undefined && value !== false) query[wire] = value;
		} else {
			hasBodyFields = true;
			if (value !== undefined) setMember(body, wire, value);
		}
	}
	if (operation.confirm && !isConfirmed(context, itemIndex)) {
		throw invalidInput(
			"'Confirm' has to be on for this operation",
			"Nothing was sent for this item. Switch 'Confirm' on if you want what the operation's description says.",
		);
	}
	const returnAll = operation.list && readParameter(context, 'returnAll', itemIndex, false);
	return {
		itemIndex,
		key,
		operation,
		path,
		query,
		body: hasBodyFields && !(operation.bodyOptional && isEmptyObject(body)) ? body : undefined,
		options: readOptions(context, itemIndex),
		limit: operation.list && !returnAll ? readLimit(context, itemIndex) : undefined,
		simplify:
			operation.simplify !== undefined &&
			readParameter(context, 'simplify', itemIndex, true) !== false,
	};
}

function isConfirmed(context: IExecuteFunctions, itemIndex: number): boolean {
	const value = readParameter(context, 'confirm', itemIndex, false);
	return !isEmpty(value) && check('Confirm', () => asBoolean(value));
}

const isEmptyObject = (object: IDataObject): boolean => Object.keys(object).length === 0;

function within(
	name: string,
	value: unknown,
	{ min = 1, max }: { min?: number; max?: number } = {},
): number {
	const number = readNumber(value);
	if (number === undefined || number < min || (max !== undefined && number > max)) {
		throw invalidInput(
			max === undefined
				? `'${name}' must be a number of at least ${min}`
				: `'${name}' must be a number between ${min} and ${max}`,
		);
	}
	return number;
}

function readLimit(context: IExecuteFunctions, itemIndex: number): number {
	return Math.floor(within('Limit', readParameter(context, 'limit', itemIndex, 50)));
}

function readOptions(context: IExecuteFunctions, itemIndex: number): OperationOptions {
	const given = readObject(context, 'options', itemIndex);
	const number = (
		name: keyof OperationOptions,
		title: string,
		bounds?: { min?: number; max?: number },
	) => (isEmpty(given[name]) ? undefined : within(title, given[name], bounds));
	return {
		concurrency: number('concurrency', 'Concurrency', { max: 50 }),
		timeout: number('timeout', 'Timeout (Seconds)'),
		idempotencyKey: isEmpty(given.idempotencyKey)
			? undefined
			: check('Idempotency Key', () => asHeaderValue(given.idempotencyKey)),
		download: given.download === true,
		maxDownloadSize: number('maxDownloadSize', 'Max Download Size (MB)'),
		binaryPropertyName: isEmpty(given.binaryPropertyName)
			? undefined
			: String(given.binaryPropertyName),
		waitForCompletion: given.waitForCompletion === true,
		maxWait: number('maxWait', 'Max Wait (Seconds)'),
		// An expression that finds nothing must not lift the cap.
		maxCreditsPerCall: Object.hasOwn(given, 'maxCreditsPerCall')
			? within('Max Credits per Call', given.maxCreditsPerCall, { min: 0 })
			: undefined,
		creditsWarning: number('creditsWarning', 'Warn Below Credits', { min: 0 }),
	};
}
