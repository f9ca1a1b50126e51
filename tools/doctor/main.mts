import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { WORLD_NAMES, worldNamed } from '../../sandbox/worlds.mts';
import { Client } from './client.mts';
import { realClock } from './clock.mts';
import { examine } from './doctor.mts';
import { readOptions, USAGE, type Options } from './options.mts';
import { Person } from './person.mts';
import { isEmpty, markdown, summary } from './reportText.mts';
import { playedSandbox, sandboxClock } from './sandboxWorld.mts';
import { signIn, tokensFrom, type Tokens } from './signIn.mts';
import { Stop } from './stop.mts';

const person = new Person();
const say = (line: string) => void process.stdout.write(`${line}\n`);

const NO_TOKENS =
	'No tokens were given. Copy them in the KallyAI app under Settings, Developer, API Tokens and paste them here, set KALLYAI_ACCESS_TOKEN, or run the doctor with --sign-in.';

async function tokens({ baseUrl, signIn: byBrowser, showTokens }: Options): Promise<Tokens> {
	if (byBrowser) {
		const signedIn = await signIn(baseUrl, say);
		say('Signed in.');
		if (showTokens) {
			say(
				'For the credential KallyAI Token API. Anyone who has these tokens can use your account:\n',
			);
			say(`  Access Token   ${signedIn.accessToken}`);
			say(`  Refresh Token  ${signedIn.refreshToken ?? '(none received)'}\n`);
		}
		return signedIn;
	}
	const { KALLYAI_ACCESS_TOKEN: accessToken, KALLYAI_REFRESH_TOKEN: refreshToken } = process.env;
	if (accessToken) return { accessToken, ...(refreshToken && { refreshToken }) };
	const pasted = tokensFrom(
		await person.line(
			'Paste the tokens (JSON, or only the access token; your input is not shown): ',
			true,
		),
	);
	if (!pasted) throw new Stop(NO_TOKENS);
	return pasted;
}

/** Where to look, and what to go by there. */
async function place(options: Options) {
	const { world } = options;
	if (world === undefined) {
		const { accessToken, refreshToken } = await tokens(options);
		const { baseUrl } = options;
		return { baseUrl, accessToken, refreshToken, clock: realClock, close: async () => {} };
	}
	if (!worldNamed(world)) throw new Stop(`--world must be ${WORLD_NAMES}.`);
	const played = await playedSandbox();
	await played.play({ world });
	return { ...played, clock: sandboxClock };
}

async function run(options: Options): Promise<number> {
	const { baseUrl, accessToken, refreshToken, clock, close } = await place(options);
	try {
		const client = new Client({ baseUrl, clock });
		client.accessToken = accessToken;
		say(`Checking ${options.world ? `the sandbox, world ${options.world}` : baseUrl}.`);
		say(
			options.to
				? 'Reads first, then asks before each step that creates or changes something.'
				: 'Only reads; nothing is created or changed. With at most two requests a second, this takes two or three minutes.',
		);
		const report = await examine({
			client,
			...(refreshToken && { refreshToken }),
			...(options.to && { ownNumber: options.to }),
			say,
			ask: async (question) => options.yes || (await person.says(`\n${question}`)),
			newKey: () => `doctor-${randomUUID()}`,
		});
		say(summary(report));
		if (isEmpty(report)) return 1;
		const files = ['doctor-report.md', 'doctor-report.json'].map((name) =>
			join(resolve(options.out), name),
		) as [string, string];
		await writeFile(files[0], markdown(report));
		await writeFile(files[1], `${JSON.stringify(report, null, '\t')}\n`);
		say(`\nThe report is in ${files.join(' and ')}.`);
		if (options.world === undefined) {
			say(
				'It contains no personal data. Check it, then attach it to an issue, even if everything works:',
			);
			say('it helps to improve the package.');
		}
		return report.stopped === undefined ? 0 : 1;
	} finally {
		await close();
	}
}

try {
	const options = readOptions(process.argv.slice(2));
	if (options.help) say(USAGE);
	else process.exitCode = await run(options);
} catch (error) {
	if (!(error instanceof Stop)) throw error;
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 1;
} finally {
	person.leave();
}
