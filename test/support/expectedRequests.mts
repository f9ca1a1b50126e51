import {
	type INodeParameters,
	type INodeProperties,
	type INodeType,
	NodeHelpers,
} from 'n8n-workflow';

import {
	type ContractOperation,
	type ContractParameter,
	parameterName,
	sample,
} from './contract.mts';
import { shownFor } from './shownFor.mts';

/** Where the description puts a parameter of an operation: at top level or in one of its collections. */
export function placeOf(
	node: INodeType,
	resource: string,
	operation: string,
	name: string,
): string | undefined {
	const shown = shownFor(node.description.properties, resource, operation);
	if (shown.some((property) => property.name === name)) return '';
	return shown.find(
		({ type, options }) =>
			type === 'collection' &&
			(options as INodeProperties[]).some((option) => option.name === name),
	)?.name;
}

/** The node's parameters with these values in their places. */
export function nodeParameters(
	node: INodeType,
	contract: ContractOperation,
	values: Map<ContractParameter, unknown>,
): INodeParameters {
	const [resource, operation] = contract.id.split('.');
	const parameters: INodeParameters = { resource, operation };
	if (placeOf(node, resource, operation, 'confirm') === '') parameters.confirm = true;
	for (const [{ wire, in: place }, value] of values) {
		const name = parameterName(wire);
		const collection = placeOf(node, resource, operation, name);
		if (collection === undefined) throw new Error(`${contract.id} has no parameter ${name}`);
		const stored = place === 'path' && name.endsWith('Id') ? locatorValue(value) : value;
		if (collection === '') parameters[name] = stored as INodeParameters;
		else
			parameters[collection] = { ...(parameters[collection] as object), [name]: stored as string };
	}
	return parameters;
}

const locatorValue = (value: unknown) => ({ __rl: true, mode: 'id', value });

/** A request as it has to come over the wire. */
export interface Expected {
	method: string;
	path: string;
	query: Record<string, string>;
	body: unknown;
}

/** The request that these values make; `all` where no optional one is left out. */
export function expectedRequest(
	contract: ContractOperation,
	values: Map<ContractParameter, unknown>,
	all: boolean,
): Expected {
	const expected: Expected = {
		method: contract.method,
		path: contract.path,
		query: {},
		// Testing what is connected already is the one request without even an empty object.
		body: contract.hasBody && contract.id !== 'channel.test' ? {} : undefined,
	};
	for (const [{ in: place, wire }, value] of values) {
		if (place === 'path') {
			expected.path = expected.path.replace(`{${wire}}`, encodeURIComponent(String(value)));
		} else if (place === 'query') {
			expected.query[wire] = String(value);
		} else {
			const [outer, inner] = wire.split('.');
			expected.body ??= {};
			const body = expected.body as Record<string, any>;
			if (inner) body[outer] = { ...body[outer], [inner]: value };
			else body[outer] = value;
		}
	}
	return withDefaults(contract, expected, all);
}

/** What an operation needs beside what the document requires, with the value of `sample` for its choice. */
const NEEDED: Record<string, string[]> = { 'booking.create': ['notes'] };

/** Whether a parameter has to be given, by the document or by its operation's choice. */
export const isNeeded = ({ id }: ContractOperation, { required, wire }: ContractParameter) =>
	required || NEEDED[id]?.includes(wire) === true;

/** A value for each parameter that is needed, or for each. */
export function valuesOf(
	contract: ContractOperation,
	all: boolean,
): Map<ContractParameter, unknown> {
	return new Map(
		contract.parameters
			.filter((parameter) => all || isNeeded(contract, parameter))
			.map((parameter) => [parameter, sample(parameter)]),
	);
}

/** The values without those that the editor does not show for the choices among them: n8n drops these. */
export function shownValues(
	node: INodeType,
	{ id }: ContractOperation,
	values: Map<ContractParameter, unknown>,
): Map<ContractParameter, unknown> {
	const [resource, operation] = id.split('.');
	const given = Object.fromEntries(
		[...values].map(([{ wire }, value]) => [parameterName(wire), value as string]),
	);
	const shown = shownFor(node.description.properties, resource, operation).flatMap((property) => [
		property,
		...(property.type === 'collection' ? (property.options as INodeProperties[]) : []),
	]);
	const root = { resource, operation, returnAll: false, ...given };
	const isShown = ({ wire }: ContractParameter) => {
		const property = shown.find(({ name }) => name === parameterName(wire));
		return !property || NodeHelpers.displayParameter(root, property, null, null, root);
	};
	return new Map([...values].filter(([parameter]) => isShown(parameter)));
}

/** What the node adds of itself: both languages of a call and a limit for lists. */
function withDefaults(contract: ContractOperation, expected: Expected, all: boolean): Expected {
	if (all) return expected;
	const takesLimit = contract.parameters.some(
		({ wire, in: place }) => place === 'query' && wire === 'limit',
	);
	if (takesLimit) expected.query.limit = '50';
	if (contract.id === 'call.make') {
		Object.assign((expected.body as Record<string, object>).submission, {
			language: 'en',
			call_language: 'en',
		});
	}
	return expected;
}
