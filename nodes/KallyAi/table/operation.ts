import type { IDataObject, INodeProperties } from 'n8n-workflow';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a parser may ask about the item whose parameter it reads. */
export interface ItemSettings {
	/** IANA name of the workflow's time zone, for values that were given with an offset. */
	timezone: string;
}

/**
 * One parameter of an operation: how the editor shows it and where it goes on the wire.
 * Whether it travels in the path, the query or the body follows from the operation's request.
 */
export interface Field {
	/** The editor's property, without display options; `property.name` is the public parameter name. */
	property: INodeProperties;
	/** Name on the wire; a dot makes it a member of an object (`submission.party_size`). */
	wire: string;
	/** Required fields stand at top level, the others in the operation's collection. */
	required: boolean;
	/** Turns the parameter's value into the wire's, or throws `InvalidValue` saying what it has to be. */
	parse: (value: unknown, settings: ItemSettings) => unknown;
	/** Value sent when the parameter is left empty; gets the values of the other fields by parameter name. */
	fallback?: (given: IDataObject, settings: ItemSettings) => unknown;
}

export interface OperationRequest {
	method: HttpMethod;
	/** Path template; `{callId}` is filled from the field of that name. */
	path: string;
}

/** How a list answers and pages (contract, section 5). */
export interface ListSpec {
	/** Property that holds the rows, where the contract names one. */
	rows?: string;
	/** Largest page the endpoint gives; unset where the endpoint has no `limit`, 0 where the bound is not stated. */
	pageSize?: number;
	/** Whether the endpoint takes `offset`, so that further pages can be asked for. */
	offset?: boolean;
	/** How a row is called in a From List locator; an operation with it can be searched (`searchName`). */
	label?: (row: IDataObject) => string;
}

/** How an operation's work can be followed until it ends. */
export interface CompletionSpec {
	/** Path template of the record to read, `{id}` being what `id` finds in the answer. */
	path: string;
	id: (answer: IDataObject) => unknown;
	/** States after which nothing changes any more. */
	final: string[];
	/** Key under which the followed record is added to the answer; unset = the record replaces it. */
	as?: string;
}

/** How the audio or calendar file of an operation is fetched. */
export interface DownloadSpec {
	/** `link`: the answer is JSON with a URL; `body`: the answer itself is the file. */
	from: 'link' | 'body';
	fileName: string;
	mimeType: string;
}

/** How the cost of an operation's work is estimated before it is sent. */
export interface EstimateSpec {
	/** Kind of task in KallyAI's terms, which may follow from the request's body. */
	type: string | ((body: IDataObject) => string);
	/** Wire names of the fields that say what the work is. */
	description: string[];
}

/** How a run over several items is summed up: "17 of 20 calls reached somebody, 3 no answer". */
export interface ReportSpec {
	/** The items, such as "calls". */
	noun: string;
	/** What became of those that went well, such as "reached somebody". */
	done: string;
	/** States that went well; unset where an answer has no state. */
	states?: string[];
}

/** One operation of the node: a row of the table that the description and the executor are made from. */
export interface Operation {
	name: string;
	action: string;
	description: string;
	request: OperationRequest;
	fields?: Field[];
	list?: ListSpec;
	completion?: CompletionSpec;
	download?: DownloadSpec;
	/** At least one of the optional fields has to be set (contract, section 8, row 12). */
	needsOneField?: boolean;
	/** Refused unless the switch 'Confirm' is on; the text is the switch's description ("Whether …"). */
	confirm?: string;
	/** No body at all where no field of it is given; without this flag such a body is `{}` (contract, section 8, row 6). */
	bodyOptional?: boolean;
	/** The answer is a redirect, which is reported and not followed. */
	redirects?: boolean;
	/** A POST that changes nothing: no idempotency key, and items may run side by side. */
	readOnly?: boolean;
	/** A lost connection is tried again with the same idempotency key (contract, section 4). */
	repeatable?: boolean;
	/** Seconds until a request is given up; 30 unless said otherwise. */
	timeout?: number;
	/** What somebody has to know before it is run; the editor shows it above the fields. */
	notice?: string;
	/** Set for work that spends credits or money: what the editor says of it above the fields. */
	costs?: string;
	/** The operation that lists the prices; 'Credit: Get Costs' unless said otherwise. */
	priceList?: string;
	/** Lets 'Max Credits per Call' refuse the work by its estimated cost. */
	estimate?: EstimateSpec;
	/** Set for work that spends credits: what the node says of it after a run. */
	report?: ReportSpec;
	/** Fields that are left when Simplify is on; set where a row has more than ten. */
	simplify?: string[];
	/** Brings an answer that has several published shapes into one. */
	normalize?: (answer: IDataObject) => IDataObject;
}

/** One resource of the node with its operations by name. */
export interface Resource {
	name: string;
	description: string;
	operations: Record<string, Operation>;
}

export const get = (path: string): OperationRequest => ({ method: 'GET', path });
export const post = (path: string): OperationRequest => ({ method: 'POST', path });
export const put = (path: string): OperationRequest => ({ method: 'PUT', path });
export const patch = (path: string): OperationRequest => ({ method: 'PATCH', path });
export const remove = (path: string): OperationRequest => ({ method: 'DELETE', path });

/** Whether an operation changes anything at KallyAI; such items are sent one at a time. */
export function writes({ request, readOnly }: Operation): boolean {
	return request.method !== 'GET' && !readOnly;
}

/** Whether an operation is a POST that creates or starts something and so carries an idempotency key. */
export function creates(operation: Operation): boolean {
	return operation.request.method === 'POST' && writes(operation);
}

/** Name of the editor's search through a list: `goal` for goal.getAll, `emailOutbox` for email.getOutbox. */
export function searchName(resource: string, operation: string): string {
	return `${resource}${operation.replace(/^get(?:All)?/, '')}`;
}

/** Name of the collection that holds an operation's optional fields. */
export function collectionName({ request }: Operation): string {
	if (request.method === 'GET') return 'filters';
	return request.method === 'PUT' || request.method === 'PATCH'
		? 'updateFields'
		: 'additionalFields';
}
