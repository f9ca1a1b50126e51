import { readFileSync } from 'node:fs';

import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const FILE = new URL('../../openapi/kallyai.yaml', import.meta.url);
const ROOT = 'kallyai';

/** One operation of the document. */
export interface Endpoint {
	id: string;
	method: string;
	path: string;
	/** The tag it stands under. */
	domain: string;
	/** Whether it is answered without a token. */
	isPublic: boolean;
	/** The scope it asks for, where one is known. */
	scope?: string;
	/** Names in the path. */
	parameters: string[];
	/** The property of its answer that holds rows, if it is a list. */
	rows?: string;
	/** Where the schema of its answer is, if that is JSON. */
	schema?: string;
}

const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** What a JSON pointer leads to within a value. */
export function valueAt(value: any, pointer: string): any {
	const parts = pointer.split('/').slice(1);
	return parts.reduce(
		(member, part) => member?.[part.replaceAll('~1', '/').replaceAll('~0', '~')],
		value,
	);
}

/** The OpenAPI document: what can be read, and what the answers should look like. */
export class ApiDocument {
	readonly endpoints: Endpoint[] = [];
	private readonly definition = parse(readFileSync(FILE, 'utf8'));
	private readonly ajv = new Ajv2020({ strict: false, allErrors: true });

	constructor() {
		addFormats.default(this.ajv as never);
		this.ajv.addSchema(this.definition, ROOT);
		for (const [path, item] of Object.entries<any>(this.definition.paths)) {
			for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
				if (item[method]) this.endpoints.push(this.endpoint(path, method, item[method]));
			}
		}
	}

	/** The operation with this ID. */
	get(id: string): Endpoint {
		const found = this.endpoints.find((endpoint) => endpoint.id === id);
		if (!found) throw new Error(`The document has no operation ${id}`);
		return found;
	}

	/** In what an answer with status 2xx breaks the document. */
	objectionsTo({ schema }: Endpoint, body: unknown): ErrorObject[] {
		if (schema === undefined) return [];
		const fits = this.ajv.getSchema(`${ROOT}#${schema}`)!;
		return fits(body) ? [] : (fits.errors ?? []);
	}

	/** Every name of a field and every listed value: words that tell nothing of anybody. */
	words(): Set<string> {
		const words = new Set<string>();
		const collect = (value: any): void => {
			if (typeof value !== 'object' || value === null) return;
			for (const name of Object.keys(value.properties ?? {})) words.add(name);
			for (const choice of value.enum ?? []) words.add(String(choice));
			for (const [name, member] of Object.entries(value)) if (name !== 'example') collect(member);
		};
		collect(this.definition);
		return words;
	}

	private endpoint(path: string, method: string, operation: any): Endpoint {
		const status = Object.keys(operation.responses).find((each) => each.startsWith('2'));
		const pointer = this.resolved(
			`/paths/${escaped(path)}/${method}/responses/${status ?? 'default'}`,
		);
		const media = 'application/json';
		const isJson = status && this.at(pointer).content?.[media] !== undefined;
		const schema = isJson
			? this.resolved(`${pointer}/content/${escaped(media)}/schema`)
			: undefined;
		const security = operation.security ?? this.definition.security ?? [];
		return {
			id: operation.operationId,
			method: method.toUpperCase(),
			path,
			domain: operation.tags?.[0] ?? 'other',
			isPublic: security.length === 0,
			scope: security[0]?.oauth2?.[0],
			parameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!),
			rows: schema && this.rowsOf(schema),
			schema,
		};
	}

	/** The only property that holds an array of objects, unless the answer is a record with an ID of its own. */
	private rowsOf(schema: string): string | undefined {
		const { properties = {} } = this.at(schema);
		const arrays = Object.entries<any>(properties).filter(
			([, { type, items }]) => type === 'array' && (items?.$ref || items?.type === 'object'),
		);
		return arrays.length === 1 && !('id' in properties) ? arrays[0]![0] : undefined;
	}

	private at(pointer: string): any {
		return valueAt(this.definition, pointer);
	}

	private resolved(pointer: string): string {
		const { $ref } = this.at(pointer) ?? {};
		return $ref ? this.resolved($ref.slice(1)) : pointer;
	}
}

let known: ApiDocument | undefined;

/** The document, which is read once. */
export const apiDocument = (): ApiDocument => (known ??= new ApiDocument());
