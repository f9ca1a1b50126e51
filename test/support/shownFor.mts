import type { INodeProperties } from 'n8n-workflow';

/** The properties that the editor shows for an operation, at top level. */
export const shownFor = (
	properties: INodeProperties[],
	resource: string,
	operation: unknown,
): INodeProperties[] =>
	properties.filter(({ displayOptions: { show } = {} }) => {
		const { resource: resources, operation: operations } = show ?? {};
		return resources?.includes(resource) && operations?.includes(operation as string);
	});
