import { existsSync } from 'node:fs';

import { toolText } from '../../nodes/KallyAi/editor/toolText';
import { resources } from '../../nodes/KallyAi/resources';
import {
	answerOf,
	get,
	list,
	type Operation,
	type Resource,
} from '../../nodes/KallyAi/table/operation';
import { optionsOf } from '../../nodes/KallyAi/table/options';

/** Compiled by `npm test` (types): each line below an expected error must not compile. */
export function doesNotCompile(): unknown[] {
	return [
		// @ts-expect-error a resource keeps the names of its operations
		resources.call.operations.getAl,
		// @ts-expect-error the table keeps the names of its resources
		resources.cal,
		// @ts-expect-error a status that a resource does not have
		resources.outreach.statuses.archived,
		{
			name: 'Get',
			action: 'Get',
			description: '',
			request: get('/'),
			// @ts-expect-error an answer is of one kind
			answer: { ...list(), kind: 'list', from: 'link', fileName: '', mimeType: '' },
		} satisfies Operation,
		{
			name: '',
			description: '',
			operations: {
				// @ts-expect-error a member that no operation has
				get: { name: '', action: '', description: '', request: get('/'), pages: 1 },
			},
		} satisfies Resource,
	];
}

const operations = Object.entries(resources as Record<string, Resource>).flatMap(
	([resource, entry]) =>
		Object.entries(entry.operations).map(([name, operation]) => ({
			id: `${resource}.${name}`,
			operation,
		})),
);

test('no two operations send the same request', () => {
	const requests = operations.map(
		({ operation: { request } }) => `${request.method} ${request.path}`,
	);
	expect(requests).toEqual([...new Set(requests)]);
});

test('a record that is followed is read by a path with one placeholder', () => {
	const followed = operations.flatMap(({ operation }) => {
		const answer = answerOf(operation);
		return answer.kind === 'record' && answer.completion ? [answer.completion.record] : [];
	});
	expect(followed.length).toBeGreaterThan(2);
	for (const { request } of followed) expect(request.path.match(/\{\w+\}/g)).toHaveLength(1);
});

test('what a report counts as done is a status of its resource', () => {
	for (const [, { statuses, operations: entries }] of Object.entries(
		resources as Record<string, Resource>,
	)) {
		for (const { spends } of Object.values<Operation>(entries)) {
			for (const status of spends?.report?.statuses ?? []) expect(statuses).toHaveProperty(status);
		}
	}
});

test('examples of allowed recipients are of the kind that the operation contacts', () => {
	const examples = operations.flatMap(({ id, operation }) =>
		optionsOf(operation)
			.filter(({ property }) => property.name === 'allowedRecipients')
			.map(({ property }) => [id, property.placeholder]),
	);
	expect(Object.fromEntries(examples)).toEqual({
		'call.make': 'e.g. +15550100 or +4420*',
		'email.send': 'e.g. name@email.com or *@email.com',
		'outreach.create': 'e.g. +15550100 or *@email.com',
	});
});

/** Records that are not called what their resource is called: received emails have a list beside that of the outbox. */
const OTHER_TITLES = ['Received Email'];

test('the field with a record is called what its resource is called', () => {
	const titles = Object.values(resources as Record<string, Resource>).map(({ name }) => name);
	const fields = operations.flatMap(({ operation }) => operation.fields ?? []);
	const locators = fields.filter(({ property }) =>
		property.modes?.some(({ type }) => type === 'list'),
	);
	expect(locators.length).toBeGreaterThan(20);
	for (const { property } of locators)
		expect([...titles, ...OTHER_TITLES]).toContain(property.displayName);
});

test('what a model is told has no gaps where a hint of the editor was', () => {
	const texts = operations.map(({ operation }) => toolText(operation));
	expect(texts.filter((text) => /  | $/m.test(text))).toEqual([]);
});

test('the schema of each operation is there', () => {
	const missing = operations
		.map(({ id }) => `nodes/KallyAi/__schema__/v1.0.0/${id.replace('.', '/')}.json`)
		.filter((file) => !existsSync(file));
	expect(missing).toEqual([]);
});
