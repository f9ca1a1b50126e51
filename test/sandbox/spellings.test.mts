import { sendRaw } from '../support/rawRequest.mts';
import { CALL_BODY, startSandbox, type RunningSandbox } from '../support/sandbox.mts';

const FOREIGN = 'https://evil.example';
const CREDITS = 7;

let sandbox: RunningSandbox;
beforeAll(async () => void (sandbox = await startSandbox()));
afterAll(async () => await sandbox.stop());
beforeEach(async () => await sandbox.control('reset'));

const send = async (
	method: string,
	path: string,
	headers?: Record<string, string>,
	body?: string,
) => await sendRaw(sandbox.baseUrl, { method, path, headers, body });

/** Many ways to write the same path; the server may or may not take them for it. */
function spellings(path: string): string[] {
	const { host } = new URL(sandbox.baseUrl);
	const encode = (character: string) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
	const letters = [...path.slice(1)].map((character) =>
		character === '/' ? character : encode(character),
	);
	return [
		path,
		...[...path.matchAll(/[^/]/g)].map(
			({ 0: character, index }) => path.slice(0, index) + encode(character) + path.slice(index + 1),
		),
		`/${letters.join('')}`,
		`/${letters.join('').toUpperCase()}`,
		path.replace(/^\//, '//'),
		path.replaceAll('/', '//'),
		path.replace(/(?!^)\//, '%2f'),
		path.replace(/(?!^)\//, '%2F'),
		path.replace(/^\//, '/./'),
		path.replace(/^\//, '/x/../'),
		path.replace(/^\//, '/%2e/'),
		path.replace(/^\//, '/x/%2e%2e/'),
		path.toUpperCase(),
		`${path}/`,
		`${path}?`,
		`${path}?a=b`,
		`${path}#top`,
		`${path};a=b`,
		`${path}%00`,
		`${path}%20`,
		path.replace('/', '\\'),
		`http://${host}${path}`,
		`HTTP://${host}${path}`,
		`https://${host}${path}`,
		`http://evil.example${path}`,
		`http://user@${host}${path}`,
	];
}

test('a page of another site cannot pull the levers by writing them another way', async () => {
	const before = JSON.stringify({ credits: CREDITS });
	await send('POST', '/__sandbox/scenario', { 'content-type': 'application/json' }, before);
	const obeyed: string[] = [];
	for (const target of spellings('/__sandbox/reset')) {
		const { status } = await send('POST', target, { origin: FOREIGN });
		if (status < 400) obeyed.push(target);
	}
	for (const target of spellings('/__sandbox/state')) {
		const { said } = await send('GET', target, { origin: FOREIGN });
		if (said.includes('tokensIssued')) obeyed.push(target);
	}
	expect(obeyed).toEqual([]);
	expect((await sandbox.control('state')).credits).toBe(CREDITS);
});

test('some of those spellings do reach the levers, so that the check has something to refuse', async () => {
	const reached: string[] = [];
	for (const target of spellings('/__sandbox/reset')) {
		if ((await send('POST', target)).status === 200) reached.push(target);
	}
	expect(reached).toEqual(
		expect.arrayContaining([
			'/%5f_sandbox/reset',
			`/%5f%5f%73%61%6e%64%62%6f%78/%72%65%73%65%74`,
			`${sandbox.baseUrl}/__sandbox/reset`,
		]),
	);
});

test('requests to the levers are not logged as requests to the API, however they are written', async () => {
	for (const target of spellings('/__sandbox/state')) {
		const { status } = await send('GET', target);
		const logged = await sandbox.control('requests');
		if (status === 200) expect([target, logged]).toEqual([target, []]);
		await sandbox.control('reset');
	}
});

test('secrets of a sign-in are masked in the log, however its address is written', async () => {
	const form = 'grant_type=refresh_token&client_id=sandbox-client&client_secret=sandbox-secret';
	const type = { 'content-type': 'application/x-www-form-urlencoded' };
	for (const target of spellings('/v1/auth/gpt/token')) await send('POST', target, type, form);
	const log = await sandbox.control('requests');
	const found = log.filter(({ status }: { status: number }) => status !== 404);
	expect(found.length).toBeGreaterThan(3);
	expect(JSON.stringify(found)).not.toContain('sandbox-secret');
});

test('an idempotency key holds for the same endpoint, however its address is written', async () => {
	const headers = {
		authorization: 'Bearer sandbox-token',
		'content-type': 'application/json',
		'idempotency-key': 'one',
	};
	const body = JSON.stringify(CALL_BODY);
	const made: string[] = [];
	for (const target of spellings('/v1/calls')) {
		if ((await send('POST', target, headers, body)).status === 201) made.push(target);
	}
	expect(made.length).toBeGreaterThan(3);
	expect((await sandbox.control('state')).calls).toHaveLength(1);
});
