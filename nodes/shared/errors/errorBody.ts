import type { IDataObject } from 'n8n-workflow';

import { isPlainObject } from '../objects';
import type { RequestFailure } from './errors';
import { safeText } from './safeText';

/** A text of the API made safe to show; undefined for other values. */
export function shownText(value: unknown): string | undefined {
	if (typeof value === 'string' && value.trim() !== '') return safeText(value);
	return undefined;
}

/** A text or number as text; empty for other values. */
function plainText(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** `detail` of web frameworks: a text, or a list of messages with their location. */
function detailText(detail: unknown): string | undefined {
	if (!Array.isArray(detail)) return shownText(detail);
	const findings = detail.filter(isPlainObject).map(({ loc, msg }) => {
		const place = Array.isArray(loc) ? loc.map(plainText).filter((part) => part !== 'body') : [];
		return [place.filter(Boolean).join('.'), plainText(msg)].filter(Boolean).join(': ');
	});
	return shownText(findings.join('; '));
}

/** ID of the call in an object of an error; a bare `id`, which may be the error's, only next to a status. */
function recordIdIn({ call_id: callId, id, status }: IDataObject): string | undefined {
	const named = plainText(callId) || (typeof status === 'string' ? plainText(id) : '');
	return named === '' ? undefined : named;
}

/** Maximum length of a body that is a text for people; longer ones are pages or dumps. */
const MOST_PLAIN = 300;

/** A body that is a short text without markup. */
function plainDetail(body: unknown): string | undefined {
	const isText = typeof body === 'string' && body.length <= MOST_PLAIN && !/[<>{}]/.test(body);
	return isText ? shownText(body) : undefined;
}

/**
 * Reads the six shapes of an error (docs/api.md, section 7): code, the API's text, correlation ID, and the record
 * concerned.
 */
export function readErrorBody(
	body: unknown,
	status: number | undefined,
): Pick<RequestFailure, 'code' | 'detail' | 'correlationId' | 'upgradeUrl' | 'recordId'> {
	const fallbackCode = status === undefined ? 'no_answer' : `http_${status}`;
	if (!isPlainObject(body)) return { code: fallbackCode, detail: plainDetail(body) };
	const envelope = isPlainObject(body.error) ? body.error : {};
	const details = isPlainObject(envelope.details) ? envelope.details : {};
	const isQuota =
		status === 402 && (body.minutes_allocated !== undefined || body.upgrade_url !== undefined);
	const code =
		shownText(envelope.code) ??
		shownText(body.error) ??
		(isQuota ? 'quota_exceeded' : fallbackCode);
	const detail =
		shownText(envelope.message) ??
		shownText(details.message) ??
		shownText(details.reason) ??
		shownText(body.message) ??
		detailText(body.detail) ??
		(body.minutes_allocated !== undefined
			? shownText(
					`${plainText(body.minutes_used)} of ${plainText(body.minutes_allocated)} minutes of the plan are used`,
				)
			: undefined);
	return {
		code,
		detail,
		correlationId: shownText(envelope.correlation_id) ?? shownText(body.correlation_id),
		upgradeUrl: shownText(body.upgrade_url) ?? shownText(details.upgrade_url),
		recordId: [details, envelope, body].map(recordIdIn).find((id) => id !== undefined),
	};
}

/** IDs that do not belong to a record. */
const IDS_OF_REQUESTS = ['correlation_id', 'request_id', 'trace_id'];

/** Members that may appear next to the code of an error that is a text. */
const BESIDE_A_CODE = ['error', 'message', 'detail', 'correlation_id'];

const isRecord = (body: IDataObject): boolean =>
	Object.keys(body).some(
		(name) => name === 'id' || (name.endsWith('_id') && !IDS_OF_REQUESTS.includes(name)),
	);

/**
 * A response with status 2xx whose body is only an error envelope. A record may have an `error` next to its ID,
 * as a text or an object: its request was processed and must not count as refused.
 */
export function isErrorBody(body: unknown): boolean {
	if (!isPlainObject(body) || body.error === undefined || isRecord(body)) return false;
	if (isPlainObject(body.error)) return body.error.code !== undefined;
	return (
		typeof body.error === 'string' &&
		Object.keys(body).every((name) => BESIDE_A_CODE.includes(name))
	);
}
