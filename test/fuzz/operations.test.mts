import type { INodeParameters, INodeProperties } from 'n8n-workflow';

import { contractOperations, requestJudge } from '../support/contract.mts';
import { recordedNode } from '../support/builtNode.mts';
import { anyGiven, anyGivenText } from '../support/givenValues.mts';
import fc from '../support/property.mts';
import { shownFor } from '../support/shownFor.mts';

/** Generated items over all operations: more than 20,000. */
const ITEMS_PER_OPERATION = 160;
const ITEMS_PER_RUN = 40;

const built = recordedNode();

/** Values as a user fills a property in, most of the time as it is meant. */
function valueFor({ type, options, typeOptions, name }: INodeProperties): fc.Arbitrary<unknown> {
	const stored = ((options ?? []) as Array<{ value?: unknown }>).map(({ value }) => value);
	const chosen = fc.constantFrom(...stored, '');
	const fitting: Partial<Record<string, fc.Arbitrary<unknown>>> = {
		boolean: fc.boolean(),
		number: fc.integer({ min: typeOptions?.minValue ?? 0, max: typeOptions?.maxValue ?? 1000 }),
		options: stored.length ? chosen : fc.constantFrom('', 'Europe/London'),
		multiOptions: fc.array(chosen, { maxLength: 3 }),
		dateTime: fc.constantFrom('2031-05-16', '2031-05-16T19:30:00', '2031-05-16T19:30:00.000+02:00'),
		json: fc.constantFrom('{}', '{"caller_vip": true}', { hours: [9, 17] }),
		resourceLocator: anyGivenText.map((value) => ({ __rl: true, mode: 'id', value })),
	};
	const plain = typeOptions?.multipleValues
		? fc.array(anyGivenText, { minLength: 1, maxLength: 3 })
		: /phone|number/i.test(name)
			? fc.constantFrom('+15550100', '+442079460000')
			: fc.constantFrom('some text', 'name@example.org', '19:30', 'one,two');
	return fc.oneof(
		{ weight: 5, arbitrary: fitting[type] ?? plain },
		{ weight: 2, arbitrary: anyGiven },
	);
}

/** Parameters whose values come from the item, and the generator of such items. */
function inputOf(resource: string, operation: string) {
	const properties = shownFor(built.engine.node.description.properties, resource, operation);
	const parameters: INodeParameters = { resource, operation };
	const values: Record<string, fc.Arbitrary<unknown>> = {};
	for (const property of properties) {
		const { name, type } = property;
		if (name === 'options') {
			parameters.options = { concurrency: 1 };
		} else if (type === 'collection') {
			const fields = property.options as INodeProperties[];
			// n8n takes no expression for a whole collection; a missing value is a field that was not added.
			const members = fields.map((field) => field.name);
			values[name] = fc.record(
				Object.fromEntries(fields.map((field) => [field.name, valueFor(field)])),
				{ requiredKeys: [] },
			);
			parameters[name] = Object.fromEntries(
				members.map((member) => [member, `={{ $json.${name}.${member} }}`]),
			);
		} else {
			values[name] = valueFor(property);
			parameters[name] = `={{ $json.${name} }}`;
		}
	}
	// A dangerous operation without its confirmation sends nothing at all, which is another test.
	if ('confirm' in values) values.confirm = fc.constant(true);
	const names = properties.flatMap(({ displayName, options }) => [
		displayName,
		...((options ?? []) as INodeProperties[]).map((option) => option.displayName),
	]);
	return { parameters, items: fc.record(values), names };
}

describe.each(contractOperations.map((operation) => [operation.id, operation] as const))(
	'%s',
	(id, operation) => {
		test('sends what the document allows, or names the parameter and the item', async () => {
			const objectionTo = requestJudge(operation);
			const [resource, name] = id.split('.') as [string, string];
			const { parameters, items, names } = inputOf(resource, name);
			const runs = fc.array(items, { minLength: ITEMS_PER_RUN, maxLength: ITEMS_PER_RUN });
			await fc.assert(
				fc.asyncProperty(runs, async (json) => {
					built.recorder.answer(() => ({}));
					const run = await built.engine.execute(parameters, {
						items: json as never,
						node: { onError: 'continueRegularOutput' },
					});
					expect(run.error?.message).toBeUndefined();
					const refusals = run.items.map((item) => item.json.error).filter((text) => text);
					const isComplete = (refusal: unknown) =>
						/\[item \d+\]$/.test(String(refusal)) &&
						names.some((shownName) => String(refusal).includes(`'${shownName}'`));
					expect(refusals.filter((refusal) => !isComplete(refusal))).toEqual([]);
					expect(built.recorder.requests.flatMap((request) => objectionTo(request) ?? [])).toEqual(
						[],
					);
					expect(built.recorder.requests.every(({ headers }) => !('x-injected' in headers))).toBe(
						true,
					);
					expect(built.recorder.requests.length + refusals.length).toBe(json.length);
				}),
				{ numRuns: ITEMS_PER_OPERATION / ITEMS_PER_RUN },
			);
			expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
		});
	},
);
