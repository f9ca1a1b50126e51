import { ApiRequestError } from '../../nodes/shared/errors/errors';
import { withinSeconds } from '../../nodes/shared/transport/body';

/** The timers that were asked for, each to be let run out by the test. */
let timers: AbortController[];
beforeEach(() => {
	timers = [];
	jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
		const timer = new AbortController();
		timers.push(timer);
		return timer.signal;
	});
});
afterEach(() => jest.restoreAllMocks());

const runOut = () => timers.at(-1)?.abort();

test('what goes on is waited for, however long it takes', async () => {
	let size = 0;
	let end = (_file: string) => {};
	const work = new Promise<string>((resolve) => (end = resolve));
	const file = withinSeconds(120, work, () => size);
	for (let chunk = 1; chunk <= 5; chunk++) {
		size = chunk;
		runOut();
	}
	end('whole');
	await expect(file).resolves.toBe('whole');
	expect(timers).toHaveLength(6);
});

test('what stands still is given up', async () => {
	let size = 0;
	const file = withinSeconds(120, new Promise(() => {}), () => size);
	size = 1;
	runOut();
	runOut();
	const error: unknown = await file.catch((thrown: unknown) => thrown);
	expect(error).toBeInstanceOf(ApiRequestError);
	expect((error as ApiRequestError).failure).toMatchObject({ connectionLost: true });
});

test('a bound that counts no bytes is one for all', async () => {
	const file = withinSeconds(120, new Promise(() => {}));
	runOut();
	await expect(file).rejects.toBeInstanceOf(ApiRequestError);
	expect(timers).toHaveLength(1);
});
