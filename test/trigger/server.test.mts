import fc from 'fast-check';

import { play } from './model.mts';
import { anyHistory, anyServer, MINUTE } from './serverModel.mts';

/** More of them: `RUNS=100000 npm run test:unit -- test/trigger/server`. */
const RUNS = Number(process.env.RUNS ?? 5000);
const SEED = Number(process.env.SEED ?? 20260301);

test('on any server each event comes once, or it is said that it cannot', async () => {
	await fc.assert(
		fc.asyncProperty(anyServer, anyHistory, async (server, history) => {
			const { lost, repeated, old, said, longest } = await play(server, history);
			expect({ repeated, old }).toEqual({ repeated: [], old: [] });
			if (said.length === 0) expect(lost).toEqual([]);
			expect(longest).toBeLessThan(2 * MINUTE);
		}),
		{ numRuns: RUNS, seed: SEED },
	);
}, 3_600_000);
