import assert from 'node:assert/strict';
import type { Stage } from '../../tools/e2e/stage.mts';
import { itemsOf } from '../../tools/n8n/client.mts';
import { START } from '../../tools/n8n/workflowParts.mts';
import { leads } from '../support/callsToMake.mts';
import {
	assertCalled,
	assertOutcomes,
	called,
	callRequests,
	placed,
	POST_CALL,
	renewals,
	sent,
	startCalling,
} from './calling.mts';
import { callLeads, KALLYAI } from './callWorkflow.mts';
import { assertSuccess, complaint, ended } from './executions.mts';
import type { Scenario } from './player.mts';

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };

/** Waits for several executions, all of which have to succeed. */
async function allEnded(stage: Stage, ids: string[]): Promise<void> {
	for (const id of ids) assertSuccess(await ended(stage, id));
}

/** Four executions at once whose token has expired; the credential works afterwards. */
export const expiredToken = (authentication: 'oAuth2' | 'token'): Scenario<Stage> => ({
	name: `four executions at once renew an expired token without losing the grant (${authentication})`,
	async run(stage) {
		const people = leads(3);
		const { id } = await stage.client.createWorkflow(callLeads(stage, people, { authentication }));
		await stage.client.run(id, START);
		const before = await renewals(stage);
		await stage.sandbox.expireTokens();
		await allEnded(
			stage,
			await Promise.all(Array.from({ length: 4 }, async () => await stage.client.start(id, START))),
		);
		const between = (await renewals(stage)) - before;
		await stage.sandbox.expireTokens();
		await allEnded(stage, [await stage.client.start(id, START)]);
		await assertCalled(stage, Array.from({ length: 6 }, () => people).flat());
		return `${between} renewal${between === 1 ? '' : 's'} for 4 executions, still connected after the next expiry`;
	},
});

/** What holds on one process and in queue mode alike. */
export const commonScenarios: Array<Scenario<Stage>> = [
	{
		name: 'Retry On Fail calls nobody twice when it fails in the middle, twice',
		async run(stage) {
			const people = leads(10);
			await stage.sandbox.fault({ ...POST_CALL, times: 5 });
			await stage.sandbox.fault({ ...POST_CALL, status: 500 });
			await stage.sandbox.fault({ ...POST_CALL, times: 7 });
			await stage.sandbox.fault({ ...POST_CALL, status: 500 });
			assertOutcomes(
				await ended(stage, await startCalling(stage, people, { settings: RETRY })),
				people,
			);
			await assertCalled(stage, people);
			return `${people.length} leads, ${await callRequests(stage)} requests, ${people.length} calls`;
		},
	},
	{
		name: 'a loop calls each lead once in each round that has it',
		async run(stage) {
			// The same three leads again in a later round: somebody wanted them called twice.
			const people = [...leads(3), ...leads(6).slice(3), ...leads(3)];
			await stage.sandbox.fault({ ...POST_CALL, times: 4 });
			await stage.sandbox.fault({ ...POST_CALL, status: 500 });
			const id = await startCalling(stage, people, { batchSize: 3, settings: RETRY });
			assertOutcomes(await ended(stage, id), people);
			await assertCalled(stage, people);
			return `${people.length} leads in 3 rounds, ${await callRequests(stage)} requests, ${people.length} calls`;
		},
	},
	{
		name: 'the same workflow run twice on purpose calls everybody twice',
		async run(stage) {
			const people = leads(4);
			const { id } = await stage.client.createWorkflow(callLeads(stage, people));
			for (let round = 0; round < 2; round++)
				assertOutcomes(await stage.client.run(id, START), people);
			await assertCalled(stage, [...people, ...people]);
			return '2 runs, 2 calls for each of 4 leads';
		},
	},
	{
		name: "a failed execution that is retried manually calls nobody twice under the leads' own keys",
		async run(stage) {
			const people = leads(6);
			await stage.sandbox.fault({ ...POST_CALL, times: 3 });
			await stage.sandbox.fault({ ...POST_CALL, status: 500 });
			const failed = await startCalling(stage, people, {
				options: { idempotencyKey: '={{ $json.id }}' },
			});
			assert.equal((await ended(stage, failed)).status, 'error');
			assert.equal((await called(stage)).length, 3);
			const { id } = await stage.client.retry(failed);
			assertOutcomes(await ended(stage, id), people);
			await assertCalled(stage, people);
			return '6 leads, 2 executions, 6 calls';
		},
	},
	{
		name: 'the service restarts while calls are on the line',
		async run(stage) {
			const people = leads(20);
			await stage.sandbox.scenario({ durationMs: 3000 });
			const id = await startCalling(stage, people, { options: { concurrency: 5 } });
			await placed(stage, 8);
			await stage.sandbox.restart(3000);
			const execution = await ended(stage, id);
			assertOutcomes(execution, people);
			await assertCalled(stage, people);
			const looks = (await sent(stage, 'GET /v1/calls')).length;
			assert.ok(looks > 0, 'no request was cut off');
			return `20 leads, ${looks} looks for what was cut off, 20 calls, 20 outcomes`;
		},
	},
	expiredToken('oAuth2'),
	{
		name: 'a revoked grant says that the credential needs to be reconnected',
		async run(stage) {
			await stage.sandbox.revokeGrants();
			try {
				const execution = await ended(stage, await startCalling(stage, leads(2)));
				assert.equal(execution.status, 'error');
				assert.match(complaint(execution), /needs to be reconnected/);
				assert.deepEqual(itemsOf(execution, KALLYAI), []);
				assert.deepEqual(await called(stage), []);
			} finally {
				await stage.reconnect();
			}
			assertOutcomes(await ended(stage, await startCalling(stage, leads(2))), leads(2));
			return 'said so, nobody called, works after reconnecting';
		},
	},
];
