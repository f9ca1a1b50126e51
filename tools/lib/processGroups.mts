/** Signals every process of a group; false when there is none left. */
export function killGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
	try {
		process.kill(-leader, signal);
		return true;
	} catch {
		return false;
	}
}
