import { PRIVATE_HOST } from '../addresses';
import { BASE_URL, withoutSlashes } from '../authentication';
import { InputError } from '../errors/errors';

const EXAMPLE = String(BASE_URL.default);

/** Hosts that are reachable without the internet. */
const NEAR = new RegExp(`^(?:${PRIVATE_HOST})\\.?$`);

/**
 * The Base URL of a credential without trailing slashes. Tokens are sent there, so plain http is accepted only
 * for this machine or its private network.
 *
 * @throws InputError with what it must be
 */
export function checkedBaseUrl(value: unknown): string {
	const text = String(value ?? '').trim();
	if (!URL.canParse(text)) {
		throw new InputError(`'Base URL' of the credential must be a URL such as ${EXAMPLE}`);
	}
	const url = new URL(text);
	const isWeb = ['http:', 'https:'].includes(url.protocol) && !text.includes('\\');
	if (!isWeb || url.username || url.password || url.search || url.hash) {
		throw new InputError(
			`'Base URL' of the credential must be a plain http or https address such as ${EXAMPLE}`,
		);
	}
	refuseClearText(url);
	return withoutSlashes(text);
}

/**
 * Refuses to send a token over the internet in clear text.
 *
 * @throws InputError for plain http to a public host
 */
export function refuseClearText({ protocol, hostname }: URL): void {
	if (protocol === 'http:' && !NEAR.test(hostname)) {
		throw new InputError(
			`'Base URL' of the credential must begin with https://: over plain http, anyone on the network could read the token of ${hostname}`,
			'Plain http is accepted only for this machine or an address of a private network, such as the local sandbox.',
		);
	}
}
