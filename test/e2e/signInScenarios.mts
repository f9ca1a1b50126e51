import assert from 'node:assert/strict';
import type { SingleStage } from '../../tools/e2e/stage.mts';
import type { Credential } from '../../tools/n8n/client.mts';
import {
	leadingTo,
	signedIn,
	START,
	startNode,
	workflowNode,
} from '../../tools/n8n/workflowParts.mts';
import { leads } from '../support/callsToMake.mts';
import { type Recorder, startRecorder } from '../support/recorder.mts';
import { called, startCalling } from './calling.mts';
import { ended } from './executions.mts';
import type { Scenario } from './player.mts';

/** What n8n says of the test of a credential. */
interface Tested {
	status: 'OK' | 'Error';
	message: string;
}

/** Tests a stored credential with changes, as the editor's button does. */
async function tested(
	{ client }: SingleStage,
	credential: Credential,
	changes: Record<string, unknown> = {},
): Promise<Tested> {
	const { data } = await client.credential(credential.id);
	const { id, name, type } = credential;
	return await client.rest('POST', '/credentials/test', {
		credentials: { id, name, type, data: { ...data, ...changes } },
	});
}

/** Changes fields of a stored credential and keeps the others as the editor does: it has their blanks only. */
async function change(
	{ client }: SingleStage,
	{ id, name, type }: Credential,
	changes: Record<string, unknown>,
): Promise<void> {
	const { data } = await client.credential(id);
	await client.rest('PATCH', `/credentials/${id}`, { name, type, data: { ...data, ...changes } });
}

/** A host with another name that must get nothing. */
async function withElsewhere(
	run: (elsewhere: Recorder, url: string) => Promise<void>,
): Promise<void> {
	const elsewhere = await startRecorder();
	try {
		await run(elsewhere, elsewhere.baseUrl.replace('127.0.0.1', 'localhost'));
	} finally {
		await elsewhere.stop();
	}
}

/** Whose token is sent where. */
export const signInScenarios: Array<Scenario<SingleStage>> = [
	{
		name: 'the test of a credential follows no redirect',
		async run(stage) {
			let measured = '';
			const server = await startRecorder();
			await withElsewhere(async (elsewhere, url) => {
				for (const status of [301, 302, 303, 307, 308]) {
					server.answer((_request, response) => {
						response.statusCode = status;
						response.setHeader('location', `${url}/v1/credits/balance`);
						return {};
					});
					const { status: said } = await tested(stage, stage.credentials.token, {
						baseUrl: server.baseUrl,
						accessToken: 'access-for-a-test',
						sessionToken: '',
					});
					assert.equal(said, 'Error');
				}
				assert.deepEqual(elsewhere.requests, []);
				assert.ok(server.requests.length > 0);
				measured = '5 redirects, 0 requests elsewhere';
			});
			await server.stop();
			return measured;
		},
	},
	{
		name: 'replaced tokens end the session of the old ones',
		async run(stage) {
			const people = leads(1);
			await stage.reconnect();
			const credential = stage.credentials.token;
			const before = await startCalling(stage, people, { authentication: 'token' });
			assert.equal((await ended(stage, before)).status, 'success');
			assert.equal((await tested(stage, credential)).status, 'OK');
			await change(stage, credential, {
				accessToken: 'garbage-access',
				refreshToken: 'garbage-refresh',
			});
			assert.equal((await tested(stage, credential)).status, 'Error');
			const after = await startCalling(stage, people, { authentication: 'token' });
			assert.equal((await ended(stage, after)).status, 'error');
			const numbers = await called(stage);
			assert.equal(numbers.length, 1);
			await stage.reconnect();
			return 'no call for the old account';
		},
	},
	{
		name: "n8n's HTTP Request node sends the credentials to the host of the base URL only",
		async run(stage) {
			await stage.reconnect();
			await withElsewhere(async (elsewhere, url) => {
				for (const credential of Object.values(stage.credentials)) {
					for (const [address, expected] of [
						[`${stage.sandbox.url}/v1/credits/balance`, 'success'],
						[`${url}/v1/credits/balance`, 'error'],
					]) {
						const node = workflowNode('Request', 'n8n-nodes-base.httpRequest', 4.2, {
							url: address,
							authentication: 'predefinedCredentialType',
							nodeCredentialType: credential.type,
							options: {},
						});
						const { id } = await stage.client.createWorkflow({
							name: 'Request',
							nodes: [startNode(), signedIn(node, credential)],
							connections: { [START]: leadingTo('Request') },
						});
						const execution = await stage.client.start(id, START);
						const { status } = await ended(stage, execution);
						assert.equal(
							`${credential.type} ${address}: ${status}`,
							`${credential.type} ${address}: ${expected}`,
						);
					}
				}
				assert.deepEqual(elsewhere.requests, []);
			});
			return '0 requests elsewhere';
		},
	},
];
