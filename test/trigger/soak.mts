// The property of server.test.mts for an hour, or for so many minutes: `npm run test:soak -- 5`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const jest = spawn(
	process.execPath,
	['node_modules/jest/bin/jest.js', 'test/trigger/server.test.mts'],
	{ stdio: 'inherit', env: { ...process.env, SOAK_MINUTES: process.argv[2] ?? '60' } },
);
const [code] = (await once(jest, 'close')) as [number | null];
process.exitCode = code ?? 1;
