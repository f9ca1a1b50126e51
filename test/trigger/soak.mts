// All generated tests with other values, those of server.test.mts for an hour or for so many minutes:
// `npm run test:soak -- 5`. With the SEED that it prints it does the same again.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';

const GENERATED = ['test/trigger/server.test.mts', 'test/unit', 'test/fuzz', 'test/security/links'];

const { SEED = String(randomInt(2 ** 31)) } = process.env;
console.log(`SEED=${SEED}`);
const jest = spawn(process.execPath, ['node_modules/jest/bin/jest.js', ...GENERATED], {
	stdio: 'inherit',
	env: { ...process.env, SEED, SOAK_MINUTES: process.argv[2] ?? '60' },
});
const [code] = (await once(jest, 'close')) as [number | null];
process.exitCode = code ?? 1;
