import { InputError, rethrow } from '../errors/errors';
import { isPlainObject } from '../objects';
import type { Field, ItemContext } from './field';
import { InvalidValue, isEmpty } from './values';

/** Runs a check of a parameter; what it finds wrong becomes an `InputError` that names the parameter. */
export function checked<T>(displayName: string, check: () => T): T {
	try {
		return check();
	} catch (error) {
		const isInvalid = error instanceof InvalidValue;
		throw isInvalid ? new InputError(`'${displayName}' ${error.message}`) : rethrow(error);
	}
}

/**
 * Reads a value that was given for a field: undefined where it is left empty. The one reader of all
 * parameters of both nodes.
 *
 * @throws InputError naming the parameter, where the value cannot be read
 */
export function readField<T>(
	{ property, parse, refusesEmpty }: Field<T>,
	value: unknown,
	item: ItemContext,
): T | undefined {
	if (isEmpty(value) && !refusesEmpty) return undefined;
	return checked(property.displayName, () => parse(value, item));
}

/** Reads the fields of a collection that were added to it, by parameter name. */
export function readCollection(
	fields: Field[],
	collection: unknown,
	item: ItemContext,
): Record<string, unknown> {
	const values: Record<string, unknown> = {};
	if (!isPlainObject(collection)) return values;
	for (const field of fields) {
		const { name } = field.property;
		if (!Object.hasOwn(collection, name)) continue;
		const value = readField(field, collection[name], item);
		if (!isEmpty(value)) values[name] = value;
	}
	return values;
}
