import type { INodeProperties } from 'n8n-workflow';

/** The properties that the editor shows for a new operation, at top level, in a workflow's own node or in a tool. */
export const shownFor = (
	properties: INodeProperties[],
	resource: string,
	operation: unknown,
	{ isTool = false } = {},
): INodeProperties[] =>
	properties.filter(({ displayOptions: { show } = {} }) => {
		const { resource: resources, operation: operations, '@tool': tool = [isTool] } = show ?? {};
		// Shown only where an earlier workflow has something in it.
		const isFormer = show?.['/additionalFields'] !== undefined;
		return (
			!isFormer &&
			tool.includes(isTool) &&
			resources?.includes(resource) &&
			operations?.includes(operation as string)
		);
	});
