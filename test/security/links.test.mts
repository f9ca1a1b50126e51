import ipaddr from 'ipaddr.js';

import { isPrivateHost } from '../../nodes/shared/addresses.ts';
import { checkedLink, hasLink, linkIn } from '../../nodes/shared/transport/links.ts';
import fc from '../support/property.mts';

const BASE_URL = 'https://api.kallyai.com';

/** What a well-kept list of the special ranges says of an address. */
const isOfInternet = (address: string): boolean => ipaddr.parse(address).range() === 'unicast';

const hostOf = (address: string): string =>
	new URL(`http://${address.includes(':') ? `[${address}]` : address}`).hostname;

/** First and last address of each special range of the list, and the neighbours on both sides. */
function edges(Kind: typeof ipaddr.IPv4 | typeof ipaddr.IPv6, bits: number): string[] {
	const ranges = Object.values(
		(Kind.prototype as unknown as { SpecialRanges: object }).SpecialRanges,
	).flat(2) as unknown[];
	const numberOf = (address: ipaddr.IPv4 | ipaddr.IPv6) =>
		BigInt(`0x${Buffer.from(address.toByteArray()).toString('hex')}`);
	const addressOf = (number: bigint) => {
		const bytes = Buffer.from(number.toString(16).padStart(bits / 4, '0'), 'hex');
		return ipaddr.fromByteArray([...bytes]).toString();
	};
	return ranges.flatMap((part, index) => {
		if (!(part instanceof Kind)) return [];
		const length = BigInt(bits) - BigInt(ranges[index + 1] as number);
		const first = numberOf(part);
		const last = first + (1n << length) - 1n;
		return [first - 1n, first, last, last + 1n]
			.filter((number) => number >= 0n && number < 1n << BigInt(bits))
			.map(addressOf);
	});
}

const EDGES = [...edges(ipaddr.IPv4, 32), ...edges(ipaddr.IPv6, 128)];

test('the list has its ranges', () => {
	expect(EDGES.length).toBeGreaterThan(100);
	expect(EDGES).toEqual(expect.arrayContaining(['192.0.1.0', '192.0.0.255', '::', '2002::']));
});

test('no address of a special range is fetched from, whatever its spelling', () => {
	const address = fc.oneof(
		fc.constantFrom(...EDGES),
		fc.ipV4(),
		fc.ipV6(),
		fc.ipV4().map((mapped) => `::ffff:${mapped}`),
		fc.ipV4().map((compatible) => `::${compatible}`),
	);
	fc.assert(
		fc.property(address, (text) => {
			fc.pre(!isOfInternet(text));
			expect([text, isPrivateHost(hostOf(text))]).toEqual([text, true]);
		}),
		{ numRuns: 5_000, seed: 16 },
	);
});

test('every address of the internet in IPv4 is fetched from', () => {
	const address = fc.oneof(
		fc.constantFrom(...EDGES.filter((text) => !text.includes(':'))),
		fc.ipV4(),
	);
	fc.assert(
		fc.property(address, (text) => {
			fc.pre(isOfInternet(text));
			expect([text, isPrivateHost(hostOf(text))]).toEqual([text, false]);
		}),
		{ numRuns: 5_000, seed: 16 },
	);
});

test.each(['2606:4700::1', '2a00:1450:4009:81f::200e', '2001:4860:4860::8888', '2620:fe::fe'])(
	'%s is of the internet',
	(address) => {
		expect(isOfInternet(address)).toBe(true);
		expect(isPrivateHost(hostOf(address))).toBe(false);
	},
);

