import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import MarkdownIt, { type Token } from 'markdown-it';

const ROOT = path.resolve(import.meta.dirname, '../..');
const NOT_OURS = ['**/node_modules', '.cache', '**/.cache', 'dist'];

/** The text of a file of the repository. */
export const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** Every Markdown document of the repository, by its path in it. */
export const documents = globSync('**/*.md', { cwd: ROOT, exclude: NOT_OURS }).sort();

/** Documents with recipes. */
export const recipes = documents.filter((file) => path.dirname(file) === 'docs/recipes');

const markdown = new MarkdownIt({ html: true });

/** All pieces of a text, in order, those within a line after their line. */
const tokensIn = (text: string): Token[] =>
	markdown.parse(text, {}).flatMap((token) => [token, ...(token.children ?? [])]);

const tokensOf = (file: string): Token[] => tokensIn(read(file));

/** Text of a line without its markup. */
function plain({ children }: Token): string {
	return (children ?? [])
		.filter(({ type }) => ['text', 'code_inline', 'softbreak'].includes(type))
		.map(({ type, content }) => (type === 'softbreak' ? ' ' : content))
		.join('');
}

/** A block of code with its language. */
export interface Block {
	language: string;
	code: string;
}

/** The blocks of code in a document. */
export function blocksOf(file: string): Block[] {
	return tokensOf(file)
		.filter(({ type }) => type === 'fence')
		.map(({ info, content }) => ({ language: info.trim(), code: content }));
}

/** The pieces of code within the lines of a document. */
export function inlineCodeOf(file: string): string[] {
	return tokensOf(file)
		.filter(({ type }) => type === 'code_inline')
		.map(({ content }) => content);
}

/** Where a document's links and pictures lead. */
export function targetsOf(file: string): string[] {
	return tokensOf(file)
		.map((token) => token.attrGet('href') ?? token.attrGet('src'))
		.filter((target) => target !== null)
		.map(String);
}

/** The anchors of a document: those of its headings, as GitHub makes them, and those set in its HTML. */
export function anchorsOf(file: string): string[] {
	const given = new Map<string, number>();
	const set = tokensOf(file)
		.filter(({ type }) => type === 'html_inline')
		.flatMap(({ content }) => /^<a id="([^"]+)">$/.exec(content)?.[1] ?? []);
	const ofHeadings = headingsOf(file).map((heading) => {
		const anchor = heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
			.replaceAll(' ', '-');
		const before = given.get(anchor) ?? 0;
		given.set(anchor, before + 1);
		return before === 0 ? anchor : `${anchor}-${before}`;
	});
	return [...set, ...ofHeadings];
}

/** The text of a document's headings. */
export function headingsOf(file: string): string[] {
	const tokens = tokensOf(file);
	return tokens.filter((_, index) => tokens[index - 1]?.type === 'heading_open').map(plain);
}

/** What is in bold (`strong`) or in italics (`em`) in a document. */
export const emphasised = (file: string, by: 'strong' | 'em'): string[] =>
	emphasisedIn(read(file), by);

/** The same in a text. */
export function emphasisedIn(text: string, by: 'strong' | 'em'): string[] {
	const tokens = tokensIn(text);
	return tokens.flatMap((token, start) => {
		if (token.type !== `${by}_open`) return [];
		const end = tokens.findIndex(({ type }, index) => index > start && type === `${by}_close`);
		return plain({ children: tokens.slice(start, end) } as Token);
	});
}

/** The rows, cells without markup, of the tables whose head starts with these columns. */
export function tablesOf(file: string, ...columns: string[]): string[][] {
	const rows: string[][] = [];
	let wanted = false;
	let row: string[] = [];
	let inHead = false;
	for (const token of tokensOf(file)) {
		if (token.type === 'thead_open') inHead = true;
		if (token.type === 'thead_close') inHead = false;
		if (token.type === 'tr_open') row = [];
		if (token.type === 'inline') row.push(plain(token));
		if (token.type !== 'tr_close') continue;
		if (inHead) wanted = columns.every((column, index) => row[index] === column);
		else if (wanted) rows.push(row);
		// Text behind the table is none of its last row.
		row = [];
	}
	return rows;
}
