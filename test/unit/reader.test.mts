import { type Row } from '../../nodes/KallyAiTrigger/cursor/memory';
import { ListError } from '../../nodes/KallyAiTrigger/cursor/reader';
import { type Learnt, type ListState, nothingSeen } from '../../nodes/KallyAiTrigger/cursor/state';
import {
	HOUR,
	NOW,
	TOLERANCE,
	type Answer,
	List,
	Watch,
	numberOf,
	range,
	row,
	rows,
	shuffled,
	timeless,
	timeOf,
} from '../support/watchedList.mts';
import { type History, numbersOf, play } from '../support/unevenList.mts';

/** A first look at a list. */
const first = async (list: List): Promise<Watch> => {
	const watch = new Watch(list);
	await watch.news();
	return watch;
};

/** A state in which rows up to this number are known, and what was learnt. */
const knowing = (upTo: number, learnt: Learnt = {}, more: Partial<ListState> = {}): ListState => ({
	...nothingSeen(''),
	back: timeOf(upTo) - TOLERANCE,
	floor: [timeOf(upTo) + 1, ''],
	learnt,
	...more,
});

/** A row that is open, or in the status in which it ends. */
const call = (number: number, isOpen = true): Row =>
	row(number, {
		status: isOpen ? 'open' : 'done',
		key: `${isOpen ? 'o' : 'd'}${String(number).padStart(6, '0')}`,
		open: isOpen,
		again: isOpen,
	});

const calls = (from: number, to: number, open: number[] = []): Row[] =>
	range(from, to).map((number) => call(number, open.includes(number)));

const failed = async (watch: Watch): Promise<unknown> => await watch.news().catch((error) => error);

describe('a list that comes whole', () => {
	test('is read by one request', async () => {
		const list = new List(rows(7, 1), { offset: false, answer: { serverNow: NOW - 1 } });
		const { look, numbers } = await first(list);
		expect([list.asked, numbers]).toEqual([['10@'], range(7, 1)]);
		expect(look).toMatchObject({
			whole: true,
			incomplete: false,
			urgent: false,
			now: NOW - 1,
			newest: timeOf(7),
			oldest: timeOf(1),
			learnt: { order: 'newest', limit: 10, count: 7, whole: 7, total: undefined },
		});
		expect([look.warning, look.missed, look.since, look.old.size]).toEqual([
			undefined,
			undefined,
			undefined,
			0,
		]);
		expect([-1e15, 1e15].map(look.passed)).toEqual([true, true]);
	});

	test('is asked for without a limit where it is said to come so', async () => {
		const list = new List(rows(7, 1), { pageSize: undefined, offset: undefined });
		const { look } = await first(list);
		expect(list.asked).toEqual(['@']);
		expect(look.whole).toBe(true);
		expect(look.learnt).not.toHaveProperty('limit');
	});

	test('may be empty', async () => {
		const { look, list } = await first(new List([]));
		expect(list.asked).toEqual(['10@']);
		expect(look).toMatchObject({ rows: [], whole: true, incomplete: false, now: NOW });
		expect([look.newest, look.oldest, look.since, look.warning]).toEqual(Array(4).fill(undefined));
		expect(look.passed(0)).toBe(true);
	});

	test('may say no times', async () => {
		const { look } = await first(new List([timeless(1), timeless(2)]));
		expect([look.newest, look.oldest, look.whole]).toEqual([undefined, undefined, true]);
	});

	test('gives what has come since by one more request', async () => {
		const watch = await first(new List(rows(4, 1), { offset: false }));
		watch.list.all.unshift(row(6), row(5));
		expect(await watch.news()).toEqual([6, 5]);
		expect(watch.list.asked).toEqual(['10@']);
		expect(await watch.news()).toEqual([]);
	});

	test.each([
		['ahead of the clocks', NOW + HOUR, NOW + 2 * HOUR, NOW + HOUR],
		['ahead of the host', NOW + HOUR, NOW - 5, NOW - 5],
		['ahead of the server', NOW - 5, NOW + HOUR, NOW - 5],
	])('has its newest time no later than now: %s', async (_what, serverNow, host, newest) => {
		const list = new List([row(2, { time: NOW + 9 * HOUR }), row(1)], {
			host,
			answer: { serverNow },
		});
		expect((await first(list)).look).toMatchObject({ newest, now: serverNow });
	});
});

describe('a limit that the server does not take', () => {
	test.each<[number, number, string[]]>([
		[200, 100, ['200@', '100@']],
		[100, 50, ['100@', '50@']],
		[60, 20, ['60@', '50@', '20@']],
		[50, 10, ['50@', '20@', '10@']],
		[15, 0, ['15@', '10@', '@']],
	])('of %d makes place for %d, now and later', async (pageSize, taken, asked) => {
		const takes = (limit = 0) => limit <= taken;
		const watch = await first(new List(rows(4, 1), { pageSize, offset: false, answer: { takes } }));
		expect(watch.list.asked).toEqual(asked);
		expect(watch.state?.learnt.limit).toBe(taken);
		expect(await watch.asks()).toEqual([`${taken || ''}@`]);
		expect(watch.look.whole).toBe(true);
	});
});

