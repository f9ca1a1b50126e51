import type { IDataObject } from 'n8n-workflow';

import { ApiRequestError, InputError, rethrow } from '../../shared/errors/errors';
import { CODE_TEXTS } from '../../shared/errors/texts';
import { type Api, send } from '../../shared/transport/api';
import type { ApiRequest, ApiResponse } from '../../shared/transport/request';
import type { Dialect, Operation } from '../table/operation';
import { setNewest } from './bounded';
import { isRefusal } from './certainty';
import { fingerprint } from './workKey';

const MOST_REMEMBERED = 1000;

/** Source whose names were accepted last, by account and operation. */
const taken = new Map<string, string>();

/** Given values for which a source has no name. */
const lackedBy = ({ fields, implied = {} }: Dialect, body: IDataObject): string[] =>
	Object.keys(body).filter((name) => !Object.hasOwn(fields, name) && implied[name] !== body[name]);

/**
 * Refuses an item if no source has names for all given values.
 *
 * @throws InputError naming the parameters
 */
export function checkDialects({ dialects, fields = [] }: Operation, body: IDataObject = {}): void {
	if (!dialects) return;
	const lacked = dialects.map((dialect) => lackedBy(dialect, body));
	if (lacked.some((names) => names.length === 0)) return;
	const titles = lacked.map((names) =>
		names
			.map((name) => fields.find(({ wire }) => wire === name)?.property.displayName ?? name)
			.map((title) => `'${title}'`)
			.join(' and '),
	);
	throw new InputError(
		`${titles[0]} cannot be combined with ${titles[1]} as currently set`,
		'Nothing was sent for this item. KallyAI accepts one or the other in a request, but not both.',
	);
}

/** The body with a source's names; undefined if it has no name for a given value. */
function bodyIn(dialect: Dialect, body: IDataObject): IDataObject | undefined {
	const { fields, adds } = dialect;
	if (lackedBy(dialect, body).length > 0) return undefined;
	const named: IDataObject = {};
	for (const [name, value] of Object.entries(body)) {
		if (Object.hasOwn(fields, name)) named[fields[name]] = value;
	}
	return { ...adds?.(body), ...named };
}

const MISSING = /missing|required|must be (?:given|set)|has to be (?:given|set)/i;
const UNKNOWN =
	/unknown|unexpected|unrecogni[sz]ed|(?:no|not a) (?:known|valid) (?:field|parameter)|not (?:known|permitted|allowed)/i;

/** The names among these that a text mentions. */
const mentioned = (text: string, names: string[]): string[] =>
	names.filter((name) => new RegExp(`(?<![\\w])${name}(?![\\w])`).test(text));

/** Whether a response refused a body before anything was done. */
function isRefusedBody(error: unknown): error is ApiRequestError {
	if (!(error instanceof ApiRequestError)) return false;
	const { status, code, made } = error.failure;
	const isRule = Object.hasOwn(CODE_TEXTS, code);
	return (status === 400 || status === 422) && made === undefined && !isRule;
}

/**
 * Whether a response refused a body because of its names: it requires names of the other source, or does not know
 * those that were sent. Nothing was done in that case.
 */
function refusesNames(error: unknown, own: string[], others: string[]): boolean {
	if (!isRefusedBody(error)) return false;
	const { detail = '' } = error.failure;
	const onlyOwn = own.filter((name) => !others.includes(name));
	const onlyOthers = others.filter((name) => !own.includes(name));
	return (
		(MISSING.test(detail) && mentioned(detail, onlyOthers).length > 0) ||
		(UNKNOWN.test(detail) && mentioned(detail, onlyOwn).length > 0)
	);
}

/** The error, with the differences between the sources if it is about names or gives no reason. */
function withSources(error: unknown, sent: IDataObject, dialects: Dialect[]): Error {
	if (!isRefusedBody(error)) return rethrow(error);
	const others = dialects.flatMap(({ fields }) => Object.values(fields));
	const { detail, text } = error.failure;
	if (detail !== undefined && !refusesNames(error, Object.keys(sent), others)) {
		return rethrow(error);
	}
	const sources = dialects.map(
		({ source, fields }) => `${source} has ${Object.values(fields).join(', ')}`,
	);
	return new ApiRequestError({
		...error.failure,
		text: {
			message: text
				? text.message
				: detail === undefined
					? 'KallyAI refused the request and does not say why'
					: `KallyAI refused the names of the fields: ${detail}`,
			advice: `Nothing was done for this item. Published sources differ here: ${sources.join('; ')}. The node sends the names of one source. It sends those of another if KallyAI asks for them and they cover all fields that are set. Leave out the fields that only one source has.`,
		},
	});
}

/**
 * Sends a request with the names that the account accepted before, or with those of the first source that has
 * names for all given values. If these are refused before any work is done, those of the other source are sent
 * once, but never after a response, or a missing response, that leaves open whether the work was done. An
 * idempotency key belongs to one body, so the other body has its own key, derived from the first.
 *
 * @throws ApiRequestError of the last request
 */
export async function sendInDialect(
	api: Api,
	{ operation, work, itemIndex }: { operation: Operation; work: string; itemIndex: number },
	request: ApiRequest,
): Promise<ApiResponse> {
	const { dialects } = operation;
	const { body } = request;
	if (!dialects || !body) return await send(api, request);
	const account = fingerprint(
		api.baseUrl,
		api.credentialType,
		api.context.getNode().credentials?.[api.credentialType]?.id,
		work,
	);
	const usual = taken.get(account);
	const sayable = dialects
		.flatMap((dialect) => {
			const named = bodyIn(dialect, body);
			return named ? [{ source: dialect.source, body: named }] : [];
		})
		.sort((one, other) => Number(other.source === usual) - Number(one.source === usual));
	const [first, second] = sayable;
	let wasTrouble = false;
	const attempt = async (reading: (typeof sayable)[number]) => {
		const key = request.headers?.['Idempotency-Key'];
		const response = await send(api, {
			...request,
			body: reading.body,
			headers:
				key === undefined || reading.source === dialects[0].source
					? request.headers
					: { ...request.headers, 'Idempotency-Key': fingerprint(key, reading.source) },
			onWait(seconds, reason) {
				wasTrouble ||= reason !== 'HTTP 429';
				request.onWait?.(seconds, reason);
			},
		});
		setNewest(taken, account, reading.source, MOST_REMEMBERED);
		return response;
	};
	try {
		return await attempt(first);
	} catch (error) {
		// Names that were accepted once may no longer be.
		if (isRefusal(error, { repeated: false })) taken.delete(account);
		const [own, others] = [first, second].map((reading) => Object.keys(reading?.body ?? {}));
		if (!second || wasTrouble || !refusesNames(error, own, others)) {
			throw withSources(error, first.body, dialects);
		}
		api.context.logger.info(
			`KallyAI: item ${itemIndex + 1} is sent again with the field names of ${second.source}, because those of ${first.source} were refused and nothing was done`,
		);
	}
	return await attempt(second);
}
