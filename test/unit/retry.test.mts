import { parseRetryAfter } from '../../nodes/shared/errors/thrown';
import { LONGEST_RETRY_AFTER_MS, retryDelay } from '../../nodes/shared/transport/retry';
import fc from '../support/property.mts';

const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE') as fc.Arbitrary<
	'GET' | 'POST'
>;
const lost = { connectionLost: true };

test('what changes something is repeated only after 429 or under one idempotency key', () => {
	fc.assert(
		fc.property(
			methods.filter((method) => method !== 'GET'),
			fc.boolean(),
			fc.record({ status: fc.option(fc.integer({ min: 300, max: 599 }), { nil: undefined }) }),
			fc.nat(20),
			(method, repeatable, { status }, retries) => {
				const outcome = { status, connectionLost: status === undefined };
				const delay = retryDelay(method, repeatable, outcome, retries, 0.5);
				const allowed = status === 429 || (status === undefined && repeatable);
				if (!allowed) expect(delay).toBeUndefined();
			},
		),
	);
});

test('repetitions end', () => {
	fc.assert(
		fc.property(methods, fc.double({ min: 0, max: 1, noNaN: true }), (method, random) => {
			const delays = Array.from({ length: 30 }, (_, retries) =>
				retryDelay(method, true, lost, retries, random),
			);
			expect(delays.filter((delay) => delay !== undefined).length).toBeLessThan(10);
			for (const delay of delays) expect(delay ?? 0).toBeLessThanOrEqual(11_000);
		}),
	);
});

test('repetitions that the server asks for end as well', () => {
	fc.assert(
		fc.property(methods, fc.integer({ min: 1, max: LONGEST_RETRY_AFTER_MS }), (method, asked) => {
			const outcome = { status: 429, connectionLost: false, retryAfterMs: asked };
			const delays = Array.from({ length: 1000 }, (_, retries) =>
				retryDelay(method, false, outcome, retries, 0),
			).filter((delay) => delay !== undefined);
			expect(delays.length).toBeGreaterThanOrEqual(7);
			const total = delays.reduce((sum, delay) => sum + delay, 0);
			expect(total).toBeLessThanOrEqual(Math.max(7 * asked, LONGEST_RETRY_AFTER_MS + asked));
		}),
	);
});

test('a wait is never shorter than the server asks for, and too long a one is refused', () => {
	fc.assert(
		fc.property(
			methods,
			fc.nat(10 * LONGEST_RETRY_AFTER_MS),
			fc.nat(5),
			(method, retryAfterMs, retries) => {
				const outcome = { status: 429, connectionLost: false, retryAfterMs };
				const delay = retryDelay(method, false, outcome, retries, 0);
				if (retryAfterMs > LONGEST_RETRY_AFTER_MS) expect(delay).toBeUndefined();
				else expect(delay).toBeGreaterThanOrEqual(retryAfterMs);
			},
		),
	);
});

test.each([502, 503, 504])('a read is repeated after %i', (status) => {
	expect(retryDelay('GET', false, { status, connectionLost: false }, 0, 0.5)).toBe(500);
});

test.each([undefined, 0, 502, 503, 504])('nothing else is after %s', (status) => {
	const outcome = { status, connectionLost: false };
	expect(retryDelay('POST', true, outcome, 0, 0.5)).toBeUndefined();
	if (!status) expect(retryDelay('GET', true, outcome, 0, 0.5)).toBeUndefined();
});

test('after a lost connection reads are repeated, and what has one key', () => {
	for (const retries of [0, 6]) {
		expect(retryDelay('GET', false, lost, retries, 0.5)).toBeGreaterThan(0);
		expect(retryDelay('POST', true, lost, retries, 0.5)).toBeGreaterThan(0);
		expect(retryDelay('POST', false, lost, retries, 0.5)).toBeUndefined();
	}
	expect(retryDelay('GET', false, lost, 7, 0.5)).toBeUndefined();
});

test('waits double up to ten seconds, and are spread by a tenth either way', () => {
	const waits = (random: number) =>
		Array.from({ length: 7 }, (_, retries) => retryDelay('GET', false, lost, retries, random));
	expect(waits(0.5)).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
	expect(waits(0)).toEqual([450, 900, 1800, 3600, 7200, 9000, 9000]);
	expect(retryDelay('GET', false, lost, 0, 0.999)).toBeCloseTo(549.9);
});

describe('a wait that the server asks for', () => {
	const after = (retryAfterMs: number, retries: number, random = 0) =>
		retryDelay(
			'POST',
			false,
			{ status: 429, connectionLost: false, retryAfterMs },
			retries,
			random,
		);

	test('is lengthened by up to a tenth, and is half a second at least', () => {
		expect(after(2000, 0, 0)).toBe(2000);
		expect(after(2000, 0, 0.5)).toBeCloseTo(2100);
		expect(after(100, 0, 0)).toBe(500);
	});

	test('is taken a minute at most, also in several waits', () => {
		expect(after(LONGEST_RETRY_AFTER_MS, 0)).toBe(LONGEST_RETRY_AFTER_MS);
		expect(after(LONGEST_RETRY_AFTER_MS + 1, 0)).toBeUndefined();
		expect(after(5000, 11)).toBe(5000);
		expect(after(5000, 12)).toBeUndefined();
		// Seven are made in any case.
		expect(after(LONGEST_RETRY_AFTER_MS, 6)).toBe(LONGEST_RETRY_AFTER_MS);
		expect(after(LONGEST_RETRY_AFTER_MS, 7)).toBeUndefined();
	});
});

test.each([400, 401, 402, 403, 404, 409, 422, 500])('nothing is repeated after %i', (status) => {
	expect(retryDelay('GET', true, { status, connectionLost: false }, 0, 0.5)).toBeUndefined();
});

describe('Retry-After', () => {
	const now = Date.parse('2031-05-16T12:00:00Z');

	test.each<[unknown, number | undefined]>([
		['2', 2000],
		[3, 3000],
		['0', 0],
		['Fri, 16 May 2031 12:00:05 GMT', 5000],
		['Fri, 16 May 2031 11:00:00 GMT', 0],
		['soon', undefined],
		['', undefined],
		['-5', expect.any(Number)],
		[undefined, undefined],
		[{}, undefined],
		['1.5', 1500],
		['9'.repeat(400), Infinity],
	])('%j', (header, expected) => {
		const read = parseRetryAfter(header, now);
		if (expected === undefined) expect(read ?? 0).toBeGreaterThanOrEqual(0);
		else expect(read).toEqual(expected);
	});

	test('is never negative', () => {
		fc.assert(fc.property(fc.string(), (text) => (parseRetryAfter(text, now) ?? 0) >= 0));
	});
});
