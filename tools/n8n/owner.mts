import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runLogged } from '../lib/install.mjs';
import { logFile } from '../lib/paths.mts';
import type { Owner } from './client.mts';
import { n8nEnvironment, type N8nPlace } from './environment.mts';
import { CURRENT_HOST, n8nProgram } from './host.mts';

/** Without those that look alike. */
const CHARACTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';
const LENGTH = 20;

/** A password that n8n takes: it wants a digit and a capital letter. */
function makePassword(): string {
	for (;;) {
		const password = Array.from(
			{ length: LENGTH },
			() => CHARACTERS[randomInt(CHARACTERS.length)],
		).join('');
		if (/\d/.test(password) && /[A-Z]/.test(password)) return password;
	}
}

/** A person with a new password. */
export function newOwner(): Owner {
	return {
		email: 'owner@kallyai-nodes.example',
		firstName: 'Kally',
		lastName: 'Owner',
		password: makePassword(),
	};
}

/** Where the owner of the n8n in a user folder is kept, the password included. */
export const ownerFile = (userFolder: string): string => join(userFolder, 'owner.json');

/**
 * The owner of an n8n that is not running. One is made, with a new password, for a folder that keeps none; an n8n that is
 * already there forgets its users then, but no workflow and no credential.
 */
export async function ownerOf(place: N8nPlace): Promise<Owner> {
	const { userFolder, host = CURRENT_HOST } = place;
	const file = ownerFile(userFolder);
	const kept = await readFile(file, 'utf8').catch(() => undefined);
	if (kept !== undefined) return JSON.parse(kept) as Owner;
	if (existsSync(join(userFolder, '.n8n', 'database.sqlite'))) {
		await runLogged({
			title: 'Making a new password',
			command: host.node,
			args: [n8nProgram(host), 'user-management:reset'],
			cwd: userFolder,
			env: n8nEnvironment(place),
			log: logFile('n8n-users'),
		});
	}
	const owner = newOwner();
	await writeFile(file, JSON.stringify(owner, null, 2), { mode: 0o600 });
	return owner;
}
