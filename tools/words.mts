// The prose linter: every text that people read, against well-kept rules and this package's words.
// With files as arguments, only those. The last line counts: "N passed, N failed".
import { readFileSync } from 'node:fs';
import { problemsIn } from './words/lint.mts';
import { allTexts } from './words/texts.mts';

const files = process.argv.slice(2);
const texts =
	files.length > 0
		? files.map((file) => ({ where: file, text: readFileSync(file, 'utf8'), fromCode: false }))
		: allTexts();
let failed = 0;
for (const text of texts) {
	const problems = await problemsIn(text);
	if (problems.length > 0) failed += 1;
	for (const problem of problems) console.log(problem);
}
console.log(`${texts.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