describe('a first look', () => {
	test('reads the newest rows, as far as something late may come', async () => {
		const list = new List(rows(90, 1));
		const { look, numbers } = await first(list);
		expect(list.asked).toEqual(['10@']);
		expect(numbers).toEqual(range(90, 81));
		expect(look).toMatchObject({
			whole: false,
			oldest: timeOf(81),
			learnt: { order: 'newest', limit: 10 },
		});
		expect(look.learnt).not.toHaveProperty('count');
		expect(look.learnt).not.toHaveProperty('whole');
		expect([0, 1].map((ms) => look.passed(timeOf(81) + TOLERANCE + ms))).toEqual([false, true]);
	});

	test.each([
		[0, ['10@', '10@8']],
		[1, ['10@']],
	])('reads back by twice the tolerance: %d ms more', async (ms, asked) => {
		const apart = (2 * TOLERANCE) / 9;
		const near = range(9, 0).map((number) => row(number, { time: NOW - (9 - number) * apart }));
		near[9]!.time! -= ms;
		const list = new List([
			...near,
			...rows(5000, 4900).map((one) => ({ ...one, id: `x${one.id}` })),
		]);
		await first(list);
		expect(list.asked).toEqual(asked);
	});

	test('reads all where rows may be open', async () => {
		const list = new List(calls(25, 1), { follows: true });
		const { look, numbers } = await first(list);
		expect(list.asked).toEqual(['10@', '10@8', '10@16', '10@25']);
		expect([numbers, look.whole]).toEqual([range(25, 1), true]);
	});

	test.each([
		['the oldest first', rows(1, 25), 'oldest'],
		['in no order', shuffled(1, 25), 'none'],
		['without times', range(1, 25).map(timeless), undefined],
	])('reads all of a list that is %s, once', async (_what, all, order) => {
		const list = new List(all);
		const { look, numbers } = await first(list);
		expect(numbers).toEqual(all.map(numberOf));
		expect(list.asked).toEqual(['10@', '10@8', '10@16', '10@25']);
		expect(look).toMatchObject({ whole: true, incomplete: false });
		expect(look.learnt.order).toBe(order);
		expect(look.learnt).toMatchObject({ size: 10, offset: true, count: 25, limit: 10 });
		expect(look.learnt).not.toHaveProperty('whole');
	});

	test('of the newest rows may end before it has read far enough', async () => {
		const list = new List(calls(90, 1), { follows: true, lasts: 3 });
		const { look, numbers } = await first(list);
		expect(list.asked).toHaveLength(3);
		expect(numbers).toEqual(range(90, 65));
		expect(look.whole).toBe(false);
	});

	test('of other rows may not', async () => {
		const error = await failed(new Watch(new List(rows(1, 90), { lasts: 3 })));
		expect(error).toBeInstanceOf(ListError);
		expect(error).toMatchObject({
			name: 'ListError',
			message: 'The list could not be read far enough within one poll',
			advice:
				'The next poll tries again. If this persists, KallyAI is slow or too much has arrived since the last poll. Changing a filter starts from now.',
		});
	});

	test('asks once, however little time there is', async () => {
		const list = new List(rows(4, 1), { lasts: 0, offset: false });
		expect((await first(list)).look.whole).toBe(true);
	});

	test('ends after a thousand requests where the list does not', async () => {
		let number = 0;
		const before = (_request: number, list: List) => {
			list.all = range(1, 10).map(() => timeless(number++));
		};
		const list = new List([], { answer: { before, begin: () => 0 } });
		expect(await failed(new Watch(list))).toBeInstanceOf(ListError);
		expect(list.asked).toHaveLength(1000);
	});

	test('that is given no rows, though there are some, counts those from before now as old', async () => {
		const none = { most: 0, serverNow: NOW - 5 };
		const warning = 'KallyAI reports rows, but returned none: rows from before now count as old';
		for (const says of [{ total: () => 3 }, { hasMore: () => true }]) {
			const { look } = await first(new List([], { answer: { ...none, ...says } }));
			expect(look).toMatchObject({ since: NOW - 5, warning });
		}
		const ahead = { ...none, serverNow: NOW + 5, total: () => 3 };
		const watch = await first(new List([], { answer: ahead }));
		expect(watch.look.since).toBe(NOW);
		const later = new Watch(watch.list, knowing(3));
		await later.news();
		expect(later.look.since).toBeUndefined();
	});
});

/** What the server may do to the rows when the request of this number comes. */
const removing =
	(count: number, ...at: number[]) =>
	(request: number, list: List) => {
		if (at.includes(request)) list.all = list.all.slice(count);
	};

/** Offsets in the requests for pages of ten, as the first one has none. */
const pagesAt = (...offsets: number[]): string[] => ['10@', ...offsets.map((at) => `10@${at}`)];

/** Offsets that go on by the same step. */
const steps = (from: number, to: number, step = 8): number[] =>
	Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/** Rows of one time. */
const tied = (from: number, to: number): Row[] =>
	range(from, to).map((number) => row(number, { time: timeOf(50) }));

const NO_PAGES = { begin: () => 0 };

describe('further pages', () => {
	test('share a quarter of their rows, and are read side by side once several had to be', async () => {
		const list = new List(shuffled(1, 99));
		const { numbers } = await first(list);
		expect(numbers).toEqual(shuffled(1, 99).map(numberOf));
		// What is read beyond the end is asked for once more right after it: the last page may have been a short one.
		expect(list.asked).toEqual(pagesAt(...steps(8, 120), 99));
		expect(list.atOnce).toBe(4);
	});

	test('share no more than ten rows', async () => {
		const list = new List(shuffled(1, 99), { pageSize: 60 });
		await first(list);
		expect(list.asked).toEqual(['60@', '60@50', '60@99']);
	});

	test('share none where the server rounds offsets to whole pages', async () => {
		const begin = (offset: number, size: number) => Math.floor(offset / size) * size;
		const watch = await first(new List(shuffled(1, 35), { answer: { begin } }));
		expect(watch.list.asked).toEqual(pagesAt(8, 10, 20, 30, 35, 40));
		expect(watch.numbers).toHaveLength(35);
		expect(await watch.asks()).toEqual(pagesAt(10, 20, 30, 40, 35, 40));
		expect(watch.look.learnt).not.toHaveProperty('untrue');
	});

	test('are read up to one that has nothing new, and known rows only where the list is not longer', async () => {
		const watch = await first(new List(rows(7, 1)));
		expect([watch.list.asked, watch.look.whole]).toEqual([['10@'], false]);
		watch.list.all.unshift(row(8));
		expect(await watch.news()).toEqual([8]);
		expect(watch.list.asked).toEqual(pagesAt(6));
		expect(watch.look).toMatchObject({ whole: true, learnt: { count: 8, whole: 8 } });
		expect(await watch.asks()).toEqual(['10@']);
		expect(watch.look.whole).toBe(true);
	});

	test('have the size that the server gives', async () => {
		const watch = await first(new List(rows(90, 1), { answer: { most: 7 } }));
		watch.list.all.unshift(...rows(110, 91));
		expect(await watch.news()).toEqual(range(110, 91));
		expect(watch.list.asked).toEqual(pagesAt(...steps(6, 24, 6)));
		expect(watch.state?.learnt.size).toBe(7);
	});

	test('are read as far as something new comes', async () => {
		const watch = await first(new List(rows(90, 1)));
		watch.list.all.unshift(...rows(92, 91));
		expect(await watch.news()).toEqual([92, 91]);
		expect(watch.list.asked).toEqual(pagesAt(8));
		watch.list.all.unshift(...rows(120, 93));
		expect(await watch.news()).toEqual(range(120, 93));
		expect(watch.list.asked).toEqual(pagesAt(...steps(8, 32)));
		expect(await watch.news()).toEqual([]);
		expect(watch.list.asked).toEqual(['10@']);
	});

	test('that are refused far inside of a list are read by a larger one', async () => {
		const takes = (_limit: unknown, offset: number) => offset < 30;
		const { list, look, numbers } = await first(new List(shuffled(1, 45), { answer: { takes } }));
		expect(list.asked.slice(0, 6)).toEqual([...pagesAt(8, 16, 24, 32), '40@']);
		expect(numbers).toHaveLength(45);
		expect(look).toMatchObject({ whole: true, learnt: { offset: true } });
		expect(look.learnt).not.toHaveProperty('stuck');
	});

	test('may have a short one among them', async () => {
		const before = (request: number, { answer }: List) => {
			answer.most = request === 4 ? 6 : 10;
		};
		const { list, look, numbers } = await first(new List(shuffled(1, 60), { answer: { before } }));
		expect(list.asked.slice(0, 7)).toEqual(pagesAt(8, 16, 24, 32, 30, 38));
		expect([numbers.length, look.whole, look.incomplete]).toEqual([60, true, false]);
	});

	test.each([
		[0, 18],
		[1, 60],
	])('with fewer rows than they share are from another time: %d', async (most, seen) => {
		const before = (request: number, { answer }: List) => {
			answer.most = request === 3 ? most : 10;
		};
		const { look, numbers } = await first(new List(shuffled(1, 60), { answer: { before } }));
		expect([numbers.length, look.whole, look.incomplete]).toEqual([seen, false, true]);
	});

	test.each([25, 20, 10])(
		'end where a server refuses to start behind the last of %d rows',
		async (count) => {
			const takes = (_limit: unknown, offset: number) => offset < count;
			const watch = await first(new List(rows(count, 1), { follows: true, answer: { takes } }));
			expect(watch.list.asked.at(-1)).toBe(`10@${count}`);
			expect([watch.numbers, watch.look.whole]).toEqual([range(count, 1), true]);
			watch.list.all.unshift(row(count + 1));
			expect(await watch.news()).toEqual([count + 1]);
			expect(watch.look).not.toHaveProperty('missed');
		},
	);

	test.each([25, 20, 10, 45])(
		'end where a server fails behind the last of %d rows',
		async (count) => {
			const before = (_request: number, { asked, all }: List) => {
				if (Number(asked.at(-1)?.split('@')[1]) >= all.length) throw new Error('HTTP 500');
			};
			const watch = await first(new List(rows(count, 1), { follows: true, answer: { before } }));
			expect([watch.numbers, watch.look.whole]).toEqual([range(count, 1), true]);
			watch.list.all.unshift(row(count + 1));
			expect(await watch.news()).toEqual([count + 1]);
		},
	);

	test.each<[string, Answer, number[]]>([
		['the total', { total: (count) => count }, [8, 16]],
		['has_more', { hasMore: (isMore) => isMore }, [8, 16]],
		['nothing', {}, [8, 16, 25]],
	])('end at a short page where %s says so', async (_what, answer, offsets) => {
		const { list, look } = await first(new List(rows(25, 1), { follows: true, answer }));
		expect(list.asked).toEqual(pagesAt(...offsets));
		expect(look.whole).toBe(true);
	});

	test('end where a server fails behind its only row', async () => {
		const before = (_request: number, { asked }: List) => {
			if (asked.at(-1) === '10@1') throw new Error('HTTP 500');
		};
		const { numbers, look } = await first(new List(rows(1, 1), { answer: { before } }));
		expect([numbers, look.whole]).toEqual([[1], true]);
	});

	test.each<[string, Answer, (list: List) => void]>([
		['ignores offsets', NO_PAGES, () => {}],
		['has other rows there by then', {}, (list) => list.all.splice(0, 12, ...rows(60, 49))],
	])('fail where a server fails behind its last row and %s', async (_what, answer, change) => {
		const before = (_request: number, list: List) => {
			if (list.asked.at(-1)?.endsWith('@12') !== true) return;
			change(list);
			throw new Error('HTTP 500');
		};
		const list = new List(rows(12, 1), {
			follows: true,
			pageSize: 12,
			answer: { ...answer, before },
		});
		const learnt: Learnt = { aligned: true, size: 12, offset: true };
		await expect(new Watch(list, knowing(12, learnt, { back: 0 })).news()).rejects.toThrow(
			'HTTP 500',
		);
	});

	test('fail where a server fails, be it behind a page that was the last one', async () => {
		const before = (_request: number, { asked }: List) => {
			if (asked.length > 3) throw new Error('HTTP 500');
		};
		const list = new List(rows(25, 1), { follows: true, answer: { before } });
		await expect(new Watch(list).news()).rejects.toThrow('HTTP 500');
		const has_more = new List(rows(25, 1), {
			follows: true,
			answer: { hasMore: () => true, before },
		});
		await expect(new Watch(has_more).news()).rejects.toThrow('HTTP 500');
		expect(has_more.asked).toHaveLength(4);
	});

	test('end after two that have nothing new, as where a server gives its last page again', async () => {
		const begin = (offset: number, size: number) => Math.min(offset, 30 - size);
		const { list, look } = await first(new List(shuffled(1, 30), { answer: { begin } }));
		expect(list.asked).toEqual(pagesAt(...steps(8, 56)));
		expect(look.whole).toBe(true);
	});

	test('end after two that have nothing new', async () => {
		const again = shuffled(11, 20);
		const all = [...shuffled(1, 20), ...again, ...shuffled(30, 55)];
		const once = await first(new List(all));
		expect(once.numbers).toHaveLength(46);
		expect(once.look.learnt).not.toHaveProperty('aligned');
		const twice = new List([...shuffled(1, 20), ...again, ...again, ...again, row(77)]);
		const error = await failed(new Watch(twice));
		expect(error).toMatchObject({ advice: 'Choose a filter that makes the list shorter.' });
	});
});

