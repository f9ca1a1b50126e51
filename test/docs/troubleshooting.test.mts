import { globSync } from 'node:fs';

import ts from 'typescript';

import { OPTION_TITLES } from '../../nodes/shared/optionTitles';
import { read, tablesOf } from './markdown.mts';

/** Functions whose argument is a message, and what the code puts in front of it. */
const SAYING: Record<string, string> = {
	invalid: "'…' ",
	info: '',
	say: '',
	warn: '',
};

/** Classes of errors, and which argument of theirs is the message. */
const PLACES: Record<string, number> = { InputError: 0, ListError: 0, NodeOperationError: 1 };

/** Properties that hold a message for later. */
const KEPT = ['missed', 'warning'];

/** The title that an expression such as `OPTION_TITLES.timeout` stands for. */
function titleOf(node: ts.Expression): string | undefined {
	if (!ts.isPropertyAccessExpression(node)) return undefined;
	const titles: Record<string, string> = OPTION_TITLES;
	return node.expression.getText() === 'OPTION_TITLES' ? titles[node.name.text] : undefined;
}

/** A text of the code with `…` for what it fills in; both of two alternatives. */
function textsOf(node: ts.Node | undefined): string[] {
	if (node === undefined) return [];
	if (ts.isStringLiteralLike(node)) return [node.text];
	if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(textsOf);
	if (!ts.isTemplateExpression(node)) return [];
	const filledIn = node.templateSpans.map(
		({ expression, literal }) => `${titleOf(expression) ?? '…'}${literal.text}`,
	);
	return [[node.head.text, ...filledIn].join('')];
}

function messagesIn(node: ts.Node): string[] {
	const inside: string[] = [];
	ts.forEachChild(node, (child) => void inside.push(...messagesIn(child)));
	if (ts.isPropertyAssignment(node) && node.name.getText() === 'message') {
		return [...inside, ...textsOf(node.initializer)];
	}
	if (ts.isBinaryExpression(node) && ts.isPropertyAccessExpression(node.left)) {
		return KEPT.includes(node.left.name.text) ? [...inside, ...textsOf(node.right)] : inside;
	}
	if (ts.isNewExpression(node)) {
		const place = PLACES[node.expression.getText()];
		return place === undefined ? inside : [...inside, ...textsOf(node.arguments?.[place])];
	}
	if (ts.isCallExpression(node)) {
		const name = node.expression.getText().split('.').at(-1) ?? '';
		if (!Object.hasOwn(SAYING, name)) return inside;
		const before = SAYING[name];
		return [...inside, ...textsOf(node.arguments[0]).map((text) => `${before}${text}`)];
	}
	return inside;
}

/** Every message that the nodes can give, out of their code; one that is all filled in says nothing here. */
function messages(): string[] {
	const found = globSync('nodes/**/*.ts').flatMap((file) =>
		messagesIn(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true)),
	);
	return [...new Set(found)].filter((text) => /[a-z]{3}/.test(text)).sort();
}

const given = messages();
const explained = tablesOf('docs/troubleshooting.md', 'Message').map(([message]) => message);

test('every message of the nodes is explained', () => {
	expect(given.filter((message) => !explained.includes(message))).toEqual([]);
});

test('every message that is explained is one of the nodes', () => {
	expect(explained.filter((message) => !given.includes(message as string))).toEqual([]);
});

test('each is explained once', () => {
	expect(explained).toEqual([...new Set(explained)]);
});
