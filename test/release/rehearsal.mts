// A release against a registry on this machine: `npm run test:release`. The release workflow's own commands make the
// package and publish it; a fresh n8n installs it on its page of community nodes, in the browser, and makes a call with it.
// n8n takes another registry than npm's only with a licence: a proxy leads it, and npm, to this one.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBrowser } from '../../tools/browser/chromium.mts';
import { startSingle, type SingleStage } from '../../tools/e2e/stage.mts';
import { CACHE, RELEASE, ROOT } from '../../tools/lib/paths.mts';
import { runProgram } from '../../tools/lib/runProgram.mts';
import type { UndoList } from '../../tools/lib/undoList.mts';
import { ensureHost, pathWithNode } from '../../tools/n8n/host.mts';
import { assertOutcomes, assertCalled, startCalling } from '../e2e/calling.mts';
import { ended } from '../e2e/executions.mts';
import { Player } from '../e2e/player.mts';
import { leads } from '../support/callsToMake.mts';
import { startDetour } from './detour.mts';
import { type LocalRegistry, NPM_REGISTRY, readOutputs, startRegistry } from './localRegistry.mts';
import { releaseScript } from './workflows.mts';

const INSTALLED_WITHIN_MS = 120_000;

/** What the release workflow does before it packs: `npm ci` and `npm test` are this checkout's own. */
const PREPARES = ['npm ci', 'npm test'];

interface Manifest {
	name: string;
	version: string;
}

/** A fresh n8n with the package that was published. */
interface ReleaseStage extends SingleStage {
	manifest: Manifest;
	registry: LocalRegistry;
	/** The digest of the package, as the job that packs says it. */
	sha256: string;
	/** What n8n's page shows of the package. */
	shown: string;
}

/** Packs and publishes as the workflow does; gives the digest that its first job hands to the second. */
async function release(
	{ version }: Manifest,
	{ url, npmrc, certificate }: LocalRegistry,
	folder: string,
): Promise<string> {
	const outputs = join(folder, 'outputs');
	const env = {
		...process.env,
		PATH: pathWithNode(),
		GITHUB_REF_NAME: version,
		GITHUB_OUTPUT: outputs,
	};
	const packing = releaseScript('package', (command) => !PREPARES.includes(command));
	await runProgram('bash', ['-c', packing], { cwd: ROOT, env });
	const { tarball, sha256 } = await readOutputs(outputs);
	assert.ok(tarball && sha256);
	await writeFile(join(folder, '.npmrc'), npmrc);
	await runProgram('bash', ['-c', releaseScript('publish')], {
		cwd: RELEASE,
		env: {
			PATH: pathWithNode(),
			HOME: folder,
			NO_PROXY: new URL(url).hostname,
			NODE_EXTRA_CA_CERTS: certificate,
			npm_config_registry: url,
			TARBALL: tarball,
			SHA256: sha256,
		},
	});
	return sha256;
}

async function startRelease(undo: UndoList): Promise<ReleaseStage> {
	await mkdir(CACHE, { recursive: true });
	const folder = await mkdtemp(join(CACHE, 'rehearsal-'));
	undo.add(async () => await rm(folder, { recursive: true, force: true, maxRetries: 5 }));
	const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;
	const registry = await startRegistry(join(folder, 'registry'), undo);
	const sha256 = await release(manifest, registry, folder);
	const proxy = await startDetour({ [NPM_REGISTRY]: registry.port }, undo);
	let shown = '';
	const stage = await startSingle(undo, {
		name: 'rehearsal',
		editor: true,
		env: {
			N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
			HTTPS_PROXY: proxy,
			https_proxy: proxy,
			NODE_EXTRA_CA_CERTS: registry.certificate,
			npm_config_https_proxy: proxy,
			npm_config_cache: join(folder, 'npm'),
		},
		async install(client) {
			const page = await (await startBrowser(client, undo)).newPage();
			await page.goto(`${client.url}/settings/community-nodes`);
			await page.getByRole('button', { name: 'Install a community node' }).click();
			await page.getByTestId('package-name-input').fill(manifest.name);
			await page.getByTestId('user-agreement-checkbox').click();
			await page.getByTestId('install-community-package-button').click();
			const card = page.getByTestId('community-package-card').filter({ hasText: manifest.name });
			await card.waitFor({ timeout: INSTALLED_WITHIN_MS });
			shown = await card.innerText();
		},
	});
	return { ...stage, manifest, registry, sha256, shown };
}

const player = new Player(process.argv[2] ?? '');
await ensureHost();
await player.play<ReleaseStage>(
	'release',
	[
		{
			name: 'the registry has the very package that was tested',
			async run({ manifest: { name, version }, registry, sha256 }) {
				const published = await registry.download(`/${name}/-/${name}-${version}.tgz`);
				assert.equal(createHash('sha256').update(published).digest('hex'), sha256);
				return `${published.length} bytes`;
			},
		},
		{
			name: 'n8n installs it on its page of community nodes',
			async run({ manifest: { version }, shown }) {
				for (const part of [`v${version}`, 'KallyAI', 'KallyAI Trigger'])
					assert.ok(shown.includes(part), shown);
				return `version ${version}, both nodes`;
			},
		},
		{
			name: 'its node makes a call',
			async run(stage) {
				const people = leads(1);
				assertOutcomes(await ended(stage, await startCalling(stage, people)), people);
				await assertCalled(stage, people);
				return '1 lead, 1 call';
			},
		},
	],
	startRelease,
);
await player.end();
