import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { IDataObject, INodePropertyOptions, INodeType } from 'n8n-workflow';

import { recordedNode } from '../support/builtNode.mts';
import { quickTime } from '../support/quickTime.mts';
import { contractOperations } from '../support/contract.mts';
import { triggerNode } from '../support/engine.mts';
import { nodeParameters, placeOf, valuesOf } from '../support/expectedRequests.mts';
import { Coverage, HostileAnswers } from '../support/hostileAnswers.mts';

/** Generated answers over all operations and events: more than 10,000. Others: `SEED=2 npm run test:unit -- …`. */
const ANSWERS_PER_OPERATION = 80;
const ANSWERS_PER_RUN = 20;
const POLLS_PER_EVENT = 60;
const SEED = Number(process.env.SEED ?? 1);

quickTime();
const built = recordedNode();

/** Refusals that are neither waited for nor bring about a renewal of the sign-in. */
const REFUSALS = [400, 402, 403, 404, 409, 422, 500];

/** What JavaScript says when a program has a fault. */
const CRASH =
	/Cannot (?:read|convert|set|destructure|use|mix)|is not (?:a function|iterable|defined|an object)|call stack|undefined|Unexpected (?:token|end)|Invalid (?:array|string|time|date)|circular|\b(?:Type|Range|Syntax|Reference|URI)Error|URI malformed|Invalid (?:URL|character)|is not valid JSON|native code|\[object /i;

const TOKEN = 'tk-9f3k.access/7+z=';
const REFRESH_TOKEN = 'tk-2m8q.refresh/4';

let answers = 0;

/** What was hostile in the answers to each of the nodes. */
const coverages = { node: new Coverage(), trigger: new Coverage() };

beforeAll(() => {
	built.engine.credentials.kallyAiOAuth2Api.oauthTokenData = {
		access_token: TOKEN,
		refresh_token: REFRESH_TOKEN,
		token_type: 'bearer',
	};
});

/** Has the server answer with what is generated; a share of `refused` as refusals. */
function answerHostilely(hostile: HostileAnswers, refused: number): void {
	built.recorder.answer(({ method, path }, response) => {
		answers++;
		response.setHeader('content-type', 'application/json');
		if (Number(hostile.one([0, 1, 2, 3])) / 4 < refused) {
			response.statusCode = hostile.one(REFUSALS);
			return response.end(hostile.refusal(TOKEN));
		}
		return response.end(hostile.answer(method, path, TOKEN));
	});
}

function expectNoSecret(kept: unknown): void {
	const text = inspect(kept, { depth: 150, maxStringLength: 1e5, maxArrayLength: 1e4 });
	for (const secret of [TOKEN, REFRESH_TOKEN]) expect(text).not.toContain(secret);
}

function heapMegabytes(): number {
	setFlagsFromString('--expose-gc');
	(runInNewContext('gc') as () => void)();
	return process.memoryUsage().heapUsed / 1024 / 1024;
}

let before: number;
beforeAll(() => {
	before = heapMegabytes();
});

test.each(contractOperations.map((contract, index) => [contract.id, contract, index] as const))(
	'%s gives items or errors of its own',
	async (id, contract, index) => {
		const [resource, operation] = id.split('.');
		const hostile = new HostileAnswers(SEED * 1000 + index, coverages.node);
		const isList = placeOf(built.engine.node, resource, operation, 'returnAll') !== undefined;
		const messages: string[] = [];
		for (let run = 0; run < ANSWERS_PER_OPERATION / ANSWERS_PER_RUN; run++) {
			answerHostilely(hostile, 0.25);
			// One that wants at least one of its optional fields sends nothing with the required ones.
			const values = valuesOf(contract, run > 0);
			const parameters = nodeParameters(built.engine.node, contract, values);
			const outcome = await built.engine.execute(parameters, {
				items: Array.from({ length: ANSWERS_PER_RUN }, () => ({})),
				node: { onError: 'continueRegularOutput' },
			});
			const { items, error } = outcome;
			expect([id, error?.message]).toEqual([id, undefined]);
			// A list may be empty.
			const done = new Set(items.map(({ pairedItem }) => (pairedItem as { item: number }).item));
			if (!isList) expect(done.size).toBe(ANSWERS_PER_RUN);
			for (const { json } of items) {
				expect(typeof JSON.stringify(json)).toBe('string');
				if (json.details !== undefined && typeof json.error === 'string') {
					messages.push(`${json.error} ${String(json.message)}`);
				}
			}
			expectNoSecret([outcome.run, items]);
		}
		expect(messages.filter((message) => CRASH.test(message))).toEqual([]);
	},
);

const events = (): INodePropertyOptions[] => {
	const { description } = built.engine.loader.getNode('kallyAiTrigger').type as INodeType;
	return description.properties.find(({ name }) => name === 'event')
		?.options as INodePropertyOptions[];
};

test('each event of the trigger gives items or errors of its own', async () => {
	const messages: string[] = [];
	const hostile = new HostileAnswers(SEED * 2000, coverages.trigger);
	for (const { value: event } of events()) {
		let staticData: IDataObject = {};
		for (let poll = 0; poll < POLLS_PER_EVENT; poll++) {
			if (poll % 6 === 0) staticData = {};
			answerHostilely(hostile, poll % 3 === 0 ? 0.25 : 0);
			const options = { includeTranscript: true, includeRecording: true, emitExisting: true };
			const node = triggerNode({ event, options });
			try {
				const given = await built.engine.poll(node, staticData);
				expect([event, given === null || Array.isArray(given)]).toEqual([event, true]);
				expectNoSecret([given, staticData]);
			} catch (error) {
				const { message, description } = error as Error & { description?: string };
				messages.push(`${String(event)}: ${message} ${description ?? ''}`);
				expectNoSecret(error);
			}
			expect(typeof JSON.stringify(staticData)).toBe('string');
		}
	}
	expect(messages.filter((message) => CRASH.test(message))).toEqual([]);
});

test('the lists of the editor give entries or errors of their own', async () => {
	const messages: string[] = [];
	const searches = Object.keys(built.engine.node.methods?.listSearch ?? {});
	for (const [index, search] of searches.entries()) {
		const hostile = new HostileAnswers(SEED * 3000 + index);
		for (let run = 0; run < 40; run++) {
			answerHostilely(hostile, 0.25);
			try {
				const { results } = await built.engine.search(search, run % 2 ? 'text' : undefined);
				for (const { name } of results) expect(typeof name).toBe('string');
				expectNoSecret(results);
			} catch (error) {
				messages.push(`${search}: ${(error as Error).message}`);
				expectNoSecret(error);
			}
		}
	}
	expect(messages.filter((message) => CRASH.test(message))).toEqual([]);
});

test('every field of every answer of the OpenAPI document has been hostile', () => {
	expect(coverages.node.missed()).toEqual([]);
	expect(coverages.trigger.missed()).toEqual([]);
	const operations = contractOperations.map(({ method, path }) => `${method} ${path}`);
	expect(operations.filter((route) => coverages.node.unasked().includes(route))).toEqual([]);
});

test('more than 10,000 answers took less than 100 MB', () => {
	expect(answers).toBeGreaterThan(10_000);
	expect(heapMegabytes() - before).toBeLessThan(100);
	expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
