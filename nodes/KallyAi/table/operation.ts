import type { IDataObject } from 'n8n-workflow';

import type { Field } from '../../shared/fields/field';
import type { FileDefaults } from '../../shared/transport/files';
import type { ListSpec } from '../../shared/transport/pages';
import type { HttpMethod } from '../../shared/transport/request';
import type { Statuses } from './statuses';

/** The request of an operation, beside the fields that fill it. */
export interface OperationRequest {
	method: HttpMethod;
	/** Path template; `{callId}` is filled from the field of that name. */
	path: string;
	/** Seconds until it is given up; 30 unless said otherwise. */
	timeout?: number;
	/** A POST that changes nothing: no idempotency key, and items may run side by side. */
	readOnly?: boolean;
	/** A lost connection is tried again with the same idempotency key. */
	repeatable?: boolean;
	/** No body at all where no field of it is given; without this flag such a body is `{}` (docs/api.md, row 6). */
	bodyOptional?: boolean;
	/** Code of what a 404 means that has no code of its own; an unknown ID unless said otherwise. */
	notFound?: string;
}

type RequestDetails = Omit<OperationRequest, 'method' | 'path'>;

/**
 * The names that one published source has for the fields of a request whose sources disagree. Operations have
 * them in the order in which they are tried.
 */
export interface Dialect {
	/** The source, as the log names it. */
	source: string;
	/** Its wire names by those of the table. */
	fields: Record<string, string>;
	/** Values for which it needs no name: it does the same without them. */
	implied?: IDataObject;
	/** What it wants beyond that, from the body in the table's names. */
	adds?: (body: IDataObject) => IDataObject;
}

/** A source that has the table's own names for these fields. */
export const referenceNames = (...names: string[]): Dialect => ({
	source: "KallyAI's reference",
	fields: Object.fromEntries(names.map((name) => [name, name])),
});

/** The names of KallyAI's command line. */
export const commandLineNames = (
	fields: Dialect['fields'],
	details: Pick<Dialect, 'implied' | 'adds'> = {},
): Dialect => ({ source: "KallyAI's command line", fields, ...details });

/** How an operation's work can be followed until it ends. */
export interface Completion {
	/** The operation that reads the record; its path has one placeholder. */
	record: Pick<Operation, 'request'>;
	/** ID of the record in the response that started the work. */
	id: (answer: IDataObject) => unknown;
	/** What the record's statuses mean; followed while it is open. */
	statuses: Statuses;
	/** Name under which the followed record is added to the response; unset = the record replaces it. */
	as?: string;
}

/** How a record is found again whose response was lost. */
export interface Trace {
	/** The operation that lists such records. */
	list: Operation;
	/** Wire name of the recipient in the request. */
	of: string;
	/** Wire name of the text that tells two requests for one recipient apart; the same in the record. */
	text: string;
	/** Recipient of a record. */
	recipient: (record: IDataObject) => unknown;
	/** Time at which a record was made. */
	madeAt: (record: IDataObject) => unknown;
}

/** A response that is one record. */
export interface RecordAnswer {
	kind: 'record';
	completion?: Completion;
	trace?: Trace;
	/** Brings a response that has several published shapes into one. */
	normalize?: (answer: IDataObject) => IDataObject;
	/** Members that say no more than another one does, which alone is given to AI agents. */
	doubles?: Record<string, string>;
}

/** A response that lists records. */
export interface ListAnswer extends ListSpec {
	kind: 'list';
	/** How a row is called in a From List locator; an operation with it can be searched (`searchName`). */
	label?: (row: IDataObject) => string;
	/** Whether a row is asked for by the values of the local fields, by parameter name; undefined where it does not tell. */
	matches?: (row: IDataObject, given: IDataObject) => boolean | undefined;
}

/** A response that is an audio or calendar file, or (`from: 'link'`) JSON with a link to one. */
export interface FileAnswer extends FileDefaults {
	kind: 'file';
	from: 'link' | 'body';
}

