import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../lib/paths.mts';

/** Texts that people read, and where they stand. */
export interface Text {
	/** File, and line where it is known. */
	where: string;
	text: string;
	/** Whether it comes word for word out of the code: then `text` has `…` for what the code fills in. */
	fromCode: boolean;
}

/** Documents for users and contributors; the generated reference has the texts of the editor once more. */
const DOCUMENTS = ['*.md', 'docs/**/*.md', 'sandbox/*.md'];

/** Code whose texts people read: in the editor, in messages, in logs and in a terminal. */
const CODE = [
	'nodes/**/*.ts',
	'credentials/*.ts',
	'tools/*.mts',
	'tools/n8n/*.mts',
	'tools/doctor/{client,doctor,main,options,person,points,report,reportText,signIn,survey}.mts',
	'tools/doctor/{probes,steps}/*.mts',
	'bench/**/*.mts',
	'sandbox/*.mts',
];

/** Code whose comments are read as well: that of the published package. */
const COMMENTED = /^(?:nodes|credentials)\//;

/** A name, a path or a pattern is not a sentence. */
const WORDS_OF_A_SENTENCE = 3;

/** The text of a string or template, with `…` for what it fills in; undefined for other nodes. */
function literalOf(node: ts.Node): string | undefined {
	if (ts.isStringLiteralLike(node)) return node.text;
	if (!ts.isTemplateExpression(node)) return undefined;
	return [node.head.text, ...node.templateSpans.map(({ literal }) => `…${literal.text}`)].join('');
}

const isSentence = (text: string): boolean =>
	(text.match(/(?<![\w/.$<])[A-Za-z][a-z']+(?![\w/(=>])/g) ?? []).length >= WORDS_OF_A_SENTENCE;

/** The comments before the declarations and statements of a file. */
function commentsOf(source: ts.SourceFile, file: string): Text[] {
	const texts = new Map<number, Text>();
	const visit = (node: ts.Node): void => {
		for (const { pos, end } of ts.getLeadingCommentRanges(source.text, node.pos) ?? []) {
			const { line } = source.getLineAndCharacterOfPosition(pos);
			const comment = source.text
				.slice(pos, end)
				.replace(/^\s*(?:\/\*\*?|\/\/|\*(?!\/))|\*\/$/gm, '');
			const text = comment.replace(/\s+/g, ' ').trim();
			texts.set(pos, { where: `${file}:${line + 1}`, text, fromCode: true });
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return [...texts.values()];
}

function textsOfCode(file: string): Text[] {
	const source = ts.createSourceFile(
		file,
		readFileSync(join(ROOT, file), 'utf8'),
		ts.ScriptTarget.Latest,
		true,
	);
	const texts: Text[] = [];
	const visit = (node: ts.Node): void => {
		const text = literalOf(node);
		if (text !== undefined && isSentence(text)) {
			const { line } = source.getLineAndCharacterOfPosition(node.getStart());
			texts.push({ where: `${file}:${line + 1}`, text, fromCode: true });
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return COMMENTED.test(file) ? [...texts, ...commentsOf(source, file)] : texts;
}

/** Every text within a value of a workflow; expressions are code. */
function textsWithin(value: unknown): string[] {
	if (typeof value === 'string') return isSentence(value) && !value.startsWith('=') ? [value] : [];
	return typeof value === 'object' && value !== null
		? Object.values(value).flatMap(textsWithin)
		: [];
}

/** The sticky notes of the example workflows, and what their nodes tell people and models. */
function textsOfExample(file: string): Text[] {
	const { nodes } = JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as {
		nodes: Array<{ name: string; parameters: unknown }>;
	};
	return nodes.flatMap(({ name, parameters }) =>
		textsWithin(parameters).map((text) => ({
			where: `${file}: ${name}`,
			text,
			fromCode: false,
		})),
	);
}

/** Where the API contract describes something in words. */
const CONTRACT = 'openapi/kallyai.yaml';

/** Its summaries and descriptions. */
function textsOfContract(): Text[] {
	const lines = readFileSync(join(ROOT, CONTRACT), 'utf8').split('\n');
	return lines.flatMap((line, index) => {
		const [, text = ''] = /\b(?:summary|description): (.+?)(?: \}.*)?$/.exec(line) ?? [];
		return isSentence(text) ? [{ where: `${CONTRACT}:${index + 1}`, text, fromCode: true }] : [];
	});
}

const filesOf = (patterns: string[]): string[] =>
	patterns.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).sort();

/** Everything of this repository that people read. */
export function allTexts(): Text[] {
	return [
		...filesOf(DOCUMENTS).map((file) => ({
			where: file,
			text: readFileSync(join(ROOT, file), 'utf8'),
			fromCode: false,
		})),
		...filesOf(CODE).flatMap(textsOfCode),
		...filesOf(['examples/*.json']).flatMap(textsOfExample),
		...textsOfContract(),
	];
}
