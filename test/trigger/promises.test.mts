import type { IDataObject } from 'n8n-workflow';

import { Account, LISTS, MINUTE, type Order, type Polled } from './account.mts';
import { SCENARIOS } from './accountHistories.mts';
import { recordedNode } from '../support/builtNode.mts';
import { quickTime } from '../support/quickTime.mts';
import { randomOf } from '../support/random.mts';

/** More of them: `SEEDS=20 npm run test:unit -- test/trigger/promises.test.mts`. */
const SEEDS = Number(process.env.SEEDS ?? 1);

quickTime();
const built = recordedNode();

const CASES: Array<[event: string, order: Order]> = [
	['inboundCall', 'newest'],
	['inboundCall', 'oldest'],
	['callFinished', 'newest'],
	['outreachFinished', 'oldest'],
	['goalChanged', 'newest'],
	['message', 'newest'],
	['message', 'oldest'],
	['voicemail', 'random'],
];

/** An account whose inbound calls come newest first. */
const accountWith = (options: IDataObject = {}) =>
	new Account(built.engine, built.recorder, {
		event: 'inboundCall',
		order: 'newest',
		random: randomOf(1),
		options,
	});

describe.each(CASES)('%s, %s first', (event, order) => {
	test.each(Object.entries(SCENARIOS))('%s: none lost, none repeated', async (_name, play) => {
		for (let seed = 1; seed <= SEEDS; seed++) {
			const random = randomOf(seed);
			const account = new Account(built.engine, built.recorder, { event, order, random });
			for (let age = 300; age > 0; age--) account.add(1, account.now - age * MINUTE);
			const backlog = await account.activate();
			const before = account.made.length;
			const given: string[] = [];
			const poll = async () => {
				const { given: batch } = await account.poll();
				expect(batch.length).toBeLessThanOrEqual(50);
				given.push(...batch);
			};
			await play(account, random, poll);
			// A trigger that repeats itself would never be idle.
			for (let idle = 0; idle < 20 && given.length <= 2 * account.made.length; ) {
				const had = given.length;
				await poll();
				idle = given.length > had ? 0 : idle + 1;
			}
			const ended = LISTS[event]?.states?.at(-1);
			const wanted = account.made
				.slice(before)
				.map(({ id }) => (ended === undefined ? id : `${id}:${ended}`));
			const came = new Set(given);
			expect({
				seed,
				backlog,
				lost: wanted.filter((key) => !came.has(key)),
				repeated: given.length - came.size,
			}).toEqual({ seed, backlog: [], lost: [], repeated: 0 });
			expect(account.saved?.length).toBeLessThan(64_000);
		}
	});
});

test.each([
	['inboundCall', 'newest', 1],
	['inboundCall', 'oldest', 2],
	['callFinished', 'newest', 1],
	['message', 'newest', 1],
	['voicemail', 'newest', 1],
	['voicemail', 'oldest', 1],
	['voicemail', 'random', 1],
] as const)('a quiet poll of %s, %s first, costs %d', async (event, order, requests) => {
	const account = new Account(built.engine, built.recorder, { event, order, random: randomOf(1) });
	for (let age = 300; age > 0; age--) account.add(1, account.now - age * MINUTE);
	await account.activate();
	account.add(1);
	for (let poll = 0; poll < 25; poll++) await account.poll();
	const quiet: Polled = await account.poll();
	expect(quiet).toEqual({ given: [], requests });
});

test('ten thousand that wait come in batches of the cap', async () => {
	const account = accountWith({ maxEvents: 2500 });
	await account.activate();
	for (let second = 0; second < 10_000; second++) account.add(1, account.now + second * 1000);
	account.now += 10_000_000;
	const given: string[] = [];
	let batch: Polled;
	do {
		batch = await account.poll();
		expect(batch.given.length).toBeLessThanOrEqual(2500);
		given.push(...batch.given);
	} while (batch.given.length > 0 && given.length <= 10_000);
	expect(new Set(given).size).toBe(10_000);
	expect(given).toHaveLength(10_000);
	expect(given).toEqual(account.made.map(({ id }) => id));
	expect(account.saved?.length).toBeLessThan(64_000);
});

test('what is remembered stays bounded when thousands come within the tolerance', async () => {
	const account = accountWith({ maxEvents: 3000, tolerance: 120 });
	await account.activate();
	account.now += MINUTE;
	for (let index = 0; index < 9_000; index++) account.add(1, account.now - (index % 60) * 1000);
	const given: string[] = [];
	for (let poll = 0; poll < 5; poll++) {
		given.push(...(await account.poll()).given);
		expect(account.saved?.length).toBeLessThan(64_000);
	}
	expect(new Set(given).size).toBe(9_000);
	expect(given).toHaveLength(9_000);
});

test.each([
	['other parameters', { event: ['inboundCall'], vipOnly: true }],
	['a broken state', undefined],
] as const)('%s start from now', async (_what, changes) => {
	const account = accountWith();
	account.add(3);
	expect(await account.activate()).toEqual([]);
	account.add(2);
	expect((await account.poll()).given).toHaveLength(2);
	account.add(1);
	if (changes) Object.assign(account.parameters, changes);
	else {
		const broken = { version: 1, settings: 7, lists: { inboundCall: 'gone' } };
		account.saved = JSON.stringify({ 'node:Trigger': { kallyAi: broken } });
	}
	expect((await account.poll()).given).toEqual([]);
});

test('two polls at once give each event out once', async () => {
	const account = accountWith();
	account.add(3);
	await account.activate();
	account.add(20);
	account.now += MINUTE;
	const data = JSON.parse(account.saved as string);
	const node = account.asNode();
	const outputs = (await Promise.all([
		built.engine.poll(node, data),
		built.engine.poll(node, data),
	])) as Array<Array<Array<{ json: { id: string } }>> | null>;
	const ids = outputs.flatMap((output) => output?.[0] ?? []).map(({ json }) => json.id);
	expect(ids).toHaveLength(20);
	expect(new Set(ids).size).toBe(20);
});
