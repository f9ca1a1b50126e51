import { randomUUID } from 'node:crypto';

import type { Answer, ApiError } from '../errors.mts';
import type { Readings } from '../worlds.mts';

const json = (status: number, body: unknown): Answer => ({ status, body });
const text = (status: number, body: string, type: string): Answer => ({
	status,
	body,
	headers: { 'content-type': type },
});

/** A page of something that stands in front of the service. */
export function page(status: number, title: string): Answer {
	const markup = `<!doctype html>\n<html><head><title>${status} ${title}</title></head><body><h1>${title}</h1></body></html>`;
	return text(status, markup, 'text/html; charset=utf-8');
}

const findings = ({ message, fields, reason }: ApiError) =>
	fields.map((field) => ({
		loc: ['body', ...field.split('.')],
		...(reason === 'missing_fields'
			? { msg: 'Field required', type: 'missing' }
			: { msg: message, type: 'value_error' }),
	}));

/** The shapes of docs/api.md, section 7, by the reading that has them. That of 402 is below. */
const SHAPES: Record<Readings['errorShape'], (error: ApiError) => Answer> = {
	newest: (error) => error.answer(),
	older: ({ status, code, message, reason }) =>
		json(status, {
			error: { code, details: { message, reason }, correlation_id: randomUUID() },
		}),
	'code as text': ({ status, code, message }) => json(status, { error: code, message }),
	detail: (error) =>
		json(error.status, { detail: error.fields.length ? findings(error) : error.message }),
	text: ({ status, message }) => text(status, message, 'text/plain; charset=utf-8'),
	page: ({ status, message }) => page(status, message.replace(/[<>&]/g, ' ')),
};

/** Shape 3: what is left of the plan, without an envelope. */
const minutes = (): Answer =>
	json(402, {
		plan_type: 'pro',
		minutes_allocated: 150,
		minutes_used: 150,
		upgrade_url: 'https://app.kallyai.example/pricing',
	});

/** A refusal as it is in this world. */
export function refusal(error: ApiError, readings: Readings): Answer {
	if (error.code === 'quota_exceeded' && readings.quotaError === 'minutes') return minutes();
	const shaped = SHAPES[readings.errorShape](error);
	const answer = { ...shaped, headers: { ...shaped.headers, ...error.headers } };
	// A token that is too old has to be known by its status, or nobody would renew it.
	const isEnvelope = typeof answer.body === 'object' && 'error' in (answer.body as object);
	const isKept = readings.errorStatus === 'own' || error.status === 401 || !isEnvelope;
	return isKept ? answer : { ...answer, status: 200 };
}
