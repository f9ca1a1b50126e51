import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { readField } from '../../shared/fields/read';
import { isEmpty } from '../../shared/fields/values';
import { isPlainObject } from '../../shared/objects';
import type { Resources } from '../table/operation';
import { INCLUDE_INPUT_FIELDS } from '../table/options';
import { readParameter } from './parameters';
import { findOperation, parametersOf } from './plan';

/** What an item is meant to do, even if its parameters cannot be read. */
export interface Intent {
	/** The recipient as in the request, or else as given. */
	recipient?: string;
	/** Whether the output includes the fields of the input. */
	includesInput: boolean;
}

/** The value, or undefined if an expression or a value cannot be read. */
function attempted<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch {
		return undefined;
	}
}

/** Finds out what an item is meant to do; never fails. */
export function intentOf(
	context: IExecuteFunctions,
	resources: Resources,
	itemIndex: number,
): Intent {
	const item = { timezone: context.getTimezone(), given: {} };
	const operation = attempted(() => findOperation(context, resources, itemIndex).operation);
	const field = operation?.spends?.recipient
		? parametersOf(operation).fields.find(({ wire }) => wire === operation.spends?.recipient)
		: undefined;
	const given = field && attempted(() => readParameter(context, field.property.name, itemIndex));
	const recipient = field && (attempted(() => readField(field, given, item)) ?? given);
	const options = attempted(() => readParameter(context, 'options', itemIndex, {}));
	const { name } = INCLUDE_INPUT_FIELDS.property;
	const includesInput = attempted(() =>
		readField(INCLUDE_INPUT_FIELDS, isPlainObject(options) ? options[name] : undefined, item),
	);
	return {
		recipient: isEmpty(recipient) || typeof recipient === 'object' ? undefined : String(recipient),
		includesInput: includesInput === true,
	};
}

/** Fields of an input that would be mistaken for this outcome: n8n treats an `error` as a failure. */
const OF_OUTCOMES = ['error', '$error', 'replayed', 'timedOut'];

/** The fields of an input, overridden by those of its outcome. */
export function withInput(input: IDataObject = {}, outcome: IDataObject): IDataObject {
	const kept = Object.entries(input).filter(([name]) => !OF_OUTCOMES.includes(name));
	return { ...Object.fromEntries(kept), ...outcome } as IDataObject;
}
