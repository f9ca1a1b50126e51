// The property of server.test.mts for an hour, or for so many minutes: `npm run test:soak -- 5`.
import { runProgram } from '../../tools/lib/runProgram.mts';

process.env.SOAK_MINUTES = process.argv[2] ?? '60';
await runProgram(process.execPath, [
	'node_modules/jest/bin/jest.js',
	'test/trigger/server.test.mts',
]);
