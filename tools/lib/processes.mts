import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { killGroup } from './processGroups.mts';
import { waitFor } from './waitFor.mts';

const STOP_WITHIN_MS = 15_000;
const SHOWN_ON_FAILURE = 30;

/** How to start a server and how to tell that it is ready. */
export interface ServerOptions<T> {
	/** What the user reads. */
	name: string;
	command: string;
	args: string[];
	env: NodeJS.ProcessEnv;
	cwd?: string;
	/** Whom to run it as, where that is not the user we are. */
	user?: { uid: number; gid: number };
	/** Gets everything the server prints. */
	log: string;
	/** Undefined until the server is ready; is given what it printed so far. */
	ready: (printed: string) => Promise<T | undefined>;
}

/** A server that was started here and is stopped by its process id. */
export interface Server {
	readonly name: string;
	readonly pid: number;
	readonly log: string;
	/** Settles when the server ends on its own or is stopped. */
	readonly ended: Promise<void>;
	/** Ends the server, by force after a while; may be called more than once. */
	stop(): Promise<void>;
	/** Ends the server at once and by force, as a crash would. */
	kill(): Promise<void>;
}

/** Whether there is a process with this id. */
export function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

let reaper: ChildProcess | undefined;
const running = new Set<number>();

/** A process of its own outlives even a SIGKILL of ours and then ends the servers that we could not. */
function tellReaper(line: string): void {
	if (reaper === undefined) {
		reaper = spawn(process.execPath, [join(import.meta.dirname, 'reaper.mts')], {
			detached: true,
			stdio: ['pipe', 'ignore', 'ignore'],
		});
		reaper.unref();
		// A pipe keeps the event loop alive unless told otherwise.
		(reaper.stdin as unknown as { unref(): void }).unref();
	}
	reaper.stdin?.write(`${line}\n`);
}

/** Starts a server in its own process group and waits until it is ready; stops it again if it does not get there. */
export async function startServer<T>(
	options: ServerOptions<T>,
): Promise<{ server: Server; readiness: T }> {
	mkdirSync(dirname(options.log), { recursive: true });
	const output = openSync(options.log, 'w');
	const child = spawn(options.command, options.args, {
		cwd: options.cwd,
		env: options.env,
		...options.user,
		// Its own group: Ctrl-C reaches only us, and we stop things in order.
		detached: true,
		stdio: ['ignore', output, output],
	});
	closeSync(output);
	await once(child, 'spawn');
	const pid = child.pid as number;
	running.add(pid);
	tellReaper(`+${pid}`);

	const ended = once(child, 'close').then(() => {
		// What the server itself started must not stay behind.
		killGroup(pid, 'SIGKILL');
		running.delete(pid);
		tellReaper(`-${pid}`);
		if (running.size > 0) return;
		reaper?.stdin?.end();
		reaper = undefined;
	});
	const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
	const kill = async () => {
		killGroup(pid, 'SIGKILL');
		await ended;
	};
	const stop = async () => {
		if (!hasEnded()) child.kill('SIGTERM');
		const force = setTimeout(() => killGroup(pid, 'SIGKILL'), STOP_WITHIN_MS);
		await ended;
		clearTimeout(force);
	};
	const server: Server = { name: options.name, pid, log: options.log, ended, stop, kill };

	const printed = () => readFileSync(options.log, 'utf8');
	try {
		const readiness = await waitFor(
			async () => {
				if (hasEnded())
					throw new Error(`${options.name} ended with ${child.signalCode ?? child.exitCode}`);
				return await options.ready(printed());
			},
			{ what: `${options.name} getting ready` },
		);
		return { server, readiness };
	} catch (error) {
		await stop();
		const lines = printed().trimEnd().split('\n').slice(-SHOWN_ON_FAILURE);
		throw new Error([(error as Error).message, ...lines].join('\n'), { cause: error });
	}
}
