import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
} from 'n8n-workflow';

import { describe, subtitle } from './engine/description';
import { editorMethods } from './engine/methods';
import { run } from './engine/run';
import { resources } from './resources';

/** The KallyAI node: its description and its work are both made from the table in `resources`. */
export class KallyAi implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'KallyAI',
		name: 'kallyAi',
		icon: { light: 'file:../../icons/kallyai.svg', dark: 'file:../../icons/kallyai.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitle(resources),
		description: 'Have the KallyAI assistant call, write, book, search and reach out for you',
		defaults: { name: 'KallyAI' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{
				name: 'kallyAiOAuth2Api',
				required: true,
				displayOptions: { show: { authentication: ['oAuth2'] } },
			},
			{
				name: 'kallyAiTokenApi',
				required: true,
				displayOptions: { show: { authentication: ['token'] } },
			},
		],
		properties: [
			{
				displayName: 'Authentication',
				name: 'authentication',
				type: 'options',
				options: [
					{ name: 'OAuth2', value: 'oAuth2' },
					{ name: 'Access Token', value: 'token' },
				],
				default: 'oAuth2',
			},
			...describe(resources),
		],
	};

	methods = editorMethods(resources);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await run(this, resources)];
	}
}
