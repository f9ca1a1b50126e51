import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';

/** The OpenAPI document. */
export const openapi = parse(
	readFileSync(path.resolve(import.meta.dirname, '../../openapi/kallyai.yaml'), 'utf8'),
) as Record<string, any>;

/** What a reference within the document points to, or the value itself where it is none. */
export function follow<T>(value: T): T {
	const { $ref: reference } = (value ?? {}) as { $ref?: string };
	if (reference === undefined) return value;
	const names = reference.slice(2).split('/');
	return follow(names.reduce((node: any, name) => node[name], openapi) as T);
}
