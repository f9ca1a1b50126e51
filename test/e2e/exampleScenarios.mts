import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INodeTypeDescription } from 'n8n-workflow';
import type { SingleStage } from '../../tools/e2e/stage.mts';
import {
	CAMPAIGN_TRIGGER,
	checkCampaign,
	emptyStatuses,
	readCampaign,
} from '../../tools/campaign.mts';
import { importExamples, readExamples } from '../../tools/examples.mts';
import type { Execution, WorkflowFile } from '../../tools/n8n/client.mts';
import type { Lead } from '../support/callsToMake.mts';
import { problemsOf } from '../support/nodeProblems.mts';
import { agentScenarios } from './agentScenarios.mts';
import {
	assertCalled,
	bodies,
	CALL,
	called,
	callRequests,
	POST_CALL,
	sent,
	type CallBody,
} from './calling.mts';
import {
	assertSuccess,
	complaint,
	drained,
	executionsOf,
	outputOf,
	published,
} from './executions.mts';
import { formAddress, lastPage, submit } from '../../tools/n8n/forms.mts';
import { asked, fileOf } from './forms.mts';
import { importExample, PAGE_VISITOR } from './importExample.mts';
import type { Scenario } from './player.mts';

/** The leads that an example has in its node "Leads". */
function leadsOf({ nodes }: WorkflowFile): Lead[] {
	const node = nodes.find(({ name }) => name === 'Leads');
	return (JSON.parse(String(node?.parameters.jsonOutput)) as { leads: Lead[] }).leads;
}

/** Changes parameters of one node of a stored workflow. */
async function setParameters(
	{ client }: SingleStage,
	id: string,
	nodeName: string,
	changes: object,
): Promise<void> {
	const { nodes } = await client.workflow(id);
	Object.assign(nodes.find(({ name }) => name === nodeName)?.parameters ?? {}, changes);
	await client.updateWorkflow(id, { nodes });
}

/** Needs an n8n with its editor, which makes the list of types. */
export const knownScenario: Scenario<SingleStage> = {
	name: 'n8n knows every node and every parameter of the examples',
	async run({ client }) {
		const { data } = await client.request('GET', '/types/nodes.json');
		const types = data as INodeTypeDescription[];
		const nodes = (await readExamples()).flatMap((example) => example.nodes);
		const problems = nodes.flatMap((node) => {
			const type = types.find(
				({ name, version }) => name === node.type && [version].flat().includes(node.typeVersion),
			);
			return type ? problemsOf(node, type) : [`${node.name}: there is no ${node.type}`];
		});
		assert.deepEqual(problems, []);
		return `${nodes.length} nodes of ${new Set(nodes.map(({ type }) => type)).size} types`;
	},
};

