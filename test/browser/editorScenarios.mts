import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import type { SingleStage } from '../../tools/e2e/stage.mts';
import { exampleNames, readExample, withCredential } from '../../tools/examples.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import { sandboxCredentials } from '../../tools/sandbox.mts';
import type { Scenario } from '../e2e/player.mts';
import { MAKE_CALL } from '../support/callsToMake.mts';
import { EVERYDAY_WORDS } from '../support/everydayWords.mts';
import type { Editor } from './editor.mts';
import { EMPTY, KALLYAI, withNode, withTrigger } from './editorWorkflows.mts';

/** The real n8n with a person in front of it. */
export interface BrowserStage extends SingleStage {
	editor: Editor;
}

const { resources } = createRequire(import.meta.url)('../../dist/nodes/KallyAi/resources') as {
	resources: Record<string, { name: string; operations: Record<string, { name: string }> }>;
};

/** The first call of the README, and the number there that must not be called. */
const FIRST_CALL = {
	...MAKE_CALL,
	respondentPhone: '+15550100',
	taskDescription: 'Ask whether the shop is open on Sunday',
};
const DO_NOT_CALL = '+15550199';

/** How many of the everyday words are tried here, each as far from the next one; the others are tried in n8n's search alone. */
const SEARCHES = 12;

const OURS = /^n8n-nodes-kallyai\./;

/** The last entry of each list is n8n's. */
const OWN = { hasNotText: 'Custom API Call' };

