import { InputError } from '../errors/errors';
import { isPlainObject } from '../objects';

/** Names under which an answer may carry the link to a file. */
const LINK_NAMES = ['url', 'recording_url', 'audio_url', 'playback_url', 'download_url'];

/** The link to a file in an answer. */
function findLink(answer: unknown): string {
	const record = isPlainObject(answer) ? answer : {};
	const name =
		LINK_NAMES.find((key) => typeof record[key] === 'string') ??
		Object.keys(record).find((key) => /^https?:\/\//i.test(String(record[key])));
	if (!name) throw new InputError('The answer of KallyAI has no link to a file');
	return record[name] as string;
}

/** Whether a host name means this machine or its private network. */
export function isPrivateHost(hostname: string): boolean {
	const host = hostname
		.toLowerCase()
		.replace(/^\[|\]$/g, '')
		.replace(/\.$/, '');
	if (host === 'localhost' || /\.(?:localhost|local|internal)$/.test(host)) return true;
	if (host.includes(':')) {
		return host === '::' || host === '::1' || /^(?:f[cd]|fe[89ab]|::ffff:|64:ff9b:)/.test(host);
	}
	// The URL parser has brought every spelling of an IPv4 address into this form.
	const [, first, second] = (/^(\d+)\.(\d+)\.\d+\.\d+$/.exec(host) ?? []).map(Number);
	if (first === undefined) return false;
	return (
		[0, 10, 127].includes(first) ||
		first >= 224 ||
		(first === 100 && second >= 64 && second < 128) ||
		(first === 169 && second === 254) ||
		(first === 172 && second >= 16 && second < 32) ||
		(first === 192 && (second === 168 || second === 0)) ||
		(first === 198 && (second === 18 || second === 19))
	);
}

/**
 * A link that may be fetched: http or https, not into a private network unless KallyAI itself is there.
 *
 * @throws InputError saying why it is not fetched
 */
export function checkedLink(link: string, baseUrl: string): URL {
	if (!URL.canParse(link, baseUrl)) throw new InputError('The link to the file is not a URL');
	const url = new URL(link, baseUrl);
	if (!['http:', 'https:'].includes(url.protocol)) {
		throw new InputError(
			`The link to the file is not fetched: ${url.protocol} is not http or https`,
		);
	}
	if (url.username || url.password) {
		throw new InputError('The link to the file is not fetched: it carries a user name');
	}
	if (url.host !== new URL(baseUrl).host && isPrivateHost(url.hostname)) {
		throw new InputError(
			`The link to the file is not fetched: ${url.hostname} is an address of a private network`,
		);
	}
	return url;
}

/** The link to a file in a response of the API, if it may be fetched. */
export function linkIn(answer: unknown, baseUrl: string): URL {
	return checkedLink(findLink(answer), baseUrl);
}
