import type { IDataObject } from 'n8n-workflow';

import type { Api } from '../../nodes/shared/transport/api';
import { Secrets } from '../../nodes/shared/transport/secrets';

/** An API without a server: `answer` says what becomes of a request with this query. */
export function fakeApi(answer: (query: IDataObject) => object): Api {
	const httpRequestWithAuthentication = async (
		_type: string,
		{ qs = {} }: { qs?: IDataObject },
	) => ({ statusCode: 200, ...answer(qs) });
	const context = { helpers: { httpRequestWithAuthentication }, getCredentials: async () => ({}) };
	const api = {
		context,
		credentialType: 'kallyAiTokenApi',
		baseUrl: 'https://api.example.org/v1',
		pausedUntil: 0,
		secrets: new Secrets(),
	};
	return api as unknown as Api;
}