describe('rows that are removed while pages are read', () => {
	test('make the next page share none: the rows between are read again', async () => {
		const before = removing(6, 3);
		const { list, numbers, look } = await first(new List(shuffled(1, 60), { answer: { before } }));
		expect(list.asked.slice(0, 6)).toEqual(pagesAt(8, 16, 9, 17, 25));
		expect([numbers.length, look.whole, look.incomplete]).toEqual([60, true, false]);
	});

	test('are found where a short page is left', async () => {
		const before = removing(7, 3);
		const { numbers } = await first(new List(shuffled(1, 25), { answer: { before } }));
		expect(numbers).toHaveLength(25);
	});

	test('may do so again later', async () => {
		const before = removing(6, 3, 6);
		const { numbers, look } = await first(new List(shuffled(1, 99), { answer: { before } }));
		expect([numbers.length, look.whole, look.incomplete]).toEqual([99, true, false]);
	});

	test('leave a hole where that page shares none either', async () => {
		const before = removing(30, 3, 4);
		const watch = await first(new List(shuffled(1, 90), { answer: { before } }));
		expect(watch.look).toMatchObject({ whole: false, incomplete: true });
		expect(watch.look.passed(1e15)).toBe(false);
	});
});

describe('rows that are added while pages are read', () => {
	test('move the others to the next page', async () => {
		const before = (request: number, list: List) => {
			if (request === 3) list.all = [...rows(105, 100), ...list.all];
		};
		const { numbers, look } = await first(new List(shuffled(1, 60), { answer: { before } }));
		expect([numbers.length, look.whole, look.incomplete]).toEqual([60, true, false]);
	});
});

