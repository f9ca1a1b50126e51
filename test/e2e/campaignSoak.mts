// Campaigns under fire, as large as one likes: `npm run test:soak:campaign -- [leads] [kills] [seed]`, 300 and 8 by default.
// One process is killed at random moments; then, in queue mode, one of two workers.
// The last line counts: "N passed, N failed".
import { setTimeout as pause } from 'node:timers/promises';
import { ensureServices } from '../../tools/e2e/services.mts';
import {
	type QueueStage,
	type SingleStage,
	startQueue,
	startSingle,
} from '../../tools/e2e/stage.mts';
import { ensureHost } from '../../tools/n8n/host.mts';
import { randomOf } from '../support/random.mts';
import { disturbedCampaign, killWorker } from './disturbedCampaign.mts';
import { Player } from './player.mts';

const LONGEST_PAUSE_MS = 3_000;

const [leads = 300, kills = 8, seed = Date.now() % 100_000] = process.argv.slice(2).map(Number);
const random = randomOf(seed);
console.log(`${leads} leads, ${kills} kills, seed ${seed}`);

/** Calls after which something happens: at random, from the first of them to about the last first attempt. */
const moments = Array.from({ length: kills }, () => 1 + Math.floor(random() * leads)).sort(
	(one, other) => one - other,
);

const player = new Player('');
await ensureHost();
await player.play(
	'one process',
	[
		{
			name: 'campaign',
			run: async (stage: SingleStage) =>
				await disturbedCampaign(
					stage,
					leads,
					moments.map((calls) => [
						calls,
						async ({ restart }: SingleStage) => {
							await pause(random() * LONGEST_PAUSE_MS);
							await restart();
						},
					]),
				),
		},
	],
	async (own) => await startSingle(own),
);
await ensureServices();
await player.play(
	'queue mode',
	[
		{
			name: 'campaign',
			run: async (stage: QueueStage) =>
				await disturbedCampaign(stage, leads, [[moments[0] ?? 1, killWorker]]),
		},
	],
	async (own) => await startQueue(own),
);
await player.end();
