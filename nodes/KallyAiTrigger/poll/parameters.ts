import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import type { Field, Values } from '../../shared/fields/field';
import { choices, decimal, flag } from '../../shared/fields/kinds';
import { readCollection, readField } from '../../shared/fields/read';
import type { Events, Filters } from './eventType';

/** Minutes of a week: lists with later arrivals cannot be tracked. */
const LONGEST_TOLERANCE = 7 * 24 * 60;

/** The trigger's options. */
const OPTIONS = {
	emitExisting: flag('emitExisting', {
		description:
			'Whether to include existing events when the workflow is first published, instead of new ones only',
	}),
	includeRecording: flag('includeRecording', {
		description: 'Whether to add the recording of calls as binary data',
	}),
	includeTranscript: flag('includeTranscript', {
		description: 'Whether to add the transcript of calls',
	}),
	tolerance: decimal('tolerance', {
		displayName: 'Late Arrival Window (Minutes)',
		typeOptions: { minValue: 0, maxValue: LONGEST_TOLERANCE },
		default: 15,
		description: "How late an event may appear in KallyAI's lists and still be picked up",
	}),
	maxEvents: decimal('maxEvents', {
		displayName: 'Max Events per Poll',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of events per poll. The rest follow in the next polls.',
	}),
};

const OPTION_FIELDS: Field[] = Object.values(OPTIONS);
const AUDIO_OPTIONS: string[] = ['includeRecording', 'includeTranscript'];

const OPTION_DEFAULTS = Object.fromEntries(
	OPTION_FIELDS.map(({ property }) => [property.name, property.default]),
);

type OptionValues = Required<Values<typeof OPTIONS>>;

function eventField(events: Events): Field<string> {
	const names = Object.entries(events).map(([event, { name }]) => [event, name]);
	return choices('event', Object.fromEntries(names) as Record<string, string>, {
		displayName: 'Trigger On',
		required: true,
		refusesEmpty: true,
		options: Object.entries(events).map(([value, { name, action, description }]) => ({
			name,
			value,
			action,
			description,
		})),
	});
}

const isSwitch = ({ type }: INodeProperties): number => Number(type === 'boolean');

/** The properties of a trigger with these events, without the authentication. */
export function propertiesOf(events: Events): INodeProperties[] {
	const filters = new Map<INodeProperties, string[]>();
	for (const [event, { filters: fields = [] }] of Object.entries(events)) {
		for (const { property } of fields) {
			filters.set(property, [...(filters.get(property) ?? []), event]);
		}
	}
	const withAudio = Object.keys(events).filter((event) => events[event].audio);
	const options = OPTION_FIELDS.map(
		({ property }): INodeProperties =>
			AUDIO_OPTIONS.includes(property.name)
				? { ...property, displayOptions: { show: { '/event': withAudio } } }
				: property,
	);
	return [
		eventField(events).property,
		...[...filters]
			.sort(([a], [b]) => isSwitch(a) - isSwitch(b))
			.map(([property, names]) => ({
				...property,
				displayOptions: { show: { event: names, ...property.displayOptions?.show } },
			})),
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options,
		},
	];
}

/** The settings of a trigger. */
export interface Settings extends OptionValues {
	/** Names of the chosen events, each once. */
	chosen: string[];
	/** Filters of each chosen event. */
	filters: Record<string, Filters>;
	/** The same as stored, to detect changes. */
	stored: Record<string, IDataObject>;
}

/**
 * Reads the parameters of the trigger.
 *
 * @throws InputError naming the parameter
 */
export function readSettings(context: IPollFunctions, events: Events): Settings {
	const item = { timezone: context.getTimezone() };
	const chosen = readField(eventField(events), context.getNodeParameter('event'), item) as string;
	const settings: Settings = {
		...(OPTION_DEFAULTS as unknown as OptionValues),
		...readCollection(OPTION_FIELDS, context.getNodeParameter('options', {}), item),
		chosen: [...new Set(chosen.split(','))],
		filters: {},
		stored: {},
	};
	for (const event of settings.chosen) {
		const filters: Filters = {};
		const stored: IDataObject = {};
		for (const field of events[event].filters ?? []) {
			const { name } = field.property;
			// n8n returns no value for a parameter that it does not show.
			const hidden = field.fallback?.({}, item) ?? null;
			stored[name] = context.getNodeParameter(name, hidden) as IDataObject;
			const value = readField(field, stored[name], item);
			if (value !== undefined) filters[name] = value;
		}
		settings.filters[event] = filters;
		settings.stored[event] = stored;
	}
	return settings;
}