/** Everything that a person does with the nodes in the editor, with a picture of it. */
export const editorScenarios: Array<Scenario<BrowserStage>> = [
	{
		name: 'the node is found by everyday words',
		async run({ editor }) {
			await editor.show(EMPTY);
			const step = Math.ceil(EVERYDAY_WORDS.length / SEARCHES);
			const searched = EVERYDAY_WORDS.filter((_, index) => index % step === 0);
			for (const words of searched) {
				const found = await editor.search(words);
				await found
					.first()
					.waitFor()
					.catch(() => assert.fail(`"${words}" does not find the node`));
			}
			await (await editor.search('phone call')).first().waitFor();
			await editor.picture('find-node', editor.part('node-creator'), 320);
			return `${searched.length} words`;
		},
	},
	{
		name: 'an action is picked from the list and says on the canvas what it does',
		async run({ editor }) {
			await editor.show(EMPTY);
			await editor.listActions('phone call');
			await editor.picture('actions', editor.part('node-creator'));
			await editor.part('node-creator').getByText('Make call', { exact: true }).click();
			await editor.part('node-parameters').waitFor();
			const chosen = async (parameter: string) =>
				await editor.field(parameter).getByRole('combobox').inputValue();
			assert.equal(await chosen('resource'), 'Call');
			assert.equal(await chosen('operation'), 'Make');
			await editor.page.keyboard.press('Escape');
			await editor.part('canvas-node').getByText('Make: Call', { exact: true }).waitFor();
			return 'Make call';
		},
	},
	{
		name: 'an account is connected through the popup',
		async run({ editor, sandbox }) {
			await editor.show(EMPTY);
			await editor.addAction('phone call', 'Make call');
			await editor.part('node-credentials-select').click();
			await editor.part('node-credentials-select-item-new').click();
			const dialog = editor.part('editCredential-modal');
			const values = sandboxCredentials(sandbox.url).kallyAiOAuth2Api;
			for (const [name, value] of Object.entries(values)) {
				await dialog.getByTestId(`parameter-input-${name}`).locator('input').fill(value);
			}
			const connect = dialog.getByRole('button', { name: 'Connect', exact: true });
			await connect.scrollIntoViewIfNeeded();
			await editor.picture('connect', dialog);
			const opening = editor.page.waitForEvent('popup');
			await connect.click();
			const popup = await opening;
			await popup.getByRole('button', { name: 'Allow' }).click();
			await dialog.waitFor({ state: 'hidden' });
			await editor.part('credential-edit-button').click();
			await dialog.getByText('Account connected').waitFor();
			await editor.picture('connected', dialog);
			return 'Account connected';
		},
	},
	{
		name: 'a goal and a phone number are chosen from lists that can be searched',
		async run(stage) {
			const { editor } = stage;
			await editor.show(withNode(stage, { resource: 'goal', operation: 'get' }));
			await editor.openNode(KALLYAI);
			await (await editor.searchList('goalId', 'plumber')).click();
			await editor.execute();
			await editor.output.getByText('A plumber for Thursday').first().waitFor();

			await editor.show(withNode(stage, { resource: 'phoneNumber', operation: 'get' }));
			await editor.openNode(KALLYAI);
			const found = await editor.searchList('phoneNumberId', '+1');
			await editor.picture('choose-number', await editor.workplace(), 510);
			const number = /\+\d+/.exec(await found.first().innerText())?.[0];
			await found.first().click();
			await editor.execute();
			await editor.output
				.getByText(number as string)
				.first()
				.waitFor();
			return `a goal and ${number}`;
		},
	},
	{
		name: 'no text in the lists of resources and operations is cut off',
		async run(stage) {
			const { editor } = stage;
			await editor.show(withNode(stage, { resource: 'assistant', operation: 'ask' }));
			await editor.openNode(KALLYAI);
			assert.deepEqual(await editor.cutOff(await editor.openList('resource')), []);
			let count = 0;
			for (const { name, operations } of Object.values(resources)) {
				await editor.choose('resource', name);
				const wanted = Object.values(operations).map((operation) => operation.name);
				// The list of the resource before may still be there.
				const names = await waitFor(
					async () => {
						const entries = (await editor.openList('operation')).filter(OWN);
						const shown = (await entries.allInnerTexts()).map((text) => text.split('\n')[0]);
						return isDeepStrictEqual(shown.sort(), wanted.sort()) ? entries : undefined;
					},
					{ what: `the operations of ${name}` },
				);
				assert.deepEqual(await editor.cutOff(names), []);
				await names.first().click();
				assert.deepEqual(await editor.cutOff(editor.part('node-parameters')), []);
				count += wanted.length;
			}
			return `${count} operations`;
		},
	},
	{
		name: 'countries and time zones are chosen from lists',
		async run(stage) {
			const { editor } = stage;
			await editor.show(withNode(stage, { resource: 'phoneNumber', operation: 'searchAvailable' }));
			await editor.openNode(KALLYAI);
			await editor.choose('country', 'United Kingdom');
			await editor.execute();
			await editor.output.getByText('+44207946').first().waitFor();

			await editor.show(withNode(stage, { resource: 'call', operation: 'make' }));
			await editor.openNode(KALLYAI);
			const zones = await editor.openList('timezone');
			await editor.page.keyboard.type('york');
			await zones.getByText('America/New York').click();
			return 'United Kingdom, America/New York';
		},
	},
	{
		name: 'what a run gives out is shown as a table',
		async run(stage) {
			const { editor } = stage;
			await editor.show(withNode(stage, FIRST_CALL));
			await editor.openNode(KALLYAI);
			await editor.execute();
			await editor.output.getByTestId('radio-button-table').click();
			const rows = editor.output.locator('tbody tr');
			await rows.first().getByText('success').waitFor();
			await editor.closeToasts();
			await editor.picture('output', await editor.workplace(), 700);
			const { calls } = await stage.sandbox.state();
			assert.equal(await rows.count(), calls.length);
			return `${await rows.count()} rows`;
		},
	},
	{
		name: 'a refused call says why and what to do',
		async run(stage) {
			const { editor } = stage;
			await editor.show(withNode(stage, { ...FIRST_CALL, respondentPhone: DO_NOT_CALL }));
			await editor.openNode(KALLYAI);
			await editor.execute();
			const said = async (part: string) => (await editor.part(part).first().innerText()).trim();
			assert.match(await said('node-error-message'), /do-not-call list.*\[item 1\]$/);
			assert.notEqual(await said('node-error-description'), '');
			await editor.closeToasts();
			await editor.picture('refused', await editor.workplace(), 620);
			return await said('node-error-message');
		},
	},
	{
		name: 'the trigger fetches a test event',
		async run(stage) {
			const { editor, sandbox } = stage;
			await editor.show(withTrigger(stage, { event: ['inboundCall'] }));
			await editor.part('canvas-node').getByText('Inbound Call', { exact: true }).waitFor();
			const [id] = await sandbox.event({ type: 'inboundCall', data: { status: 'missed' } });
			await editor.openNode(KALLYAI);
			await editor.execute();
			await editor.output.getByText(`inboundCall:${id}`).first().waitFor();
			await editor.closeToasts();
			await editor.picture('trigger-event', await editor.workplace(), 620);
			return 'an inbound call';
		},
	},
	{
		name: 'a recording is played',
		async run(stage) {
			const { editor } = stage;
			const parameters = {
				resource: 'call',
				operation: 'getRecording',
				options: { download: true },
			};
			await editor.show(withNode(stage, parameters));
			await editor.openNode(KALLYAI);
			await (await editor.searchList('callId', 'success')).first().click();
			await editor.execute();
			await editor.part('ndv-view-binary-data').click();
			const audio = editor.output.locator('audio');
			await audio.waitFor();
			await audio.evaluate(async (player) => await player.play());
			const played = await waitFor(
				async () => {
					const seconds = await audio.evaluate((player) => player.currentTime);
					return seconds > 0.5 ? seconds : undefined;
				},
				{ what: 'playing the recording' },
			);
			await editor.closeToasts();
			await editor.picture('recording', await editor.workplace(), 480);
			return `${played.toFixed(1)} s of it`;
		},
	},
	{
		name: 'each example opens without a complaint',
		async run({ editor, credentials }) {
			const names = await exampleNames();
			await editor.show(EMPTY);
			for (const name of names) {
				const workflow = withCredential(await readExample(name), credentials.oAuth2);
				await editor.goTo(workflow);
				await editor.pictureOfCanvas(`examples/${name}`);
				const ours = workflow.nodes.filter(({ type }) => OURS.test(type)).length;
				assert.equal(await editor.ourNodes.count(), ours, name);
				assert.equal(await editor.ourNodes.getByTestId('node-issues').count(), 0, name);
			}
			return `${names.length} drawn`;
		},
	},
];
