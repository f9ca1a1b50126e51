import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { created, ok, type Exchange, type Operations } from '../operation.mts';
import { ordered } from '../listOrder.mts';
import { checkPhone } from '../policy.mts';
import { COSTS } from '../prices.mts';
import { oneADay, seededTable } from '../seed.mts';
import type { Store } from '../store.mts';
import { isoSeconds } from '../time.mts';

/** A number of the account. */
export interface PhoneNumber {
	id: string;
	phone_number: string;
	iso_country: string;
	status: 'active';
	caller_id_name: string | null;
	forwarding_number: string | null;
	created_at: string;
}

/** A phone of the user's that a code was sent to. */
interface Verification {
	phone_number: string;
	status: 'pending' | 'verified';
	started_at: string;
	verified_at: string | null;
}

type Given = Pick<PhoneNumber, 'phone_number' | 'iso_country'> & Partial<PhoneNumber>;

/** The code that is "sent" to every number. Its first digit shows who takes it for a figure. */
const CODE = '042917';
const AREA_CODE = /^[2-9]\d{2}$/;
const FREE_AT_ONCE = 5;

interface Country {
	name: string;
	areaCode: string;
	/** Numbers of the area begin so and have two more digits; undefined where the area has none. */
	prefix(areaCode: string): string | undefined;
}

const NORTH_AMERICA = (areaCode: string) => {
	if (areaCode === '555') return '+155501';
	return AREA_CODE.test(areaCode) ? `+1${areaCode}55501` : undefined;
};
/** Only numbers that are kept free for fiction. */
const COUNTRIES: Record<string, Country> = {
	CA: { name: 'Canada', areaCode: '555', prefix: NORTH_AMERICA },
	GB: {
		name: 'United Kingdom',
		areaCode: '20',
		prefix: (areaCode) => (/^0?20$/.test(areaCode) ? '+4420794600' : undefined),
	},
	US: { name: 'United States', areaCode: '555', prefix: NORTH_AMERICA },
};

function newNumber(given: Given, createdMs: number): PhoneNumber {
	return {
		id: randomUUID(),
		status: 'active',
		caller_id_name: null,
		forwarding_number: null,
		created_at: isoSeconds(createdMs),
		...given,
	};
}

const { rows: numbers, add: addNumber } = seededTable(newNumber, () =>
	oneADay<Given>(
		'e',
		[
			{ phone_number: '+442079460100', iso_country: 'GB' },
			{
				phone_number: '+15550100',
				iso_country: 'US',
				caller_id_name: 'Studio Soto',
				forwarding_number: '+15550150',
			},
		],
		60,
	),
);

type GivenVerification = Pick<Verification, 'phone_number'> & Partial<Verification>;

function newVerification(
	{ phone_number, status = 'pending' }: GivenVerification,
	startedMs: number,
): Verification {
	const started_at = isoSeconds(startedMs);
	return {
		phone_number,
		status,
		started_at,
		verified_at: status === 'verified' ? started_at : null,
	};
}

const { rows: verifications, add: addVerification } = seededTable<Verification, GivenVerification>(
	newVerification,
	() => [
		[1, { phone_number: '+15550150', status: 'verified' }],
		[1, { phone_number: '+15550151' }],
	],
);

/** A number of the account, the oldest; 400 if it has none. */
export function requireOwnNumber(store: Store): PhoneNumber {
	const number = numbers(store).newestFirst().at(-1);
	if (!number) {
		throw new ApiError('phone_not_provisioned', 'The account has no phone number yet');
	}
	return number;
}

function numberOf({ store, params }: Exchange): PhoneNumber {
	return numbers(store).find(params['phone_number_id'], 'phone number', 'phone_number_not_found');
}

function detail(number: PhoneNumber) {
	return {
		...number,
		capabilities: { voice: true, sms: number.iso_country !== 'GB' },
		credits_paid: COSTS.phone_number.per_number,
	};
}

