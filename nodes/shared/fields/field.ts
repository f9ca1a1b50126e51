import type { IDataObject, INodeProperties } from 'n8n-workflow';

/** What a field may ask about the item whose value it reads. */
export interface ItemContext {
	/** IANA name of the workflow's time zone, for values that were given with an offset. */
	timezone: string;
	/** Whether a language model gave the values. */
	forModel?: boolean;
	/** The values of the operation's fields that were read before, by parameter name. */
	given?: IDataObject;
}

/**
 * One parameter, of an operation, of the node or of the trigger: how the editor shows it, how its value
 * is read and where it goes on the wire. `T` is what is read.
 */
export interface Field<T = unknown> {
	/** The editor's property, without the display options of its operation; `property.name` is the public parameter name. */
	property: INodeProperties;
	/** Name on the wire; a dot makes it a member of an object (`submission.party_size`). */
	wire: string;
	/** Required fields stand at top level, the others in the operation's collection. */
	required: boolean;
	/** Stands at top level although it may be left out. */
	atTop?: boolean;
	/** Whether some values of another field make it required. */
	isNeeded?: boolean;
	/** Stood in the operation's collection before: what workflows have there goes on being read. */
	wasOptional?: boolean;
	/** Turns the parameter's value into the wire's, or throws `InvalidValue` saying what it has to be. */
	parse: (value: unknown, item: ItemContext) => T;
	/** Value taken when the parameter is left empty; gets the values of the other fields by parameter name. */
	fallback?: (given: IDataObject, item: ItemContext) => unknown;
	/** Whether a value that was added but turns out empty is refused: an expression that finds nothing must not lift a limit. */
	refusesEmpty?: boolean;
	/** What an empty value from a language model stands for, where people have to give one. */
	emptyFromModel?: T;
	/** Whether it is the time zone in which the other times of the operation are meant. */
	isZone?: boolean;
	/** The form of its value, for language models, who see no placeholder. */
	format?: string;
	/** Whether any text will do, written for people: it is sent as given. */
	prose?: boolean;
	/** Whether it is an ID of KallyAI's own workings, which the editor shows only where a workflow has it. */
	isInternal?: boolean;
	/** Whether the node itself picks rows of the response by it; it is not sent. */
	isLocal?: boolean;
	/** Whether an update may clear it: an emptied text is sent then. */
	clearable?: boolean;
}

/** Fields by parameter name. */
export type Fields = Record<string, Field>;

/** What reading such fields gives: only those that were given. */
export type Values<F extends Record<string, Field>> = {
	[Name in keyof F]?: F[Name] extends Field<infer T> ? T : never;
};
