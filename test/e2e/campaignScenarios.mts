import assert from 'node:assert/strict';
import type { QueueStage, SingleStage } from '../../tools/e2e/stage.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import type { Row } from '../../tools/n8n/dataTables.mts';
import { leads as people } from '../support/callsToMake.mts';
import { bodies, CALL, type CallBody, sent } from './calling.mts';
import {
	assertAgreement,
	callsOf,
	disturbedCampaign,
	killWorker,
	LINES,
	LONGEST_CALL_MINUTES,
	startCampaign,
	untilCalls,
	untilFree,
	untilStatus,
} from './disturbedCampaign.mts';
import type { Scenario } from './player.mts';

const kill = async (stage: SingleStage) => await stage.restart();

/** What only one process can show. */
export const campaignScenarios: Array<Scenario<SingleStage>> = [
	{
		name: 'campaign: n8n is killed twice, nobody is called twice for an attempt and nobody is forgotten',
		run: async (stage) =>
			await disturbedCampaign(stage, 24, [
				[5, kill],
				[22, kill],
			]),
	},
	{
		name: 'campaign: budget, hours, do not call and messages',
		async run(stage) {
			const [first, second, third, closed, listed, silent, asking, failing] = people(8).map(
				({ phone }) => phone,
			) as [string, string, string, string, string, string, string, string];
			await stage.sandbox.scenario({
				byNumber: {
					[silent]: ['no_answer'],
					[failing]: ['failed'],
					[asking]: { says: 'Please take me off your list' },
				},
				outreachDurationMs: 0,
			});
			const day = new Date(Date.now() + 3 * 24 * 3_600_000).toLocaleDateString('en-GB', {
				weekday: 'short',
				timeZone: 'Pacific/Auckland',
			});
			const elsewhere = { timezone: 'Pacific/Auckland' };
			const campaign = await startCampaign(
				stage,
				[
					{ phone: first },
					{ phone: asking },
					{ phone: silent, email: 'silent@example.org' },
					{ phone: listed },
					{ phone: failing, email: 'failing@example.org' },
					{ phone: second },
					{ phone: third },
				],
				{ status: 'paused', fallback: 'email', max_attempts: 2, budget: 3, estimate: 2 },
				[listed],
			);
			try {
				const statusOf = async (phone: string) =>
					(await campaign.leads.rows()).find((row) => row.phone === phone)?.status;
				const set = async (changes: Row) =>
					await campaign.campaigns.update('campaign', campaign.name, changes);
				// The budget of three allows one call of two, and not a second one.
				await set({ status: 'running' });
				await untilCalls(stage, 1);
				await untilFree(campaign);
				const spent = (await campaign.lines.rows()).reduce(
					(sum, { credits }) => sum + Number(credits),
					0,
				);
				assert.ok(spent <= 3, `${spent} credits of 3`);

				await set({ budget: 1000 });
				await untilStatus(stage, campaign, 'done');
				const rows = await assertAgreement(stage, campaign);
				const ends = Object.fromEntries(rows.map(({ phone, status }) => [phone, status]));
				assert.equal(ends[listed], 'do_not_call');
				assert.equal(ends[silent], 'messaged');
				// What is not redialled is not called again before the message.
				assert.equal(ends[failing], 'messaged');
				assert.equal(rows.find(({ phone }) => phone === failing)?.attempt, 1);
				assert.equal(ends[first], 'reached');
				const messages = JSON.stringify(await bodies<Row>(stage, 'POST /v1/outreach/tasks'));
				for (const address of [/silent@example\.org/, /failing@example\.org/])
					assert.match(messages, address);
				const numbers = (await campaign.doNotCall.rows()).map(({ phone }) => phone);
				assert.deepEqual(numbers.sort(), [listed, asking].sort());
				const [{ submission }] = (await callsOf(stage)) as unknown as [
					{ submission: { task_description: string } },
				];
				assert.match(submission.task_description, /^Ask Lead \d of stall \d whether/);

				// Outside of the hours, where the lead is.
				await campaign.leads.insert([
					{
						campaign: campaign.name,
						lead: 'closed',
						name: 'Closed',
						phone: closed,
						...elsewhere,
						variables: '',
						status: 'due',
						attempt: 0,
						next_at: new Date().toISOString(),
						call_id: '',
						credits: 0,
					},
				]);
				const before = (await callsOf(stage)).length;
				await set({ status: 'running', hours: `${day} 10:00-11:00` });
				await waitFor(
					async () =>
						(await campaign.leads.rows()).some(
							({ lead, next_at: next, status }) =>
								lead === 'closed' &&
								status === 'due' &&
								Date.parse(String(next)) > Date.now() + 24 * 3_600_000,
						) || undefined,
					{ what: 'a lead that waits for its hours', everyMs: 250 },
				);
				assert.equal((await callsOf(stage)).length, before);
				assert.equal(await statusOf(closed), 'due');
				return `budget, list, message and hours held with ${before} calls`;
			} finally {
				await stage.client.unpublish(campaign.workflowId);
			}
		},
	},
	{
		name: 'campaign: lists, columns and time zones as people have them',
		async run(stage) {
			const [asked, national, abroad, gold, elsewhere, other] = people(6).map(
				({ phone }) => phone,
			) as [string, string, string, string, string, string];
			// +442079460… as people write it.
			const written = (start: string, phone: string) => `${start}20 7946 ${phone.slice(-4)}`;
			const list = [written('+44 (0)', asked), written('0', national), written('0044-', abroad)];
			const columns = { stall: 'x', id: '77', status: 'gold', campaign: 'Winter' };
			const campaign = await startCampaign(
				stage,
				[
					{ phone: asked },
					{ phone: national },
					{ phone: abroad },
					{ phone: gold, variables: JSON.stringify(columns) },
					// Neither is called by the hours of Dhaka, which is what hosts take this for.
					{ phone: elsewhere, timezone: 'BST' },
					{ phone: other },
				],
				{ task: 'Say that {name} is {status}, number {id} of {campaign}, at the stall {stall}.' },
				list,
			);
			try {
				await untilStatus(stage, campaign, 'done');
				const rows = await assertAgreement(stage, campaign);
				assert.deepEqual(
					rows.map(({ status }) => status),
					['do_not_call', 'do_not_call', 'do_not_call', 'reached', 'refused', 'reached'],
				);
				assert.match(String(rows[4]?.summary), /must be an IANA time zone/);
				const tasks = (await bodies<CallBody>(stage, CALL)).map(({ submission }) =>
					String(submission.task_description),
				);
				assert.ok(
					tasks.includes('Say that Lead 4 is gold, number 77 of Winter, at the stall x.'),
					tasks.join('\n'),
				);
				return '3 numbers not called, 1 lead refused, 2 reached';
			} finally {
				await stage.client.unpublish(campaign.workflowId);
			}
		},
	},
	{
		name: 'campaign: an execution whose line may be taken over calls nobody',
		async run(stage) {
			// Lines may be taken over after nine milliseconds, which is less than n8n takes from the claim to the call.
			const campaign = await startCampaign(
				stage,
				people(3).map(({ phone }) => ({ phone })),
				{ longest_call_minutes: 0.0001 },
			);
			const set = async (changes: Row) =>
				await campaign.campaigns.update('campaign', campaign.name, changes);
			try {
				await waitFor(
					async () =>
						(await campaign.leads.rows()).some(({ outcome }) => outcome === 'not_sent_in_time') ||
						undefined,
					{ what: 'a lead that was claimed and not called' },
				);
				await set({ status: 'paused' });
				await untilFree(campaign);
				assert.deepEqual(await callsOf(stage), []);
				await set({ status: 'running', longest_call_minutes: LONGEST_CALL_MINUTES });
				await untilStatus(stage, campaign, 'done');
				const rows = await assertAgreement(stage, campaign);
				assert.deepEqual(
					rows.map(({ status, attempt }) => [status, attempt]),
					rows.map(() => ['reached', 1]),
				);
				return '3 leads, not called until their line was kept, then once each';
			} finally {
				await stage.client.unpublish(campaign.workflowId);
			}
		},
	},
	{
		name: 'campaign: voicemail is redialled, attempts a day are bounded, and transcripts and recordings come into the rows',
		async run(stage) {
			const [answering, away, silent, failing] = people(4).map(({ phone }) => phone) as [
				string,
				string,
				string,
				string,
			];
			await stage.sandbox.scenario({
				byNumber: {
					[away]: ['voicemail', 'success'],
					[silent]: ['no_answer'],
					[failing]: ['failed'],
				},
			});
			// The first transcript is not there yet.
			const late = { method: 'GET', path: '/v1/calls/{id}/transcript', status: 404 };
			await stage.sandbox.fault(late);
			const timezone = 'America/New_York';
			const campaign = await startCampaign(
				stage,
				[answering, away, silent, failing].map((phone) => ({ phone, timezone })),
				{ redial: 'no_answer 0.02, voicemail 0.25', max_attempts: 3, max_per_day: 2 },
			);
			const rowOf = async (phone: string): Promise<Row> => {
				const row = (await campaign.leads.rows()).find((one) => one.phone === phone);
				assert.ok(row);
				return row;
			};
			const until = async (what: string, fits: () => Promise<boolean>) =>
				await waitFor(async () => (await fits()) || undefined, {
					what,
					everyMs: 250,
				});
			try {
				await until('what was said on a voicemail', async () =>
					/leave a message/.test(String((await rowOf(away)).transcript)),
				);
				await until('a lead that waits for tomorrow', async () => {
					const { attempt, status, next_at: next } = await rowOf(silent);
					const time = new Date(String(next));
					const clock = time.toLocaleTimeString('en-GB', { timeZone: timezone });
					return attempt === 2 && status === 'due' && clock === '00:00:00' && time > new Date();
				});
				// Those of the last call take the place of those of the one before.
				for (const phone of [answering, away])
					await until('transcripts and recordings', async () => {
						const { transcript, recording, call_id: id } = await rowOf(phone);
						return (
							/what can I do/.test(String(transcript)) &&
							String(recording).endsWith(`/${String(id)}.mp3`)
						);
					});
				const { status, attempt } = await rowOf(away);
				assert.deepEqual({ status, attempt }, { status: 'reached', attempt: 2 });

				// Whose transcript never comes is asked for, and its row is left alone.
				const { call_id: id, updatedAt: written } = await rowOf(failing);
				const asked = async () =>
					(await sent(stage, `GET /v1/calls/${String(id)}/transcript`)).length;
				const before = await asked();
				await until('two more looks for a transcript', async () => (await asked()) >= before + 2);
				assert.equal((await rowOf(failing)).updatedAt, written);
				await assertAgreement(stage, campaign);
				const { length } = await callsOf(stage);
				assert.equal(length, 1 + 2 + 2 + 1);
				return `4 leads, ${length} calls, 2 transcripts and recordings, none for a failed call`;
			} finally {
				await stage.client.unpublish(campaign.workflowId);
			}
		},
	},
	{
		name: 'campaign: after a pause no line makes more than one call, and what is on the line comes to its end',
		async run(stage) {
			const leads = people(30).map(({ phone }) => ({ phone }));
			await stage.sandbox.scenario({ durationMs: 1_000 });
			const campaign = await startCampaign(stage, leads);
			const set = async (status: string) =>
				await campaign.campaigns.update('campaign', campaign.name, { status });
			try {
				await untilCalls(stage, LINES + 2);
				await set('paused');
				const before = await callsOf(stage);
				await untilFree(campaign);
				const made = await callsOf(stage);
				const after = made.length - before.length;
				assert.ok(after <= LINES, `${after} calls after the pause`);
				const rows = await assertAgreement(stage, campaign);
				assert.ok(made.length < leads.length, `${made.length} calls`);
				assert.deepEqual(
					made.map(({ status }) => status),
					made.map(() => 'success'),
				);
				const due = rows.filter(({ status }) => status === 'due');
				assert.deepEqual(
					due.map(({ attempt }) => attempt),
					due.map(() => 0),
				);
				assert.equal(due.length + made.length, leads.length);

				await set('running');
				await untilStatus(stage, campaign, 'done');
				await assertAgreement(stage, campaign);
				assert.equal((await callsOf(stage)).length, leads.length);
				return `${made.length} of ${leads.length} calls, then none for ${due.length} leads until it went on`;
			} finally {
				await stage.client.unpublish(campaign.workflowId);
			}
		},
	},
	{
		name: 'campaign: a lead that was called before a crash keeps its outcome although the cap is below the estimate by then',
		async run(stage) {
			const leads = people(LINES + 1).map(({ phone }) => ({ phone }));
			await stage.sandbox.scenario({ durationMs: 2_000 });
			await stage.sandbox.world({ idempotencyKeys: 'nowhere' });
			const campaign = await startCampaign(stage, leads.slice(0, LINES));
			try {
				await untilCalls(stage, LINES);
				await kill(stage);
				const settings = { max_credits_per_call: 0.01 };
				await campaign.campaigns.update('campaign', campaign.name, settings);
				await untilStatus(stage, campaign, 'done');
				const before = await assertAgreement(stage, campaign);
				assert.deepEqual(
					before.map(({ status }) => status),
					before.map(() => 'reached'),
				);

				const [row] = before as [Row];
				const another: Row = { ...row, lead: 'another', phone: leads.at(-1)?.phone };
				for (const column of ['id', 'createdAt', 'updatedAt']) delete another[column];
				await campaign.leads.insert([
					{ ...another, status: 'due', attempt: 0, claimed_at: null, call_id: '', credits: 0 },
				]);
				await campaign.campaigns.update('campaign', campaign.name, { status: 'running' });
				await untilStatus(stage, campaign, 'done');
				const after = await assertAgreement(stage, campaign);
				assert.equal(after.at(-1)?.status, 'refused');
				return `${LINES} leads with the outcomes of their calls, one refused`;
			} finally {
				await stage.client.unpublish(campaign.workflowId);
			}
		},
	},
];

/** What only queue mode can show. */
export const campaignQueueScenarios: Array<Scenario<QueueStage>> = [
	{
		name: 'campaign: one of two workers is killed, nobody is called twice for an attempt and nobody is forgotten',
		run: async (stage) => await disturbedCampaign(stage, 24, [[6, killWorker]]),
	},
];
