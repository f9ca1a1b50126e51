import { readFileSync } from 'node:fs';

import type { Ajv, ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import { OpenAPIBackend, type Document, type Operation } from 'openapi-backend';
import { parse } from 'yaml';

import { ApiError, type Answer } from './errors.mts';

const DOCUMENT = new URL('../openapi/kallyai.yaml', import.meta.url);

/** What a client sent, as far as the document has a say in it. */
export interface Sent {
	method: string;
	path: string;
	headers: Record<string, any>;
	query: Record<string, any>;
	body: unknown;
}

/** An operation of the document. */
export interface Described {
	id: string;
	method: string;
	/** With `{name}` for the variable segments. */
	path: string;
	isPublic: boolean;
	/** The scope that a token needs for it, where one is known. */
	scope: string | undefined;
	takesBody: boolean;
	operation: Operation<Document>;
}

/** `/requestBody/submission/party_size` as people write it: `submission.party_size`. */
function fieldName(pointer: string, child?: string): string {
	const path = pointer.split('/').slice(2);
	return [...path, ...(child ? [child] : [])].join('.');
}

/** No body, or an object without a field: some clients send `{}` where nothing is to be said. */
function isEmpty(body: unknown): boolean {
	return body === undefined || JSON.stringify(body) === '{}';
}

/** One sentence that names the field. */
function explain({ instancePath, keyword, params, message }: ErrorObject): string {
	if (keyword === 'required') {
		return `${fieldName(instancePath, params['missingProperty']) || 'The body'} is missing`;
	}
	if (keyword === 'additionalProperties') {
		return `${fieldName(instancePath, params['additionalProperty'])} is no known field`;
	}
	const field = fieldName(instancePath) || 'The body';
	if (keyword === 'enum') return `${field} must be one of ${params['allowedValues'].join(', ')}`;
	return `${field} ${message ?? 'is not valid'}`;
}

/** Takes the members out of a value that its schema does not know; of several dialects the one that is complete counts. */
function dropUnknownFields(schema: any, value: any): void {
	const dialects: any[] | undefined = schema?.oneOf ?? schema?.anyOf;
	if (dialects) {
		const isComplete = ({ required = [] }: any) =>
			required.every((name: string) => value?.[name] !== undefined);
		return dropUnknownFields(dialects.find(isComplete) ?? dialects[0], value);
	}
	if (schema?.additionalProperties !== false || typeof value !== 'object' || value === null) return;
	for (const name of Object.keys(value)) {
		const member = Object.hasOwn(schema.properties ?? {}, name)
			? schema.properties[name]
			: undefined;
		if (member) dropUnknownFields(member, value[name]);
		else delete value[name];
	}
}

/** The OpenAPI document at work: what there is, what may be asked, what may be answered. */
export class Contract {
	readonly operations: Described[];
	private readonly backend: OpenAPIBackend;

	private constructor(backend: OpenAPIBackend) {
		this.backend = backend;
		this.operations = backend.router.getOperations().map((operation) => ({
			id: operation.operationId ?? '',
			method: operation.method.toUpperCase(),
			path: operation.path,
			isPublic: !operation.security?.length,
			scope: operation.security?.[0]?.['oauth2']?.[0],
			takesBody: Boolean(operation.requestBody),
			operation,
		}));
	}

	/** Reads the document. Its schemas are compiled on first use. */
	static async load(): Promise<Contract> {
		const backend = new OpenAPIBackend({
			definition: parse(readFileSync(DOCUMENT, 'utf8')),
			// The library judges documents by the schema of 3.0 and refuses those of 3.1, so it has to skip that.
			quick: true,
			strict: true,
			coerceTypes: true,
			customizeAjv: (ajv: Ajv) => addFormats.default(ajv),
		});
		await backend.init();
		return new Contract(backend);
	}

	/**
	 * Refuses what the document does not allow; gives the query back with its types. Where `anyChoice` is set, values of
	 * the body that the document does not list are let through.
	 */
	checkRequest(
		{ operation, takesBody }: Described,
		sent: Sent,
		anyChoice = false,
	): Record<string, unknown> {
		if (!takesBody && !isEmpty(sent.body)) {
			throw new ApiError('validation_failed', 'This endpoint takes no body', 'unexpected_body');
		}
		const result = this.backend.validator.validateRequest(sent as never, operation);
		const [first] = (result.errors ?? []).filter(
			({ keyword, instancePath }) =>
				!(anyChoice && keyword === 'enum' && instancePath.startsWith('/requestBody')),
		);
		if (first) {
			const reason = first.keyword === 'required' ? 'missing_fields' : 'invalid_request';
			throw new ApiError('validation_failed', explain(first), reason, undefined, {
				fields: [fieldName(first.instancePath, first.params['missingProperty'])].filter(Boolean),
			});
		}
		return (result.coerced?.query as Record<string, unknown> | undefined) ?? {};
	}

	/** Takes out of a request what the document does not know. */
	dropUnknown({ operation, takesBody }: Described, sent: Sent): void {
		const { parameters = [], requestBody } = operation as any;
		const inQuery = parameters.filter((parameter: any) => parameter.in === 'query');
		const known = new Set(inQuery.map(({ name }: any) => name));
		for (const name of Object.keys(sent.query)) if (!known.has(name)) delete sent.query[name];
		if (!takesBody) delete sent.body;
		const [media] = Object.values<any>(requestBody?.content ?? {});
		dropUnknownFields(media?.schema, sent.body);
	}

	/** Why an answer breaks the document, or nothing. */
	objectionTo({ id, operation }: Described, { status, body }: Answer): string | undefined {
		const responses = operation.responses as Record<string, { content?: Record<string, unknown> }>;
		const described = responses[status] ?? responses['default'];
		if (!described) return `${id}: the document knows no answer ${status}`;
		// Pages and files are described as text, which any text is.
		if (typeof body === 'string' || (body === undefined && !described.content)) return undefined;
		const result = this.backend.validator.validateResponse(body, operation, status);
		const [first] = result.errors ?? [];
		return first && `${id} ${status}: ${first.instancePath || '/'} ${first.message}`;
	}
}
