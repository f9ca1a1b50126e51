import { globSync } from 'node:fs';

import { parse } from 'yaml';

import { CODE_TEXTS } from '../../nodes/shared/errors/texts';
import { events } from '../../nodes/KallyAiTrigger/events';
import { anchorsOf, headingsOf, inlineCodeOf, read, tablesOf } from './markdown.mts';

const API = 'docs/api.md';
const DECISIONS = 'docs/decisions.md';
const CITING = [
	'{nodes,credentials,sandbox,test,bench,tools}/**/*.{ts,mts,mjs}',
	'openapi/*.yaml',
	'*.js',
];

/** Methods by path, as `openapi/kallyai.yaml` has them. */
const described = (
	parse(read('openapi/kallyai.yaml')) as { paths: Record<string, Record<string, unknown>> }
).paths;
const leftOut = tablesOf(API, 'Method', 'Path');

const upTo = (last: number) => Array.from({ length: last }, (_, index) => String(index + 1));
const firsts = (rows: string[][]) => rows.map(([first = '']) => first);

/** Every number that can be cited, by what stands in front of it in a citation. */
const CITABLE: Record<string, string[]> = {
	row: firsts(tablesOf(API, 'Row', 'Topic')),
	section: numbersOf(API),
	question: firsts(tablesOf(API, 'No.', 'Question')),
	decision: numbersOf(DECISIONS),
};

/** Numbers of a document's headings. */
function numbersOf(file: string): string[] {
	return headingsOf(file).flatMap((heading) => /^(\d+)\. /.exec(heading)?.[1] ?? []);
}

describe('what is known of the API', () => {
	test('its sections are numbered without a gap', () => {
		expect(CITABLE.section).toEqual(upTo(10));
	});

	test('each of the 51 disagreements has one row, in order, with its anchor', () => {
		expect(CITABLE.row).toEqual(upTo(51));
		const anchors = anchorsOf(API).filter((anchor) => anchor.startsWith('row-'));
		expect(anchors).toEqual(upTo(51).map((row) => `row-${row}`));
	});

	test('each row says what the sources say, what is sent, what is read and how sure it is', () => {
		const rows = tablesOf(API, 'Row', 'Topic', 'What the sources say', 'Sent', 'Read', 'How sure');
		expect(rows).toHaveLength(51);
		const known = ['recorded', 'compatible', 'one source', 'split', 'no sample'];
		const empty = rows
			.filter((cells) => cells.length < 6 || cells.includes('') || !known.includes(cells[5] ?? ''))
			.map(([row]) => row);
		expect(empty).toEqual([]);
	});

	test('the open questions are numbered without a gap', () => {
		expect(CITABLE.question).toEqual(CITABLE.question?.map((_, index) => `U${index + 1}`));
	});

	test('every path is one of the OpenAPI document, or said to be left out', () => {
		const paths = inlineCodeOf(API).flatMap((code) => code.match(/\/v1\/[\w/{}.-]+/g) ?? []);
		expect(paths.length).toBeGreaterThan(30);
		const known = [...Object.keys(described), ...leftOut.map(([, path]) => path)];
		expect(paths.filter((path) => !known.includes(path))).toEqual([]);
	});

	test('what is left out is not in the OpenAPI document', () => {
		expect(leftOut.length).toBeGreaterThan(0);
		const there = leftOut.filter(
			([method = '', path = '']) => described[path]?.[method.toLowerCase()],
		);
		expect(there).toEqual([]);
	});

	test('the counts of endpoints are those of the document', () => {
		const methods = Object.values(described).flatMap((item) =>
			Object.keys(item).filter((key) => ['get', 'post', 'put', 'patch', 'delete'].includes(key)),
		);
		const text = read(API);
		expect(text).toContain(`\`openapi/kallyai.yaml\` has ${methods.length}:`);
		expect(text).toContain(`${methods.length + leftOut.length} are published.`);
	});

	test('the codes of errors are those that the node has a text for', () => {
		const codes = tablesOf(API, 'HTTP').flatMap(([, ...cells]) =>
			cells.flatMap((cell) => cell.split(', ')).filter((code) => code !== ''),
		);
		expect(codes.sort()).toEqual(Object.keys(CODE_TEXTS).sort());
	});

	test('the events are those of the trigger, with their lists', () => {
		const told = tablesOf(API, 'Event', 'List').map(([name, list]) => ({ name, list }));
		const given = Object.values(events).map(({ name, list }) => ({
			name,
			list: list.request.path,
		}));
		expect(told).toHaveLength(given.length);
		expect(told).toEqual(expect.arrayContaining(given));
	});
});

test('no decision has the number of another', () => {
	expect(CITABLE.decision).toEqual([...new Set(CITABLE.decision)]);
	const [, next] = /next free number, which is (\d+)/.exec(read(DECISIONS)) ?? [];
	expect(Math.max(...(CITABLE.decision ?? []).map(Number))).toBe(Number(next) - 1);
});

/** Words in front of the numbers of a citation; the number of a question has a letter, a decision has no word. */
const WORDS: Record<string, string> = { row: 'row', rows: 'row', section: 'section' };

/** What a text cites, as `kind number`: "docs/api.md, rows 7 and 51" are `row 7` and `row 51`. */
function citationsIn(text: string): string[] {
	const unbroken = text.replace(/\n\s*(?:\*|\/\/|#)?\s*/g, ' ');
	const found = unbroken.matchAll(
		/docs\/(api|decisions)\.md, (?:(rows?|section) )?(U?\d+(?:(?:, | and | to )U?\d+)*)/g,
	);
	return [...found].flatMap(([, document, word = '', numbers = '']) =>
		(numbers.match(/U?\d+/g) ?? []).map((number) => {
			const inApi = number.startsWith('U') ? 'question' : (WORDS[word] ?? 'nothing');
			return `${document === 'api' ? inApi : 'decision'} ${number}`;
		}),
	);
}

test('citations are found in comments', () => {
	const comment = `
		/**
		 * Finds the rows (docs/api.md, section 5, and docs/api.md,
		 * rows 31 and 34).
		 */
		// See docs/api.md, U6; docs/decisions.md, 7 and 11. Not docs/api.md, 4.`;
	expect(citationsIn(comment)).toEqual([
		'section 5',
		'row 31',
		'row 34',
		'question U6',
		'decision 7',
		'decision 11',
		'nothing 4',
	]);
});

test('every citation leads to something', () => {
	const citable = Object.entries(CITABLE).flatMap(([kind, numbers]) =>
		numbers.map((number) => `${kind} ${number}`),
	);
	const files = globSync(CITING, { exclude: ['**/node_modules/**', 'test/docs/api.test.mts'] });
	const cited = files.flatMap((file) =>
		citationsIn(read(file)).map((citation) => ({ file, citation })),
	);
	expect(cited.length).toBeGreaterThan(0);
	expect(cited.filter(({ citation }) => !citable.includes(citation))).toEqual([]);
});
