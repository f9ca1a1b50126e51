import { Callers } from '../../nodes/KallyAi/execute/callers';

const nobodyFailed = async (_id: string): Promise<boolean> => false;
const failed =
	(...ids: string[]) =>
	async (id: string) =>
		ids.includes(id);

/** The scope of a run in a sub-execution of caller `c`. */
const scopeIn = (
	callers: Callers,
	executionId: string,
	{ content = 'call Ines', hasFailed = nobodyFailed, caller = 'c' } = {},
) => callers.scopeOf({ caller, executionId, content }, hasFailed);

test('the same content in another sub-execution is new work as long as none has failed', async () => {
	const callers = new Callers();
	const scopes = [];
	for (const id of ['1', '2', '3']) scopes.push(await scopeIn(callers, id));
	expect(scopes).toEqual(['c call Ines 0', 'c call Ines 1', 'c call Ines 2']);
});

test('a run that is done again in the same sub-execution is the same work', async () => {
	const callers = new Callers();
	const first = await scopeIn(callers, '1');
	await scopeIn(callers, '1', { content: 'call Kim' });
	expect(await scopeIn(callers, '1')).toBe(first);
});

test.each([
	['n8n has stored an error of', (_callers: Callers) => failed('2')],
	[
		'this process has seen the failure of',
		(callers: Callers) => {
			callers.noteFailure('2');
			return nobodyFailed;
		},
	],
])('once %s one, the same contents are the same work again', async (_why, fail) => {
	const callers = new Callers();
	const before = [
		await scopeIn(callers, '1'),
		await scopeIn(callers, '2'),
		await scopeIn(callers, '2', { content: 'call Kim' }),
	];
	const hasFailed = fail(callers);
	const after = [
		await scopeIn(callers, '3', { hasFailed }),
		// Their failure was that of the round before.
		await scopeIn(callers, '4', { hasFailed }),
		await scopeIn(callers, '4', { content: 'call Kim', hasFailed }),
	];
	expect(after).toEqual(before);
	expect(await scopeIn(callers, '5', { hasFailed })).toBe('c call Ines 2');
});

test('a failure is nobody’s concern where the content is new', async () => {
	const callers = new Callers();
	const asked: string[] = [];
	const hasFailed = async (id: string) => asked.push(id) > 0;
	await scopeIn(callers, '1', { hasFailed });
	await scopeIn(callers, '2', { content: 'call Kim', hasFailed });
	expect(asked).toEqual([]);
});

test('the newest five sub-executions are asked for, the newest first', async () => {
	const callers = new Callers();
	for (let id = 1; id <= 8; id++) await scopeIn(callers, String(id));
	const asked: string[] = [];
	const hasFailed = async (id: string) => {
		asked.push(id);
		return id === '5';
	};
	expect(await scopeIn(callers, '9', { hasFailed })).toBe('c call Ines 0');
	expect(asked).toEqual(['8', '7', '6', '5']);
	asked.length = 0;
	for (let id = 10; id <= 20; id++) await scopeIn(callers, String(id));
	expect(await scopeIn(callers, '21', { hasFailed })).toBe('c call Ines 12');
	expect(asked).toEqual(['20', '19', '18', '17', '16']);
});

test('each caller counts for itself', async () => {
	const callers = new Callers();
	expect(await scopeIn(callers, '1')).toBe('c call Ines 0');
	expect(await scopeIn(callers, '2', { caller: 'd' })).toBe('d call Ines 0');
	expect(await scopeIn(callers, '3')).toBe('c call Ines 1');
});

test('a caller is looked up once', async () => {
	const callers = new Callers();
	let lookUps = 0;
	const lookUp = async () => `execution 7 since ${++lookUps}`;
	expect(await callers.nameOf('7', lookUp)).toBe('execution 7 since 1');
	expect(await callers.nameOf('7', lookUp)).toBe('execution 7 since 1');
	expect(await callers.nameOf('8', lookUp)).toBe('execution 7 since 2');
});

test('five hundred callers are remembered, those that are used longest', async () => {
	const callers = new Callers();
	let lookUps = 0;
	const lookUp = async () => String(++lookUps);
	const first = await callers.nameOf('first', lookUp);
	await scopeIn(callers, '1', { caller: 'first' });
	for (let other = 0; other < 499; other++) {
		await callers.nameOf(`other-${other}`, lookUp);
		await scopeIn(callers, `1-${other}`, { caller: `other-${other}` });
	}
	expect(await callers.nameOf('first', lookUp)).toBe(first);
	expect(await scopeIn(callers, '2', { caller: 'first' })).toBe('first call Ines 1');
	await callers.nameOf('one more', lookUp);
	await scopeIn(callers, '1', { caller: 'one more' });
	expect(await callers.nameOf('first', lookUp)).toBe(first);
	expect(await callers.nameOf('other-0', lookUp)).toBe('502');
	expect(await scopeIn(callers, '9', { caller: 'other-0' })).toBe('other-0 call Ines 0');
});
