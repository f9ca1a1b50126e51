// Ends the process groups named on its standard input ("+pid", "-pid") once that input closes, that is, once the
// process which started them is gone, however it went.
import { createInterface } from 'node:readline';
import { killGroup } from './processGroups.mts';
import { waitFor } from './waitFor.mts';

const GRACE_MS = 10_000;
const groups = new Set<number>();

for await (const line of createInterface({ input: process.stdin })) {
	const pid = Number(line.slice(1));
	if (line.startsWith('+')) groups.add(pid);
	else groups.delete(pid);
}

for (const pid of groups) killGroup(pid, 'SIGTERM');
const gone = async () => ([...groups].some((pid) => killGroup(pid, 0)) ? undefined : true);
await waitFor(gone, { what: 'servers ending', withinMs: GRACE_MS }).catch(() => {
	for (const pid of groups) killGroup(pid, 'SIGKILL');
});
