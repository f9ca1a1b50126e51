import type { IDataObject } from 'n8n-workflow';

import { ApiRequestError, InputError, rethrow } from '../../shared/errors/errors';
import { CODE_TEXTS } from '../../shared/errors/texts';
import { type Api, send } from '../../shared/transport/api';
import type { ApiRequest, ApiResponse } from '../../shared/transport/request';
import { fieldsOf } from '../table/fields';
import type { Dialect, Operation } from '../table/operation';
import { setNewest } from './bounded';

/** Accounts and operations that are remembered. */
const MOST_REMEMBERED = 1000;

/** Whether the service of an account takes the other form of an operation's body. */
const takesOther = new Map<string, boolean>();

function accountOf({ context, credentialType, baseUrl }: Api): string {
	return `${baseUrl} ${context.getNode().credentials?.[credentialType]?.id ?? ''}`;
}

/** Our body in the other form; undefined where a field of it cannot be said there. */
function translated({ names, besides }: Dialect, body: IDataObject): IDataObject | undefined {
	if (Object.keys(body).some((name) => !Object.hasOwn(names, name))) return undefined;
	const entries = Object.entries(body).map(([name, value]) => [names[name], value] as const);
	return { ...besides?.(body), ...Object.fromEntries(entries) };
}

/**
 * Checks that an item that only the other form can say is said by it in full.
 *
 * @throws InputError naming the parameter that it has no place for
 */
export function checkDialect(operation: Operation, body: IDataObject = {}): void {
	const { dialect } = operation.request;
	if (dialect?.own === undefined || !Object.hasOwn(body, dialect.own)) return;
	const fields = fieldsOf(operation);
	const unsaid = fields.find(
		({ wire }) => Object.hasOwn(body, wire) && !Object.hasOwn(dialect.names, wire),
	);
	if (!unsaid) return;
	const title = (wire: string) =>
		fields.find((field) => field.wire === wire)?.property.displayName ?? wire;
	throw new InputError(
		`'${unsaid.property.displayName}' cannot be used with a chosen '${title(dialect.own)}'`,
		`Nothing was sent for this item. Remove the field, or leave '${title(dialect.own)}' as it was.`,
	);
}

const MISSING = /missing|required|provide|must have|has to have|needs?\b/i;
const UNKNOWN =
	/unknown|no(?:t a)? known|unexpected|not (?:permitted|allowed|recogni[sz]ed)|extra/i;

/** Names of a body that the other form has not. */
const only = (body: IDataObject, other: IDataObject): string[] =>
	Object.keys(body).filter((name) => !Object.hasOwn(other, name));

const names = (text: string, fields: string[]): boolean =>
	fields.some((field) => new RegExp(`\\b${field}\\b`).test(text));

/** The text of a refusal of the request itself, which came before any work; undefined for any other error. */
function refusalText(error: unknown): string | undefined {
	if (!(error instanceof ApiRequestError)) return undefined;
	const { status, code, detail = '' } = error.failure;
	return (status === 400 || status === 422) && !Object.hasOwn(CODE_TEXTS, code)
		? detail
		: undefined;
}

/** Whether an error says that the fields of the other form are wanted. */
function asksFor(error: unknown, other: IDataObject, sent: IDataObject): boolean {
	const detail = refusalText(error);
	if (detail === undefined) return false;
	return (
		(MISSING.test(detail) && names(detail, only(other, sent))) ||
		(UNKNOWN.test(detail) && names(detail, only(sent, other)))
	);
}

/**
 * Sends a request in the form that the service of the account takes, as far as it is known. Where a refusal
 * says that the fields of the other published form are wanted, that one is sent, once, and remembered.
 */
export async function sendInDialect(
	api: Api,
	{ operation, work, itemIndex }: { operation: Operation; work: string; itemIndex: number },
	request: ApiRequest,
): Promise<ApiResponse> {
	const { dialect } = operation.request;
	const body = request.body as IDataObject | undefined;
	const other = dialect && body && translated(dialect, body);
	if (!other) return await send(api, request);
	if (dialect.own !== undefined && Object.hasOwn(body, dialect.own)) {
		return await send(api, { ...request, body: other });
	}
	const account = `${accountOf(api)} ${work}`;
	const startsWithOther = takesOther.get(account) === true;
	const [first, second] = startsWithOther ? [other, body] : [body, other];
	try {
		return await send(api, { ...request, body: first });
	} catch (error) {
		// A service may have gone back to the documented form without saying so.
		const isWanted = asksFor(error, second, first);
		if (!isWanted && !(startsWithOther && refusalText(error) !== undefined)) throw rethrow(error);
		api.context.logger.info(
			`KallyAI: item ${itemIndex + 1} is sent with ${Object.keys(second).join(', ')}, as KallyAI refused ${Object.keys(first).join(', ')}`,
		);
		try {
			const response = await send(api, { ...request, body: second });
			setNewest(takesOther, account, !startsWithOther, MOST_REMEMBERED);
			return response;
		} catch (again) {
			// Both were refused as a form: the first one is the documented one.
			throw asksFor(again, first, second) ? rethrow(error) : rethrow(again);
		}
	}
}
