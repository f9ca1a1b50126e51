import assert from 'node:assert/strict';
import type { SingleStage } from '../../tools/e2e/stage.mts';
import { expiredToken } from './anyModeScenarios.mts';
import { leads } from '../support/callsToMake.mts';
import { assertNobodyTwice, placed, startCalling } from './calling.mts';
import { ended } from './executions.mts';
import type { Scenario } from './player.mts';

/** What only one process can show. */
export const singleScenarios: Array<Scenario<SingleStage>> = [
	// Only here: n8n has no lock between processes for this kind of credential.
	expiredToken('token'),
	{
		name: 'n8n is killed while calls are on the line',
		async run(stage) {
			const people = leads(12);
			await stage.sandbox.scenario({ durationMs: 2000 });
			const id = await startCalling(stage, people, { options: { concurrency: 10 } });
			await placed(stage, 11);
			await stage.restart();
			const { status } = await ended(stage, id);
			assert.notEqual(status, 'success');
			const numbers = await assertNobodyTwice(stage, people);
			return `${numbers.length} of 12 leads called, nobody twice; n8n calls the execution "${status}"`;
		},
	},
];