describe('rows of one time', () => {
	const all = [...rows(90, 60), ...tied(59, 30), ...rows(29, 1)];
	const torn = pagesAt(...steps(8, 56));

	test('are read again where a page ends among them, until nothing new comes', async () => {
		const state = knowing(59, { offset: true, order: 'newest', size: 10 }, { back: timeOf(40) });
		const watch = new Watch(new List(all), state);
		await watch.news();
		expect(watch.list.asked).toEqual([
			...torn,
			...steps(28, 52).map((at) => `10@${at}`),
			...steps(24, 48).map((at) => `10@${at}`),
			...steps(30, 54).map((at) => `10@${at}`),
		]);
	});

	test('are not where the total says that all were found', async () => {
		const learnt: Learnt = { offset: true, order: 'newest', size: 10, total: 59 };
		const list = new List(all, { answer: { total: (count) => count } });
		const watch = new Watch(list, knowing(59, learnt, { back: timeOf(40) }));
		await watch.news();
		expect(list.asked).toEqual(torn);
	});

	test('are read again but for a page that is refused then', async () => {
		const state = knowing(59, { offset: true, order: 'newest', size: 10 }, { back: timeOf(40) });
		const takes = (_limit: unknown, offset: number) => offset !== 28;
		const watch = new Watch(new List(all, { answer: { takes } }), state);
		expect(await watch.asks()).toHaveLength(torn.length + 3 * 4);
	});

	test('are not where the whole list has as many as the total', async () => {
		const list = new List(tied(1, 45), { answer: { total: () => 45 } });
		expect((await first(list)).look.whole).toBe(true);
		expect(list.asked).toEqual(pagesAt(...steps(8, 56)));
	});

	test('are not where all of them are known', async () => {
		const learnt: Learnt = { offset: true, order: 'newest', size: 10 };
		const watch = new Watch(new List(all), knowing(90, learnt, { back: timeOf(40) }));
		expect(await watch.asks()).toEqual(torn);
	});

	test('are where an open row is gone', async () => {
		const learnt: Learnt = { offset: true, order: 'newest', size: 10, total: 90 };
		const open = { [call(95).id]: [timeOf(50), 'open'] as [number, string] };
		const list = new List(all, { answer: { total: () => 90 } });
		const watch = new Watch(list, knowing(90, learnt, { back: timeOf(40), open }));
		expect((await watch.asks()).length).toBe(torn.length + 8 * 4);
	});

	test('that change places are found by that', async () => {
		// The first time round the rows of one time stand the other way, behind the first page.
		const before = (request: number, list: List) => {
			const turned = request % 2 === 0;
			list.all = turned ? tied(1, 45) : [...tied(1, 10), ...tied(45, 11)];
		};
		const list = new List([], { answer: { before, total: () => 45 } });
		const { numbers, look } = await first(list);
		expect(new Set(numbers)).toEqual(new Set(range(1, 45)));
		expect(look).toMatchObject({ whole: true, incomplete: false });
	});

	test('are looked for eight times at most', async () => {
		const list = new List(tied(1, 45), { answer: { total: (count) => count + 1 } });
		const watch = await first(list);
		expect(list.asked).toHaveLength(49);
		expect(watch.look).toMatchObject({ incomplete: true, whole: false });
	});

	test('are looked for eight times even where each time something new comes', async () => {
		const before = (request: number, list: List) => {
			if (request > 4)
				list.all = [...list.all.slice(0, 12), row(1000 + request), ...list.all.slice(13)];
		};
		const list = new List(shuffled(1, 20), { answer: { before, total: () => 1000 } });
		const watch = new Watch(list, knowing(20, { order: 'none' }));
		await watch.news();
		expect(list.asked).toHaveLength(4 + 8 * 2);
	});

	test('are looked for three times where nothing says how many there are', async () => {
		const { list, look } = await first(new List(tied(1, 45)));
		expect(list.asked).toHaveLength(24);
		expect(look).toMatchObject({ incomplete: false, whole: true });
	});
});

describe('a page that has rows of before', () => {
	test('is not the first one again where it is shorter', async () => {
		const before = (request: number, list: List) => {
			if (request === 2) list.all = [...rows(138, 131), row(30), row(29)];
		};
		const list = new List(rows(30, 1), { answer: { before } });
		const watch = new Watch(list, knowing(5, { order: 'newest' }));
		expect(await watch.asks()).toEqual(pagesAt(8, 10));
		expect(watch.look.learnt).not.toHaveProperty('aligned');
		expect(watch.look.learnt).not.toHaveProperty('stuck');
	});

	test('is not the first one again where it does not begin with the same row', async () => {
		const before = (request: number, list: List) => {
			if (request === 3) list.all = [...rows(115, 101), ...list.all];
		};
		const list = new List(rows(90, 1), { answer: { before } });
		const watch = new Watch(list, knowing(60, { order: 'newest' }));
		await watch.news();
		expect(watch.look.learnt).toMatchObject({ offset: true });
		expect(watch.look.learnt).not.toHaveProperty('aligned');
	});
});

describe('a total of more rows than were found', () => {
	test('is no reason to read again what the first page had', async () => {
		const list = new List(shuffled(1, 10), { answer: { total: () => 12 } });
		const watch = new Watch(list, knowing(10, { order: 'none', offset: true }));
		expect(await watch.asks()).toEqual(pagesAt(8, 10));
		expect(watch.look.incomplete).toBe(true);
	});

	test('is none where further offsets lead nowhere', async () => {
		const begin = (offset: number) => (offset > 10 ? 0 : offset);
		const list = new List(shuffled(1, 30), { answer: { begin, most: 10, total: () => 30 } });
		const watch = new Watch(list, knowing(40, { order: 'none' }));
		expect(await watch.asks()).toEqual([...pagesAt(8, 16, 18, 28), '40@']);
		expect(watch.look.learnt).not.toHaveProperty('offset');
	});
});

describe('a list without pages', () => {
	test.each([
		['ignores offsets', NO_PAGES, pagesAt(8, 10)],
		['refuses offsets', { takes: (_limit: unknown, offset: number) => offset === 0 }, pagesAt(8)],
	])('that %s is read by larger answers', async (_what, answer, asked) => {
		const watch = await first(new List(shuffled(1, 27), { answer }));
		expect(watch.list.asked).toEqual([...asked, '40@']);
		expect(watch.look).toMatchObject({ whole: true, learnt: { stuck: 10, limit: 40, whole: 27 } });
		expect(watch.numbers).toHaveLength(27);
		expect(await watch.asks()).toEqual(['40@']);
		expect(watch.look.whole).toBe(true);
	});

	test('that has its newest rows first is asked for a usual page the next time', async () => {
		const watch = await first(new List(calls(27, 1), { follows: true, answer: NO_PAGES }));
		expect([watch.list.asked.at(-1), watch.look.whole]).toEqual(['40@', true]);
		expect(await watch.asks()).toEqual(['10@']);
	});

	test('that is said to have none is asked for a larger answer at first', async () => {
		const list = new List(shuffled(1, 27), { offset: false });
		const { look } = await first(list);
		expect(list.asked).toEqual(['10@', '40@']);
		expect(look.whole).toBe(true);
		expect(look.learnt).not.toHaveProperty('offset');
	});

	test('may take a limit of twice as many only, and offsets all the same', async () => {
		const takes = (limit = 0) => limit <= 20;
		const list = new List(shuffled(1, 27), { offset: false, answer: { takes } });
		const { look, numbers } = await first(list);
		expect(list.asked.slice(0, 6)).toEqual(['10@', '40@', '20@', '80@', '40@', '20@15']);
		expect([numbers.length, look.whole]).toEqual([27, true]);
		expect(look.learnt.limit).toBe(20);
	});

	test('may have as many rows as were asked for', async () => {
		const list = new List(shuffled(1, 12), { offset: false, pageSize: 12 });
		const { look } = await first(list);
		expect(list.asked).toEqual(['12@', '48@']);
		expect(look).toMatchObject({ whole: true, learnt: { limit: 12 } });
	});

	test('may have as many rows as servers are used to cut at', async () => {
		const list = new List(shuffled(1, 10), { offset: false });
		expect((await first(list)).look.whole).toBe(true);
		expect(list.asked).toEqual(['10@', '40@', '10@8', '40@', '10@10']);
	});

	test('is asked for 25,600 rows at most', async () => {
		const all = range(1, 30_000).map((number) => timeless(number));
		const { list, look } = await first(new List(all, { offset: false, pageSize: 10_000 }));
		expect(list.asked.slice(0, 3)).toEqual(['10000@', '25600@', '25600@25590']);
		expect([look.rows.length, look.whole]).toEqual([30_000, true]);
	});

	test.each([
		['begins behind the first', rows(29, 1), ['10@', '40@', '10@8', '10@16', '10@24']],
		['is shorter', rows(30, 25), ['10@', '40@', '10@8']],
	])('gives a larger answer from before: it %s', async (_what, then, asked) => {
		const before = (request: number, list: List) => {
			if (request === 2) list.all = then;
		};
		const list = new List(rows(30, 1), { offset: false, answer: { before } });
		const watch = new Watch(list, knowing(5, { order: 'newest' }));
		await watch.news();
		expect(list.asked).toEqual(asked);
		expect(watch.look).toMatchObject({ whole: false, incomplete: true });
	});
});