/** A response that is a redirect, which is reported and not followed. */
export interface RedirectAnswer {
	kind: 'redirect';
}

export type Answer = RecordAnswer | ListAnswer | FileAnswer | RedirectAnswer;

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
	/** Statuses that went well; unset where a response has no status. */
	statuses?: string[];
}

/** Work that uses credits or money. */
export interface Spending {
	/** What the editor says of it above the fields. */
	text: string;
	/** The operation that lists the prices; 'Credit: Get Costs' unless said otherwise. */
	priceList?: string;
	/** Wire name of the field that says who is reached. */
	recipient?: string;
	/**
	 * Set where somebody is called or written to as soon as the request is sent, with the wire name of the field, if
	 * there is one, that says in which time zone.
	 */
	contacts?: { timezone?: string };
	/** Lets the option for the most credits refuse the work by its estimated cost. */
	estimate?: EstimateSpec;
	/** What the node says of it after a run. */
	report?: ReportSpec;
}

/** What is said of work that may have been done, to an AI agent that would do it again. */
export interface UnsureSpec {
	/** The work and what was done with it, such as "The call" and "made". */
	work: [subject: string, done: string];
	/** What to check for it, such as "earlier calls". */
	check: string;
	/** The operation that lists it; `getAll` of the resource unless said otherwise, or the log of actions. */
	by?: string;
}

/** What is left when Simplify is on. */
export interface SimplifySpec {
	/** Members of the record by their name in the output; the first that is there is taken. */
	members: Record<string, string[]>;
	/** Whether it is on from the start; 'in tools' only there. */
	usual: 'always' | 'in tools';
}

/** Members that keep their names. */
export const sameNames = (...names: string[]): SimplifySpec['members'] =>
	Object.fromEntries(names.map((name) => [name, [name]]));

/** Fields that are required where another field has a certain value. */
export interface Needs {
	/** The other field's parameter name. */
	by: string;
	/** Parameter names by its value; of those in one entry, one is enough. */
	fields: Record<string, string[][]>;
}

/** One operation of the node: a row of the table that the description and the execution are made from. */
export interface Operation {
	name: string;
	action: string;
	description: string;
	request: OperationRequest;
	/** Set where published sources name the fields of the request differently. */
	dialects?: Dialect[];
	fields?: Field[];
	/** What comes back; a plain record unless said otherwise. */
	answer?: Answer;
	/** Set where a record has more than ten members. */
	simplify?: SimplifySpec;
	/** At least one of the optional fields has to be set. */
	needsOneField?: boolean;
	/** Further fields that are required, by the value of another field. */
	needs?: Needs;
	/** Refused unless the switch 'Confirm' is on; the text is the switch's description ("Whether …"). */
	confirm?: string;
	/** What somebody has to know before it is run; the editor shows it above the fields. */
	notice?: string;
	spends?: Spending;
	unsure?: UnsureSpec;
}

/** One resource of the node with its operations by name. */
export interface Resource {
	name: string;
	description: string;
	/** The statuses that its records can have, where they are known. */
	statuses?: Statuses;
	operations: Record<string, Operation>;
}

/** The node's resources by their stored value. */
export type Resources = Record<string, Resource>;

/** Operations that the execution and the editor use beside those that a user chose. */
export interface Lookups {
	/** Gives `credits_remaining`. */
	balance: Operation;
	/** Takes `type` and `description` and gives `estimated_credits`. */
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

/** What an operation gives back. */
export function answerOf({ answer = PLAIN }: Operation): Answer {
	return answer;
}

/** Whether an operation changes anything at KallyAI; such items are sent one at a time. */
export function writes({ request }: Operation): boolean {
	return request.method !== 'GET' && !request.readOnly;
}

/** Whether an operation is a POST that creates or starts something and so carries an idempotency key. */
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
