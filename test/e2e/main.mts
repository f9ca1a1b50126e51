// The promises of docs/reliability.md on the real n8n: `npm run test:e2e -- [part of a name]`.
// The last line counts: "N passed, N failed".
import { ensureServices } from '../../tools/e2e/services.mts';
import { startQueue, startSingle } from '../../tools/e2e/stage.mts';
import { ensureHost } from '../../tools/n8n/host.mts';
import { commonScenarios } from './anyModeScenarios.mts';
import { campaignQueueScenarios, campaignScenarios } from './campaignScenarios.mts';
import { campaignControlScenarios } from './campaignControlScenarios.mts';
import { campaignFormScenarios } from './campaignFormScenarios.mts';
import { campaignLeadScenarios } from './campaignLeadScenarios.mts';
import { dialogueScenarios } from './dialogueScenarios.mts';
import { exampleScenarios } from './exampleScenarios.mts';
import { faultScenarios } from './faultScenarios.mts';
import { mcpScenarios } from './mcpScenarios.mts';
import { agentOnceScenarios, crashScenario, onceScenarios } from './onceScenarios.mts';
import { plainAgentScenario, plainScenarios, restoredScenario } from './plainScenarios.mts';
import { Player } from './player.mts';
import { queueScenarios } from './queueScenarios.mts';
import { signInScenarios } from './signInScenarios.mts';
import { singleScenarios } from './singleScenarios.mts';
import { startScenarios, startStarted } from './startScenarios.mts';
import { triggerScenarios } from './triggerScenarios.mts';

const player = new Player(process.argv[2] ?? '');
await ensureHost();
// They mostly wait, and share nothing but the packed package.
const alone = [
	player.play(
		'one process',
		[
			...commonScenarios,
			...onceScenarios,
			...agentOnceScenarios,
			...dialogueScenarios,
			...mcpScenarios,
			crashScenario,
			...plainScenarios,
			plainAgentScenario,
			restoredScenario,
			...faultScenarios,
			...singleScenarios,
			...signInScenarios,
		],
		async (own) => await startSingle(own),
	),
	player.play(
		'one process',
		[...triggerScenarios, ...exampleScenarios],
		async (own) => await startSingle(own, { name: 'workflows' }),
	),
	player.play(
		'one process',
		[
			...campaignFormScenarios,
			...campaignControlScenarios,
			...campaignLeadScenarios,
			...campaignScenarios,
		],
		async (own) => await startSingle(own, { name: 'campaigns' }),
	),
];
await player.play(
	'queue mode',
	[
		...commonScenarios,
		...onceScenarios,
		...plainScenarios,
		plainAgentScenario,
		...faultScenarios,
		...queueScenarios,
		...campaignLeadScenarios,
		...campaignQueueScenarios,
	],
	async (own) => {
		await ensureServices();
		return await startQueue(own);
	},
);
await player.play('npm start', startScenarios, startStarted);
await Promise.all(alone);
await player.end();
