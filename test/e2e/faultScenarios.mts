import assert from 'node:assert/strict';
import type { Stage } from '../../tools/e2e/stage.mts';
import { itemsOf } from '../../tools/n8n/client.mts';
import { leads } from '../support/callsToMake.mts';
import {
	assertNobodyTwice,
	assertOutcomes,
	assertCalled,
	callRequests,
	POST_CALL,
	startCalling,
} from './calling.mts';
import { KALLYAI } from './callWorkflow.mts';
import { assertSuccess, ended } from './executions.mts';
import type { Scenario } from './player.mts';

/** Orders faults of call requests, one after the other; one without an effect lets requests pass. */
async function order({ sandbox }: Stage, faults: Array<Record<string, unknown>>): Promise<void> {
	for (const fault of faults) await sandbox.fault({ ...POST_CALL, ...fault });
}

/** What goes wrong between n8n and KallyAI. */
export const faultScenarios: Array<Scenario<Stage>> = [
	{
		name: 'a storm of 429 meets 60 leads and each is called once',
		async run(stage) {
			const people = leads(60);
			const storm = { status: 429, headers: { 'retry-after': '1' }, times: people.length };
			await order(stage, [{ times: 1 }, storm]);
			const id = await startCalling(stage, people, { options: { concurrency: 20 } });
			assertOutcomes(await ended(stage, id), people);
			await assertCalled(stage, people);
			assert.equal(await callRequests(stage), 2 * people.length);
			return '60 leads, 120 requests, 60 calls';
		},
	},
	{
		name: 'the service is away (503) for two seconds and Retry On Fail calls nobody twice',
		async run(stage) {
			const people = leads(20);
			await order(stage, [{ times: 5 }, { status: 503, forMs: 2000 }]);
			const settings = { retryOnFail: true, maxTries: 5, waitBetweenTries: 1000 };
			assertOutcomes(await ended(stage, await startCalling(stage, people, { settings })), people);
			await assertCalled(stage, people);
			const refused = (await stage.sandbox.requests()).filter(({ status }) => status === 503);
			assert.ok(refused.length > 0);
			return `20 leads, ${await callRequests(stage)} requests, ${refused.length} of them refused, 20 calls`;
		},
	},
	{
		name: 'connections cut before the work, within the answer and after the work call nobody twice',
		async run(stage) {
			const people = leads(9);
			const cuts = ['before', 'within', 'after'];
			await order(
				stage,
				cuts.flatMap((drop) => [{ times: 2 }, { drop }]),
			);
			assertOutcomes(await ended(stage, await startCalling(stage, people)), people);
			await assertCalled(stage, people);
			// Two of them were made, and are found in the list of calls.
			assert.equal(await callRequests(stage), people.length + 1);
			return '9 leads, 3 connections cut, 10 requests, 9 calls';
		},
	},
	{
		name: 'answers that cannot be read leave their leads said to be uncertain',
		async run(stage) {
			const people = leads(6);
			const page = { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } };
			await order(stage, [{ times: 1 }, { truncate: true }, { times: 1 }, page]);
			const settings = { onError: 'continueRegularOutput' };
			const execution = await ended(stage, await startCalling(stage, people, { settings }));
			assertSuccess(execution);
			const items = itemsOf(execution, KALLYAI).map(({ json }) => json);
			assert.equal(items.length, people.length);
			const uncertain = [1, 3];
			items.forEach(({ error, message }, index) => {
				if (!uncertain.includes(index)) return assert.equal(error, undefined);
				assert.match(String(error), new RegExp(`not readable JSON \\[item ${index + 1}\\]$`));
				assert.match(String(message), /check whether it already went through/);
			});
			// The fourth was answered by somebody else.
			const numbers = await assertNobodyTwice(stage, people);
			assert.deepEqual(
				numbers,
				people.map(({ phone }) => phone).filter((_, index) => index !== 3),
			);
			return '6 leads, 4 outcomes, 2 said to be uncertain, 5 calls';
		},
	},
];
