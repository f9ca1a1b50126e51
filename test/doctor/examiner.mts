// Examines worlds of the sandbox in a process of its own: the sandbox's library cannot be loaded by the test runner.
import { playedSandbox, sandboxClock, type World } from '../../tools/doctor/sandboxWorld.mts';
import { examined } from './examined.mts';

/** What is asked of this process. */
export interface Wish {
	world: World;
	write: boolean;
}

const sandbox = await playedSandbox();

process.on('message', async ({ world, write }: Wish) => {
	await sandbox.play(world);
	const { report } = await examined({ ...sandbox, clock: sandboxClock, write });
	process.send!(report);
});
process.send!('ready');
