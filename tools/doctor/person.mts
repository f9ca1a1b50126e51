import { createInterface } from 'node:readline';
import { createInterface as createQuestions } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** A line from a terminal; what is typed is not shown where it is secret. */
async function typed(question: string, isSecret: boolean): Promise<string> {
	let isMuted = false;
	const output = new Writable({
		write(chunk, _encoding, done) {
			if (!isMuted) process.stdout.write(chunk);
			done();
		},
	});
	const terminal = createQuestions({ input: process.stdin, output, terminal: true });
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

/** Asks the person who runs the doctor, or whatever is piped into it, a line for each question. */
export class Person {
	private piped?: ReturnType<typeof createInterface>;
	private lines?: AsyncIterator<string>;

	/** A line; empty where there is none. */
	async line(question: string, isSecret = false): Promise<string> {
		if (process.stdin.isTTY) return await typed(question, isSecret);
		process.stdout.write(`${question}\n`);
		this.piped ??= createInterface({ input: process.stdin });
		this.lines ??= this.piped[Symbol.asyncIterator]();
		const { value, done } = await this.lines.next();
		return done ? '' : value;
	}

	/** Whether the answer is yes. */
	async says(question: string): Promise<boolean> {
		return /^y(es)?$/i.test((await this.line(`${question} [y/N] `)).trim());
	}

	/** Reads no further, so that the program can end. */
	leave(): void {
		this.piped?.close();
	}
}
