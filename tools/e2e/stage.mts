import { cp, mkdtemp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pack } from '../lib/pack.mts';
import { logFile, USER_FOLDERS } from '../lib/paths.mts';
import { anyFreePort } from '../lib/ports.mts';
import type { UndoList } from '../lib/undoList.mts';
import { N8nClient, type Credential } from '../n8n/client.mts';
import { installPackage, linkPeer } from '../n8n/communityPackage.mts';
import { filesFolder, n8nUrl } from '../n8n/environment.mts';
import { startGuardedN8n } from '../n8n/guarded.mts';
import { CURRENT_HOST, type Host } from '../n8n/host.mts';
import { newOwner } from '../n8n/owner.mts';
import { startN8n, type RunningN8n } from '../n8n/server.mts';
import {
	connectToSandbox,
	sandboxCredentials,
	startSandbox,
	type SandboxControl,
} from '../sandbox.mts';
import { DATABASE, startPostgres, startRedis, type Service } from './services.mts';

const OWNER = newOwner();

/** Shared by everything that reads the same credentials. */
const ENCRYPTION_KEY = 'only-for-tests-only-for-tests-32';

/** An n8n that nobody looks at starts in two thirds of the time. */
const WITHOUT_EDITOR = { N8N_DISABLE_UI: 'true' };

/** Longer than any test. */
const NEVER_MS = String(3_600_000);

/** The real n8n with the package, and the sandbox it calls. */
export interface Stage {
	client: N8nClient;
	sandbox: SandboxControl;
	/** Both kinds of credential, signed in to the sandbox. */
	credentials: Record<'oAuth2' | 'token', Credential>;
	/** Signs the credentials in once more, after a test that ended their grants. */
	reconnect(): Promise<void>;
}

/** One n8n process on SQLite. */
export interface SingleStage extends Stage {
	/** The folder into which n8n's nodes may write. */
	files: string;
	/** The process that n8n is at present. */
	pid(): number;
	/** Ends n8n without any farewell and starts it again. */
	restart(): Promise<void>;
	/** Keeps a copy of the database; gives what puts it back, as somebody does who restores a backup. */
	backUp(): Promise<() => Promise<void>>;
}

/** n8n in queue mode: one main process, workers, and what they share. */
export interface QueueStage extends Stage {
	redis: Service;
	postgres: Service;
	workers: Worker[];
	/** Whether all processes can work: their database and their queue are there. */
	isReady(): Promise<boolean>;
	/** Starts one more worker; `env` is for its own settings. */
	addWorker(env?: Record<string, string>): Promise<Worker>;
}

/** A worker of the queue. */
export type Worker = RunningN8n;

/** SQLite keeps what is new in files of their own beside the database. */
const isDatabase = (name: string): boolean => name.startsWith('database.sqlite');

/** A new user folder; goes away in the end. */
async function userFolder(undo: UndoList): Promise<string> {
	await mkdir(USER_FOLDERS, { recursive: true });
	const folder = await mkdtemp(join(USER_FOLDERS, 'e2e-'));
	undo.add(async () => await rm(folder, { recursive: true, force: true, maxRetries: 5 }));
	return folder;
}

/** The same with the packed package installed. */
async function furnishedFolder(undo: UndoList, host = CURRENT_HOST): Promise<string> {
	const folder = await userFolder(undo);
	const { tarball, name } = await pack();
	await installPackage(tarball, name, folder, host);
	return folder;
}

/** The same with what another one has installed. */
async function furnishedLike(other: string, undo: UndoList): Promise<string> {
	const folder = await userFolder(undo);
	const nodes = join('.n8n', 'nodes');
	await cp(join(other, nodes), join(folder, nodes), { recursive: true, verbatimSymlinks: true });
	return folder;
}

async function dress(client: N8nClient, sandbox: SandboxControl): Promise<Stage> {
	await client.signIn(OWNER);
	const connect = async () => ({
		token: await client.saveCredential(
			'KallyAI sandbox tokens',
			'kallyAiTokenApi',
			sandboxCredentials(sandbox.url).kallyAiTokenApi,
		),
		// The last one: n8n's editor gives new nodes the credential that was changed last.
		oAuth2: await connectToSandbox(client, sandbox),
	});
	return {
		client,
		sandbox,
		credentials: await connect(),
		async reconnect() {
			await sandbox.reset();
			await connect();
		},
	};
}

async function sandboxFor(name: string, undo: UndoList): Promise<SandboxControl> {
	const sandbox = await startSandbox({ log: logFile(`e2e-${name}-sandbox`) });
	undo.add(sandbox.stop);
	return sandbox.control;
}