/** Numbers that can be had; the same ones until one is taken. */
function freeNumbers(store: Store, countryCode: string, wantedArea?: string) {
	const iso_country = countryCode.toUpperCase();
	const country = COUNTRIES[iso_country];
	if (!country)
		throw new ApiError('unsupported_country', `Numbers in ${countryCode} are not offered`);
	const area_code = wantedArea ?? country.areaCode;
	const prefix = country.prefix(area_code);
	if (!prefix) return [];
	const taken = new Set(
		numbers(store)
			.newestFirst()
			.map(({ phone_number }) => phone_number),
	);
	return Array.from({ length: 100 }, (_, index) => `${prefix}${String(index).padStart(2, '0')}`)
		.filter((phone_number) => !taken.has(phone_number))
		.slice(0, FREE_AT_ONCE)
		.map((phone_number) => ({ phone_number, iso_country, area_code }));
}

function targets(store: Store) {
	const verified = verifications(store)
		.newestFirst()
		.filter(({ status }) => status === 'verified');
	const inUse = numbers(store)
		.newestFirst()
		.flatMap((number) => number.forwarding_number ?? []);
	const all = new Set([...verified.map(({ phone_number }) => phone_number), ...inUse]);
	return Array.from(all, (phone_number) => ({
		phone_number,
		verified: verified.some((known) => known.phone_number === phone_number),
		in_use: inUse.includes(phone_number),
	}));
}

export const phoneNumberOperations: Operations = {
	'phoneNumber.getAll': ({ store }) => {
		const rows = numbers(store).newestFirst();
		return ok({ phone_numbers: ordered(store, rows), total: rows.length });
	},
	'phoneNumber.get': (exchange) => ok(detail(numberOf(exchange))),
	'phoneNumber.getSupportedCountries': ({ store }) => {
		const countries = Object.entries(COUNTRIES).map(([iso_country, { name }]) => ({
			iso_country,
			name,
			credits: COSTS.phone_number.per_number,
		}));
		return ok({ countries: ordered(store, countries) });
	},
	'phoneNumber.getForwardingTargets': ({ store }) =>
		ok({ targets: ordered(store, targets(store)) }),
	'phoneNumber.searchAvailable': ({ store, query }) =>
		ok({ numbers: ordered(store, freeNumbers(store, query.country, query.area_code)) }),
	'phoneNumber.provision': ({ store, body }) => {
		const [free] = freeNumbers(store, body.country, body.area_code);
		if (!free) {
			throw new ApiError('not_found', 'No number is free in this area', 'no_number_available');
		}
		const { phone_number, iso_country } = free;
		store.spend({
			type: 'phone_number',
			description: `Phone number ${phone_number}`,
			credits: COSTS.phone_number.per_number,
		});
		return created(structuredClone(detail(addNumber(store, { phone_number, iso_country }))));
	},
	'phoneNumber.release': (exchange) => {
		const { id, phone_number } = numberOf(exchange);
		numbers(exchange.store).remove(id);
		return ok({ id, phone_number, released: true });
	},
	'phoneNumber.setForwarding': (exchange) => {
		const number = numberOf(exchange);
		const target: string = exchange.body.forwarding_number;
		checkPhone(target);
		if (target === number.phone_number) {
			throw new ApiError(
				'validation_failed',
				'forwarding_number must be another number',
				'forwarding_loop',
			);
		}
		number.forwarding_number = target;
		return ok(detail(number));
	},
	'phoneNumber.removeForwarding': (exchange) => {
		const number = numberOf(exchange);
		number.forwarding_number = null;
		return ok(detail(number));
	},
	'phoneNumber.setCallerId': (exchange) => {
		const number = numberOf(exchange);
		number.caller_id_name = exchange.body.caller_id_name;
		return ok(detail(number));
	},
	'phoneNumber.startVerification': ({ store, body }) => {
		checkPhone(body.phone_number);
		verifications(store).remove(body.phone_number);
		return ok({ ...addVerification(store, { phone_number: body.phone_number }) });
	},
	'phoneNumber.checkVerification': ({ store, body }) => {
		const verification = verifications(store).get(body.phone_number);
		if (!verification) {
			throw new ApiError(
				'validation_failed',
				`No code was sent to ${body.phone_number}`,
				'verification_not_started',
			);
		}
		if (body.code !== CODE) {
			throw new ApiError('validation_failed', 'code is not the one that was sent', 'wrong_code');
		}
		verification.status = 'verified';
		verification.verified_at ??= isoSeconds();
		return ok({ ...verification });
	},
};
