import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A text for the linter, and a word of what it should say instead. */
const REFUSED: Array<[text: string, instead: string]> = [
	['The assistant rings a business.', 'call'],
	['Have the assistant phone somebody.', 'call'],
	['Smaller numbers presumably come first.', 'presumably'],
	['Look whether it was done before.', 'Check whether'],
	['The movements of credits, each with what for.', 'credit transactions'],
	['Change the means of payment.', 'payment method'],
	['Give the number up for good.', 'permanently'],
	['The state of the goal is shown.', 'status of the goal'],
	['KallyAI answers with an error.', 'responds'],
	['Send an e-mail to the business.', 'email'],
	['Try it without ringing anybody.', 'calling'],
	['The trigger gives each event out once.', 'emit'],
	['The outcome stands in the table.', 'is in'],
	['Calls whom it did not reach.', 'who'],
	['Looking whether it was done.', 'Check whether'],
	['The rows of a time to come.', 'future'],
	['The request gives back the record.', 'return'],
	['The message may be taken up.', 'process'],
	['It is listed beside the number.', 'compared with'],
	['The key has to be a text.', 'must be'],
	['Sign in at Github.', 'GitHub'],
	['The the goal is cancelled.', 'repeated'],
];

/** What the linter prints of some texts, each in a file of its own, and whether it is content with all. */
async function judged(texts: string[]): Promise<{ passed: boolean; printed: string }> {
	const files = texts.map((_, index) => join(folder, `${index}.md`));
	for (const [index, file] of files.entries()) await writeFile(file, texts[index] ?? '');
	// Its rules are ES modules, which run in Node but not in a test.
	return await run(process.execPath, ['tools/run.mjs', 'tools/words.mts', ...files]).then(
		({ stdout }) => ({ passed: true, printed: stdout }),
		({ stdout }: { stdout: string }) => ({ passed: false, printed: stdout }),
	);
}

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'words-'))));
afterAll(async () => await rm(folder, { recursive: true }));

describe('texts with a mistake each', () => {
	let printed: string[];
	beforeAll(async () => {
		const all = await judged(REFUSED.map(([text]) => `# A page\n\n${text}\n`));
		printed = all.printed.split('\n');
		expect(all.passed).toBe(false);
		expect(all.printed).toMatch(new RegExp(`^0 passed, ${REFUSED.length} failed$`, 'm'));
	});

	test.each(REFUSED.map(([text, instead], index) => [text, instead, index] as const))(
		'%s is refused',
		(_text, instead, index) => {
			const place = `${join(folder, `${index}.md`)}:3:`;
			const problems = printed.filter((line) => line.startsWith(place));
			expect(problems.join('\n')).toContain(instead);
		},
	);
});

test('plain words pass, and so do names in code and calls that the assistant answers', async () => {
	const text =
		'KallyAI answers calls for you. `presumably` is code.\n\n```sh\necho rings a bell\n```\n';
	expect(await judged([text])).toEqual({ passed: true, printed: '1 passed, 0 failed\n' });
});

test('the texts of the editor, of messages, examples and documents are among what it reads', async () => {
	const { allTexts } = await import('../../tools/words/texts.mts');
	const texts = allTexts();
	const has = (where: RegExp, part: string) =>
		texts.some((one) => where.test(one.where) && one.text.includes(part));
	expect(has(/resources\/call\.ts/, 'What the assistant should accomplish on the call')).toBe(true);
	expect(has(/errors\/texts\.ts/, 'KallyAI never calls emergency numbers')).toBe(true);
	expect(has(/credentials/, 'Value of access_token from the KallyAI app')).toBe(true);
	expect(has(/examples\/daily-digest\.json/, '#')).toBe(true);
	expect(has(/examples\/phone-agent\.json/, 'This calls a real phone')).toBe(true);
	expect(has(/^README\.md$/, '# ')).toBe(true);
	expect(has(/^docs\/recipes\/calls\.md$/, '# ')).toBe(true);
	expect(has(/tools\/start\.mts/, 'Your workflows are kept for the next start')).toBe(true);
	expect(has(/fields\/values\.ts/, 'An IANA time zone name that the host knows.')).toBe(true);
	expect(has(/kallyai\.yaml/, 'Get the status of the channels')).toBe(true);
	expect(has(/doctor\/points\.mts/, 'An error in the response counts as one')).toBe(true);
});
