/**
 * Generation (see CONTRIBUTING): what follows from the OpenAPI document and the table of operations is
 * made here and never edited by hand. `gulp generate` writes it, `gulp check` fails where it is out of
 * date. Both read the built table: run `npm run build` before.
 */
const {
	existsSync,
	readdirSync,
	readFileSync,
	mkdirSync,
	rmSync,
	writeFileSync,
} = require('node:fs');
const path = require('node:path');

const prettier = require('prettier');
const { parse } = require('yaml');

const SCHEMA_FOLDER = 'nodes/KallyAi/__schema__/v1.0.0';
const README = 'README.md';
const REFERENCE = 'docs/operations.md';
const API = 'docs/api.md';
const VERSION_FILE = 'nodes/shared/transport/version.ts';
const EXAMPLES = 'examples';
/** Schemas may hold themselves (a goal has sub-goals); n8n wants finite ones. */
const DEPTH = 6;

function readDocument() {
	return parse(readFileSync('openapi/kallyai.yaml', 'utf8'));
}

function readTable() {
	return require('./dist/nodes/KallyAi/resources').resources;
}

function follow(document, value) {
	if (!value?.$ref) return value;
	const names = value.$ref.slice(2).split('/');
	return follow(
		document,
		names.reduce((node, name) => node[name], document),
	);
}

/** A schema reduced to what the editor shows: types, properties, items. */
function outline(document, schema, depth = DEPTH) {
	const { type, properties, items } = follow(document, schema) ?? {};
	const types = [type].flat().filter((name) => name && name !== 'null');
	if (depth === 0) return { type: types[0] ?? 'string' };
	if (properties) {
		const members = Object.entries(properties).map(([name, member]) => [
			name,
			outline(document, member, depth - 1),
		]);
		return { type: 'object', properties: Object.fromEntries(members) };
	}
	if (items) return { type: 'array', items: outline(document, items, depth - 1) };
	return { type: types[0] ?? 'object' };
}

function documented(document, operationId) {
	const operation = Object.values(document.paths)
		.flatMap((item) => Object.values(item))
		.find((entry) => entry?.operationId === operationId);
	if (!operation) throw new Error(`openapi/kallyai.yaml has no operation ${operationId}`);
	return operation;
}

/** The JSON of an operation's response when all went well; undefined where it has none. */
function goodAnswer(document, { responses }) {
	const status = Object.keys(responses).find((code) => code.startsWith('2'));
	return follow(document, responses[status])?.content?.['application/json'];
}

/** What one output item of an operation looks like. */
function outputSchema(document, operationId, operation) {
	const { kind, from, rows } = operation.answer ?? {};
	if (from === 'body') {
		const names = ['fileName', 'mimeType', 'content'];
		return {
			type: 'object',
			properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
		};
	}
	const answer = follow(document, goodAnswer(document, documented(document, operationId))?.schema);
	if (!answer) {
		const name = operation.request.method === 'DELETE' ? 'deleted' : 'success';
		return { type: 'object', properties: { [name]: { type: 'boolean' } } };
	}
	const outlined = outline(document, answer);
	const row = rows && outlined.properties?.[rows]?.items;
	if (kind === 'list' && !row) {
		const arrays = Object.values(outlined.properties ?? {}).filter(({ items }) => items);
		return arrays.length === 1 ? arrays[0].items : outlined;
	}
	const record = row ?? outlined;
	if (operation.simplify?.usual !== 'always') return record;
	const kept = Object.keys(operation.simplify.members).map((name) => [
		name,
		record.properties[name] ?? { type: 'string' },
	]);
	return { type: 'object', properties: Object.fromEntries(kept) };
}

function schemaFiles() {
	const document = readDocument();
	const files = new Map();
	for (const [resource, { operations }] of Object.entries(readTable())) {
		for (const [name, operation] of Object.entries(operations)) {
			const schema = { ...outputSchema(document, `${resource}.${name}`, operation), version: 1 };
			files.set(
				path.join(SCHEMA_FOLDER, resource, `${name}.json`),
				`${JSON.stringify(schema, null, '\t')}\n`,
			);
		}
	}
	return files;
}

function byName(operations) {
	return Object.values(operations).sort((a, b) => a.name.localeCompare(b.name));
}

