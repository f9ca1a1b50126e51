import { type Account, HOUR, MINUTE } from './account.mts';

/** Lets an account live while `poll` lets a minute pass and polls. */
export type Play = (
	account: Account,
	random: () => number,
	poll: () => Promise<void>,
) => Promise<void>;

/** Polls every minute while each minute brings what `happens` says. */
async function minutes(
	count: number,
	poll: () => Promise<void>,
	happens: () => void,
): Promise<void> {
	for (let minute = 0; minute < count; minute++) {
		happens();
		await poll();
	}
}

/** What happens in an account between two looks. */
export const SCENARIOS: Record<string, Play> = {
	async quiet(account, random, poll) {
		await minutes(60, poll, () => random() < 0.3 && account.add(1));
	},
	async 'bursts with equal times'(account, random, poll) {
		await minutes(40, poll, () => random() < 0.2 && account.add(Math.ceil(random() * 60)));
	},
	async 'a fifth late by up to ten minutes'(account, random, poll) {
		await minutes(60, poll, () => {
			const lateMs = random() < 0.2 ? random() * 10 * MINUTE : 0;
			if (random() < 0.7) account.add(1 + Math.floor(random() * 3), undefined, { lateMs });
		});
	},
	async 'a fifth of the pages fails'(account, random, poll) {
		account.failing = 0.2;
		await minutes(60, poll, () => random() < 0.5 && account.add(Math.ceil(random() * 4)));
		account.failing = 0;
	},
	async 'eleven hours deactivated'(account, random, poll) {
		account.failing = 0.05;
		const live = () => random() < 0.4 && account.add(1);
		await minutes(20, poll, live);
		const from = account.now;
		account.now += 11 * HOUR;
		for (let at = from; at < account.now; at += 2 * MINUTE) {
			if (random() < 0.8) account.add(1, at, { lateMs: random() < 0.2 ? 10 * MINUTE : 0 });
		}
		await minutes(20, poll, live);
		account.failing = 0;
	},
	async 'a thousand in a second'(account, _random, poll) {
		account.add(1000, account.now + 30_000);
		await minutes(12, poll, () => account.add(1));
	},
};
