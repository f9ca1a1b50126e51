import fc from 'fast-check';

import { parseRetryAfter } from '../../nodes/shared/errors/thrown';
import { LONGEST_RETRY_AFTER_MS, retryDelay } from '../../nodes/shared/transport/retry';

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
