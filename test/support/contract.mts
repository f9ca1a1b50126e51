import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { follow, openapi } from './openapi.mts';
import type { Recorded } from './recorder.mts';

/** A JSON schema as the document writes it, references resolved. */
export interface Schema {
	type?: string | string[];
	format?: string;
	pattern?: string;
	enum?: unknown[];
	properties?: Record<string, Schema>;
	required?: string[];
	items?: Schema;
	minimum?: number;
	maximum?: number;
	minLength?: number;
	minItems?: number;
	examples?: unknown[];
	[key: string]: unknown;
}

/** One value that an operation takes, as the OpenAPI document says. */
export interface ContractParameter {
	in: 'path' | 'query' | 'body';
	/** Name on the wire; a dot for a member of an object. */
	wire: string;
	required: boolean;
	schema: Schema;
}

/** One operation of the OpenAPI document. */
export interface ContractOperation {
	/** `resource.operation` of the node. */
	id: string;
	method: string;
	path: string;
	parameters: ContractParameter[];
	/** Example of the first answer with status 2xx, if it is JSON. */
	example: unknown;
	hasBody: boolean;
	/** Schema of the JSON body with all its variants, references resolved; undefined where there is none. */
	body?: Schema;
	bodyRequired: boolean;
}

type Json = Record<string, any>;

function deepResolve(value: unknown): any {
	const resolved = follow(value) as unknown;
	if (Array.isArray(resolved)) return resolved.map(deepResolve);
	if (resolved === null || typeof resolved !== 'object') return resolved;
	return Object.fromEntries(
		Object.entries(resolved).map(([name, member]) => [name, deepResolve(member)]),
	);
}

/** What the node sends first where a body has several dialects, by the rule of the document. */
function firstVariant(schema: Schema | undefined): Schema | undefined {
	const [variant] = (schema?.oneOf ?? schema?.anyOf ?? []) as Schema[];
	return variant ?? schema;
}

function bodyParameters(schema: Schema, prefix = ''): ContractParameter[] {
	return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
		const wire = `${prefix}${name}`;
		if (property.properties) return bodyParameters(property, `${wire}.`);
		const required = schema.required?.includes(name) ?? false;
		return [{ in: 'body' as const, wire, required, schema: property }];
	});
}

/** The operations of the document that the node offers: those whose ID is `resource.operation`. */
export const contractOperations: ContractOperation[] = Object.entries(openapi.paths as Json)
	.flatMap(([route, item]) =>
		['get', 'post', 'put', 'patch', 'delete']
			.filter((method) => item[method])
			.map((method): ContractOperation => {
				const operation = item[method] as Json;
				const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])]
					.map((parameter) => deepResolve(parameter) as Json)
					.filter((parameter) => parameter.in === 'path' || parameter.in === 'query')
					.map((parameter) => ({
						in: parameter.in,
						wire: parameter.name,
						required: parameter.required === true,
						schema: parameter.schema,
					}));
				const body = deepResolve(
					follow(operation.requestBody)?.content['application/json']?.schema,
				) as Schema | undefined;
				const variant = firstVariant(body);
				const success = Object.keys(operation.responses).find((status) => status.startsWith('2'));
				const media = success
					? (follow(operation.responses[success]) as Json).content?.['application/json']
					: undefined;
				return {
					id: operation.operationId,
					method: method.toUpperCase(),
					path: route,
					parameters: [...parameters, ...(variant ? bodyParameters(variant) : [])],
					example: media?.example ?? (Object.values(media?.examples ?? {}) as Json[])[0]?.value,
					hasBody: body !== undefined,
					body,
					bodyRequired: follow(operation.requestBody)?.required === true,
				};
			}),
	)
	.filter(({ id }) => !/^(auth|cli)\./.test(id));

/** Public parameter name of a wire name: the camelCase of its last part (docs/decisions.md, 3). */
export function parameterName(wire: string): string {
	return (wire.split('.').pop() as string).replace(/_([a-z])/g, (_match, letter: string) =>
		letter.toUpperCase(),
	);
}

const BY_FORMAT: Record<string, unknown> = {
	date: '2031-05-16',
	'date-time': '2031-05-16T19:30:00',
	email: 'name@example.org',
	uuid: '7c1f0e9a-0001-4b6d-9a51-2f4e6d8c0b01',
};

/** A value that fits a schema, the same on each call. */
export function sample({ wire, schema }: ContractParameter): unknown {
	const [type] = [schema.type].flat();
	if (schema.enum) return schema.enum.at(-1);
	if (schema.examples) return schema.examples[0];
	if (wire === 'timezone') return 'America/New_York';
	if (wire === 'index') return 2;
	if (type === 'integer' || type === 'number') return schema.minimum || 3;
	if (wire === 'status' && !schema.enum) return 'completed';
	if (type === 'boolean') return true;
	if (type === 'array') {
		return [sample({ wire, schema: schema.items ?? {} } as ContractParameter), 'another entry'];
	}
	if (type === 'object') return { caller_vip: true };
	if (schema.format && schema.format in BY_FORMAT) return BY_FORMAT[schema.format];
	if (schema.pattern?.includes('\\+')) return '+15550100';
	if (/[Tt]ime$/.test(wire) || schema.pattern?.includes(':')) return '19:30';
	return `some ${wire.split('.').pop()} text`;
}

const ajv = new Ajv2020({ coerceTypes: false, strict: false });
// A query has texts only.
const queryAjv = new Ajv2020({ coerceTypes: true, strict: false });
for (const instance of [ajv, queryAjv]) addFormats.default(instance);

function querySchema({ parameters }: ContractOperation): Schema {
	const query = parameters.filter((parameter) => parameter.in === 'query');
	return {
		type: 'object',
		additionalProperties: false,
		required: query.filter(({ required }) => required).map(({ wire }) => wire),
		properties: Object.fromEntries(query.map(({ wire, schema }) => [wire, schema])),
	};
}

/** Gives a judge of requests: why one is not as the document has it, or undefined. */
export function requestJudge(
	operation: ContractOperation,
): (request: Recorded) => string | undefined {
	const fitsQuery = queryAjv.compile(querySchema(operation));
	const fitsBody = operation.body && ajv.compile(operation.body);
	const route = new RegExp(`^${operation.path.replace(/\{\w+\}/g, '[^/]+')}$`);
	return ({ method, path: sentPath, query, body }) => {
		if (method !== operation.method || !route.test(sentPath)) return `${method} ${sentPath}`;
		if (!fitsQuery({ ...query })) return `query: ${queryAjv.errorsText(fitsQuery.errors)}`;
		if (body === undefined) return operation.bodyRequired ? 'the body is missing' : undefined;
		if (!fitsBody) return 'there is a body';
		return fitsBody(body)
			? undefined
			: `${ajv.errorsText(fitsBody.errors)} ${JSON.stringify(body)}`;
	};
}
