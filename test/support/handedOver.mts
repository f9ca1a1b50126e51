import type { INodeParameters, INodeProperties } from 'n8n-workflow';

import { shownFor } from './shownFor.mts';

/** What n8n's editor makes of a title when a field is handed to the model. */
export const keyOf = ({ displayName }: Pick<INodeProperties, 'displayName'>): string =>
	displayName.replace(/[^a-zA-Z0-9-]/g, '_').slice(0, 63);

/** The type of value that n8n's editor asks a model for. */
export const typeForModel = ({ type }: Pick<INodeProperties, 'type'>): string =>
	['number', 'boolean', 'json'].includes(type) ? type : 'string';

/** What the editor writes into a field that is handed to the model. */
function expression(field: INodeProperties): string {
	return `={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${keyOf(field)}', \`\`, '${typeForModel(field)}') }}`;
}

/** A value of a field that is handed to the model, as the editor stores it. */
function valueOf(field: INodeProperties): INodeParameters[string] {
	return field.type === 'resourceLocator'
		? { __rl: true, mode: 'id', value: expression(field) }
		: expression(field);
}

const SETTINGS = ['toolDescription', 'simplify', 'returnAll', 'confirm'];

/**
 * An operation, `resource.operation`, as a tool of which the editor hands every field to the model, whether it stands
 * at top level or in the collection of optional fields.
 */
export function handedOver(properties: INodeProperties[], id: string) {
	const [resource, operation] = id.split('.');
	const shown = shownFor(properties, resource, operation, { isTool: true }).filter(
		({ name, type }) => type !== 'notice' && !SETTINGS.includes(name),
	);
	const top = shown.filter(({ type }) => type !== 'collection');
	const collections = shown.filter(({ name, type }) => type === 'collection' && name !== 'options');
	const parametersOf = (fields: INodeProperties[]): INodeParameters =>
		Object.fromEntries(fields.map((field) => [field.name, valueOf(field)]));
	const membersOf = ({ options }: INodeProperties) => (options ?? []) as INodeProperties[];
	return {
		fields: [...top, ...collections.flatMap(membersOf)],
		parameters: {
			resource,
			operation,
			...parametersOf(top),
			...Object.fromEntries(
				collections.map((collection) => [collection.name, parametersOf(membersOf(collection))]),
			),
		} as INodeParameters,
	};
}
