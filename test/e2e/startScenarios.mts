import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { logFile, ROOT, USER_FOLDERS } from '../../tools/lib/paths.mts';
import { startServer, type Server } from '../../tools/lib/processes.mts';
import { waitFor } from '../../tools/lib/waitFor.mts';
import type { UndoList } from '../../tools/lib/undoList.mts';
import { N8nClient, N8nRequestError, type Owner } from '../../tools/n8n/client.mts';
import { filesFolder } from '../../tools/n8n/environment.mts';
import { begin, lastPage, pageOf, submit, textOf } from '../../tools/n8n/forms.mts';
import { ownerFile } from '../../tools/n8n/owner.mts';
import { SandboxControl } from '../../tools/sandbox.mts';
import { sendRaw } from '../support/rawRequest.mts';
import { csvFile, LEADS_CSV, NEW_CAMPAIGN } from './campaignForms.mts';
import { assertSuccess } from './executions.mts';
import type { Scenario } from './player.mts';

/** The password that the n8n of every folder had in version 0.1.0. */
const PUBLISHED_PASSWORD = 'Sandbox-2026';

/** What npm start has started, in a folder that goes away in the end. */
export interface StartedStage {
	folder: string;
	/** What npm start printed. */
	printed: Record<'url' | 'email' | 'password' | 'page' | 'newCampaign', string>;
	sandbox: SandboxControl;
	/** Stops everything and starts it again in the same folder; `between` happens while nothing runs. */
	startAgain(between?: () => Promise<void>): Promise<void>;
}

/** Gives npm start a folder of its own and waits until it says that all is up. */
export async function startStarted(undo: UndoList): Promise<StartedStage> {
	await mkdir(USER_FOLDERS, { recursive: true });
	const folder = await mkdtemp(join(USER_FOLDERS, 'start-'));
	undo.add(async () => await rm(folder, { recursive: true, force: true, maxRetries: 5 }));
	let server: Server | undefined;
	undo.add(async () => await server?.stop());

	const start = async () => {
		const started = await startServer({
			name: 'npm start',
			command: process.execPath,
			args: [join(ROOT, 'tools', 'start.mts'), '--folder', folder],
			cwd: ROOT,
			env: process.env,
			log: logFile('e2e-start'),
			ready: async (text) => (text.includes('Ctrl-C stops everything') ? text : undefined),
		});
		({ server } = started);
		const said = (label: string) =>
			new RegExp(`^${label} +(\\S+)$`, 'm').exec(started.readiness)?.[1] ?? '';
		return {
			printed: {
				url: new URL(said('Editor')).origin,
				email: said('Sign in'),
				password: said('Password'),
				page: said('Page'),
				newCampaign: said('New'),
			},
			sandbox: new SandboxControl(said('Sandbox')),
		};
	};
	const stage: StartedStage = {
		folder,
		...(await start()),
		async startAgain(between) {
			await server?.stop();
			await between?.();
			Object.assign(stage, await start());
		},
	};
	return stage;
}

/** Signs in with the address and a password, those that were printed unless said otherwise; gives n8n's status. */
async function signIn({ printed }: StartedStage, client: N8nClient, password = printed.password) {
	const login = { emailOrLdapLoginId: printed.email, password };
	return (await client.request('POST', '/rest/login', login)).status;
}

async function signedIn(stage: StartedStage): Promise<N8nClient> {
	const client = new N8nClient(stage.printed.url);
	assert.equal(await signIn(stage, client), 200);
	return client;
}

/** Fails unless n8n refuses this password. */
async function assertRefused(stage: StartedStage, password: string): Promise<void> {
	assert.equal(await signIn(stage, new N8nClient(stage.printed.url), password), 401);
}

/** A folder and everything in it that belongs to it; a link does not. */
async function contentsOf(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true });
	const paths = entries.map((entry) => {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) return contentsOf(path);
		return entry.isFile() ? [path] : [];
	});
	return [folder, ...(await Promise.all(paths)).flat()];
}

const permissionsOf = async (path: string): Promise<number> => (await lstat(path)).mode & 0o777;

/** Fails where somebody else on this machine could read, write or enter anything in a folder; gives how much there is. */
async function assertClosed(folder: string): Promise<number> {
	const paths = await contentsOf(folder);
	const open: string[] = [];
	for (const path of paths) if ((await permissionsOf(path)) & 0o077) open.push(path);
	assert.deepEqual(open, []);
	return paths.length;
}