describe('a list of which only a part can be had', () => {
	const answer = { ...NO_PAGES, most: 10 };
	const MISSED =
		'The list returns only 10 of its rows, and so many have arrived that some may be missed';
	const REST = 'The list returns only 10 of its rows, and new ones may be among the rest';

	test('is enough as long as the part has a row that is known', async () => {
		const watch = await first(new List(rows(90, 1), { answer }));
		watch.list.all.unshift(...rows(95, 91));
		expect(await watch.news()).toEqual(range(95, 91));
		expect(watch.look).toMatchObject({ urgent: true, whole: false });
		expect(watch.look).not.toHaveProperty('missed');
		expect(watch.look).not.toHaveProperty('warning');
		watch.list.all.unshift(...rows(105, 96));
		expect(await watch.news()).toEqual(range(105, 96));
		expect(watch.list.asked).toEqual(['10@', '40@']);
		expect(watch.look.missed).toBe(MISSED);
		expect(await watch.news()).toEqual([]);
		expect(watch.list.asked).toEqual(['10@']);
		expect(watch.look.missed).toBeUndefined();
	});

	test.each([
		['in no order', shuffled(1, 90), 'none'],
		['the oldest first', rows(1, 90), 'oldest'],
	])('cannot be watched where it is %s', async (_what, all, order) => {
		const error = await failed(new Watch(new List(all, { answer })));
		expect(error).toBeInstanceOf(ListError);
		const advice = 'Choose a filter that makes the list shorter.';
		expect(error).toMatchObject({ message: REST, advice });
		const watch = new Watch(new List(all, { answer }), knowing(100));
		await watch.news();
		expect(watch.look).toMatchObject({ missed: REST, urgent: true, learnt: { order } });
	});

	test('is watched all the same where it is said to come whole', async () => {
		const all = shuffled(1, 90);
		const watch = await first(new List(all, { pageSize: undefined, offset: undefined, answer }));
		expect(watch.look).toMatchObject({ warning: REST, urgent: false });
		expect(watch.look).not.toHaveProperty('missed');
		expect(watch.list.asked).toEqual(['@', '40@', '@8', '@10']);
		const newest = new List(calls(90, 1), { pageSize: undefined, follows: true, answer });
		expect((await first(newest)).look.warning).toBe(REST);
	});

	test('may have missed rows where one that is not known is the last of the part', async () => {
		const seen = { 0: 'row0085' };
		const state = {
			...nothingSeen(''),
			back: timeOf(86),
			seen,
			learnt: { order: 'newest' as const },
		};
		const watch = new Watch(new List(rows(90, 1), { answer }), state);
		await watch.news();
		expect(watch.look.missed).toBe(MISSED);
	});

	test('may have missed rows where the total says so', async () => {
		const list = new List(rows(92, 1), { answer: { ...answer, total: () => 93 } });
		const watch = new Watch(list, knowing(90, { order: 'newest', total: 90 }));
		await watch.news();
		expect(watch.look.missed).toBe(MISSED);
		expect(watch.look.learnt.total).toBe(93);
	});

	test('has its newest rows first where it says no times', async () => {
		const warning =
			'The list returns only 10 of its rows, without times: the newest are assumed to come first';
		const watch = await first(new List(range(90, 1).map(timeless), { answer }));
		expect(watch.look).toMatchObject({ warning, urgent: true });
		watch.list.all.unshift(timeless(91), timeless(92));
		expect(await watch.news()).toEqual([91, 92]);
		expect(watch.look).toMatchObject({ warning });
		expect(watch.look).not.toHaveProperty('missed');
		watch.list.all.unshift(...range(115, 93).map(timeless));
		expect(await watch.news()).toHaveLength(10);
		expect(watch.look).toMatchObject({ warning, missed: MISSED });
	});

	test('has nothing new behind its last known row, but what its time says', async () => {
		const all = [timeless(9), row(50), timeless(8), timeless(7), row(10), row(40), timeless(6)];
		const list = new List([...all, ...range(5, 0).map(timeless)], {
			answer: { ...NO_PAGES, most: 10 },
		});
		const seen = { '-': 'row0007' };
		const watch = new Watch(list, { ...nothingSeen(''), back: timeOf(40), seen });
		expect(await watch.news()).toEqual([9, 50, 8, 40]);
		expect(watch.look).not.toHaveProperty('missed');
		const atTop = { ...nothingSeen(''), back: timeOf(40), seen: { '-': 'row0009' } };
		expect(await new Watch(list, atTop).news()).toEqual([50, 40]);
	});

	test('leaves open rows behind it untracked, which is said as long as there are some', async () => {
		const warning =
			'The list returns only 10 of its rows, and open ones among the rest are not tracked';
		const watch = await first(new List(calls(90, 1, [90, 5]), { follows: true, answer }));
		expect(watch.look).toMatchObject({ warning, urgent: true });
		await watch.news();
		expect(watch.look).not.toHaveProperty('warning');
		const open = { [call(60).id]: [timeOf(60), 'open'] as [number, string] };
		const later = new Watch(watch.list, knowing(90, { order: 'newest' }, { open }));
		await later.news();
		expect(later.look).toMatchObject({ warning });
		const none = new Watch(watch.list, knowing(85, { order: 'newest' }));
		await none.news();
		expect(none.look.urgent).toBe(true);
		expect(none.look).not.toHaveProperty('warning');
	});
});

