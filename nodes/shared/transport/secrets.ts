import { ApiRequestError, type RequestFailure } from '../errors/errors';
import { isPlainObject } from '../objects';

/** Names under which an n8n credential or a request stores secrets. */
const SECRET_NAMES = /^(?:(?:access|refresh|session|id|bot)_?token|client_?secret|password)$/i;

/** Shorter texts occur in unrelated words. */
const SHORTEST_SECRET = 6;

const MASK = '***';

/** JavaScript's default text of an object. */
const OBJECT_AS_TEXT = '[object Object]';

/** The secrets in the data of a credential or of a request, also in JSON within a text. */
function secretsIn(data: unknown, isSecret = false): string[] {
	if (typeof data === 'string') {
		const inside = data.startsWith('{') ? storedJson(data) : undefined;
		if (inside) return secretsIn(inside);
		return isSecret && data.length >= SHORTEST_SECRET ? [data] : [];
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

/**
 * The code of a character or byte in upper-case or lower-case hexadecimal digits; the source of a regular
 * expression.
 */
function hexadecimal(code: number, digits: number): string {
	const written = code.toString(16).padStart(digits, '0');
	return written.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** Any spelling of a character: unchanged, and as escaped in URLs, JSON and HTML. */
function spelled(character: string): string {
	const percent = Array.from(Buffer.from(character), (byte) => `%${hexadecimal(byte, 2)}`).join('');
	if (/[a-z\d]/i.test(character)) return `(?:${character}|${percent})`;
	const code = character.charCodeAt(0);
	const unit = hexadecimal(code, 4);
	const html = `&#0*${code};|&#[xX]0*${hexadecimal(code, 1)};`;
	return `(?:\\\\?\\u${code.toString(16).padStart(4, '0')}|${percent}|\\\\u${unit}|${html})`;
}

/**
 * Number of characters of a secret for which every spelling is searched; a pattern of thousands would not
 * compile.
 */
const SPELLED_LENGTH = 64;

/** Any spelling of a text; for a long one, the rest unchanged, or anything that continues like an escaped one. */
function spelling(text: string, spell = spelled): string {
	const rest = text.slice(SPELLED_LENGTH).replace(/\W/g, '\\$&');
	return [
		...text.slice(0, SPELLED_LENGTH).split('').map(spell),
		...(rest ? [`(?:${rest}|[\\w%.~+/=&#;\\\\-]*)`] : []),
	].join('');
}

/** Any spelling of a Base64 character, since there are two alphabets. */
function spelledBase64(character: string): string {
	const others: Record<string, string> = { '+': '|-', '/': '|_' };
	return `(?:${spelled(character)}${others[character] ?? ''})`;
}

/**
 * The Base64 characters of a secret anywhere in a longer text: at each of three offsets, its first and last
 * character share their bits with others.
 */
function base64Spellings(secret: string): string[] {
	return [0, 1, 2].map((offset) => {
		const bytes = Buffer.from(`${'x'.repeat(offset)}${secret}`);
		const own = bytes
			.toString('base64')
			.slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
		return spelling(own, spelledBase64);
	});
}

/** The secrets used to sign in, and the search for them in everything that a server returns. */
export class Secrets {
	private readonly known = new Set<string>();

	private pattern?: RegExp;

	/** Adds the secrets of a credential or of a request; returns whether they were known already. */
	add(data: unknown): boolean {
		const fresh = secretsIn(data).filter((secret) => !this.known.has(secret));
		if (fresh.length === 0) return true;
		for (const secret of fresh) this.known.add(secret);
		// Longest first: one secret may begin with another.
		const sources = [...this.known]
			.sort((one, other) => other.length - one.length)
			.flatMap((secret) => [spelling(secret), ...base64Spellings(secret)]);
		this.pattern = new RegExp(sources.join('|'), 'g');
		return false;
	}

	/** A text without the secrets. */
	masked(text: string): string {
		return this.pattern && text.length >= SHORTEST_SECRET ? text.replace(this.pattern, MASK) : text;
	}

	/**
	 * Makes a response of a server safe to handle, in place: removes the secrets with which the request was signed
	 * in, under any name, and ensures that every object can be converted to text.
	 */
	cleaned<T>(value: T): T {
		if (typeof value === 'string') return this.masked(value) as T;
		if (typeof value !== 'object' || value === null) return value;
		const members = value as Record<string, unknown>;
		if (Object.hasOwn(members, 'toString') || Object.hasOwn(members, 'valueOf')) {
			Object.defineProperty(members, Symbol.toPrimitive, { value: () => OBJECT_AS_TEXT });
		}
		for (const name of Object.keys(members)) {
			const member = members[name];
			const clean = this.cleaned(member);
			const cleanName = this.masked(name);
			if (cleanName !== name) delete members[name];
			if (clean !== member || cleanName !== name) members[cleanName] = clean;
		}
		return value;
	}

	/** A failed request without the secrets in its data. */
	cleanedFailure(error: Error): Error {
		if (!(error instanceof ApiRequestError)) return error;
		const { text, ...failure } = error.failure;
		return new ApiRequestError({
			...this.cleaned<RequestFailure>(failure),
			...(text ? { text: this.cleaned({ ...text }) } : {}),
		});
	}
}
