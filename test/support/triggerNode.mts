import type { INode, INodeParameters } from 'n8n-workflow';

import type { Engine } from './engine.mts';

/** The trigger in a workflow, with these parameters. */
export function triggerNode({ loader }: Engine, parameters: INodeParameters): INode {
	return {
		id: 'trigger',
		name: 'KallyAI Trigger',
		type: `${loader.packageName}.kallyAiTrigger`,
		typeVersion: 1,
		position: [0, 0],
		credentials: { kallyAiOAuth2Api: { id: 'kallyAiOAuth2Api', name: 'test' } },
		parameters: { authentication: 'oAuth2', ...parameters },
	};
}
