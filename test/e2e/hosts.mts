// The package on older n8n and on the newest one of the registry: `npm run test:hosts -- [part of a name]`; installs them
// first. `--tag next` plays on nothing but the n8n of that tag.
// The last line counts: "N passed, N failed".
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { buildPackage } from '../../tools/buildPackage.mts';
import { startSingle, type SingleStage } from '../../tools/e2e/stage.mts';
import { itemsOf } from '../../tools/n8n/client.mts';
import { ensureHost, type Host, hostOf, OLDER_HOSTS, versionOf } from '../../tools/n8n/host.mts';
import { START } from '../../tools/n8n/workflowParts.mts';
import { leads } from '../support/callsToMake.mts';
import {
	assertCalled,
	assertOutcomes,
	bodies,
	called,
	renewals,
	startCalling,
} from './calling.mts';
import { callLeads, KALLYAI } from './callWorkflow.mts';
import { assertSuccess, complaint, ended, published } from './executions.mts';
import { faultScenarios } from './faultScenarios.mts';
import { mcpScenario } from './mcpScenarios.mts';
import { agentOnceScenarios, crashScenario, onceScenarios } from './onceScenarios.mts';
import {
	plainAgentScenario,
	plainScenarios,
	restoredScenario,
	restoredTriggerScenario,
} from './plainScenarios.mts';
import { Player, type Scenario } from './player.mts';
import { callsGiven, everyFinishedCall } from './triggerScenarios.mts';

const OLD_CALLS = 450;

/** Names in one of the lists that n8n makes for its editor. */
async function known(stage: SingleStage, list: 'nodes' | 'credentials'): Promise<string[]> {
	const { data } = await stage.client.request('GET', `/types/${list}.json`);
	return (data as Array<{ name: string }>).map(({ name }) => name);
}

/** One execution with several requests side by side whose token has expired, twice. */
const expired = (authentication: 'oAuth2' | 'token'): Scenario<SingleStage> => ({
	name: `an expired token is renewed once for a run (${authentication})`,
	async run(stage) {
		const people = leads(12);
		const setup = { authentication, options: { concurrency: 10 } };
		for (let round = 1; round <= 2; round++) {
			const before = await renewals(stage);
			await stage.sandbox.expireTokens();
			assertOutcomes(await ended(stage, await startCalling(stage, people, setup)), people);
			assert.equal((await renewals(stage)) - before, 1);
		}
		await assertCalled(stage, [...people, ...people]);
		return '2 expiries, 1 renewal each, 12 leads with 10 at once';
	},
});

const scenarios: Array<Scenario<SingleStage>> = [
	{
		name: 'the package loads',
		async run(stage) {
			const nodes = await known(stage, 'nodes');
			for (const name of ['kallyAi', 'kallyAiTrigger', 'kallyAiTool'])
				assert.ok(nodes.includes(`n8n-nodes-kallyai.${name}`), name);
			const credentials = await known(stage, 'credentials');
			for (const name of ['kallyAiOAuth2Api', 'kallyAiTokenApi'])
				assert.ok(credentials.includes(name), name);
			return 'node, tool, trigger and both credentials';
		},
	},
	{
		name: 'calls are made',
		async run(stage) {
			const people = leads(3);
			assertOutcomes(await ended(stage, await startCalling(stage, people)), people);
			await assertCalled(stage, people);
			return '3 leads, 3 calls';
		},
	},
	{
		name: 'a list comes to its end',
		async run(stage) {
			await stage.sandbox.oldCalls(OLD_CALLS);
			const parameters = { operation: 'getAll', returnAll: true };
			const { id } = await stage.client.createWorkflow(callLeads(stage, leads(1), { parameters }));
			const execution = await stage.client.run(id, START);
			assertSuccess(execution);
			const calls = itemsOf(execution, KALLYAI).map(({ json }) => json.call_id);
			assert.ok(calls.length >= OLD_CALLS);
			assert.equal(new Set(calls).size, calls.length);
			return `${calls.length} calls`;
		},
	},
	expired('oAuth2'),
	expired('token'),
	{
		name: 'a revoked grant asks to connect again',
		async run(stage) {
			await stage.sandbox.revokeGrants();
			const execution = await ended(stage, await startCalling(stage, leads(2)));
			await stage.reconnect();
			assert.equal(execution.status, 'error');
			assert.match(complaint(execution), /could not be renewed.*connect the account again/);
			assert.deepEqual(await called(stage), []);
			return 'said so, nobody called';
		},
	},
	{
		name: 'a booking is made from fields where they stand now, and where they stood before',
		async run(stage) {
			const now = {
				date: '2031-05-16',
				time: '20:00',
				partySize: 4,
				name: 'Ines Soto',
				notes: 'La Brasa',
			};
			const before = {
				date: '',
				time: '',
				partySize: '',
				name: '',
				notes: '',
				additionalFields: now,
			};
			for (const fields of [now, before]) {
				const parameters = {
					resource: 'booking',
					operation: 'create',
					type: 'restaurant',
					...fields,
				};
				const { id } = await stage.client.createWorkflow(
					callLeads(stage, leads(1), { parameters }),
				);
				assertSuccess(await stage.client.run(id, START));
			}
			const [one, other] = await bodies<object>(stage, 'POST /v1/actions/bookings');
			assert.deepEqual(one, {
				type: 'restaurant',
				date: now.date,
				time: now.time,
				party_size: now.partySize,
				name: now.name,
				notes: now.notes,
			});
			assert.deepEqual(other, one);
			return '2 bookings';
		},
	},
	{
		name: 'the trigger gives out each event once',
		async run(stage) {
			const { id } = await stage.client.createWorkflow(everyFinishedCall(stage));
			return await published(stage, id, async () => {
				const made = await stage.sandbox.event({ type: 'callFinished', count: 3 });
				await callsGiven(stage, id, made.length);
				// One more, so that a poll has come after the first ones were given out.
				made.push(...(await stage.sandbox.event({ type: 'callFinished' })));
				const batches = await callsGiven(stage, id, made.length);
				assert.deepEqual(batches.flat().sort(), [...made].sort());
				return `${made.length} events in ${batches.length} executions`;
			});
		},
	},
];

const onEveryHost: Array<Scenario<SingleStage>> = [
	...scenarios,
	...faultScenarios,
	...onceScenarios,
	...agentOnceScenarios,
	mcpScenario,
	...plainScenarios,
	plainAgentScenario,
	crashScenario,
	restoredScenario,
];

const { values, positionals } = parseArgs({
	options: { tag: { type: 'string' } },
	allowPositionals: true,
});
const newest = await versionOf(values.tag ?? 'latest');
const hosts: Array<Pick<Host, 'version'> & { locked(): Promise<Host> }> = [
	...(values.tag === undefined ? OLDER_HOSTS : []).map((host) => ({
		version: host.version,
		locked: async () => await Promise.resolve(host),
	})),
	{ version: newest, locked: async () => await hostOf(newest) },
];
const player = new Player(positionals[0] ?? '');
await buildPackage();
for (const { version, locked } of hosts) {
	const own = version.startsWith('1.') ? [] : [restoredTriggerScenario];
	await player.play(`n8n ${version}`, [...onEveryHost, ...own], async (undo) => {
		const host = await locked();
		await ensureHost(host);
		const stage = await startSingle(undo, { host, editor: true });
		const { versionCli } = await stage.client.rest<{ versionCli: string }>('GET', '/settings');
		assert.equal(versionCli, version);
		return stage;
	});
}
await player.end();
