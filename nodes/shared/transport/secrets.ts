import { ApiRequestError, type RequestFailure } from '../errors/errors';
import { isPlainObject } from '../objects';

/** Names under which a credential of n8n, or a request, keeps what nobody else may see. */
const SECRET_NAMES = /^(?:(?:access|refresh|session|id|bot)_?token|client_?secret|password)$/i;

/** Shorter texts turn up in words that have nothing to do with them. */
const SHORTEST_SECRET = 6;

const MASK = '***';

/** What JavaScript makes of an object that has no say in it. */
const OBJECT_AS_TEXT = '[object Object]';

/** The secrets in the data of a credential or of a request, also in JSON that stands there as a text. */
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

/** Any spelling of a character: as it is, and as addresses, JSON and HTML escape it; in any case. */
function spelled(character: string): string {
	const percent = Array.from(
		Buffer.from(character),
		(byte) => `%${byte.toString(16).padStart(2, '0')}`,
	).join('');
	if (/[a-z\d]/i.test(character)) return `(?:${character}|${percent})`;
	const code = character.charCodeAt(0);
	const hex = code.toString(16).padStart(4, '0');
	const html = `&#0*${code};|&#x0*${code.toString(16)};`;
	return `(?:\\\\?\\u${hex}|${percent}|\\\\u${hex}|${html})`;
}

/**
 * The characters of Base64 that a secret brings about wherever it stands in a longer text: at each of three
 * offsets other bits share its first and last character.
 */
function base64Spellings(secret: string): string[] {
	return [0, 1, 2].map((offset) => {
		const bytes = Buffer.from(`${'x'.repeat(offset)}${secret}`);
		const own = bytes
			.toString('base64')
			.slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
		return Array.from(own, (character) => {
			const safe = { '+': '|-', '/': '|_' }[character] ?? '';
			return `(?:${spelled(character)}${safe})`;
		}).join('');
	});
}

/** What signs in, and the search for it in whatever comes back from a server. */
export class Secrets {
	private readonly known = new Set<string>();

	private pattern?: RegExp;

	/** Takes in the secrets of a credential or of a request; says whether they were known already. */
	add(data: unknown): boolean {
		const fresh = secretsIn(data).filter((secret) => !this.known.has(secret));
		if (fresh.length === 0) return true;
		for (const secret of fresh) this.known.add(secret);
		// The longest first: one secret may begin with another.
		const sources = [...this.known]
			.sort((one, other) => other.length - one.length)
			.flatMap((secret) => [secret.split('').map(spelled).join(''), ...base64Spellings(secret)]);
		this.pattern = new RegExp(sources.join('|'), 'gi');
		return false;
	}

	/** A text without the secrets. */
	masked(text: string): string {
		return this.pattern && text.length >= SHORTEST_SECRET ? text.replace(this.pattern, MASK) : text;
	}

	/**
	 * What came from a server, made safe to handle, in place: without the secrets that the request was signed
	 * in with, however they are named there, and with objects that can be made a text whatever their members.
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

	/** A failed request without the secrets in what is told of it. */
	cleanedFailure(error: Error): Error {
		if (!(error instanceof ApiRequestError)) return error;
		const { text, ...failure } = error.failure;
		return new ApiRequestError({
			...this.cleaned<RequestFailure>(failure),
			...(text ? { text: this.cleaned({ ...text }) } : {}),
		});
	}
}
