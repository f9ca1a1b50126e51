import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import { PRIVATE_HOST } from './addresses';

/**
 * The ways to sign in: the stored value of the parameter `authentication`, its name in the editor, and the
 * credential.
 */
export const SIGN_INS = {
	oAuth2: { name: 'OAuth2', credential: 'kallyAiOAuth2Api' },
	token: { name: 'Access Token', credential: 'kallyAiTokenApi' },
} as const;

const PARAMETER = 'authentication';

/** Way to sign in of a node that does not specify one. */
const DEFAULT_SIGN_IN = 'oAuth2';

/** The credentials of both nodes, as the parameter selects them. */
export const CREDENTIALS = Object.entries(SIGN_INS).map(
	([value, { credential }]): INodeCredentialDescription => ({
		name: credential,
		required: true,
		displayOptions: { show: { [PARAMETER]: [value] } },
	}),
);

/** The parameter that selects the credential. */
export const AUTHENTICATION: INodeProperties = {
	displayName: 'Authentication',
	name: PARAMETER,
	type: 'options',
	options: Object.entries(SIGN_INS).map(([value, { name }]) => ({ name, value })),
	default: DEFAULT_SIGN_IN,
};

/** Name of the credential for a value of the parameter. */
export function credentialOf(value: unknown): string {
	return SIGN_INS[value === 'token' ? value : DEFAULT_SIGN_IN].credential;
}

/** The address of the API in both credentials. */
export const BASE_URL: INodeProperties = {
	displayName: 'Base URL',
	name: 'baseUrl',
	type: 'string',
	default: 'https://api.kallyai.com',
	required: true,
	description:
		'Address of the KallyAI API; change it only to use another server, such as the local sandbox',
};

/** Slashes at the end of a text; the look behind keeps the search linear on hostile input. */
const SLASHES_AT_END = /(?<!\/)\/+$/;

/** A base URL without the slashes at its end. */
export function withoutSlashes(baseUrl: string): string {
	return baseUrl.replace(SLASHES_AT_END, '');
}

/** Characters that URL parsers ignore, or that people type by mistake. */
const BLANKS = /[\0-\x20\s]+/g;

/** Plain http to a public host. */
const CLEAR_TEXT = new RegExp(`^http:(?!//(?:${PRIVATE_HOST})\\.?(?::\\d*)?(?:[/?#]|$))`, 'i');

/**
 * Expression of a credential for a URL below its Base URL. n8n sends secrets there when an account is connected,
 * before a node can refuse anything: to a public host they are sent over https, whatever was entered.
 */
export function addressBelow(path: string): string {
	const secured = `.replace(${String(BLANKS)}, "").replace(${String(CLEAR_TEXT)}, "https:")`;
	return `={{ $self["${BASE_URL.name}"]${secured}.replace(${String(SLASHES_AT_END)}, "") }}${path}`;
}

/** The host of a URL, in a form that is possible in a credential: an expression must not fail. */
const HOST_OF_URL = /^\s*[a-z]+:\/\/(\[[^\]]*\]|[^/:?#]*).*$/is;

/**
 * Where n8n's HTTP Request and GraphQL nodes may use a credential: n8n adds these properties, with "All", to
 * every credential that lacks them. Here the default is the host of the Base URL. The two nodes of this package
 * are not affected.
 */
export const DOMAINS: INodeProperties[] = [
	{
		displayName: 'Allowed HTTP Request Domains',
		name: 'allowedHttpRequestDomains',
		type: 'options',
		options: [
			{
				name: 'All',
				value: 'all',
				description: 'Allow all requests when used in the HTTP Request or GraphQL node',
			},
			{
				name: 'Host of Base URL',
				value: 'domains',
				description: 'Allow only requests to the host of Base URL',
			},
			{
				name: 'None',
				value: 'none',
				description: 'Block all requests when used in the HTTP Request or GraphQL node',
			},
		],
		default: 'domains',
		description:
			'Control which domains this credential can be used with in HTTP Request or GraphQL nodes',
	},
	{
		// n8n's editor would show the expression in red: it does not know $self.
		displayName: 'Allowed Domains',
		name: 'allowedDomains',
		type: 'hidden',
		default: `={{ $self["${BASE_URL.name}"].replace(${String(HOST_OF_URL)}, "$1") }}`,
	},
];
