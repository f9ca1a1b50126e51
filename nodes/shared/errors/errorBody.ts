import type { IDataObject } from 'n8n-workflow';

import { isPlainObject } from '../objects';
import type { RequestFailure } from './errors';
import { safeText } from './safeText';

/** A text of the API made safe to show; undefined for what is no text. */
export function shownText(value: unknown): string | undefined {
	if (typeof value === 'string' && value.trim() !== '') return safeText(value);
	return undefined;
}

/** A text or number as text; nothing for what has no text of its own. */
function plainText(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** `detail` of web frameworks: a text, or a list of findings with their place. */
function detailText(detail: unknown): string | undefined {
	if (!Array.isArray(detail)) return shownText(detail);
	const findings = detail.filter(isPlainObject).map(({ loc, msg }) => {
		const place = Array.isArray(loc) ? loc.map(plainText).filter((part) => part !== 'body') : [];
		return [place.filter(Boolean).join('.'), plainText(msg)].filter(Boolean).join(': ');
	});
	return shownText(findings.join('; '));
}

/** ID of the call that an object of a refusal names; a bare `id`, which may be the error's, beside a status only. */
function recordIdIn({ call_id: callId, id, status }: IDataObject): string | undefined {
	const named = plainText(callId) || (typeof status === 'string' ? plainText(id) : '');
	return named === '' ? undefined : named;
}

/** Most characters of a body that is a text for people; what is longer is a page or a dump. */
const MOST_PLAIN = 300;

/** A body that is a short text and no markup. */
function plainDetail(body: unknown): string | undefined {
	const isText = typeof body === 'string' && body.length <= MOST_PLAIN && !/[<>{}]/.test(body);
	return isText ? shownText(body) : undefined;
}

/**
 * Reads the six shapes of an error (docs/api.md, section 7): code, the API's text, correlation ID, and the
 * record that it is about.
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

/** IDs that say nothing of a record. */
const IDS_OF_REQUESTS = ['correlation_id', 'request_id', 'trace_id'];

/** Members that may stand beside the code of an error that is a text. */
const BESIDE_A_CODE = ['error', 'message', 'detail', 'correlation_id'];

const isRecord = (body: IDataObject): boolean =>
	Object.keys(body).some(
		(name) => name === 'id' || (name.endsWith('_id') && !IDS_OF_REQUESTS.includes(name)),
	);

/**
 * An answer with status 2xx whose body is nothing but an error envelope. A record may carry an `error` beside
 * its ID, as a text or an object: what it tells of was done, and must not be taken for refused.
 */
export function isErrorBody(body: unknown): boolean {
	if (!isPlainObject(body) || body.error === undefined || isRecord(body)) return false;
	if (isPlainObject(body.error)) return body.error.code !== undefined;
	return (
		typeof body.error === 'string' &&
		Object.keys(body).every((name) => BESIDE_A_CODE.includes(name))
	);
}
