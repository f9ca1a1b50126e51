import { setImmediate } from 'node:timers/promises';

import { Client, type Answer } from '../../tools/doctor/client.mts';
import type { Clock } from '../../tools/doctor/clock.mts';
import { examine } from '../../tools/doctor/doctor.mts';
import type { Report } from '../../tools/doctor/report.mts';

/** A clock that nobody waits for. */
export function quickClock(): Clock {
	let ms = 1_800_000_000_000;
	return {
		now: () => ms,
		async wait(milliseconds) {
			ms += milliseconds;
			// Answers that are on their way come in between.
			await setImmediate();
		},
	};
}

export interface Examined {
	report: Report;
	answers: Answer[];
	said: string;
}

/** What the doctor finds at an address. */
export async function examined(options: {
	baseUrl: string;
	clock: Clock;
	accessToken?: string;
	refreshToken?: string;
	/** Every question is answered with yes. */
	write?: boolean;
}): Promise<Examined> {
	const { baseUrl, clock, accessToken = 'token', refreshToken, write = false } = options;
	const answers: Answer[] = [];
	const lines: string[] = [];
	const client = new Client({ baseUrl, clock, onAnswer: (answer) => answers.push(answer) });
	client.accessToken = accessToken;
	let keys = 0;
	const report = await examine({
		client,
		...(refreshToken && { refreshToken }),
		...(write && { ownNumber: '+15550100' }),
		say: (line) => lines.push(line),
		ask: async () => true,
		newKey: () => `key-${clock.now()}-${(keys += 1)}`,
	});
	return { report, answers, said: lines.join('\n') };
}