test.each([
	'http://0x7f.1/',
	'http://2130706433/',
	'http://017700000001/',
	'http://127.1/',
	'http://①②⑦.⓪.⓪.①/',
	'http://127.0.0.1./',
	'http://[::]/',
	'http://[::127.0.0.1]/',
	'http://[::ffff:10.0.0.1]/',
	'http://[2002:7f00:1::]/',
	'http://[2001:0:7f00:1::]/',
	'http://[fec0::1]/',
	'http://[ff02::1]/',
	'http://[fd00:ec2::254]/',
	'http://192.0.0.192/',
	'http://169.254.169.254/latest/meta-data/',
	'http://localhost/',
	'http://LOCALHOST/',
	'http://localhost./',
	'http://localhost.localdomain/',
	'http://a.localhost/',
	'http://redis/',
	'http://n8n-main/',
	'http://redis.queue.svc/',
	'http://redis.queue.svc.cluster.local/',
	'http://nas.lan/',
	'http://router.home.arpa/',
	'http://printer.local/',
	'http://localhost6.localdomain6/',
	'http://redis.service.consul/',
	'http://shop.test/',
	'http://localhost../',
	'http://nas.lan../',
	'http://NAS。LAN/',
	'http://redis%2elan/',
	'http://127.0.0.1%2e/',
	'http://[64:ff9b::127.0.0.1]/',
	'http://[64:ff9b:1::10.0.0.1]/',
	'http://[::ffff:0:127.0.0.1]/',
	'http://metadata.google.internal/',
	'http://METADATA.GOOGLE.INTERNAL./',
])('%s is not fetched', (link) => {
	expect(() => checkedLink(link, BASE_URL)).toThrow(/is an address of a private network/);
});

test.each([
	...['file:///etc/passwd', 'ftp://files.example.com/a', 'data:audio/mpeg,x', 'javascript:1'],
	...['gopher://files.example.com/', 'blob:https://files.example.com/1', 'http://['],
	...['https://user@files.example.com/a', 'https://:secret@files.example.com/a'],
])('%s is no link to follow', (link) => {
	expect(() => checkedLink(link, BASE_URL)).toThrow(/^The link to the file is not /);
});

test.each(['https://192.0.1.1/a.mp3', 'https://files.example.com/a.mp3', 'https://svc.example/a'])(
	'%s is fetched',
	(link) => {
		expect(checkedLink(link, BASE_URL).href).toBe(link);
	},
);

test('the own host of the base URL is fetched from wherever it is, on its own port only', () => {
	const baseUrl = 'http://kallyai.lan:8080/api';
	expect(checkedLink('/file.mp3', baseUrl).href).toBe('http://kallyai.lan:8080/file.mp3');
	expect(() => checkedLink('http://kallyai.lan:6379/', baseUrl)).toThrow(/private network/);
});

describe('the link in an answer', () => {
	const AT = 'https://files.example.org/a.mp3';
	const OTHER = 'https://files.example.org/other';

	test.each([
		...['url', 'recording_url', 'audio_url', 'playback_url', 'download_url'].map((name) => ({
			other: OTHER,
			[name]: AT,
		})),
		{ recording_url: OTHER, url: AT },
		{ url: '', recording_url: AT },
		{ url: 7, audio_url: AT },
		{ number: 7, text: 'no link', nested: { url: OTHER }, mp3: AT, later: OTHER },
	])('is found: %j', (answer) => {
		expect(hasLink(answer)).toBe(true);
		expect(linkIn(answer, BASE_URL).href).toBe(AT);
	});

	test.each(['HTTPS://FILES.example.org/a.mp3', 'http://files.example.org/a.mp3'])(
		'under any name is %s',
		(link) => {
			expect(linkIn({ any: link }, BASE_URL).href).toBe(new URL(link).href);
		},
	);

	test('of the API itself may be a path', () => {
		expect(linkIn({ url: '/v1/files/a' }, BASE_URL).href).toBe(`${BASE_URL}/v1/files/a`);
	});

	test.each([
		undefined,
		null,
		AT,
		[AT],
		{},
		{ url: '' },
		{ url: 7 },
		{ any: `see ${AT}` },
		{ any: 'ftp://files.example.org/a' },
		{ nested: { url: AT } },
	])('is not there: %j', (answer) => {
		expect(hasLink(answer)).toBe(false);
		expect(() => linkIn(answer, BASE_URL)).toThrow('The response of KallyAI has no link to a file');
	});
});
