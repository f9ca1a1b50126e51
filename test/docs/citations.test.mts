import { existsSync, globSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

import { anchorsOf, read } from './markdown.mts';

const SOURCES = globSync(
	['{nodes,credentials,sandbox,tools,test,bench}/**/*.{ts,mts,mjs}', 'gulpfile.js'],
	{ exclude: ['**/node_modules'] },
).sort();
/** Names of files that can be opened, wherever they lie. */
const NAMES = new Set(
	globSync(['*.*', '{.github,bench,credentials,docs,examples,host,nodes,openapi}/**/*.*'], {
		exclude: ['**/node_modules'],
	})
		.concat(SOURCES)
		.map((file) => path.basename(file)),
);

/** A path into the repository, or the name of a file, with or without an anchor. */
const CITED =
	/(?<![\w./@-])(?:(?:bench|credentials|docs|examples|host|icons|nodes|openapi|sandbox|test|tools)\/[\w./-]*\w\/?|[\w.-]+\.(?:json|md|mjs|mts|ts|yaml|yml))(?:#[\w-]+)?/g;
/** How documents were cited that only those could open who wrote the code. */
const PRIVATE = /\bcontract\s*[,(]|\bdesign decisions?\b|\bresearch\b|(?<!\.md, )\bsections? \d/gi;

/** The comments of a source, each once. */
function commentsOf(file: string, text: string): string[] {
	const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
	const found = new Map<number, string>();
	const visit = (node: ts.Node): void => {
		for (const { pos, end } of [
			...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
			...(ts.getTrailingCommentRanges(text, node.end) ?? []),
		]) {
			found.set(pos, text.slice(pos, end));
		}
		for (const child of node.getChildren(source)) visit(child);
	};
	visit(source);
	return [...found.values()];
}

/** Whether a reader who has the repository can open it. */
function canBeOpened(cited: string, citing: string): boolean {
	const [target = '', anchor] = cited.split('#');
	const beside = path.join(path.dirname(citing), target);
	if (!target.includes('/')) return existsSync(beside) || NAMES.has(target);
	if (!existsSync(target)) return false;
	return anchor === undefined || anchorsOf(target).includes(anchor);
}

/** What the comments of a source cite and a reader cannot open. */
function unopenable(file: string, text = read(file)): string[] {
	return commentsOf(file, text)
		.map((comment) => comment.replace(/\bhttps?:\/\/\S+/g, ''))
		.flatMap((comment) => [
			...(comment.match(CITED) ?? []).filter((cited) => !canBeOpened(cited, file)),
			...(comment.match(PRIVATE) ?? []),
		]);
}

test.each(SOURCES)('what the comments of %s cite can be opened', (file) => {
	expect(unopenable(file)).toEqual([]);
});

test.each([
	['/** As `docs/nothing.md` says. */', ['docs/nothing.md']],
	['// See docs/reliability.md#nothing-of-the-kind.', ['docs/reliability.md#nothing-of-the-kind']],
	['const one = 1; // nothing.json has more', ['nothing.json']],
	['/** Rows come in two forms (contract, section 8). */', ['contract,', 'section 8']],
	['/** Reads the bodies of the contract (section 7). */', ['contract (', 'section 7']],
	[
		'const one = {\n\t// By design decision 4, and by our research.\n};',
		['design decision', 'research'],
	],
	['/** docs/reliability.md, markdown.mts and https://example.org/nothing.md are there. */', []],
	["const text = 'docs/nothing.md (contract, section 8)';", []],
])('the check takes %j for what it is', (text, expected) => {
	expect(unopenable('test/docs/invented.mts', text)).toEqual(expected);
});
