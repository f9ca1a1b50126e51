// n8n's editor in a real browser: `npm run test:browser -- [part of a name]`. With `--pictures <folder>` its pictures are
// kept there (`npm run docs:images`). The last line counts: "N passed, N failed".
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startBrowser } from '../../tools/browser/chromium.mts';
import { startSingle } from '../../tools/e2e/stage.mts';
import { CACHE, ROOT } from '../../tools/lib/paths.mts';
import { ensureHost } from '../../tools/n8n/host.mts';
import { knownScenario } from '../e2e/exampleScenarios.mts';
import { listedScenario } from '../e2e/mcpScenarios.mts';
import { Player, type Scenario } from '../e2e/player.mts';
import { campaignScenarios } from './campaignScenarios.mts';
import { Editor } from './editor.mts';
import { type BrowserStage, editorScenarios } from './editorScenarios.mts';
import { siteScenarios } from './siteScenarios.mts';

const { values, positionals } = parseArgs({
	options: { pictures: { type: 'string', default: join(CACHE, 'images') } },
	allowPositionals: true,
});

/** Keeps what was to be seen when a scenario went wrong. */
function withPictureOfFailure({ name, run }: Scenario<BrowserStage>): Scenario<BrowserStage> {
	return {
		name,
		async run(stage) {
			try {
				return await run(stage);
			} catch (error) {
				const path = join(CACHE, 'images', 'failed', `${name.replace(/\W+/g, '-')}.png`);
				await stage.editor.page.screenshot({ path });
				console.log(`What was to be seen: ${path}`);
				throw error;
			}
		},
	};
}

const player = new Player(positionals[0] ?? '');
await ensureHost();
const scenarios = [
	...editorScenarios,
	...siteScenarios,
	...campaignScenarios,
	// Not in a browser, but with what n8n tells one.
	knownScenario,
	listedScenario,
];
await player.play('browser', scenarios.map(withPictureOfFailure), async (undo) => {
	const stage = await startSingle(undo, { name: 'browser', editor: true });
	const context = await startBrowser(stage.client, undo);
	const editor = await Editor.open(context, stage.client, resolve(ROOT, values.pictures));
	return { ...stage, editor };
});
await player.end();
