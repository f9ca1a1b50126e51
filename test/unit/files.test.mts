import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { ApiRequestError } from '../../nodes/shared/errors/errors';
import { downloadFile } from '../../nodes/shared/transport/files';
import { Secrets } from '../../nodes/shared/transport/secrets';

const DEFAULTS = { fileName: 'recording.mp3', mimeType: 'audio/mpeg' };
const LINK = new URL('https://files.example/recording.mp3?signature=secret');

const API = {
	baseUrl: 'https://api.kallyai.com',
	credentialType: '',
	pausedUntil: 0,
	secrets: new Secrets(),
};

/** The refusal of a link's host, as n8n's request helper throws it. */
async function refusal(status: number) {
	const context = {
		helpers: {
			httpRequest: () =>
				Promise.reject({ isAxiosError: true, response: { status, data: { error: 'forbidden' } } }),
		},
	};
	const api = { ...API, context };
	return await downloadFile(api as never, context as never, { link: LINK }, DEFAULTS).then(
		() => undefined,
		(error: unknown) => (error instanceof ApiRequestError ? error.failure : undefined),
	);
}

test.each([403, 404, 410, 500])(
	'a host of files that answers %d is not KallyAI',
	async (status) => {
		const failure = await refusal(status);
		expect(failure?.text?.message).toBe(
			`The host of the file, files.example, responded with HTTP status ${status}`,
		);
		expect(failure?.detail).toBeUndefined();
		expect(JSON.stringify(failure)).not.toContain('secret');
	},
);

/** What is asked for a link whose host refuses it. */
async function askedFor(link: string, status: number): Promise<string[]> {
	const asked: string[] = [];
	const helpers = {
		httpRequest: ({ url }: { url: string }) => {
			asked.push(url);
			return Promise.reject({ isAxiosError: true, response: { status, data: {} } });
		},
		httpRequestWithAuthentication: () => asked.push('with a token'),
	};
	const api = { ...API, context: { helpers } };
	const source = { link: new URL(link) };
	await expect(
		downloadFile(api as never, api.context as never, source, DEFAULTS),
	).rejects.toMatchObject({ failure: { status } });
	return asked;
}

test.each([
	'https://api.kallyai.com.example.org/a.mp3',
	'https://api.kallyai.community/a.mp3',
	'https://api.kallyai.com:8443/a.mp3',
	'http://api.kallyai.com/a.mp3',
])('a refusal of %s asks for no token', async (link) => {
	expect(await askedFor(link, 401)).toEqual([link]);
});

test.each([404, 410, 500])(
	'a link of KallyAI itself that answers %d is not asked for with the token',
	async (status) => {
		const link = 'https://api.kallyai.com/files/a.mp3';
		expect(await askedFor(link, status)).toEqual([link]);
	},
);

const MEGABYTE = 1024 * 1024;

/** Downloads a file of these bytes, whose connection may break after them; `store` is what n8n does with it. */
async function download(
	bytes: number,
	breaks: boolean,
	store: (file: Readable) => Promise<unknown>,
) {
	const body = Readable.from(
		(async function* () {
			for (let left = bytes; left > 0; left -= MEGABYTE)
				yield Buffer.alloc(Math.min(left, MEGABYTE));
			if (breaks) throw new Error('aborted');
		})(),
	);
	const helpers = {
		httpRequest: async () => ({ statusCode: 200, headers: {}, body }),
		prepareBinaryData: store,
	};
	const context = { helpers };
	const limits = { megabytes: 2, option: 'Max File Size' };
	return await downloadFile(
		{ ...API, context } as never,
		context as never,
		{ link: LINK },
		DEFAULTS,
		limits,
	);
}

const sizeOf = async (file: Readable) => (await buffer(file)).length;

test('a file of just the largest size is taken, and one byte more is not', async () => {
	await expect(download(2 * MEGABYTE, false, sizeOf)).resolves.toBe(2 * MEGABYTE);
	await expect(download(2 * MEGABYTE + 1, false, sizeOf)).rejects.toThrow(
		"The file is larger than the 2 MB of 'Max File Size'",
	);
});

test.each([1, 2 * MEGABYTE - 1, 2 * MEGABYTE])(
	'a file cut off after %d bytes is not said to be too large',
	async (bytes) => {
		await expect(download(bytes, true, sizeOf)).rejects.toMatchObject({
			failure: { code: 'file_cut_off', connectionLost: true },
		});
	},
);

test('what n8n itself says while it stores a file is passed on', async () => {
	const full = new Error('ENOSPC: no space left on device, write');
	const store = async (file: Readable) => {
		for await (const _ of file) throw full;
	};
	await expect(download(MEGABYTE, false, store)).rejects.toBe(full);
});
