import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
} from 'n8n-workflow';

import { AUTHENTICATION, CREDENTIALS } from '../shared/authentication';
import { describe, subtitle } from './editor/properties';
import { editorMethods } from './editor/lists';
import { run } from './execute/run';
import { lookups, resources } from './resources';

/** The KallyAI node: its description and its execution are both made from the table in `resources`. */
export class KallyAi implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'KallyAI',
		name: 'kallyAi',
		icon: { light: 'file:../../icons/kallyai.svg', dark: 'file:../../icons/kallyai.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitle(resources),
		description:
			'Make and answer phone calls, send email, book, search and reach out with an AI assistant',
		defaults: { name: 'KallyAI' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: CREDENTIALS,
		properties: [AUTHENTICATION, ...describe(resources)],
	};

	methods = editorMethods(resources, lookups);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await run(this, resources, lookups)];
	}
}
