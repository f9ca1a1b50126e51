import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

/** The ways to sign in: what the parameter `authentication` stores, how the editor calls it, and the credential. */
export const SIGN_INS = {
	oAuth2: { name: 'OAuth2', credential: 'kallyAiOAuth2Api' },
	token: { name: 'Access Token', credential: 'kallyAiTokenApi' },
} as const;

const PARAMETER = 'authentication';

/** Way to sign in of a node that does not say. */
const DEFAULT_SIGN_IN = 'oAuth2';

/** The credentials of both nodes, as the parameter chooses them. */
export const CREDENTIALS = Object.entries(SIGN_INS).map(
	([value, { credential }]): INodeCredentialDescription => ({
		name: credential,
		required: true,
		displayOptions: { show: { [PARAMETER]: [value] } },
	}),
);

/** The parameter that chooses the credential. */
export const AUTHENTICATION: INodeProperties = {
	displayName: 'Authentication',
	name: PARAMETER,
	type: 'options',
	options: Object.entries(SIGN_INS).map(([value, { name }]) => ({ name, value })),
	default: DEFAULT_SIGN_IN,
};

/** Name of the credential that a value of the parameter stands for. */
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

/** A base URL without the slashes at its end. */
export function withoutSlashes(baseUrl: string): string {
	return baseUrl.replace(/\/+$/, '');
}
