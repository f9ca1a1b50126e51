import { ApiError } from './errors.mts';
import { isTimezone, wallClock } from './time.mts';

const E164 = /^\+[1-9]\d{1,14}$/;
/** Country codes that are served. None is the beginning of another: E.164 sees to that. */
const COUNTRIES = (
	'1 30 31 32 33 34 351 353 358 36 39 40 41 420 43 44 45 46 47 48 49 ' +
	'51 52 54 55 56 57 60 61 62 63 64 65 66 81 82 852 886 90 91 971 972'
).split(' ');
const EMERGENCY = new RegExp(`^(${COUNTRIES.join('|')})?(911|112|999)$`);
const PREMIUM = ['+1900', '+449', '+34803', '+34806', '+34807'];
/** Numbers with a fixed fate, for trying the refusals. */
const BLOCKED = '+15550198';
const SUPPRESSED = '+15550199';
const UNSAFE = /\bbomb\b/i;

/** Refuses numbers that are never called. */
export function checkPhone(phone: unknown): void {
	const digits = typeof phone === 'string' ? phone.replace(/[\s().+-]/g, '') : '';
	if (EMERGENCY.test(digits))
		throw new ApiError('emergency_number', 'Emergency numbers are never called');
	if (typeof phone !== 'string' || !E164.test(phone)) {
		throw new ApiError(
			'missing_phone_number',
			'respondent_phone must be a number in E.164 format, such as +15550123',
		);
	}
	if (PREMIUM.some((prefix) => phone.startsWith(prefix))) {
		throw new ApiError('toll_number', 'Premium-rate numbers are never called');
	}
	if (!COUNTRIES.some((code) => digits.startsWith(code))) {
		throw new ApiError('unsupported_country', 'Calls to this country are not offered');
	}
	if (phone === BLOCKED)
		throw new ApiError('blocked_number', 'This number is flagged as fraudulent');
	if (phone === SUPPRESSED)
		throw new ApiError('suppression_violation', 'This number is on a do-not-call list');
}

/** Refuses languages nobody speaks here. Anything but text is left to the schema. */
export function checkLanguages(...languages: unknown[]): void {
	for (const language of languages) {
		if (typeof language === 'string' && language !== 'en' && language !== 'es') {
			throw new ApiError(
				'unsupported_language',
				`The language "${language}" is not offered, only en and es`,
			);
		}
	}
}

/** Refuses texts against the content rules: the word "bomb" stands for them all. */
export function checkTexts(...texts: unknown[]): void {
	if (texts.some((text) => typeof text === 'string' && UNSAFE.test(text))) {
		throw new ApiError('safety_violation', 'The text breaks the content rules');
	}
}

/** Refuses an appointment that is over, by the wall clock of its zone. */
export function checkAppointment(
	date: string | undefined,
	time: string | undefined,
	timezone: string,
): void {
	if (!isTimezone(timezone)) {
		throw new ApiError('validation_failed', `timezone: "${timezone}" is no IANA time zone`);
	}
	if (!date) return;
	const now = wallClock(timezone);
	if (date < now.date || (date === now.date && time !== undefined && time < now.time)) {
		throw new ApiError(
			'scheduling_violation',
			'The appointment is in the past',
			'past_appointment',
		);
	}
}
