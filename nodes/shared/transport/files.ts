import type { IBinaryData, IDataObject, IExecuteFunctions, IPollFunctions } from 'n8n-workflow';

import { ApiRequestError, InputError, rethrow } from '../errors/errors';
import { type ErrorText, fileHostText } from '../errors/texts';
import { type Api, send, sendOpenly } from './api';
import { checkedLink } from './links';
import { withinSeconds } from './body';
import type { ApiResponse } from './request';
import type { Secrets } from './secrets';

const MAX_REDIRECTS = 3;

/** Timeout in seconds for the transfer of a file. */
const TIMEOUT_SECONDS = 120;

/** Default maximum size of a file in megabytes. */
export const DEFAULT_DOWNLOAD_MEGABYTES = 100;

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
	/** The error of the transfer so far; null if there is none. */
	errored: Error | null;
}

/**
 * Where a file is: below the base URL, downloaded with the credential; or at a checked link, downloaded without.
 */
export type FileSource = { path: string } | { link: URL };

const requestFor = (timeoutSeconds: number) =>
	({ method: 'GET', expect: 'stream', timeoutSeconds }) as const;

async function fetchPath(api: Api, path: string, seconds: number): Promise<ApiResponse> {
	return await send(api, { ...requestFor(seconds), path });
}

const isRefused = (error: unknown) =>
	error instanceof ApiRequestError && [401, 403].includes(error.failure.status ?? 0);

const isOfApi = (link: URL, baseUrl: string) => link.host === new URL(baseUrl).host;

/** The response of the host of a file, in appropriate words: the API's codes and scopes do not apply to it. */
function refusedByHost(error: unknown, { host }: URL): Error {
	if (!(error instanceof ApiRequestError)) return rethrow(error);
	const { status = 0, retryAfterMs, connectionLost } = error.failure;
	if (status < 400) return error;
	const text = fileHostText(host, status);
	return new ApiRequestError({
		code: `http_${status}`,
		status,
		retryAfterMs,
		connectionLost,
		text,
	});
}

/**
 * Downloads a link without a credential: it may lead to another host. Only if KallyAI itself refuses this, its
 * own link is requested with the credential, which is not sent to the target of a redirect.
 */
async function fetchLink(api: Api, first: URL, seconds: number): Promise<ApiResponse> {
	const { baseUrl, context, secrets } = api;
	let link = first;
	for (let redirects = 0; ; redirects++) {
		const { href } = link;
		let failure: unknown;
		try {
			return await sendOpenly(context.helpers, href, requestFor(seconds), secrets);
		} catch (error) {
			failure = error;
		}
		if (isRefused(failure) && href.startsWith(`${baseUrl}/`)) {
			try {
				return await fetchPath(api, href.slice(baseUrl.length), seconds);
			} catch (error) {
				failure = error;
			}
		}
		const location = failure instanceof ApiRequestError ? failure.failure.location : undefined;
		if (location === undefined || redirects >= MAX_REDIRECTS) {
			throw isOfApi(link, baseUrl) ? rethrow(failure) : refusedByHost(failure, link);
		}
		link = checkedLink(location, baseUrl, href);
	}
}

/** File names in a Content-Disposition header (RFC 6266), better one first. */
const EXTENDED_NAME = /(?:^|;)\s*filename\*\s*=\s*(utf-8|iso-8859-1)'[^']*'([^;\s]+)/i;
const PLAIN_NAME = /(?:^|;)\s*filename\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]+))/i;