describe('a later look at the newest rows', () => {
	const asked = async (more: Partial<ListState>, upTo = 90) =>
		await new Watch(new List(rows(90, 1)), knowing(upTo, { order: 'newest' }, more)).asks();

	test('reads back to the time that it has to, and by the tolerance', async () => {
		expect(await asked({ back: timeOf(81) + TOLERANCE })).toEqual(pagesAt(8));
		expect(await asked({ back: timeOf(81) + TOLERANCE + 1 })).toEqual(['10@']);
	});

	test('reads one page of known rows where nothing has come for long', async () => {
		expect(await asked({ back: timeOf(80) })).toEqual(pagesAt(8));
		expect(await asked({ back: timeOf(80), isCalm: true })).toEqual(['10@']);
		expect(await asked({ back: timeOf(80), isCalm: true }, 89)).toEqual(pagesAt(8));
		const far = await asked({ back: timeOf(60), isCalm: true }, 89);
		expect(far).toEqual(pagesAt(...steps(8, 32)));
	});

	test.each([
		[0, pagesAt(8)],
		[1, ['10@']],
	])('reads back by the tolerance behind the rows that are open: %d ms more', async (ms, pages) => {
		const open = { gone: [timeOf(81) + TOLERANCE + ms, 'open'] as [number, string] };
		expect(await asked({ open })).toEqual(pages);
	});

	test('goes by the order of before where a page is too short to show one', async () => {
		const list = new List(rows(90, 1), { answer: { most: 4 } });
		expect(await new Watch(list, knowing(90, { order: 'newest' })).asks()).toEqual(['10@']);
	});

	test('reads all once a further page shows no order', async () => {
		const list = new List([...rows(130, 121), ...shuffled(1, 90)]);
		const watch = new Watch(list, knowing(120, { order: 'newest' }));
		expect((await watch.news()).length).toBe(10);
		expect(watch.numbers).toHaveLength(100);
	});

	test('does not take a row that is dated ahead for a sign of no order', async () => {
		for (const [host, serverNow] of [
			[NOW, undefined],
			[NOW + 9 * HOUR, NOW],
			[NOW, NOW + 9 * HOUR],
		] as const) {
			const all = [...rows(90, 86), row(500, { time: NOW + 8 * HOUR }), ...rows(85, 1)];
			const watch = await first(new List(all, { host, answer: { serverNow } }));
			expect([watch.list.asked, watch.look.learnt.order]).toEqual([['10@'], 'newest']);
		}
	});

	test('reads back to the rows that are open, and as far where they are gone', async () => {
		const open = { [call(60).id]: [timeOf(60), 'open'] as [number, string] };
		const state = knowing(90, { order: 'newest' }, { open });
		const there = new Watch(new List(calls(90, 1, [60]), { follows: true }), state);
		expect(await there.asks()).toEqual(pagesAt(...steps(8, 32)));
		const all = calls(90, 1).filter((one) => numberOf(one) !== 60);
		const gone = new Watch(new List(all, { follows: true }), state);
		expect(await gone.asks()).toEqual(pagesAt(...steps(8, 32)));
		await gone.news();
		expect(await gone.asks()).toEqual(['10@']);
	});

	test('reads all where the order is another', async () => {
		const watch = new Watch(new List(rows(1, 30)), knowing(30, { order: 'newest' }));
		expect(await watch.asks()).toEqual(pagesAt(...steps(8, 32)));
		expect(watch.look).toMatchObject({ whole: true, learnt: { order: 'oldest' } });
		const learnt: Learnt = { order: 'oldest', count: 30, size: 10, offset: true };
		const back = new Watch(new List(rows(30, 1)), knowing(30, learnt));
		expect(await back.asks()).toEqual(pagesAt(...steps(8, 32)));
		expect(back.look).toMatchObject({ whole: true, learnt: { order: 'newest' } });
	});

	test('fails where there is no time to read as far', async () => {
		const watch = new Watch(new List(rows(90, 1), { lasts: 2 }), knowing(60, { order: 'newest' }));
		expect(await failed(watch)).toBeInstanceOf(ListError);
	});

	test('believes that the order is lost once it shows twice', async () => {
		const watch = new Watch(new List(shuffled(1, 30)), knowing(30, { order: 'newest' }));
		await watch.news();
		expect(watch.look.learnt).toMatchObject({ order: 'newest', isDoubtful: true });
		await watch.news();
		expect(watch.look.learnt).toMatchObject({ order: 'none' });
		await watch.news();
		expect(watch.look.learnt).toMatchObject({ order: 'none', isDoubtful: undefined });
		const back = new Watch(new List(rows(30, 1)), knowing(30, { order: 'none' }));
		await back.news();
		expect(back.list.asked).toEqual(pagesAt(...steps(8, 32), 30));
		expect(back.look.learnt).toMatchObject({ order: 'newest' });
	});

	test('gives rows without a time that of their neighbours only where there is an order', async () => {
		const mixed = (all: Row[]) => [...all.slice(0, 5), timeless(200), ...all.slice(5)];
		const placeIn = async (all: Row[], learnt: Learnt = {}, pageSize = 30, upTo = 300) => {
			const list = new List(mixed(all), { pageSize });
			const watch = new Watch(list, knowing(upTo, learnt));
			await watch.news();
			return watch.look.rows.find((one) => numberOf(one) === 200)?.at;
		};
		expect(await placeIn(rows(30, 21))).toBe(timeOf(26));
		expect(await placeIn(rows(30, 21), { order: 'none' })).toBeUndefined();
		expect(await placeIn(shuffled(1, 30))).toBeUndefined();
		const torn = [...rows(130, 121), ...shuffled(1, 60)];
		expect(await placeIn(torn, { order: 'newest' }, 10, 1)).toBe(timeOf(126));
		expect(await placeIn(torn, { order: 'newest', isDoubtful: true }, 10, 1)).toBeUndefined();
	});
});

