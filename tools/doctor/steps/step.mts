import type { Findings } from '../probe.mts';
import type { Survey } from '../survey.mts';

/** What a step has to go by. */
export interface Bench {
	survey: Survey;
	/** The number of the person who runs the doctor; the only one that is ever called. */
	ownNumber: string;
	refreshToken?: string;
	/** What was found out so far. */
	findings: Findings;
	say: (line: string) => void;
	/** Something unique for each key. */
	newKey: () => string;
	/** The call that was made, if its key was heeded. */
	called?: { body: unknown; headers: Record<string, string>; id: string };
}

/** One thing that is tried with --write, after the person has said yes to it. */
export interface Step {
	/** What would be done, as a question is asked about it. */
	does: string;
	/** What it leaves behind or costs. */
	leaves: string;
	/** Whether there is a point in it; always unless given. */
	isOf?: (bench: Bench) => boolean;
	run: (bench: Bench) => Promise<Findings>;
}
