import type { Answer } from './errors.mts';
import type { TokenService } from './oauth/tokens.mts';
import type { Store } from './store.mts';

/** A request on its way through an operation. Query values have the types of the document. */
export interface Exchange {
	/** The operation, as the document names it. */
	id: string;
	store: Store;
	tokens: TokenService;
	method: string;
	/** As the document has it, with `{name}` for the variable segments. */
	path: string;
	params: Record<string, string>;
	// What the document lets through is known to it alone, so handlers read these without a static type.
	query: Record<string, any>;
	body: any;
	/** The body as it is once it was checked, where a world fills in what is missing. */
	filledIn?: object;
	headers: Record<string, string | string[] | undefined>;
	/** Address the client used, for links that lead back here. */
	baseUrl: string;
}

export type Handler = (exchange: Exchange) => Answer | Promise<Answer>;

/** An operation that needs more than a handler. */
export interface Entry {
	/** Checks whose refusal is more telling than that of the schema; runs ahead of it, so it trusts no type. */
	before?: (exchange: Exchange) => void;
	handle: Handler;
	/** The handler judges the request itself, because its refusals have a form of their own. */
	ownValidation?: boolean;
}

/** Operations by the operationId of the document. */
export type Operations = Record<string, Handler | Entry>;

/** A plain yes. */
export function ok(body: unknown): Answer {
	return { status: 200, body };
}

/** Something new exists. */
export function created(body: unknown): Answer {
	return { status: 201, body };
}
