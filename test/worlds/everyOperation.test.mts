import type { IDataObject } from 'n8n-workflow';

import { worldNamed, type Readings } from '../../sandbox/worlds.mts';
import { documentedOperations, TARGETS } from '../sandbox/documentedOperations.mts';
import { sandboxedNode } from '../support/builtNode.mts';
import { contractOperations, type ContractOperation } from '../support/contract.mts';
import { nodeParameters } from '../support/expectedRequests.mts';
import { meanwhile, WORLDS } from '../support/worlds.mts';

const built = sandboxedNode();

/** What came of an operation, as far as it has to be the same in every world. */
interface Outcome {
	items: number;
	/** Requests that changed something. */
	works: number;
	/** Message and advice. */
	error?: string;
	hints: string[];
}

/** The parameters of an operation with the values of the document's examples. */
function parametersOf(contract: ContractOperation): IDataObject {
	const documented = documentedOperations.find(({ id }) => id === contract.id)!;
	const body = documented.request?.example ?? {};
	const values = new Map(
		contract.parameters.flatMap((parameter) => {
			const { wire, in: place, required } = parameter;
			const named = documented.parameters.find(({ name }) => name === wire);
			const value =
				place === 'body'
					? wire.split('.').reduce((inner, name) => inner?.[name], body)
					: (TARGETS[contract.id]?.[wire] ?? (required ? named?.example : undefined));
			return value === undefined ? [] : [[parameter, value] as const];
		}),
	);
	const parameters = nodeParameters(built.engine.node, contract, values);
	return contract.method === 'GET' ? { ...parameters, returnAll: true } : parameters;
}

async function outcomeOf(contract: ContractOperation): Promise<Outcome> {
	const { items, error, hints } = await meanwhile(
		built.sandbox,
		built.engine.execute(parametersOf(contract) as never),
	);
	const requests = await built.sandbox.control<any[]>('requests');
	return {
		items: items.length,
		works: requests.filter(({ method, status }) => method !== 'GET' && status < 300).length,
		error: error && `${error.message} | ${error.description}`,
		hints: hints.map((hint: any) => hint.message),
	};
}

/** The outcomes of all operations in a world, each as if it were the first. */
async function outcomesIn(world: string): Promise<Record<string, Outcome>> {
	const outcomes: Record<string, Outcome> = {};
	let isFresh = false;
	for (const contract of contractOperations) {
		if (!isFresh) {
			await built.sandbox.control('reset');
			await built.sandbox.control('world', { world });
		}
		outcomes[contract.id] = await outcomeOf(contract);
		isFresh = contract.method === 'GET';
	}
	return outcomes;
}

/** Messages that name what is otherwise, by the readings that bring them about. */
const NAMED: Array<[is: (readings: Readings, id: string) => boolean, names: RegExp]> = [
	[({ userAgents }) => userAgents !== 'any', /web page \(HTTP status 403\)/],
	[({ scopes }) => scopes.endsWith('where none is known'), /scope/i],
	[({ errorStatus }) => errorStatus === '200', /known field|missing|has to be|no action item/],
	[(_, id) => id === 'outreach.create', /channel.*target.*description/],
	[(_, id) => id === 'subscription.changePlan', /new_plan|target_plan/],
	[(_, id) => id.startsWith('contactEmail.'), /label|display_name/],
	[(_, id) => id === 'inboundCall.updateActionItem', /action item/i],
	[
		({ subscription }, id) => subscription === 'older' && id === 'subscription.getStatus',
		/endpoint|There is no GET/,
	],
	[
		({ ruleConfig }, id) => ruleConfig === 'refused' && id.startsWith('inboundRule.'),
		/action_config/,
	],
	[
		({ putRequests }) => putRequests === 'replace',
		/name.*(?:missing|required)|(?:action|phone_number)/i,
	],
	[({ callExtras }, id) => callExtras === 'none' && id === 'call.make', /is no known field/],
	[
		({ rescheduleRequest }, id) =>
			rescheduleRequest !== 'date, time or both' && id === 'call.reschedule',
		/date|time/,
	],
	[
		({ channelAccess }, id) => channelAccess !== 'fields or nothing' && id.startsWith('channel.'),
		/token|phone_number_id/,
	],
	[({ urgency }, id) => urgency !== 'any text' && id === 'outreach.create', /urgency/],
	[({ importSource }, id) => importSource !== 'any' && id === 'inboundContact.import', /source/],
];

/** Fewer rows without a hint, where nothing in the answers tells. */
const isUntold = ({ archivedGoals }: Readings, id: string): boolean =>
	archivedGoals === 'left out' && id === 'goal.getAll';

/** What is wrong with an outcome beside that in `kind`. */
function objectionTo(id: string, outcome: Outcome, kind: Outcome, readings: Readings) {
	const { error, items, works, hints } = outcome;
	if (works > kind.works) return `${works} works`;
	if (error !== undefined) {
		// A refusal with status 200 is no work.
		if (works > 0 && readings.errorStatus === 'own') return `work was done, but: ${error}`;
		const isNamed = NAMED.some(([is, names]) => is(readings, id) && names.test(error));
		return isNamed || error === kind.error ? undefined : error;
	}
	if (works < kind.works) return 'nothing was done';
	if (items === kind.items || hints.length > 0 || isUntold(readings, id)) return undefined;
	return `${items} of ${kind.items} items`;
}

let kind: Record<string, Outcome>;
beforeEach(async () => void (kind ??= await outcomesIn('kind')), 60_000);

test('every operation is done in the world kind', () => {
	const failed = Object.entries(kind).filter(([, { error }]) => error !== undefined);
	expect(failed).toEqual([]);
	// The document's email has no replies.
	const empty = Object.entries(kind).filter(([, { items }]) => items === 0);
	expect(empty.map(([id]) => id)).toEqual(['email.getReplies']);
});

test.each(WORLDS)(
	'in the world %s every operation has the same outcome, or a message that names what differs',
	async (world) => {
		const readings = worldNamed(world) as Readings;
		const outcomes = await outcomesIn(world);
		const objections = Object.entries(outcomes).flatMap(([id, outcome]) => {
			const objection = objectionTo(id, outcome, kind[id]!, readings);
			return objection === undefined ? [] : [[id, objection]];
		});
		expect(objections).toEqual([]);
	},
	60_000,
);
