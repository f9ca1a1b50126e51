import type { IDataObject } from 'n8n-workflow';

import type { Operation } from '../../KallyAi/table/operation';
import type { Statuses } from '../../KallyAi/table/statuses';
import type { Field } from '../../shared/fields/field';

/** The filters of an event, by parameter name; empty ones are left out. */
export type Filters = Record<string, unknown>;

/** One entry of "Trigger On": what an event is, and which list has it (docs/api.md, section 9). */
export interface EventType {
	name: string;
	/** Its name in n8n's node panel, such as "On missed call". */
	action: string;
	description: string;
	/** Resource whose ID a row carries. */
	resource: string;
	/** The operation that lists the rows. */
	list: Operation;
	/**
	 * Finds the rows of a response that is not a plain list; undefined if it is not a response of this operation,
	 * `untold` if it temporarily has no data.
	 */
	read?: (answer: IDataObject) => IDataObject[] | 'untold' | undefined;
	/** Filters that the endpoint itself applies. */
	query?: (filters: Filters) => IDataObject;
	/** ID of a row; by default, the field with one of the usual names. */
	id?: (row: IDataObject) => string;
	/** What the statuses mean if each status of a row is an event; undefined otherwise. */
	statuses?: (filters: Filters) => Statuses | undefined;
	/** Statuses that are final until somebody resumes the work; a return to one of them is a new event. */
	resumable?: string[];
	/** Whether a row that is selected again, after it was not selected or was gone, is a new event. */
	returns?: boolean;
	/** Whether the event is selected; all are by default. */
	wanted?: (row: IDataObject, filters: Filters) => boolean;
	filters?: Field[];
	/** The operations that return what was said, and the statuses of calls in which nobody said anything. */
	audio?: { transcript: Operation; recording: Operation; silent: string[] };
	/** Example of a row (docs/api.md, section 9). */
	sample: IDataObject;
}

/** The events by their stored value. */
export type Events = Record<string, EventType>;
