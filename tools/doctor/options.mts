import { parseArgs } from 'node:util';

import { WORLD_NAMES } from '../../sandbox/worlds.mts';
import { Stop } from './stop.mts';

export const USAGE = `Usage: npm run doctor -- [options]

Finds out how KallyAI really responds, and what this means for the n8n nodes. Only reads, unless you add --write.

  --sign-in          sign in with the browser instead of pasting tokens
  --show-tokens      print the tokens from --sign-in, for the credential KallyAI Token API
  --base-url URL     address of the API (https://api.kallyai.com)
  --write --to +1…   also send requests that create or change something; asks before each step. Enter your
                     own number: it is the only one that is called
  --world NAME       check the sandbox instead: ${WORLD_NAMES}
  --out FOLDER       where to write doctor-report.md and doctor-report.json (default: this folder)
  --yes              answer yes to every question; only for a sandbox on this machine

The doctor asks for the tokens, unless KALLYAI_ACCESS_TOKEN and KALLYAI_REFRESH_TOKEN are set.`;

export interface Options {
	baseUrl: string;
	signIn: boolean;
	showTokens: boolean;
	/** The own number, with --write. */
	to?: string;
	world?: string;
	out: string;
	yes: boolean;
	help: boolean;
}

const OFFICIAL = 'https://api.kallyai.com';
/** A number for fiction, for the sandbox. */
const NOBODYS_NUMBER = '+15550100';
const E164 = /^\+[1-9]\d{6,14}$/;

const isLoopback = (url: string) => ['127.0.0.1', 'localhost'].includes(new URL(url).hostname);

/** What the command line asks for. Throws a Stop that says what is wrong with it. */
export function readOptions(args: string[]): Options {
	let values;
	try {
		({ values } = parseArgs({
			args,
			options: {
				'base-url': { type: 'string', default: OFFICIAL },
				'sign-in': { type: 'boolean', default: false },
				'show-tokens': { type: 'boolean', default: false },
				write: { type: 'boolean', default: false },
				to: { type: 'string' },
				world: { type: 'string' },
				out: { type: 'string', default: '.' },
				yes: { type: 'boolean', default: false },
				help: { type: 'boolean', default: false },
			},
		}));
	} catch (error) {
		throw new Stop(`${(error as Error).message}\n\n${USAGE}`);
	}
	const { world, out, yes, help, write } = values;
	const baseUrl = values['base-url'];
	if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
		throw new Stop(`--base-url must be a URL such as ${OFFICIAL}, not ${baseUrl}.`);
	}
	const { username, search, hash } = new URL(baseUrl);
	if (username || search || hash) {
		throw new Stop('--base-url must be a plain URL, without a user name, "?" or "#".');
	}
	const isHere = world !== undefined || isLoopback(baseUrl);
	if (new URL(baseUrl).protocol === 'http:' && !isHere) {
		throw new Stop(
			'--base-url must begin with https://: otherwise your token would be sent in clear text.',
		);
	}
	const to = values.to ?? (world === undefined ? undefined : NOBODYS_NUMBER);
	if (write && !(to && E164.test(to))) {
		throw new Stop('--write needs --to with your own number, such as --to +15550100.');
	}
	if (values.to !== undefined && !write) throw new Stop('--to can only be used with --write.');
	if (yes && !isHere) {
		throw new Stop(
			'--yes can only be used with a sandbox on this machine: with a real account, answer each question.',
		);
	}
	return {
		baseUrl,
		signIn: values['sign-in'],
		showTokens: values['show-tokens'],
		...(write && to !== undefined && { to }),
		...(world !== undefined && { world }),
		out,
		yes: yes || world !== undefined,
		help,
	};
}
