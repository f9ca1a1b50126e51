/** What to run and where its output goes. */
export interface LoggedRun {
	title: string;
	command: string;
	args: string[];
	cwd: string;
	env: NodeJS.ProcessEnv;
	log: string;
}

/** A folder with a lockfile, and the packages in it whose install scripts have to run. */
export interface Installation {
	folder: string;
	/** What the user reads. */
	name: string;
	/** What the user should know before waiting. */
	hint?: string;
	/** The packages to build, each with the file below node_modules that proves it was built. */
	builds: Record<string, string>;
	env: NodeJS.ProcessEnv;
	/** The folder for npm's output. */
	logs: string;
}

/** Says one line of progress. */
export function say(line: string): void;

/** Runs a program with its output in a log file; rejects with its last lines. */
export function runLogged(run: LoggedRun): Promise<void>;

/** Whether node_modules is what the lockfile asks for. */
export function isInstalled(folder: string): boolean;

/** Makes sure that a folder's dependencies are installed as locked and these packages are built. */
export function ensureInstalled(installation: Installation): Promise<void>;
