import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import { follow, openapi } from '../support/openapi.mts';

/** An operation of openapi/kallyai.yaml with everything a test needs to try it. */
export interface DocumentedOperation {
	id: string;
	method: string;
	path: string;
	isPublic: boolean;
	parameters: any[];
	/** Example of the request body and its media type. */
	request: { type: string; example: any; required: boolean } | undefined;
	responses: Record<string, any>;
}

// Not the library the sandbox validates with: a mistake there must not hide itself.
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema(openapi, 'kallyai');
const validators = new Map<unknown, ValidateFunction>();

function absolute(schema: any): any {
	return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#', '"$ref":"kallyai#'));
}

/** Every operation of the document. */
export const documentedOperations: DocumentedOperation[] = Object.entries<any>(
	openapi.paths,
).flatMap(([path, item]) =>
	Object.entries<any>(item)
		.filter(([method]) => method !== 'parameters')
		.map(([method, operation]) => {
			const [media] = Object.entries<any>(operation.requestBody?.content ?? {});
			return {
				id: operation.operationId,
				method: method.toUpperCase(),
				path,
				isPublic: operation.security?.length === 0,
				parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(follow),
				request: media && {
					type: media[0],
					example: media[1].example,
					required: operation.requestBody.required === true,
				},
				responses: Object.fromEntries(
					Object.entries<any>(operation.responses).map(([status, response]) => [
						status,
						follow(response),
					]),
				),
			};
		}),
);

/** What is wrong with a JSON answer according to the document; nothing for a good one. */
export function objections(
	operation: DocumentedOperation,
	status: number,
	body: unknown,
): unknown[] {
	const schema = (operation.responses[status] ?? operation.responses['default'])?.content?.[
		'application/json'
	]?.schema;
	if (!schema) return [`no JSON answer ${status} is described`];
	let validate = validators.get(schema);
	if (!validate) {
		validate = ajv.compile(absolute(schema));
		validators.set(schema, validate);
	}
	return validate(body) ? [] : (validate.errors ?? []);
}

const LIVE_CALL = '3d6a1c52-a005-4f0e-8a11-5b9d7c2e4a01';
const WAITING_TASK = '3d6a1c52-5004-4f0e-8a11-5b9d7c2e4a01';
/** Where the example of the document is no fitting target: a finished call cannot be moved. */
export const TARGETS: Record<string, Record<string, string>> = {
	'call.reschedule': { call_id: '3d6a1c52-4009-4f0e-8a11-5b9d7c2e4a01' },
	'outreach.retry': { task_id: WAITING_TASK },
	'outreach.cancel': { task_id: WAITING_TASK },
	'inboundCall.transfer': { call_id: LIVE_CALL },
	'inboundCall.takeOver': { call_id: LIVE_CALL },
	'inboundCall.reject': { call_id: LIVE_CALL },
};

/** Path of an operation with the IDs of its example, or those that fit it better, or the given ones. */
export function pathOf(
	operation: DocumentedOperation,
	ids: Record<string, string> = TARGETS[operation.id] ?? {},
): string {
	return operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
		const parameter = operation.parameters.find((candidate) => candidate.name === name);
		return encodeURIComponent(ids[name] ?? parameter?.example ?? 'x');
	});
}

/** Path with the query parameters that have to be there. */
export function urlOf(operation: DocumentedOperation): string {
	const required = operation.parameters.filter((entry) => entry.in === 'query' && entry.required);
	const query = new URLSearchParams(
		Object.fromEntries(required.map(({ name, example }) => [name, example])),
	);
	return required.length ? `${pathOf(operation)}?${query}` : pathOf(operation);
}