/** What npm start promises of the n8n that it leaves running on somebody's machine. */
export const startScenarios: Array<Scenario<StartedStage>> = [
	{
		name: 'the folder, the database and the key are for the eyes of their owner only',
		async run({ folder }) {
			for (const name of ['owner.json', '.n8n/config', '.n8n/database.sqlite', 'tls/key.pem'])
				assert.equal(await permissionsOf(join(folder, name)), 0o600, name);
			assert.equal(await permissionsOf(folder), 0o700);
			const count = await assertClosed(folder);
			return `${count} files and folders`;
		},
	},
	{
		name: 'the password is not one that others know',
		async run(stage) {
			await signedIn(stage);
			const kept = JSON.parse(await readFile(ownerFile(stage.folder), 'utf8')) as Owner;
			assert.equal(kept.password, stage.printed.password);
			assert.ok(kept.password.length >= 20);
			await assertRefused(stage, PUBLISHED_PASSWORD);
			return `${kept.password.length} characters`;
		},
	},
	{
		name: 'a campaign is started from a CSV and looked at, at the addresses that were printed',
		async run({ printed: { page, newCampaign, email, password } }) {
			const shown = async (query: string, visitor: string) => {
				const authorization = `Basic ${Buffer.from(`${email}:${visitor}`).toString('base64')}`;
				return await fetch(new URL(query, page), { headers: { authorization } });
			};
			assert.equal((await shown(page, 'guess')).status, 401);
			const text = textOf(await (await shown(page, password)).text());
			assert.match(text, /Food market .* 23 of 24 leads done/);
			const form = await begin(newCampaign, {
				...NEW_CAMPAIGN,
				'field-0': 'My own',
				'field-1': csvFile(LEADS_CSV),
				'field-6': '',
			});
			await pageOf(form);
			await submit(form, { 'field-1': 'Confirm' });
			await lastPage(form);
			await waitFor(
				async () => {
					const answer = await shown('?campaign=My%20own', password);
					return /17 of 17 leads done/.test(textOf(await answer.text())) || undefined;
				},
				{ what: 'a campaign that is done', everyMs: 1_000 },
			);
			return '17 leads of a CSV file called';
		},
	},
	{
		name: 'the recordings archive writes into the folder for files without any set-up',
		async run(stage) {
			const client = await signedIn(stage);
			const archive = (await client.workflows()).find(
				({ name }) => name === 'KallyAI recordings archive',
			);
			assert.ok(archive);
			assertSuccess(await client.run(archive.id, 'Call has ended'));
			const names = await readdir(filesFolder(stage.folder));
			assert.deepEqual(names.map((name) => extname(name)).sort(), ['.mp3', '.txt']);
			return names.join(', ');
		},
	},
	{
		name: 'packages that nobody has checked cannot be installed',
		async run(stage) {
			const client = await signedIn(stage);
			const wanted = [
				{ name: 'n8n-nodes-example' },
				{ name: 'n8n-nodes-example', version: '1.0.0' },
				{ name: 'n8n-nodes-example', verify: true },
				{ name: 'n8n-nodes-kallyai', version: '99.0.0' },
			];
			for (const body of wanted) {
				const error = await client.rest('POST', '/community-packages', body).then(
					() => undefined,
					(reason: unknown) => reason,
				);
				assert.ok(error instanceof N8nRequestError, JSON.stringify(body));
				assert.match(error.message, /unverified community packages is forbidden|not vetted/);
			}
			const update = await client.request('PATCH', '/rest/community-packages', wanted[0]);
			assert.ok(update.status >= 400);
			const nodes = await readdir(join(stage.folder, '.n8n', 'nodes', 'node_modules'));
			assert.ok(!nodes.includes('n8n-nodes-example'));
			return `${wanted.length} installations refused`;
		},
	},
	{
		name: 'names of other sites and pages of other sites do not reach n8n',
		async run({ printed: { url } }) {
			const { host } = new URL(url);
			const refused: Array<[number, Record<string, string>]> = [
				[421, { host: 'evil.example' }],
				[421, { host: host.replace('127.0.0.1', 'evil.example') }],
				[403, { origin: 'https://evil.example' }],
				[403, { 'sec-fetch-site': 'cross-site' }],
			];
			const paths = ['/', '/rest/settings', '/rest/login', '/healthz', '/webhook/x', '/form/x'];
			for (const [status, headers] of refused) {
				for (const path of paths) {
					const answer = await sendRaw(url, { method: 'POST', path, headers });
					assert.equal(answer.status, status, `${path} ${JSON.stringify(headers)}`);
				}
			}
			for (const name of ['127.0.0.1', 'localhost']) {
				const headers = { host: host.replace('127.0.0.1', name) };
				assert.equal((await sendRaw(url, { path: '/rest/settings', headers })).status, 200, name);
			}
			return `${refused.length * paths.length} requests refused`;
		},
	},
	{
		name: 'n8n’s own port is no way round',
		async run({ printed: { url } }) {
			const log = await readFile(logFile('n8n'), 'utf8');
			const port = /n8n ready on 127\.0\.0\.1, port (\d+)/.exec(log)?.[1];
			assert.ok(port !== undefined && port !== new URL(url).port);
			await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`));
			await assert.rejects(
				fetch(`https://127.0.0.1:${port}/healthz`),
				({ cause }: { cause: { code: string } }) => cause.code === 'DEPTH_ZERO_SELF_SIGNED_CERT',
			);
			return `port ${port} takes nothing without its certificate`;
		},
	},
	{
		name: 'the next start knows the same password and the same workflows',
		async run(stage) {
			const before = stage.printed.password;
			const { length } = await (await signedIn(stage)).workflows();
			await stage.startAgain();
			assert.equal(stage.printed.password, before);
			assert.equal((await (await signedIn(stage)).workflows()).length, length);
			return `${length} workflows`;
		},
	},
	{
		name: 'a folder of an older version gets a new password and is closed to others',
		async run(stage) {
			const before = stage.printed.password;
			const { length } = await (await signedIn(stage)).workflows();
			await stage.startAgain(async () => {
				await rm(ownerFile(stage.folder));
				for (const path of await contentsOf(stage.folder)) await chmod(path, 0o755);
			});
			assert.notEqual(stage.printed.password, before);
			await assertRefused(stage, before);
			assert.equal((await (await signedIn(stage)).workflows()).length, length);
			await assertClosed(stage.folder);
			return `${length} workflows kept`;
		},
	},
];
