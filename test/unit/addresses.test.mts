import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import isEmail from 'validator/lib/isEmail.js';

import { asEmail, asPhoneNumber } from '../../nodes/shared/fields/values';
import { GIVEN } from '../support/givenValues.mts';
import fc from '../support/property.mts';

function read<T>(reader: (value: unknown) => T, value: unknown): T | undefined {
	try {
		return reader(value);
	} catch {
		return undefined;
	}
}

/** Numbers of the ranges for fiction. */
const fictitious = fc.oneof(
	fc.integer({ min: 0, max: 99 }).map((n) => `+1212555${String(100 + n).padStart(4, '0')}`),
	fc.integer({ min: 0, max: 999 }).map((n) => `+442079460${String(n).padStart(3, '0')}`),
);
const SEPARATORS = ['', ' ', '-', '.', '\u00a0', '\u2011', '\u2013', '\u200b', '\u00ad', '\u3000'];

describe('phone numbers, beside libphonenumber', () => {
	test('every spelling of a number is that number', () => {
		fc.assert(
			fc.property(
				fictitious,
				fc.array(fc.constantFrom(...SEPARATORS), { minLength: 12, maxLength: 12 }),
				fc.constantFrom('', 'tel:', ' ', '\u202a'),
				(number, between, before) => {
					const [plus, ...digits] = number;
					const text = before + plus + digits.map((digit, n) => digit + between[n]).join('');
					// What ends in .0 may be a number that a spreadsheet took for a fraction.
					fc.pre(!/\.0+\s*$/.test(text.replace(/\p{Cf}/gu, '')));
					expect(parsePhoneNumberFromString(text)?.number).toBe(number);
					expect(read(asPhoneNumber, text)).toBe(number);
				},
			),
			{ numRuns: 2000 },
		);
	});

	test('the formats of the library are read back', () => {
		fc.assert(
			fc.property(fictitious, (number) => {
				const parsed = parsePhoneNumberFromString(number);
				for (const format of ['INTERNATIONAL', 'RFC3966', 'E.164'] as const) {
					expect(read(asPhoneNumber, parsed?.format(format))).toBe(number);
				}
				expect(read(asPhoneNumber, parsed?.format('NATIONAL'))).toBeUndefined();
			}),
		);
	});

	test('what both read, both read alike', () => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom(...'+0123456789 ()-./x,;\u200b\uff11', ' ext. ', 'tel:'), {
					maxLength: 20,
				}),
				(parts) => {
					const text = `+44${parts.join('')}`;
					const ours = read(asPhoneNumber, text);
					const theirs = parsePhoneNumberFromString(text);
					// A number that no country has is for the API to refuse.
					if (ours === undefined || !theirs?.isValid()) return;
					expect(theirs.ext).toBeUndefined();
					// The library knows where a zero is dialled only at home.
					expect(theirs.number).toBe(ours.replace(/^\+440/, '+44'));
				},
			),
			{ numRuns: 5000 },
		);
	});

	test('a number without a plus sign has a country only if one is guessed', () => {
		for (const given of GIVEN.phone) {
			if ('sent' in given || typeof given.value !== 'string' || given.value.includes('+')) continue;
			expect(parsePhoneNumberFromString(given.value)).toBeUndefined();
		}
	});
});

describe('email addresses, beside validator', () => {
	const options = { allow_utf8_local_part: true, ignore_max_length: false };

	test('a plain address is sent as it is', () => {
		fc.assert(
			fc.property(fc.emailAddress(), (address) => {
				// Quotes and apostrophes at the start are how sheets and models mark text.
				fc.pre(isEmail(address, options) && !/^['`*]/.test(address));
				expect(read(asEmail, address)).toBe(address);
			}),
			{ numRuns: 3000 },
		);
	});

	test.each(['ñandú@example.com', 'ines@bücher.example'])('%s is one', (address) => {
		expect(isEmail(address, options)).toBe(true);
		expect(asEmail(address)).toBe(address);
	});

	test('what is sent is an address', () => {
		const part = fc.constantFrom(
			'a',
			'B',
			'9',
			'.',
			'-',
			'_',
			'+',
			'@',
			' ',
			"'",
			'"',
			'é',
			'\u200b',
			',',
			'<',
			'(',
		);
		fc.assert(
			fc.property(
				fc.array(part, { maxLength: 8 }),
				fc.array(part, { maxLength: 8 }),
				(local, domain) => {
					const address = read(asEmail, `${local.join('')}@${domain.join('')}.com`);
					if (address !== undefined)
						expect([address, isEmail(address, options)]).toEqual([address, true]);
				},
			),
			{ numRuns: 20_000 },
		);
	});

	test.each(GIVEN.email)('%j', (given) => {
		if ('sent' in given) expect(isEmail(String(given.sent), options)).toBe(true);
		// The library takes characters that nobody sees for letters.
		else if (typeof given.value === 'string' && !/\p{Cf}/u.test(given.value))
			expect(isEmail(given.value, options)).toBe(false);
	});
});
