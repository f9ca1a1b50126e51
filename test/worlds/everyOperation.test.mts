import type { IDataObject } from 'n8n-workflow';

import { documentedOperations, TARGETS } from '../sandbox/documentedOperations.mts';
import { sandboxedNode } from '../support/builtNode.mts';
import { contractOperations, type ContractOperation } from '../support/contract.mts';
import { nodeParameters } from '../support/expectedRequests.mts';

const built = sandboxedNode();

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const WORLDS = ['vendor', 'harsh', ...SEEDS.map((seed) => `random:${seed}`)];

/** What came of an operation, as far as it has to be the same in every world. */
interface Outcome {
	items: number;
	/** Requests that changed something. */
	works: number;
	error?: string;
	hints: string[];
}

/** The parameters of an operation with the values of the document's examples. */
function parametersOf(contract: ContractOperation): IDataObject {
	const documented = documentedOperations.find(({ id }) => id === contract.id)!;
	const { parameters, request } = documented;
	const body = request?.example ?? {};
	const values = new Map(
		contract.parameters.flatMap((parameter) => {
			const { wire, in: place, required } = parameter;
			const named = parameters.find(({ name }) => name === wire);
			const value =
				place === 'body'
					? wire.split('.').reduce((inner, name) => inner?.[name], body)
					: (TARGETS[contract.id]?.[wire] ?? (required ? named?.example : undefined));
			return value === undefined ? [] : [[parameter, value] as const];
		}),
	);
	const isList = contract.method === 'GET';
	return {
		...nodeParameters(built.engine.node, contract, values),
		...(isList ? { returnAll: true } : {}),
	};
}

/** Puts the clock forward, again and again, until what is waited for has come. */
async function meanwhile<T>(work: Promise<T>): Promise<T> {
	let isOver = false;
	const end = () => void (isOver = true);
	work.then(end, end);
	while (!isOver) await built.sandbox.control('clock', { advanceMs: 10_000 });
	return await work;
}

async function outcomeOf(contract: ContractOperation, world: string): Promise<Outcome> {
	await built.sandbox.control('reset');
	await built.sandbox.control('world', { world });
	const run = built.engine.execute(parametersOf(contract) as never);
	const { items, error, hints } = await meanwhile(run);
	const requests = await built.sandbox.control<any[]>('requests');
	return {
		items: items.length,
		works: requests.filter(({ method, status }) => method !== 'GET' && status < 300).length,
		error: error && `${error.message} | ${error.description}`,
		hints: hints.map((hint: any) => hint.message),
	};
}

const kind = new Map<string, Outcome>();

test('show', async () => {
	const lines: string[] = [];
	const began = Date.now();
	for (const contract of contractOperations) {
		const outcome = await outcomeOf(contract, 'kind');
		kind.set(contract.id, outcome);
		if (outcome.error) lines.push(`KIND ${contract.id} ${JSON.stringify(outcome)}`);
	}
	lines.push(`kind took ${Date.now() - began}`);
	for (const world of (process.env.WORLDS ?? WORLDS.join(',')).split(',')) {
		const since = Date.now();
		for (const contract of contractOperations) {
			const at = Date.now();
			const outcome = await outcomeOf(contract, world);
			const same = kind.get(contract.id)!;
			if (Date.now() - at > 1500) lines.push(`SLOW ${world} ${contract.id} ${Date.now() - at}`);
			if (outcome.error !== same.error || outcome.items !== same.items || outcome.works !== same.works)
				lines.push(`${world} ${contract.id} ${JSON.stringify(outcome)} KIND ${same.items}/${same.works}`);
		}
		lines.push(`${world} took ${Date.now() - since}`);
	}
	(await import('node:fs')).writeFileSync('/tmp/worlds-show.txt', lines.join('\n'));
}, 500_000);
