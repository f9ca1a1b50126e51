// The promises of docs/reliability.md on the real n8n: `npm run test:e2e -- [part of a name]`.
// The last line counts: "N passed, N failed".
import { ensureServices } from '../../tools/e2e/services.mts';
import { startQueue, startSingle } from '../../tools/e2e/stage.mts';
import { ensureHost } from '../../tools/n8n/host.mts';
import { queueScenarios } from './queue.mts';
import { commonScenarios } from './common.mts';
import { exampleScenarios } from './examples.mts';
import { Player } from './player.mts';
import { singleScenarios } from './single.mts';
import { triggerScenarios } from './trigger.mts';

const player = new Player(process.argv[2] ?? '');
await ensureHost();
await player.play(
	'one process',
	[...commonScenarios, ...singleScenarios, ...triggerScenarios, ...exampleScenarios],
	startSingle,
);
await player.play('queue mode', [...commonScenarios, ...queueScenarios], async (own) => {
	await ensureServices();
	return await startQueue(own);
});
await player.end();
