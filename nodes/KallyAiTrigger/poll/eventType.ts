import type { IDataObject } from 'n8n-workflow';

import type { Operation } from '../../KallyAi/table/operation';
import type { Statuses } from '../../KallyAi/table/statuses';
import type { Field } from '../../shared/fields/field';

/** What an event's filters were set to, by parameter name; those left empty are not there. */
export type Filters = Record<string, unknown>;

/** One entry of "Trigger On": what is one event, and where to look for it (docs/api.md, section 9). */
export interface EventType {
	name: string;
	/** What n8n's node panel calls it, such as "On missed call". */
	action: string;
	description: string;
	/** Resource whose ID a row carries. */
	resource: string;
	/** The operation that lists the rows. */
	list: Operation;
	/**
	 * Finds the rows of an answer that is no plain list; undefined where it is none of this operation's, `untold`
	 * where it does not tell at the moment.
	 */
	read?: (answer: IDataObject) => IDataObject[] | 'untold' | undefined;
	/** Filters that the endpoint itself applies. */
	query?: (filters: Filters) => IDataObject;
	/** ID of a row; the ID field under its usual names unless said otherwise. */
	id?: (row: IDataObject) => string;
	/** What the statuses mean, where each status of a row is an event of its own; undefined where it is not. */
	statuses?: (filters: Filters) => Statuses | undefined;
	/** Statuses that stay until somebody takes the work up again; back in one of them is another event. */
	resumable?: string[];
	/** Whether a row that is asked for again, after it was not or was gone, is another event. */
	returns?: boolean;
	/** Whether the event is asked for; all are unless said otherwise. */
	wanted?: (row: IDataObject, filters: Filters) => boolean;
	filters?: Field[];
	/** The operations that give what was said, and the statuses of calls in which nobody said anything. */
	audio?: { transcript: Operation; recording: Operation; silent: string[] };
	/** Example of a row (docs/api.md, section 9). */
	sample: IDataObject;
}

/** The events by their stored value. */
export type Events = Record<string, EventType>;
