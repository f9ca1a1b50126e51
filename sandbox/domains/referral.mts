import { randomUUID } from 'node:crypto';

import { now } from '../clock.mts';
import { created, ok, type Operations } from '../operation.mts';
import { ordered } from '../listOrder.mts';
import { round } from '../prices.mts';
import { seedId, seededTable } from '../seed.mts';
import type { Store } from '../store.mts';
import { DAY_MS, isoSeconds } from '../time.mts';

/** Somebody who came by the code, exactly as answered. */
interface Referral {
	id: string;
	referred_email: string | null;
	status: 'pending' | 'converted';
	referrer_reward_minutes: number;
	referred_reward_minutes: number;
	referrer_reward_credits: number;
	referred_reward_credits: number;
	created_at: string;
	converted_at: string | null;
}

const CODE = 'ROBIN42';
const NOTHING_YET = {
	referrer_reward_minutes: 0,
	referred_reward_minutes: 0,
	referrer_reward_credits: 0,
	referred_reward_credits: 0,
};
const REWARD = {
	referrer_reward_minutes: 5,
	referred_reward_minutes: 5,
	referrer_reward_credits: 12.5,
	referred_reward_credits: 12.5,
};

function newReferral(data: Partial<Referral>, createdMs: number): Referral {
	return {
		id: randomUUID(),
		referred_email: null,
		status: 'pending',
		...NOTHING_YET,
		created_at: isoSeconds(createdMs),
		converted_at: null,
		...data,
	};
}

const { rows: referrals, add: addReferral } = seededTable<Referral, Partial<Referral>>(
	newReferral,
	() => [
		[
			20,
			{
				id: seedId('d', 2),
				referred_email: 'jo@example.org',
				status: 'converted',
				...REWARD,
				converted_at: isoSeconds(now() - 12 * DAY_MS),
			},
		],
		[3, { id: seedId('d', 1), referred_email: 'sam@example.org' }],
	],
);

function stats(store: Store) {
	const rows = referrals(store).newestFirst();
	const converted = rows.filter(({ status }) => status === 'converted');
	return {
		total_referrals: rows.length,
		pending: rows.length - converted.length,
		converted: converted.length,
		total_reward_minutes: converted.reduce((sum, row) => sum + row.referrer_reward_minutes, 0),
		total_reward_credits: round(
			converted.reduce((sum, row) => sum + row.referrer_reward_credits, 0),
		),
	};
}

export const referralOperations: Operations = {
	'referral.getCode': () =>
		ok({
			code: CODE,
			is_active: true,
			share_url: `https://www.example.com/?ref=${CODE}`,
			created_at: isoSeconds(now() - 60 * DAY_MS),
		}),
	'referral.getStats': ({ store }) => ok(stats(store)),
	'referral.getHistory': ({ store }) =>
		ok({ referrals: ordered(store, referrals(store).newestFirst()) }),
	'referral.validate': ({ params }) => ok({ valid: params['code'] === CODE, code: params['code'] }),
	'referral.track': ({ store, body }) => {
		if (body.code !== CODE) return created({ tracked: false, message: 'This code is unknown' });
		addReferral(store, { referred_email: body.email ?? null });
		return created({ tracked: true, message: 'The visit is recorded' });
	},
};
