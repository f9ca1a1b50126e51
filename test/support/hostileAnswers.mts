import { follow, openapi } from './openapi.mts';
import { randomOf } from './random.mts';
import type { Schema } from './contract.mts';

interface Route {
	method: string;
	/** Path as the document writes it. */
	path: string;
	pattern: RegExp;
	schema: Schema | undefined;
	/** Every place in an answer where something hostile may stand. */
	fields: string[];
}

const variantsOf = (schema: Schema): Schema[] =>
	(['oneOf', 'anyOf', 'allOf'] as const).flatMap((name) => (schema[name] ?? []) as Schema[]);

/** The places within a schema, such as `.calls[].status`; what contains itself is entered once. */
function fieldsOf(given: Schema | undefined, place = '', outer: Schema[] = []): string[] {
	if (given === undefined) return [];
	const schema = follow(given);
	if (outer.includes(schema)) return [];
	const within = [...outer, schema];
	const found = [
		...variantsOf(schema).flatMap((variant) => fieldsOf(variant, place, within)),
		...Object.entries(schema.properties ?? {}).flatMap(([name, member]) => [
			`${place}.${name}`,
			...fieldsOf(member, `${place}.${name}`, within),
		]),
		...(schema.items ? [`${place}[]`, ...fieldsOf(schema.items, `${place}[]`, within)] : []),
	];
	return [...new Set(found)];
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
				const schema = response?.content?.['application/json']?.schema as Schema | undefined;
				return {
					method: method.toUpperCase(),
					path,
					pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
					schema,
					fields: fieldsOf(schema),
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

/** Which fields of the answers of the document have been hostile, and whose turn is next. */
export class Coverage {
	private readonly turns = new Map<Route, number>();

	private readonly reached = new Map<Route, Set<string>>();

	/** The field of a route whose turn it is. */
	nextField(route: Route): string {
		const turn = this.turns.get(route) ?? 0;
		this.turns.set(route, turn + 1);
		return route.fields[turn % route.fields.length];
	}

	reach(route: Route, field: string): void {
		this.reached.set(route, (this.reached.get(route) ?? new Set()).add(field));
	}

	/** Fields in which nothing hostile has been answered, of the routes that were asked for. */
	missed(): string[] {
		return [...this.turns.keys()].flatMap((route) =>
			route.fields
				.filter((field) => !this.reached.get(route)?.has(field))
				.map((field) => `${route.method} ${route.path} ${field}`),
		);
	}

	/** Routes of the document that answer with fields, and that nobody has asked for. */
	unasked(): string[] {
		return ROUTES.filter((route) => route.fields.length > 0 && !this.turns.has(route)).map(
			({ method, path }) => `${method} ${path}`,
		);
	}
}

/** Generates JSON texts in place of the answers of the API, from the schemas of the document. */
export class HostileAnswers {
	private readonly random: () => number;

	private readonly coverage: Coverage;

	constructor(seed: number, coverage = new Coverage()) {
		this.coverage = coverage;
		this.random = randomOf(seed);
	}

	/** What is answered in place of the answer to a request; mostly with one field that is hostile, each in its turn. */
	answer(method: string, path: string, token: string): string {
		const route = ROUTES.find((known) => known.method === method && known.pattern.test(path));
		const hostile = hostileValues(token);
		if (this.random() < 0.05) return this.one(hostile);
		const { schema = {}, fields = [] } = route ?? {};
		if (route === undefined || fields.length === 0 || this.random() > 0.85)
			return this.fitting(schema, hostile, 0);
		const aim = { route, field: this.coverage.nextField(route) };
		return this.fitting(schema, hostile, 0, '', aim);
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

	private fitting(
		given: Schema,
		hostile: string[],
		depth: number,
		place = '',
		aim?: { route: Route; field: string },
	): string {
		if (aim?.field === place) {
			this.coverage.reach(aim.route, place);
			return this.one(hostile);
		}
		if (aim === undefined && (depth > 6 || this.random() < 0.12)) return this.one(hostile);
		if (depth > 6 && !aim?.field.startsWith(place)) return 'null';
		const schema = follow(given);
		const leadsTo = (inner: string) => aim?.field.startsWith(inner) ?? false;
		const fit = (member: Schema, inner: string) =>
			this.fitting(member, hostile, depth + 1, inner, aim);
		const variants = variantsOf(schema);
		if (variants.length > 0) {
			const aimedAt = variants.filter((variant) =>
				fieldsOf(variant, place).includes(aim?.field ?? ''),
			);
			return this.fitting(
				this.one(aimedAt.length > 0 ? aimedAt : variants),
				hostile,
				depth,
				place,
				aim,
			);
		}
		const [type] = [schema.type ?? (schema.properties ? 'object' : 'string')].flat();
		if (type === 'object') {
			const members = Object.entries(schema.properties ?? {})
				.filter(([name]) => leadsTo(`${place}.${name}`) || this.random() < 0.9)
				.map(([name, member]) => `"${name}":${fit(member, `${place}.${name}`)}`);
			if (this.random() < 0.2) {
				members.push(`${JSON.stringify(this.one(NAMES))}:${this.one(hostile)}`);
			}
			return `{${members.join()}}`;
		}
		if (type === 'array') {
			const length = Math.floor(this.random() * 4) || Number(leadsTo(`${place}[]`));
			const items = Array.from({ length }, () => fit(schema.items ?? {}, `${place}[]`));
			return `[${items.join()}]`;
		}
		if (type === 'integer' || type === 'number') return this.one(['1', '25', '3.5', '100']);
		if (type === 'boolean') return this.one(['true', 'false']);
		const text = this.one(
			(schema.enum ?? schema.examples ?? ['completed', 'some text']) as unknown[],
		);
		// Links lead to the server that answers, not to the internet.
		return JSON.stringify(String(text).replace(/^https?:\/\/[^/]+/, ''));
	}
}