function table(columns, rows) {
	const lines = [columns, columns.map(() => '---'), ...rows];
	return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Every resource at a glance. */
function operationOverview() {
	const resources = Object.entries(readTable());
	const rows = resources.map(([resource, { name, description, operations }]) => [
		`[**${name}**](${REFERENCE}#${anchorOf(name)})`,
		description,
		byName(operations)
			.map((operation) => operation.name)
			.join(', '),
	]);
	const count = resources.flatMap(([, { operations }]) => Object.keys(operations)).length;
	return [
		`${resources.length} resources, ${count} operations. Parameters, scopes and sample outputs: [${REFERENCE}](${REFERENCE}).`,
		table(['Resource', 'What it is', 'Operations'], rows),
	].join('\n\n');
}

/** The anchor that GitHub gives a heading. */
function anchorOf(heading) {
	return heading
		.toLowerCase()
		.replace(/[^\w\- ]/g, '')
		.replaceAll(' ', '-');
}

/** A description of the editor, which may have links, as Markdown. */
function asMarkdown(text = '') {
	return text.replace(/<a href="([^"]+)">([^<]+)<\/a>/g, '[$2]($1)').replaceAll('|', '\\|');
}

/** Where in the editor a parameter stands and what it says. */
function parameterRow(field, operation) {
	const { property, required } = field;
	const { collectionName } = require('./dist/nodes/KallyAi/table/operation');
	const { standsAtTop } = require('./dist/nodes/KallyAi/table/fields');
	const { COLLECTION_TITLES } = require('./dist/nodes/KallyAi/editor/properties');
	const [collection] = COLLECTION_TITLES[collectionName(operation)];
	const choices = (property.options ?? []).map(({ name }) => name).join(', ');
	return [
		property.displayName,
		required ? 'yes' : standsAtTop(field) ? 'no' : `no, in ${collection}`,
		[asMarkdown(property.description), choices && `One of: ${choices}.`]
			.filter(Boolean)
			.join(property.description?.endsWith('.') ? ' ' : '. '),
	];
}

/** One item as the document shows it. */
function sampleOf(document, entry, { answer }) {
	const media = goodAnswer(document, entry);
	const example = media?.example ?? Object.values(media?.examples ?? {})[0]?.value;
	if (answer?.kind === 'file' || example === undefined) return undefined;
	if (answer?.kind !== 'list') return example;
	const rows = Array.isArray(example)
		? example
		: (example[answer.rows] ?? Object.values(example).find(Array.isArray));
	return rows?.[0];
}

/** The parameters and output of an operation, from the table and the document. */
function operationSection(document, resource, key, operation) {
	const { fieldsOf } = require('./dist/nodes/KallyAi/table/fields');
	const entry = documented(document, `${resource.key}.${key}`);
	const scopes = (entry.security ?? []).flatMap((way) => Object.values(way).flat());
	const fields = fieldsOf(operation);
	const sample = sampleOf(document, entry, operation);
	return [
		`### ${resource.name}: ${operation.name}`,
		`${operation.description.replace(/\.$/, '')}.`,
		...(operation.notice ? [operation.notice] : []),
		scopes.length > 0
			? `Scope: ${scopes.map((scope) => `\`${scope}\``).join(', ')}`
			: 'Scope: KallyAI publishes none.',
		...(fields.length > 0
			? [
					table(
						['Parameter', 'Required', 'What it is'],
						fields.map((field) => parameterRow(field, operation)),
					),
				]
			: []),
		...(sample === undefined
			? []
			: [
					'<details><summary>Sample output</summary>',
					`\`\`\`json\n${JSON.stringify(sample, null, 2)}\n\`\`\``,
					'</details>',
				]),
	].join('\n\n');
}

/** Every option once, by its title, with the values that it starts with. */
function optionTable() {
	const { optionsOf } = require('./dist/nodes/KallyAi/table/options');
	const options = new Map();
	for (const { operations } of Object.values(readTable())) {
		for (const { property } of Object.values(operations).flatMap(optionsOf)) {
			const known = options.get(property.displayName) ?? { ...property, defaults: new Set() };
			options.set(property.displayName, known);
			known.defaults.add(typeof property.default === 'object' ? '' : property.default);
		}
	}
	const rows = [...options.values()]
		.sort((a, b) => a.displayName.localeCompare(b.displayName))
		.map(({ displayName, description, hint, defaults }) => [
			displayName,
			asMarkdown(description ?? hint).replace(/ Defaults to \d+\./, ''),
			[...defaults].sort((a, b) => a - b).join(' or ') || '-',
		]);
	return table(['Option', 'What it does', 'Value when added'], rows);
}

function referenceFile() {
	const document = readDocument();
	const sections = Object.entries(readTable()).flatMap(
		([key, { name, description, operations }]) => [
			`## ${name}`,
			`${description}.`,
			...Object.entries(operations)
				.sort(([, a], [, b]) => a.name.localeCompare(b.name))
				.map(([operation, entry]) => operationSection(document, { key, name }, operation, entry)),
		],
	);
	const text = [
		'<!-- Made by gulp generate. -->',
		'# Operations',
		'The parameters and the output of each operation of the KallyAI node, and its options.',
		'## Options',
		'Under **Options** of the node, for the operations that have them. An option that is not added sets no limit, or has the default value of its operation.',
		optionTable(),
		...sections,
	].join('\n\n');
	return new Map([[REFERENCE, `${text}\n`]]);
}

