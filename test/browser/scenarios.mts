import assert from 'node:assert/strict';
import type { SingleStage } from '../../tools/e2e/stage.mts';
import type { WorkflowFile } from '../../tools/n8n/client.mts';
import type { Scenario } from '../e2e/scenario.mts';
import type { Editor } from './editor.mts';

/** The real n8n with a person in front of it. */
export interface BrowserStage extends SingleStage {
	editor: Editor;
}

const START: WorkflowFile = {
	name: 'My first call',
	nodes: [
		{
			id: '1d0a3f6e-52a8-4d1e-9a77-0c6c2f0b9d11',
			name: 'Start',
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		},
	],
	connections: {},
};

/** What somebody may type who wants something done that KallyAI does. */
const EVERYDAY_WORDS = [
	'call',
	'phone',
	'voicemail',
	'reservation',
	'outreach',
	'text message',
	'sms',
	'receptionist',
	'appointment',
	'booking',
	'restaurant',
	'inbox',
	'email',
	'assistant',
	'telephone',
	'dial',
	'credits',
	'calendar',
	'ride',
	'taxi',
	'bill',
	'missed call',
	'dentist',
	'secretary',
];

/** Everything that a person does with the nodes in the editor. */
export const editorScenarios: Array<Scenario<BrowserStage>> = [
	{
		name: 'the node is found by everyday words',
		async run({ editor }) {
			await editor.show(START);
			for (const words of EVERYDAY_WORDS) {
				const found = await editor.search(words);
				await found
					.first()
					.waitFor()
					.catch(() => assert.fail(`"${words}" does not find the node`));
			}
			await editor.search('phone call');
			await editor.picture('find-node', editor.part('node-creator'));
			return `${EVERYDAY_WORDS.length} words`;
		},
	},
];