/** How one n8n process is started. */
interface SingleOptions {
	/** Which n8n; the current one unless said otherwise. */
	host?: Host;
	/** That of its logs. */
	name?: string;
	/** Further environment variables. */
	env?: Record<string, string>;
	/** Whether it has its editor, whose files it writes at each start. */
	editor?: boolean;
	/** Installs the package in an n8n that runs without it; it is in its folder from the start unless said otherwise. */
	install?: (client: N8nClient) => Promise<void>;
}

/** Starts one n8n process on SQLite. */
export async function startSingle(
	undo: UndoList,
	{ host = CURRENT_HOST, name = 'single', editor = false, env, install }: SingleOptions = {},
): Promise<SingleStage> {
	const sandbox = await sandboxFor(name, undo);
	const [port, brokerPort] = [await anyFreePort(), await anyFreePort()];
	const folder = install ? await userFolder(undo) : await furnishedFolder(undo, host);
	if (install) await linkPeer(folder, host);
	const start = async () =>
		await startGuardedN8n({
			userFolder: folder,
			port,
			brokerPort,
			host,
			log: logFile(`e2e-${name}`),
			env: { ...(editor ? {} : WITHOUT_EDITOR), ...env },
		});
	let n8n = await start();
	undo.add(async () => await n8n.stop());
	const client = new N8nClient(n8n.url);
	const startAgain = async () => {
		n8n = await start();
		await client.signIn(OWNER);
	};
	if (install) {
		await client.signIn(OWNER);
		await install(client);
	}
	return {
		...(await dress(client, sandbox)),
		files: filesFolder(folder),
		pid: () => n8n.pid,
		async restart() {
			await n8n.kill();
			await startAgain();
		},
		async backUp() {
			const data = join(folder, '.n8n');
			const copy = `${data}-copy`;
			const replace = async (from: string, to: string) => {
				await n8n.stop();
				for (const name of (await readdir(to).catch(() => [])).filter(isDatabase))
					await rm(join(to, name));
				for (const name of (await readdir(from)).filter(isDatabase))
					await cp(join(from, name), join(to, name));
				await startAgain();
			};
			await replace(data, copy);
			return async () => await replace(copy, data);
		},
	};
}

/** Starts Redis, PostgreSQL, n8n's main process and two workers. */
export async function startQueue(undo: UndoList): Promise<QueueStage> {
	const [redis, postgres, sandbox] = await Promise.all([
		startRedis(),
		startPostgres(),
		sandboxFor('queue', undo),
	]);
	undo.add(redis.stop);
	undo.add(postgres.stop);
	const shared = {
		...WITHOUT_EDITOR,
		N8N_ENCRYPTION_KEY: ENCRYPTION_KEY,
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		// Without a sign of life, a worker keeps its jobs: a slow machine must not make a dead one of it.
		QUEUE_WORKER_LOCK_DURATION: NEVER_MS,
		QUEUE_WORKER_LOCK_RENEW_TIME: '1000',
		// A test decides what becomes of a dead worker's jobs.
		QUEUE_WORKER_STALLED_INTERVAL: NEVER_MS,
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgres.port),
		DB_POSTGRESDB_USER: DATABASE,
		DB_POSTGRESDB_DATABASE: DATABASE,
		DB_POSTGRESDB_PASSWORD: 'unused',
	};
	const [port, brokerPort] = [await anyFreePort(), await anyFreePort()];
	const mainFolder = await furnishedFolder(undo);
	const main = await startN8n({
		userFolder: mainFolder,
		port,
		brokerPort,
		log: logFile('e2e-main'),
		env: shared,
	});
	undo.add(main.stop);

	const workers: Worker[] = [];
	let started = 0;
	undo.add(
		async () => void (await Promise.all(workers.map(async (worker) => await worker.stop()))),
	);
	const addWorker = async (env: Record<string, string> = {}) => {
		const log = logFile(`e2e-worker-${++started}`);
		const healthPort = await anyFreePort();
		const worker = await startN8n({
			userFolder: await furnishedLike(mainFolder, undo),
			port: healthPort,
			brokerPort: await anyFreePort(),
			log,
			command: ['worker', '--concurrency=10'],
			readyUrl: `${n8nUrl(healthPort)}/healthz/readiness`,
			env: {
				...shared,
				N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
				QUEUE_HEALTH_CHECK_ACTIVE: 'true',
				QUEUE_HEALTH_CHECK_PORT: String(healthPort),
				...env,
			},
		});
		workers.push(worker);
		return worker;
	};
	const [stage] = await Promise.all([
		dress(new N8nClient(main.url), sandbox),
		addWorker(),
		addWorker(),
	]);
	const isReady = async () => {
		const ready = await Promise.all([main, ...workers].map(async (one) => await one.isReady()));
		return ready.every(Boolean);
	};
	return { ...stage, redis, postgres, workers, isReady, addWorker };
}