describe('a later look at a list with its oldest rows first', () => {
	const LEARNT: Learnt = { order: 'oldest', count: 45, size: 10, offset: true };
	const watching = (
		all: Row[],
		more: Partial<ListState> = {},
		answer: Answer = {},
		learnt = LEARNT,
	) => new Watch(new List(all, { answer }), knowing(45, learnt, more));

	test('reads from the middle of the last page on', async () => {
		const watch = watching(rows(1, 45));
		expect(await watch.asks()).toEqual(pagesAt(40));
		expect(watch.numbers).toEqual([...range(41, 45), ...range(1, 10)]);
		expect(watch.look).toMatchObject({ whole: false, oldest: timeOf(41), learnt: { count: 45 } });
		expect(watch.look.learnt.order).toBe('oldest');
		expect(watch.look.learnt.isDoubtful).toBeUndefined();
		watch.list.all.push(...rows(46, 48));
		expect(await watch.news()).toEqual([46, 47, 48]);
		expect(watch.list.asked).toEqual(pagesAt(40, 48, 32));
		expect(watch.look).toMatchObject({ oldest: timeOf(33), learnt: { count: 48 } });
		watch.list.all.push(...rows(49, 80));
		expect(await watch.news()).toEqual(range(49, 80));
	});

	test.each([
		[20, pagesAt(40, 32, 24, 16), 17, false],
		[1, [...pagesAt(40, 32, 24, 16, 8), '10@'], 1, true],
	])('reads back to row %d where it has to', async (back, asked, oldest, whole) => {
		const watch = watching(rows(1, 45), { back: timeOf(back) });
		expect(await watch.asks()).toEqual(asked);
		expect(watch.look).toMatchObject({ oldest: timeOf(oldest), whole, incomplete: false });
	});

	test('goes back in steps that double where the list has become shorter', async () => {
		const learnt = { ...LEARNT, count: 99 };
		const watch = watching(rows(1, 45), {}, {}, learnt);
		expect((await watch.asks()).slice(0, 6)).toEqual(pagesAt(94, 84, 64, 24, 32));
		expect(watch.look.learnt.count).toBe(45);
		const short = watching(rows(1, 12), {}, {}, learnt);
		expect(await short.asks()).toEqual(pagesAt(94, 84, 64, 24, 10));
		expect(short.numbers).toHaveLength(12);
	});

	test('reads back from its last page only as far as something new can be', async () => {
		const calm = { isCalm: true as const, back: timeOf(20) };
		expect(await watching(rows(1, 45), calm).asks()).toEqual(pagesAt(40));
		expect(await watching(rows(1, 46), calm).asks()).toEqual(pagesAt(40, 46, 32, 24, 16));
	});

	test('notices rows that are added before them meanwhile', async () => {
		const before = (request: number, list: List) => {
			if (request === 4) list.all = [...rows(110, 101), ...list.all];
		};
		const watch = watching(rows(1, 45), { back: timeOf(20) }, { before });
		await watch.news();
		expect(watch.look).toMatchObject({ incomplete: true });
		const aligned = { ...LEARNT, aligned: true as const };
		const none = watching(rows(1, 45), { back: timeOf(20) }, {}, aligned);
		expect(await none.asks()).toEqual(pagesAt(40, 30, 20, 10));
		expect(none.look).toMatchObject({ incomplete: false });
	});

	test('notices that a page is refused', async () => {
		const takes = (_limit: unknown, offset: number) => offset !== 24;
		const watch = watching(rows(1, 45), { back: timeOf(20) }, { takes });
		expect(await watch.asks()).toEqual(pagesAt(40, 32, 24, 16));
		expect(watch.look.incomplete).toBe(true);
	});

	test('reads on behind one page where the remembered end is its end', async () => {
		expect(await watching(rows(1, 15), {}, {}, { ...LEARNT, count: 15 }).asks()).toEqual(
			pagesAt(10),
		);
	});

	test('reads all where one page is left', async () => {
		const watch = watching(rows(1, 10), {}, {}, { ...LEARNT, count: 99 });
		expect(await watch.asks()).toEqual(pagesAt(94, 84, 64, 24, 10, 8, 16, 24));
		expect(watch.look.whole).toBe(true);
	});

	test('reads all of a list of two pages', async () => {
		const watch = watching(rows(1, 12), {}, {}, { ...LEARNT, count: 12 });
		expect(await watch.asks()).toEqual(pagesAt(8));
		expect(watch.look.whole).toBe(true);
	});

	test.each<[string, Answer, string]>([
		['are ignored', NO_PAGES, '10@8'],
		['are refused', { takes: (_limit, offset) => offset === 0 }, '10@8'],
	])('reads all where offsets %s meanwhile', async (_what, answer, next) => {
		const watch = watching(rows(1, 45), {}, answer);
		expect((await watch.asks()).slice(0, 3)).toEqual([...pagesAt(40), next]);
		expect([watch.numbers.length, watch.look.whole]).toEqual([45, true]);
	});

	test('goes on from the remembered end though the first response has no rows', async () => {
		const before = (request: number, { answer }: List) => {
			answer.most = request === 1 ? 0 : 10;
		};
		const watch = watching(rows(1, 46), {}, { before });
		expect(await watch.news()).toEqual([46]);
		expect(watch.list.asked).toEqual(pagesAt(40, 32));
		const told = watching(rows(1, 46), {}, { before, total: () => 60 }, { ...LEARNT, total: 45 });
		expect(await told.news()).toEqual([46]);
		expect(told.list.asked).toEqual([...pagesAt(40, 32), '40@']);
		expect(told.look.incomplete).toBe(true);
	});

	test('takes a page without rows for no gap where the first page had them', async () => {
		const before = (request: number, { answer }: List) => {
			answer.most = request === 7 ? 0 : 10;
		};
		const watch = watching(rows(1, 45), { back: timeOf(1) }, { before });
		expect(await watch.asks()).toEqual([...pagesAt(40, 32, 24, 16, 8), '10@']);
		expect(watch.look).toMatchObject({ incomplete: false });
	});

	test('has rows of the first page as they were when they were read once more', async () => {
		const before = (request: number, list: List) => {
			if (request === 2) list.all = calls(1, 45);
		};
		const list = new List(calls(1, 45, [3]), { answer: { before }, follows: true });
		const watch = new Watch(list, knowing(45, LEARNT, { back: timeOf(1) }));
		await watch.news();
		expect(watch.look.rows.find((one) => numberOf(one) === 3)?.open).toBe(false);
	});

	test('reads no more for a total when none is known from before', async () => {
		const watch = watching(rows(1, 45), {}, { total: (count) => count });
		expect(await watch.asks()).toEqual(pagesAt(40));
	});

	test('reads from the beginning where the total says that rows are missing', async () => {
		const old = row(9999, { time: timeOf(1) - 5 });
		const answer = { total: (count: number) => count };
		const watch = watching([old, ...rows(1, 45)], {}, answer, { ...LEARNT, total: 45 });
		await watch.news();
		expect(watch.list.asked).toEqual(pagesAt(40, ...steps(8, 48)));
		expect(watch.numbers).toHaveLength(46);
		const more = watching(rows(1, 47), {}, answer, { ...LEARNT, total: 45 });
		expect(await more.news()).toEqual([46, 47]);
		expect(more.list.asked).toEqual(pagesAt(40, 32));
		expect(more.look.learnt.total).toBe(47);
	});
});

describe('the total of a list', () => {
	const TOTAL = { total: (count: number) => count };

	test('that is larger than what was found makes it read on', async () => {
		const watch = await first(new List(rows(90, 1), { answer: TOTAL }));
		expect(watch.state?.learnt.total).toBe(90);
		watch.list.all.unshift(row(91));
		expect(await watch.asks()).toEqual(pagesAt(8));
		expect(watch.state?.learnt.total).toBe(91);
		watch.list.all.push(row(0));
		expect(await watch.asks()).toEqual(pagesAt(...steps(8, 88)));
		expect([watch.look.whole, watch.state?.learnt.total]).toEqual([true, 92]);
		expect(await watch.asks()).toEqual(['10@']);
	});

	test('that says more than there is is not believed from the second time on', async () => {
		const answer = { total: (count: number) => count + 3 };
		const watch = await first(new List(shuffled(1, 27), { answer }));
		expect(watch.look).toMatchObject({ whole: false, incomplete: true, learnt: { total: 27 } });
		expect(watch.look.learnt).not.toHaveProperty('untrue');
		// Rows that are missing are looked for at other places, three times.
		const again = [...steps(6, 26, 10), ...steps(2, 22, 10), ...steps(8, 28, 10)];
		expect((await watch.asks()).slice(-again.length)).toEqual(again.map((at) => `10@${at}`));
		expect(watch.look).toMatchObject({
			whole: true,
			incomplete: false,
			warning: 'KallyAI reports 30 rows, but returned 27',
			learnt: { untrue: true, total: undefined },
		});
		await watch.news();
		expect(watch.look).not.toHaveProperty('warning');
		expect(watch.list.asked).toEqual(pagesAt(...steps(8, 32), 27));
		watch.list.answer.total = (count) => count;
		await watch.news();
		expect(watch.look.learnt).toMatchObject({ total: 27 });
		expect(watch.look.learnt).not.toHaveProperty('untrue');
	});

	test('that falls is believed once it shows twice', async () => {
		const list = new List(rows(30, 1), { answer: { total: () => 28 } });
		const watch = new Watch(list, knowing(30, { order: 'newest', total: 30 }));
		await watch.news();
		expect(watch.look.learnt).toMatchObject({ total: 30, less: 28 });
		await watch.news();
		expect(watch.look.learnt).toMatchObject({ total: 28, less: 28 });
		list.answer.total = () => 29;
		expect(await watch.asks()).toEqual(pagesAt(...steps(8, 32)));
	});

	test('that stays the same is no smaller one', async () => {
		const list = new List(rows(30, 1), { answer: { total: () => 30 } });
		const watch = new Watch(list, knowing(30, { order: 'newest', total: 30 }));
		await watch.news();
		expect(watch.look.learnt).toMatchObject({ total: 30, less: undefined });
	});

	test('counts as known as far as its rows were found', async () => {
		const answer = { ...NO_PAGES, most: 10, total: () => 40 };
		const all = range(30, 1).map(timeless);
		const seen = {
			'-': range(22, 1)
				.map((number) => row(number).id)
				.join(''),
		};
		const state = { ...nothingSeen(''), seen, learnt: { total: 22 } };
		const watch = new Watch(
			new List(all, { answer, pageSize: undefined, offset: undefined }),
			state,
		);
		await watch.news();
		expect(watch.look.learnt.total).toBe(30);
	});

	test.each([
		[true, 60],
		[false, 17],
	])(
		'that the first page says makes known rows in a short page no end: %s',
		async (isTold, all) => {
			const before = (request: number, { answer }: List) => {
				answer.most = request === 2 ? 9 : 10;
				answer.total = request === 1 && isTold ? () => 60 : () => undefined;
			};
			const list = new List(rows(60, 1), { answer: { before } });
			const watch = new Watch(list, knowing(60, { order: 'newest' }, { back: 0 }));
			await watch.news();
			expect(watch.numbers).toHaveLength(all);
		},
	);
});

