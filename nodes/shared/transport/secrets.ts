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

/** The code of a character or byte, in capital or small hexadecimal digits; the source of a regular expression. */
function hexadecimal(code: number, digits: number): string {
	const written = code.toString(16).padStart(digits, '0');
	return written.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** Any spelling of a character: as it is, and as addresses, JSON and HTML escape it. */
function spelled(character: string): string {
	const percent = Array.from(Buffer.from(character), (byte) => `%${hexadecimal(byte, 2)}`).join('');
	if (/[a-z\d]/i.test(character)) return `(?:${character}|${percent})`;
	const code = character.charCodeAt(0);
	const unit = hexadecimal(code, 4);
	const html = `&#0*${code};|&#[xX]0*${hexadecimal(code, 1)};`;
	return `(?:\\\\?\\u${code.toString(16).padStart(4, '0')}|${percent}|\\\\u${unit}|${html})`;
}

/** Characters of a secret whose every spelling is searched for; a pattern of thousands would not compile. */
const SPELLED_LENGTH = 64;

/** Any spelling of a text; of a long one the rest as it is, or whatever goes on like an escaped one. */
function spelling(text: string, spell = spelled): string {
	const rest = text.slice(SPELLED_LENGTH).replace(/\W/g, '\\$&');
	return [
		...text.slice(0, SPELLED_LENGTH).split('').map(spell),
		...(rest ? [`(?:${rest}|[\\w%.~+/=&#;\\\\-]*)`] : []),
	].join('');
}

/** Any spelling of a character of Base64, of which there are two alphabets. */
function spelledBase64(character: string): string {
	const others: Record<string, string> = { '+': '|-', '/': '|_' };
	return `(?:${spelled(character)}${others[character] ?? ''})`;
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
		return spelling(own, spelledBase64);
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
			.flatMap((secret) => [spelling(secret), ...base64Spellings(secret)]);
		this.pattern = new RegExp(sources.join('|'), 'g');
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
