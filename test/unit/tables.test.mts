import { existsSync } from 'node:fs';

import { resources } from '../../nodes/KallyAi/resources';
import {
	answerOf,
	get,
	list,
	type Operation,
	type Resource,
} from '../../nodes/KallyAi/table/operation';

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

test('the schema of each operation is there', () => {
	const missing = operations
		.map(({ id }) => `nodes/KallyAi/__schema__/v1.0.0/${id.replace('.', '/')}.json`)
		.filter((file) => !existsSync(file));
	expect(missing).toEqual([]);
});