describe('whether there is more behind the first page', () => {
	// Pages of 12, as servers are not used to cut an answer off there.
	const asks = async (count: number, learnt: Learnt, answer: Answer = {}, known = count) => {
		const seen = {
			'-': range(1, known)
				.map((number) => row(number).id)
				.join(''),
		};
		const state = { ...nothingSeen(''), seen, learnt };
		const all = count === 0 ? [] : range(count, 1).map(timeless);
		const watch = new Watch(new List(all, { answer, pageSize: 12 }), state);
		return (await watch.asks()).length > 1;
	};

	test.each<[string, boolean, number, Learnt, Answer?, number?]>([
		['nothing was learnt', true, 7, {}],
		['such a page was the whole list', false, 7, { whole: 7 }],
		['a smaller one was', true, 7, { whole: 6 }],
		['something is new', true, 7, { whole: 7 }, {}, 6],
		['the list had more rows', true, 7, { whole: 7, count: 8 }],
		['it had as many', false, 7, { whole: 7, count: 7 }],
		['a page with another behind it had as many', true, 7, { size: 7, whole: 9 }],
		['such a page had more', false, 7, { size: 8, whole: 3 }],
		['as many as were asked for came', true, 12, { whole: 12, order: 'newest' }],
		['fewer came, the newest first', false, 11, { whole: 11, order: 'newest' }],
		['servers are used to cut there', true, 10, { whole: 10 }],
		['they are, but the newest come first', false, 10, { whole: 10, order: 'newest' }],
		['the oldest come first', true, 7, { whole: 7, order: 'oldest' }],
		['the total says so', true, 7, { whole: 7, order: 'newest' }, { total: () => 8 }],
		['the total says the same', false, 7, { whole: 7, order: 'newest' }, { total: () => 7 }],
		['the answer says so', true, 7, { whole: 7, order: 'newest' }, { hasMore: () => true }],
		['an offset led nowhere', false, 7, { stuck: 7 }],
		['a smaller one did', true, 7, { stuck: 6 }],
		['an empty list had rows', false, 0, { offset: true, count: 5 }],
	])('%s: %s', async (_what, isMore, ...page) => {
		expect(await asks(...page)).toBe(isMore);
	});

	test.each([
		[33, ['12@', '12@9', '48@']],
		[7, ['12@', '12@6']],
	])('of %d rows where offsets are refused', async (count, asked) => {
		const takes = (_limit: unknown, offset: number) => offset === 0;
		const list = new List(shuffled(1, count), { pageSize: 12, answer: { takes } });
		const { look, numbers } = await first(list);
		expect(list.asked).toEqual(asked);
		expect([numbers.length, look.whole]).toEqual([count, true]);
	});

	test('where a list that is said to come whole gives ten', async () => {
		const list = new List(shuffled(1, 27), {
			pageSize: undefined,
			offset: undefined,
			answer: { usual: 10 },
		});
		const watch = await first(list);
		expect(watch.numbers).toHaveLength(27);
		expect(watch.look.learnt).not.toHaveProperty('limit');
	});
});

describe('pages of different lengths, as where a server limits the bytes of a response', () => {
	const SHRUNK: Array<[order: string, tell: string, history: Partial<History>]> = [
		['newest first', 'a total', { lengths: [5, 1, 1], bursts: [6] }],
		['no order', 'has_more', { lengths: [5, 1, 1], bursts: [6] }],
		[
			'no order',
			'neither',
			{ lengths: [5, 1, 2], count: 10, bursts: [20, 10, 21, 54, 17], most: 54 },
		],
		['no order', 'neither', { lengths: [1, 5, 8, 7], pageSize: 8, count: 14, bursts: [3, 22] }],
		['oldest first', 'has_more', { lengths: [2, 1], bursts: [44] }],
		['oldest first', 'a total', { lengths: [8, 1], pageSize: 8, bursts: [45, 0] }],
		[
			'oldest first',
			'a total',
			{ lengths: [16, 2], pageSize: 16, count: 1, bursts: [41, 43, 68, 30] },
		],
		[
			'newest first',
			'neither',
			{ lengths: [20, 3, 11, 7], pageSize: 20, follows: true, count: 90, bursts: [60, 70] },
		],
		[
			'newest first',
			'a total',
			{ lengths: [10, 9, 8, 7, 6, 5, 4], pageSize: 20, count: 60, bursts: [60, 70] },
		],
		['newest first', 'neither', { lengths: [1, 3, 2], count: 3, bursts: [17] }],
		['no order', 'a total', { lengths: [1, 19], pageSize: 19, behind: 'refuses', count: 24 }],
		[
			'oldest first',
			'a total',
			{ lengths: [9, 1], pageSize: 9, behind: 'refuses', bursts: [7, 21, 5] },
		],
		['oldest first', 'has_more', { lengths: [1], behind: 'refuses', count: 5 }],
	];

	test.each(SHRUNK)('give each row once: %s, with %s, %j', async (order, tell, history) => {
		expect(await play(order, tell, history)).toEqual(numbersOf(history));
	});
});

describe('an answer that is no picture of the list', () => {
	test('says nothing of what is not in it', async () => {
		const list = new List(rows(5, 1), { offset: false, answer: { isUntold: true } });
		const watch = new Watch(list, knowing(5, { order: 'newest', whole: 5, count: 5 }));
		await watch.news();
		expect(watch.look).toMatchObject({ whole: false, incomplete: true });
		expect(watch.look.learnt).not.toHaveProperty('whole');
		expect(watch.look.passed(1e15)).toBe(false);
	});

	test('may be shorter than before: its length is believed once it shows twice', async () => {
		const list = new List(rows(5, 1), { offset: false });
		const watch = new Watch(list, knowing(5, { order: 'newest', whole: 9, count: 9 }));
		await watch.news();
		expect(watch.look.learnt).not.toHaveProperty('whole');
		await watch.news();
		expect(watch.look.learnt).toMatchObject({ whole: 5, count: 5 });
	});
});
