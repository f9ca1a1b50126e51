import type { RunningSandbox } from './sandbox.mts';

const SEEDS = Array.from({ length: 20 }, (_, index) => `random:${index + 1}`);

/** The worlds that tests of outcomes run over, beside `kind`; others can be chosen by `WORLDS=harsh,random:any`. */
export const WORLDS = process.env.WORLDS?.split(',') ?? ['vendor', 'harsh', ...SEEDS];

/** Puts a sandbox's clock forward, again and again, until what is waited for has come. */
export async function meanwhile<T>(sandbox: RunningSandbox, work: Promise<T>): Promise<T> {
	let isOver = false;
	const end = () => void (isOver = true);
	work.then(end, end);
	while (!isOver) await sandbox.control('clock', { advanceMs: 10_000 });
	return await work;
}
