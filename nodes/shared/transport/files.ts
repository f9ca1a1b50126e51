import type {
	IBinaryData,
	IDataObject,
	IExecuteFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';

import {
	type InvalidInput,
	invalidInput,
	passedOn,
	readThrown,
	RequestFailed,
	requestFailed,
} from '../errors/errors';
import type { ErrorText } from '../errors/texts';
import { isPlainObject } from '../objects';
import type { DownloadSpec } from '../../KallyAi/table/operation';
import { DEFAULT_DOWNLOAD_MEGABYTES, DOWNLOAD_TIMEOUT_SECONDS } from './settings';
import { type Api, type ApiAnswer, send } from './api';

/** Names under which an answer may carry the link to a file. */
const LINK_NAMES = ['url', 'recording_url', 'audio_url', 'playback_url', 'download_url'];
const MAX_REDIRECTS = 3;

const EXTENSION_TYPES: Record<string, string> = {
	ics: 'text/calendar',
	m4a: 'audio/mp4',
	mp3: 'audio/mpeg',
	ogg: 'audio/ogg',
	wav: 'audio/wav',
	webm: 'audio/webm',
};

/** The readable side of a file, as far as this module uses it (Node's stream module may not be imported). */
interface FileStream {
	map(step: (chunk: Uint8Array) => Uint8Array): FileStream;
	destroy(): void;
	/** What went wrong on the way here; null if nothing did. */
	errored: Error | null;
}

/** The link to a file in an answer. */
export function findLink(answer: unknown): string {
	const record = isPlainObject(answer) ? answer : {};
	const name =
		LINK_NAMES.find((key) => typeof record[key] === 'string') ??
		Object.keys(record).find((key) => /^https?:\/\//i.test(String(record[key])));
	if (!name) throw invalidInput('The answer of KallyAI has no link to a file');
	return record[name] as string;
}

/** Whether a host name means this machine or its private network. */
function isPrivateHost(hostname: string): boolean {
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

/** A link that may be fetched: http or https, not into a private network unless KallyAI itself is there. */
export function checkedLink(link: string, baseUrl: string): URL {
	let url: URL;
	try {
		url = new URL(link, baseUrl);
	} catch {
		throw invalidInput('The link to the file is not a URL');
	}
	if (!['http:', 'https:'].includes(url.protocol)) {
		throw invalidInput(`The link to the file is not fetched: ${url.protocol} is not http or https`);
	}
	if (url.username || url.password) {
		throw invalidInput('The link to the file is not fetched: it carries a user name');
	}
	if (url.host !== new URL(baseUrl).host && isPrivateHost(url.hostname)) {
		throw invalidInput(
			`The link to the file is not fetched: ${url.hostname} is an address of a private network`,
		);
	}
	return url;
}

async function fetchFile(api: Api, path: string): Promise<ApiAnswer> {
	return await send(api, {
		method: 'GET',
		path,
		expect: 'stream',
		timeoutSeconds: DOWNLOAD_TIMEOUT_SECONDS,
	});
}

const isRefused = (thrown: unknown) =>
	thrown instanceof RequestFailed && [401, 403].includes(thrown.failure.status ?? 0);

/**
 * Fetches a link without any credential: it may lead to another host. Only where KallyAI itself refuses that is its own
 * link fetched with the credential.
 */
async function fetchLink(
	api: Api,
	context: IExecuteFunctions | IPollFunctions,
	link: string,
): Promise<ApiAnswer> {
	const { baseUrl } = api;
	let url = checkedLink(link, baseUrl);
	for (let redirects = 0; ; redirects++) {
		try {
			const answer = (await context.helpers.httpRequest({
				method: 'GET',
				url: url.href,
				encoding: 'stream',
				returnFullResponse: true,
				disableFollowRedirect: true,
				timeout: DOWNLOAD_TIMEOUT_SECONDS * 1000,
			})) as IN8nHttpFullResponse;
			return {
				status: answer.statusCode,
				headers: answer.headers as IDataObject,
				body: answer.body,
			};
		} catch (error) {
			const thrown = readThrown(error);
			if (isRefused(thrown) && url.href.startsWith(`${baseUrl}/`)) {
				return await fetchFile(api, url.href.slice(baseUrl.length));
			}
			const location = thrown instanceof RequestFailed ? thrown.failure.location : undefined;
			if (location === undefined || redirects >= MAX_REDIRECTS) throw passedOn(thrown);
			url = checkedLink(new URL(location, url).href, baseUrl);
		}
	}
}

/** Name of the file: what the server says, else the link's last part, else `fallback`. */
function fileName(headers: IDataObject, link: string | undefined, fallback: string): string {
	const disposition = String(headers['content-disposition'] ?? '').slice(0, 1000);
	const [, encoded] = /filename\*=(?:utf-8|iso-8859-1)'[^']*'([^;\s]+)/i.exec(disposition) ?? [];
	const [, quoted, bare] = /filename=(?:"([^"]*)"|([^;\s]+))/i.exec(disposition) ?? [];
	const fromLink = link ? new URL(link).pathname.split('/').pop() : undefined;
	const name =
		decoded(encoded) ?? quoted ?? bare ?? (fromLink?.includes('.') ? decoded(fromLink) : undefined);
	// No folders and no control characters: the name may end up in somebody's file system.
	const safe = (name ?? '')
		.replace(/[\p{Cc}/\\]+/gu, '_')
		.replace(/^\.+/, '')
		.slice(0, 200);
	return safe || fallback;
}

function decoded(text: string | undefined): string | undefined {
	if (text === undefined) return undefined;
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function mimeType(headers: IDataObject, name: string, fallback: string): string {
	const [type] = String(headers['content-type'] ?? '').split(';');
	if (type && !/octet-stream/.test(type)) return type.trim().toLowerCase();
	return EXTENSION_TYPES[name.split('.').pop()?.toLowerCase() ?? ''] ?? fallback;
}

const CUT_OFF: ErrorText = {
	message: 'The connection ended before the file was whole',
	advice: 'Nothing was kept of the file. Run the item again.',
};

function tooLarge(megabytes: number): InvalidInput {
	return invalidInput(
		`The file is larger than the ${megabytes} MB of 'Max Download Size (MB)'`,
		"Raise 'Max Download Size (MB)' in the options to accept it.",
	);
}

/** Where a file comes from and how it is kept. */
export interface FileRequest {
	/** Path below the base URL, fetched with the credential; or a link, fetched without. */
	path?: string;
	link?: string;
	spec: DownloadSpec;
	maxMegabytes?: number;
}

/**
 * Streams a file into n8n's binary data, with the name and type that the server gives, and stops as soon
 * as it is larger than allowed.
 */
export async function downloadFile(
	api: Api,
	context: IExecuteFunctions | IPollFunctions,
	{ path, link, spec, maxMegabytes = DEFAULT_DOWNLOAD_MEGABYTES }: FileRequest,
): Promise<IBinaryData> {
	const answer =
		link === undefined ? await fetchFile(api, path as string) : await fetchLink(api, context, link);
	const name = fileName(answer.headers, link && checkedLink(link, api.baseUrl).href, spec.fileName);
	const limit = maxMegabytes * 1024 * 1024;
	const stream = answer.body as FileStream;
	if (Number(answer.headers['content-length']) > limit) {
		stream.destroy();
		throw tooLarge(maxMegabytes);
	}
	let size = 0;
	const counted = stream.map((chunk) => {
		size += chunk.length;
		if (size > limit) throw tooLarge(maxMegabytes);
		return chunk;
	});
	try {
		return await context.helpers.prepareBinaryData(
			counted as unknown as Parameters<typeof context.helpers.prepareBinaryData>[0],
			name,
			mimeType(answer.headers, name, spec.mimeType),
		);
	} catch (error) {
		if (size > limit || !stream.errored) throw passedOn(error);
		throw requestFailed({ code: 'file_cut_off', connectionLost: true, text: CUT_OFF });
	}
}
