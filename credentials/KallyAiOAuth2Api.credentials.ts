import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

import { addressBelow, BASE_URL, DOMAINS } from '../nodes/shared/authentication';

/** Scopes of the newest published list without `billing:manage` (docs/api.md, row 24). */
const DEFAULT_SCOPE =
	'calls:read calls:write coordination:read coordination:write actions:read actions:write messages:read messages:write search:read email:read email:write credits:read budget:read budget:write transcripts:read recordings:read subscription:read';

/** Signs in with the authorization code grant; n8n keeps and renews the tokens. */
export class KallyAiOAuth2Api implements ICredentialType {
	name = 'kallyAiOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'KallyAI OAuth2 API';

	icon: Icon = { light: 'file:../icons/kallyai.svg', dark: 'file:../icons/kallyai.dark.svg' };

	documentationUrl = 'https://github.com/kallyai-community/n8n-nodes-kallyai#credentials';

	properties: INodeProperties[] = [
		BASE_URL,
		{ displayName: 'Grant Type', name: 'grantType', type: 'hidden', default: 'authorizationCode' },
		{
			displayName: 'Authorization URL',
			name: 'authUrl',
			type: 'hidden',
			default: addressBelow('/v1/auth/authorize'),
			required: true,
		},
		{
			displayName: 'Access Token URL',
			name: 'accessTokenUrl',
			type: 'hidden',
			default: addressBelow('/v1/auth/gpt/token'),
			required: true,
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'string',
			typeOptions: { rows: 4 },
			default: DEFAULT_SCOPE,
			description:
				'What the connection may do, separated by spaces. Add billing:manage to change plans or open the billing portal.',
		},
		{
			displayName: 'Auth URI Query Parameters',
			name: 'authQueryParameters',
			type: 'hidden',
			default: '',
		},
		{ displayName: 'Authentication', name: 'authentication', type: 'hidden', default: 'body' },
		...DOMAINS,
	];
}