/** Every workflow of `examples`, run to its end. */
export const exampleScenarios: Array<Scenario<SingleStage>> = [
	{
		name: 'npm start imports every example once, with its credential and unpublished',
		async run({ client, credentials, files }) {
			const ledger = join(files, 'ledger.json');
			const visitor = await client.saveCredential('Campaign page', 'httpBasicAuth', PAGE_VISITOR);
			const given = [credentials.oAuth2, visitor];
			const first = await importExamples(client, given, files, ledger);
			const second = await importExamples(client, given, files, ledger);
			assert.deepEqual(
				second.map(({ id }) => id),
				first.map(({ id }) => id),
			);
			const stored = await Promise.all(first.map(async ({ id }) => await client.workflow(id)));
			assert.deepEqual(
				stored.filter(({ active }) => active).map(({ name }) => name),
				[],
			);
			const ids = stored.flatMap(({ nodes }) =>
				nodes.flatMap(({ credentials: chosen }) => Object.values(chosen ?? {}).map(({ id }) => id)),
			);
			assert.deepEqual([...new Set(ids)].sort(), given.map(({ id }) => id).sort());
			return `${first.length} workflows, ${ids.length} nodes with a credential, none published`;
		},
	},
	{
		name: 'example outreach-campaign: every lead of the table reached once, outcomes and report add up',
		async run(stage) {
			const id = await importExample(stage, 'outreach-campaign');
			for (const run of ['first', 'after the statuses were emptied']) {
				if (run !== 'first') await emptyStatuses(stage.client);
				await stage.sandbox.reset();
				await stage.sandbox.scenario({
					outcome: ['success', 'no_answer'],
					outreachDurationMs: 100,
				});
				const before = await stage.sandbox.state();
				const execution = await stage.client.run(id, CAMPAIGN_TRIGGER);
				const result = readCampaign(execution);
				assert.deepEqual(await checkCampaign(result, stage.sandbox, before), [], run);
				assert.equal(result.summary.leads, 8, run);
				const rows = outputOf([execution], 'Write it into the table');
				assert.deepEqual(
					rows.map(({ name, status }) => [name, status]),
					result.leads.map(({ lead, status }) => [lead, status]),
				);
			}
			const { calls, outreachTasks } = await stage.sandbox.state();
			const again = await stage.client.run(id, CAMPAIGN_TRIGGER);
			assert.equal(again.status, 'success');
			const after = await stage.sandbox.state();
			assert.deepEqual([after.calls, after.outreachTasks], [calls, outreachTasks]);
			return '8 leads in the table, 2 runs, each of them reached once in each, nobody in a third one';
		},
	},
	{
		name: 'example outreach-campaign: with too few credits nobody is contacted',
		async run(stage) {
			const id = await importExample(stage, 'outreach-campaign');
			await emptyStatuses(stage.client);
			await stage.sandbox.scenario({ credits: 11 });
			const execution = await stage.client.run(id, CAMPAIGN_TRIGGER);
			assert.equal(execution.status, 'error');
			assert.match(complaint(execution), /more credits than are left\. Nobody was contacted/);
			const { calls, outreachTasks } = await stage.sandbox.state();
			assert.deepEqual([calls, outreachTasks], [[], []]);
			return '11.5 credits estimated, 11 left, nobody contacted';
		},
	},
	{
		name: 'example missed-call: a VIP is called back once, everybody else is put on the list',
		async run(stage) {
			const TRIGGER = 'Missed call';
			const [VIP, OTHER, BLOCKED] = ['+15550160', '+15550161', '+15550198'];
			const missed = async (data: Record<string, unknown>, at?: Date) =>
				await stage.sandbox.event({
					type: 'inboundCall',
					data: { status: 'missed', ...data },
					at: at?.toISOString(),
				});
			const id = await importExample(stage, 'missed-call');
			const [old] = await missed(
				{ caller_number: VIP, status: 'active' },
				new Date(Date.now() - 40 * 60_000),
			);
			await published(stage, id, async () => {
				await missed({ caller_number: VIP });
				await missed({ caller_number: VIP });
				await missed({ id: old });
				await missed({ caller_number: OTHER });
				await missed({ caller_number: BLOCKED, is_vip: true });
				await missed({ caller_number: 'anonymous' });
				await drained(stage, id, TRIGGER, 6);
				await stage.sandbox.scenario({ outcome: 'no_answer' });
				await missed({ caller_number: '+15550170', is_vip: true });
				const executions = await drained(stage, id, TRIGGER, 7);
				assert.deepEqual(
					outputOf(executions, 'Called back').map(({ caller }) => caller),
					['Clara Soto', 'Clara Soto'],
				);
				assert.equal(outputOf(executions, 'Nobody to call back').length, 1);
			});
			assert.deepEqual(await called(stage), [VIP, '+15550170']);
			const calls = (await bodies<CallBody>(stage, CALL)).map(({ submission }) => submission);
			const vip = calls.find(({ respondent_phone }) => respondent_phone === VIP);
			assert.match(String(vip?.task_description), /^Apologize that Ines Soto missed/);
			assert.equal(vip?.business_name, 'Clara Soto');
			const events = await bodies<{ title: string; description: string }>(
				stage,
				'POST /v1/actions/calendar/events',
			);
			assert.deepEqual(events.map(({ title }) => title).sort(), [
				'Call back +15550170',
				`Call back ${BLOCKED}`,
				'Call back Clara Soto',
				'Call back Otto Berg',
			]);
			return '7 missed calls: 2 of 4 VIPs called, 4 on the list';
		},
	},
	{
		name: 'example daily-digest: calls, inbox, approvals and credits in one text',
		async run(stage) {
			const call = { type: 'callFinished', data: { highlights: 'They open at nine' } };
			await stage.sandbox.event(call);
			await stage.sandbox.event({ ...call, at: '2026-01-01T00:00:00Z' });
			await stage.sandbox.event({
				type: 'message',
				data: { from: '+15550120', channel: 'sms', subject: '', body: 'Here are the samples' },
			});
			const id = await importExample(stage, 'daily-digest');
			assertSuccess(await stage.client.run(id, 'Every morning'));
			const [email, ...others] = await bodies<{ to: string; body: string }>(
				stage,
				'POST /v1/actions/email/send',
			);
			assert.deepEqual(others, []);
			assert.equal(email?.to, 'ines@example.org');
			const { credits } = await stage.sandbox.state();
			const sections = (email?.body ?? '').split('\n\n');
			assert.match(
				sections[0] ?? '',
				/^Calls \(2\)\n- Branch \d+: success\. They open at nine\n- Branch \d+: scheduled$/,
			);
			assert.match(sections[1] ?? '', /^Inbound calls \(4\)\n/);
			assert.match(
				sections[2] ?? '',
				/^Unread messages \(4\)\n- \+15550120 \(sms\): Here are the samples\n/,
			);
			assert.match(
				sections[3] ?? '',
				/^Waiting for you \(\d+\)\n- Email to dana@example\.org: The samples/,
			);
			assert.match(sections[4] ?? '', new RegExp(`^Credits: ${credits} left, `));
			return `${sections.length} sections in one email`;
		},
	},
	{
		name: 'example daily-digest: a quiet day',
		async run(stage) {
			const empty = [
				['/v1/calls', { calls: [] }],
				['/v1/inbound/calls', { calls: [] }],
				['/v1/messages/inbox', { messages: [] }],
			] as const;
			for (const [path, body] of empty)
				await stage.sandbox.fault({ method: 'GET', path, status: 200, body });
			const id = await importExample(stage, 'daily-digest');
			assertSuccess(await stage.client.run(id, 'Every morning'));
			const [email] = await bodies<{ body: string }>(stage, 'POST /v1/actions/email/send');
			for (const title of ['Calls', 'Inbound calls', 'Unread messages'])
				assert.ok(email?.body.includes(`${title} (0)\n`), email?.body);
			return 'all lists empty, one email all the same';
		},
	},
	{
		name: 'example email-approval: rules decide, and a person where they do not',
		async run(stage) {
			const TRIGGER = 'Email waits for approval';
			const id = await importExample(stage, 'email-approval');
			const [own, secret, yes, no] = [
				{ to: 'clara@example.org', subject: 'Lunch' },
				{ to: 'clara@example.org', subject: 'The IBAN you asked for' },
				{ to: 'zoe@example.net', subject: 'An offer' },
				{ to: 'max@example.net', subject: 'Another offer' },
			];
			const wait = async (data: object) => {
				const [email] = await stage.sandbox.event({ type: 'emailAwaitingApproval', data });
				return email as string;
			};
			await published(stage, id, async () => {
				const emails = [await wait(own), await wait(secret)];
				await drained(stage, id, TRIGGER, 2);
				for (const [email, decision] of [
					[yes, 'Send it'],
					[no, 'Do not send it'],
				] as const) {
					emails.push(await wait(email));
					const { execution, form } = await asked(stage, id);
					await submit(form, { 'field-0': decision });
					assertSuccess(await stage.client.finished(execution));
				}
				const paths = (await stage.sandbox.requests())
					.filter(({ method, path }) => method === 'POST' && path.startsWith('/v1/actions/email/'))
					.map(({ path, status }) => `${path.replace('/v1/actions/email/', '')} ${status}`);
				assert.deepEqual(
					paths.sort(),
					[
						`${emails[0]}/approve 200`,
						`${emails[1]}/cancel 200`,
						`${emails[2]}/approve 200`,
						`${emails[3]}/cancel 200`,
					].sort(),
				);
			});
			return '4 emails: 1 sent and 1 stopped by rules, 1 each by a person';
		},
	},
	{
		name: 'example email-approval: an email that nobody decides on stays in the outbox',
		async run(stage) {
			const id = await importExample(stage, 'email-approval');
			await setParameters(stage, id, 'Decision', { resumeAmount: 1, resumeUnit: 'seconds' });
			await published(stage, id, async () => {
				await stage.sandbox.event({
					type: 'emailAwaitingApproval',
					data: { to: 'zoe@example.net' },
				});
				const [execution] = await drained(stage, id, 'Email waits for approval', 1);
				assert.equal(outputOf([execution as Execution], 'Leave it in the outbox').length, 1);
			});
			const decided = (await sent(stage, 'POST /v1/actions/email/{}/{}')).length;
			assert.equal(decided, 0);
			return '1 email, neither sent nor taken out';
		},
	},
	{
		name: 'example appointment-form: a form, a call and the calendar file on the same page',
		async run(stage) {
			const id = await importExample(stage, 'appointment-form');
			const form = await formAddress(stage, id, 'Appointment wanted');
			const fields = {
				'field-0': 'Ines Soto',
				'field-1': 'Harbour Dental',
				'field-2': '+15550102',
				'field-3': 'A check-up',
				'field-4': '2031-05-16',
				'field-5': '10:30',
			};
			const fill = async (changes: object): Promise<string> => {
				const { formWaitingUrl } = (await submit(form, { ...fields, ...changes })) as {
					formWaitingUrl: string;
				};
				return await lastPage(formWaitingUrl);
			};
			await published(stage, id, async () => {
				const arranged = await fill({});
				assert.match(arranged, /Appointment arranged/);
				const file = fileOf(arranged);
				assert.match(file.fileName, /\.ics$/);
				assert.match(file.text, /^BEGIN:VCALENDAR\r\n/);
				assert.match(file.text, /DTSTART;TZID=[^:]+:20310516T103000\r\n/);
				assert.match(file.text, /SUMMARY:Harbour Dental\r\n/);

				await stage.sandbox.scenario({ outcome: 'no_answer' });
				assert.match(await fill({}), /The call ended with "no answer"/);
				assert.match(await fill({ 'field-2': 'nobody' }), /E\.164/);
				const executions = await drained(stage, id, 'Appointment wanted', 3);
				assert.equal(executions.length, 3);
			});
			const calls = await bodies<CallBody>(stage, CALL);
			assert.equal(calls.length, 2);
			assert.deepEqual(calls[0]?.submission, {
				respondent_phone: '+15550102',
				task_description:
					'Arrange an appointment for Ines Soto: A check-up. Best on 2031-05-16 at 10:30.',
				task_category: 'general',
				business_name: 'Harbour Dental',
				user_name: 'Ines Soto',
				appointment_date: '2031-05-16',
				appointment_time: '10:30',
				language: 'en',
				call_language: 'en',
			});
			return '3 forms: 1 calendar file, 1 nobody answered, 1 refused before the call';
		},
	},
	{
		name: 'example recordings-archive: recording and transcript of each call on disk',
		async run(stage) {
			const folder = await mkdtemp(join(stage.files, 'recordings-'));
			const id = await importExample(stage, 'recordings-archive', { folder });
			await published(stage, id, async () => {
				const ended = async (data: object, visibleAfterMs = 0) =>
					await stage.sandbox.event({ type: 'callFinished', data, visibleAfterMs });
				await ended({ status: 'success' });
				const submission = {
					respondent_phone: '+15550107',
					task_description: 'Ask for a call back',
				};
				await ended({ status: 'voicemail', submission });
				await ended({ status: 'busy' });
				// Late enough for the failure to be ordered before the trigger sees the call.
				const [lost] = await ended({ status: 'success' }, 1000);
				const recording = `/v1/calls/${lost}/recording`;
				await stage.sandbox.fault({ method: 'GET', path: recording, status: 404, body: {} });
				const executions = await drained(stage, id, 'Call has ended', 3);
				assert.equal(outputOf(executions, 'Nothing to keep').length, 1);
			});
			const names = (await readdir(folder)).sort();
			assert.equal(names.filter((name) => name.endsWith('.txt')).length, 3);
			const recordings = names.filter((name) => name.endsWith('.mp3'));
			assert.equal(recordings.length, 2);
			const voicemail = names.filter((name) => name.includes(' +15550107 '));
			assert.equal(voicemail.length, 2);
			const [audio, text] = await Promise.all(
				voicemail.map(async (name) => await readFile(join(folder, name))),
			);
			assert.equal(audio?.readUInt16BE(), 0xfffb);
			assert.match(String(text), /AI: .* Ask for a call back$/);
			return `${names.length} files of 3 calls, one of them without a recording`;
		},
	},
	{
		name: 'example campaign-resume: a stopped campaign is explained, goes on and calls nobody twice',
		async run(stage) {
			const id = await importExample(stage, 'campaign-resume');
			await setParameters(stage, id, 'Wait a while', { amount: 1, unit: 'seconds' });
			const people = leadsOf(await stage.client.workflow(id));
			const form = await formAddress(stage, id, 'Start now');
			const start = async (executions: number) => {
				await submit(form, {});
				return (await executionsOf(stage, id, ({ length }) => length === executions)).slice(-2);
			};
			const explanation = (rescue: Execution | undefined) => {
				assertSuccess(rescue as Execution);
				return String(outputOf([rescue as Execution], 'Explain')[0]?.explanation);
			};
			return await published(stage, id, async () => {
				// The fourth call is made, but its answer is lost; asked for it, KallyAI is out of order.
				await stage.sandbox.fault({ ...POST_CALL, times: 3 });
				await stage.sandbox.fault({ ...POST_CALL, drop: 'after' });
				await stage.sandbox.fault({ ...POST_CALL, method: 'GET', status: 500, body: {} });
				await stage.sandbox.fault({ ...POST_CALL, status: 500, body: {} });
				const [stopped, rescue] = await start(2);
				assert.equal(stopped?.status, 'error');
				assert.match(
					explanation(rescue),
					/^"KallyAI campaign that resumes itself" stopped at "Call the lead": .* 3 of 6 items were done/,
				);
				assert.equal(outputOf([rescue as Execution], 'Outcome').length, 6);
				await assertCalled(stage, people);
				const asked = await callRequests(stage);

				// Another campaign for the same leads: neither KallyAI nor n8n remembers the first.
				await stage.sandbox.reset();
				await stage.restart();
				await stage.sandbox.fault({ ...POST_CALL, times: 2 });
				const body = { error: { code: 'quota_exceeded', message: 'No credits left' } };
				await stage.sandbox.fault({ ...POST_CALL, status: 402, body });
				const [, refusal] = await start(4);
				assert.match(
					explanation(refusal),
					/no credits left.* 2 of 6 items were done.*Buy credits/s,
				);
				assert.equal(outputOf([refusal as Execution], 'Left to you').length, 1);
				assert.equal((await called(stage)).length, 2);
				const [again] = await start(5).then((ended) => ended.slice(-1));
				assert.equal(outputOf([again as Execution], 'Outcome').length, 6);
				await assertCalled(stage, people);
				return `6 leads, ${asked} requests, 6 calls after an outage; 6 calls after credits were bought`;
			});
		},
	},
	...agentScenarios,
];
