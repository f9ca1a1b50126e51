import {
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
	NodeConnectionTypes,
} from 'n8n-workflow';

import { AUTHENTICATION, CREDENTIALS } from '../shared/authentication';
import { toNodeError } from '../shared/errors/nodeError';
import { events } from './events';
import { propertiesOf } from './poll/parameters';
import { poll } from './poll/poll';

const names = JSON.stringify(
	Object.fromEntries(Object.entries(events).map(([event, { name }]) => [event, name])),
);

/** Starts a workflow for each event at KallyAI, once; `events.ts` defines the events. */
export class KallyAiTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'KallyAI Trigger',
		name: 'kallyAiTrigger',
		icon: { light: 'file:../../icons/kallyai.svg', dark: 'file:../../icons/kallyai.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: `={{ $parameter["event"].map((event) => (${names})[event]).join(", ") }}`,
		// n8n's node panel shows this text for the other node of the package as well.
		description:
			'Phone calls, answering, email and bookings by an AI assistant. Starts the workflow when something happens in KallyAI.',
		defaults: { name: 'KallyAI Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: CREDENTIALS,
		properties: [AUTHENTICATION, ...propertiesOf(events)],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		try {
			return await poll(this, events);
		} catch (error) {
			throw toNodeError(this.getNode(), error);
		}
	}
}
