import { generate } from 'selfsigned';
import { LOOPBACK } from '../lib/ports.mts';

const VALID_YEARS = 10;

/**
 * A new certificate for this machine and its key, both in PEM. Only who is given the certificate trusts it.
 *
 * @param names for which it stands, too
 */
export async function makeCertificate(
	names: string[] = [],
): Promise<{ key: string; certificate: string }> {
	const notAfterDate = new Date();
	notAfterDate.setFullYear(notAfterDate.getFullYear() + VALID_YEARS);
	const made = await generate([{ name: 'commonName', value: 'n8n' }], {
		keyType: 'ec',
		algorithm: 'sha256',
		notAfterDate,
		extensions: [
			{
				name: 'subjectAltName',
				// Node checks the certificate against the Host header of a request, which may be either.
				altNames: [
					{ type: 7, ip: LOOPBACK },
					...['localhost', ...names].map((value) => ({ type: 2 as const, value })),
				],
			},
		],
	});
	return { key: made.private, certificate: made.cert };
}
