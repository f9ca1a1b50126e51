import type { Row } from '../../nodes/KallyAiTrigger/cursor/memory';
import fc from './property.mts';
import { type Answer, List, mixed, range, rows, Watch } from './watchedList.mts';

// A server that limits the bytes of a response: its pages differ in length.

export const TELLS: Record<string, Partial<Answer>> = {
	'a total': { total: (given) => given },
	has_more: { hasMore: (isMore) => isMore },
	neither: {},
};

export const ORDERS: Record<string, (all: Row[]) => Row[]> = {
	'newest first': (all) => all.toReversed(),
	'oldest first': (all) => all,
	'no order': mixed,
};

export interface History {
	/** Rows of a page: the one at an offset has as many as the entry of that number, going round. */
	lengths: number[];
	pageSize: number;
	follows: boolean;
	/** What the server does where there is nothing behind its last row. */
	behind: 'nothing' | 'refuses' | 'fails';
	/** Rows before the first poll. */
	count: number;
	/** Rows that have come before each of the next polls. */
	bursts: number[];
	/** Rows that a poll gives at most. */
	most: number;
}

/** Polls such a list until everything is given, and tells what was, in the order of the numbers. */
export async function play(
	order: string,
	tell: string,
	history: Partial<History>,
): Promise<number[]> {
	const {
		lengths = [24],
		pageSize = 5,
		follows = false,
		behind = 'nothing',
		count = 0,
		bursts = [],
		most = 10,
	} = history;
	let there = count;
	const before = (_request: number, { answer, asked }: List) => {
		const offset = Number(asked[asked.length - 1].split('@')[1]);
		answer.most = lengths[offset % lengths.length];
		if (behind === 'fails' && offset >= Math.max(1, there)) throw new Error('HTTP 500');
	};
	const all = rows(1, 600);
	const takes = (_limit: unknown, offset: number) =>
		behind !== 'refuses' || offset < Math.max(1, there);
	const list = new List([], { pageSize, follows, answer: { ...TELLS[tell], before, takes } });
	const watch = new Watch(list);
	const given: number[] = [];
	for (const burst of [0, ...bursts, ...Array<number>(50).fill(0)]) {
		there += burst;
		list.all = ORDERS[order](all.slice(0, there));
		given.push(...(await watch.news(most)));
		// Where nothing tells whether there is more, the pages have to have shown that they differ.
		if (tell === 'neither') fc.pre(watch.state?.learnt.uneven === true);
	}
	return given.sort((one, other) => one - other);
}

/** Numbers of the rows that have come since the first poll. */
export const numbersOf = ({ count = 0, bursts = [] }: Partial<History>): number[] => {
	const there = bursts.reduce((sum, burst) => sum + burst, count);
	return there === count ? [] : range(count + 1, there);
};
