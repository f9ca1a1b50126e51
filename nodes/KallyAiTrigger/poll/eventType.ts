import type { IDataObject } from 'n8n-workflow';

import type { Field } from '../../shared/fields/field';
import type { Standing } from '../cursor/advance';

/** The values of the trigger's parameters, as far as an event's filters read them. */
export type Filters = IDataObject;

/** One entry of "Trigger On": what is one event, and where to look for it (docs/api.md, section 9). */
export interface EventType {
	name: string;
	description: string;
	/** Resource whose ID a row carries. */
	resource: string;
	list: {
		path: string;
		/** Property that holds the rows. */
		rows?: string;
		/** Rows asked for at once; unset where the endpoint takes no `limit`. */
		pageSize?: number;
		offset?: boolean;
		/** Filters that the endpoint itself applies. */
		query?: (filters: Filters) => IDataObject;
		/** Finds the rows of an answer that is no plain list. */
		read?: (answer: IDataObject, filters: Filters) => IDataObject[];
	};
	/** ID of a row; the ID field under its usual names unless said otherwise. */
	id?: (row: IDataObject) => string;
	/** How a row's state stands, where each state is an event of its own; undefined where it is not. */
	standing?: (status: string, filters: Filters) => Standing | undefined;
	/** Whether the event is asked for; all are unless said otherwise. */
	wanted?: (row: IDataObject, filters: Filters) => boolean;
	/** Whether a row that is not wanted any more can become an event again. */
	rearms?: boolean;
	filters?: Field[];
	/** Whether transcript and recording are found below the row's ID. */
	hasAudio?: boolean;
	/** Example of a row (docs/api.md, section 9). */
	sample: IDataObject;
}
