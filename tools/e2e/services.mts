import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackages, pathOf } from '../lib/debian.mts';
import { logFile } from '../lib/paths.mts';
import { anyFreePort, LOOPBACK } from '../lib/ports.mts';
import { startServer, type Server } from '../lib/processes.mts';
import { runProgram } from '../lib/runProgram.mts';

const POSTGRES_FOLDERS = '/usr/lib/postgresql';

/** The database and its only user. */
export const DATABASE = 'n8n';

/** A server with data of its own that can crash and come back on the same port. */
export interface Service {
	readonly port: number;
	/** Ends it without any farewell and starts it again. */
	restart(): Promise<void>;
	stop(): Promise<void>;
}

/** The newest PostgreSQL that Debian has put on this machine. */
async function postgresPrograms(): Promise<string | undefined> {
	const versions = await readdir(POSTGRES_FOLDERS).catch(() => []);
	const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
	return newest === undefined ? undefined : join(POSTGRES_FOLDERS, newest, 'bin');
}

/** Installs Redis and PostgreSQL from the distribution where they are missing. */
export async function ensureServices(): Promise<void> {
	await installPackages('Queue mode', [
		...((await pathOf('redis-server')) ? [] : ['redis-server']),
		...((await postgresPrograms()) ? [] : ['postgresql']),
	]);
}

async function accepts(port: number): Promise<true | undefined> {
	return await new Promise((resolve) => {
		const socket = connect(port, LOOPBACK);
		socket.once('connect', () => resolve(true)).once('error', () => resolve(undefined));
		socket.once('connect', () => socket.destroy());
	});
}

async function keepRunning(
	folder: string,
	port: number,
	start: () => Promise<Server>,
	crash: NodeJS.Signals,
): Promise<Service> {
	let server = await start();
	return {
		port,
		async restart() {
			process.kill(server.pid, crash);
			await server.ended;
			server = await start();
		},
		async stop() {
			await server.stop();
			await rm(folder, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

/** Starts a Redis that writes everything down at once, so that a crash loses no job. */
export async function startRedis(): Promise<Service> {
	const folder = await mkdtemp(join(tmpdir(), 'kallyai-redis-'));
	const port = await anyFreePort();
	const settings = {
		port,
		bind: LOOPBACK,
		dir: folder,
		save: '',
		appendonly: 'yes',
		appendfsync: 'always',
	};
	const start = async () =>
		(
			await startServer({
				name: 'Redis',
				command: 'redis-server',
				args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
				env: process.env,
				log: logFile('redis'),
				ready: async () => await accepts(port),
			})
		).server;
	return await keepRunning(folder, port, start, 'SIGKILL');
}

/** PostgreSQL refuses to run as root; Debian's package brings a user for it. */
async function postgresUser(): Promise<{ uid: number; gid: number } | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const id = async (flag: string) => Number((await runProgram('id', [flag, 'postgres'])).stdout);
	return { uid: await id('-u'), gid: await id('-g') };
}

/** Starts a PostgreSQL with an empty database. */
export async function startPostgres(): Promise<Service> {
	const programs = await postgresPrograms();
	if (programs === undefined) throw new Error('There is no PostgreSQL');
	const user = await postgresUser();
	// Not below the repository: the user postgres may not be let in there.
	const folder = await mkdtemp(join(tmpdir(), 'kallyai-postgres-'));
	if (user) await chown(folder, user.uid, user.gid);
	await chmod(folder, 0o700);
	const as = { ...user, cwd: folder };
	const data = join(folder, 'data');
	await runProgram(
		join(programs, 'initdb'),
		['-D', data, '-A', 'trust', '-U', DATABASE, '--no-sync', '-E', 'UTF8'],
		as,
	);
	const port = await anyFreePort();
	const settings = {
		listen_addresses: LOOPBACK,
		port,
		unix_socket_directories: folder,
		fsync: 'off',
	};
	const client = (program: string) =>
		[join(programs, program), ['-h', LOOPBACK, '-p', String(port), '-U', DATABASE]] as const;
	const start = async () =>
		(
			await startServer({
				name: 'PostgreSQL',
				command: join(programs, 'postgres'),
				args: [
					'-D',
					data,
					...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
				],
				cwd: folder,
				user,
				env: process.env,
				log: logFile('postgres'),
				ready: async () => {
					const [command, args] = client('pg_isready');
					return await runProgram(command, [...args]).then(
						() => true as const,
						() => undefined,
					);
				},
			})
		).server;
	const service = await keepRunning(folder, port, start, 'SIGQUIT');
	const [command, args] = client('createdb');
	await runProgram(command, [...args, DATABASE]);
	return service;
}
