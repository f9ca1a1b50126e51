import fc from 'fast-check';

import { play } from './model.mts';
import { anyHistory, anyServer, MINUTE } from './serverModel.mts';

/** Other ones: `SEED=7 RUNS=20000 npm run test:unit -- test/trigger/server.test.mts`. */
const RUNS = Number(process.env.RUNS ?? 5000);
const SEED = Number(process.env.SEED ?? 20260301);

/** Set by `npm run test:soak`: goes on for so long, with other servers each time. */
const SOAK = Number(process.env.SOAK_MINUTES ?? 0) * MINUTE;

const LIMITS = SOAK
	? { numRuns: 1e9, interruptAfterTimeLimit: SOAK, markInterruptAsFailure: false }
	: { numRuns: RUNS, seed: SEED };

test(
	'on any server each event comes once, or it is said that it cannot',
	async () => {
		await fc.assert(
			fc.asyncProperty(anyServer, anyHistory, async (server, history) => {
				const { lost, repeated, old, said, longest, most } = await play(server, history);
				expect(repeated).toEqual([]);
				if (said.length === 0) expect({ lost, old }).toEqual({ lost: [], old: [] });
				expect(longest).toBeLessThan(2 * MINUTE);
				expect(most).toBeLessThan(400);
			}),
			LIMITS,
		);
	},
	SOAK + 10 * MINUTE,
);
