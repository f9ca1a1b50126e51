import { ApiRequestError, type RequestFailure } from '../errors/errors';
import { isPlainObject } from '../objects';

/** Names under which a credential of n8n keeps what nobody else may see. */
const SECRET_NAMES =
	/^(?:access_?token|refresh_?token|session_?token|id_?token|client_?secret|password)$/i;

/** Shorter texts turn up in words that have nothing to do with them. */
const SHORTEST_SECRET = 6;

const MASK = '***';

/** What JavaScript makes of an object that has no say in it. */
const OBJECT_AS_TEXT = '[object Object]';

/** The secrets in the data of a credential or of a request, also in JSON that stands there as a text. */
export function secretsIn(data: unknown, isSecret = false): string[] {
	if (typeof data === 'string') {
		const inside = data.startsWith('{') ? storedJson(data) : undefined;
		if (inside) return secretsIn(inside);
		return isSecret && data.length >= SHORTEST_SECRET ? [data, encodeURIComponent(data)] : [];
	}
	if (!isPlainObject(data)) return [];
	return Object.entries(data).flatMap(([name, value]) => secretsIn(value, SECRET_NAMES.test(name)));
}

function storedJson(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

function masked(text: string, secrets: string[]): string {
	return secrets.reduce(
		(left, secret) => (left.includes(secret) ? left.split(secret).join(MASK) : left),
		text,
	);
}

/**
 * What came from a server, made safe to handle, in place: without the secrets that the request was signed
 * in with, however they are named there, and with objects that can be made a text whatever their members.
 */
export function cleaned<T>(value: T, secrets: string[]): T {
	if (typeof value === 'string') return masked(value, secrets) as T;
	if (typeof value !== 'object' || value === null) return value;
	const members = value as Record<string, unknown>;
	if (Object.hasOwn(members, 'toString') || Object.hasOwn(members, 'valueOf')) {
		Object.defineProperty(members, Symbol.toPrimitive, { value: () => OBJECT_AS_TEXT });
	}
	for (const name of Object.keys(members)) {
		const member = members[name];
		const clean = cleaned(member, secrets);
		const cleanName = masked(name, secrets);
		if (cleanName !== name) delete members[name];
		if (clean !== member || cleanName !== name) members[cleanName] = clean;
	}
	return value;
}

/** A failed request without the secrets in what is told of it. */
export function failureWithoutSecrets(error: Error, secrets: string[]): Error {
	if (!(error instanceof ApiRequestError)) return error;
	const { text, ...failure } = error.failure;
	return new ApiRequestError({
		...cleaned<RequestFailure>(failure, secrets),
		...(text ? { text: cleaned({ ...text }, secrets) } : {}),
	});
}
