import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** A line from the terminal; what is typed is not shown where it is secret. Empty where nobody is there to type. */
export async function askLine(question: string, isSecret = false): Promise<string> {
	let isMuted = false;
	const output = new Writable({
		write(chunk, _encoding, done) {
			if (!isMuted) process.stdout.write(chunk);
			done();
		},
	});
	const terminal = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY });
	try {
		const answer = terminal.question(question);
		isMuted = isSecret;
		const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
		return await Promise.race([answer, closed]);
	} finally {
		terminal.close();
		if (isSecret) process.stdout.write('\n');
	}
}

/** Whether the person says yes. */
export async function askYes(question: string): Promise<boolean> {
	return /^y(es)?$/i.test((await askLine(`${question} [y/N] `)).trim());
}
