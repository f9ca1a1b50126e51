// npm start: the real n8n with the KallyAI node, the local sandbox behind it, and the example campaigns run once.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPackage } from './buildPackage.mts';
import {
	CAMPAIGN,
	CAMPAIGN_TRIGGER,
	checkCampaign,
	emptyStatuses,
	printCampaign,
	readCampaign,
} from './campaign.mts';
import { importExamples, isChanged } from './examples.mts';
import {
	CAMPAIGN_CONTROL,
	CAMPAIGN_PAGE,
	CHANGE_CAMPAIGN,
	checkLargeCampaign,
	LARGE_CAMPAIGN,
	NEW_CAMPAIGN,
	printLargeCampaign,
	runLargeCampaign,
} from './largeCampaign.mts';
import { say } from './lib/install.mjs';
import { pack } from './lib/pack.mts';
import { logFile, USER_FOLDERS } from './lib/paths.mts';
import { choosePort } from './lib/ports.mts';
import { makePrivate } from './lib/private.mts';
import { isRunning, type Server } from './lib/processes.mts';
import { UndoList } from './lib/undoList.mts';
import { type Credential, N8nClient, type Owner, type Workflow } from './n8n/client.mts';
import { installPackage } from './n8n/communityPackage.mts';
import { filesFolder } from './n8n/environment.mts';
import { formAddress } from './n8n/forms.mts';
import { startGuardedN8n } from './n8n/guarded.mts';
import { ensureHost } from './n8n/host.mts';
import { ownerFile, ownerOf } from './n8n/owner.mts';
import { connectToSandbox, type SandboxControl, startSandbox } from './sandbox.mts';

/** Not every call gets through, and nobody wants to wait long for the demonstration. */
const SCENARIO = {
	outcome: ['success', 'success', 'voicemail', 'no_answer'],
	outreachOutcome: ['completed', 'completed', 'failed'],
	outreachDurationMs: 300,
};

const { values: options } = parseArgs({
	options: {
		/** Ends when the example has run, and forgets everything. */
		once: { type: 'boolean', default: false },
		/** Where n8n keeps its data. */
		folder: { type: 'string', default: join(USER_FOLDERS, 'n8n-user') },
	},
});

const undo = new UndoList();
let endUp: () => void;
const askedToStop = new Promise<void>((resolve) => (endUp = resolve));
let up = false;
let exitCode = 0;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => {
		if (undo.hasBegun) return;
		say('\nStopping …');
		if (up) endUp();
		else void undo.run().then(() => process.exit(128 + constants.signals[signal]));
	});
}

/** Registers a started server for stopping, and gives up when it ends before that. */
function keep<T extends Server>(server: T): T {
	undo.add(async () => await server.stop());
	void server.ended.then(() => {
		if (undo.hasBegun) return;
		exitCode = 1;
		process.stderr.write(`\n${server.name} stopped unexpectedly. Its output is in ${server.log}\n`);
		if (up) endUp();
	});
	return server;
}

/** Notes that this process uses the folder; two n8n on one SQLite database would damage it. */
async function claim(file: string): Promise<void> {
	const holder = Number(await readFile(file, 'utf8').catch(() => '0'));
	if (holder > 0 && isRunning(holder)) {
		throw new Error(
			`npm start is already running as process ${holder}; if it is not, delete ${file}.`,
		);
	}
	await writeFile(file, String(process.pid));
	undo.add(async () => await rm(file, { force: true }));
}

/** With --once a user folder that goes away again; otherwise the one whose workflows survive. */
async function userFolder(): Promise<string> {
	if (!options.once) {
		const folder = resolve(options.folder);
		await makePrivate(folder);
		await claim(join(folder, 'pid'));
		return folder;
	}
	await mkdir(USER_FOLDERS, { recursive: true });
	const folder = await mkdtemp(join(USER_FOLDERS, 'once-'));
	undo.add(async () => await rm(folder, { recursive: true, force: true, maxRetries: 5 }));
	await makePrivate(folder);
	return folder;
}

/** Who may see the page of campaigns: whoever may sign in. */
async function pageCredential(client: N8nClient, { email, password }: Owner): Promise<Credential> {
	return await client.saveCredential('Campaign page', 'httpBasicAuth', { user: email, password });
}

const named = (workflows: Workflow[], name: string): Workflow => {
	const found = workflows.find((workflow) => workflow.name === name);
	if (found === undefined) throw new Error(`There is no example named "${name}".`);
	return found;
};

/** Publishes an example; copies of it that the user has changed give up its addresses. */
async function publish(client: N8nClient, { id, name }: Workflow): Promise<void> {
	for (const copy of (await client.workflows()).filter((one) => isChanged(one, name)))
		await client.unpublish(copy.id);
	await client.publish(id);
}

