import type { IDataObject } from 'n8n-workflow';

import type { Field } from '../../shared/fields/field';
import type { FileDefaults } from '../../shared/transport/files';
import type { ListSpec } from '../../shared/transport/pages';
import type { HttpMethod } from '../../shared/transport/request';
import type { Statuses } from './statuses';

/** The request of an operation, without the fields that fill it. */
export interface OperationRequest {
	method: HttpMethod;
	/** Path template; `{callId}` is filled from the field of that name. */
	path: string;
	/** Timeout in seconds; 30 by default. */
	timeout?: number;
	/** A POST that changes nothing: it has no idempotency key, and items may run in parallel. */
	readOnly?: boolean;
	/** After a lost connection it is retried with the same idempotency key. */
	repeatable?: boolean;
	/** No body at all if none of its fields is set; without this flag such a body is `{}` (docs/api.md, row 6). */
	bodyOptional?: boolean;
	/** Error code for a 404 that has no code; an unknown ID by default. */
	notFound?: string;
}

type RequestDetails = Omit<OperationRequest, 'method' | 'path'>;

/**
 * The names that one published source has for the fields of a request about which sources disagree. Operations
 * list them in the order in which they are tried.
 */
export interface Dialect {
	/** The source, as the log names it. */
	source: string;
	/** Its wire names, by those of the table. */
	fields: Record<string, string>;
	/** Values for which it needs no name: it behaves the same without them. */
	implied?: IDataObject;
	/** Additional fields it requires, from the body with the table's names. */
	adds?: (body: IDataObject) => IDataObject;
}

/** A source with the table's own names for these fields. */
export const referenceNames = (...names: string[]): Dialect => ({
	source: "KallyAI's reference",
	fields: Object.fromEntries(names.map((name) => [name, name])),
});

/** The names of KallyAI's command line. */
export const commandLineNames = (
	fields: Dialect['fields'],
	details: Pick<Dialect, 'implied' | 'adds'> = {},
): Dialect => ({ source: "KallyAI's command line", fields, ...details });

/** How to track an operation's work until it ends. */
export interface Completion {
	/** The operation that reads the record; its path has one placeholder. */
	record: Pick<Operation, 'request'>;
	/** ID of the record in the response that started the work. */
	id: (answer: IDataObject) => unknown;
	/** What the record's statuses mean; it is tracked while it is open. */
	statuses: Statuses;
	/** Name under which the tracked record is added to the response; if unset, the record replaces the response. */
	as?: string;
}

/** How to find a record again after its response was lost. */
export interface Trace {
	/** The operation that lists such records. */
	list: Operation;
	/** Wire name of the recipient in the request. */
	of: string;
	/** Wire name of the text that distinguishes two requests for one recipient; the same in the record. */
	text: string;
	/** Recipient of a record. */
	recipient: (record: IDataObject) => unknown;
	/** Time at which a record was created. */
	madeAt: (record: IDataObject) => unknown;
}

/** A response that is one record. */
export interface RecordAnswer {
	kind: 'record';
	completion?: Completion;
	trace?: Trace;
	/** Converts a response with several published shapes to one. */
	normalize?: (answer: IDataObject) => IDataObject;
	/** Members that duplicate another one; AI agents get only that one. */
	doubles?: Record<string, string>;
}

/** A response that lists records. */
export interface ListAnswer extends ListSpec {
	kind: 'list';
	/** Label of a row in a From List locator; an operation with it can be searched (`searchName`). */
	label?: (row: IDataObject) => string;
	/** Whether a row matches the values of the local fields, by parameter name; undefined if it does not say. */
	matches?: (row: IDataObject, given: IDataObject) => boolean | undefined;
}

/** A response that is an audio or calendar file, or (`from: 'link'`) JSON with a link to one. */
export interface FileAnswer extends FileDefaults {
	kind: 'file';
	from: 'link' | 'body';
}

/** A response that is a redirect, which is reported but not followed. */
export interface RedirectAnswer {
	kind: 'redirect';
}

export type Answer = RecordAnswer | ListAnswer | FileAnswer | RedirectAnswer;

/** How to estimate the cost of an operation's work before it is sent. */
export interface EstimateSpec {
	/** Type of task in KallyAI's terms, which may depend on the request's body. */
	type: string | ((body: IDataObject) => string);
	/** Wire names of the fields that describe the work. */
	description: string[];
}

/** How to sum up a run with several items: "17 of 20 calls reached somebody, 3 no answer". */
export interface ReportSpec {
	/** The items, such as "calls". */
	noun: string;
	/** What happened to the successful ones, such as "reached somebody". */
	done: string;
	/** Successful statuses; unset if a response has no status. */
	statuses?: string[];
}

