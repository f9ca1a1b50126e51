import type { INodeParameters } from 'n8n-workflow';

import { sandboxedNode } from '../support/builtNode.mts';
import { leads, MAKE_CALL } from '../support/callsToMake.mts';
import { meanwhile, WORLDS } from '../support/worlds.mts';

const built = sandboxedNode();

const SEED_CALL = '3d6a1c52-4004-4f0e-8a11-5b9d7c2e4a01';
interface World {
	readings: Record<string, string>;
}

const called = async () => {
	const { calls } = await built.sandbox.control<{ calls: any[] }>('state');
	return calls.map(({ submission }) => submission.respondent_phone);
};

describe.each(WORLDS)('in the world %s', (name) => {
	let readings: World['readings'];
	beforeEach(async () => {
		({ readings } = await built.sandbox.control<World>('world', { world: name }));
	});

	/** What an operation gives; undefined where the world lets nobody in, which the message has to say. */
	const outcomeOf = async (parameters: INodeParameters) => {
		const outcome = await built.engine.execute(parameters);
		if (readings.userAgents !== 'known ones') return outcome;
		expect(outcome.error?.message).toMatch(/web page \(HTTP status 403\)/);
		return undefined;
	};

	test('each lead is called once, or the refusal is shown and nobody is', async () => {
		const items = leads(2).map(({ phone }) => ({ phone }));
		const { items: made, error } = await meanwhile(
			built.sandbox,
			built.engine.execute(MAKE_CALL, { items }),
		);
		if (readings.userAgents === 'any') {
			expect(error).toBeUndefined();
			expect(made).toHaveLength(2);
			expect(await called()).toEqual(items.map(({ phone }) => phone));
		} else {
			expect(error?.httpCode).toBe('403');
			expect(await called()).toEqual([]);
		}
	});

	test('all calls are listed that fit on a page', async () => {
		const all = { resource: 'call', operation: 'getAll', returnAll: true };
		const outcome = await outcomeOf(all);
		if (!outcome) return;
		const { items, error } = outcome;
		expect(error).toBeUndefined();
		const ids = items.map(({ json }) => json.call_id ?? json.id);
		expect(new Set(ids).size).toBe(5);
	});

	test('an email waits in the outbox', async () => {
		const email = { to: 'dana@example.org', subject: 'Visit', body: 'Does Friday suit you?' };
		const send = { resource: 'email', operation: 'send', ...email };
		const outcome = await outcomeOf(send);
		if (!outcome) return;
		const { items, error } = outcome;
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ ...email, status: 'pending_approval' });
	});

	test('a transcript has entries with speaker and content, and a text', async () => {
		const read = { resource: 'call', operation: 'getTranscript', callId: SEED_CALL };
		const outcome = await outcomeOf(read);
		if (!outcome) return;
		const { items, error } = outcome;
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({
			entries: expect.arrayContaining([
				expect.objectContaining({ speaker: 'HUMAN', content: expect.any(String) }),
			]),
			text: expect.stringContaining('HUMAN: '),
		});
	});

	test('a recording is fetched, wherever its link leads', async () => {
		const read = { resource: 'call', operation: 'getRecording', callId: SEED_CALL };
		const outcome = await outcomeOf({ ...read, options: { download: true } });
		if (!outcome) return;
		const { items, error } = outcome;
		expect(error).toBeUndefined();
		expect(items[0]?.binary?.data).toMatchObject({ mimeType: 'audio/mpeg' });
	});

	test('an outreach task is made once, or its refusal says what is missing', async () => {
		const outcome = await outcomeOf({
			resource: 'outreach',
			operation: 'create',
			goal: 'Confirm the visit',
			recipientIdentifier: '+15550100',
		});
		if (!outcome) return;
		const { items, error } = outcome;
		const { outreachTasks } = await built.sandbox.control<{ outreachTasks: any[] }>('state');
		expect(outreachTasks).toHaveLength(items.length);
		if (error) {
			const text = `${error.message} ${error.description}`;
			expect(text).toMatch(/scope|channel.*target.*description/);
		} else expect(items).toHaveLength(1);
	});
});
