import { createRequire } from 'node:module';

import type {
	INode,
	INodeParameters,
	INodePropertyOptions,
	INodeTypeDescription,
} from 'n8n-workflow';

import type { WorkflowNode } from '../../tools/n8n/client.mts';

// The ES modules of n8n-workflow do not load in Node itself.
const require = createRequire(import.meta.url);
const { NodeHelpers } = require('n8n-workflow') as typeof import('n8n-workflow');

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null;

/** Paths of what stands in `given` and not in `known`. */
function unknownPaths(given: unknown, known: unknown, path = ''): string[] {
	if (!isObject(given)) return [];
	return Object.entries(given).flatMap(([name, value]) => {
		const here = path ? `${path}.${name}` : name;
		if (!isObject(known) || !(name in known)) return [here];
		return unknownPaths(value, known[name], here);
	});
}

/** What n8n would not know, not show or not accept of a node's parameters. */
export function problemsOf(node: WorkflowNode, description: INodeTypeDescription): string[] {
	const { properties } = description;
	const parameters = node.parameters as INodeParameters;
	const asNode = { ...node, parameters } as unknown as INode;
	const known = NodeHelpers.getNodeParameters(
		properties,
		parameters,
		true,
		false,
		asNode,
		description,
	);
	const unknown = unknownPaths(parameters, known).map((path) => `there is no parameter ${path}`);
	const choices = properties.filter(
		(property) =>
			property.type === 'options' &&
			property.name in parameters &&
			!property.typeOptions?.loadOptionsMethod &&
			NodeHelpers.displayParameter(parameters, property, asNode, description),
	);
	const unchosen = choices
		.filter(({ name, options = [] }) => {
			const value = parameters[name];
			if (String(value).startsWith('=')) return false;
			return !(options as INodePropertyOptions[]).some((option) => option.value === value);
		})
		.map(({ name }) => `${name} has no choice ${String(parameters[name])}`);
	const issues = NodeHelpers.getNodeParametersIssues(properties, asNode, description);
	const faults = Object.values(issues?.parameters ?? {}).flat();
	return [...unknown, ...unchosen, ...faults].map((problem) => `${node.name}: ${problem}`);
}