/** Name of the file: from the server, or the last part of the link, or `fallback`. */
function fileName(
	headers: IDataObject,
	source: FileSource,
	fallback: string,
	secrets: Secrets,
): string {
	const disposition = String(headers['content-disposition'] ?? '').slice(0, 1000);
	const [, charset, encoded] = EXTENDED_NAME.exec(disposition) ?? [];
	const [, quoted, bare] = PLAIN_NAME.exec(disposition) ?? [];
	const fromLink = 'link' in source ? source.link.pathname.split('/').pop() : undefined;
	const name =
		(/^iso/i.test(charset ?? '') ? fromLatin1(encoded) : decoded(encoded)) ??
		asUtf8(quoted?.replace(/\\(.)/g, '$1') ?? bare?.trim()) ??
		(fromLink?.includes('.') ? decoded(fromLink) : undefined);
	// Without tokens, which could not be recognized in the raw header, folders and control characters: the name may
	// be used in a file system.
	const safe = secrets
		.masked(name ?? '')
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

const hex = (value: number): string => value.toString(16).padStart(2, '0');

function fromLatin1(text: string | undefined): string | undefined {
	return text?.replace(/%([\da-f]{2})/gi, (_, code: string) =>
		String.fromCharCode(parseInt(code, 16)),
	);
}

/** Text of a header as UTF-8, if its bytes are UTF-8; HTTP returns one character for each byte. */
function asUtf8(text: string | undefined): string | undefined {
	if (text === undefined || !/[\x80-\xff]/.test(text)) return text;
	const bytes = Array.from(text, (character) => `%${hex(character.charCodeAt(0))}`);
	const read = decoded(bytes.join(''));
	return read?.startsWith('%') ? text : read;
}

function mimeType(headers: IDataObject, name: string, fallback: string): string {
	const [type] = String(headers['content-type'] ?? '').split(';');
	if (type && !/octet-stream/.test(type)) return type.trim().toLowerCase();
	const extension = name.split('.').pop()?.toLowerCase() ?? '';
	return Object.hasOwn(EXTENSION_TYPES, extension) ? EXTENSION_TYPES[extension] : fallback;
}

const CUT_OFF: ErrorText = {
	message: 'The connection ended before the file was complete',
	advice: 'No part of the file was saved. Run the item again.',
};

const cutOff = (): ApiRequestError =>
	new ApiRequestError({ code: 'file_cut_off', connectionLost: true, text: CUT_OFF });

/** The maximum size of a file in megabytes, with the option that sets it if there is one; and its timeout. */
export interface FileLimits {
	megabytes?: number;
	option?: string;
	/**
	 * Seconds for its first byte, and as many for the rest; if unset, there is no limit as long as data arrives.
	 */
	seconds?: number;
}

function tooLarge(megabytes: number, option: string | undefined): InputError {
	return option === undefined
		? new InputError(
				`The file is larger than the ${megabytes} MB that are accepted`,
				'No part of it was saved.',
			)
		: new InputError(
				`The file is larger than the ${megabytes} MB of '${option}'`,
				`Raise '${option}' in the options to accept it.`,
			);
}

/** Name and type of a file if the server sends neither. */
export interface FileDefaults {
	fileName: string;
	mimeType: string;
}

/**
 * Streams a file into n8n's binary data, with the name and type that the server sends, and stops as soon as it
 * exceeds `limit`.
 */
export async function downloadFile(
	api: Api,
	context: IExecuteFunctions | IPollFunctions,
	source: FileSource,
	defaults: FileDefaults,
	{ megabytes = DEFAULT_DOWNLOAD_MEGABYTES, option, seconds }: FileLimits = {},
): Promise<IBinaryData> {
	const patience = seconds ?? TIMEOUT_SECONDS;
	const { headers, body } =
		'path' in source
			? await fetchPath(api, source.path, patience)
			: await fetchLink(api, source.link, patience);
	const name = fileName(headers, source, defaults.fileName, api.secrets);
	const limit = megabytes * 1024 * 1024;
	const stream = body as FileStream;
	if (Number(headers['content-length']) > limit) {
		stream.destroy();
		throw tooLarge(megabytes, option);
	}
	let size = 0;
	const counted = stream.map((chunk) => {
		size += chunk.length;
		if (size > limit) throw tooLarge(megabytes, option);
		return chunk;
	});
	try {
		return await withinSeconds(
			patience,
			context.helpers.prepareBinaryData(
				counted as unknown as Parameters<typeof context.helpers.prepareBinaryData>[0],
				name,
				mimeType(headers, name, defaults.mimeType),
			),
			seconds === undefined ? () => size : undefined,
		);
	} catch (error) {
		stream.destroy();
		const isCutOff = size <= limit && Boolean(stream.errored);
		throw isCutOff ? cutOff() : rethrow(error);
	}
}
