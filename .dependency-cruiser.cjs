/**
 * Which part of the package may import which: its architecture, checked by `npm test`.
 *
 *   the two nodes and the credentials
 *      |  KallyAiTrigger -> KallyAi/resources and KallyAi/table: events name the node's operations
 *      v
 *   KallyAi/execute, KallyAi/editor   what reads the table
 *      v
 *   KallyAi/resources                 the table
 *      v
 *   KallyAi/table                     what a row of the table is
 *      v
 *   shared/transport -> shared/errors requests, lists, files; what goes wrong
 *   shared/fields                     parameters: shown, read and checked
 *      v
 *   shared/*.ts                       names, objects, sign-in
 */
const only = (name, from, allowed) => ({
	name,
	severity: 'error',
	from: { path: from },
	to: { path: '^(nodes|credentials)/', pathNot: allowed },
});

module.exports = {
	forbidden: [
		{ name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
		{
			name: 'no-circle-of-folders',
			severity: 'error',
			scope: 'folder',
			from: {},
			to: { circular: true },
		},
		{
			name: 'no-runtime-dependency',
			comment: "The published package may load nothing but n8n-workflow and Node's own crypto.",
			severity: 'error',
			from: { path: '^(nodes|credentials)/' },
			to: { pathNot: ['^(nodes|credentials)/', 'n8n-workflow', '^crypto$'] },
		},
		{
			name: 'no-orphan',
			severity: 'error',
			from: { orphan: true, pathNot: '\\.(node|credentials)\\.ts$' },
			to: {},
		},
		only('shared-is-the-ground', '^nodes/shared/', ['^nodes/shared/']),
		only('names-and-objects-stand-alone', '^nodes/shared/[^/]+$', ['^nodes/shared/[^/]+$']),
		only('errors-below-transport', '^nodes/shared/errors/', [
			'^nodes/shared/errors/',
			'^nodes/shared/[^/]+$',
		]),
		only('fields-know-no-transport', '^nodes/shared/fields/', [
			'^nodes/shared/(fields|errors)/',
			'^nodes/shared/[^/]+$',
		]),
		only('transport-knows-no-fields', '^nodes/shared/transport/', [
			'^nodes/shared/(transport|errors)/',
			'^nodes/shared/[^/]+$',
		]),
		only('table', '^nodes/KallyAi/table/', ['^nodes/KallyAi/table/', '^nodes/shared/']),
		only('resources', '^nodes/KallyAi/resources/', [
			'^nodes/KallyAi/(resources|table)/',
			'^nodes/shared/(fields|transport)/',
			'^nodes/shared/[^/]+$',
		]),
		only('editor', '^nodes/KallyAi/editor/', ['^nodes/KallyAi/(editor|table)/', '^nodes/shared/']),
		only('execute', '^nodes/KallyAi/execute/', [
			'^nodes/KallyAi/(execute|table)/',
			'^nodes/shared/',
		]),
		only('trigger', '^nodes/KallyAiTrigger/', [
			'^nodes/KallyAiTrigger/',
			'^nodes/KallyAi/(resources|table)/',
			'^nodes/shared/',
		]),
		only('cursor-knows-no-api', '^nodes/KallyAiTrigger/cursor/', [
			'^nodes/KallyAiTrigger/cursor/',
			'^nodes/shared/[^/]+$',
		]),
		only('credentials', '^credentials/', ['^nodes/KallyAi/resources/', '^nodes/shared/']),
	],
	options: {
		tsConfig: { fileName: 'tsconfig.json' },
		tsPreCompilationDeps: true,
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '\\.json$' },
	},
};
