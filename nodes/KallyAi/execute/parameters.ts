import type { IExecuteFunctions } from 'n8n-workflow';

import type { Field, ItemContext } from '../../shared/fields/field';
import { readField } from '../../shared/fields/read';

// Searching the whole description for each value would make the cost of an item grow with the table.
const UNVALIDATED = { skipValidation: true };

/** Reads a parameter of an item without the host's search through all properties. */
export function readParameter(
	context: IExecuteFunctions,
	name: string,
	itemIndex: number,
	fallback?: unknown,
): unknown {
	return context.getNodeParameter(name, itemIndex, fallback, UNVALIDATED) as unknown;
}

/** Reads a top-level field; one that the node does not have yet has its default value. */
export function readSetting<T>(
	context: IExecuteFunctions,
	field: Field<T>,
	itemIndex: number,
	item: ItemContext,
): T | undefined {
	const { name, default: usual } = field.property;
	return readField(field, readParameter(context, name, itemIndex, usual), item);
}
