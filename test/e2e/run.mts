// The promises of docs/reliability.md on the real n8n: `npm run test:e2e -- [part of a name]`.
// The last line counts: "N passed, N failed".
import { ensureServices } from '../../tools/e2e/services.mts';
import { startQueue, startSingle } from '../../tools/e2e/stage.mts';
import { ensureHost } from '../../tools/n8n/host.mts';
import { commonScenarios } from './common.mts';
import { faultScenarios } from './faults.mts';
import { finish, play } from './play.mts';
import { queueScenarios } from './queue.mts';
import { singleScenarios } from './single.mts';
import { triggerScenarios } from './trigger.mts';

await ensureHost();
await play(
	'one process',
	[...commonScenarios, ...faultScenarios, ...singleScenarios, ...triggerScenarios],
	async (own) => await startSingle(own),
);
await play(
	'queue mode',
	[...commonScenarios, ...faultScenarios, ...queueScenarios],
	async (own) => {
		await ensureServices();
		return await startQueue(own);
	},
);
await finish();