/** What an example does: the first paragraph, below the heading, of the first sticky note in its file. */
function exampleDescription({ nodes }, file) {
	const note = nodes.find(({ type }) => type === 'n8n-nodes-base.stickyNote');
	const [, paragraph] = /^#[^\n]*\n+([^\n]+)/.exec(note?.parameters.content ?? '') ?? [];
	if (!paragraph) throw new Error(`${file} needs a first sticky note with a heading and a text`);
	return paragraph.replaceAll('|', '\\|');
}

/** The workflows to import, each with its picture. */
function exampleTable() {
	const files = readdirSync(EXAMPLES)
		.filter((name) => name.endsWith('.json'))
		.sort();
	const rows = files.map((name) => {
		const file = `${EXAMPLES}/${name}`;
		const workflow = JSON.parse(readFileSync(file, 'utf8'));
		const picture = `docs/images/examples/${path.basename(name, '.json')}.png`;
		return [
			`[${workflow.name}](${file})`,
			`${exampleDescription(workflow, file)} [Picture](${picture})`,
		];
	});
	return table(['Workflow', 'What it does'], rows);
}

/** Puts text between the two marks of a part of a document. */
function replacePart(text, name, content) {
	const start = `<!-- ${name}: made by gulp generate -->`;
	const end = `<!-- /${name} -->`;
	const [before, rest] = text.split(start);
	const [, after] = (rest ?? '').split(end);
	if (after === undefined) throw new Error(`The marks around the ${name} are missing`);
	return `${before}${start}\n\n${content}\n\n${end}${after}`;
}

function readmeFile() {
	const withOperations = replacePart(
		readFileSync(README, 'utf8'),
		'operations',
		operationOverview(),
	);
	return new Map([[README, replacePart(withOperations, 'examples', exampleTable())]]);
}

/** How the doctor settles each open point of the API. */
async function pointTable() {
	const { POINTS } = await import('./tools/doctor/points.mts');
	const { SWITCHES, WITHOUT_SWITCH } = await import('./sandbox/worlds.mts');
	const by = { reading: 'reading', writing: '`--write`', nothing: 'not possible' };
	const rows = Object.entries(POINTS).map(([name, point]) => {
		const hidden = Object.entries(point.hidden ?? {}).map(
			([reading, reason]) => `. Cannot be determined, _${reading}_: ${reason}`,
		);
		return [`\`${name}\``, SWITCHES[name].about, by[point.by], point.tells + hidden.join('')];
	});
	const others = Object.entries(WITHOUT_SWITCH).map(([where, reason]) => [
		'–',
		where,
		by.nothing,
		`Nothing to determine: ${reason}`,
	]);
	return table(['Point', 'Where', 'By', 'How'], [...rows, ...others]);
}

async function apiFile() {
	const text = replacePart(readFileSync(API, 'utf8'), 'points', await pointTable());
	return new Map([[API, text]]);
}

/** The package's version for the sources: what is published has no package.json where they could read it. */
function versionFile() {
	const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
	const text = `/** Version of the package, generated by gulp. */\nexport const VERSION = '${version}';\n`;
	return new Map([[VERSION_FILE, text]]);
}

async function formatted(files) {
	const options = await prettier.resolveConfig(path.resolve('package.json'));
	const entries = [...files].map(async ([file, content]) => [
		file,
		file.endsWith('.md') ? content : await prettier.format(content, { ...options, filepath: file }),
	]);
	return new Map(await Promise.all(entries));
}

async function generated() {
	return await formatted(
		new Map([
			...schemaFiles(),
			...readmeFile(),
			...referenceFile(),
			...(await apiFile()),
			...versionFile(),
		]),
	);
}

function existingSchemas() {
	if (!existsSync(SCHEMA_FOLDER)) return [];
	return readdirSync(SCHEMA_FOLDER, { recursive: true })
		.filter((name) => name.endsWith('.json'))
		.map((name) => path.join(SCHEMA_FOLDER, name));
}

async function generate() {
	const files = await generated();
	rmSync(SCHEMA_FOLDER, { recursive: true, force: true });
	for (const [file, content] of files) {
		mkdirSync(path.dirname(file), { recursive: true });
		writeFileSync(file, content);
	}
}

async function check() {
	const files = await generated();
	const stale = [...files]
		.filter(([file, content]) => !existsSync(file) || readFileSync(file, 'utf8') !== content)
		.map(([file]) => file);
	const left = existingSchemas().filter((file) => !files.has(file));
	if (stale.length + left.length > 0) {
		throw new Error(
			`Run "npm run build && npm run generate"; out of date: ${[...stale, ...left].join(', ')}`,
		);
	}
}

module.exports = { generate, check, default: generate };
