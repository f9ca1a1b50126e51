import {
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
	NodeConnectionTypes,
} from 'n8n-workflow';

import { AUTHENTICATION, CREDENTIALS } from '../shared/authentication';
import { toNodeError } from '../shared/errors/nodeError';
import { poll } from './poll/poll';
import { events } from './events';

const filters = Object.entries(events).flatMap(([event, { filters: properties = [] }]) =>
	properties.map(
		(property): INodeProperties => ({
			...property,
			displayOptions: { show: { event: [event], ...property.displayOptions?.show } },
		}),
	),
);

const withAudio = Object.keys(events).filter((event) => events[event].hasAudio);

const names = JSON.stringify(
	Object.fromEntries(Object.entries(events).map(([event, { name }]) => [event, name])),
);

/** Starts a workflow for what happens at KallyAI, each event once; the events stand in `events.ts`. */
export class KallyAiTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'KallyAI Trigger',
		name: 'kallyAiTrigger',
		icon: { light: 'file:../../icons/kallyai.svg', dark: 'file:../../icons/kallyai.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: `={{ $parameter["event"].map((event) => (${names})[event]).join(", ") }}`,
		// n8n's node panel shows this text for the package's other node as well.
		description:
			'Starts the workflow when something happens at KallyAI, the AI assistant that calls, writes, books and reaches out for you',
		defaults: { name: 'KallyAI Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: CREDENTIALS,
		properties: [
			AUTHENTICATION,
			{
				displayName: 'Trigger On',
				name: 'event',
				type: 'multiOptions',
				required: true,
				options: Object.entries(events).map(([value, { name, description }]) => ({
					name,
					value,
					description,
				})),
				default: [],
			},
			...filters,
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add Option',
				default: {},
				options: [
					{
						displayName: 'Emit Existing',
						name: 'emitExisting',
						type: 'boolean',
						default: false,
						description:
							'Whether to start with what is there already when the workflow is first published, instead of with what comes next',
					},
					{
						displayName: 'Include Recording',
						name: 'includeRecording',
						type: 'boolean',
						displayOptions: { show: { '/event': withAudio } },
						default: false,
						description: 'Whether to add the recording of calls as binary data',
					},
					{
						displayName: 'Include Transcript',
						name: 'includeTranscript',
						type: 'boolean',
						displayOptions: { show: { '/event': withAudio } },
						default: false,
						description: 'Whether to add the transcript of calls',
					},
					{
						displayName: 'Lateness Tolerance (Minutes)',
						name: 'tolerance',
						type: 'number',
						typeOptions: { minValue: 0 },
						default: 15,
						description:
							"How much later than its own time something may turn up in KallyAI's lists",
					},
					{
						displayName: 'Max Events per Poll',
						name: 'maxEvents',
						type: 'number',
						typeOptions: { minValue: 1 },
						default: 50,
						description: 'How many events one poll gives out; the others follow in the next ones',
					},
				],
			},
		],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		try {
			return await poll(this);
		} catch (error) {
			throw toNodeError(this.getNode(), error);
		}
	}
}
