import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program to its end; gives what it printed, rejects when it fails. */
export const runProgram = promisify(execFile);
