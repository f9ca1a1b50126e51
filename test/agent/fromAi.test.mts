import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { createNodeAsTool } from 'n8n-core/dist/execution-engine/node-execution-context/utils/create-node-as-tool';

import {
	contractOperations,
	type ContractOperation,
	type ContractParameter,
	parameterName,
} from '../support/contract.mts';
import { type NodeOutcome } from '../support/engine.mts';
import { expectedRequest, nodeParameters, valuesOf } from '../support/expectedRequests.mts';
import { recordedNode } from '../support/builtNode.mts';

const built = recordedNode();

const argumentName = ({ wire }: ContractParameter) => parameterName(wire);

/** The kind of argument that n8n's editor asks the model for, and what a model gives for a value. */
function argumentOf(
	{ wire }: ContractParameter,
	value: unknown,
): [type: string, argument: unknown] {
	if (typeof value === 'number' || typeof value === 'boolean') return [typeof value, value];
	// Texts may hold commas, so they stand one a line; everything else is a list with commas.
	if (Array.isArray(value))
		return ['string', value.join(wire.endsWith('instructions') ? '\n' : ', ')];
	return typeof value === 'object' ? ['json', value] : ['string', value];
}

/** The node as the agent's tool, its fields left to the model: n8n's own tool, whose calls run in the engine. */
function toolFor(contract: ContractOperation, values: Map<ContractParameter, unknown>) {
	const fromAi = new Map(
		[...values].map(([parameter, value]) => {
			const [type] = argumentOf(parameter, value);
			return [parameter, `={{ $fromAI('${argumentName(parameter)}', \`\`, '${type}') }}`];
		}),
	);
	const parameters: INodeParameters = {
		...nodeParameters(built.engine.node, contract, fromAi),
		descriptionType: 'auto',
	};
	const node = { name: 'KallyAI', parameters } as INode;
	let run: NodeOutcome | undefined;
	const { response: tool } = createNodeAsTool({
		node,
		nodeType: built.engine.node,
		handleToolInvocation: async (given: IDataObject) => {
			run = await built.engine.execute(parameters, { items: [given] });
			return run.items.map(({ json }) => json);
		},
	});
	const args = Object.fromEntries(
		[...values].map(([parameter, value]) => [
			argumentName(parameter),
			argumentOf(parameter, value)[1],
		]),
	);
	return { tool, args, lastRun: () => run };
}

/** An operation that wants at least one of its optional fields has no call with the required ones alone. */
const cases = contractOperations.flatMap((contract) =>
	(contract.id === 'call.reschedule' ? [true] : [false, true]).map(
		(all) => [contract.id, all ? 'all' : 'required', contract, all] as const,
	),
);

describe('as a tool of an agent', () => {
	test.each(cases)('%s takes its %s fields from the model', async (_id, _which, contract, all) => {
		const values = valuesOf(contract, all);
		const { tool, args, lastRun } = toolFor(contract, values);
		built.recorder.answer(() => contract.example ?? {});
		expect(Object.keys((tool.schema as unknown as { shape: object }).shape).sort()).toEqual(
			Object.keys(args).sort(),
		);
		await tool.invoke(args);
		expect(lastRun()?.error?.message).toBeUndefined();
		const [{ method, path, query, body }] = built.recorder.requests;
		expect({ method, path, query, body }).toEqual(expectedRequest(contract, values, all));
	});

	test.each(cases.filter(([, , contract, all]) => !all && valuesOf(contract, false).size > 0))(
		'%s is not sent when the model leaves a field out',
		async (_id, _which, contract) => {
			const values = valuesOf(contract, false);
			const { tool, args } = toolFor(contract, values);
			built.recorder.answer(() => contract.example ?? {});
			for (const left of Object.keys(args)) {
				const { [left]: _, ...others } = args;
				await expect(tool.invoke(others)).rejects.toThrow(/did not match expected schema/);
			}
			expect(built.recorder.requests).toEqual([]);
		},
	);
});

test('every operation has fields that were tried', () => {
	expect(new Set(cases.map(([id]) => id)).size).toBe(131);
	expect(
		cases.filter(([, , contract, all]) => valuesOf(contract, all).size > 0).length,
	).toBeGreaterThan(150);
});
