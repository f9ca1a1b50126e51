import type { IDataObject, INodeProperties } from 'n8n-workflow';

/** What a field can know about the item whose value it reads. */
export interface ItemContext {
	/** IANA name of the workflow's time zone, for values that were given with an offset. */
	timezone: string;
	/** Whether a language model provided the values. */
	forModel?: boolean;
	/** The values of the operation's fields that were read earlier, by parameter name. */
	given?: IDataObject;
}

/**
 * One parameter of an operation, of the node or of the trigger: how the editor shows it, how its value is read
 * and where it is sent. `T` is the type of the value.
 */
export interface Field<T = unknown> {
	/** The editor's property, without the display options of its operation; `property.name` is the public parameter name. */
	property: INodeProperties;
	/** Name in the request; a dot makes it a member of an object (`submission.party_size`). */
	wire: string;
	/** Required fields are at the top level, the others in the operation's collection. */
	required: boolean;
	/** Whether it is at the top level although it is optional. */
	atTop?: boolean;
	/** Whether some values of another field make it required. */
	isNeeded?: boolean;
	/** Whether it was in the operation's collection before: values there are still read. */
	wasOptional?: boolean;
	/** Converts the parameter's value to the request's, or throws `InvalidValue` with what it must be. */
	parse: (value: unknown, item: ItemContext) => T;
	/** Value if the parameter is left empty; receives the values of the other fields by parameter name. */
	fallback?: (given: IDataObject, item: ItemContext) => unknown;
	/** Whether an added but empty value is refused: an expression that returns nothing must not lift a limit. */
	refusesEmpty?: boolean;
	/** The meaning of an empty value from a language model, if people must enter one. */
	emptyFromModel?: T;
	/** Whether it is the time zone of the operation's other times. */
	isZone?: boolean;
	/** The format of its value, for language models, which see no placeholder. */
	format?: string;
	/** Whether any text for people is allowed: it is sent as given. */
	prose?: boolean;
	/** Whether it is an internal ID of KallyAI, which the editor shows only if a workflow has it. */
	isInternal?: boolean;
	/** Whether the node itself filters the rows of the response by it; it is not sent. */
	isLocal?: boolean;
	/** Whether an update may clear it: then an empty text is sent. */
	clearable?: boolean;
}

/** Fields by parameter name. */
export type Fields = Record<string, Field>;

/** The values of such fields: only those that were given. */
export type Values<F extends Record<string, Field>> = {
	[Name in keyof F]?: F[Name] extends Field<infer T> ? T : never;
};