/** Runs the campaign of 24 leads through its forms, and leaves forms, page and calls in service; gives what is wrong. */
async function runAndKeepLarge(
	client: N8nClient,
	sandbox: SandboxControl,
	workflows: Workflow[],
): Promise<{ problems: string[]; addresses: string[] }> {
	const large = named(workflows, LARGE_CAMPAIGN);
	if ((await client.workflows()).some((one) => isChanged(one, LARGE_CAMPAIGN))) {
		say(
			`"${LARGE_CAMPAIGN}" is not run: it would also work on the campaigns of your changed copy.`,
		);
		return { problems: [], addresses: [] };
	}
	say(`Running "${LARGE_CAMPAIGN}" …`);
	const control = named(workflows, CAMPAIGN_CONTROL);
	await publish(client, control);
	const { calls: earlier } = await sandbox.state();
	const run = await runLargeCampaign(client, sandbox, { calling: large.id, control: control.id });
	printLargeCampaign(run);
	const { calls } = await sandbox.state();

	const page = named(workflows, CAMPAIGN_PAGE);
	await publish(client, page);
	await client.publish(large.id);
	const formOf = async (trigger: string) => await formAddress({ client }, control.id, trigger);
	return {
		problems: checkLargeCampaign(run, calls.slice(earlier.length)),
		addresses: [
			`Page      ${client.url}/webhook/kallyai-campaign?campaign=${encodeURIComponent(run.name)}`,
			`New       ${await formOf(NEW_CAMPAIGN)}`,
			`Change    ${await formOf(CHANGE_CAMPAIGN)}`,
		],
	};
}

/** Everything up to the printed summary; gives what is wrong with it. */
async function run(): Promise<{
	problems: string[];
	editor: string;
	owner: Owner;
	sandbox: string;
	files: string;
	/** Where campaigns are started, changed and looked at. */
	addresses: string[];
}> {
	await ensureHost();
	await buildPackage();
	const packed = await pack();
	const folder = await userFolder();
	await installPackage(packed.tarball, packed.name, folder);
	say(`Installed ${packed.filename} (${Math.ceil(packed.size / 1000)} kB) in n8n.`);

	const port = await choosePort('n8n', 5678);
	const brokerPort = await choosePort("n8n's task runner", 5679, [port]);
	const sandboxPort = await choosePort('the sandbox', 8787, [port, brokerPort]);
	const sandbox = keep(await startSandbox({ port: sandboxPort, log: logFile('sandbox') }));
	say('Starting n8n …');
	const place = { userFolder: folder, port, brokerPort };
	const owner = await ownerOf(place);
	const n8n = keep(await startGuardedN8n({ ...place, log: logFile('n8n') }));

	const client = new N8nClient(n8n.url);
	await client.signIn(owner).catch((error: Error) => {
		throw new Error(
			`${error.message}\nDelete ${ownerFile(folder)} for a new password; workflows are kept.`,
			{ cause: error },
		);
	});
	const credential = await connectToSandbox(client, sandbox.control);
	say(`Connected the credential "${credential.name}" through OAuth2.`);

	const workflows = await importExamples(
		client,
		[credential, await pageCredential(client, owner)],
		filesFolder(folder),
		join(folder, 'examples.json'),
	);
	const campaign = named(workflows, CAMPAIGN);
	say(`Imported ${workflows.length} example workflow(s); running "${CAMPAIGN}" …`);
	await sandbox.control.scenario(SCENARIO);
	await emptyStatuses(client);
	const before = await sandbox.control.state();
	const result = readCampaign(await client.run(campaign.id, CAMPAIGN_TRIGGER));
	printCampaign(result);
	const problems = await checkCampaign(result, sandbox.control, before);

	const large = await runAndKeepLarge(client, sandbox.control, workflows);
	return {
		problems: [...problems, ...large.problems],
		addresses: large.addresses,
		editor: `${n8n.url}/workflow/${campaign.id}`,
		owner,
		sandbox: sandbox.control.url,
		files: filesFolder(folder),
	};
}

try {
	const { problems, editor, owner, sandbox, files, addresses } = await run();
	if (problems.length > 0) {
		exitCode = 1;
		say(
			`The summary does not match the sandbox:\n${problems.map((line) => `  ${line}`).join('\n')}`,
		);
	} else {
		say('Checked against the sandbox: every lead was contacted once and the credits add up.');
	}
	if (!options.once) {
		say(
			`\nEditor    ${editor}\nSign in   ${owner.email}\nPassword  ${owner.password}\nSandbox   ${sandbox}`,
		);
		say(`Files     ${files}`);
		if (addresses.length > 0) say(['\nCampaigns', ...addresses].join('\n'));
		say('\nYour workflows are kept for the next start. Ctrl-C stops everything.');
		up = true;
		await askedToStop;
	}
} catch (error) {
	if (!undo.hasBegun) {
		exitCode = 1;
		process.stderr.write(`\n${(error as Error).message}\n`);
	}
}
await undo.run();
process.exit(exitCode);
