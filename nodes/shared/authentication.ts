import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

/** The credentials of both nodes, as the parameter `authentication` chooses them. */
export const CREDENTIALS: INodeCredentialDescription[] = [
	{
		name: 'kallyAiOAuth2Api',
		required: true,
		displayOptions: { show: { authentication: ['oAuth2'] } },
	},
	{
		name: 'kallyAiTokenApi',
		required: true,
		displayOptions: { show: { authentication: ['token'] } },
	},
];

/** The parameter that chooses the credential. */
export const AUTHENTICATION: INodeProperties = {
	displayName: 'Authentication',
	name: 'authentication',
	type: 'options',
	options: [
		{ name: 'OAuth2', value: 'oAuth2' },
		{ name: 'Access Token', value: 'token' },
	],
	default: 'oAuth2',
};

/** Name of the credential that a value of `authentication` stands for. */
export function credentialOf(authentication: unknown): string {
	return authentication === 'token' ? 'kallyAiTokenApi' : 'kallyAiOAuth2Api';
}
