import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import type { ItemContext } from '../../shared/fields/field';
import { checked, readCollection, readField } from '../../shared/fields/read';
import { asChoices, isEmpty } from '../../shared/fields/values';
import { events } from '../events';
import { optionsFor } from '../options';
import type { Filters } from './eventType';

/** The trigger's options by parameter name. */
export const OPTIONS = optionsFor(Object.keys(events).filter((event) => events[event].hasAudio));

type OptionValues = {
	[Name in keyof typeof OPTIONS]?: ReturnType<(typeof OPTIONS)[Name]['parse']>;
};

/** What the trigger's parameters say. */
export interface TriggerParameters {
	/** Names of the chosen events. */
	chosen: string[];
	filters: Filters;
	options: OptionValues;
}

/**
 * Reads the trigger's parameters as the node reads its own. A filter that is left empty keeps the value it
 * was stored with, since what is stored decides whether the trigger goes on with what it remembers.
 *
 * @throws InputError naming the parameter
 */
export function readParameters(context: IPollFunctions): TriggerParameters {
	const item: ItemContext = { timezone: context.getTimezone() };
	const names = Object.fromEntries(
		Object.entries(events).map(([event, { name }]) => [event, name]),
	);
	const chosen = checked('Trigger On', () => asChoices(context.getNodeParameter('event'), names));
	const filters: Filters = {};
	for (const field of chosen.flatMap((event) => events[event].filters ?? [])) {
		const { name } = field.property;
		const value = context.getNodeParameter(name, null) as unknown;
		const read = readField(field, value, item);
		filters[name] = (isEmpty(read) ? value : read) as IDataObject;
	}
	const given = context.getNodeParameter('options', {});
	return { chosen, filters, options: readCollection(Object.values(OPTIONS), given, item) };
}
