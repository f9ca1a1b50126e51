import type { INodeProperties, INodeType, INodeTypeDescription } from 'n8n-workflow';
import type { Operation, Resources } from '../nodes/KallyAi/table/operation.ts';
import type { Field } from '../nodes/shared/fields/field.ts';

/** Where the declarative style sends a parameter, read from the operations that have it. */
function routingOf(name: string, operations: Operation[]): INodeProperties['routing'] {
	for (const { request, fields = [] } of operations) {
		const field = fields.find(({ property }: Field) => property.name === name);
		if (field === undefined || request.path.includes(`{${name}}`)) continue;
		const type = request.method === 'GET' ? 'query' : 'body';
		return { send: { type, property: field.wire } };
	}
	return undefined;
}

function withRouting(property: INodeProperties, operations: Operation[]): INodeProperties {
	const { name, type, options } = property;
	if (type !== 'collection') return { ...property, routing: routingOf(name, operations) };
	const members = (options as INodeProperties[]).map((member) => withRouting(member, operations));
	return { ...property, options: members };
}

/** The path with `{callId}` read as n8n's expressions read a locator. */
function urlOf({ path }: Operation['request']): string {
	return `=${path.replace(/\{(\w+)\}/g, (_match, name: string) => `{{ $parameter["${name}"].value ?? $parameter["${name}"] }}`)}`;
}

/**
 * The node in n8n's declarative style: the same description, with the routing that the table says and without code.
 * n8n gets as much of the work as the style can express.
 */
export function declarativeTwin(
	description: INodeTypeDescription,
	resources: Resources,
): INodeType {
	const properties = description.properties.map((property): INodeProperties => {
		const { resource: [resource] = [], operation: names } = (property.displayOptions?.show ??
			{}) as Record<string, string[]>;
		if (resource === undefined) return property;
		const { operations } = resources[resource];
		if (property.name !== 'operation') {
			return withRouting(
				property,
				(names ?? []).map((name) => operations[name]),
			);
		}
		const options = (property.options as Array<{ value: string; name: string }>).map((option) => {
			const { request } = operations[option.value];
			return { ...option, routing: { request: { method: request.method, url: urlOf(request) } } };
		});
		return { ...property, options };
	});
	return {
		description: {
			...description,
			name: 'declarativeTwin',
			requestDefaults: {
				baseURL: '={{ $credentials.baseUrl }}',
				headers: { Accept: 'application/json' },
			},
			properties,
		},
	};
}
