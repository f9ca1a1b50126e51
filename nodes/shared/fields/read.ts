import { InputError, rethrow } from '../errors/errors';
import { isPlainObject } from '../objects';
import type { Field, ItemContext } from './field';
import { invalid, InvalidValue, isEmpty, modelSaysNothing, saysNothing } from './values';

/** Runs a check of a parameter; a failed check becomes an `InputError` that names the parameter. */
export function checked<T>(displayName: string, check: () => T): T {
	try {
		return check();
	} catch (error) {
		const isInvalid = error instanceof InvalidValue;
		throw isInvalid ? new InputError(`'${displayName}' ${error.message}`) : rethrow(error);
	}
}

/** Whether a field is optional, so that a placeholder for no value leaves it out. */
const mayBeLeftOut = ({ required, prose, fallback, refusesEmpty }: Field): boolean =>
	!refusesEmpty && !prose && (!required || fallback !== undefined);

/** Whether a value of a language model means no value: models have to fill in every field that they see. */
function isNothing({ property, prose, required }: Field, value: unknown): boolean {
	const given = locatorsValue(value);
	if (isEmpty(given) || (modelSaysNothing(given) && !(prose && required))) return true;
	if (isPlainObject(given)) return Object.keys(given).length === 0;
	return (property.typeOptions?.minValue ?? 0) > 0 && Number(given) === 0;
}

/**
 * Reads the value of a field: undefined if it is empty. The one reader of all parameters of both nodes. Programs
 * and models write words such as "null" for no value; if the field is required, the message shows the given
 * value.
 *
 * @throws InputError naming the parameter, if the value cannot be read
 */
export function readField<T>(field: Field<T>, value: unknown, item: ItemContext): T | undefined {
	if (isEmpty(value) && !field.refusesEmpty) return undefined;
	if (item.forModel && isNothing(field, value)) {
		const { required, refusesEmpty, emptyFromModel } = field;
		if (emptyFromModel !== undefined) return emptyFromModel;
		if (!required && !refusesEmpty) return undefined;
	}
	return checked(field.property.displayName, () => {
		let parsed: T;
		try {
			parsed = field.parse(value, item);
		} catch (error) {
			if (mayBeLeftOut(field) && saysNothing(locatorsValue(value))) return undefined;
			throw rethrow(error);
		}
		if (field.refusesEmpty && isEmpty(parsed)) throw invalid('must have at least one entry', value);
		return parsed;
	});
}

const locatorsValue = (value: unknown): unknown =>
	isPlainObject(value) && '__rl' in value ? value.value : value;

/** A text that was emptied, as opposed to an expression that returned nothing. */
const isEmptied = ({ clearable }: Field, value: unknown): boolean =>
	clearable === true && typeof value === 'string' && isEmpty(value);

/**
 * Reads the fields that were added to a collection, by parameter name. If `clears`, an empty text is a value: it
 * clears the old one.
 */
export function readCollection(
	fields: Field[],
	collection: unknown,
	item: ItemContext,
	clears = false,
): Record<string, unknown> {
	const values: Record<string, unknown> = {};
	if (!isPlainObject(collection)) return values;
	for (const field of fields) {
		const { name } = field.property;
		if (!Object.hasOwn(collection, name)) continue;
		const value = readField(field, collection[name], item);
		if (!isEmpty(value)) values[name] = value;
		else if (clears && !item.forModel && isEmptied(field, collection[name])) values[name] = '';
	}
	return values;
}

/** What n8n inserts into a text if an expression in it returns nothing. */
const FAILED = /\b(?:undefined|NaN|Invalid DateTime)\b|\[object \w+\]/;

/** The trace of a failed expression in a text; undefined if there is none, or if `typed` also contains it. */
export function failedExpressionIn(value: unknown, typed: () => unknown): string | undefined {
	const [trace] = FAILED.exec(String(value)) ?? [];
	if (trace === undefined) return undefined;
	const parameter = JSON.stringify(typed() ?? '');
	return /^(?:\[?"=)/.test(parameter) && !parameter.includes(trace) ? trace : undefined;
}
