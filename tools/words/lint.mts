import { TextlintKernel, type TextlintKernelOptions } from '@textlint/kernel';
import markdown from '@textlint/textlint-plugin-markdown';
import type { TextlintRuleModule } from '@textlint/types';
import type { Text } from './texts.mts';
import { UNUSED_TERMS, VOCABULARY } from './vocabulary.mts';

/** A module of CommonJS as Node and as a compiler gives it. */
const unwrapped = <T,>(module: T): T => (module as { default?: T }).default ?? module;

/** A rule by the name of its package; these have no types. */
const ruleOf = async (name: string): Promise<TextlintRuleModule> =>
	unwrapped(unwrapped((await import(name)) as TextlintRuleModule));

const OPTIONS: Omit<TextlintKernelOptions, 'filePath'> = {
	ext: '.md',
	plugins: [{ pluginId: 'markdown', plugin: unwrapped(markdown) }],
	rules: [
		{
			ruleId: 'terminology',
			rule: await ruleOf('textlint-rule-terminology'),
			options: { defaultTerms: true, terms: VOCABULARY, exclude: UNUSED_TERMS, skip: [] },
		},
		{
			ruleId: 'write-good',
			rule: await ruleOf('textlint-rule-write-good'),
			// What is passive, wordy or weak is for an editor to judge.
			options: {
				passive: false,
				weasel: false,
				adverb: false,
				so: false,
				thereIs: false,
				eprime: false,
				tooWordy: false,
			},
		},
	],
};

const kernel = new TextlintKernel();

/** What is wrong with a text, each with where it stands and what to write instead. */
export async function problemsIn({ where, text, fromCode }: Text): Promise<string[]> {
	const { messages } = await kernel.lintText(text, { ...OPTIONS, filePath: 'text.md' });
	return messages.map(({ loc, message, ruleId }) => {
		const place = fromCode ? where : `${where}:${loc.start.line}`;
		return `${place}: ${message.replace(/\s+/g, ' ')} (${ruleId})`;
	});
}
