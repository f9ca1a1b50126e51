import { follow, openapi } from './openapi.mts';
import { randomOf } from './random.mts';
import type { Schema } from './contract.mts';

interface Route {
	method: string;
	pattern: RegExp;
	schema: Schema | undefined;
}

/** Every operation of the document with the schema of its first answer that is JSON; fewest parameters first. */
const ROUTES: Route[] = Object.entries(openapi.paths as Record<string, Record<string, any>>)
	.sort(([one], [other]) => one.split('{').length - other.split('{').length)
	.flatMap(([path, item]) =>
		['get', 'post', 'put', 'patch', 'delete']
			.filter((method) => item[method])
			.map((method) => {
				const responses = item[method].responses as Record<string, unknown>;
				const success = Object.keys(responses).find((status) => status.startsWith('2'));
				const response = success ? follow(responses[success] as Record<string, any>) : undefined;
				return {
					method: method.toUpperCase(),
					pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
					schema: response?.content?.['application/json']?.schema as Schema | undefined,
				};
			}),
	);

/** Names that mean something to JavaScript or to n8n. */
const NAMES = [
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'valueOf',
	'toJSON',
	'hasOwnProperty',
	'then',
	'length',
	'error',
	'$error',
	'$json',
	'json',
	'binary',
	'pairedItem',
];

const nested = (depth: number): string => `${'{"a":['.repeat(depth)}1${']}'.repeat(depth)}`;

/** JSON of values that nobody expects; `token` is the one that the request was signed in with. */
const hostileValues = (token: string): string[] => [
	...['null', 'true', 'false', '0', '-1', '1.5', '1e308', '-1e999', '1e999', '9007199254740993'],
	...['""', '" "', '"\\u0000\\u202e\\ud800"', '"<img src=x onerror=alert(1)>"', '"={{ $json }}"'],
	...['"0000-00-00T99:99:99Z"', '"+275760-09-13T00:00:00.001Z"', '"https://x"', '"file:///etc"'],
	...['{}', '[]', '[[]]', '[null]', '[{}]', '[[[["a"]]]]', '{"0":1,"length":1e9}'],
	JSON.stringify('x'.repeat(3000)),
	JSON.stringify(token),
	JSON.stringify({ [token]: `Bearer ${token}` }),
	nested(20),
	nested(2000),
	...NAMES.flatMap((name) => [
		JSON.stringify(name),
		`{${JSON.stringify(name)}:1}`,
		`{${JSON.stringify(name)}:{"message":{"toString":null}}}`,
	]),
];

/** Generates JSON texts in place of the answers of the API, from the schemas of the document. */
export class HostileAnswers {
	private readonly random: () => number;

	constructor(seed: number) {
		this.random = randomOf(seed);
	}

	/** What is answered in place of the answer to a request. */
	answer(method: string, path: string, token: string): string {
		const route = ROUTES.find((known) => known.method === method && known.pattern.test(path));
		const hostile = hostileValues(token);
		if (this.random() < 0.05) return this.one(hostile);
		return this.fitting(route?.schema ?? {}, hostile, 0);
	}

	/** A body in place of an error's. */
	refusal(token: string): string {
		const hostile = hostileValues(token);
		const value = () => this.one(hostile);
		return this.one([
			value(),
			`{"error":${value()}}`,
			`{"error":{"code":${value()},"message":${value()},"details":${value()},"correlation_id":${value()}}}`,
			`{"error":{"details":{"reason":${value()},"message":${value()},"upgrade_url":${value()}}}}`,
			`{"detail":[{"loc":[${value()},${value()}],"msg":${value()}}]}`,
			`{"detail":${value()},"message":${value()}}`,
			`{"minutes_allocated":${value()},"minutes_used":${value()},"upgrade_url":${value()}}`,
			'<html><title>No</title></html>',
			'',
			'{"error":',
		]);
	}

	one<T>(values: T[]): T {
		return values[Math.floor(this.random() * values.length)];
	}

	private fitting(given: Schema, hostile: string[], depth: number): string {
		if (depth > 6 || this.random() < 0.12) return this.one(hostile);
		const schema = follow(given) as Schema & Record<string, Schema[] | undefined>;
		const variants = schema.oneOf ?? schema.anyOf ?? schema.allOf;
		if (variants) return this.fitting(this.one(variants), hostile, depth);
		const [type] = [schema.type ?? (schema.properties ? 'object' : 'string')].flat();
		if (type === 'object') {
			const members = Object.entries(schema.properties ?? {})
				.filter(() => this.random() < 0.9)
				.map(([name, member]) => `"${name}":${this.fitting(member, hostile, depth + 1)}`);
			if (this.random() < 0.2) {
				members.push(`${JSON.stringify(this.one(NAMES))}:${this.one(hostile)}`);
			}
			return `{${members.join()}}`;
		}
		if (type === 'array') {
			const length = Math.floor(this.random() * 4);
			const items = Array.from({ length }, () =>
				this.fitting(schema.items ?? {}, hostile, depth + 1),
			);
			return `[${items.join()}]`;
		}
		if (type === 'integer' || type === 'number') return this.one(['1', '25', '3.5', '100']);
		if (type === 'boolean') return this.one(['true', 'false']);
		return JSON.stringify(
			this.one((schema.enum ?? schema.examples ?? ['completed', 'some text']) as unknown[]),
		);
	}
}
