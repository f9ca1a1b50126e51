import type { IHttpRequestOptions } from 'n8n-workflow';

import { isPrivateHost } from '../../nodes/shared/addresses.ts';
import { addressBelow } from '../../nodes/shared/authentication.ts';
import { checkedBaseUrl } from '../../nodes/shared/transport/baseUrl.ts';
import { recordedNode } from '../support/builtNode.mts';

const built = recordedNode();

/** The expression as n8n would evaluate it. */
function addressFor(baseUrl: string): string {
	const expression = addressBelow('').replace(/^={{ | }}$/g, '');
	const evaluate = new Function('$self', `return ${expression}`) as (self: object) => string;
	return evaluate({ baseUrl });
}

test.each([
	...['localhost', 'n8n', 'a.localhost', 'router.lan', 'nas.home.arpa', 'host.docker.internal'],
	...['127.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255', '169.254.1.1', '0.0.0.0'],
	...['172.16.0.1', '172.31.255.255', '192.168.0.1', '[::1]', '[fd00::1]', '[fe80::1]'],
])('a sign-in to %s goes as it was typed', (host) => {
	expect(isPrivateHost(new URL(`http://${host}`).hostname)).toBe(true);
	expect(addressFor(`http://${host}:8787/api//`)).toBe(`http://${host}:8787/api`);
	expect(addressFor(` http://${host}/ `)).toBe(`http://${host}`);
});

test.each([
	...['api.kallyai.com', 'home.arpa.example', 'a.local.example', '10.example.org', 'lan.example'],
	...['127.0.0.1.example', '8.8.8.8', '100.63.255.255', '100.128.0.1', '172.15.0.1', '172.32.0.1'],
	...['192.169.0.1', '[2606:4700::1111]', 'localhost@example.org', '127.0.0.1@example.org'],
])('a sign-in to %s goes over https, whatever was typed', (host) => {
	expect(addressFor(`http://${host}/`)).toBe(`https://${host}`);
	expect(addressFor(`HTTP://${host}:80`)).toBe(`https://${host}:80`);
	expect(addressFor(`https://${host}/`)).toBe(`https://${host}`);
});

/** Addresses that look private to a careless reader and lead, or may lead, over the internet. */
const DISGUISED = [
	...[
		'http://localhost:80@example.org',
		'http://localhost:x@example.org',
		'http://[::1]@example.org',
	],
	...['http://example.org\\.local', 'http://example.org\\x.lan', 'http://a\\b@example.org'],
	...[
		'http://example%2Eorg',
		'http://example%2eorg%2flocal',
		'http://example。org',
		'http://example｡org',
	],
	...[
		'http://134744072',
		'http://0x08080808',
		'http://0X8080808',
		'http://010.8.8.8',
		'http://8.8.2056',
	],
	...['http://[::ffff:8.8.8.8]', 'http://[2002:808:808::]', 'http://[64:ff9b::8.8.8.8]'],
	...['http://[::8.8.8.8]', 'http://[2001:0:808:808::]', 'http://127.0.0.1.example.org'],
	...['http:\\\\example.org', 'http:/example.org', 'http:example.org', 'ht\ttp://example.org'],
	...[
		'\u0001http://example.org',
		'http://ex\nample.org',
		'HTTP://EXAMPLE.ORG.',
		'http://bücher.example',
	],
];

test.each(DISGUISED)('nothing is sent in clear to %j', (typed) => {
	expect(addressFor(typed)).not.toMatch(/^[\0-\x20]*h\s*t\s*t\s*p\s*:/i);
	expect(() => checkedBaseUrl(typed)).toThrow(/'Base URL' of the credential must be/);
});

test.each([
	'http://n8n:80/x',
	'http://1password/',
	'http://0x-y',
	'http://LOCALHOST.',
	'http://a_b.lan.',
])('%s is near', (typed) => {
	expect(addressFor(typed)).toMatch(/^http:/);
	expect(checkedBaseUrl(typed)).toMatch(/^http:/);
});

test("n8n's HTTP Request node gets no token for plain http to a public host", async () => {
	const { authenticate } = built.engine.loader.getCredential('kallyAiTokenApi').type;
	const sign = authenticate as (data: object, request: object) => Promise<IHttpRequestOptions>;
	const data = { baseUrl: 'https://api.kallyai.com', accessToken: 'pasted', sessionToken: '' };
	for (const request of [
		{ url: 'http://example.org/' },
		{ uri: 'http://example.org/' },
		{ baseURL: 'http://example.org', url: '/v1' },
	]) {
		await expect(sign(data, request)).rejects.toThrow(/must begin with https/);
	}
	// What is no address is left to n8n.
	for (const uri of ['https://example.org/', 'http://127.0.0.1:1/', 'no address', undefined]) {
		expect((await sign(data, { uri })).headers).toEqual({ Authorization: 'Bearer pasted' });
	}
});
