import { isPrivateHost } from '../addresses';
import { InputError } from '../errors/errors';
import { isPlainObject } from '../objects';

/** Names of the field with the link to a file. */
const LINK_NAMES = ['url', 'recording_url', 'audio_url', 'playback_url', 'download_url'];

const isText = (value: unknown): value is string => typeof value === 'string';

/** The link to a file in a response. */
function findLink(answer: unknown): string | undefined {
	const record = isPlainObject(answer) ? answer : {};
	return (LINK_NAMES.map((name) => record[name]).find((value) => isText(value) && value !== '') ??
		Object.values(record)
			.filter(isText)
			.find((value) => /^https?:\/\//i.test(value))) as string | undefined;
}

/** Whether a response has a link to a file. */
export const hasLink = (answer: unknown): boolean => findLink(answer) !== undefined;

/**
 * A link that may be downloaded: http or https, not into a private network unless KallyAI itself is there.
 *
 * @param from where the link comes from, if not from a response of the API
 * @throws InputError with the reason if it is refused
 */
export function checkedLink(link: string, baseUrl: string, from = baseUrl): URL {
	if (!URL.canParse(link, from)) throw new InputError('The link to the file is not a URL');
	const url = new URL(link, from);
	if (!['http:', 'https:'].includes(url.protocol)) {
		throw new InputError(
			`The link to the file is not fetched: ${url.protocol} is not http or https`,
		);
	}
	if (url.username || url.password) {
		throw new InputError('The link to the file is not fetched: it contains a user name');
	}
	if (url.host !== new URL(baseUrl).host && isPrivateHost(url.hostname)) {
		throw new InputError(
			`The link to the file is not fetched: ${url.hostname} is an address of a private network`,
		);
	}
	return url;
}

/** The link to a file in a response of the API, if it may be downloaded. */
export function linkIn(answer: unknown, baseUrl: string): URL {
	const link = findLink(answer);
	if (link === undefined) throw new InputError('The response of KallyAI has no link to a file');
	return checkedLink(link, baseUrl);
}
