/** Top-level names that exist only in private networks. */
const PRIVATE_ZONES = [
	'consul',
	'corp',
	'home',
	'home.arpa',
	'internal',
	'intra',
	'intranet',
	'lan',
	'local',
	'localdomain',
	'localdomain4',
	'localdomain6',
	'localhost',
	'private',
	'svc',
	'test',
];

/** Addresses that are not used on the internet: IANA's registries of special-purpose addresses. */
const SPECIAL_IPV4 = [
	'0.0.0.0/8',
	'10.0.0.0/8',
	'100.64.0.0/10',
	'127.0.0.0/8',
	'169.254.0.0/16',
	'172.16.0.0/12',
	'192.0.0.0/24',
	'192.0.2.0/24',
	'192.31.196.0/24',
	'192.52.193.0/24',
	'192.88.99.0/24',
	'192.168.0.0/16',
	'192.175.48.0/24',
	'198.18.0.0/15',
	'198.51.100.0/24',
	'203.0.113.0/24',
	'224.0.0.0/3',
].map(ipv4Prefix);

/** The only part of IPv6 that is assigned for the internet, and the special ranges within it. */
const INTERNET_IPV6 = ipv6Prefix('2000::/3');
const SPECIAL_IPV6 = [
	'2001::/23',
	'2001:db8::/32',
	'2002::/16',
	'2620:4f:8000::/48',
	'3fff::/20',
].map(ipv6Prefix);

/** An address as a text of ones and zeros, which begins with that of each range that contains it. */
function bitsOf(numbers: number[], width: number): string {
	return numbers.map((number) => number.toString(2).padStart(width, '0')).join('');
}

function ipv4Bits(address: string): string {
	return bitsOf(address.split('.').map(Number), 8);
}

function ipv6Bits(address: string): string {
	const [before, after = []] = address
		.split('::')
		.map((half) => (half === '' ? [] : half.split(':').map((group) => parseInt(group, 16))));
	const zeros = new Array<number>(8 - before.length - after.length).fill(0);
	return bitsOf([...before, ...zeros, ...after], 16);
}

function ipv4Prefix(range: string): string {
	const [address, length] = range.split('/');
	return ipv4Bits(address).slice(0, Number(length));
}

function ipv6Prefix(range: string): string {
	const [address, length] = range.split('/');
	return ipv6Bits(address).slice(0, Number(length));
}

/** Whether a hostname, as `URL` returns it, is this machine, its private network or an address of no host. */
export function isPrivateHost(hostname: string): boolean {
	const host = hostname.replace(/(?<!\.)\.+$/, '');
	if (host.startsWith('[')) {
		const bits = ipv6Bits(host.slice(1, -1));
		const isSpecial = SPECIAL_IPV6.some((prefix) => bits.startsWith(prefix));
		return isSpecial || !bits.startsWith(INTERNET_IPV6);
	}
	// The URL parser converts every spelling of an IPv4 address to this form.
	if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
		const bits = ipv4Bits(host);
		return SPECIAL_IPV4.some((prefix) => bits.startsWith(prefix));
	}
	return !host.includes('.') || PRIVATE_ZONES.some((zone) => host.endsWith(`.${zone}`));
}

/**
 * The hosts of `isPrivateHost` that exist in homes and companies, as the source of a regular expression: n8n's
 * expressions have no URL parser. The names contain no characters that the parser would convert to a dot, an
 * address or the end of the host.
 */
export const PRIVATE_HOST = [
	'(?!(?:\\d+|0x[\\da-f]*)(?![\\w-]))[a-z\\d_-]+',
	`[a-z\\d_.-]+\\.(?:${PRIVATE_ZONES.join('|').replaceAll('.', '\\.')})`,
	'(?:0|10|127)(?:\\.\\d+){3}',
	'100\\.(?:6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])(?:\\.\\d+){2}',
	'172\\.(?:1[6-9]|2\\d|3[01])(?:\\.\\d+){2}',
	'(?:169\\.254|192\\.168)(?:\\.\\d+){2}',
	'\\[(?:::1|f[cd][\\da-f:]+|fe[89ab][\\da-f:]+)\\]',
].join('|');
