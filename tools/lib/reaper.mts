// Ends the process groups named on its standard input ("+pid", "-pid") once that input closes, that is, once the
// process which started them is gone, however it went.
import { createInterface } from 'node:readline';
import { killGroup } from './groups.mts';

const GRACE_MS = 10_000;
const groups = new Set<number>();

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
	const pid = Number(line.slice(1));
	if (line.startsWith('+')) groups.add(pid);
	else groups.delete(pid);
});
lines.once('close', () => {
	const left = [...groups].filter((pid) => killGroup(pid, 'SIGTERM'));
	if (left.length === 0) return;
	setTimeout(() => left.forEach((pid) => killGroup(pid, 'SIGKILL')), GRACE_MS);
});
