import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { contractOperations, parameterName } from '../support/contract.mts';
import { type Engine, startEngine } from '../support/engine.mts';
import { keyOf } from '../support/handedOver.mts';
import { shownFor } from '../support/shownFor.mts';

let engine: Engine;
beforeAll(async () => {
	engine = await startEngine({});
});

const membersOf = ({ type, options }: INodeProperties) =>
	type === 'collection' ? (options as INodeProperties[]) : [];

/** Everything that the editor shows of an operation as a tool: at top level, and in its collections. */
function shown(id: string) {
	const [resource, operation] = id.split('.');
	const top = shownFor(engine.node.description.properties, resource, operation, { isTool: true });
	const text = String(top.find(({ name }) => name === 'toolDescription')?.default);
	const collections = top.filter(({ type }) => type === 'collection');
	const handed = top.filter(
		({ type, name }) => !['collection', 'notice'].includes(type) && name !== 'toolDescription',
	);
	const optional = collections.filter(({ name }) => name !== 'options').flatMap(membersOf);
	return {
		text,
		fields: [...handed, ...optional],
		all: [...handed, ...collections.flatMap(membersOf)],
	};
}

const operations = contractOperations.map((contract) => [contract.id, contract] as const);

test('all operations are looked at', () => {
	expect(operations).toHaveLength(131);
});

describe.each(operations)('%s as a tool', (id, contract) => {
	test('says what it does and what each of its fields is', () => {
		const { text, fields } = shown(id);
		const lines = text.split('\n');
		expect(lines[0].length).toBeGreaterThan(20);
		expect(text).not.toMatch(/<a |undefined|\[object|expression/);
		expect(text.length).toBeLessThan(3000);
		for (const field of fields) {
			if (['confirm', 'simplify'].includes(field.name)) continue;
			const line = lines.find((one) => one.startsWith(`- ${keyOf(field)}: `)) ?? '';
			const said = line.slice(keyOf(field).length + 4);
			expect([field.name, said.split(/\s+/).length > 2]).toEqual([field.name, true]);
			for (const { value } of (field.type === 'options'
				? (field.options ?? [])
				: []) as INodePropertyOptions[])
				expect(said).toContain(String(value));
		}
	});

	test('says of each field whether it may be left out', () => {
		const { text, fields } = shown(id);
		const lines = text.split('\n');
		for (const field of fields) {
			const line = lines.find((one) => one.startsWith(`- ${keyOf(field)}: `));
			if (line === undefined) continue;
			const isNeeded = field.required === true || line.includes('Required for: ');
			expect([field.name, /Optional\.$/.test(line)]).toEqual([field.name, !isNeeded]);
		}
	});

	test('says in which form its values are wanted', () => {
		const { text, fields } = shown(id);
		const saidOf = (wire: string) => {
			const field = fields.find(({ name }) => name === parameterName(wire));
			const start = `- ${field && keyOf(field)}: `;
			return text.split('\n').find((line) => line.startsWith(start)) ?? '';
		};
		for (const { wire, schema } of contract.parameters.filter((one) => one.wire !== 'limit')) {
			const said = saidOf(wire);
			expect(said).not.toBe('');
			if (schema.format === 'date') expect(said).toContain('YYYY-MM-DD');
			if (/phone$|_number$/.test(wire)) expect(said).toContain('E.164');
			if (/timezone$/.test(wire)) expect(said).toContain('IANA');
			if (schema.type === 'boolean') expect(said).toContain('true or false');
			if (schema.minimum !== undefined) expect(said).toContain(String(schema.minimum));
		}
	});

	test('has no two fields with one key, and no key that n8n refuses', () => {
		const keys = shown(id).all.map(keyOf);
		expect(new Set(keys).size).toBe(keys.length);
		for (const key of keys) expect(key).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
	});

	test('has a description on every field', () => {
		for (const { name, description, hint } of shown(id).all)
			expect([name, Boolean(description ?? hint)]).toEqual([name, true]);
	});

	test('shows its text in tools only', () => {
		const [resource, operation] = id.split('.');
		const usual = shownFor(engine.node.description.properties, resource, operation);
		expect(usual.some(({ name }) => name === 'toolDescription')).toBe(false);
	});
});

test.each([
	['call.make', /calls a real phone number and uses credits/],
	['outreach.create', /contacts a real person and uses credits/],
	['email.send', /sent once it is approved/],
	['errand.orderFood', /places a real order and uses credits/],
	['search.run', /uses credits/],
	['calendar.createEvent', /Start: .*Local time without Z/],
	['calendar.createEvent', /End: .*Local time without Z.*Optional/],
])('%s says %s', (id, says) => {
	expect(shown(id).text).toMatch(says);
});