/** Work that uses credits or money. */
export interface Spending {
	/** The notice in the editor above the fields. */
	text: string;
	/** The operation that lists the prices; 'Credit: Get Costs' by default. */
	priceList?: string;
	/** Wire name of the field with the recipient. */
	recipient?: string;
	/**
	 * Set if somebody is called or written to as soon as the request is sent, with the wire name of the field for
	 * the time zone, if there is one.
	 */
	contacts?: { timezone?: string };
	/** Enables the option that refuses the work by its estimated cost. */
	estimate?: EstimateSpec;
	/** What the node reports after a run. */
	report?: ReportSpec;
}

/** What an AI agent is told about work that may have been done, so that it does not repeat it. */
export interface UnsureSpec {
	/** The work and what happened to it, such as "The call" and "made". */
	work: [subject: string, done: string];
	/** What to check for it, such as "earlier calls". */
	check: string;
	/** The operation that lists it; by default `getAll` of the resource, or the log of actions. */
	by?: string;
}

/** What is returned if Simplify is on. */
export interface SimplifySpec {
	/** Members of the record by their name in the output; the first one that has a value is used. */
	members: Record<string, string[]>;
	/** Whether it is on by default; 'in tools' means only there. */
	usual: 'always' | 'in tools';
}

/** Members that keep their names. */
export const sameNames = (...names: string[]): SimplifySpec['members'] =>
	Object.fromEntries(names.map((name) => [name, [name]]));

/** Fields that are required if another field has a certain value. */
export interface Needs {
	/** The other field's parameter name. */
	by: string;
	/** Parameter names by its value; one of those in an entry is enough. */
	fields: Record<string, string[][]>;
}

/** One operation of the node: a row of the table from which the description and the execution are made. */
export interface Operation {
	name: string;
	action: string;
	description: string;
	request: OperationRequest;
	/** Set if published sources name the fields of the request differently. */
	dialects?: Dialect[];
	fields?: Field[];
	/** The response; a plain record by default. */
	answer?: Answer;
	/** Set if a record has more than ten members. */
	simplify?: SimplifySpec;
	/** At least one of the optional fields must be set. */
	needsOneField?: boolean;
	/** Additional required fields, by the value of another field. */
	needs?: Needs;
	/** Refused unless the switch 'Confirm' is on; the text is the switch's description ("Whether …"). */
	confirm?: string;
	/** What users must know before they run it; the editor shows it above the fields. */
	notice?: string;
	spends?: Spending;
	unsure?: UnsureSpec;
}

/** One resource of the node with its operations by name. */
export interface Resource {
	name: string;
	description: string;
	/** The statuses of its records, if they are known. */
	statuses?: Statuses;
	operations: Record<string, Operation>;
}

/** The node's resources by their stored value. */
export type Resources = Record<string, Resource>;

/** Operations that the execution and the editor use besides those that a user selects. */
export interface Lookups {
	/** Returns `credits_remaining`. */
	balance: Operation;
	/** Accepts `type` and `description`, returns `estimated_credits`. */
	estimate: Operation;
	/** Lists the countries that have numbers. */
	countries: Operation;
}

type Request = (path: string, details?: RequestDetails) => OperationRequest;

const requestWith =
	(method: HttpMethod): Request =>
	(path, details) => ({ method, path, ...details });

export const get = requestWith('GET');
export const post = requestWith('POST');
export const put = requestWith('PUT');
export const patch = requestWith('PATCH');
export const remove = requestWith('DELETE');

export const record = (spec: Omit<RecordAnswer, 'kind'>): RecordAnswer => ({
	kind: 'record',
	...spec,
});

export const list = (spec: Omit<ListAnswer, 'kind'> = {}): ListAnswer => ({
	kind: 'list',
	...spec,
});

export const file = (from: FileAnswer['from'], fileName: string, mimeType: string): FileAnswer => ({
	kind: 'file',
	from,
	fileName,
	mimeType,
});

export const REDIRECT: RedirectAnswer = { kind: 'redirect' };

const PLAIN: RecordAnswer = { kind: 'record' };

/** The response of an operation. */
export function answerOf({ answer = PLAIN }: Operation): Answer {
	return answer;
}

/** Whether an operation changes anything at KallyAI; such items are sent one at a time. */
export function writes({ request }: Operation): boolean {
	return request.method !== 'GET' && !request.readOnly;
}

/** Whether an operation is a POST that creates or starts something and therefore has an idempotency key. */
export function creates(operation: Operation): boolean {
	return operation.request.method === 'POST' && writes(operation);
}

/** Name of the collection that holds an operation's optional fields. */
export function collectionName({ request }: Operation): string {
	if (request.method === 'GET') return 'filters';
	return request.method === 'PUT' || request.method === 'PATCH'
		? 'updateFields'
		: 'additionalFields';
}
